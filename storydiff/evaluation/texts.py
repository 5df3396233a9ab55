"""Learning to match texts that are no story: statements stripped bare, and propositions.

Statements without their parse and place teach what sentences of one event share;
propositions against clauses (`storydiff.evaluation.propositions`) teach the same of
short spans. Both are learnt from together, and the threshold is the one with the
best mean of both F1 (design note 0102).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from storydiff.alignment import is_content, text_features
from storydiff.errors import StoryError, unexpected
from storydiff.evaluation.examples import Example, Table, tabulate
from storydiff.evaluation.propositions import Pool
from storydiff.features import PairFeatures, plain
from storydiff.features.competition import Pair
from storydiff.matching import Additive, Matrix, fit_additive, fit_line, logistic
from storydiff.protocols import Floats, Parse, Story
from storydiff.scoring import cast_of, first_reading

STEPS = np.round(np.arange(0.01, 1.0, 0.01), 2)
"""Thresholds tried."""


@dataclass(frozen=True, eq=False)
class Reading:
    """What a reading says of every pair of a table, each story by models that did not see it."""

    table: Table
    probabilities: Matrix


@dataclass(frozen=True, eq=False)
class TextPairs:
    """What was learnt of texts that are no story.

    Attributes:
        model: learnt from all stories.
        line: slope and intercept that calibrate its log-odds.
        threshold: the probability from which on two texts match.
        reading: of statements stripped bare, cross-validated.
        f1: at the threshold, cross-validated: of statements, and of propositions against
            clauses where there are any.
    """

    model: Additive
    line: tuple[float, float]
    threshold: float
    reading: Reading
    f1: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class _Rows:
    """Pairs to learn from: values ``(p, f)``, labels 1, 0, -1, folds, and which are used."""

    values: Floats
    match: NDArray[np.int8]
    fold: NDArray[np.int32]
    used: NDArray[np.bool_]


def text_pairs(
    examples: Sequence[Example], means: Mapping[int, Floats], *, ridge: float, power: float
) -> TextPairs:
    """Learn from statements stripped bare and from the pools of the examples that have one."""
    table = tabulate(examples, [reading(bare(e.story), means[e.fold], power) for e in examples])
    columns = plain(table.names)
    names = tuple(table.names[k] for k in columns)
    sources = [_Rows(table.values[:, columns], table.match, table.fold, table.usable())]
    pooled = [
        _pooled(e.pool, e.fold, means[e.fold], power) for e in examples if e.pool and e.fold >= 0
    ]
    if pooled:
        sources.append(_joined(pooled))
    odds = [np.zeros(len(rows.values)) for rows in sources]
    for fold in (*table.folds, -1):
        model = _learnt(sources, fold, names, ridge)
        for own, rows in zip(odds, sources, strict=True):
            own[rows.fold == fold] = model.log_odds(rows.values[rows.fold == fold])
    line = _line(sources, odds)
    said = [logistic(line[0] * own + line[1]) for own in odds]
    curves = [_curve(rows, p) for rows, p in zip(sources, said, strict=True)]
    best = int(np.mean(curves, axis=0).argmax())
    return TextPairs(
        model=model,
        line=line,
        threshold=float(STEPS[best]),
        reading=Reading(table, said[0]),
        f1=tuple(round(float(curve[best]), 4) for curve in curves),
    )


def fitted(
    values: Floats, truth: NDArray[np.bool_], names: Sequence[str], ridge: float
) -> Additive:
    """An additive model of labelled pairs.

    Raises `StoryError` if the pairs are all of one kind.
    """
    if not truth.any() or truth.all():
        got = f"{int(truth.sum())} of {len(truth)} pairs that count in one part of the stories"
        wanted = "some that match, both same and overlap, and some that do not, in every part"
        raise StoryError(unexpected("gold stories", got=got, wanted=wanted))
    return fit_additive(values, truth, names=names, ridge=ridge)


def reading(story: Story, mean: Floats, power: float) -> dict[Pair, PairFeatures]:
    """First features of a story's statements that take part."""
    content = np.array([is_content(s) for s in story.statements], bool)
    return first_reading(cast_of(story, content), mean=mean, power=power)


def bare(story: Story) -> Story:
    """A story with nothing but its texts and vectors."""
    plain_statements = tuple(
        s.model_copy(update={"attributions": (), "names": (), "quantities": (), "dates": ()})
        for s in story.statements
    )
    return replace(
        story, statements=plain_statements, parses=tuple(Parse.empty() for _ in story.parses)
    )


def _pooled(pool: Pool, fold: int, mean: Floats, power: float) -> _Rows:
    found = text_features(
        pool.propositions, pool.clauses, pool.left, pool.right, mean=mean, power=power
    )
    match = pool.match[found.rows, found.columns]
    return _Rows(found.values, match, np.full(len(match), fold, np.int32), match >= 0)


def _joined(parts: Sequence[_Rows]) -> _Rows:
    return _Rows(
        np.concatenate([x.values for x in parts]),
        np.concatenate([x.match for x in parts]),
        np.concatenate([x.fold for x in parts]),
        np.concatenate([x.used for x in parts]),
    )


def _learnt(sources: Sequence[_Rows], fold: int, names: Sequence[str], ridge: float) -> Additive:
    """A model of all sources but one fold."""
    chosen = [(x, x.used & (x.fold != fold)) for x in sources]
    values = np.concatenate([x.values[rows] for x, rows in chosen])
    truth = np.concatenate([x.match[rows] == 1 for x, rows in chosen])
    return fitted(values, truth, names, ridge)


def _line(sources: Sequence[_Rows], odds: Sequence[Matrix]) -> tuple[float, float]:
    """The line that calibrates log-odds over all sources."""
    values = np.concatenate([own[x.used] for own, x in zip(odds, sources, strict=True)])
    truth = np.concatenate([x.match[x.used] == 1 for x in sources])
    slope, intercept = fit_line(values, truth)
    return round(slope, 4), round(intercept, 4)


def _curve(rows: _Rows, p: Matrix) -> Matrix:
    """F1 over the labelled pairs of train at each threshold that is tried."""
    known = (rows.match >= 0) & (rows.fold >= 0)
    held, truth = p[known], rows.match[known] == 1
    said = np.array([(held >= step).sum() for step in STEPS])
    hits = np.array([(held[truth] >= step).sum() for step in STEPS])
    curve: Matrix = 2 * hits / np.maximum(said + truth.sum(), 1)
    return curve
