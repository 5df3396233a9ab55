"""The number grammar: strings to quantities with spans.

Reads a value or a range, how it is bounded, its unit and what it counts. Rules
and lexicons only: numbers are a small closed world, and a rule can say why
(``docs/design/0040-number-grammar.md``). What is no quantity is as much of the
work: years, ranks, labels, times of day, phone numbers.

Conventions of the values:

- exact and about: ``low == high``; a range: ``low < high``;
- at_least, more_than: ``high`` is None; at_most, less_than: ``low`` is None;
- "nearly v" is less_than from 0.9 v to v, "just over v" more_than from v to 1.1 v;
- "dozens", "thousands" are ranges of 2 to 20 times the unit, "several" is 3 to 9;
- "one in five", "two-thirds" and "half" have the unit "fraction"; the two sides
  of a score or a vote are two quantities with the unit "score".
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from storydiff.datatypes import Bound, Quantity
from storydiff.quantities.bounds import bound_after, bound_before, interval
from storydiff.quantities.contexts import contexts, is_headline, no_quantity
from storydiff.quantities.nouns import counts, noun_at
from storydiff.quantities.numerals import Number, number_words, past_and_a_half, read_number
from storydiff.quantities.shares import DASHES, Reading, multiplier, one_unit, share
from storydiff.quantities.tokens import Tokens, tokenise
from storydiff.quantities.units import currency_before, read_unit


@cache
def _triggers() -> frozenset[str]:
    words = number_words()
    sets = (words.ones, words.tens, words.scales, words.plural_scales, words.few, words.vulgar)
    known = frozenset(w for s in (*sets, words.denominators, words.multipliers) for w in s)
    return known | {"tens", "a", "an"}


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text in order, none overlapping; spans are of ``text``.

    Takes time linear in the text: each token is looked at a bounded number of
    times. Text in another script than Latin gives its digits.
    """
    tokens = tokenise(text)
    triggers = _triggers()
    found: list[Quantity] = []
    done = 0
    for i, word in enumerate(tokens.words):
        if i < done or not (word in triggers or word[0].isdecimal()):
            continue
        quantities, last = _quantities_at(tokens, i, done)
        found += quantities
        done = max(done, last)
        while found and done < len(tokens.words) and tokens.starts[done] < found[-1].span[1]:
            done += 1
    return tuple(found)


def _quantities_at(tokens: Tokens, i: int, done: int) -> tuple[list[Quantity], int]:
    """The quantities that begin with the number at token ``i``, and the token after them."""
    if tokens.words[i] in ("a", "an"):
        special = one_unit(tokens, i)
        return ([_bounded(tokens, special, done)], special.last) if special else ([], done)
    special = share(tokens, i) or multiplier(tokens, i)
    if special is not None:
        return [_bounded(tokens, special, done)], special.last
    skip = no_quantity(tokens, i)
    if skip:
        return [], skip
    number = read_number(tokens, i)
    if number is None or number.first < done:
        return [], done  # a word like "few" may still belong to a bound: "as few as 30"
    first = _measured(tokens, number, done)
    pair = _pair(tokens, first, done)
    if pair is not None:
        low, high, kind = pair
        if kind == "score":
            return [_plain(tokens, replace(r, unit="score")) for r in (low, high)], high.last
        if kind == "change":
            return [_bounded(tokens, r, done) for r in (low, high)], high.last
        return [_range(tokens, low, high, done)], high.last
    if _one_is_no_number(tokens, first, done):
        return [], i + 1
    return [_bounded(tokens, first, done)], first.last


# --- values with units -------------------------------------------------------


def _measured(tokens: Tokens, number: Number, done: int) -> Reading:
    """A number with the currency before it, the unit after it, its sign, or its age."""
    first, last, unit = number.first, number.last, ""
    low, high, scaled = number.low, number.high, number.scaled
    money = currency_before(tokens, first)
    if money is not None and money[1] >= done:
        unit, first = money
    else:
        after = read_unit(tokens, last + _past_of(tokens, number), scaled=scaled)
        if after is not None:
            unit, last = after
        elif _is_age(tokens, number):
            unit = "years old"
            first = _age_begins(tokens, number.first)
        elif _magnitude_before(tokens, first):
            unit = "magnitude"
        elif tokens.words[max(0, first - 2) : first] == ["factor", "of"]:
            unit = "times"
    half = past_and_a_half(tokens, last)
    if half > last:
        low, high, last = low + 0.5, high + 0.5, half
    if first > done and _negative(tokens, first, unit):
        low, high, first = -high, -low, first - 1
    return Reading(low, high, first, last, unit, number.plain, scaled, number.vague)


def _past_of(tokens: Tokens, number: Number) -> int:
    """How many tokens stand before the unit: "dozens of miles", "0.25 of a point"."""
    if tokens.word(number.last) != "of":
        return 0
    if number.vague:
        return 1
    return 2 if number.low < 1 and tokens.word(number.last + 1) in ("a", "an") else 0


def _age_begins(tokens: Tokens, first: int) -> int:
    """The first token of an age: "aged 72" whole, "under the age of 16" from "the" on."""
    if tokens.word(first - 1) in ("aged", "age"):
        return first - 1
    if tokens.word(first - 3) == "the" and bound_before(tokens, first - 3):
        return first - 3
    return first


def _magnitude_before(tokens: Tokens, first: int) -> bool:
    """Whether "magnitude" or "magnitude of" stands before a number."""
    return tokens.word(first - 1 - (tokens.word(first - 1) == "of")) == "magnitude"


def _negative(tokens: Tokens, first: int, unit: str) -> bool:
    """Whether a minus stands before a number whose unit can be negative."""
    if tokens.word(first - 1) == "minus":
        return tokens.word(first - 2) != "or"  # "plus or minus three points" is a margin
    sign = tokens.word(first - 1) in ("-", "−", "–") and tokens.joined(first - 1)
    return sign and not tokens.joined(first - 2) and bool(unit)


def _is_age(tokens: Tokens, number: Number) -> bool:
    """Whether a bare number is an age: "Ann Hill, 34, said", "aged 72"."""
    before = tokens.word(number.first - 1)
    if not 0 < number.low < 125 or number.vague:
        return False
    if before in ("aged", "age", "ages") or (
        before == "of" and tokens.word(number.first - 2) == "age"
    ):
        return True
    if before in ("and", "or", "to") and tokens.word(number.first - 3) in ("aged", "ages"):
        return True
    if before in ("is", "was") and tokens.word(number.first - 2) == "who":
        return not number.scaled and tokens.word(number.last) in (",", ".", ")")
    if _of_several_ages(tokens, number):
        return True
    if before in ("both", "all") and tokens.word(number.first - 2) == ",":
        return not number.scaled and tokens.word(number.last) in (",", ".", ")")
    if number.scaled or before != "," or not tokens.word(number.first - 2)[:1].isalpha():
        return False
    if not number.plain and tokens.word(number.last) != ",":
        return False
    after = tokens.word(number.last + 1)
    if tokens.capital(number.first - 2):
        closed = tokens.word(number.last) in (".", ";", ")")
        return closed or (tokens.word(number.last) == "," and not after[:1].isdecimal())
    return tokens.word(number.last) == "," and after[:1].isalpha() and after not in ("and", "or")


def _of_several_ages(tokens: Tokens, number: Number) -> bool:
    """Whether a bare number is one of two set off by commas: "his sons, 6 and 9, were"."""
    first = number.first if tokens.word(number.last) == "and" else number.first - 2
    if not number.plain or first < 2:
        return False
    one, link, other = (tokens.word(k) for k in range(first, first + 3))
    set_off = tokens.word(first - 1) == tokens.word(first + 3) == ","
    people = contexts().is_plural(tokens.word(first - 2))
    bare = one.isdecimal() and link == "and" and other.isdecimal()
    after = tokens.word(first + 4)
    return set_off and people and bare and max(int(one), int(other)) < 125 and after.isalpha()


# --- two numbers -------------------------------------------------------------


def _pair(tokens: Tokens, a: Reading, done: int) -> tuple[Reading, Reading, str] | None:
    """The two readings that ``a`` begins and what they are; None where it stands alone."""
    against = _votes_against(tokens, a)
    if against is not None:
        return against
    sign = tokens.word(a.last)
    dash = sign in DASHES and tokens.joined(a.last - 1) and tokens.joined(a.last)
    if not (dash or sign in ("to", "and", "or")) or a.vague:
        return None
    at = a.last + 1
    at += tokens.raw(at) in ("$", "£", "€", "¥", "₹")
    number = read_number(tokens, at) if at < len(tokens.words) else None
    if number is None or number.first != at or number.vague:
        return None
    b = _measured(tokens, number, done)
    if dash and not b.unit and _names_unit(tokens, a):
        return None  # "5-foot-10" is one height, no range
    between = tokens.word(a.first - 1) == "between" or tokens.word(a.first - 2) == "between"
    if sign == "and" and not between:
        return None
    alike = bool(a.unit) == bool(b.unit) or tokens.word(a.first - 1) == "from"
    a, b = _same_measure(a, b)
    if a.unit != b.unit:
        return None
    kind = _pair_kind(tokens, a, b, dash=dash, sign=sign, change=alike and not dash)
    return (a, b, kind) if kind else None


def _names_unit(tokens: Tokens, reading: Reading) -> bool:
    """Whether a reading ends in its unit, told as a word: "5-foot"."""
    return bool(reading.unit) and tokens.word(reading.last - 1)[:1].isalpha()


def _votes_against(tokens: Tokens, a: Reading) -> tuple[Reading, Reading, str] | None:
    """The two sides of a vote whose first names the votes: "52 votes to 46"."""
    if not a.plain or a.unit or tokens.words[a.last : a.last + 2] != ["votes", "to"]:
        return None
    number = read_number(tokens, a.last + 2)
    if number is None or not number.plain or noun_at(tokens, number.last, one=False):
        return None
    b = Reading(number.low, number.high, number.first, number.last)
    return replace(a, last=a.last + 1), b, "score"


def _same_measure(a: Reading, b: Reading) -> tuple[Reading, Reading]:
    """Two readings with the scale and unit that they share: "$10-15 million", "2 to 3 km"."""
    if b.scaled and not a.scaled:
        coefficient, scale = _coefficient(b.low)
        if a.low < coefficient:
            a = replace(a, low=a.low * scale, high=a.high * scale)
    if not a.unit and b.unit:
        a = replace(a, unit=b.unit)
    if a.unit and not b.unit:
        b = replace(b, unit=a.unit)
    return a, b


def _coefficient(value: float) -> tuple[float, float]:
    """A scaled value as coefficient and scale: 3,000,000 is (3, 1,000,000)."""
    for scale in (1e12, 1e9, 1e6, 1e3, 100.0, 12.0):
        if value >= scale:
            return value / scale, scale
    return value, 1.0


def _pair_kind(
    tokens: Tokens, a: Reading, b: Reading, *, dash: bool, sign: str, change: bool
) -> str:
    """What two numbers are together: "range", "score", "change", or "" for neither.

    ``change`` says that they may be the ends of a change ("rose 3% to 12%");
    in "rose 3 to 4 percent" the first has no unit of its own, and is none.
    """
    known = contexts()
    if sign == "and":
        return "range"
    before = [tokens.word(k) for k in range(a.first - 4, a.first)]
    if sign == "or":
        return "range" if a.low < b.low <= 2 * a.low + 1 else ""
    plain = bool(a.plain and b.plain) and not a.unit and max(a.low, b.low) < 1000
    voted = any(word in known.score_before for word in (*before, tokens.word(b.last)))
    voted = voted or tokens.word(b.last) in known.score_after
    counted = noun_at(tokens, b.last, one=False) is not None
    if plain and ((voted and (a.low >= b.low or not counted)) or (dash and a.low >= b.low)):
        return "score"
    changed = change and any(word in known.change_verbs for word in before)
    if a.low < b.low and not changed:
        return "range"
    return "change" if tokens.word(a.first - 1) == "from" and a.unit and not counted else ""


def _bounded(tokens: Tokens, reading: Reading, done: int) -> Quantity:
    """The quantity of a reading with the bounds around it."""
    kind, first, last = "exact", reading.first, reading.last
    before = bound_before(tokens, first)
    after = bound_after(tokens, last)
    if after is not None:
        kind, last = after
        if not reading.unit and tokens.word(last - 1) in ("older", "younger"):
            reading = replace(reading, unit="years old")
        unit = read_unit(tokens, last, scaled=reading.scaled) if not reading.unit else None
        if unit is not None:
            reading, last = replace(reading, unit=unit[0]), unit[1]
    if before is not None and before[1] >= done:
        kind, first = before
    low, high, bound = interval(reading.low, reading.high, kind, vague=reading.vague)
    reading = replace(reading, first=first, last=last)
    return _quantity(tokens, reading, low, high, bound)


def _range(tokens: Tokens, a: Reading, b: Reading, done: int) -> Quantity:
    """The quantity of a range, with "between", "from" or a bound before it."""
    first = a.first
    low, high = min(a.low, b.low), max(a.high, b.high)
    if tokens.word(first - 1) in ("between", "from"):
        first -= 1
    if not b.unit and tokens.word(first - 1) in ("aged", "ages"):
        b = replace(b, unit="years old")
    bound: Bound = "range" if low < high else "about"
    ends: tuple[float | None, float | None] = (low, high)
    before = bound_before(tokens, first)
    if before is not None and before[1] >= done:
        kind, first = before
        if kind in ("at_least", "more_than", "at_most", "less_than"):
            lower, upper, bound = interval(low, high, kind, vague=False)
            ends = (lower, upper)
    reading = replace(b, first=first)
    return _quantity(tokens, reading, *ends, bound)


def _plain(tokens: Tokens, reading: Reading) -> Quantity:
    """The quantity of a reading without bounds and noun."""
    span = (tokens.starts[reading.first], tokens.ends[reading.last - 1])
    return Quantity(span=span, low=reading.low, high=reading.high, unit=reading.unit)


def _quantity(
    tokens: Tokens, reading: Reading, low: float | None, high: float | None, bound: Bound
) -> Quantity:
    span = (tokens.starts[reading.first], tokens.ends[reading.last - 1])
    noun = None
    if counts(reading.unit, tokens.word(reading.last)):
        one = reading.high <= 1 and reading.unit in ("", "fraction")
        noun = noun_at(tokens, reading.last, one=one, part=reading.unit != "")
    return Quantity(span=span, low=low, high=high, bound=bound, unit=reading.unit, noun=noun)


def _one_is_no_number(tokens: Tokens, reading: Reading, done: int) -> bool:
    """Whether "one" is a pronoun here, or a number word part of a name."""
    known = contexts()
    word = tokens.words[reading.first]
    if word not in number_words().ones and word not in number_words().tens:
        return False
    following = tokens.word(reading.last)
    if word == "one" and not reading.scaled and not reading.unit:
        if tokens.word(reading.first - 1) in known.not_one:
            return True
        if bound_before(tokens, reading.first) or following in known.states or following == "died":
            return False
        idiom = following in known.no_nouns or following in known.one_idioms
        return idiom or not following[:1].isalpha()
    named = tokens.capital(reading.first) and not tokens.opens(reading.first)
    before = reading.first - 1 - (tokens.word(reading.first - 1) == "of")  # the Group of Seven
    neighbour = tokens.capital(reading.last) or tokens.capital(before)
    named = named and neighbour and not reading.unit
    return named and not is_headline(tokens, reading.first)
