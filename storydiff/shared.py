"""Which words of two statements match, and what follows from it: spans shared, spans added.

A word is covered if some word of the other statement is near enough to it. The
shared spans are runs of covered words; what is added are runs of words that
nothing covers, each from content word to content word.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from storydiff.datatypes import AlignedWords, Evidence, Link, Span
from storydiff.details import added_spans
from storydiff.protocols import Floats, Ints, Story
from storydiff.similarity import centred, distinct, token_mean
from storydiff.words import Words, runs, word_of_token, words_of


@dataclass(frozen=True)
class WordAligner:
    """Says which words of two statements match, and turns a scored pair into a link.

    Attributes:
        story: the story.
        vectors: its token vectors, centred.
        covered: similarity from which on a word counts as covered.
    """

    story: Story
    vectors: Floats
    covered: float

    @classmethod
    def of(cls, story: Story, *, covered: float) -> WordAligner:
        """An aligner over vectors centred on the story's distinct texts."""
        first = distinct([s.text for s in story.statements])
        vectors = centred(story.encoded.tokens, token_mean(story.encoded, first))
        return cls(story, vectors, covered)

    @cached_property
    def _known(self) -> dict[int, tuple[Words, Ints]]:
        return {}

    def words(self, i: int) -> tuple[Words, Ints]:
        """The words of statement i, and for each of its tokens the word that it lies in."""
        if i not in self._known:
            statement, encoded = self.story.statements[i], self.story.encoded
            words = words_of(statement.text, self.story.parses[i], start=statement.start)
            rows = encoded.rows(i)
            owners = word_of_token(words, encoded.starts[rows], encoded.ends[rows])
            self._known[i] = words, owners
        return self._known[i]

    def link(
        self,
        i: int,
        j: int,
        *,
        probability: float,
        same: float,
        same_from: float,
        unsure: bool,
        evidence: tuple[Evidence, ...],
    ) -> Link:
        """The link of statements i and j, with the spans they share and what each adds."""
        a, b = self.story.statements[i], self.story.statements[j]
        (words_a, of_a), (words_b, of_b) = self.words(i), self.words(j)
        rows_a, rows_b = self.story.encoded.rows(i), self.story.encoded.rows(j)
        table = word_similarities(
            self.vectors[rows_a] @ self.vectors[rows_b].T,
            of_a,
            of_b,
            shape=(len(words_a), len(words_b)),
        )
        best_a = table.max(axis=1, initial=-1.0)
        best_b = table.max(axis=0, initial=-1.0)
        chosen_a, chosen_b = best_a >= self.covered, best_b >= self.covered
        return Link(
            a=a.id,
            b=b.id,
            relation="same" if same >= same_from else "overlap",
            score=probability,
            same_score=same,
            spans_a=_moved(runs(words_a, chosen_a), a.start),
            spans_b=_moved(runs(words_b, chosen_b), b.start),
            added_a=_moved(added_spans(words_a, chosen_a), a.start),
            added_b=_moved(added_spans(words_b, chosen_b), b.start),
            unsure=unsure,
            evidence=evidence,
            words=_aligned(words_a, words_b, table, self.covered, a.start, b.start),
        )


def word_similarities(
    tokens: Floats, of_a: Ints, of_b: Ints, *, shape: tuple[int, int]
) -> NDArray[np.float64]:
    """Similarity of words from that of their tokens: float64 of ``shape``.

    A pair of words has the mean, over the tokens of both, of each token's best
    match in the other word; -1 where a word has no token.
    """
    table = np.full(shape, -1.0)
    (tokens_a, first_a, words_a), (tokens_b, first_b, words_b) = _grouped(of_a), _grouped(of_b)
    if not (len(tokens_a) and len(tokens_b)):
        return table
    known = tokens[tokens_a][:, tokens_b]
    counts_a = np.diff(first_a, append=len(tokens_a))[:, None]
    counts_b = np.diff(first_b, append=len(tokens_b))[None, :]
    to_b = np.maximum.reduceat(known, first_b, axis=1).astype(np.float64)
    to_a = np.maximum.reduceat(known, first_a, axis=0).astype(np.float64)
    forward = np.add.reduceat(to_b, first_a, axis=0) / counts_a
    backward = np.add.reduceat(to_a, first_b, axis=1) / counts_b
    table[np.ix_(words_a, words_b)] = (forward + backward) / 2
    clipped: NDArray[np.float64] = np.round(np.clip(table, -1.0, 1.0), 4)
    return clipped


def _grouped(owners: Ints) -> tuple[Ints, Ints, Ints]:
    """The tokens that lie in words, where each word's begin among these, and the words."""
    inside = np.flatnonzero(owners >= 0).astype(np.int32)
    words = owners[inside]
    first = np.flatnonzero(np.diff(words, prepend=-1)).astype(np.int32)
    return inside, first, words[first]


def _aligned(
    a: Words, b: Words, table: NDArray[np.float64], covered: float, start_a: int, start_b: int
) -> tuple[AlignedWords, ...]:
    """Content words that are each other's best match, in the order of a."""
    if not table.size:
        return ()
    best_b, best_a = table.argmax(axis=1), table.argmax(axis=0)
    return tuple(
        AlignedWords(
            a=(int(a.starts[i]) + start_a, int(a.ends[i]) + start_a),
            b=(int(b.starts[k]) + start_b, int(b.ends[k]) + start_b),
            similarity=float(table[i, k]),
        )
        for i, k in enumerate(best_b.tolist())
        if a.content[i] and b.content[k] and best_a[k] == i and table[i, k] >= covered
    )


def _moved(spans: tuple[Span, ...], start: int) -> tuple[Span, ...]:
    return tuple((s + start, e + start) for s, e in spans)
