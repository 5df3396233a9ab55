"""How a number is bounded: the words before and after it, and the interval they make."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from storydiff.datatypes import Bound
from storydiff.quantities.contexts import contexts
from storydiff.quantities.tokens import Tokens, lexicon, tokenise


@cache
def _bounds(place: str) -> Mapping[tuple[str, ...], str]:
    """Bounding phrases ("before" or "after" a number) as tokens."""
    return {tuple(tokenise(p).words): kind for p, kind in lexicon("bounds")[place].items()}


def bound_before(tokens: Tokens, first: int, *, steps: int = 3) -> tuple[str, int] | None:
    """The bound that ends before token ``first`` and where it begins.

    Of a run ("at least about") the strongest; words like "another" between bound
    and number are passed. At most ``steps`` phrases are looked at.
    """
    if not steps:
        return None
    table = _bounds("before")
    for size in range(min(5, first), 0, -1):
        kind = table.get(tuple(tokens.words[first - size : first]))
        if kind is not None:
            begin = first - size
            stronger = bound_before(tokens, begin, steps=steps - 1) if kind == "about" else None
            return stronger or (kind, begin)
    if tokens.word(first - 1) in contexts().fillers:
        begin = first - 1
        begin -= tokens.word(begin - 1) in ("a", "an")
        return bound_before(tokens, begin, steps=steps - 1)
    return None


def bound_after(tokens: Tokens, last: int) -> tuple[str, int] | None:
    """The bound that begins at token ``last``, and the token after it."""
    at = last + 1 if tokens.word(last) == "-" and tokens.joined(last - 1) else last
    table = _bounds("after")
    for size in (2, 1):
        said = tuple(tokens.words[at : at + size])
        kind = table.get(said) if len(said) == size else None
        if kind is not None and (size == 2 or tokens.joined(at - 1)):
            return kind, at + size
    return None


def interval(
    low: float, high: float, kind: str, *, vague: bool
) -> tuple[float | None, float | None, Bound]:
    """The ends of a bounded value, by the conventions of this module."""
    if kind == "at_least":
        return low, None, "at_least"
    if kind == "more_than":
        return low, None, "more_than"
    if kind == "at_most":
        return None, high, "at_most"
    if kind == "less_than":
        return None, high, "less_than"
    if kind == "nearly":
        return _round(high - abs(high) / 10), high, "less_than"
    if kind == "barely_over":
        return low, _round(low + abs(low) / 10), "more_than"
    if low < high:
        return low, high, "range"
    return low, high, "about" if kind == "about" or vague else "exact"


def _round(value: float) -> float:
    return float(f"{value:.12g}")
