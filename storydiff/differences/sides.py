"""The two sides of a link as the detectors see them: words, tree, vectors, quotations.

A `Side` is one statement with its words in the order of the text; a `Pair` is
two sides with the similarities of their words. Positions in here are indices of
words; what leaves this room are spans of the reports.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from storydiff.datatypes import Span, Statement
from storydiff.differences.elsewhere import Elsewhere
from storydiff.differences.figures import Figure, figures_in
from storydiff.words import Words

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass"})
OBJECTS = frozenset({"dobj", "attr", "oprd", "dative", "acomp"})


@dataclass(frozen=True)
class Side:
    """One statement of a pair.

    Attributes:
        statement: with its annotations.
        text: of its report.
        published: the report's day, if it is known.
        words: positions within the statement.
        quotations: spans between quotation marks, marks included, within the statement.
        place: index of the statement in the story.
        elsewhere: the values that its whole report tells.
    """

    statement: Statement
    text: str
    published: dt.date | None
    words: Words
    quotations: tuple[Span, ...] = ()
    place: int = 0
    elsewhere: Elsewhere = field(default_factory=Elsewhere)

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """The words as they stand, in lower case."""
        text = self.statement.text
        bounds = zip(self.words.starts.tolist(), self.words.ends.tolist(), strict=True)
        return tuple(text[s:e].lower() for s, e in bounds)

    @cached_property
    def plain(self) -> tuple[str, ...]:
        """The words as they stand, but verbs by their lemma: "passed", "did not pass"."""
        told = zip(self.forms, self.words.keys, self.words.tags, strict=True)
        return tuple(key if tag.startswith("VB") else form for form, key, tag in told)

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """The figures of the statement, in order."""
        return figures_in(self.statement, self.text)

    @cached_property
    def in_values(self) -> frozenset[int]:
        """The words of dates and quantities: "no fewer than" denies nothing."""
        spans = [d.span for d in self.statement.dates]
        spans += [q.span for q in self.statement.quantities]
        return frozenset(i for span in spans for i in self.inside(span))

    @cached_property
    def children(self) -> tuple[tuple[int, ...], ...]:
        """The words that depend on each word."""
        below: list[list[int]] = [[] for _ in range(len(self))]
        for i, head in enumerate(self._heads):
            if head != i:
                below[head].append(i)
        return tuple(map(tuple, below))

    @cached_property
    def _heads(self) -> list[int]:
        heads: list[int] = self.words.heads.tolist()
        return heads

    def head(self, i: int) -> int:
        """The word that word ``i`` depends on, itself for a root."""
        return self._heads[i]

    def above(self, i: int) -> Iterator[int]:
        """The words above word ``i``, nearest first."""
        heads = self._heads
        while heads[i] != i:
            i = heads[i]
            yield i

    def child(self, i: int, relations: frozenset[str]) -> int | None:
        """The first word below ``i`` in one of the relations."""
        return next((c for c in self.children[i] if self.words.relations[c] in relations), None)

    @cached_property
    def content(self) -> tuple[int, ...]:
        """The content words."""
        return tuple(np.flatnonzero(self.words.content).tolist())

    @cached_property
    def named(self) -> tuple[frozenset[str], ...]:
        """The entities that are named at each word."""
        spots = [self.span(i, i) for i in range(len(self))]
        names = self.statement.names
        return tuple(
            frozenset(m.entity for m in names if m.span[0] < e and s < m.span[1]) for s, e in spots
        )

    def below(self, i: int | None) -> tuple[int, ...]:
        """The content words at and below word ``i``, in order; all of them where it is None."""
        if i is None:
            return self.content
        if i not in self._below:
            members = set(self.subtree(i))
            self._below[i] = tuple(j for j in self.content if j in members)
        return self._below[i]

    @cached_property
    def _below(self) -> dict[int, tuple[int, ...]]:
        """What `below` has found: the same few verbs are asked for again and again."""
        return {}

    def subtree(self, i: int) -> list[int]:
        """Word ``i`` and all words below it, in order."""
        found, stack = [], [i]
        while stack:
            at = stack.pop()
            found.append(at)
            stack.extend(self.children[at])
        return sorted(found)

    def inside(self, span: Span) -> list[int]:
        """The words that touch a span of the report."""
        start, end = span[0] - self.statement.start, span[1] - self.statement.start
        touched = (self.words.starts < end) & (self.words.ends > start)
        return [int(i) for i in np.flatnonzero(touched)]

    def top(self, span: Span) -> int | None:
        """The word of a span that no other word of it stands above; None for a span of no words."""
        inside = self.inside(span)
        members = set(inside)
        for i in inside:
            if self.head(i) == i or self.head(i) not in members:
                return i
        return inside[0] if inside else None

    def span(self, first: int, last: int) -> Span:
        """From word ``first`` to word ``last``, both included, as a span of the report."""
        base = self.statement.start
        return (base + int(self.words.starts[first]), base + int(self.words.ends[last]))

    def cut(self, span: Span) -> str:
        """The string of a span of the report."""
        return self.text[span[0] : span[1]]

    @cached_property
    def quoted(self) -> NDArray[np.bool_]:
        """Which words stand between quotation marks: bool ``(n,)``."""
        mask = np.zeros(len(self), bool)
        for span in self.quotations:
            mask[self.inside(span)] = True
        return mask


@dataclass(frozen=True)
class Pair:
    """Two sides of different reports.

    Attributes:
        a, b: the sides.
        table: float64 ``(len(a), len(b))``, similarities of words in [-1, 1]; -1 where
            a word has no vector.
        score: how likely the two share a proposition, in [0, 1].
    """

    a: Side
    b: Side
    table: NDArray[np.float64]
    score: float = 1.0

    @cached_property
    def best(self) -> tuple[tuple[int, int], ...]:
        """Words that are each other's best match, whatever their similarity, in the order of a."""
        if not self.table.size:
            return ()
        to_b, to_a = self.table.argmax(axis=1), self.table.argmax(axis=0)
        return tuple((i, int(k)) for i, k in enumerate(to_b) if to_a[k] == i)

    @cached_property
    def partner(self) -> dict[int, int]:
        """Word of a → its mutual best match in b."""
        return dict(self.best)

    def nearness(self, i: int | None, k: int | None) -> float:
        """How similar two words are, at least 0; 1 where they share their lemma."""
        if i is None or k is None:
            return 0.0
        if self.a.words.keys[i] == self.b.words.keys[k]:
            return 1.0
        return max(float(self.table[i, k]), 0.0) if self.table.size else 0.0
