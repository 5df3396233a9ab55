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
from storydiff.differences.choosing import one_to_one
from storydiff.differences.sides import Pair, Side
from storydiff.differences.slots import governor, slot_features

LONGEST = 400
"""Days from which on an interval is an era, not a date."""

SLACK = 3
"""Days by which "last week" or "the weekend" may miss the day of an event."""
STRETCH = 9
"""Days that a stretch has at most: a weekend, a week, "earlier this week"."""

_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)days?\b", re.IGNORECASE)


def find(pair: Pair) -> Iterator[Candidate]:
    """Each date of one side with its likeliest counterpart, where the two cannot be one."""
    ours, theirs = pair.a.statement.dates, pair.b.statement.dates
    open_a = {d.span for d in ours if not any(_agree(pair.a, d, pair.b, x) for x in theirs)}
    open_b = {d.span for d in theirs if not any(_agree(pair.a, x, pair.b, d) for x in ours)}
    scored = [
        (features, da, db)
        for features, da, db, same in compared(pair)
        if not same and da.span in open_a and db.span in open_b
    ]
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


def compared(pair: Pair) -> Iterator[tuple[dict[str, float], DateMention, DateMention, bool]]:
    """All pairs of dates that can be compared, with their measures and whether they agree."""
    for da in pair.a.statement.dates:
        for db in pair.b.statement.dates:
            same = _agree(pair.a, da, pair.b, db)
            if same is None or is_era(da) or is_era(db):
                continue
            features = _features(pair, da, db)
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
    return None if first is None or second is None else first == second


def _one_day(a: DateMention, b: DateMention, text: str) -> bool:
    """Whether the days fall together in some year, where not both name their year."""
    one, two = interval_of(a), interval_of(b)
    if one is None or two is None or len(_YEAR.findall(text)) > 1:
        return False
    if max(_width(a), _width(b)) > 31:
        return False
    first, second = (x[0].replace(year=2000, day=min(x[0].day, 28)) for x in (one, two))
    near = abs((first - second).days) < max(_width(a), _width(b))
    return one[0].year != two[0].year and near


def _vaguely(a: DateMention, b: DateMention) -> bool:
    """Whether one is a stretch of days and the other lies within `SLACK` days of it."""
    return 1 < max(_width(a), _width(b)) <= STRETCH and _apart(a, b) <= SLACK


def _weekday(text: str) -> int | None:
    """The weekday that a date names, Monday 0."""
    found = _WEEKDAY.search(text)
    return None if found is None else _DAYS.index(f"{found.group(1).lower()}day")


def _features(pair: Pair, da: DateMention, db: DateMention) -> dict[str, float] | None:
    i, k = pair.a.top(da.span), pair.b.top(db.span)
    if i is None or k is None:
        return None
    taken_a, taken_b = pair.a.inside(da.span), pair.b.inside(db.span)
    days = _apart(da, db)
    return {
        **slot_features(pair, taken_a, taken_b, i, k),
        "weekdays": float(
            _weekday(pair.a.cut(da.span)) is not None and _weekday(pair.b.cut(db.span)) is not None
        ),
        "resolved": float(interval_of(da) is not None and interval_of(db) is not None),
        "apart": min(days, 30) / 30,
        "next day": float(days == 1),
        "wide": float(max(_width(da), _width(db)) > 1),
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


def _width(date: DateMention) -> int:
    interval = interval_of(date)
    return 1 if interval is None else (interval[1] - interval[0]).days + 1


def is_era(date: DateMention) -> bool:
    """Whether a date is too long a time to be a date ("the nineties", "a billion years ago")."""
    return _width(date) > LONGEST


def _apart(da: DateMention, db: DateMention) -> int:
    """Days between two dates; 1 where they are not resolved."""
    a, b = interval_of(da), interval_of(db)
    if a is None or b is None:
        return 1
    return max((max(a[0], b[0]) - min(a[1], b[1])).days, 0)
