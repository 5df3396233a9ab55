"""Verbs that report: "said that …", "…, she said, …", "urged them to …", "called it a sham".

One function a construction; the frames of each verb are in
``lexicons/reporting_verbs.txt``.
"""

from __future__ import annotations

from collections.abc import Iterator

from storydiff.annotation.cues import Cue, reporting_nouns, reporting_verbs
from storydiff.annotation.readings import (
    OBJECTS,
    Reading,
    cue_of,
    noun_phrase,
    subject_of,
    trim,
    words_of,
)
from storydiff.annotation.trees import SUBJECTS, Tree

_NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS", "PRP"})


def read_verb(tree: Tree, verb: int) -> Iterator[Reading]:
    """Read what a verb reports: one reading at most, of the surest construction that fits.

    A verb that can introduce a quotation and has no content in its statement
    gives a reading without content, under the rule ``bare``.
    """
    entry = reporting_verbs().get(tree.lemmas[verb])
    if entry is None or tree.relations[verb] in ("aux", "auxpass", "amod", "compound"):
        return
    if tree.child(verb, ("auxpass",)) is not None or _reduced_passive(tree, verb):
        yield from _passive(tree, verb, entry)
        return
    cue = cue_of(tree, verb)
    if _is_asked(tree, verb):
        subject = tree.child(verb, SUBJECTS)
    else:
        subject = subject_of(tree, verb)
        subject = _neighbour(tree, verb, cue) if subject is None else subject
    source = noun_phrase(tree, subject, verb)
    negated = tree.child(verb, ("neg",)) is not None
    for rule, content in _complements(tree, verb, entry, subject):
        extra = [w for w in content if _is_case(tree, w, verb, rule)]
        kept = trim(tree, [w for w in content if w not in cue and w not in extra])
        kept = [w for w in kept if w not in source]
        if not kept:
            continue
        yield Reading(
            source,
            tuple(sorted({*cue, *extra})),
            tuple(kept),
            verb,
            rule,
            entry,
            quotes="q" in entry.frames or "t" in entry.frames,
            negated=negated,
        )
        return
    if "q" in entry.frames:
        yield Reading(source, cue, (), verb, "bare", entry, quotes=True, negated=negated)


def _is_asked(tree: Tree, verb: int) -> bool:
    """Whether a verb is that of "Asked about the delay, she …": no subject of its own."""
    asked = tree.lemmas[verb] == "ask" and tree.tags[verb] in ("VBD", "VBN")
    return asked and tree.relations[verb] == "advcl"


def _neighbour(tree: Tree, verb: int, cue: tuple[int, ...]) -> int | None:
    """The noun right before a finite verb, or right after a verb of speech, where no subject is."""
    if tree.tags[verb] not in ("VBD", "VBZ", "VBP") or tree.child(verb, SUBJECTS) is not None:
        return None
    before = cue[0] - 1
    if before >= 0 and tree.tags[before] in _NOUNS:
        at = before
        while (
            tree.heads[at] < verb and tree.heads[at] != at and tree.right[tree.heads[at]] == before
        ):
            at = tree.heads[at]
        return at if tree.tags[at] in _NOUNS else before
    after = verb + 1
    if after < len(tree) and tree.tags[after] in ("NNP", "PRP") and tree.heads[after] != after:
        head = tree.heads[after]
        return after if head == verb or head < after else head
    return None


def _complements(
    tree: Tree, verb: int, entry: Cue, subject: int | None
) -> Iterator[tuple[str, list[int]]]:
    """What a verb in the active takes for content, the surest construction first."""
    frames = entry.frames
    children = tree.children[verb]
    objects = [c for c in children if tree.relations[c] in OBJECTS and c > verb]
    clauses = [c for c in children if tree.relations[c] == "ccomp"]
    infinitives = [c for c in children if tree.relations[c] == "xcomp" and c > verb]
    if objects and infinitives and "x" in frames:
        yield "urge", words_of(tree, [*objects, *infinitives])
    if "t" in frames or "q" in frames:
        if clauses:
            branch = [c for c in clauses if c > verb] or clauses
            held = [c for c in objects if tree.lemmas[c] in reporting_nouns()]
            words = words_of(tree, [*held, branch[0]])
            yield "clause", [w for w in words if w != verb]
        else:
            yield from _later_that(tree, verb)
        outer = (
            []
            if infinitives or (objects and "r" not in frames)
            else _embedding(tree, verb, subject)
        )
        if outer:
            yield "parenthesis", outer
    if objects and clauses and "x" in frames:
        yield "urge", words_of(tree, [*objects, *clauses])
    if "x" in frames and [c for c in clauses if c > verb]:
        yield "urge", words_of(tree, [c for c in clauses if c > verb])
    if "n" in frames:
        predicates = [c for c in children if tree.relations[c] in ("oprd", "ccomp", "xcomp")]
        if predicates and (objects or clauses):
            yield "name", words_of(tree, [*objects, *predicates])
    if "i" in frames and infinitives and _to(tree, infinitives[0]):
        yield "infinitive", words_of(tree, infinitives)
    if "a" in frames and objects:
        as_phrase = _prepositions(tree, verb, frozenset({"as"}))
        if as_phrase:
            yield "as", words_of(tree, [*objects, *as_phrase])
    phrases = _prepositions(tree, verb, entry.prepositions)
    if objects and phrases and "o" in frames and "r" not in frames:
        yield "object", words_of(tree, [*objects, *phrases])
    if objects and ("o" in frames) and "r" not in frames:
        rest = [c for c in children if c > verb and tree.relations[c] in ("oprd", "dative")]
        yield "object", words_of(tree, [*objects, *rest])
    if objects and phrases and entry.sort == "judge":
        yield "object", words_of(tree, [*objects, *phrases])
    if phrases:
        urged = infinitives if "x" in frames else []
        urged += [c for c in clauses if c > verb and "t" not in frames]
        yield "preposition", words_of(tree, [*phrases, *urged])


def _later_that(tree: Tree, verb: int) -> Iterator[tuple[str, list[int]]]:
    """A clause with "that" which the parser hung elsewhere: "predicted at a debate that …"."""
    for word in range(verb + 1, min(verb + 15, len(tree))):
        clause = tree.heads[word]
        if tree.words[word] == "that" and tree.relations[word] == "mark" and clause > word:
            if tree.relations[clause] not in ("ccomp", "acl", "advcl", "dep"):
                return
            governor = tree.heads[clause]
            if tree.tags[governor].startswith("NN") and governor > verb:
                if tree.lemmas[governor] in reporting_nouns():
                    return
                yield "that", tree.subtree(clause)
            return


def _embedding(tree: Tree, verb: int, subject: int | None) -> list[int]:
    """What surrounds a parenthesis ("…, she said, …"), or stands before "she said" at the end."""
    own = tree.subtree(verb)
    low, high = _clause_edges(tree, verb, subject)
    relation, top = tree.relations[verb], _top(tree, tree.heads[verb])
    if relation == "advcl" and tree.words[tree.left[verb]] == "as":
        relation, low, high = "as", tree.left[verb], tree.right[verb]
    set_off = _comma(tree, low - 1) or _comma(tree, high + 1)
    if relation in ("parataxis", "dep", "ccomp", "as") and len(own) < 25 and set_off:
        return [w for w in tree.subtree(top) if w < low or w > high]
    if low >= 3 and _comma(tree, low - 1) and tree.relations[verb] == "ROOT":
        fronted = any(_is_fronted(tree, c) for c in tree.children[verb] if c < low)
        if fronted or any(tree.heads[w] == w for w in range(low)):
            return list(range(low))
    return []


def _is_fronted(tree: Tree, word: int) -> bool:
    """Whether a branch before its verb is what the verb reports, not when or how it was said."""
    relation = tree.relations[word]
    if relation == "advcl":
        return tree.child(word, ("mark",)) is None and tree.child(word, SUBJECTS) is not None
    return relation in ("ccomp", "parataxis", "dep")


def _clause_edges(tree: Tree, verb: int, subject: int | None) -> tuple[int, int]:
    """First and last word of the short clause of a verb and its subject."""
    edge = [verb, *cue_of(tree, verb)]
    if subject is not None and abs(subject - verb) < 30:
        edge += [tree.left[subject], tree.right[subject]] if tree.heads[subject] == verb else []
    return min(edge), max(edge)


def _comma(tree: Tree, word: int) -> bool:
    return 0 <= word < len(tree) and tree.words[word] in {
        ",",
        '"',
        "”",
        "''",
        "—",
        "–",
        "-",
        "--",
        "’",
        "'",
        "?",
        "!",
    }


def _top(tree: Tree, word: int) -> int:
    for above in tree.ancestors(word):
        word = above
    return word


def _to(tree: Tree, infinitive: int) -> bool:
    return (
        any(
            tree.words[c] == "to" or tree.tags[infinitive] == "VBG"
            for c in tree.children[infinitive]
        )
        or tree.tags[infinitive] == "VBG"
    )


def _prepositions(tree: Tree, verb: int, wanted: frozenset[str]) -> list[int]:
    """The prepositional phrases of a verb, or of its object, that begin with a wanted word."""
    return [
        c
        for c in tree.children[verb]
        if c > verb
        and tree.words[c] in wanted
        and tree.relations[c] in ("prep", "agent")
        and tree.children[c]
    ]


def _is_case(tree: Tree, word: int, verb: int, rule: str) -> bool:
    """A preposition right at the verb belongs to the cue: "called for", "pointed to"."""
    return rule == "preposition" and tree.heads[word] == verb and tree.relations[word] == "prep"


def _reduced_passive(tree: Tree, verb: int) -> bool:
    """A participle without auxiliary: "charges denied by the mayor", "asked whether …"."""
    if tree.tags[verb] != "VBN" or tree.relations[verb] not in ("acl", "advcl"):
        return False
    return tree.child(verb, ("aux", *OBJECTS)) is None


def _passive(tree: Tree, verb: int, entry: Cue) -> Iterator[Reading]:
    """Read "was accused of fraud by …", "is expected to win", "was asked about …"."""
    subject = tree.child(verb, SUBJECTS)
    if subject is None and tree.relations[verb] == "acl":
        subject = tree.heads[verb]
    if subject is None and tree.relations[verb] == "conj":
        subject = subject_of(tree, verb)
    agent = tree.child(verb, ("agent",))
    doer = tree.child(agent, ("pobj",)) if agent is not None else None
    source = noun_phrase(tree, doer, verb)
    cue = cue_of(tree, verb)
    complements = [
        c
        for c in tree.children[verb]
        if c > verb
        and (
            tree.relations[c] in ("xcomp", "ccomp", "oprd")
            or (tree.relations[c] == "prep" and tree.words[c] in {*entry.prepositions, "as"})
        )
    ]
    if not (set(entry.frames) & set("tnax") or (complements and entry.prepositions)):
        return
    if not complements and not (source and "o" in entry.frames):
        return
    words = words_of(tree, complements)
    if subject is not None and tree.heads[subject] == verb and tree.words[subject] != "it":
        words = sorted({*tree.subtree(subject), *words})
    elif subject is not None and tree.relations[verb] == "acl":
        words = sorted({*tree.subtree(subject, without=[verb]), *words})
    kept = trim(tree, [w for w in words if w not in cue and w not in source])
    if not kept or not (complements or source):
        return
    negated = tree.child(verb, ("neg",)) is not None
    rule = "passive-agent" if source else "passive"
    yield Reading(source, cue, tuple(kept), verb, rule, entry, negated=negated)
