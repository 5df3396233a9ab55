"""From a story and its links to pairs: words, similarities and quotations, computed once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from storydiff.annotation.quotations import find_quotations
from storydiff.datatypes import Report, Span, Statement
from storydiff.differences.elsewhere import Elsewhere
from storydiff.differences.grounds import Grounds
from storydiff.differences.sides import Pair, Side
from storydiff.protocols import Floats, Story
from storydiff.shared import WordAligner, word_similarities


@dataclass(frozen=True)
class Builder:
    """Makes the pairs of one story; keeps what belongs to a statement for all its pairs."""

    story: Story

    @cached_property
    def aligner(self) -> WordAligner:
        """The story's token vectors, centred."""
        return WordAligner.of(self.story, covered=0.6)

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Statement id → its place in the story."""
        return {s.id: i for i, s in enumerate(self.story.statements)}

    @cached_property
    def reports(self) -> Mapping[str, Report]:
        """Report id → report."""
        return {r.id: r for r in self.story.reports}

    @cached_property
    def _sides(self) -> dict[int, Side]:
        return {}

    @cached_property
    def _grounds(self) -> dict[int, Grounds]:
        return {}

    @cached_property
    def _quotations(self) -> Mapping[str, tuple[Span, ...]]:
        """Report id → the spans of its quotations, marks included."""
        return {
            report.id: tuple(q.span for q in find_quotations(report.text, self._paragraphs(report)))
            for report in self.story.reports
        }

    @cached_property
    def _elsewhere(self) -> Mapping[str, Elsewhere]:
        """Report id → the values that it tells."""
        of: dict[str, list[Statement]] = {r.id: [] for r in self.story.reports}
        for statement in self.story.statements:
            of[statement.report].append(statement)
        return {r.id: Elsewhere.of(of[r.id], r.text) for r in self.story.reports}

    def _paragraphs(self, report: Report) -> list[Span]:
        """The spans of a report's paragraphs, as its statements tell them."""
        spans: list[Span] = []
        number = None
        for s in self.story.statements:
            if s.report != report.id:
                continue
            if spans and s.paragraph == number:
                spans[-1] = (spans[-1][0], s.end)
            else:
                spans.append(s.span)
            number = s.paragraph
        return spans

    def side(self, i: int) -> Side:
        """Statement ``i`` as a side."""
        if i not in self._sides:
            statement = self.story.statements[i]
            report = self.reports[statement.report]
            quotations = tuple(
                (max(s, statement.start), min(e, statement.end))
                for s, e in self._quotations[report.id]
                if s < statement.end and e > statement.start
            )
            words, _ = self.aligner.words(i)
            told = self._elsewhere[report.id]
            self._sides[i] = Side(statement, report.text, report.date, words, quotations, i, told)
        return self._sides[i]

    def grounds(self, i: int) -> Grounds:
        """What statement ``i`` brings to a clash."""
        if i not in self._grounds:
            self._grounds[i] = Grounds.of(self.side(i))
        return self._grounds[i]

    def tokens(self, i: int) -> Floats:
        """The centred token vectors of statement ``i``: float32 ``(t, d)``."""
        return self.aligner.vectors[self.story.encoded.rows(i)]

    def oriented(self, i: int, j: int, *, score: float = 1.0) -> tuple[Pair, bool]:
        """The pair with its sides in the order of their texts, and whether that turned it."""
        turned = self._key(j) < self._key(i)
        first, second = (j, i) if turned else (i, j)
        return self.pair(first, second, score=score), turned

    def _key(self, i: int) -> tuple[str, int]:
        return self.story.statements[i].text, i

    def pair(self, i: int, j: int, *, score: float = 1.0) -> Pair:
        """Statements ``i`` and ``j`` as a pair."""
        a, b = self.side(i), self.side(j)
        (_, of_a), (_, of_b) = self.aligner.words(i), self.aligner.words(j)
        shape = (len(a), len(b))
        if not (len(a) and len(b)):
            return Pair(a, b, np.full(shape, -1.0), score)
        table = word_similarities(self.tokens(i) @ self.tokens(j).T, of_a, of_b, shape=shape)
        return Pair(a, b, table, score)
