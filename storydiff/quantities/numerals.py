"""Numerals and number words: tokens to values.

It knows how numbers are written, not what they count, and looks at each token once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from storydiff.quantities.tokens import GAPS, Tokens, lexicon

LONGEST_NUMERAL = 30
"""Numerals of more digits are identifiers: nothing that news counts needs as many."""

_CLIPPED_SCALES = frozenset({"mrd", "mio"})  # written with a stop: "3,4 Mrd. Euro"

SCALES = 2
"""How many scale words may follow a number: "3 lakh crore"."""


@dataclass(frozen=True, slots=True)
class Number:
    """A value read from tokens ``first .. last - 1``.

    ``low`` and ``high`` differ for vague words only. ``plain`` is the bare digit
    string where nothing else was written (a year, a page, a score can only be
    one of these), else "". ``scaled`` tells of a scale word (million, bn, dozen).
    """

    low: float
    high: float
    first: int
    last: int
    plain: str = ""
    scaled: bool = False
    vague: bool = False


@dataclass(frozen=True, slots=True)
class NumberWords:
    """The number words of the lexicon, by their part in the grammar."""

    ones: Mapping[str, int]
    tens: Mapping[str, int]
    scales: Mapping[str, int]
    short_scales: Mapping[str, int]
    plural_scales: Mapping[str, int]
    few: Mapping[str, tuple[int, int]]
    denominators: Mapping[str, int]
    vulgar: Mapping[str, float]
    multipliers: Mapping[str, float]


@cache
def number_words() -> NumberWords:
    """The number words, read once."""
    words = lexicon("numbers")
    few = {word: (low, high) for word, (low, high) in words["few"].items()}
    rest = [name for name in NumberWords.__slots__ if name != "few"]
    return NumberWords(few=few, **{name: words[name] for name in rest})


def numeral(text: str) -> float | None:
    """The value of a numeral with its separators, None where it is no number.

    A point or comma before a last group is decimal or groups thousands: with
    both, the last kind is decimal; alone, a comma before three digits groups
    and a point does not (English use: 1,234 but 1.234), and one that repeats
    groups. Groups have three digits (or two, Indian, before a last of three).
    A leading zero ("007"), a broken group ("1,23,4") and more than
    `LONGEST_NUMERAL` digits give None: these are identifiers.
    """
    if len(text) > 2 * LONGEST_NUMERAL:
        return None
    parts = re.split(r"\D", text)
    signs = "".join(sign if sign in ".," else "'" for sign in text if not sign.isdecimal())
    whole, fraction = _split(parts, signs)
    if not whole or len(whole) > LONGEST_NUMERAL or (len(whole) > 1 and whole[0] == "0"):
        return None
    return float(f"{whole}.{fraction}" if fraction else whole)


def _split(parts: list[str], signs: str) -> tuple[str, str]:
    """Whole digits and decimals; ("", "") where the groups make no number."""
    if not signs:
        return parts[0], ""
    last = signs[-1]
    if len(set(signs)) == 1 and not _one_decimal(parts, last):
        return (_grouped(parts), "")
    if last == "'" or signs.count(last) > 1:
        return "", ""
    if len(set(signs[:-1])) > 1:
        return "", ""
    return _grouped(parts[:-1]), parts[-1]


def _one_decimal(parts: list[str], sign: str) -> bool:
    """Whether the only sign of a numeral is a decimal point or decimal comma."""
    if len(parts) != 2 or sign == "'":
        return False
    return sign == "." or len(parts[1]) != 3 or parts[0] == "0"


def _grouped(parts: list[str]) -> str:
    """The digits of groups of three (or Indian groups), "" where they are no groups."""
    if len(parts) == 1:
        return parts[0]
    middle = {len(part) for part in parts[1:-1]}
    fits = len(parts[0]) <= 3 and len(parts[-1]) == 3 and middle in (set(), {3}, {2})
    return "".join(parts) if fits else ""


def read_number(tokens: Tokens, i: int) -> Number | None:
    """The number that begins at token ``i``: digits or words, with scale words.

    Reads "1,234", "1 234", "2½", "1.2bn", "3 million", "thirty-four", "one
    hundred and twenty", "two and a half million", "several hundred", "tens of
    thousands", "half a million". None where no number begins.
    """
    word = tokens.word(i)
    words = number_words()
    if word[:1].isdecimal():
        return _digits(tokens, i)
    if word in words.ones or word in words.tens:
        return _spelled(tokens, i)
    if word in words.plural_scales or (word == "tens" and tokens.word(i + 1) == "of"):
        return _vague_plural(tokens, i)
    if word in words.few:
        return _few(tokens, i)
    if word in words.scales:
        return _scale_alone(tokens, i)
    if word in words.vulgar:
        return _with_scale(tokens, words.vulgar[word], i, i + 1)
    if word == "half":
        return _half(tokens, i)
    return None


def _digits(tokens: Tokens, i: int) -> Number | None:
    """A number in digits: groups set apart by blanks are joined, then a scale is read."""
    text, last = tokens.raw(i), i + 1
    while _blank_group(tokens, i, last):
        text, last = text + "\u00a0" + tokens.raw(last), last + 1
    value = numeral(text)
    if value is None:
        return None
    words = number_words()
    if tokens.word(last) in words.vulgar and tokens.starts[last] - tokens.ends[last - 1] <= 1:
        value, last = value + words.vulgar[tokens.word(last)], last + 1
    number = _with_scale(tokens, value, i, last)
    if number.last == i + 1 and text.isdecimal():
        return Number(value, value, i, i + 1, plain=text)
    return number


def _blank_group(tokens: Tokens, first: int, i: int) -> bool:
    """Whether token ``i`` goes on a numeral with groups set apart by one blank."""
    if not (0 < i < len(tokens.words)):
        return False
    before, word = tokens.words[i - 1], tokens.words[i]
    return (
        tokens.starts[i] - tokens.ends[i - 1] == 1
        and tokens.text[tokens.ends[i - 1]] in GAPS
        and before.isdecimal()
        and (len(before) == 3 if i - 1 > first else len(before) <= 3 and before[0] != "0")
        and len(word.split(",")[0].split(".")[0]) == 3
        and word[0].isdecimal()
    )


def _with_scale(tokens: Tokens, value: float, first: int, i: int) -> Number:
    """The value times the scale words from token ``i`` on, and "and a half" before them."""
    words = number_words()
    scaled = False
    half = past_and_a_half(tokens, i)
    if half > i:
        value, i = value + 0.5, half
    raw = tokens.raw(i)
    if raw in words.short_scales and tokens.joined(i - 1) and not _is_metre(tokens, first, i):
        value = times(value, words.short_scales[raw])
        return Number(value, value, first, i + 1, scaled=True)
    at = i + 1 if tokens.word(i) == "-" and tokens.joined(i - 1) and tokens.joined(i) else i
    for _ in range(SCALES):
        if tokens.word(at) not in words.scales and tokens.raw(at) not in ("bn", "tn", "mn", "mln"):
            break
        scale = words.scales.get(tokens.word(at)) or words.short_scales[tokens.raw(at)]
        value = times(value, scale)
        scaled = True
        dotted = tokens.word(at) in _CLIPPED_SCALES and tokens.word(at + 1) == "."
        at = i = at + 1 + dotted
    return Number(value, value, first, i, scaled=scaled)


def times(value: float, factor: float) -> float:
    """The product to 12 significant digits, so that 4.35 million is 4,350,000."""
    return float(f"{value * factor:.12g}")


def _spelled(tokens: Tokens, i: int) -> Number:
    """A cardinal in words, by the usual rule: below a hundred, hundreds, falling scales."""
    words = number_words()
    first, total, current = i, 0.0, 0.0
    last_scale = float("inf")
    scaled = False
    while True:
        piece = _below_hundred(tokens, i)
        if piece is None or (current % 100 and current):
            break
        value, i = piece
        current += value
        half = past_and_a_half(tokens, i)
        if half > i:
            current, i = current + 0.5, half
        if tokens.word(past_hyphen(tokens, i)) == "hundred":
            current, i, scaled = current * 100, past_hyphen(tokens, i) + 1, True
        at = past_hyphen(tokens, i)
        scale = words.scales.get(tokens.word(at), 0)
        if (scale > 100 or scale == 12) and scale < last_scale:
            total, current, last_scale = total + current * scale, 0.0, scale
            i, scaled = at + 1, True
        after = i + 1 if tokens.word(i) == "and" and scaled else i
        ahead = _below_hundred(tokens, after)
        if not scaled or ahead is None or (after > i and current % 100):
            break
        if scale == 12 or tokens.word(ahead[1]) in ("of", "in"):
            break
        i = after
    return Number(total + current, total + current, first, i, scaled=scaled)


def _is_metre(tokens: Tokens, first: int, i: int) -> bool:
    """Whether the letter at token ``i`` is no scale: "828m tall" is metres, "1.1m users" not."""
    after = tokens.word(i + 1)
    if tokens.joined(i) and after[:1].isalnum():
        return True
    money = first > 0 and unicodedata.category(tokens.text[tokens.starts[first] - 1]) == "Sc"
    if tokens.raw(i) != "m" or money or tokens.raw(first - 1).isupper():
        return False
    return not (after.endswith("s") or after in lexicon("number_contexts")["plurals"])


def past_and_a_half(tokens: Tokens, i: int) -> int:
    """The token after "and a half" at token ``i``, hyphens or not; else ``i`` itself."""
    at = i
    for word in ("and", "a", "half"):
        at = past_hyphen(tokens, at)
        if tokens.word(at) != word:
            return i
        at += 1
    return at


def past_hyphen(tokens: Tokens, i: int) -> int:
    """The token after a hyphen that touches both its neighbours, else ``i`` itself."""
    return i + 1 if tokens.word(i) == "-" and tokens.joined(i - 1) and tokens.joined(i) else i


def _below_hundred(tokens: Tokens, i: int) -> tuple[int, int] | None:
    """The value of "seven", "nineteen", "forty", "forty-two" and the token after it."""
    words = number_words()
    word = tokens.word(i)
    if word in words.ones:
        return words.ones[word], i + 1
    if word not in words.tens:
        return None
    at = past_hyphen(tokens, i + 1)
    one = words.ones.get(tokens.word(at), 0)
    if 1 <= one <= 9:
        return words.tens[word] + one, at + 1
    return words.tens[word], i + 1


def _vague_plural(tokens: Tokens, i: int) -> Number | None:
    """Vague plurals ("dozens", "tens of thousands"): 2 to 20 times the unit."""
    words = number_words()
    word = tokens.words[i]
    after = tokens.word(i + 1)
    if word == "scores" and after not in ("of", "were", "more") and not _hurt(after):
        return None
    unit = float(words.plural_scales.get(word, 10))
    last = i + 1
    if tokens.word(last) == "of" and tokens.word(last + 1) in words.plural_scales:
        unit, last = unit * words.plural_scales[tokens.word(last + 1)], last + 2
    elif word == "tens":
        return None
    if tokens.word(last) in words.scales and word != "tens":
        unit, last = unit * words.scales[tokens.word(last)], last + 1
    return Number(2 * unit, 20 * unit, i, last, scaled=True, vague=True)


def _hurt(word: str) -> bool:
    """Whether a word tells what happened to a number of people: "scores hurt"."""
    return word in lexicon("number_contexts")["states"]


def _few(tokens: Tokens, i: int) -> Number | None:
    """Small vague numbers: "several", "a few hundred", "a handful of", "a couple of"."""
    words = number_words()
    word = tokens.words[i]
    low, high = words.few[word]
    first = i
    if word != "several":
        if tokens.word(i - 1) != "a":
            return None
        first = i - 1
    last = i + 1
    at = last + 1 if tokens.word(last) == "of" else last
    scale = words.scales.get(tokens.word(at), 0)
    if scale:
        low, high, last = low * scale, high * scale, at + 1
        if tokens.word(last) in words.scales:
            more = words.scales[tokens.word(last)]
            low, high, last = low * more, high * more, last + 1
    elif word in ("handful", "couple") and tokens.word(last) != "of":
        return None
    return Number(low, high, first, last, scaled=True, vague=True)


def _scale_alone(tokens: Tokens, i: int) -> Number | None:
    """A scale word without a count: "a dozen", "a hundred", "a hundred and fifty"."""
    words = number_words()
    if tokens.word(i - 1) not in ("a", "an"):
        return None
    first, value = i - 1, float(words.scales[tokens.words[i]])
    number = _with_scale(tokens, value, first, i + 1)
    if words.scales[tokens.words[i]] == 100 or tokens.words[i] == "thousand":
        after = number.last + 1 if tokens.word(number.last) == "and" else number.last
        rest = _below_hundred(tokens, after) if after > number.last else None
        if rest is not None:
            number = _with_scale(tokens, number.low + rest[0], first, rest[1])
    return Number(number.low, number.high, first, number.last, scaled=True)


def _half(tokens: Tokens, i: int) -> Number | None:
    """Half of a scale word: "half a million", "half-dozen", "a half million"."""
    words = number_words()
    at = past_hyphen(tokens, i + 1)
    if tokens.word(at) in ("a", "an"):
        at += 1
    if tokens.word(at) not in words.scales:
        return None
    first = i - 1 if tokens.word(i - 1) == "a" else i
    number = _with_scale(tokens, 0.5, first, at)
    return Number(number.low, number.high, first, number.last, scaled=True)
