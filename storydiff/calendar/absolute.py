"""Rules for dates that name a month, a year, a decade or a century."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

from storydiff.calendar.days import Days, cover, day, months, third, years
from storydiff.calendar.reading import (
    Dated,
    bare,
    calendar_words,
    dashed,
    day_at,
    skip,
    whole,
    year_at,
)
from storydiff.calendar.tense import Tense, tense_near
from storydiff.quantities.contexts import contexts, is_year
from storydiff.quantities.tokens import Tokens
from storydiff.quantities.units import currency_before

_DOTTED = re.compile(r"([0-9]{1,4})\.([0-9]{1,2})\.([0-9]{1,4})")
_NAMES_TOO = frozenset(("may", "march", "april", "june", "august"))


def when(tokens: Tokens, first: int, last: int) -> Tense:
    """The tense near a date; "to" and "for" before it look ahead, "by" unless a verb says no."""
    before = tokens.word(first - 1)
    if before in ("to", "for"):
        return "future"
    tense = tense_near(tokens, first, last)
    return "future" if not tense and before in ("by", "until", "till") else tense


def part_before(tokens: Tokens, i: int) -> tuple[int, int]:
    """Which third of a period is meant ("early", "mid-", "end of") and where that begins.

    The part is 0, 1 or 2, or -1 where the whole period is meant.
    """
    before = tokens.word(i - 1)
    if before in ("early", "mid", "late"):
        return ("early", "mid", "late").index(before), i - 1
    if before == "-" and tokens.word(i - 2) == "mid":
        return 1, i - 2
    at = i - 1 if before == "of" else i
    noun = tokens.word(at - 1)
    if at < i and noun in ("end", "start", "beginning", "middle"):
        return {"end": 2, "middle": 1}.get(noun, 0), at - 1
    return -1, i


def _narrowed(days: Days | None, part: int) -> Days | None:
    return days if days is None or part < 0 else third(days, part)


# --- months and days ---------------------------------------------------------


def month(tokens: Tokens, i: int, published: dt.date | None) -> Dated | None:
    """A month name: "March 3, 2019", "March 3-5", "March 2019", "early March", "last March"."""
    name = bare(tokens, i)
    number = calendar_words().months[name]
    if not tokens.capital(i):
        return None
    short = len(name) < 5 and name not in ("may", "june", "july")
    at = skip(tokens, i + 1, ".") if short else i + 1
    start, last = day_at(tokens, at)
    if start > 0 and not _is_clock(tokens, last):
        return _month_day(tokens, i, last, number, start, published)
    return None if short else _month_alone(tokens, i, number, published)


def _is_clock(tokens: Tokens, last: int) -> bool:
    return tokens.word(last) in ("a.m", "p.m", "am", "pm") or tokens.word(last) == ":"


def _month_day(
    tokens: Tokens, i: int, last: int, number: int, start: int, published: dt.date | None
) -> Dated:
    """Days of a month: "March 3", "March 3-5", each with a year or without."""
    end = start
    if dashed(tokens, last):
        second, after = day_at(tokens, last + 1)
        if second > start:
            end, last = second, after
    return _with_year(tokens, i, last, number, (start, end), published)


def _with_year(
    tokens: Tokens,
    first: int,
    last: int,
    number: int,
    ends: tuple[int, int],
    published: dt.date | None,
) -> Dated:
    """A day of a month with the year after it, or with the year that the tense tells."""
    year, after = _year_after(tokens, last, published)
    if year > 0:
        return Dated(first, after, _days_of(year, number, ends))
    if after > last or published is None:
        return Dated(first, after, None)
    ways = [_days_of(published.year + k, number, ends) for k in (-1, 0, 1)]
    if ends[1] == 29 and number == 2:
        ways += [_days_of(published.year + k, number, ends) for k in (-3, -2, 2, 3)]
    days = _chosen([way for way in ways if way], published, when(tokens, first, last))
    return Dated(first, last, days)


def _days_of(year: int, number: int, ends: tuple[int, int]) -> Days | None:
    start, end = day(year, number, ends[0]), day(year, number, ends[1])
    return None if start is None or end is None else (start[0], end[0])


def _year_after(tokens: Tokens, last: int, published: dt.date | None) -> tuple[int, int]:
    """The year after a date ("2019", ", 2019", "of 2019", "last year") and the token after it.

    The year is -1 where there is none; "last year" without a day of publication
    gives -1 too, but moves on.
    """
    at = skip(tokens, last, ",", "of")
    year = year_at(tokens, at)
    if year > 0:
        return year, at + 1
    if tokens.word(last) == "of" or at == last:
        shift = {"last": -1, "this": 0, "next": 1}.get(tokens.word(at))
        if shift is not None and tokens.word(at + 1) == "year":
            return (-1 if published is None else published.year + shift), at + 2
    return -1, last


def _chosen(ways: list[Days], published: dt.date, tense: Tense) -> Days | None:
    """The reading that the tense allows and that lies nearest to the day of publication."""
    if tense == "past":
        ways = [way for way in ways if way[0] <= published] or ways
    elif tense == "future":
        ways = [way for way in ways if way[1] >= published] or ways

    def distance(way: Days) -> int:
        return max((way[0] - published).days, (published - way[1]).days, 0)

    return min(ways, key=distance, default=None)


def _month_alone(tokens: Tokens, i: int, number: int, published: dt.date | None) -> Dated | None:
    """A month without a day: "March 2019", "early March", "last March", "in March"."""
    part, first = part_before(tokens, i)
    year, last = _year_after(tokens, i + 1, published)
    if year > 0 or last > i + 1:
        days = months(year, number, number) if year > 0 else None
        return Dated(first, last, _narrowed(days, part))
    before = tokens.word(first - 1)
    clear = part >= 0 or before in calendar_words().month_before
    if not clear and (bare(tokens, i) in _NAMES_TOO or tokens.capital(i + 1)):
        return None
    shift = before if part < 0 and before in ("last", "this", "next") else ""
    first -= bool(shift)
    if published is None:
        return Dated(first, last, None)
    if shift == "this":
        days = months(published.year, number, number)
    else:
        ways = [months(published.year + k, number, number) for k in (-1, 0, 1)]
        strict = [w for w in ways if w and not w[0] <= published <= w[1]] if shift else ways
        tense: Tense = when(tokens, first, last)
        tense = {"last": "past", "next": "future"}.get(shift, tense)  # type: ignore[assignment]
        days = _chosen([way for way in strict if way], published, tense)
    return Dated(first, last, _narrowed(days, part))


def day_first(tokens: Tokens, i: int, published: dt.date | None) -> Dated | None:
    """A day before its month: "3 March 2019", "the 3rd of March", "3-5 March"."""
    if _glued(tokens, i):
        return None
    start, last = day_at(tokens, i)
    if start < 0:
        return None
    end = start
    if dashed(tokens, last):
        end, last = day_at(tokens, last + 1)
    last = skip(tokens, last, "of")
    number = calendar_words().months.get(bare(tokens, last), 0)
    if end < start or not number or not tokens.capital(last):
        return None
    return _with_year(tokens, i, last + 1, number, (start, end), published)


def _glued(tokens: Tokens, i: int) -> bool:
    """Whether digits go on a code or a chain: "F-2015", "555-2019", "/2015"."""
    if not tokens.joined(i - 1):
        return False
    before = tokens.word(i - 1)
    return before[-1].isalnum() or (before in "-–/:.#_@$£€+" and tokens.word(i - 2) != "mid")


# --- dates in numbers --------------------------------------------------------


def numeric(tokens: Tokens, i: int, published: dt.date | None) -> Dated | None:
    """A date in numbers: 2019-03-04, 13/04/2019, 4.3.2019; 9/11 is a name for a day.

    Where both orders of day and month are dates (03/04/2019) the interval covers
    both days: what it is compared with is no conflict if either fits.
    """
    if _glued(tokens, i):
        return None
    dotted = _DOTTED.fullmatch(tokens.words[i])
    if dotted and max(map(len, dotted.groups())) == 4:
        first, second, third_ = (int(part) for part in dotted.groups())
        days = day(first, second, third_) if first > 31 else day(third_, second, first)
        return Dated(i, i + 1, days) if days else None
    sign = tokens.word(i + 1)
    if sign not in ("-", "/") or not (tokens.joined(i) and tokens.joined(i + 1)):
        return None
    if tokens.word(i + 3) != sign or not (tokens.joined(i + 2) and tokens.joined(i + 3)):
        nine_eleven = tokens.words[i : i + 3] == ["9", "/", "11"]
        return Dated(i, i + 3, day(2001, 9, 11)) if nine_eleven else None
    if tokens.joined(i + 4) and tokens.word(i + 5)[0].isalnum():
        return None
    return _three_parts(tokens, i, (i, i + 2, i + 4))


def _three_parts(tokens: Tokens, i: int, parts: tuple[int, int, int]) -> Dated | None:
    """Year first, or day and month in either order before the year."""
    if year_at_part(tokens, parts[0]) > 0:
        year = year_at_part(tokens, parts[0])
        days = day(year, whole(tokens, parts[1], 1, 12), whole(tokens, parts[2], 1, 31))
        return Dated(i, i + 5, days) if days else None
    year = year_at_part(tokens, parts[2])
    if year < 0 and len(tokens.word(parts[2])) == 2:
        short = whole(tokens, parts[2], 0, 99)
        year = -1 if short < 0 else short + (2000 if short < 70 else 1900)
    a, b = whole(tokens, parts[0], 1, 31), whole(tokens, parts[1], 1, 31)
    if year < 0 or a < 0 or b < 0:
        return None
    days = cover(day(year, a, b), day(year, b, a))
    return Dated(i, i + 5, days) if days else None


def year_at_part(tokens: Tokens, i: int) -> int:
    """The year in four digits at token ``i``, whatever it is glued to; else -1."""
    return whole(tokens, i, 1000, 2999) if len(tokens.word(i)) == 4 else -1


# --- years, decades, centuries -----------------------------------------------


def year(tokens: Tokens, i: int, published: dt.date | None) -> Dated | None:
    """A year that stands alone: "in 2015", "early 2015", "2015-18"; counts are none."""
    value = year_at(tokens, i)
    if value < 0 or _glued(tokens, i) or tokens.word(i - 1) in contexts().labels:
        return None
    if currency_before(tokens, i) is not None or tokens.word(i + 1) == "%":
        return None
    last, end = i + 1, value
    if tokens.word(last) in ("-", "–", "/") and tokens.joined(i) and tokens.joined(last):
        end = _second_year(tokens, value, last + 1)
        if end < 0:
            return None
        last += 2
    if not is_year(tokens, float(value), i, last, linked=end > value):
        return None
    part, first = part_before(tokens, i)
    return Dated(first, last, _narrowed(years(value, end), part))


def _second_year(tokens: Tokens, value: int, i: int) -> int:
    """The year that ends "2015-18" or "2015-2018", -1 if it is none."""
    full = year_at(tokens, i)
    if full > value:
        return full
    short = whole(tokens, i, 0, 99) if len(tokens.word(i)) == 2 else -1
    return value - value % 100 + short if short > value % 100 else -1


def decade(tokens: Tokens, i: int, published: dt.date | None) -> Dated | None:
    """Decades: "the 1990s", "the late '90s" (an apostrophe only for the 1930s to 1990s)."""
    word = tokens.words[i]
    at = skip(tokens, i + 1, "'", "’") if tokens.joined(i) else i + 1
    if tokens.word(at) != "s" or not tokens.joined(at - 1) or not word.endswith("0"):
        return None
    if len(word) == 4 and whole(tokens, i, 1000, 2999) >= 1000:
        start, begin = int(word), i
    elif len(word) == 2 and tokens.word(i - 1) in ("'", "’", "‘") and tokens.joined(i - 1):
        start, begin = 1900 + int(word), i - 1
        if start < 1930:
            return None
    else:
        return None
    part, first = part_before(tokens, begin)
    return Dated(first, at + 1, _narrowed(years(start, start + 9), part))


def century(tokens: Tokens, i: int, published: dt.date | None) -> Dated | None:
    """Centuries: "the 19th century", "nineteenth-century"."""
    at = i - 2 if tokens.word(i - 1) == "-" else i - 1
    word = tokens.word(at)
    first = at - 1 if word in ("st", "nd", "rd", "th") else at
    number = calendar_words().ordinals.get(word, 0)
    if first < at:
        number = whole(tokens, first, 1, 29)
    elif word == "first" and tokens.words[max(0, at - 2) : at] == ["twenty", "-"]:
        number, first = 21, at - 2
    if number < 1:
        return None
    part, begin = part_before(tokens, first)
    return Dated(begin, i + 1, _narrowed(years(100 * number - 99, 100 * number), part))


def quarter(tokens: Tokens, i: int, published: dt.date | None) -> Dated | None:
    """A quarter or half with its year: "the third quarter of 2019", "Q3 2019"."""
    if tokens.word(i) == "q":
        number, first, at = whole(tokens, i + 1, 1, 4), i, i + 2
        size = 3
    else:
        number = calendar_words().ordinals.get(tokens.word(i - 1), 0)
        size = 3 if tokens.word(i) == "quarter" else 6
        first, at = i - 1, i + 1
    year_, last = _year_after(tokens, at, published)
    if not 1 <= number <= 12 // size or last == at:
        return None
    days = months(year_, size * (number - 1) + 1, size * number) if year_ > 0 else None
    return Dated(first, last, days)


# --- holidays ----------------------------------------------------------------


@cache
def holiday_starts() -> tuple[str, ...]:
    """The first words of the holidays that have a fixed day."""
    return tuple(dict.fromkeys(name.split()[0] for name in calendar_words().holidays))


def holiday(tokens: Tokens, i: int, published: dt.date | None) -> Dated | None:
    """A holiday with a fixed day: "Christmas Eve", "Fourth of July"."""
    for name, (number, only) in calendar_words().holidays.items():
        size = len(name.split())
        said = " ".join(tokens.words[i : i + size]).replace("’", "'")
        if said == name and tokens.capital(i):
            return _with_year(tokens, i, i + size, number, (only, only), published)
    return None
