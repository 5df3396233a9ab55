"""Whether a date in a sentence lies ahead or behind, from the verb forms near it.

"The court ruled on Monday" looks back, "the court will rule on Monday" ahead.
The nearest verb in the date's own clause decides: first to the left, where
English has it mostly, then to the right. A participle after an auxiliary of the
future ("will be released", "is to be heard") is future. The tense of a quoted
or reported frame ("officials said on Monday …") is its own clause.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from storydiff.quantities.tokens import Tokens, lexicon

Tense = Literal["past", "future", ""]

LEFT, RIGHT = 12, 9
"""How many words to each side are looked at: a clause of news is rarely longer."""


@dataclass(frozen=True, slots=True)
class VerbForms:
    """Word sets of the lexicon ``calendar``."""

    future: frozenset[str]
    modals: frozenset[str]
    past: frozenset[str]
    not_past: frozenset[str]
    boundaries: frozenset[str]


@cache
def verb_forms() -> VerbForms:
    """The verb forms, read once."""
    data = lexicon("calendar")
    return VerbForms(**{name: frozenset(data[name]) for name in VerbForms.__slots__})


def tense_near(tokens: Tokens, first: int, last: int) -> Tense:
    """The tense of the clause that tokens ``first .. last - 1`` stand in; "" if no verb tells."""
    clause = _clause(tokens, range(first - 1, max(-1, first - 1 - LEFT), -1))
    return _left(clause) or _right(_clause(tokens, range(last, last + RIGHT)))


def _clause(tokens: Tokens, order: range) -> list[str]:
    """The words in an order up to the next boundary of a clause."""
    stops = verb_forms().boundaries
    words: list[str] = []
    for i in order:
        word = tokens.word(i)
        if not word or (word in stops and words):
            break
        if word not in stops:
            words.append(_verb(word))
    return words


def _verb(word: str) -> str:
    """The verb of a contraction: "he'll" is will, "didn't" is did; others as they are."""
    word = word.replace("’", "'")
    if word.endswith("'ll"):
        return "will"
    return word[:-3] if word.endswith("n't") and word not in ("won't", "can't") else word


_IS = ("is", "are", "am", "he's", "she's", "it's", "they're", "we're", "i'm", "who's")


def _is_past(word: str) -> bool:
    forms = verb_forms()
    return word in forms.past or (
        len(word) > 3 and word.endswith("ed") and word not in forms.not_past
    )


def _left(words: list[str]) -> Tense:
    """The tense of words given from the date leftward."""
    forms = verb_forms()
    infinitive = False
    for i, word in enumerate(words):
        if word in forms.future:
            return "future"
        before = words[i + 1 : i + 4]
        if _is_past(word):
            ahead = any(w in forms.modals or w == "to" for w in before)
            ahead = ahead or (bool(set(before) & forms.future) and "been" not in before)
            return "future" if ahead else "past"
        if word.endswith("ing") and before[:1] and before[0] in _IS:
            return "future"
        if word == "to" and i and words[i - 1].isalpha():
            infinitive = True
    return "future" if infinitive else ""


def _right(words: list[str]) -> Tense:
    """The tense of words given from the date rightward: the first verb decides."""
    forms = verb_forms()
    for word in words:
        if word in forms.modals or word in forms.future:
            return "future"
        if _is_past(word):
            return "past"
    return ""
