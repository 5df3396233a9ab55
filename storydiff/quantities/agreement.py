"""Whether two quantities can be one number, told in two ways.

**The rule.** Every quantity stands for an interval of numbers that its words
allow; two are compatible if their intervals meet and they measure one thing.

- An exact value allows what rounds to it: half a unit of its last significant
  digit on each side (11,940 allows 11,935 to 11,945; 12,000 allows 11,500 to
  12,500), but never more than `ROUNDING` of it: "3 million" is not 2.6 million.
  A count below `COUNTED` without a unit is itself and nothing else: 20 dead are
  not 21. A numeral is taken as whole where it could be rounded to a tenth of a
  unit or less ("50 percent" allows 49.5 to 50.5).
- "about v" allows `ABOUT` of v on each side, or what rounding allows if that is more.
  Where both values are "about", the wider slack counts once, not both together:
  about 700 is not about 600.
- "at least", "up to", "more than", "fewer than" allow their half line; the bound
  itself belongs to "at least" and "up to", and to the others where the other side
  tells just that number: "more than 90" and "90" are one number told in two ways.
  "Nearly v" and "just over v" are bounded on both sides and allow v itself, as
  rounding would.
- A range allows what lies between its ends.

The rule is symmetric. The rounder of two values decides, because its interval is
the wider. See ``docs/design/0041-compatible-numbers.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from storydiff.datatypes import Quantity
from storydiff.quantities.units import dimension

ROUNDING = 0.035
"""The largest share of a value that rounding explains without a word like "about"."""
ABOUT = 0.1
"""The share of a value that "about" allows."""
SPAN = 0.15
"""The share by which two times in other units may differ: 136 days, told as four months."""
COUNTED = 100
"""Whole numbers below this without a unit are counted, not rounded."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The numbers that a quantity allows; ``closed`` says which ends belong to it."""

    low: float
    high: float
    closed_low: bool = True
    closed_high: bool = True

    def meets(self, other: Interval) -> bool:
        """Whether the two have a number in common."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        if low != high:
            return low < high
        return self._has(low) and other._has(low)

    def near(self, other: Interval, *, share: float = 0.0) -> bool:
        """Whether the middles lie within the wider half of the two, or a share of the larger."""
        ours, theirs = (self.low + self.high) / 2, (other.low + other.high) / 2
        half = max(self.high - self.low, other.high - other.low) / 2
        return abs(ours - theirs) <= max(half, share * max(ours, theirs)) * (1 + 1e-9)

    def shut(self) -> Interval:
        """The interval with both its ends."""
        return Interval(self.low, self.high)

    def _has(self, x: float) -> bool:
        above = self.low < x or (self.low == x and self.closed_low)
        below = x < self.high or (self.high == x and self.closed_high)
        return above and below


def compatible(a: Quantity, b: Quantity) -> bool | None:
    """Whether two quantities can be the same number; None where they measure different things.

    Units of one dimension are converted (miles and kilometres, a third and 33
    percent); what the quantities count is for the caller to compare. Symmetric.
    """
    kind_a, factor_a = dimension(a.unit)
    kind_b, factor_b = dimension(b.unit)
    if kind_a != kind_b:
        return None
    if a.unit == b.unit:
        factor_a = factor_b = 1.0
    first, second = allowed(a, factor=factor_a), allowed(b, factor=factor_b)
    if a.unit != b.unit and kind_a == "time" and _is_point(a) and _is_point(b):
        return first.near(second, share=SPAN) or first.meets(second)
    if _is_point(a) and _is_point(b):
        if a.bound == b.bound == "about":
            return first.near(second)
        return first.meets(second)
    if _is_point(a) or _is_point(b):
        first, second = first.shut(), second.shut()
    return first.meets(second)


def _is_point(quantity: Quantity) -> bool:
    """Whether a quantity tells one number, exact or not."""
    return quantity.low is not None and quantity.low == quantity.high


def allowed(quantity: Quantity, *, factor: float = 1.0) -> Interval:
    """The interval of numbers that a quantity's words allow, times ``factor``."""
    low = -math.inf if quantity.low is None else quantity.low
    high = math.inf if quantity.high is None else quantity.high
    bound = quantity.bound
    if low == high and bound in ("exact", "about"):
        slack = rounding(low, counted=not quantity.unit)
        if bound == "about":
            slack = max(slack, ABOUT * abs(low))
        closed = bound == "about" or slack == 0.0
        return Interval((low - slack) * factor, (high + slack) * factor, closed, closed)
    both = math.isfinite(low) and math.isfinite(high)
    closed_low = both or bound != "more_than"
    closed_high = both or bound != "less_than"
    return Interval(low * factor, high * factor, closed_low, closed_high)


def rounding(value: float, *, counted: bool) -> float:
    """Half a unit of the last significant digit, at most `ROUNDING` of the value.

    ``counted`` numbers below `COUNTED` are whole, and exact: 0. Other whole
    numbers below it are taken as written to the unit.
    """
    size = abs(value)
    if size == 0.0 or not math.isfinite(size):
        return 0.0
    if counted and size < COUNTED and value == round(value):
        return 0.0
    digits, exponent = f"{size:.11e}".split("e")
    significant = len(digits.rstrip("0").rstrip(".").replace(".", ""))
    last = int(exponent) - significant + 1
    if size < COUNTED:
        last = min(last, 0)
    return float(min(0.5 * 10.0**last, ROUNDING * size))
