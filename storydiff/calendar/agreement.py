"""Whether two dates as told can be one."""

from __future__ import annotations

import datetime as dt

from storydiff.datatypes import DateMention


def compatible_dates(a: DateMention, b: DateMention) -> bool | None:
    """Whether the intervals of two dates meet; None where either is unresolved.

    Rounding is none: "in March" and "on March 3" of one year can be one date.
    Symmetric. Unresolved is a mention without a start or an end in ISO form.
    """
    first, second = interval_of(a), interval_of(b)
    if first is None or second is None:
        return None
    return max(first[0], second[0]) <= min(first[1], second[1])


def interval_of(mention: DateMention) -> tuple[dt.date, dt.date] | None:
    """First and last day of a resolved mention, None where it is unresolved."""
    try:
        return dt.date.fromisoformat(mention.start), dt.date.fromisoformat(mention.end)
    except ValueError:
        return None
