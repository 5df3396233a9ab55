"""The figures of a statement that can be compared: quantities, scores and times of the clock.

The number grammar finds quantities; a result such as 21-14 and a time such as
4:30 are figures of their own, whose parts say nothing alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from storydiff.datatypes import Quantity, Span, Statement
from storydiff.differences.days import is_era
from storydiff.quantities import compatible

EXTRA_DIGITS = 2
"""So many significant digits more say that a number is exact, and that the other was cut short."""
OF_ONE_SIZE = 3.0
"""A bound and a number that differ by more than this factor do not tell one number."""
CLOCK = 10
"""Minutes that two times of the day may lie apart and still be one."""
ZONES = 480
"""Minutes that zones may lie apart: whole hours between two times say nothing if one has a zone."""

_ZONE = re.compile(r"[\s(]*(?:[ECMP][SD]?T|GMT|UTC|BST|CES?T|[Ll]ocal|Eastern|Central|Pacific)\b")
_SCORE = re.compile(r"(?<![\w.,$:/-])(\d{1,3})\s?[-–]\s?(\d{1,3})(?![\w$:/-]|[.,]\d|\s?[-–]\d)")
_TEAM = r"[A-Z][\w.&’']*(?:[ -][A-Z][\w.&’']*){0,3}"
_TEAMS = re.compile(rf"\b{_TEAM} (\d{{1,3}}), {_TEAM} (\d{{1,3}})(?![\w%$]|[.,:]\d|,? [A-Za-z])")
_CLOCK = re.compile(
    r"(?<![\w.,:$])(\d{1,2})(?:[:.](\d{2}))?\s?([ap])\.?\s?m\b\.?|(?<![\w.,:$])(\d{1,2}):(\d{2})(?![\w:])",
    re.IGNORECASE,
)
_RECORD = re.compile(
    r"\brecord\b|\bseason\b|\boverall\b|\bimproved? to\b|\bf[ae]ll to\b", re.IGNORECASE
)
_INTERIM = re.compile(
    r"\b(?:ti(?:e|ed|es|ing)|leads?|led|leading|trail(?:s|ed|ing)?|half|halftime|break|run|deficit"
    r"|ahead|behind|advantage|made it|pulled|cut|quarter|period|inning|remaining|to (?:go|play))\b",
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
        values: the two numbers of a score or of a record of wins; minutes of the day, or of
            a game's clock.
        interim: a score that stands while the game goes on, not its end.
        zoned: a time of the day with its zone ("3 p.m. Eastern").
    """

    span: Span
    kind: Literal["quantity", "score", "record", "clock", "game"]
    quantity: Quantity | None = None
    values: tuple[int, ...] = ()
    interim: bool = False
    zoned: bool = False

    @property
    def size(self) -> float:
        """The smallest magnitude it stands for."""
        if self.quantity is None:
            return float(min(self.values))
        both = (self.quantity.low, self.quantity.high)
        return min((abs(x) for x in both if x is not None), default=0.0)


def figures_in(statement: Statement, text: str) -> tuple[Figure, ...]:
    """The figures of a statement of a report with this text, in order.

    Numbers inside a date or another figure are none.
    """
    taken = [d.span for d in statement.dates if not is_era(d)]
    every = (*_scores(statement, text), *_clocks(statement, text))
    found = [f for f in every if not _touches(f.span, taken)]
    clear = [*taken, *(f.span for f in found)]
    found += [
        Figure(q.span, "quantity", quantity=q)
        for q in statement.quantities
        if (q.low is not None or q.high is not None) and not _touches(q.span, clear)
    ]
    return tuple(sorted(found, key=lambda f: f.span))


def _touches(span: Span, taken: list[Span]) -> bool:
    return any(s < span[1] and span[0] < e for s, e in taken)


def _scores(statement: Statement, text: str) -> list[Figure]:
    """Results: "21-14", and "Harriers 21, Wolves 14" as headlines have it; "(9-5)" is a record."""
    start, end = statement.span
    found = []
    for m in (*_SCORE.finditer(text, start, end), *_TEAMS.finditer(text, start, end)):
        before, after = text[max(m.start() - 28, start) : m.start()], text[m.end() : m.end() + 14]
        recorded = before.endswith("(") or bool(_RECORD.search(before[-12:] + "#" + after))
        near = before + "#" + text[m.end() : min(m.end() + 28, end)]
        found.append(
            Figure(
                m.span(),
                "record" if recorded else "score",
                values=(int(m.group(1)), int(m.group(2))),
                interim=not recorded and bool(_INTERIM.search(near)),
            )
        )
    return found


def _clocks(statement: Statement, text: str) -> list[Figure]:
    start, end = statement.span
    found = []
    for m in _CLOCK.finditer(text, start, end):
        hour, minute, half = m.group(1) or m.group(4), m.group(2) or m.group(5), m.group(3)
        if int(minute or 0) > 59:
            continue
        if half:
            value = int(hour) % 12 * 60 + int(minute or 0) + 720 * (half.lower() == "p")
            zoned = bool(_ZONE.match(text, m.end(), end))
            found.append(Figure(m.span(), "clock", values=(value,), zoned=zoned))
        elif _PERIOD.search(text, max(m.start() - 30, start), min(m.end() + 40, end)):
            found.append(Figure(m.span(), "game", values=(int(hour) * 60 + int(minute),)))
    named = _NAMED.finditer(text, start, end)
    found += [Figure(m.span(), "clock", values=(720 * (m[0].lower() == "noon"),)) for m in named]
    return found


def agree(a: Figure, b: Figure) -> bool | None:
    """Whether two figures can be one; None where they are of different kinds."""
    if a.kind != b.kind:
        return None
    if a.quantity is not None and b.quantity is not None:
        return _quantities_agree(a.quantity, b.quantity)
    if a.kind in ("score", "record"):
        return sorted(a.values) == sorted(b.values)
    apart = abs(a.values[0] - b.values[0])
    if a.kind == "clock" and (a.zoned or b.zoned) and apart % 60 == 0 and apart <= ZONES:
        return True
    return apart <= CLOCK if a.kind == "clock" else apart == 0


def tells(a: Figure, b: Figure) -> bool:
    """Whether two figures that agree can be one told twice.

    A half line holds nearly every number, so a bound must measure the same thing by
    name and be of one size: "over $300" does not tell $5,687.
    """
    if not agree(a, b):
        return False
    if not (_open(a) or _open(b)):
        return True
    return _same_measure(a, b) and max(a.size, b.size) <= OF_ONE_SIZE * min(a.size, b.size)


def _open(figure: Figure) -> bool:
    q = figure.quantity
    return q is not None and (q.low is None or q.high is None)


def _same_measure(a: Figure, b: Figure) -> bool:
    return a.quantity is not None and b.quantity is not None and a.quantity.unit == b.quantity.unit


def same_value(a: Figure, b: Figure) -> bool:
    """Whether two figures are one to the digit, whatever bounds them."""
    if a.kind != b.kind or a.quantity is None or b.quantity is None:
        return a.kind == b.kind and sorted(a.values) == sorted(b.values)
    return a.size == b.size and (a.quantity.unit == b.quantity.unit)


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
