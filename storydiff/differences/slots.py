"""Whether two words fill one slot: what stands above, below and around them.

Two values can only contradict each other where they answer one question. The
words around them say which question that is: the noun that is counted, the verb
that governs it, its subject, the neighbours (design note 0072).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from storydiff.differences.sides import OBJECTS, SUBJECTS, Pair, Side

WINDOW = 5
"""Words on each side of a slot that count as its neighbours."""


def governor(side: Side, i: int) -> int | None:
    """The nearest verb above word ``i``, or the root of its sentence; None for a root noun."""
    for j in side.above(i):
        if side.words.tags[j].startswith("VB"):
            return j
    return i if side.words.tags[i].startswith("VB") else None


def around(side: Side, taken: Iterable[int], *, width: int = WINDOW) -> list[int]:
    """The content words near some words, without these."""
    members = set(taken)
    if not members:
        return []
    low, high = min(members) - width, max(members) + width
    return [i for i in side.content if low <= i <= high and i not in members]


def clause(side: Side, i: int) -> tuple[int, ...]:
    """The content words of the clause of word ``i``: its governing verb and all below it."""
    return side.below(governor(side, i))


def likeness(pair: Pair, rows: Sequence[int], columns: Sequence[int]) -> float:
    """Mean similarity of each word to its best match among the others, the weaker direction.

    In [0, 1]; 0 where there is nothing to compare.
    """
    return directions(pair, rows, columns)[0]


def directions(pair: Pair, rows: Sequence[int], columns: Sequence[int]) -> tuple[float, float]:
    """`likeness`, and the stronger direction of it."""
    if not rows or not columns:
        return 0.0, 0.0
    part = pair.table[np.ix_(rows, columns)]
    there = float(part.max(axis=1).sum()) / len(rows)
    back = float(part.max(axis=0).sum()) / len(columns)
    return max(min(there, back), 0.0), max(there, back, 0.0)


def whole(pair: Pair) -> tuple[float, float]:
    """How like the two statements are, in the weaker and in the stronger direction."""
    return directions(pair, pair.a.content, pair.b.content)


def slot_features(
    pair: Pair, taken_a: Sequence[int], taken_b: Sequence[int], i: int, k: int
) -> dict[str, float]:
    """Measures in [0, 1] of whether two values fill one slot.

    ``taken_a`` and ``taken_b`` are the words of the values, ``i`` and ``k`` the
    words that stand for them in the tree.
    """
    a, b = pair.a, pair.b
    noun_a, noun_b = _outside(a, taken_a, i), _outside(b, taken_b, k)
    verb_a, verb_b = governor(a, i), governor(b, k)
    within_a, within_b = clause(a, i), clause(b, k)
    near, nearer = directions(pair, around(a, taken_a), around(b, taken_b))
    one, other = (
        [j for j in words if j not in taken]
        for words, taken in ((within_a, taken_a), (within_b, taken_b))
    )
    clauses, one_clause = directions(pair, one, other)
    weaker, stronger = whole(pair)
    return {
        "self": max(float(pair.table[i, k]), 0.0) if pair.table.size else 0.0,
        "mutual": float(pair.partner.get(i) == k),
        "above": pair.nearness(noun_a, noun_b),
        "verb": pair.nearness(verb_a, verb_b),
        "subject": _argument(pair, verb_a, verb_b, SUBJECTS),
        "object": _argument(pair, verb_a, verb_b, OBJECTS),
        "relation": float(a.words.relations[i] == b.words.relations[k]),
        "near": near,
        "nearer": nearer,
        "clause": clauses,
        "clause one": one_clause,
        "whole": weaker,
        "whole one": stronger,
        "twin": twin(pair, taken_a, taken_b),
        "nearest name": _nearest_name(pair, taken_a, taken_b),
        "clause names": _names_agree(names_in(a, within_a), names_in(b, within_b)),
        "owner": one_owner(pair, i, k),
        "frame": frame(pair, i, k),
    }


def twin(pair: Pair, taken_a: Iterable[int], taken_b: Iterable[int]) -> float:
    """How far two statements are one but for some words: the weaker direction, in [0, 1].

    All content words count, and a word that has no counterpart counts against it.
    """
    out_a, out_b = set(taken_a), set(taken_b)
    rows = [i for i in pair.a.content if i not in out_a]
    columns = [k for k in pair.b.content if k not in out_b]
    return likeness(pair, rows, columns)


def names_in(side: Side, words: Sequence[int]) -> set[str]:
    """The entities that are named at some words."""
    return {entity for i in words for entity in side.named[i]}


def _names_agree(ours: set[str], theirs: set[str]) -> float:
    """1 where a name is on both sides, -1 where both have names and share none, else 0."""
    if not ours or not theirs:
        return 0.0
    return 1.0 if ours & theirs else -1.0


def _nearest_name(pair: Pair, taken_a: Sequence[int], taken_b: Sequence[int]) -> float:
    """1 where the person named nearest to each value is one person, -1 where it is another."""
    a, b = _closest(pair.a, taken_a), _closest(pair.b, taken_b)
    if a is None or b is None:
        return 0.0
    return 1.0 if a == b else -1.0


def _closest(side: Side, taken: Sequence[int]) -> str | None:
    """The person or organisation named nearest to some words."""
    if not taken:
        return None
    spot = side.span(taken[0], taken[-1])
    names = [
        (max(m.span[0] - spot[1], spot[0] - m.span[1]), m.span, m.entity)
        for m in side.statement.names
        if m.type == "person" and (m.span[1] <= spot[0] or m.span[0] >= spot[1])
    ]
    return min(names)[2] if names else None


def owner(side: Side, i: int) -> str | None:
    """The entity that a value at word ``i`` is said of; None where no name tells.

    The name that it stands beside ("Ortiz, 49"), else the named subject of the
    nearest verb that has a subject at all.
    """
    for j in side.above(i):
        named = names_in(side, [j])
        if named:
            return min(named)
        subject = side.child(j, SUBJECTS)
        if subject is not None:
            return min(names_in(side, [subject]), default=None)
    return None


def one_owner(pair: Pair, i: int, k: int) -> float:
    """1 where two values are said of one entity, -1 where of two, 0 where no name tells."""
    ours, theirs = owner(pair.a, i), owner(pair.b, k)
    if ours is None or theirs is None:
        return 0.0
    return 1.0 if ours == theirs else -1.0


def frame(pair: Pair, i: int, k: int) -> float:
    """How far the verbs above two values and what these have beside them match, in [0, 1]."""
    verb_a, verb_b = governor(pair.a, i), governor(pair.b, k)
    if verb_a is None or verb_b is None:
        return 0.0
    beside = [
        max(_argument(pair, verb_a, verb_b, kind), 0.0)
        for kind in (SUBJECTS, OBJECTS)
        if pair.a.child(verb_a, kind) is not None and pair.b.child(verb_b, kind) is not None
    ]
    return min(pair.nearness(verb_a, verb_b), max(beside, default=0.0))


def _outside(side: Side, taken: Sequence[int], i: int) -> int | None:
    """The first word above ``i`` that is not of the value and not a preposition."""
    members = set(taken)
    for j in side.above(i):
        if j not in members and side.words.relations[j] not in ("prep", "agent"):
            return j
    return None


def _argument(pair: Pair, verb_a: int | None, verb_b: int | None, kind: frozenset[str]) -> float:
    if verb_a is None or verb_b is None:
        return 0.0
    return pair.nearness(pair.a.child(verb_a, kind), pair.b.child(verb_b, kind))
