"""Planted numbers: other values, other bounds, other units; and the same number told otherwise."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from benchmarks.planting.sentences import Edit, Sentence, cased

_SMALL = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen
"""
_TIES = "twenty thirty forty fifty sixty seventy eighty ninety"
SMALL = tuple(_SMALL.split())
TIES = dict(zip(range(20, 100, 10), _TIES.split(), strict=True))
WORDS = {
    **{word: n for n, word in enumerate(SMALL) if n > 1},
    **{word: n for n, word in TIES.items()},
    **{f"{tie}-{SMALL[k]}": n + k for n, tie in TIES.items() for k in range(1, 10)},
}
NAMES = {n: word for word, n in WORDS.items()}

_WORD = re.compile(
    r"\b(?:" + "|".join(sorted(WORDS, key=len, reverse=True)) + r")\b", re.IGNORECASE
)
_DIGITS = re.compile(r"(?<![\w$£€.,:/'’-])[$£€]?\d+(?:,\d{3})*(?:\.\d+)?(?![\w/:'’-])")
_MONTH = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan\.|Feb\.|Aug\.|Sept\.|Oct\.|Nov\.|Dec\.|No\.|[Nn]umber|[Rr]oute|[Ww]ard|[Hh]ighway"
    r"|[Ll]ot|[Ll]ine|[Ff]light|[Cc]hannel|[Rr]oom|[Ll]evel|[Aa]rticle|[Ss]ection|[Ww]eek|[Dd]ay)"
    r"(?: of)? $"
)
_BOUNDED = re.compile(
    r"\b(?:at least|more than|fewer than|less than|up to|over|under|nearly|almost|no more than"
    r"|as (?:many|much|long|high|few|little) as|above|below|between"
    r"|from|to|and|or|of|by|just|the|only|first|last|past|next|all"
    r"|since|until|before|after|at|magnitude|page|whose|longer than)"
    r"(?: an?| another)? $|['’]s $",
    re.IGNORECASE,
)
_NO_COUNT = re.compile(
    r"\b(?:past|at|since|page|magnitude|(?:one|two|three|seven|eight|nine|\d) (?:in|out of)) $"
)
_AFTER = re.compile(
    r"^(?: (?:to|or|and|in|of|out of|percentage|times|more|minutes past)\b|[–-]|, \d|"
    r" (?:a\.m|p\.m|am|pm)\b| (?:January|February|March|April|May|June|July|August|September"
    r"|October|November|December)\b|(?:st|nd|rd|th)\b)"
)


def told(sentence: Sentence) -> Iterator[tuple[int, str, float]]:
    """Numbers that stand freely: where, how written, and their value (without a scale word)."""
    text = sentence.text
    found = [(m.start(), m[0], _value(m[0])) for m in _DIGITS.finditer(text)]
    found += [(m.start(), m[0], float(WORDS[m[0].lower()])) for m in _WORD.finditer(text)]
    for at, written, value in sorted(found):
        before, after = text[:at], text[at + len(written) :]
        year = re.fullmatch(r"(?:1[5-9]|20)\d\d", written)
        glued = before[-1:] in ("-", "–") or (before[-1:].isalnum())
        if (
            year
            or glued
            or _NO_COUNT.search(before)
            or _MONTH.search(before)
            or _AFTER.match(after)
        ):
            continue
        if sentence.free(at, at + len(written)) and value > 0:
            yield at, written, value


def _value(written: str) -> float:
    return float(written.lstrip("$£€").replace(",", ""))


def _write(value: float, like: str) -> str:
    """A value in the manner of another: with its sign, its commas, its decimals, or in words."""
    if like[0].isalpha():
        return cased(NAMES.get(round(value), f"{value:,.0f}"), like)
    sign = like[0] if like[0] in "$£€" else ""
    decimals = 0 if value == round(value) else len(like.partition(".")[2])
    return f"{sign}{value:,.{decimals}f}"


def _significant(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


def other_value(sentence: Sentence, rng: random.Random) -> Iterator[Edit]:
    """Another value in the place of one that no bound opens to one side."""
    for at, written, value in told(sentence):
        if _BOUNDED.search(sentence.text[:at]):
            continue
        shares = re.match(r" ?(?:percent|per cent|%)", sentence.text[at + len(written) :])
        most = 100.0 if shares else float("inf")
        after = _write(_changed(value, written, rng, most=most), written)
        if after != written and after.lower() != written.lower():
            yield Edit(at, written, after, "value")


def _age(sentence: Sentence, at: int, written: str) -> bool:
    """Whether a number is somebody's age: ", 34,"."""
    end = at + len(written)
    return sentence.text[:at].endswith(", ") and sentence.text[end : end + 1] in (",", ".")


def _loose(sentence: Sentence, at: int) -> bool:
    """Whether a number is told as about so much already."""
    return bool(_LOOSE.search(sentence.text[:at]))


_LOOSE = re.compile(r"\b(?:about|around|some|roughly|approximately) $", re.IGNORECASE)


def _changed(value: float, written: str, rng: random.Random, *, most: float) -> float:
    """A value at least a fifth away, below ``most``; small counts stay small counts."""
    if value <= 20 and value == round(value):
        steps = [k for k in (-6, -5, -4, -3, -2, 2, 3, 4, 5, 6) if 2 <= value + k <= 99]
        return value + rng.choice([k for k in steps if abs(k) >= 0.2 * value] or [7])
    factor = rng.choice([f for f in (0.4, 0.55, 0.7, 1.4, 1.7, 2.5, 3.0) if f * value < most])
    digits = max(2, len(str(written).strip("$£€").replace(",", "").replace(".", "").rstrip("0")))
    changed = _significant(value * factor, digits)
    return min(changed, 99.0) if written[0].isalpha() else changed


def other_bound(sentence: Sentence, rng: random.Random) -> Iterator[Edit]:
    """A bound that the first value breaks: 12 against "at least 20"."""
    for at, written, value in told(sentence):
        bounded = _BOUNDED.search(sentence.text[:at]) or _loose(sentence, at)
        if bounded or _age(sentence, at, written) or value < 4 or written[0] in "$£€":
            continue
        phrase, factor = rng.choice(
            [
                ("at least", 1.6),
                ("more than", 1.5),
                ("no fewer than", 1.8),
                ("fewer than", 0.6),
                ("at most", 0.5),
                ("no more than", 0.6),
            ]
        )
        far = value * factor
        limit = _significant(far, 2) if far > 20 else float(round(far))
        after = f"{phrase} {_write(limit, written).lower()}"
        yield Edit(at, written, cased(after, written), "bound")


UNITS = (
    ("kilometres", "miles"),
    ("kilometers", "miles"),
    ("km", "miles"),
    ("miles", "kilometers"),
    ("metres", "feet"),
    ("meters", "feet"),
    ("feet", "meters"),
    ("minutes", "hours"),
    ("hours", "days"),
    ("days", "weeks"),
    ("weeks", "months"),
    ("months", "years"),
    ("years", "months"),
    ("acres", "square miles"),
    ("hectares", "acres"),
    ("tonnes", "kilograms"),
    ("tons", "pounds"),
    ("million", "billion"),
    ("billion", "million"),
    ("thousand", "million"),
)
_UNIT = re.compile(r"\s?[- ]?(" + "|".join(unit for unit, _ in UNITS) + r")\b")


def other_unit(sentence: Sentence, rng: random.Random) -> Iterator[Edit]:
    """The same figure in a unit that makes it another amount."""
    swaps: dict[str, str] = dict(UNITS)
    for at, written, _ in told(sentence):
        if _BOUNDED.search(sentence.text[:at]):
            continue
        end = at + len(written)
        unit = _UNIT.match(sentence.text, end)
        if unit:
            yield Edit(unit.start(1), unit[1], swaps[unit[1]], "unit")
        if written[0] == "$":
            yield Edit(at, "$", rng.choice("£€"), "currency")


# --- harmless ----------------------------------------------------------------


def rounded(sentence: Sentence, rng: random.Random) -> Iterator[Edit]:
    """The value rounded, and said to be: 11,940 as "nearly 12,000", 48,500 as "some 50,000"."""
    for at, written, value in told(sentence):
        digits = len(f"{value:g}".replace(".", "").rstrip("0"))
        if _BOUNDED.search(sentence.text[:at]) or digits < 2 or value < 20 or written[0].isalpha():
            continue
        if _loose(sentence, at) or _age(sentence, at, written):
            continue
        near = _significant(value, rng.randint(1, digits - 1))
        if abs(near - value) > 0.04 * value or near == value:
            continue
        side = ("nearly", "almost", "just under") if near > value else ("just over", "more than")
        phrase = rng.choice([*side, "about", "around", "roughly"])
        whole = f"{written[0] if written[0] in '$£€' else ''}{near:,.0f}"
        if near == round(near):
            yield Edit(at, written, f"{phrase} {whole}", "rounding")


def respelled(sentence: Sentence, rng: random.Random) -> Iterator[Edit]:
    """The same value in words for digits, in digits for words, or with its unit shortened."""
    for at, written, value in told(sentence):
        after = sentence.text[at + len(written) :]
        if written[0].isalpha() and value >= 2 and not after.startswith("-"):
            yield Edit(at, written, f"{value:.0f}", "digits for words")
        elif value in NAMES and value >= 2 and written.isdigit():
            yield Edit(at, written, NAMES[round(value)], "words for digits")
        scale = re.match(r" (million|billion)\b", after)
        if scale and written[0] in "$£€":
            short = written + rng.choice(["m", "M"] if scale[1] == "million" else ["bn", "B"])
            yield Edit(at, written + scale[0], short, "short scale")
        elif scale:
            zeros = 1e6 if scale[1] == "million" else 1e9
            yield Edit(at, written + scale[0], f"{value * zeros:,.0f}", "scale in digits")
        percent = re.match(r" ?(percent|per cent|%)", after)
        if percent and not written[0].isalpha():
            forms = [f" {word}" for word in ("percent", "per cent") if word != percent[1]]
            forms += ["%"] if percent[1] != "%" else []
            end = at + len(written)
            yield Edit(end, percent[0], rng.choice(forms), "per cent")


def allowing_bound(sentence: Sentence, rng: random.Random) -> Iterator[Edit]:
    """A bound that the first value keeps: 12 against "at least 12" or "up to 15"."""
    for at, written, value in told(sentence):
        if _BOUNDED.search(sentence.text[:at]) or value < 3:
            continue
        if _loose(sentence, at) or _age(sentence, at, written) or written[0] in "$£€":
            continue
        phrase = rng.choice(["at least", "no fewer than", "about", "as many as"])
        after = f"{phrase} {written[0].lower() + written[1:]}"
        yield Edit(at, written, cased(after, written), "allowing bound")


def dozen(sentence: Sentence, rng: random.Random) -> Iterator[Edit]:
    """Twelve as a dozen, and the neighbours of it as about a dozen."""
    for at, written, value in told(sentence):
        if value == 12 and not _BOUNDED.search(sentence.text[:at]) and written[0] not in "$£€":
            yield Edit(
                at, written, cased(rng.choice(["a dozen", "about a dozen"]), written), "dozen"
            )
