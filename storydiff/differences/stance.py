"""Whether two headlines on one claim take other sides: what one tells, the other denies.

Denial is read off words (``lexicons/negators.json``, ``lexicons/opposites.json``)
that one side has and the other lacks.
"""

from __future__ import annotations

from storydiff.differences.hedges import hedges
from storydiff.differences.polarity import is_opposite, negators
from storydiff.differences.sides import Pair, Side
from storydiff.differences.slots import whole


def apart(pair: Pair) -> float:
    """How likely one side denies what the other tells, in [0, 1]; a stated rule.

    Half is decided by a denial on one side alone, the rest by opposite words,
    by a question or a hedge on one side alone, and by how unlike the two are.
    """
    ours, theirs = denials(pair.a), denials(pair.b)
    lone = float(bool(ours - theirs) != bool(theirs - ours))
    opposed = any(
        is_opposite(x, y)
        for x in set(pair.a.words.keys) - set(pair.b.words.keys)
        for y in set(pair.b.words.keys) - set(pair.a.words.keys)
    )
    doubts = float(_doubts(pair.a) != _doubts(pair.b))
    weaker, _ = whole(pair)
    return round(0.5 * lone + 0.2 * opposed + 0.1 * doubts + 0.2 * (1.0 - min(weaker, 1.0)), 4)


def denials(side: Side) -> frozenset[str]:
    """The words of a statement that deny."""
    known = negators()
    return frozenset(
        word
        for pair in zip(side.forms, side.words.keys, strict=True)
        for word in pair
        if word in known.words or word in known.governing
    )


def _doubts(side: Side) -> bool:
    """Whether a statement asks or hedges."""
    return "?" in side.forms or any(w in hedges() for w in side.forms)
