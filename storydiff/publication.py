"""The day on which a report was published, from the date as it was written.

Only what can mean one day: 03/04/2015 is the third of April to some and the
fourth of March to others, so it is no day here (docs/design/0024-dates-of-reports.md).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_YEAR_FIRST = re.compile(r"\s*([0-9]{4})([-/.]?)([0-9]{2})\2([0-9]{2})(?![0-9])")
_YEAR_LAST = re.compile(r"(?<![0-9])([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})(?![0-9])")
_DAY_MONTH = re.compile(
    r"(?<![0-9])([0-9]{1,2})(?:st|nd|rd|th)? +(?:of +)?([A-Za-z]{3,9})\.?,? +([0-9]{4})(?![0-9])"
)
_MONTH_DAY = re.compile(
    r"\b([A-Za-z]{3,9})\.? +([0-9]{1,2})(?:st|nd|rd|th)?,? +([0-9]{4})(?![0-9])"
)


def day_of(written: str) -> dt.date | None:
    """The one day that a date as written can mean, or None if there is none or more than one.

    Understood are ISO dates with or without a time, ``20150614``, ``14 June
    2015`` and ``Jun. 14, 2015`` (English months), and days, months and years in
    numbers where only one order of them is a date.

    >>> day_of("Sunday, June 14, 2015, 5:03 p.m.")
    datetime.date(2015, 6, 14)
    >>> day_of("03/04/2015")
    """
    days = {day for numbers in _possible(written) if (day := _day(*numbers))}
    return days.pop() if len(days) == 1 else None


def _possible(written: str) -> Iterator[tuple[int, int, int]]:
    """Year, month and day of every way to read what is written."""
    if match := _YEAR_FIRST.match(written):
        yield int(match[1]), int(match[3]), int(match[4])
        return
    for match in _YEAR_LAST.finditer(written):
        yield int(match[4]), int(match[3]), int(match[1])
        yield int(match[4]), int(match[1]), int(match[3])
    for match in _DAY_MONTH.finditer(written):
        yield int(match[3]), _month(match[2]), int(match[1])
    for match in _MONTH_DAY.finditer(written):
        yield int(match[3]), _month(match[1]), int(match[2])


def _month(name: str) -> int:
    """The number of a month written out or cut short; 0 if it is none."""
    lower = name.lower()
    found = (i for i, month in enumerate(_MONTHS, start=1) if month.startswith(lower))
    return next(found, 0)


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
