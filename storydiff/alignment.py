"""Vectors and annotations to links: which statements of different reports share a proposition.

`LateInteraction` needs nothing but token vectors, so it serves any encoder.
Both directions of a pair are weighed; statistics are taken over distinct texts;
statements that are nothing but furniture take no part.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from storydiff.datatypes import AlignedWords, Evidence, Link, Span, Statement
from storydiff.protocols import Encoded, Floats, Ints, Matched, Story
from storydiff.similarity import (
    best_matches,
    centred,
    coverage,
    distinct,
    document_frequency,
    rarities,
    token_mean,
)
from storydiff.words import Words, runs, word_of_token, words_of


@dataclass(frozen=True)
class LateInteraction:
    """Links by late interaction alone: token vectors, rarity, and a calibrated threshold.

    The score of a pair is the mean of both coverages, put through
    ``1 / (1 + exp(-(slope * score + intercept)))``. The defaults were fitted on
    gold stories for the default encoder (design note 0053).

    Attributes:
        power: exponent of a word piece's rarity.
        slope, intercept: of the logistic calibration.
        min_probability: from which on a pair is linked, in [0, 1].
        same_probability: from which on a linked pair is `same`, as the probability of
            the weaker direction.
        covered: similarity from which on a word counts as covered, in [-1, 1].
        band: half-width of the band of probabilities around ``min_probability``
            in which a link is marked unsure.
    """

    power: float = 1.5
    slope: float = 22.7
    intercept: float = -9.8
    min_probability: float = 0.24
    same_probability: float = 0.77
    covered: float = 0.6
    band: float = 0.1

    def match(self, story: Story) -> Matched:
        """Links between statements of different reports, in the order of the statements."""
        directed = self.coverages(story)
        score = (directed + directed.T) / 2
        allowed = comparable(story.statements)
        probabilities = self._calibrate(score) * allowed
        rows, columns = np.nonzero(np.triu(probabilities >= self.min_probability) & allowed)
        weaker = self._calibrate(np.minimum(directed, directed.T))
        aligner = WordAligner.of(story, covered=self.covered)
        links = tuple(
            self._link(aligner, i, j, directed, probabilities, weaker)
            for i, j in zip(rows.tolist(), columns.tolist(), strict=True)
        )
        return Matched(links=links, probabilities=probabilities.astype(np.float32))

    def coverages(self, story: Story) -> NDArray[np.float64]:
        """How far each statement (column) covers each statement (row): ``(n, n)`` in [-1, 1]."""
        return directed_coverages(
            story.encoded, [s.text for s in story.statements], power=self.power
        )

    def _calibrate(self, score: NDArray[np.float64]) -> NDArray[np.float64]:
        odds = np.exp(-(self.slope * score + self.intercept))
        probability: NDArray[np.float64] = np.round(1 / (1 + odds), 4)
        return probability

    def _link(
        self,
        aligner: WordAligner,
        i: int,
        j: int,
        directed: NDArray[np.float64],
        probabilities: NDArray[np.float64],
        weaker: NDArray[np.float64],
    ) -> Link:
        parts = (
            ("constant", 1.0, self.intercept),
            ("a covered by b", float(directed[i, j]), self.slope * float(directed[i, j]) / 2),
            ("b covered by a", float(directed[j, i]), self.slope * float(directed[j, i]) / 2),
        )
        evidence = tuple(
            Evidence(part=name, value=round(value, 4), weight=round(weight, 4))
            for name, value, weight in parts
        )
        probability = float(probabilities[i, j])
        return aligner.link(
            i,
            j,
            probability=probability,
            same=float(weaker[i, j]),
            same_from=self.same_probability,
            unsure=abs(probability - self.min_probability) < self.band,
            evidence=evidence,
        )


def comparable(statements: Sequence[Statement]) -> NDArray[np.bool_]:
    """Which pairs may be linked: of different reports, with text, neither mere furniture.

    Bool ``(n, n)``, symmetric.
    """
    order = {name: k for k, name in enumerate(dict.fromkeys(s.report for s in statements))}
    report = np.array([order[s.report] for s in statements], np.int32)
    content = np.array([is_content(s) for s in statements], bool)
    apart: NDArray[np.bool_] = report[:, None] != report[None, :]
    allowed: NDArray[np.bool_] = apart & content[:, None] & content[None, :]
    return allowed


def is_content(statement: Statement) -> bool:
    """Whether a statement tells anything: it has a letter or digit and is not `other` alone."""
    return statement.kinds != ("other",) and any(c.isalnum() for c in statement.text)


def directed_coverages(
    encoded: Encoded, texts: Sequence[str], *, power: float
) -> NDArray[np.float64]:
    """Late interaction of every text with every text: ``(n, n)`` float64 in [-1, 1].

    Row i, column j: how far text j covers text i. Vectors are centred, and word
    pieces weighed by their rarity, over the distinct texts.
    """
    first = distinct(texts)
    vectors = centred(encoded.tokens, token_mean(encoded, first))
    pieces = pieces_of(encoded, texts)
    frequency = document_frequency([set(pieces[i]) for i in first.tolist()])
    flat = [piece for text in pieces for piece in text]
    weights = rarities(flat, frequency, len(first), power=power)
    best = np.concatenate(
        [
            best_matches(vectors[encoded.rows(i)], vectors, encoded.offsets)
            for i in range(len(texts))
        ]
        or [np.zeros((0, 0), np.float32)]
    )
    return coverage(best, weights, encoded.offsets)


def pieces_of(encoded: Encoded, texts: Sequence[str]) -> list[list[str]]:
    """The word pieces of each text, lower-cased, as they stand in it."""
    out: list[list[str]] = []
    for i, text in enumerate(texts):
        rows = encoded.rows(i)
        spans = zip(encoded.starts[rows].tolist(), encoded.ends[rows].tolist(), strict=True)
        out.append([text[s:e].lower() for s, e in spans])
    return out


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

    def words(self, i: int) -> tuple[Words, Ints]:
        """The words of statement i, and for each of its tokens the word that it lies in."""
        statement, encoded = self.story.statements[i], self.story.encoded
        words = words_of(statement.text, self.story.parses[i], start=statement.start)
        rows = encoded.rows(i)
        return words, word_of_token(words, encoded.starts[rows], encoded.ends[rows])

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
            added_a=_moved(runs(words_a, ~chosen_a), a.start),
            added_b=_moved(runs(words_b, ~chosen_b), b.start),
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
    na, nb = shape
    rows = np.full((na, tokens.shape[1]), -1.0)
    table = np.full((na, nb), -1.0)
    if not tokens.size:
        return table
    forward = np.full((tokens.shape[0], nb), -1.0)
    for k in range(nb):
        mine = of_b == k
        if mine.any():
            forward[:, k] = tokens[:, mine].max(axis=1)
    for k in range(na):
        mine = of_a == k
        if mine.any():
            rows[k] = tokens[mine].max(axis=0)
            table[k] = forward[mine].mean(axis=0)
    for k in range(nb):
        mine = of_b == k
        if mine.any():
            table[:, k] = (table[:, k] + rows[:, mine].mean(axis=1)) / 2
    clipped: NDArray[np.float64] = np.round(np.clip(table, -1.0, 1.0), 4)
    return clipped


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
