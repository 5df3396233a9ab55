"""Numbers that cannot both be right: other values of one quantity.

Bounds and ranges decide (`storydiff.quantities.compatible`), rounding is none.
A number that the other side tells too, anywhere, contradicts nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from storydiff.differences.candidates import Candidate
from storydiff.differences.choosing import one_to_one
from storydiff.differences.figures import Figure, agree, figures, told_too
from storydiff.differences.sides import Pair
from storydiff.differences.slots import slot_features

_DURATIONS = frozenset({"year", "month", "week", "day", "hour", "minute", "second"})


def find(pair: Pair) -> Iterator[Candidate]:
    """Each number of one side with its likeliest counterpart, where the two cannot be one."""
    ours, theirs = figures(pair.a), figures(pair.b)
    open_a = {f.span for f in ours if not told_too(f, theirs)}
    open_b = {f.span for f in theirs if not told_too(f, ours)}
    scored = [
        (features, fa, fb)
        for features, fa, fb, same in compared(pair)
        if not same and fa.span in open_a and fb.span in open_b
    ]
    met = len(ours) - len(open_a)
    chosen = one_to_one(scored)
    for features, fa, fb in chosen:
        yield Candidate(
            type="number",
            rule="number: other value in one slot",
            a=(fa.span,),
            b=(fb.span,),
            features={
                **features,
                "shared numbers": min(met, 3) / 3,
                "other clashes": min(len(chosen) - 1, 3) / 3,
            },
            clash=True,
        )


def compared(pair: Pair) -> Iterator[tuple[dict[str, float], Figure, Figure, bool]]:
    """All pairs of figures of one kind, with their measures and whether they agree."""
    for fa in figures(pair.a):
        for fb in figures(pair.b):
            same = agree(fa, fb)
            features = None if same is None else _features(pair, fa, fb)
            if features is not None and same is not None:
                yield features, fa, fb, same


def _features(pair: Pair, fa: Figure, fb: Figure) -> dict[str, float] | None:
    """Measures of two figures of one kind; None where one has no word."""
    i, k = pair.a.top(fa.span), pair.b.top(fb.span)
    if i is None or k is None:
        return None
    taken_a, taken_b = pair.a.inside(fa.span), pair.b.inside(fb.span)
    gap = _gap(fa, fb)
    return {
        **slot_features(pair, taken_a, taken_b, i, k),
        **_units(pair, fa, fb),
        "gap": gap,
        "close": float(gap < 0.05),
        "score": float(fa.kind == "score"),
        "half score": float(fa.kind == "score" and bool(set(fa.values) & set(fb.values))),
        "clock": float(fa.kind == "clock"),
        "game": float(fa.kind == "game"),
        "small": float(min(fa.size, fb.size) <= 2),
    }


def _units(pair: Pair, fa: Figure, fb: Figure) -> dict[str, float]:
    """What two quantities measure and count."""
    qa, qb = fa.quantity, fb.quantity
    if qa is None or qb is None:
        return {}
    noun_a = None if qa.noun is None else pair.a.top(qa.noun)
    noun_b = None if qb.noun is None else pair.b.top(qb.noun)
    return {
        "noun": pair.nearness(noun_a, noun_b),
        "nouns": float(noun_a is not None and noun_b is not None),
        "same noun": float(pair.nearness(noun_a, noun_b) == 1.0),
        "one noun": float((noun_a is None) != (noun_b is None)),
        "same unit": float(qa.unit == qb.unit and bool(qa.unit)),
        "one unit": float(bool(qa.unit) != bool(qb.unit)),
        "other unit": float(qa.unit != qb.unit and bool(qa.unit) and bool(qb.unit)),
        "money": float(qa.unit.isupper() or qb.unit.isupper()),
        "age": float("years old" in (qa.unit, qb.unit)),
        "duration": float(qa.unit in _DURATIONS or qb.unit in _DURATIONS),
        "bound": float(qa.bound != "exact" or qb.bound != "exact"),
    }


def _gap(fa: Figure, fb: Figure) -> float:
    """How far apart two numbers are, as the logarithm of their ratio, in [0, 1]."""
    a, b = fa.size, fb.size
    if a <= 0 or b <= 0 or not (math.isfinite(a) and math.isfinite(b)):
        return 1.0
    return min(abs(math.log(a / b)), 3.0) / 3.0
