"""Parts and multiples: "a third of", "one in five", "half an hour", "twice"."""

from __future__ import annotations

from dataclasses import dataclass

from storydiff.quantities.bounds import bound_before
from storydiff.quantities.numerals import number_words, past_hyphen, read_number
from storydiff.quantities.tokens import Tokens
from storydiff.quantities.units import read_unit

DASHES = ("-", "–", "—", "‑")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: low and high value, the tokens it fills, unit, and whether vague."""

    low: float
    high: float
    first: int
    last: int
    unit: str = ""
    plain: str = ""
    scaled: bool = False
    vague: bool = False


def multiplier(tokens: Tokens, i: int) -> Reading | None:
    """Multiples: "twice", "tripled", "fivefold"; "double" only as a comparison."""
    word = tokens.words[i]
    value = number_words().multipliers.get(word)
    if value is None:
        return None
    compares = tokens.word(i + 1) in ("the", "that", "its", "their", "his", "her", "what")
    if word in ("double", "triple") and not compares and not bound_before(tokens, i):
        return None
    return Reading(value, value, i, i + 1, "times")


def share(tokens: Tokens, i: int) -> Reading | None:
    """A part of a whole: "a third of", "two-thirds", "one in five", "half of", "3/4 of"."""
    words = number_words()
    word = tokens.words[i]
    if word == "half":
        return _half(tokens, i)
    if word in words.denominators:
        return _one_part(tokens, i)
    numerator = words.ones.get(word) or (int(word) if word.isdecimal() and len(word) < 6 else 0)
    if not numerator:
        return None
    at = i + 1
    if tokens.word(at) == "/" and tokens.joined(i) and tokens.joined(at):
        return _slashed(tokens, i, numerator)
    if tokens.word(at) in DASHES and tokens.joined(i) and tokens.joined(at):
        at += 1
    parts = words.denominators.get(tokens.word(at), 0)
    if parts and 0 < numerator < parts:
        clear = at > i + 1 or tokens.word(at + 1) in ("of", "the", "majority")
        plural = tokens.word(at).endswith("s") == (numerator > 1) or parts == 2
        if clear and plural:
            return Reading(numerator / parts, numerator / parts, i, at + 1, "fraction")
    return _one_in(tokens, i, numerator)


def _slashed(tokens: Tokens, i: int, numerator: int) -> Reading | None:
    """A part written with a slash: "3/4 of"."""
    word = tokens.word(i + 2)
    parts = int(word) if word.isdecimal() and len(word) < 4 else 0
    if numerator < parts <= 100 and tokens.word(i + 3) in ("of", "the"):
        return Reading(numerator / parts, numerator / parts, i, i + 3, "fraction")
    return None


def _one_in(tokens: Tokens, i: int, numerator: int) -> Reading | None:
    """Odds: "one in five", "nine out of ten", "1 in every 40"."""
    at = past_hyphen(tokens, i + 1)
    if tokens.word(at) == "out" and tokens.word(at + 1) == "of":
        at += 2
    elif tokens.word(at) == "in":
        at = past_hyphen(tokens, at + 1)
    else:
        return None
    at += tokens.word(at) == "every"
    number = read_number(tokens, at) if at < len(tokens.words) else None
    if number is None or number.vague or not numerator < number.low:
        return None
    if number.plain and 1900 <= number.low < 2100:
        return None
    unit = read_unit(tokens, number.last, scaled=False)
    if unit is not None or number.first != at:
        return None
    value = numerator / number.low
    return Reading(value, value, i, number.last, "fraction")


def _one_part(tokens: Tokens, i: int) -> Reading | None:
    """One part: "a third of", "a quarter of a mile"; an ordinal only with "a" and "of"."""
    word = tokens.words[i]
    if tokens.word(i - 1) != "a" or word.endswith("s"):
        return None
    if tokens.word(i + 1) != "of" and not _measures(tokens, i - 1):
        return None
    at = i + 1
    value = 1 / number_words().denominators[word]
    scale = number_words().scales.get(tokens.word(i + 3), 0)
    of_one = tokens.words[i + 1 : i + 3] in (["of", "a"], ["of", "an"])
    if of_one and scale:
        return Reading(value * scale, value * scale, i - 1, i + 4, "", scaled=True)
    if of_one:
        unit = read_unit(tokens, i + 3, scaled=False)
        if unit is not None:
            return Reading(value, value, i - 1, unit[1], unit[0])
    return Reading(value, value, i - 1, at, "fraction")


def _measures(tokens: Tokens, first: int) -> bool:
    """Whether what stands before makes a part of "a fifth": "by a fifth", "nearly a third"."""
    return tokens.word(first - 1) == "by" or bound_before(tokens, first) is not None


def _half(tokens: Tokens, i: int) -> Reading | None:
    """Half: "half of", "about half", "half an hour", "half a percentage point"."""
    if tokens.word(i - 1) in ("first", "second", "other", "final", "opening", "better", "-", "and"):
        return None
    if tokens.words[max(0, i - 2) : i] == ["and", "a"] and tokens.word(i - 4) in ("a", "an"):
        unit = read_unit(tokens, i - 3, scaled=False)
        return Reading(1.5, 1.5, i - 4, i + 1, unit[0]) if unit and unit[1] == i - 2 else None
    at = i + 1
    if tokens.word(at) == "past":
        return None
    if tokens.word(at) in ("a", "an") or (tokens.word(at) == "-" and tokens.joined(i)):
        unit = read_unit(tokens, at + 1, scaled=False)
        if unit is not None:
            return Reading(0.5, 0.5, i, unit[1], unit[0])
    if read_number(tokens, i) is not None:
        return None
    follows = tokens.word(at) in ("of", "the", "its", "his", "her", "their", "all", "our", "those")
    if follows or _measures(tokens, i):
        return Reading(0.5, 0.5, i, at, "fraction")
    return None


def one_unit(tokens: Tokens, i: int) -> Reading | None:
    """One of a unit told by its article: "more than a mile", where a bound stands before."""
    if bound_before(tokens, i) is None:
        return None
    unit = read_unit(tokens, i + 1, scaled=False)
    if unit is not None and tokens.word(unit[1]) in ("ago", "earlier"):
        return None  # "twice as many as a year ago" tells when, not how long
    if unit is None or tokens.words[unit[1] : unit[1] + 3] == ["and", "a", "half"]:
        return None
    return Reading(1.0, 1.0, i, unit[1], unit[0])
