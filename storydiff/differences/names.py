"""Names: another person or place in one slot, or one name spelt in two ways.

Names were merged into entities when the story was annotated; what is compared
here are entities of one type that only one side names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from storydiff.datatypes import Mention
from storydiff.differences.candidates import Candidate
from storydiff.differences.choosing import Among, everything, one_to_one
from storydiff.differences.sides import Pair, Side
from storydiff.differences.slots import slot_features
from storydiff.differences.spelling import parts
from storydiff.lexicons import words as lexicon

VARIANT = 0.85
"""Jaro-Winkler similarity of two last words from which on they may be one name spelt twice."""
EDITS = 2
"""At most so many edits part two spellings of one name."""
LONG = 6
"""Letters from which on two edits alone leave a name the same, whatever its first letter."""


def find(pair: Pair) -> Iterator[Candidate]:
    """Spelling variants first; then names of one type in one slot that only one side has."""
    ours, theirs = _distinct(pair.a), _distinct(pair.b)
    variants = [(m, n) for m in ours for n in theirs if _is_variant(pair, m, n)]
    for m, n in variants:
        yield Candidate(type="name", rule="name: spelling variant", a=(m.span,), b=(n.span,))
    spelt = {id(x) for both in variants for x in both}
    open_a = [m for m in ours if id(m) not in spelt and not _known(pair.a, m, pair.b)]
    open_b = [n for n in theirs if id(n) not in spelt and not _known(pair.b, n, pair.a)]
    free = {m.span for m in open_a}, {n.span for n in open_b}

    def open_to(m: Mention, n: Mention, same: bool) -> bool:
        apart = not same and m.span in free[0] and n.span in free[1]
        return apart and not one_in_other(pair.a.cut(m.span), pair.b.cut(n.span))

    scored = [(features, m, n) for features, m, n, _ in compared(pair, among=open_to)]
    shared = len(ours) - len(open_a)
    for features, m, n in one_to_one(scored):
        yield Candidate(
            type="name",
            rule="name: other name in one slot",
            a=(m.span,),
            b=(n.span,),
            features={
                **features,
                "shared names": min(shared, 4) / 4,
                "open names": min(len(open_a) + len(open_b), 6) / 6,
            },
            clash=True,
        )


def compared(
    pair: Pair, *, among: Among[Mention] = everything
) -> Iterator[tuple[dict[str, float], Mention, Mention, bool]]:
    """All pairs of names of one type, with their measures and whether they are one entity."""
    for m in _distinct(pair.a):
        for n in _distinct(pair.b):
            same = m.entity == n.entity
            features = _features(pair, m, n) if among(m, n, same) else None
            if features is not None:
                yield features, m, n, same


def _distinct(side: Side) -> Sequence[Mention]:
    """The first mention of each entity of a statement."""
    first: dict[str, Mention] = {}
    for mention in side.statement.names:
        first.setdefault(mention.entity, mention)
    return list(first.values())


def _is_variant(pair: Pair, m: Mention, n: Mention) -> bool:
    """Whether two names are one name spelt twice, to judge by their letters.

    Neither spelling may stand on the other side: who names both tells them apart.
    """
    if m.type != n.type or m.type == "other":
        return False
    ours, theirs = parts(pair.a.cut(m.span)), parts(pair.b.cut(n.span))
    if not ours or not theirs or ours[-1] == theirs[-1]:
        return False
    if pair.b.statement.text.lower().find(ours[-1]) >= 0:
        return False
    if pair.a.statement.text.lower().find(theirs[-1]) >= 0:
        return False
    if len(ours) > 1 and len(theirs) > 1 and ours[0][0] != theirs[0][0]:
        return False
    return spelt_alike(ours[-1], theirs[-1])


def spelt_alike(a: str, b: str) -> bool:
    """Whether two words of four letters or more may be two spellings of one name."""
    if min(len(a), len(b)) < 4 or a.rstrip("s") == b.rstrip("s"):
        return False
    near = JaroWinkler.similarity(a, b) >= VARIANT or min(len(a), len(b)) >= LONG
    return near and DamerauLevenshtein.distance(a, b) <= EDITS


def one_in_other(a: str, b: str) -> bool:
    """Whether one name is of a country or state and the other is none: it may lie there."""
    return (a.lower() in lexicon("lands")) != (b.lower() in lexicon("lands"))


def _known(side: Side, mention: Mention, other: Side) -> bool:
    """Whether the other side names the same entity, or one of its words."""
    if any(n.entity == mention.entity for n in other.statement.names):
        return True
    words = set(parts(side.cut(mention.span))) | set(parts(mention.entity))
    there = set(parts(other.statement.text))
    theirs = {w for n in other.statement.names for w in parts(n.entity)}
    return bool(words & (there | theirs)) or _initials(words, mention, other)


def _initials(words: set[str], mention: Mention, other: Side) -> bool:
    """Whether one name is the other's acronym."""
    short = "".join(w[0] for w in parts(mention.entity))
    texts = {w for n in other.statement.names for w in parts(n.entity)}
    initials = {"".join(w[0] for w in parts(n.entity)) for n in other.statement.names}
    return (len(short) > 1 and short in texts) or bool({w for w in words if len(w) > 1} & initials)


def _features(pair: Pair, m: Mention, n: Mention) -> dict[str, float] | None:
    if m.type != n.type or m.type == "other":
        return None
    i, k = pair.a.top(m.span), pair.b.top(n.span)
    if i is None or k is None:
        return None
    taken_a, taken_b = pair.a.inside(m.span), pair.b.inside(n.span)
    return {
        **slot_features(pair, taken_a, taken_b, i, k),
        "person": float(m.type == "person"),
        "place": float(m.type == "place"),
        "speaker": float(_speaks(pair.a, m) and _speaks(pair.b, n)),
        "one speaks": float(_speaks(pair.a, m) != _speaks(pair.b, n)),
    }


def _speaks(side: Side, mention: Mention) -> bool:
    """Whether a name stands in the source of an attribution."""
    start, end = mention.span
    return any(s < end and e > start for x in side.statement.attributions for s, e in x.source)
