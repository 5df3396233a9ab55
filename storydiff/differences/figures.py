"""The figures of a statement that can be compared: quantities, scores and times of the clock.

The number grammar finds quantities; a result such as 21-14 and a time such as
4:30 are figures of their own, whose parts say nothing alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from storydiff.datatypes import Quantity, Span
from storydiff.differences.dates import is_era
from storydiff.differences.sides import Side
from storydiff.quantities import compatible

EXTRA_DIGITS = 2
"""So many significant digits more say that a number is exact, and that the other was cut short."""
CLOCK = 10
"""Minutes that two times of the day may lie apart and still be one."""

_SCORE = re.compile(r"(?<![\w.,$:/-])(\d{1,3})\s?[-–]\s?(\d{1,3})(?![\w$:/-]|[.,]\d|\s?[-–]\d)")
_CLOCK = re.compile(
    r"(?<![\w.,:$])(\d{1,2})(?:[:.](\d{2}))?\s?([ap])\.?\s?m\b\.?|(?<![\w.,:$])(\d{1,2}):(\d{2})(?![\w:])",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b(noon|midnight)\b", re.IGNORECASE)
_PERIOD = re.compile(
    r"\b(?:quarter|half|period|inning|round|to (?:go|play)|remaining|left)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure where it stands.

    Attributes:
        span: in the report.
        kind: of what sort it is; only figures of one kind are compared.
        quantity: of a quantity.
        values: the two numbers of a score; minutes of the day, or of a game's clock.
    """

    span: Span
    kind: Literal["quantity", "score", "clock", "game"]
    quantity: Quantity | None = None
    values: tuple[int, ...] = ()

    @property
    def size(self) -> float:
        """The smallest magnitude it stands for."""
        if self.quantity is None:
            return float(min(self.values))
        both = (self.quantity.low, self.quantity.high)
        return min((abs(x) for x in both if x is not None), default=0.0)


def figures(side: Side) -> tuple[Figure, ...]:
    """The figures of a statement in order; numbers inside a date or another figure are none."""
    taken = [d.span for d in side.statement.dates if not is_era(d)]
    found = [f for f in (*_scores(side), *_clocks(side)) if not _touches(f.span, taken)]
    clear = [*taken, *(f.span for f in found)]
    found += [
        Figure(q.span, "quantity", quantity=q)
        for q in side.statement.quantities
        if (q.low is not None or q.high is not None) and not _touches(q.span, clear)
    ]
    return tuple(sorted(found, key=lambda f: f.span))


def _touches(span: Span, taken: list[Span]) -> bool:
    return any(s < span[1] and span[0] < e for s, e in taken)


def _scores(side: Side) -> list[Figure]:
    start, end = side.statement.span
    return [
        Figure(m.span(), "score", values=(int(m.group(1)), int(m.group(2))))
        for m in _SCORE.finditer(side.text, start, end)
    ]


def _clocks(side: Side) -> list[Figure]:
    start, end = side.statement.span
    found = []
    for m in _CLOCK.finditer(side.text, start, end):
        hour, minute, half = m.group(1) or m.group(4), m.group(2) or m.group(5), m.group(3)
        if int(minute or 0) > 59:
            continue
        if half:
            value = int(hour) % 12 * 60 + int(minute or 0) + 720 * (half.lower() == "p")
            found.append(Figure(m.span(), "clock", values=(value,)))
        elif _PERIOD.search(side.text, max(m.start() - 30, start), min(m.end() + 40, end)):
            found.append(Figure(m.span(), "game", values=(int(hour) * 60 + int(minute),)))
    named = _NAMED.finditer(side.text, start, end)
    found += [Figure(m.span(), "clock", values=(720 * (m[0].lower() == "noon"),)) for m in named]
    return found


def agree(a: Figure, b: Figure) -> bool | None:
    """Whether two figures can be one; None where they are of different kinds."""
    if a.kind != b.kind:
        return None
    if a.quantity is not None and b.quantity is not None:
        return _quantities_agree(a.quantity, b.quantity)
    if a.kind == "score":
        return sorted(a.values) == sorted(b.values)
    apart = abs(a.values[0] - b.values[0])
    return apart <= CLOCK if a.kind == "clock" else apart == 0


def told_too(figure: Figure, others: tuple[Figure, ...]) -> bool:
    """Whether a side tells a figure as well; "at least 3" tells 500 only of the same unit.

    A half line holds nearly every number, so it must measure the same thing by name.
    """
    return any(
        agree(figure, x) and (not (_open(figure) or _open(x)) or _same_measure(figure, x))
        for x in others
    )


def _open(figure: Figure) -> bool:
    q = figure.quantity
    return q is not None and (q.low is None or q.high is None)


def _same_measure(a: Figure, b: Figure) -> bool:
    return a.quantity is not None and b.quantity is not None and a.quantity.unit == b.quantity.unit


def _quantities_agree(a: Quantity, b: Quantity) -> bool | None:
    """`compatible`, where a number without a unit may have the other's ("13 points, then 12").

    An exact number and the same number cut short agree as well.
    """
    if not (a.unit and b.unit) and (a.noun is None or a.unit) and (b.noun is None or b.unit):
        unit = a.unit or b.unit
        a, b = a.model_copy(update={"unit": unit}), b.model_copy(update={"unit": unit})
    said = compatible(a, b)
    return True if said is False and (_cut_short(a, b) or _cut_short(b, a)) else said


def _cut_short(exact: Quantity, short: Quantity) -> bool:
    if exact.unit != short.unit or exact.low != exact.high or short.low != short.high:
        return False
    if exact.low is None or short.low is None:
        return False
    digits, wanted = _digits(exact.low), _digits(short.low)
    return (
        len(digits) >= len(wanted) + EXTRA_DIGITS
        and digits.startswith(wanted)
        and f"{exact.low:.0e}"[2:] == f"{short.low:.0e}"[2:]
    )


def _digits(value: float) -> str:
    """The significant digits of a number."""
    return f"{abs(value):.11e}".split("e")[0].replace(".", "").rstrip("0")
