"""What a number counts: the noun after it, found without a parser."""

from __future__ import annotations

from storydiff.datatypes import Span
from storydiff.quantities.contexts import contexts
from storydiff.quantities.tokens import Tokens
from storydiff.quantities.units import dimension

_DETERMINERS = ("the", "all", "its", "his", "her", "their", "our", "these", "those")


def counts(unit: str, following: str) -> bool:
    """Whether a noun may follow: always without a unit; after some units with "of"."""
    if not unit:
        return True
    kinds = ("share", "mass", "volume", "area")
    return (dimension(unit)[0] in kinds and following == "of") or unit == "fraction"


def noun_at(tokens: Tokens, i: int, *, one: bool, part: bool = False) -> Span | None:
    """The span of the counted noun from token ``i`` on, None where none stands near.

    The first plural within four words, or the one after it where the first
    only describes ("police officers"); for one thing, or a mass after "of", the
    next noun.
    """
    known = contexts()
    partitive = tokens.word(i) == "of" or (part and tokens.word(i) in _DETERMINERS)
    if partitive:
        i += tokens.word(i) == "of"
        while tokens.word(i) in _DETERMINERS:
            i += 1
    elif tokens.word(i) in ("-", "–") and tokens.joined(i - 1) and tokens.joined(i):
        return _letters(tokens, i + 1)
    best: int | None = None
    for k in range(i, min(i + 4, len(tokens.words))):
        word = tokens.words[k]
        if not word[0].isalpha() or word in known.no_nouns or word in known.states:
            break
        if known.is_plural(word):
            best = k
        if best is not None and word not in known.adjuncts:
            break
    if best is None and (one or (partitive and part)):
        word = tokens.word(i)
        told = part and not partitive and word.endswith("ed")  # "about half stayed"
        if word[:1].isalpha() and word not in known.no_nouns | known.states and not told:
            best = i
    return None if best is None else (tokens.starts[best], tokens.ends[best])


def _letters(tokens: Tokens, i: int) -> Span | None:
    return (tokens.starts[i], tokens.ends[i]) if tokens.word(i)[:1].isalpha() else None
