"""What reports without a verb of speech: "her claim that …", "is sure that …", "Mayor: …"."""

from __future__ import annotations

from collections.abc import Iterator

from storydiff.annotation.cues import Cue, reporting_adjectives, reporting_nouns
from storydiff.annotation.readings import (
    OBJECTS,
    Reading,
    cue_of,
    noun_phrase,
    subject_of,
    trim,
)
from storydiff.annotation.trees import Tree
from storydiff.lexicons import words as lexicon

_NO_LABEL = frozenset({"CD", "MD", "WP", "WRB", "WDT", "``", "''", "LS", "UH"})
_SPOKEN = Cue("say", "t", frozenset(), "asserted")


def read_noun(tree: Tree, noun: int) -> Iterator[Reading]:
    """Read "her claim that …", "his support for …", "the president's plan to …"."""
    entry = reporting_nouns().get(tree.lemmas[noun])
    if entry is None:
        return
    holder = tree.child(noun, ("poss",))
    by = [c for c in tree.children[noun] if tree.words[c] in ("by", "from", "among") and c > noun]
    if holder is None and by:
        holder = tree.child(by[0], ("pobj",))
    content: list[int] = []
    rule = ""
    for child in tree.children[noun]:
        relation = tree.relations[child]
        if child < noun or child in by:
            continue
        if (
            relation in ("acl", "ccomp")
            and tree.child(child, ("mark",)) is not None
            and "t" in entry.frames
        ):
            content, rule = tree.subtree(child), "noun-that"
        elif relation in ("acl", "xcomp") and tree.tags[child] == "VB" and "i" in entry.frames:
            content, rule = tree.subtree(child), "noun-to"
        elif relation == "prep" and tree.words[child] in entry.prepositions and not content:
            content, rule = tree.subtree(child), "noun-of"
    if not content:
        return
    cue = [noun]
    source = noun_phrase(tree, holder, noun)
    governor = tree.heads[noun]
    light = tree.relations[noun] in OBJECTS and tree.lemmas[governor] in lexicon("light_verbs")
    if light:
        doer = subject_of(tree, governor)
        source = noun_phrase(tree, doer, governor) or source
        cue = [*cue_of(tree, governor), *range(max(governor + 1, tree.left[noun]), noun + 1)]
        rule += "-light"
    elif holder is None:
        if tree.relations[noun] in OBJECTS and tree.tags[governor].startswith("VB"):
            source = noun_phrase(tree, subject_of(tree, governor), governor)
        cue = [*range(tree.left[noun], noun + 1)] if noun - tree.left[noun] < 4 else [noun]
        rule += "-bare"
    yield Reading(source, tuple(cue), tuple(trim(tree, content)), noun, rule, entry)


def read_adjective(tree: Tree, word: int) -> Iterator[Reading]:
    """Read "is confident that …", "was worried about …", "is willing to …"."""
    entry = reporting_adjectives().get(tree.words[word])
    if entry is None or tree.relations[word] not in ("acomp", "ROOT", "conj", "advcl", "ccomp"):
        return
    verb = tree.heads[word] if tree.relations[word] == "acomp" else word
    subject = subject_of(tree, verb)
    if subject is None:
        return
    for child in tree.children[word]:
        if child < word:
            continue
        relation = tree.relations[child]
        taken = (
            (relation == "ccomp" and "t" in entry.frames)
            or (relation == "xcomp" and ("i" in entry.frames or "t" in entry.frames))
            or (relation in ("prep", "agent") and tree.words[child] in entry.prepositions)
        )
        if taken:
            low = min(cue_of(tree, verb)[0], word)
            source = noun_phrase(tree, subject, verb)
            cue = tuple(w for w in range(low, word + 1) if w not in source)
            content = [w for w in tree.subtree(child) if w not in cue and w not in source]
            negated = tree.child(verb, ("neg",)) is not None
            kept = tuple(trim(tree, content))
            if kept:
                yield Reading(source, cue, kept, word, "adjective", entry, negated=negated)
            return


def read_according(tree: Tree, word: int) -> Iterator[Reading]:
    """Read "…, according to the police": the rest of the clause is the content."""
    to = word + 1
    if to >= len(tree) or tree.words[to] != "to":
        return
    named = tree.child(to, ("pobj",))
    if named is None:
        return
    source = tree.subtree(named)
    own = {word, to, *source}
    top = tree.heads[word]
    outer = [top, *tree.ancestors(top)]
    clause = next((w for w in outer if tree.tags[w].startswith("VB")), outer[-1])
    while tree.relations[clause] in ("xcomp", "pcomp", "acl", "relcl", "advcl") and (
        tree.heads[clause] != clause
    ):
        clause = tree.heads[clause]
    content = trim(tree, [w for w in tree.subtree(clause) if w not in own])
    if content:
        yield Reading(
            tuple(trim(tree, source, commas=False)),
            (word, to),
            tuple(content),
            word,
            "according",
            _SPOKEN,
            True,
        )


def read_label(tree: Tree) -> Iterator[Reading]:
    """Read "Mayor: the bridge stays shut": a speaker, a colon, and what is said."""
    colon = next((w for w in range(1, min(9, len(tree))) if tree.words[w] == ":"), None)
    if colon is None or len(tree) - colon < 4:
        return
    tags = tree.tags[:colon]
    if colon == 1 and tags[0] == "VB":
        tags = ("NNP",)
    named = any(tag in ("NNP", "NNPS", "NNS") for tag in tags)
    barred = any(tag.startswith("VB") or tag in _NO_LABEL for tag in tags)
    barred = barred or not lexicon("headings").isdisjoint(tree.words[:colon])
    barred = barred or any(  # "Fire at the docks: …" is a headline's topic, no speaker
        tag == "IN" and word not in ("of", "for")
        for tag, word in zip(tags, tree.words, strict=False)
    )
    says = any(tag.startswith("VB") or tag == "MD" for tag in tree.tags[colon:])
    if named and says and not barred:
        content = tuple(trim(tree, list(range(colon + 1, len(tree)))))
        if content:
            yield Reading(tuple(range(colon)), (colon,), content, colon, "label", _SPOKEN, True)
