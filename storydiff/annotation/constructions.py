"""Who reports what, read off the dependencies of one statement: one function a construction.

Each construction yields `Reading` values: word indices of source, cue and
content. Nothing here knows of quotation marks, other statements or names; that
is `storydiff.annotation.attributions`. Precision and recall of each
construction: docs/design/0036-attributions.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from storydiff.annotation.cues import (
    Cue,
    reporting_adjectives,
    reporting_nouns,
    reporting_verbs,
)
from storydiff.annotation.trees import SUBJECTS, Tree

_AUXILIARIES = frozenset({"aux", "auxpass", "neg", "prt"})
_PUNCTUATION = frozenset({"punct", "cc", "preconj"})
_OBJECTS = frozenset({"dobj", "obj"})
_NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS", "PRP"})
_UPWARD = frozenset({"conj", "advcl", "xcomp", "pcomp", "prep", "dep", "acomp"})
_WHO = frozenset({"who", "which", "that", "whom"})
_OUTER = frozenset({"ROOT", "conj", "parataxis", "dep"})


_NO_LABEL = frozenset({"CD", "MD", "WP", "WRB", "WDT", "``", "''", "LS", "UH"})
_SPOKEN = Cue("say", "t", frozenset(), "asserted")
_LIGHT = frozenset(
    "express voice make have raise issue give show hold offer reiterate repeat share harbor"
    " harbour state declare announce spread deliver reaffirm withdraw".split()
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One attribution as word indices of a tree.

    ``head`` is the word that reports; ``rule`` names the construction;
    ``quotes`` says whether the cue can introduce a quotation.
    """

    source: tuple[int, ...]
    cue: tuple[int, ...]
    content: tuple[int, ...]
    head: int
    rule: str
    entry: Cue
    quotes: bool = False
    negated: bool = False


def read(tree: Tree) -> list[Reading]:
    """Every reading of a statement, in the order of the words that report."""
    found: list[Reading] = []
    found.extend(_label(tree))
    for word, tag in enumerate(tree.tags):
        if tag.startswith("VB"):
            found.extend(_verb(tree, word))
        elif tag.startswith("NN"):
            found.extend(_noun(tree, word))
        elif tag.startswith("JJ") or tag == "VBN":
            found.extend(_adjective(tree, word))
        if tree.words[word] == "according":
            found.extend(_according(tree, word))
    taken = {tree.heads[r.head] for r in found if r.rule.endswith("-light")}
    return [r for r in found if not (r.rule == "object" and r.head in taken)]


def _label(tree: Tree) -> Iterator[Reading]:
    """ "Mayor: the bridge stays shut": a speaker, a colon, and what is said."""
    colon = next((w for w in range(1, min(9, len(tree))) if tree.words[w] == ":"), None)
    if colon is None or len(tree) - colon < 4:
        return
    tags = tree.tags[:colon]
    if colon == 1 and tags[0] == "VB":
        tags = ("NNP",)
    named = any(tag in ("NNP", "NNPS", "NNS") for tag in tags)
    if named and not any(tag.startswith("VB") or tag in _NO_LABEL for tag in tags):
        content = tuple(_trim(tree, list(range(colon + 1, len(tree)))))
        if content:
            yield Reading(tuple(range(colon)), (colon,), content, colon, "label", _SPOKEN, True)


def subject_of(tree: Tree, verb: int, *, climb: bool = True) -> int | None:
    """The word that does what a verb says: its subject, or that of the clause it hangs on."""
    at = verb
    for _ in range(6):
        subject = tree.child(at, SUBJECTS)
        if subject is not None:
            return None if tree.words[subject] == "there" else subject
        relation, head = tree.relations[at], tree.heads[at]
        if relation == "acl":
            return head
        if not climb or head == at:
            return None
        if relation not in _UPWARD:
            return None
        if relation == "xcomp":
            told = tree.child(head, _OBJECTS)
            if told is not None:
                return told
        if relation == "advcl" and tree.relations[head] == "ccomp" and is_aside(tree, verb):
            head = tree.heads[head]
        at = head
    return None


def is_aside(tree: Tree, verb: int) -> bool:
    """ ", adding that …" after reported speech: the one who spoke goes on, not who is spoken of."""
    before = tree.left[verb] - 1
    entry = reporting_verbs().get(tree.lemmas[verb])
    return (
        entry is not None
        and entry.sort == "say"
        and tree.tags[verb] == "VBG"
        and before > 0
        and tree.words[before] == ","
    )


def _verb(tree: Tree, verb: int) -> Iterator[Reading]:
    entry = reporting_verbs().get(tree.lemmas[verb])
    if entry is None or tree.relations[verb] in ("aux", "auxpass", "amod", "compound"):
        return
    if tree.child(verb, ("auxpass",)) is not None or _reduced_passive(tree, verb):
        yield from _passive(tree, verb, entry)
        return
    subject = subject_of(tree, verb)
    cue = _cue(tree, verb)
    if (
        tree.lemmas[verb] == "ask"
        and tree.relations[verb] == "advcl"
        and tree.tags[verb][2:] in "DN"
    ):
        subject = tree.child(verb, SUBJECTS)
    elif subject is None:
        subject = _neighbour(tree, verb, cue)
    source = _noun_phrase(tree, subject, verb)
    negated = tree.child(verb, ("neg",)) is not None
    for rule, content in _complements(tree, verb, entry, subject):
        extra = [w for w in content if _is_case(tree, w, verb, rule)]
        kept = _trim(tree, [w for w in content if w not in cue and w not in extra])
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
    objects = [c for c in children if tree.relations[c] in _OBJECTS and c > verb]
    clauses = [c for c in children if tree.relations[c] == "ccomp"]
    infinitives = [c for c in children if tree.relations[c] == "xcomp" and c > verb]
    if objects and infinitives and "x" in frames:
        yield "urge", _from(tree, [*objects, *infinitives])
    if "t" in frames or "q" in frames:
        if clauses:
            branch = [c for c in clauses if c > verb] or clauses
            held = [c for c in objects if tree.lemmas[c] in reporting_nouns()]
            words = _from(tree, [*held, branch[0]])
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
        yield "urge", _from(tree, [*objects, *clauses])
    if "x" in frames and [c for c in clauses if c > verb]:
        yield "urge", _from(tree, [c for c in clauses if c > verb])
    if "n" in frames:
        predicates = [c for c in children if tree.relations[c] in ("oprd", "ccomp", "xcomp")]
        if predicates and (objects or clauses):
            yield "name", _from(tree, [*objects, *predicates])
    if "i" in frames and infinitives and _to(tree, infinitives[0]):
        yield "infinitive", _from(tree, infinitives)
    if "a" in frames and objects:
        as_phrase = _prepositions(tree, verb, frozenset({"as"}))
        if as_phrase:
            yield "as", _from(tree, [*objects, *as_phrase])
    phrases = _prepositions(tree, verb, entry.prepositions)
    if objects and phrases and "o" in frames and "r" not in frames:
        yield "object", _from(tree, [*objects, *phrases])
    if objects and ("o" in frames) and "r" not in frames:
        rest = [c for c in children if c > verb and tree.relations[c] in ("oprd", "dative")]
        yield "object", _from(tree, [*objects, *rest])
    if objects and phrases and entry.sort == "judge":
        yield "object", _from(tree, [*objects, *phrases])
    if phrases:
        urged = infinitives if "x" in frames else []
        urged += [c for c in clauses if c > verb and "t" not in frames]
        yield "preposition", _from(tree, [*phrases, *urged])


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
    if relation in ("parataxis", "dep", "ccomp") and len(own) < 25:
        if _comma(tree, low - 1) or _comma(tree, high + 1):
            return [w for w in tree.subtree(top) if w < low or w > high]
    if relation == "advcl" and len(own) < 25:
        mark = tree.child(verb, ("mark", "advmod", "prep"))
        first, last = tree.left[verb], tree.right[verb]
        if mark is not None and tree.words[mark] == "as" and mark == first:
            if _comma(tree, first - 1) or _comma(tree, last + 1):
                return [w for w in tree.subtree(top) if w < first or w > last]
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
    edge = [verb, *_cue(tree, verb)]
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


def _from(tree: Tree, branches: list[int]) -> list[int]:
    """The words of some branches, in order."""
    return sorted({w for branch in branches for w in tree.subtree(branch)})


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


def _cue(tree: Tree, verb: int) -> tuple[int, ...]:
    """A verb with its auxiliaries, negation and particle, and what stands between them."""
    parts = [verb] + [
        c for c in tree.children[verb] if tree.relations[c] in _AUXILIARIES and abs(c - verb) < 6
    ]
    low, high = min(parts), max(parts)
    adverb = low - 1
    if adverb >= 0 and tree.heads[adverb] == verb and tree.relations[adverb] == "advmod":
        low = adverb
    subject = tree.child(verb, SUBJECTS)
    inside = set(tree.subtree(subject)) if subject is not None and low < subject < high else set()
    return tuple(w for w in range(low, high + 1) if w not in inside)


def _noun_phrase(tree: Tree, head: int | None, verb: int) -> tuple[int, ...]:
    """The words of a source: its whole subtree, without the verb's own branch."""
    if head is None:
        return ()
    without = [verb] if verb in tree.children[head] else []
    words = [w for w in tree.subtree(head, without=[*without]) if w != verb]
    if tree.relations[verb] == "relcl" and head == tree.heads[verb]:
        return (head,)
    low, high = (min(words), max(words))
    if low < verb < high:
        words = [w for w in words if (w < verb) == (head < verb)]
    return tuple(_trim(tree, words, commas=False))


def _trim(tree: Tree, words: list[int], *, commas: bool = True) -> list[int]:
    """Words without conjunctions and stops at their edges."""
    stops = {",", ".", ";", "—", "–", "--", "-"} if commas else {".", ";", "—", "–", "--"}
    low, high = 0, len(words)
    while low < high and tree.words[words[low]] in {",", ";", "—", "–", "--", "-"}:
        low += 1
    while high > low and tree.words[words[high - 1]] in stops:
        high -= 1
    return words[low:high]


def _reduced_passive(tree: Tree, verb: int) -> bool:
    """A participle without auxiliary: "charges denied by the mayor", "asked whether …"."""
    if tree.tags[verb] != "VBN" or tree.relations[verb] not in ("acl", "advcl"):
        return False
    return tree.child(verb, ("aux", *_OBJECTS)) is None


def _passive(tree: Tree, verb: int, entry: Cue) -> Iterator[Reading]:
    """ "was accused of fraud by …", "is expected to win", "was asked about …"."""
    subject = tree.child(verb, SUBJECTS)
    if subject is None and tree.relations[verb] == "acl":
        subject = tree.heads[verb]
    if subject is None and tree.relations[verb] == "conj":
        subject = subject_of(tree, verb)
    agent = tree.child(verb, ("agent",))
    doer = tree.child(agent, ("pobj",)) if agent is not None else None
    source = _noun_phrase(tree, doer, verb)
    cue = _cue(tree, verb)
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
    words = _from(tree, complements)
    if subject is not None and tree.heads[subject] == verb and tree.words[subject] != "it":
        words = sorted({*tree.subtree(subject), *words})
    elif subject is not None and tree.relations[verb] == "acl":
        words = sorted({*tree.subtree(subject, without=[verb]), *words})
    kept = _trim(tree, [w for w in words if w not in cue and w not in source])
    if not kept or not (complements or source):
        return
    negated = tree.child(verb, ("neg",)) is not None
    rule = "passive-agent" if source else "passive"
    yield Reading(source, cue, tuple(kept), verb, rule, entry, negated=negated)


def _noun(tree: Tree, noun: int) -> Iterator[Reading]:
    """ "her claim that …", "his support for …", "the president's plan to …"."""
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
    source = _noun_phrase(tree, holder, noun)
    governor = tree.heads[noun]
    light = tree.relations[noun] in _OBJECTS and tree.lemmas[governor] in _LIGHT
    if light:
        doer = subject_of(tree, governor)
        source = _noun_phrase(tree, doer, governor) or source
        cue = [*_cue(tree, governor), *range(max(governor + 1, tree.left[noun]), noun + 1)]
        rule += "-light"
    elif holder is None:
        if tree.relations[noun] in _OBJECTS and tree.tags[governor].startswith("VB"):
            source = _noun_phrase(tree, subject_of(tree, governor), governor)
        cue = [*range(tree.left[noun], noun + 1)] if noun - tree.left[noun] < 4 else [noun]
        rule += "-bare"
    yield Reading(source, tuple(cue), tuple(_trim(tree, content)), noun, rule, entry)


def _adjective(tree: Tree, word: int) -> Iterator[Reading]:
    """ "is confident that …", "was worried about …", "is willing to …"."""
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
            low = min(_cue(tree, verb)[0], word)
            source = _noun_phrase(tree, subject, verb)
            cue = tuple(w for w in range(low, word + 1) if w not in source)
            content = [w for w in tree.subtree(child) if w not in cue and w not in source]
            negated = tree.child(verb, ("neg",)) is not None
            kept = tuple(_trim(tree, content))
            if kept:
                yield Reading(source, cue, kept, word, "adjective", entry, negated=negated)
            return


def _according(tree: Tree, word: int) -> Iterator[Reading]:
    """ "…, according to the police": the rest of the clause is the content."""
    to = word + 1
    if to >= len(tree) or tree.words[to] != "to":
        return
    named = tree.child(to, ("pobj",))
    if named is None:
        return
    source = tree.subtree(named)
    own = {word, to, *source}
    top = tree.heads[word]
    outer = [above for above in [top, *tree.ancestors(top)]]
    clause = next((w for w in outer if tree.tags[w].startswith("VB")), outer[-1])
    while tree.relations[clause] in ("xcomp", "pcomp", "acl", "relcl", "advcl") and (
        tree.heads[clause] != clause
    ):
        clause = tree.heads[clause]
    content = _trim(tree, [w for w in tree.subtree(clause) if w not in own])
    if content:
        yield Reading(
            tuple(_trim(tree, source, commas=False)),
            (word, to),
            tuple(content),
            word,
            "according",
            _SPOKEN,
            True,
        )
