"""Arithmetic of day intervals: months, weeks, years, seasons.

An interval is a pair of days, both inclusive. What the calendar does not have
(February 30, the year 0, a day before 0001-01-01) is None, never an error.
"""

from __future__ import annotations

import datetime as dt

Days = tuple[dt.date, dt.date]
"""First and last day of an interval, both inclusive."""


def day(year: int, month: int, number: int) -> Days | None:
    """One day, None if the calendar has no such day."""
    try:
        only = dt.date(year, month, number)
    except ValueError:
        return None
    return only, only


def moved(start: dt.date, count: int) -> dt.date | None:
    """The day ``count`` days after ``start``, None outside the calendar."""
    try:
        return start + dt.timedelta(days=count)
    except OverflowError:
        return None


def around(start: dt.date, first: int, last: int) -> Days | None:
    """From ``first`` to ``last`` days after ``start``."""
    low, high = moved(start, first), moved(start, last)
    return None if low is None or high is None else (low, high)


def months(year: int, first: int, last: int) -> Days | None:
    """From the first day of month ``first`` to the last of ``last``; months past 12 run on."""
    year, first, last = (
        year + (first - 1) // 12,
        (first - 1) % 12 + 1,
        last - (first - 1) // 12 * 12,
    )
    start = day(year, first, 1)
    after = day(year + last // 12, last % 12 + 1, 1)
    if start is None or after is None:
        return None
    end = moved(after[0], -1)
    return None if end is None else (start[0], end)


def years(first: int, last: int) -> Days | None:
    """From January 1 of ``first`` to December 31 of ``last``."""
    start, end = day(first, 1, 1), day(last, 12, 31)
    return None if start is None or end is None else (start[0], end[0])


def week(start: dt.date, shift: int) -> Days | None:
    """The calendar week, Monday to Sunday, ``shift`` weeks after the one of ``start``."""
    monday = 7 * shift - start.weekday()
    return around(start, monday, monday + 6)


def weekday_of_month(year: int, month: int, number: int, rank: int) -> Days | None:
    """The ``rank``-th weekday ``number`` (Monday is 0) of a month; rank -1 is the last one."""
    whole = months(year, month, month)
    if whole is None:
        return None
    first = 1 + (number - whole[0].weekday()) % 7
    last = first + (whole[1].day - first) // 7 * 7
    return day(year, month, last if rank < 0 else first + 7 * (rank - 1))


def third(days: Days, part: int) -> Days:
    """The first (0), middle (1) or last (2) third of an interval: early, mid, late."""
    length = (days[1] - days[0]).days + 1
    first = days[0] + dt.timedelta(days=length * part // 3)
    last = days[0] + dt.timedelta(days=length * (part + 1) // 3 - 1)
    return first, max(first, last)


def cover(a: Days | None, b: Days | None) -> Days | None:
    """The smallest interval that holds both; the other where one is None."""
    if a is None or b is None:
        return a or b
    return min(a[0], b[0]), max(a[1], b[1])
