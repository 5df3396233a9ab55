"""Whether a contradiction without a link is possible at all, before words are compared.

Each condition is necessary: where none holds, no detector could find a clash that
counts, so the pair is passed over and no result changes. Word similarities cost a
hundred times as much as this (design note 0085).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from storydiff.differences.polarity import is_negated, opposed
from storydiff.differences.sides import Side
from storydiff.differences.twins import ALIKE, LEAST
from storydiff.protocols import Floats

ALIKE_TOKENS = 0.9999
"""Two words are alike to four places only if some two of their tokens are so alike."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a statement brings to a clash.

    Attributes:
        forms: its words, and how often each stands.
        content: the same of its content words.
        plain, plain_content: the same with verbs by their lemma.
        people: the persons named in it.
        valued: it has a figure.
        dated: it has a date.
        negated: some word of it stands under a negation.
        keys: its lemmas.
        opposites: the lemmas that are opposite to one of them.
    """

    forms: Counter[str]
    content: Counter[str]
    plain: Counter[str]
    plain_content: Counter[str]
    people: frozenset[str]
    valued: bool
    dated: bool
    negated: bool
    keys: frozenset[str]
    opposites: frozenset[str]

    @classmethod
    def of(cls, side: Side) -> Grounds:
        """What one side brings."""
        keys = frozenset(side.words.keys)
        return cls(
            forms=Counter(side.forms),
            content=_content(side, side.forms),
            plain=Counter(side.plain),
            plain_content=_content(side, side.plain),
            people=frozenset(m.entity for m in side.statement.names if m.type == "person"),
            valued=bool(side.figures),
            dated=bool(side.statement.dates),
            negated=is_negated(side),
            keys=keys,
            opposites=frozenset().union(*map(opposed, keys)),
        )

    def may_be_twin(self, other: Grounds) -> bool:
        """Whether so many words stand in both that they could be twins."""
        least = max(LEAST, ALIKE * max(self.content.total(), other.content.total()))
        shared = (
            _shared(self.content, other.forms),
            _shared(other.content, self.forms),
            _shared(self.plain_content, other.plain),
            _shared(other.plain_content, self.plain),
        )
        return max(shared) >= least

    def may_clash(self, other: Grounds) -> bool:
        """Whether a detector could find two values, or a negation, to hold against each other."""
        values = (self.valued and other.valued) or (self.dated and other.dated)
        denied = self.negated or other.negated
        return values or denied or not self.opposites.isdisjoint(other.keys)

    def one_person(self, other: Grounds) -> bool:
        """Whether one person is named in both."""
        return not self.people.isdisjoint(other.people)


def alike_tokens(a: Floats, b: Floats) -> bool:
    """Whether some token of one statement is all but the same as one of the other."""
    return bool(len(a) and len(b) and float((a @ b.T).max()) >= ALIKE_TOKENS)


def _content(side: Side, words: Sequence[str]) -> Counter[str]:
    """The content words among the words of a side."""
    return Counter(w for w, told in zip(words, side.words.content, strict=True) if told)


def _shared(content: Counter[str], others: Counter[str]) -> int:
    """At most so many content words are equal to words of the other side."""
    return sum(min(count, others[word]) for word, count in content.items() if word in others)
