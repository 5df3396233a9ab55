"""How long a date is, and how far two lie apart."""

from __future__ import annotations

from storydiff.calendar.agreement import interval_of
from storydiff.datatypes import DateMention

LONGEST = 400
"""Days from which on an interval is an era, not a date."""


def width(date: DateMention) -> int:
    """Days that a date covers; 1 where it is not resolved."""
    interval = interval_of(date)
    return 1 if interval is None else (interval[1] - interval[0]).days + 1


def is_era(date: DateMention) -> bool:
    """Whether a date is too long a time to be a date ("the nineties", "a billion years ago")."""
    return width(date) > LONGEST


def apart(da: DateMention, db: DateMention) -> int:
    """Days between two dates; 1 where they are not resolved."""
    a, b = interval_of(da), interval_of(db)
    if a is None or b is None:
        return 1
    return max((max(a[0], b[0]) - min(a[1], b[1])).days, 0)
