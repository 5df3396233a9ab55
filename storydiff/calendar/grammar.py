"""The date grammar: dates, weekdays and periods in a text, resolved to days.

Rules and a lexicon only (``docs/design/0042-dates.md``). Each rule stands at a
word that triggers it, reads a bounded number of words around it, and resolves
what it read against the day of publication. Without that day, what depends on
it (weekdays, "yesterday", "last week") is found but stays unresolved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from storydiff.calendar import absolute, relative
from storydiff.calendar.reading import GENITIVES, Dated, bare, calendar_words
from storydiff.datatypes import DateMention
from storydiff.quantities.tokens import Tokens, tokenise

Rule = Callable[[Tokens, int, dt.date | None], Dated | None]


@dataclass(frozen=True, slots=True)
class _Rules:
    """The rules for each word that triggers some, and for digits."""

    words: Mapping[str, tuple[Rule, ...]]
    digits: tuple[Rule, ...]


@cache
def _rules() -> _Rules:
    known = calendar_words()
    words: dict[str, tuple[Rule, ...]] = {}
    for names, rule in (
        (known.seasons, relative.season),
        (known.months, absolute.month),
        (known.weekdays, relative.weekday),
        (known.short_weekdays, relative.weekday),
        (known.days, relative.named_day),
        (relative.PERIODS, relative.period),
        (known.parts, relative.part_of_day),
        (("overnight",), relative.part_of_day),
        (("ago",), relative.ago),
        (("now",), relative.from_now),
        (("century", "centuries"), absolute.century),
        (("q",), absolute.quarter),
        (("quarter", "half"), absolute.quarter),
        (absolute.holiday_starts(), absolute.holiday),
    ):
        for name in names:
            words[name] = (*words.get(name, ()), rule)
    digits = (
        absolute.numeric,
        absolute.day_first,
        absolute.decade,
        absolute.year,
    )
    return _Rules(words, digits)


def find_dates(text: str, *, published: dt.date | None = None) -> tuple[DateMention, ...]:
    """The dates of a text in order, none overlapping; spans are of ``text``.

    Args:
        text: any text; English dates, and dates in numbers, are found.
        published: the day to resolve against. Without it only full dates are
            resolved; the rest has empty ``start`` and ``end``.

    Takes time linear in the text: a rule looks at a bounded number of words.
    """
    tokens = tokenise(text)
    rules = _rules()
    found: list[Dated] = []
    done = 0
    for i, word in enumerate(tokens.words):
        if i < done:
            continue
        choice = rules.digits if word[0].isdecimal() else rules.words.get(bare(tokens, i), ())
        for rule in choice:
            dated = rule(tokens, i, published)
            if dated is not None and dated.first >= done:
                found.append(dated)
                done = dated.last
                break
    return tuple(_mention(tokens, dated) for dated in found)


def _mention(tokens: Tokens, dated: Dated) -> DateMention:
    span = (tokens.starts[dated.first], tokens.ends[dated.last - 1])
    if tokens.words[dated.last - 1].endswith(GENITIVES):
        span = (span[0], span[1] - 2)
    if dated.days is None:
        return DateMention(span=span)
    start, end = dated.days
    return DateMention(span=span, start=start.isoformat(), end=end.isoformat())
