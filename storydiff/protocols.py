"""The seams of the house: what a part must do to be put in the place of ours.

Each protocol is one or two methods wide. A part is a small frozen dataclass
whose fields are its parameters; its ``repr`` goes into the signature of every
result, so two results with one signature were made in one way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from storydiff.datatypes import Contradiction, Link, Report, Span, Statement
from storydiff.likelihoods import Likelihoods

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Parse:
    """The words of one statement, as a parser sees them.

    Parallel sequences of one length n, one entry a word; ``starts`` and ``ends``
    are code points of the report's text (int32), ``heads`` are indices into the
    same sequences (a root points to itself). Empty where nothing could parse.
    """

    starts: Ints
    ends: Ints
    lemmas: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    heads: Ints = field(default_factory=lambda: np.zeros(0, np.int32))
    names: tuple[str, ...] = ()

    @classmethod
    def empty(cls) -> Parse:
        """A parse of no words."""
        return cls(np.zeros(0, np.int32), np.zeros(0, np.int32))

    def __len__(self) -> int:
        return len(self.starts)


@dataclass(frozen=True, slots=True)
class Annotated:
    """Statements with what they carry, and the words they are made of (one parse each)."""

    statements: tuple[Statement, ...]
    parses: tuple[Parse, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Encoded:
    """Vectors of n texts.

    Attributes:
        pooled: float32 ``(n, d)``, unit length, one row a text (zeros for an empty text).
        tokens: float32 ``(t, d)``, unit length, the word-piece vectors of all texts in order.
        starts, ends: int32 ``(t,)``, code points within the token's own text, half-open.
        offsets: int32 ``(n + 1,)``; text ``i`` owns the rows ``offsets[i]:offsets[i + 1]``.
    """

    pooled: Floats
    tokens: Floats
    starts: Ints
    ends: Ints
    offsets: Ints

    def __len__(self) -> int:
        return len(self.pooled)

    def rows(self, i: int) -> slice:
        """The rows of ``tokens`` that belong to text ``i``."""
        return slice(int(self.offsets[i]), int(self.offsets[i + 1]))


@dataclass(frozen=True, slots=True)
class Story:
    """Everything known of a story before alignment: reports, statements, parses, vectors.

    ``statements``, ``parses`` and the texts of ``encoded`` are parallel; the
    statements of one report stand together, in order.
    """

    reports: tuple[Report, ...]
    statements: tuple[Statement, ...]
    parses: tuple[Parse, ...]
    encoded: Encoded

    def span_of(self, i: int, start: int, end: int) -> Span:
        """A span within statement ``i`` as a span of its report."""
        base = self.statements[i].start
        return (base + start, base + end)


@dataclass(frozen=True, slots=True)
class Matched:
    """What a matcher says of a story.

    Attributes:
        links: pairs it holds for a match, in a stated order.
        probabilities: how likely each pair of statements shares a proposition; none
            within a report and for `other`.
        contradictions: pairs that share no clause but cannot both be true.
    """

    links: tuple[Link, ...]
    probabilities: Likelihoods
    contradictions: tuple[Contradiction, ...] = ()
    notes: tuple[str, ...] = ()


@runtime_checkable
class Segmenter(Protocol):
    """Splits a report into statements with exact spans."""

    def segment(self, report: Report) -> tuple[Statement, ...]:
        """The statements of a report in order, none overlapping, nothing lost but white space."""
        ...


@runtime_checkable
class Annotator(Protocol):
    """Says what statements carry: kinds, attributions, quantities, dates, names."""

    def annotate(self, reports: Sequence[Report], statements: Sequence[Statement]) -> Annotated:
        """Statements with annotations, in the same order, and a parse for each."""
        ...

    def finish(self, annotated: Annotated, encoded: Encoded) -> tuple[Statement, ...]:
        """The statements with what could only be said once there were vectors (opinion)."""
        ...


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into token vectors and pooled vectors, each depending on its text alone."""

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Vectors of the texts, in their order."""
        ...


@runtime_checkable
class Matcher(Protocol):
    """Finds which statements of a story share a proposition."""

    def match(self, story: Story) -> Matched:
        """Links between statements of different reports."""
        ...


def vectors_of(encoder: Encoder) -> str:
    """What the vectors of an encoder are, whichever backend computes them.

    Encoders of one model say the same, by their attribute ``vectors``: what was
    learnt with one of them holds for the others. Without it: their ``repr``.
    """
    return str(getattr(encoder, "vectors", repr(encoder)))
