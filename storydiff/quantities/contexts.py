"""What a number is when it is no quantity: a year, a label, a time, a code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from storydiff.quantities.numerals import Number, number_words, read_number
from storydiff.quantities.tokens import Tokens, lexicon
from storydiff.quantities.units import currency_before, read_unit

_LINKS = ("-", "–", "—", "/", ":", "‑")
_LABEL_SIGNS = ("#", "№", "@", "_", "=", "&", "\\", "*")


@dataclass(frozen=True, slots=True)
class Contexts:
    """Word sets of the lexicon ``number_contexts``; its comments say what each is for."""

    labels: frozenset[str]
    plurals: frozenset[str]
    no_nouns: frozenset[str]
    states: frozenset[str]
    fillers: frozenset[str]
    one_idioms: frozenset[str]
    adjuncts: frozenset[str]
    not_one: frozenset[str]
    ordinals: frozenset[str]
    change_verbs: frozenset[str]
    score_before: frozenset[str]
    score_after: frozenset[str]
    months: frozenset[str]
    clock: frozenset[str]
    year_before: frozenset[str]

    def is_plural(self, word: str) -> bool:
        """Whether a word in lower case looks like a plural noun."""
        if word in self.plurals:
            return True
        return len(word) > 3 and word[-1] == "s" and word[-2:] not in ("ss", "us", "is", "'s", "’s")


@cache
def contexts() -> Contexts:
    """The word sets, read once."""
    data = lexicon("number_contexts")
    return Contexts(**{name: frozenset(data[name]) for name in Contexts.__slots__})


def is_headline(tokens: Tokens, i: int) -> bool:
    """Whether most longer words around token ``i`` have a capital, so that it tells nothing."""
    near = range(max(0, i - 20), min(len(tokens.words), i + 20))
    longer = [k for k in near if len(tokens.words[k]) > 3 and tokens.words[k][0].isalpha()]
    return sum(map(tokens.capital, longer)) > 0.6 * len(longer)


def no_quantity(tokens: Tokens, i: int) -> int:
    """0 if the number at token ``i`` may be a quantity, else the token after what it is."""
    if tokens.word(i - 1) == "of" and tokens.raw(i - 2) == "Group" and not tokens.opens(i - 2):
        return i + 1  # the Group of Seven, the Group of 20
    if tokens.words[i][0].isdecimal():
        return _digits_skip(tokens, i)
    return _word_skip(tokens, i)


def _word_skip(tokens: Tokens, i: int) -> int:
    """Number words that are names or labels: "phase two", "one-on-one", "twenty-first"."""
    known = contexts()
    word = tokens.words[i]
    if word not in number_words().ones and word not in number_words().tens:
        return 0
    if tokens.word(i - 1) in known.labels or tokens.raw(i - 1) in ("War", "Formula", "Day"):
        return i + 1
    if tokens.word(i - 1) == "-" and tokens.joined(i - 1) and tokens.joined(i - 2):
        return i + 1
    number = read_number(tokens, i)
    last = number.last if number is not None else i + 1
    hyphen = tokens.word(last) == "-" and tokens.joined(last - 1) and tokens.joined(last)
    after = tokens.word(last + 1) if hyphen else tokens.word(last)
    if after in known.ordinals and (hyphen or word in number_words().tens):
        return last + 1
    if word in ("one", "zero") and hyphen and read_unit(tokens, last, scaled=False) is None:
        return last + 2
    if word == "zero":
        unit = read_unit(tokens, last, scaled=False)
        return 0 if unit or known.is_plural(after) else last
    if after in known.clock or after in known.months:
        return last + 1
    if tokens.words[max(0, i - 2) : i] in (["half", "past"], ["quarter", "past"]):
        return last
    return last if _names_month(tokens, i - 1) else 0


def _names_month(tokens: Tokens, i: int) -> bool:
    """Whether token ``i`` is a month; "may" and "march" only with a capital."""
    month = tokens.word(i)
    verb = month in ("may", "march") and not tokens.capital(i)
    return month in contexts().months and not verb


def _digits_skip(tokens: Tokens, i: int) -> int:
    """Digits that are codes, dates, times, years, ranks or labels."""
    last, links = _chain(tokens, i)
    before = tokens.word(i - 1)
    if tokens.joined(i - 1) and _glued_before(tokens, i):
        return last
    if links and (len(links) > 1 or set(links) & {"/", ":"}):
        return last
    if any(
        len(tokens.words[k]) > 1 and tokens.words[k][0] == "0" and tokens.words[k].isdecimal()
        for k in range(i, last)
    ):
        return _digit_run(tokens, last)
    number = read_number(tokens, i)
    if number is None:
        return _digit_run(tokens, last)
    if _glued_after(tokens, number.last) or _dated(tokens, i, last):
        return max(last, number.last)
    if currency_before(tokens, i) is not None or number.scaled:
        return 0
    if _labelled(tokens, i, before) or _is_model(tokens, number):
        return _past_listed(tokens, last)
    if number.plain[:2] not in ("19", "20") and _digit_run(tokens, number.last) > number.last:
        return _digit_run(tokens, number.last)
    if number.plain and is_year(tokens, number.low, i, number.last, linked=bool(links)):
        return last
    return 0


def _chain(tokens: Tokens, i: int) -> tuple[int, list[str]]:
    """The token after a chain of digits and links without blanks, and its links."""
    links: list[str] = []
    at = i + 1
    while (
        tokens.word(at) in _LINKS
        and tokens.joined(at - 1)
        and tokens.joined(at)
        and tokens.word(at + 1)[:1].isdecimal()
    ):
        links.append(tokens.words[at])
        at += 2
    return at, links


def _digit_run(tokens: Tokens, i: int) -> int:
    """The token after a run of digits with single blanks from ``i`` on (a phone number)."""
    while tokens.word(i)[:1].isdecimal() and tokens.starts[i] - tokens.ends[i - 1] <= 1:
        i += 1
    return i


def _glued_before(tokens: Tokens, i: int) -> bool:
    """Whether digits are glued to what makes them a code: F-16, G20, #7, COVID-19."""
    sign = tokens.words[i - 1]
    if sign[0].isalpha():
        return currency_before(tokens, i) is None
    if sign in ("-", "–", "‑", "/", ".", ":", "+"):
        return tokens.joined(i - 2) and tokens.word(i - 2)[-1:].isalnum()
    return sign in _LABEL_SIGNS


def _glued_after(tokens: Tokens, last: int) -> bool:
    """Whether letters are glued to digits that make no unit of them: 25th, 1980s, 4x4, 5G."""
    if not tokens.joined(last - 1) or not tokens.word(last)[:1].isalpha():
        return False
    return read_unit(tokens, last, scaled=False) is None


def _dated(tokens: Tokens, i: int, last: int) -> bool:
    """Whether digits are a day of the month or a time of day."""
    known = contexts()
    after = tokens.word(last)
    dotted = after in ("a", "p") and tokens.words[last + 1 : last + 3] == [".", "m"]
    if after in known.clock or dotted:
        return True
    word = tokens.words[i]
    if not word.isdecimal() or int(word) > 31:
        return False
    before = tokens.word(i - 1)
    dot = before == "." and tokens.joined(i - 2)
    if _names_month(tokens, i - 2 if dot else i - 1):
        return True
    after = tokens.word(last + 1) if after == "of" else after
    if after in known.months and tokens.capital(last + (tokens.word(last) == "of")):
        return True
    joined = after in ("and", "to", "or") and tokens.word(last + 1).isdecimal()
    return joined and tokens.word(last + 2) in known.months and tokens.capital(last + 2)


def _labelled(tokens: Tokens, i: int, before: str) -> bool:
    """Whether a word before digits makes them its label: "Article 50", "No. 10", "Apollo 11"."""
    known = contexts()
    scored = before in _PLAYED and tokens.word(i + 1) in _LINKS and tokens.joined(i)
    listed = before.endswith("s") and before[:-1] in known.labels and _lists(tokens, i)
    if (before in known.labels and not scored) or listed:
        return True
    if before == "of" and tokens.word(i - 2) == "round":
        return True
    if before == "." and tokens.joined(i - 2) and tokens.word(i - 2) in known.labels | _ABBREVIATED:
        return True
    if not tokens.words[i].isdecimal() or before in known.months or before in _WEEKDAYS:
        return False
    named = tokens.capital(i - 1) and not tokens.opens(i - 1) and before[0].isalpha()
    named = named and not before.endswith(("'s", "’s"))
    if not named or before in known.no_nouns or is_headline(tokens, i):
        return False
    counted = known.is_plural(tokens.word(i + 1)) or known.is_plural(tokens.word(i + 2))
    counted = counted or _is_part(tokens, i)
    return not counted and read_unit(tokens, i + 1, scaled=False) is None


def _is_part(tokens: Tokens, i: int) -> bool:
    """Whether a number is told as a part of others: "gave Maren 81 of the 200 seats"."""
    if tokens.word(i + 1) != "of" or tokens.word(i + 2) not in _THESE:
        return False
    known = contexts()
    whole = tokens.word(i + 3)
    return whole[:1].isdecimal() or known.is_plural(whole) or known.is_plural(tokens.word(i + 4))


def _lists(tokens: Tokens, i: int) -> bool:
    """Whether digits are the first of two: "junctions 9 and 11", "pages 4 to 6"."""
    return (
        tokens.word(i + 1) in ("and", "to", "or", "-", "–", ",", "&")
        and tokens.word(i + 2).isdecimal()
    )


def _past_listed(tokens: Tokens, last: int) -> int:
    """The token after what a label lists: "Articles 7 and 9", "pages 4 to 6"."""
    known = contexts()
    while tokens.word(last) in ("and", "or", "to", ",", "&") and tokens.word(last + 1).isdecimal():
        after = tokens.word(last + 2)
        if known.is_plural(after) or read_unit(tokens, last + 2, scaled=False):
            break
        last += 2
    return last


def _is_model(tokens: Tokens, number: Number) -> bool:
    """Whether bare digits before a single noun are its model: "the 737 jet"."""
    known = contexts()
    last = number.last
    noun, after = tokens.word(last), tokens.word(last + 1)
    if not number.plain or number.low < 10 or tokens.word(number.first - 1) not in ("the", "a"):
        return False
    if not noun[:1].isalpha() or noun.endswith(("ed", "ing", "st")) or noun in known.no_nouns:
        return False
    single = not (known.is_plural(noun) or known.is_plural(after) or noun in known.states)
    return single and read_unit(tokens, last, scaled=False) is None


_THESE = frozenset(["the", "its", "his", "her", "our", "their", "those", "these"])
_PLAYED = frozenset(["seed", "set", "game", "match"])
_ABBREVIATED = frozenset(["no", "nos", "nr", "art", "fig", "vol", "ch", "sec", "p", "pp", "st"])
_WEEKDAYS = frozenset(
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
)


def _ends_years(tokens: Tokens, i: int) -> bool:
    """Whether a number ends a span of years: "from 1990 to 1995"."""
    first = tokens.word(i - 2)
    return tokens.word(i - 1) == "to" and len(first) == 4 and first.isdecimal()


def is_year(tokens: Tokens, value: float, i: int, last: int, *, linked: bool) -> bool:
    """Whether a bare number is a year: 1900 to 2099, earlier ones after a word that says so."""
    known = contexts()
    before = tokens.word(i - 1)
    if 1000 <= value < 1900:
        return before in known.year_before and not known.is_plural(tokens.word(last))
    if not 1900 <= value < 2100:
        return False
    counted = known.is_plural(tokens.word(last)) or known.is_plural(tokens.word(last + 1))
    unit = read_unit(tokens, last, scaled=False) is not None
    if not (counted or unit) or linked:
        return True
    bounded = before in ("than", "to", "least", "nearly", "almost", "some", "about", "roughly")
    bounded = bounded and not _ends_years(tokens, i)
    bounded = bounded or before in ("over", "around", "approximately", "only", "most")
    return not (bounded or unit or (value % 100 == 0 and before not in ("the", "in", "of")))
