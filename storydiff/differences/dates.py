"""Dates that cannot both be right: other days in one slot.

Dates are resolved to days before they are compared; "yesterday" and "Monday"
may be one day. A weekday that nothing resolves is compared by its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from storydiff.calendar import compatible_dates
from storydiff.calendar.agreement import interval_of
from storydiff.datatypes import DateMention
from storydiff.differences.candidates import Candidate
from storydiff.differences.choosing import Among, everything, one_to_one
from storydiff.differences.days import apart, is_era, width
from storydiff.differences.sides import Pair, Side
from storydiff.differences.slots import governor, slot_features

SLACK = 3
"""Days by which "last week" or "the weekend" may miss the day of an event."""
STRETCH = 9
"""Days that a stretch has at most: a weekend, a week, "earlier this week"."""

_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_MONTH = re.compile(
    r"\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:[a-z]{0,6})\b", re.IGNORECASE
)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)days?\b", re.IGNORECASE)


def find(pair: Pair) -> Iterator[Candidate]:
    """Each date of one side with its likeliest counterpart, where the two cannot be one."""
    ours, theirs = pair.a.statement.dates, pair.b.statement.dates
    open_a = {d.span for d in ours if not any(_agree(pair.a, d, pair.b, x) for x in theirs)}
    open_b = {d.span for d in theirs if not any(_agree(pair.a, x, pair.b, d) for x in ours)}

    def open_to(da: DateMention, db: DateMention, same: bool) -> bool:
        return not same and da.span in open_a and db.span in open_b

    scored = [(features, da, db) for features, da, db, _ in compared(pair, among=open_to)]
    shared = len(ours) - len(open_a)
    for features, da, db in one_to_one(scored):
        yield Candidate(
            type="date",
            rule="date: other day in one slot",
            a=(da.span,),
            b=(db.span,),
            features={**features, "shared dates": min(shared, 2) / 2},
            clash=True,
        )


def compared(
    pair: Pair, *, among: Among[DateMention] = everything
) -> Iterator[tuple[dict[str, float], DateMention, DateMention, bool]]:
    """All pairs of dates that can be compared, with their measures and whether they agree."""
    for da in pair.a.statement.dates:
        for db in pair.b.statement.dates:
            same = _agree(pair.a, da, pair.b, db)
            if same is None or is_era(da) or is_era(db):
                continue
            features = _features(pair, da, db) if among(da, db, same) else None
            if features is not None:
                yield features, da, db, same


def _agree(side_a: Side, a: DateMention, side_b: Side, b: DateMention) -> bool | None:
    """Whether two dates can be one day; None where nothing tells.

    A weekday is itself in every week, a day of a month in every year that is not
    written: which week or year was meant is a guess of ours, not what was told.
    """
    text_a, text_b = side_a.cut(a.span).lower(), side_b.cut(b.span).lower()
    first, second = _weekday(text_a), _weekday(text_b)
    if text_a == text_b or (first is not None and first == second):
        return True
    resolved = compatible_dates(a, b)
    if resolved is False and (_one_day(a, b, text_a + text_b) or _vaguely(a, b)):
        return True
    if resolved is not None:
        return resolved
    if first is not None and second is not None:
        return first == second
    months = _month(text_a), _month(text_b)
    return None if None in months else months[0] == months[1]


def _one_day(a: DateMention, b: DateMention, text: str) -> bool:
    """Whether the days fall together in some year, where not both name their year."""
    one, two = interval_of(a), interval_of(b)
    if one is None or two is None or len(_YEAR.findall(text)) > 1:
        return False
    if max(width(a), width(b)) > 31:
        return False
    first, second = (x[0].replace(year=2000, day=min(x[0].day, 28)) for x in (one, two))
    near = abs((first - second).days) < max(width(a), width(b))
    return one[0].year != two[0].year and near


def _vaguely(a: DateMention, b: DateMention) -> bool:
    """Whether one is a stretch of days and the other lies within `SLACK` days of it."""
    return 1 < max(width(a), width(b)) <= STRETCH and apart(a, b) <= SLACK


def _weekday(text: str) -> int | None:
    """The weekday that a date names, Monday 0."""
    found = _WEEKDAY.search(text)
    return None if found is None else _DAYS.index(f"{found.group(1).lower()}day")


def _month(text: str) -> str | None:
    """The first letters of the month that a date names; "May" and "Mar" count, "may" does not."""
    found = _MONTH.search(text)
    return None if found is None else found.group(1)


def same_lag(pair: Pair, da: DateMention, db: DateMention) -> float:
    """1 where reports of two days each tell of a day as long before: "today", told twice.

    -1 where the lags differ; 0 where either is unknown or both reports are of one day.
    """
    one, two = interval_of(da), interval_of(db)
    days = pair.a.published, pair.b.published
    if one is None or two is None or days[0] is None or days[1] is None or days[0] == days[1]:
        return 0.0
    return 1.0 if days[0] - one[0] == days[1] - two[0] else -1.0


def _features(pair: Pair, da: DateMention, db: DateMention) -> dict[str, float] | None:
    i, k = pair.a.top(da.span), pair.b.top(db.span)
    if i is None or k is None:
        return None
    taken_a, taken_b = pair.a.inside(da.span), pair.b.inside(db.span)
    days = apart(da, db)
    return {
        **slot_features(pair, taken_a, taken_b, i, k),
        "weekdays": float(
            _weekday(pair.a.cut(da.span)) is not None and _weekday(pair.b.cut(db.span)) is not None
        ),
        "resolved": float(interval_of(da) is not None and interval_of(db) is not None),
        "apart": min(days, 30) / 30,
        "next day": float(days == 1),
        "lag": same_lag(pair, da, db),
        "elsewhere": (
            pair.b.elsewhere.has_date(da, pair.a.cut(da.span))
            + pair.a.elsewhere.has_date(db, pair.b.cut(db.span))
        )
        / 2,
        "wide": float(max(width(da), width(db)) > 1),
        "same verb": float(_same_verb(pair, i, k)),
        "said": float(_reports(pair.a, i) or _reports(pair.b, k)),
        "saying": float(_reports(pair.a, i) != _reports(pair.b, k)),
    }


def _same_verb(pair: Pair, i: int, k: int) -> bool:
    a, b = governor(pair.a, i), governor(pair.b, k)
    return a is not None and b is not None and pair.a.words.keys[a] == pair.b.words.keys[b]


def _reports(side: Side, i: int) -> bool:
    """Whether a date hangs on a word that reports speech: it dates the saying, not the fact."""
    top = governor(side, i)
    if top is None:
        return False
    start = side.statement.start + int(side.words.starts[top])
    return any(s <= start < e for x in side.statement.attributions for s, e in x.cue)
