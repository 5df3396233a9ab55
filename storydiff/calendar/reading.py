"""What the rules of the date grammar share: the lexicon, what was read, tokens that are numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from storydiff.calendar.days import Days
from storydiff.quantities.tokens import Tokens, lexicon

GENITIVES = ("'s", "’s")


@dataclass(frozen=True, slots=True)
class Dated:
    """A date read from tokens ``first .. last - 1``; ``days`` is None where unresolved."""

    first: int
    last: int
    days: Days | None


@dataclass(frozen=True, slots=True)
class CalendarWords:
    """The lexicon ``calendar``, without the verb forms."""

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    short_weekdays: Mapping[str, int]
    days: Mapping[str, int]
    seasons: Mapping[str, tuple[int, int]]
    spans: Mapping[str, int]
    holidays: Mapping[str, tuple[int, int]]
    small: Mapping[str, int]
    ordinals: Mapping[str, int]
    parts: frozenset[str]
    named_before: frozenset[str]
    named_after: frozenset[str]
    month_before: frozenset[str]


@cache
def calendar_words() -> CalendarWords:
    """The words, read once."""
    data = lexicon("calendar")
    return CalendarWords(**{name: _frozen(data[name]) for name in CalendarWords.__slots__})


def _frozen(value: Any) -> Any:
    return frozenset(value) if isinstance(value, list) else value


def bare(tokens: Tokens, i: int) -> str:
    """Token ``i`` in lower case without a genitive: "Monday's" is monday."""
    word = tokens.word(i)
    return word[:-2] if word.endswith(GENITIVES) else word


def whole(tokens: Tokens, i: int, low: int, high: int) -> int:
    """The whole number in plain digits at token ``i`` if it lies in [low, high], else -1."""
    word = tokens.word(i)
    if not word.isdecimal() or len(word) > 4 or not low <= int(word) <= high:
        return -1
    return int(word)


def year_at(tokens: Tokens, i: int) -> int:
    """The year in four digits at token ``i``, not glued to other digits; else -1."""
    if len(tokens.word(i)) != 4 or whole(tokens, i, 1000, 2999) < 0:
        return -1
    glued = tokens.joined(i) and tokens.word(i + 1)[0].isalnum()
    return -1 if glued else int(tokens.words[i])


def day_at(tokens: Tokens, i: int) -> tuple[int, int]:
    """The day of the month at token ``i`` ("3", "3rd") and the token after it; (-1, i) if none."""
    number = whole(tokens, i, 1, 31)
    if number < 0 or len(tokens.words[i]) > 2:
        return -1, i
    last = i + 1
    if tokens.joined(i) and tokens.word(last) in ("st", "nd", "rd", "th"):
        return number, last + 1
    unclear = tokens.joined(i) and tokens.word(last) in (":", "/", "%")
    letters = tokens.joined(i) and tokens.word(last)[:1].isalpha()
    return (-1, i) if unclear or letters else (number, last)


def skip(tokens: Tokens, i: int, *words: str) -> int:
    """The token after ``i`` if token ``i`` is one of the words, else ``i``."""
    return i + 1 if tokens.word(i) in words else i


def dashed(tokens: Tokens, i: int) -> bool:
    """Whether token ``i`` is a dash that touches both its neighbours."""
    return tokens.word(i) in ("-", "–", "—") and tokens.joined(i - 1) and tokens.joined(i)
