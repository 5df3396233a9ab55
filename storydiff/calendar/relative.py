"""Rules for dates that are told from the day of publication: weekdays, "yesterday", "last week"."""

from __future__ import annotations

import datetime as dt

from storydiff.calendar import absolute
from storydiff.calendar.absolute import part_before, when
from storydiff.calendar.days import (
    Days,
    around,
    cover,
    months,
    third,
    week,
    weekday_of_month,
    years,
)
from storydiff.calendar.reading import Dated, bare, calendar_words, skip, year_at
from storydiff.calendar.tense import Tense
from storydiff.quantities.numerals import read_number
from storydiff.quantities.tokens import Tokens

PERIODS = ("week", "weekend", "month", "year", "decade", "days", "weeks", "months", "years")
_SHIFTS = {"last": -1, "this": 0, "next": 1, "coming": 1, "current": 0}
_EVERY = ("every", "each", "most")


# --- weekdays ----------------------------------------------------------------


def weekday(tokens: Tokens, i: int, published: dt.date | None) -> Dated | None:
    """A weekday, with what stands around it: "last Friday", "Monday, March 3", "Friday night"."""
    known = calendar_words()
    name = bare(tokens, i)
    number = known.weekdays.get(name, -1)
    last = i + 1
    if number < 0:
        number, last = known.short_weekdays[name], skip(tokens, i + 1, ".")
    if not tokens.capital(i) or _is_name(tokens, i):
        return None
    full = _date_after(tokens, skip(tokens, last, ","), published)
    if full is not None:
        return Dated(i, full.last, full.days)
    if name in known.short_weekdays and last == i + 1:
        return None
    last = _past_part_of_day(tokens, last)
    ranked = _of_month(tokens, i, last, number, published)
    if ranked is not None:
        return ranked
    before = tokens.word(i - 1)
    if before in _EVERY:
        return Dated(i - 1, last, None)
    first = i - 1 if before in _SHIFTS or before == "past" else i
    shift, last = _week_after(tokens, last)
    if shift is None and tokens.words[max(0, i - 2) : i] in (["last", "week"], ["next", "week"]):
        shift, first = _SHIFTS[tokens.words[i - 2]], i - 2
    if published is None:
        return Dated(first, last, None)
    if shift is not None:
        return Dated(first, last, _in_week(published, number, shift))
    word = tokens.word(first) if first < i else ""
    return Dated(first, last, _resolved(published, number, word, when(tokens, first, last)))


def _of_month(
    tokens: Tokens, i: int, last: int, number: int, published: dt.date | None
) -> Dated | None:
    """A weekday told by its rank in a month: "the first Tuesday of April", "in April 2019"."""
    before = tokens.word(i - 1)
    rank = -1 if before == "last" else calendar_words().ordinals.get(before, 0)
    month = bare(tokens, last + 1)
    if not rank or rank > 5 or tokens.word(last) not in ("of", "in"):
        return None
    if month not in calendar_words().months:
        return None
    named = absolute.month(tokens, last + 1, published)
    if named is None or named.days is None:
        return Dated(i - 1, last + 2, None)
    start = named.days[0]
    days = weekday_of_month(start.year, start.month, number, rank)
    return Dated(i - 1, max(named.last, last + 2), days)


def _is_name(tokens: Tokens, i: int) -> bool:
    """Whether a weekday is part of a name: Black Friday, the Sunday Times."""
    known = calendar_words()
    before = tokens.word(i - 1) in known.named_before - set(_EVERY)
    before = before and tokens.capital(i - 1) and tokens.word(i - 1) != "most"
    after = tokens.word(i + 1) in known.named_after and tokens.capital(i + 1)
    live = tokens.word(i + 1) == "night" and tokens.word(i + 2) == "live" and tokens.capital(i + 2)
    return before or after or live


def _date_after(tokens: Tokens, i: int, published: dt.date | None) -> Dated | None:
    """The date that names the same day as the weekday before it."""
    word = bare(tokens, i)
    if word in calendar_words().months:
        found = absolute.month(tokens, i, published)
        return found if found and found.last > i + 1 and found.first == i else None
    if word == "the":
        return _date_after(tokens, i + 1, published) if tokens.word(i + 1)[:1].isdecimal() else None
    if word[:1].isdecimal():
        return absolute.numeric(tokens, i, published) or absolute.day_first(tokens, i, published)
    return None


def _past_part_of_day(tokens: Tokens, i: int) -> int:
    """The token after "morning", "night" and the like, if one stands at ``i``."""
    return i + 1 if tokens.word(i) in calendar_words().parts else i


def _week_after(tokens: Tokens, i: int) -> tuple[int | None, int]:
    """The shift of "last week" or "of next week" after a weekday, and the token after it."""
    at = skip(tokens, i, "of")
    if tokens.word(at) in _SHIFTS and bare(tokens, at + 1) == "week":
        return _SHIFTS[tokens.word(at)], at + 2
    return None, i


def _in_week(published: dt.date, number: int, shift: int) -> Days | None:
    start = 7 * shift + number - published.weekday()
    return around(published, start, start)


def _resolved(published: dt.date, number: int, word: str, tense: Tense) -> Days | None:
    """The day that a weekday means.

    A bare weekday is the nearest one in the direction of the tense, the day of
    publication included; without a tense it looks back, as news does. "Last"
    and "next" are the nearest one not today, or the one of the neighbouring
    calendar week: where these differ, the interval covers both.
    """
    back = (published.weekday() - number) % 7
    ahead = (number - published.weekday()) % 7
    if word in ("last", "past"):
        nearest = around(published, -(back or 7), -(back or 7))
        return cover(nearest, _in_week(published, number, -1))
    if word in ("next", "coming"):
        nearest = around(published, ahead or 7, ahead or 7)
        return nearest if word == "coming" else cover(nearest, _in_week(published, number, 1))
    if tense == "future" or (word == "this" and tense != "past"):
        return around(published, ahead, ahead)
    return around(published, -back, -back)


# --- named days --------------------------------------------------------------


def named_day(tokens: Tokens, i: int, published: dt.date | None) -> Dated | None:
    """Named days: "today", "yesterday morning", "tonight", "the day before yesterday"."""
    shift = calendar_words().days[bare(tokens, i)]
    first = i
    if tokens.words[max(0, i - 2) : i] in (["day", "before"], ["day", "after"]) and shift:
        first, shift = i - 2, 2 * shift
    last = _past_part_of_day(tokens, i + 1)
    return Dated(first, last, None if published is None else around(published, shift, shift))


def part_of_day(tokens: Tokens, i: int, published: dt.date | None) -> Dated | None:
    """Parts of a day: "this morning", "last night", "overnight"."""
    word, before = bare(tokens, i), tokens.word(i - 1)
    if word == "overnight":
        return Dated(i, i + 1, None if published is None else around(published, -1, 0))
    if before == "this" and word in ("morning", "afternoon", "evening"):
        shift = 0
    elif before == "last" and word in ("night", "evening"):
        shift = -1
    else:
        return None
    return Dated(i - 1, i + 1, None if published is None else around(published, shift, shift))


# --- periods -----------------------------------------------------------------


def period(tokens: Tokens, i: int, published: dt.date | None) -> Dated | None:
    """Periods: "last week", "earlier this month", "next year", "the weekend"."""
    word = bare(tokens, i)
    rolling = _rolling(tokens, i, published)
    if rolling is not None:
        return rolling
    if word == "weekend":
        return _weekend(tokens, i, published)
    before = tokens.word(i - 1)
    if word not in ("week", "month", "year", "decade"):
        return None
    if (
        before == "the"
        and tokens.word(i - 2) == "in"
        and tokens.word(i - 3) in ("earlier", "later")
    ):
        return _period_part(word, i - 3, i + 1, 0, tokens.word(i - 3), published)
    part, first = part_before(tokens, i - 1)
    if before == "the" and part >= 0:
        return _third_of(word, part, first, i + 1, 0, published)
    shift = _SHIFTS.get(before)
    if shift is None:
        return None
    if part >= 0:
        return _third_of(word, part, first, i + 1, shift, published)
    if tokens.word(i - 2) in ("earlier", "later"):
        return _period_part(word, i - 2, i + 1, shift, tokens.word(i - 2), published)
    return Dated(i - 1, i + 1, None if published is None else _calendar(word, published, shift))


def _calendar(word: str, published: dt.date, shift: int) -> Days | None:
    """The calendar week, month, year or decade ``shift`` from the one of publication."""
    if word == "week":
        return week(published, shift)
    if word == "month":
        number = published.year * 12 + published.month - 1 + shift
        return months(number // 12, number % 12 + 1, number % 12 + 1)
    if word == "year":
        return years(published.year + shift, published.year + shift)
    start = published.year // 10 * 10 + 10 * shift
    return years(start, start + 9)


def _period_part(
    word: str, first: int, last: int, shift: int, which: str, published: dt.date | None
) -> Dated:
    """A cut period: "earlier this month" ends at publication, "later this year" begins there."""
    if published is None:
        return Dated(first, last, None)
    days = _calendar(word, published, shift)
    if days is not None and days[0] <= published <= days[1]:
        days = (days[0], published) if which == "earlier" else (published, days[1])
    return Dated(first, last, days)


def _third_of(
    word: str, part: int, first: int, last: int, shift: int, published: dt.date | None
) -> Dated:
    days = None if published is None else _calendar(word, published, shift)
    return Dated(first, last, None if days is None else third(days, part))


def _weekend(tokens: Tokens, i: int, published: dt.date | None) -> Dated | None:
    """Saturday and Sunday: this, last or next week's, or "the weekend" by its tense."""
    before = tokens.word(i - 1)
    if before not in ("the", *_SHIFTS):
        return None
    first = i - 1
    if published is None:
        return Dated(first, i + 1, None)
    back = (published.weekday() - 5) % 7
    latest = around(published, -back, 1 - back)
    if before == "last":
        days = latest if back > 1 else around(published, -back - 7, -back - 6)
    elif before in ("next", "coming"):
        days = cover(around(published, 7 - back, 8 - back), _in_week_pair(published, 1))
        days = days if before == "next" else around(published, 7 - back, 8 - back)
    elif before == "the" and when(tokens, first, i + 1) != "future":
        days = latest
    else:
        days = _in_week_pair(published, 0)
    return Dated(first, i + 1, days)


def _in_week_pair(published: dt.date, shift: int) -> Days | None:
    start = 7 * shift + 5 - published.weekday()
    return around(published, start, start + 1)


def _rolling(tokens: Tokens, i: int, published: dt.date | None) -> Dated | None:
    """Periods counted from publication: "the past week", "the next 10 days"."""
    word = bare(tokens, i)
    unit = word.removesuffix("s")
    length = calendar_words().spans.get(unit, 0)
    if not length:
        return None
    many = word.endswith("s")
    if not many and tokens.words[max(0, i - 2) : i] not in (["the", "past"], ["the", "coming"]):
        return None
    begin, count = _count_before(tokens, i) if many else (i, (1.0, 1.0))
    which = tokens.word(begin - 1)
    if which not in ("past", "last", "next", "coming") or begin < i - 4:
        return None
    if many and begin == i and which not in ("past", "coming"):
        return None
    if published is None:
        return Dated(begin - 1, i + 1, None)
    reach = min(round(count[1] * length), 10**7)
    back = which in ("past", "last")
    days = around(published, -reach, 0) if back else around(published, 0, reach)
    return Dated(begin - 1, i + 1, days)


def _count_before(tokens: Tokens, i: int) -> tuple[int, tuple[float, float]]:
    """Where the count before a unit begins, and its lowest and highest value.

    Without a count, "the past days" means some of them: 2 to 9.
    """
    if tokens.word(i - 1) in ("few", "several"):
        return i - 1 - (tokens.word(i - 2) == "a"), (2.0, 9.0)
    for start in range(max(0, i - 4), i):
        number = read_number(tokens, start)
        if number is not None and number.last == i:
            return number.first, (number.low, number.high)
    value = float(calendar_words().small.get(tokens.word(i - 1), 0))
    if value:
        return i - 1, (value, value)
    if tokens.words[max(0, i - 3) : i] == ["a", "couple", "of"]:
        return i - 3, (2.0, 2.0)
    return i, (2.0, 9.0)


# --- counted from publication ------------------------------------------------


def ago(tokens: Tokens, i: int, published: dt.date | None) -> Dated | None:
    """Days ago: "two days ago", "several months ago"; longer units are told loosely."""
    return _away(tokens, i, i + 1, -1, published)


def from_now(tokens: Tokens, i: int, published: dt.date | None) -> Dated | None:
    """Days ahead: "two weeks from now"."""
    if tokens.word(i - 1) != "from":
        return None
    return _away(tokens, i - 1, i + 1, 1, published)


def _away(tokens: Tokens, i: int, last: int, sign: int, published: dt.date | None) -> Dated | None:
    """So many days, weeks, months or years from publication, half a unit looser on each side."""
    unit = tokens.word(i - 1).removesuffix("s")
    if unit in ("hour", "minute", "second", "moment"):
        length, loose = 0, 1
    else:
        length = calendar_words().spans.get(unit, 0)
        loose = length // 2
        if not length:
            return None
    begin, (low, high) = _count_before(tokens, i - 1)
    if begin == i - 1:
        return None
    if published is None:
        return Dated(begin, last, None)
    if not length:
        low, high = 0.0, min(high, 48) / 24 if unit == "hour" else 0.0
        length, loose = 1, 1
    near, far = round(min(low, 1e6) * length) - loose, round(min(high, 1e6) * length) + loose
    near = max(near, 0)
    days = around(published, -far, -near) if sign < 0 else around(published, near, far)
    return Dated(begin, last, days)


# --- seasons -----------------------------------------------------------------


def season(tokens: Tokens, i: int, published: dt.date | None) -> Dated | None:
    """Seasons: "last summer", "the summer of 2015"; nothing without a year or a shift."""
    start, end = calendar_words().seasons[bare(tokens, i)]
    end += 12 if end < start else 0
    at = skip(tokens, i + 1, "of")
    year = year_at(tokens, at)
    if year > 0:
        return Dated(i, at + 1, months(year, start, end))
    before = tokens.word(i - 1)
    if before not in ("last", "this", "next", "past", "coming"):
        return None
    if published is None:
        return Dated(i - 1, i + 1, None)
    ways = [months(published.year + k, start, end) for k in (-2, -1, 0, 1)]
    known = [way for way in ways if way is not None]
    if before in ("last", "past"):
        days = max((way for way in known if way[1] < published), default=None)
    elif before in ("next", "coming"):
        days = min((way for way in known if way[0] > published), default=None)
    else:
        running = [way for way in known if way[0] <= published <= way[1]]
        same = [way for way in known if way[0].year == published.year]
        days = next(iter(running + same), None)
    return Dated(i - 1, i + 1, days)
