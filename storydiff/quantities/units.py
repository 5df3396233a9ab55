"""Units and currencies: how they are written, and what converts into what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from storydiff.quantities.tokens import Tokens, lexicon, tokenise


@dataclass(frozen=True, slots=True)
class Units:
    """The lexicon of units, turned for look-up.

    ``words`` maps the tokens of a unit's name (hyphens left out) to the unit;
    ``hyphenated`` those that count only after a hyphen ("12-point");
    ``symbols`` maps what stands before an amount to its currency.
    ``scales`` maps a unit to its dimension and factor.
    """

    words: Mapping[tuple[str, ...], str]
    hyphenated: Mapping[tuple[str, ...], str]
    symbols: Mapping[str, str]
    currencies: frozenset[str]
    scales: Mapping[str, tuple[str, float]]
    longest: int


@cache
def units() -> Units:
    """The units, read once."""
    data = lexicon("units")
    words, hyphenated, symbols = {}, {}, {}
    for name, unit in data["units"].items():
        words.update({_key(word): name for word in unit["words"]})
        hyphenated.update({_key(word): name for word in unit.get("hyphenated", ())})
    for code, currency in data["currencies"].items():
        words.update({_key(word): code for word in currency["words"]})
        symbols.update(dict.fromkeys(currency["symbols"], code))
        words.update({(s,): code for s in currency["symbols"] if len(s) == 1})
    return Units(
        words=words,
        hyphenated=hyphenated,
        symbols=symbols,
        currencies=frozenset(data["currencies"]),
        scales={n: (u["dimension"], float(u["factor"])) for n, u in data["units"].items()},
        longest=max(map(len, words)),
    )


def _key(name: str) -> tuple[str, ...]:
    return tuple(word for word in tokenise(name).words if word != "-")


def dimension(unit: str) -> tuple[str, float]:
    """The dimension of a unit and its factor to the dimension's base.

    A unit of no dimension (a currency, or none at all) is its own, with factor 1.
    """
    return units().scales.get(unit, (unit, 1.0))


def read_unit(tokens: Tokens, i: int, *, scaled: bool) -> tuple[str, int] | None:
    """The unit at token ``i`` (or after a hyphen there) and the token after it.

    ``scaled`` says that the number had a scale word: "3 million pounds" are
    money, "3 pounds" a weight. The longest name wins.
    """
    known = units()
    hyphen = tokens.word(i) == "-" and tokens.joined(i - 1) and tokens.joined(i)
    at = i + 1 if hyphen else i
    names, ends = _names(tokens, at, known.longest)
    for n in range(len(names), 0, -1):
        key = tuple(names[:n])
        unit = known.words.get(key) or (known.hyphenated.get(key, "") if hyphen else "")
        if unit and _fits(tokens, ends[n - 1] - 1, key, at):
            return ("GBP" if unit == "pound" and scaled else unit), ends[n - 1]
    return None


def _names(tokens: Tokens, i: int, longest: int) -> tuple[list[str], list[int]]:
    """Up to ``longest`` tokens from ``i`` without their hyphens, and the token after each."""
    names: list[str] = []
    ends: list[int] = []
    while i < len(tokens.words) and len(names) < longest:
        if tokens.words[i] == "-" and names and tokens.joined(i - 1) and tokens.joined(i):
            i += 1
            continue
        names.append(tokens.words[i])
        i += 1
        ends.append(i)
    return names, ends


# Names so short, or words so common, that they are units only right after a number.
_VERBS = ("won", "real", "rand")
_SYMBOLS = ("m", "g", "c", "f", "p", "b", "k", "pc", "pp", "mb", "mw", "tw", "gb", "tb", "ft", "in")
_ADJACENT = frozenset((*_VERBS, *_SYMBOLS))


def _fits(tokens: Tokens, last: int, key: tuple[str, ...], first: int) -> bool:
    """Whether a short unit stands where it can be one: touching its number, or followed so."""
    word = key[-1]
    if tokens.joined(last) and tokens.word(last + 1)[:1].isalnum():
        return False
    if len(key) > 1 or word not in _ADJACENT:
        return True
    if word in ("m", "g", "p", "b", "k") and tokens.raw(last).isupper():
        return False
    if word in ("c", "f") and not tokens.raw(last).isupper():
        return False
    if word in _VERBS:
        return tokens.word(first - 1) in ("million", "billion", "trillion", "bn", "m")
    return tokens.joined(first - 1) or word in ("mw", "tw", "gb", "tb", "mb", "ft")


def currency_before(tokens: Tokens, i: int) -> tuple[str, int] | None:
    """The currency whose sign stands before token ``i``, and the sign's first token."""
    symbols = units().symbols
    if i > 0 and tokens.raw(i - 1) in symbols:
        sign, first = tokens.raw(i - 1), i - 1
        if not sign.isalpha() and tokens.joined(i - 2) and tokens.raw(i - 2) + sign in symbols:
            return symbols[tokens.raw(i - 2) + sign], i - 2
        return symbols[sign], first
    if i > 1 and tokens.word(i - 1) == "." and tokens.raw(i - 2) + "." in symbols:
        return symbols[tokens.raw(i - 2) + "."], i - 2
    return None
