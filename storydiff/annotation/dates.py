"""Dates of a statement: the date grammar, with spans of the report."""

from __future__ import annotations

import datetime as dt

from storydiff import calendar
from storydiff.datatypes import DateMention


def find_dates(
    text: str, *, offset: int = 0, published: dt.date | None = None
) -> tuple[DateMention, ...]:
    """The dates of ``text``, in order; spans are moved by ``offset``.

    Pass a statement's text and its start to get spans of the report's text, and
    the report's day of publication; without it weekdays stay unresolved.
    """
    found = calendar.find_dates(text, published=published)
    if not offset:
        return found
    return tuple(_moved(mention, offset) for mention in found)


def _moved(mention: DateMention, offset: int) -> DateMention:
    start, end = mention.span
    return mention.model_copy(update={"span": (start + offset, end + offset)})
