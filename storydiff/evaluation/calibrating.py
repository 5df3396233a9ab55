"""Learn the weights of the matcher, for any encoder, from gold stories.

Everything is chosen by cross-validation over the stories. The second reading is
learnt from first probabilities of models that saw neither a story's own fold nor
the one that it is tested on (design note 0057). Fits are by Newton's method
without randomness: the same stories give the same weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations

import numpy as np

from storydiff.errors import StoryError, unexpected
from storydiff.evaluation.examples import Example, Table, labelled, tabulate
from storydiff.evaluation.gold import GoldStory
from storydiff.evaluation.metrics import best_f1, calibration_error, reliability
from storydiff.evaluation.propositions import pool_of
from storydiff.evaluation.texts import Reading, fitted, reading, text_pairs
from storydiff.features import PairFeatures
from storydiff.features.competition import Pair
from storydiff.matching import (
    Additive,
    Matrix,
    best_threshold,
    fit_line,
    logistic,
)
from storydiff.pipeline import Pipeline
from storydiff.protocols import Floats, vectors_of
from storydiff.scoring import Weights, second_reading
from storydiff.similarity import distinct, token_mean

FOLDS = 5
RIDGE = 200.0
POWER = 1.5
BAND = 0.1
COVERED = 0.6
FEWEST = 3
"""Folds at least: the models under a second reading leave out two."""


@dataclass(frozen=True, eq=False)
class Learnt:
    """The weights, and what stands behind their figures.

    Attributes:
        weights: learnt from all stories.
        first, second: the two readings, cross-validated.
        same: probabilities of `same` for the rows of the second.
        pairs: the reading of texts that are no story.
        text_f1: of texts that are no story, at their threshold: statements, propositions.
    """

    weights: Weights
    first: Reading
    second: Reading
    same: Matrix
    pairs: Reading
    text_f1: tuple[float, ...]

    def figures(self) -> tuple[float, float]:
        """Pair F1 and expected calibration error of the second reading, cross-validated."""
        table = self.second.table
        known = (table.match >= 0) & (table.fold >= 0)
        p = self.second.probabilities[known].astype(np.float32)
        truth = (table.match[known] == 1).tolist()
        return best_f1(p, truth)[0], calibration_error(reliability(p, truth))


def calibrate(
    stories: Sequence[GoldStory],
    pipeline: Pipeline,
    *,
    progress: Callable[[str], None] | None = None,
) -> Learnt:
    """The weights for the encoder of a pipeline, learnt from gold stories.

    Args:
        stories: at least three that have links; figures from fewer than twenty mean little.
        pipeline: its rooms before alignment prepare the stories.
        progress: told the name of each story as it is prepared.

    Raises `StoryError` if the stories are too few or too much alike to learn from.
    """
    folds = deal(stories)
    examples = []
    for gold in stories:
        if progress is not None:
            progress(gold.id)
        examples.append(prepare(gold, folds[gold.id], pipeline, pool=True))
    mean = mean_token(examples)
    means = dict.fromkeys((-1, *folds.values()), mean)
    return learn(examples, [], means=means, encoder=vectors_of(pipeline.encoder))


def deal(stories: Sequence[GoldStory]) -> dict[str, int]:
    """Each story's fold: dealt in turn by the hash of its name, those with links first.

    Raises `StoryError` for two stories of one name and for fewer than three with links.
    """
    names = [s.id for s in stories]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise StoryError(unexpected("gold stories", got=f"{twice!r} twice", wanted="one of a name"))
    linked = sum(bool(s.sure) for s in stories)
    if linked < FEWEST:
        wanted = f"at least {FEWEST}"
        raise StoryError(unexpected("gold stories with links", got=linked, wanted=wanted))
    ordered = sorted(stories, key=lambda s: (not s.sure, sha256(s.id.encode()).hexdigest()))
    return {s.id: k % min(FOLDS, linked) for k, s in enumerate(ordered)}


def prepare(gold: GoldStory, fold: int, pipeline: Pipeline, *, pool: bool = False) -> Example:
    """A gold story through the rooms before alignment, with the labels of its readers.

    ``pool`` asks for the propositions that the readers wrote down, too.
    """
    story, _ = pipeline.prepare(gold.reports)
    example = labelled(gold, fold, story)
    if pool:
        example.pool = pool_of(gold, story, example.match, pipeline.encoder)
    return example


def learn(
    train: Sequence[Example],
    dev: Sequence[Example],
    *,
    means: Mapping[int, Floats],
    encoder: str,
    ridge: float = RIDGE,
    power: float = POWER,
) -> Learnt:
    """The weights, and probabilities by cross-validation and of dev.

    ``means`` holds the mean token vector of the encoder of each fold, and under -1
    that of the encoder that is used later, whose `vectors_of` are ``encoder``.
    """
    examples = [*train, *dev]
    features = [reading(e.story, means[e.fold], power) for e in examples]
    table = tabulate(examples, features)
    models = models_without(table, ridge=ridge)
    first_p = logistic(odds_without(table, models))
    second = second_readings(table, features, examples, models, ridge=ridge)
    line, p = calibrated(table, second.odds)
    threshold = best_linking(table, p)
    same_p = p * logistic(second.same_odds)
    pairs = text_pairs(examples, means, ridge=ridge, power=power)
    weights = Weights(
        mean=means[-1],
        first=models[frozenset()],
        second=second.match,
        same=second.same,
        pairs=pairs.model,
        line=line,
        min_probability=threshold,
        same_probability=best_same(table, p, same_p, threshold),
        pairs_line=pairs.line,
        pairs_probability=pairs.threshold,
        band=BAND,
        covered=COVERED,
        power=power,
        encoder=encoder,
    )
    return Learnt(
        weights, Reading(table, first_p), Reading(table, p), same_p, pairs.reading, pairs.f1
    )


def models_without(table: Table, *, ridge: float) -> dict[frozenset[int], Additive]:
    """First readings learnt without any one fold, without any two, and on all."""
    out: dict[frozenset[int], Additive] = {}
    for size in range(3):
        for folds in combinations(table.folds, size):
            rows = table.usable() & ~np.isin(table.fold, folds)
            out[frozenset(folds)] = fitted(
                table.values[rows], table.match[rows] == 1, table.names, ridge
            )
    return out


def odds_without(
    table: Table, models: Mapping[frozenset[int], Additive], *, outer: int = -1
) -> Matrix:
    """Log-odds of every row by the model that saw neither its fold nor the outer one.

    With a second reading on top, its figures are honest only if the probabilities
    that it learns from know nothing of the stories that it is tested on.
    """
    out = np.zeros(len(table.values))
    for fold in np.unique(table.fold).tolist():
        rows = table.fold == fold
        out[rows] = models[frozenset({fold, outer} - {-1})].log_odds(table.values[rows])
    return out


@dataclass
class Second:
    """Second readings: the models of all stories, and what is said of each row without its fold."""

    match: Additive
    same: Additive
    odds: Matrix
    same_odds: Matrix


def second_readings(
    table: Table,
    features: Sequence[Mapping[Pair, PairFeatures]],
    examples: Sequence[Example],
    models: Mapping[frozenset[int], Additive],
    *,
    ridge: float,
) -> Second:
    """The second reading learnt on all stories, and its log-odds by nested cross-validation."""
    odds, same_odds = np.zeros(len(table.values)), np.zeros(len(table.values))
    for outer in (*table.folds, -1):
        read = reread(table, features, examples, odds_without(table, models, outer=outer))
        kept = table.fold != outer
        rows = table.usable() & kept
        match = fitted(read.values[rows], table.match[rows] == 1, read.names, ridge)
        sure = (table.match == 1) & (table.same >= 0) & (table.fold >= 0) & kept
        same = fitted(read.values[sure], table.same[sure] == 1, read.names, ridge)
        rows = table.fold == outer
        odds[rows] = match.log_odds(read.values[rows])
        same_odds[rows] = same.log_odds(read.values[rows])
    return Second(match, same, odds, same_odds)


def calibrated(table: Table, odds: Matrix) -> tuple[tuple[float, float], Matrix]:
    """The line that calibrates log-odds over train, and the probabilities that it gives."""
    rows = table.usable()
    slope, intercept = fit_line(odds[rows], table.match[rows] == 1)
    line = (round(slope, 4), round(intercept, 4))
    return line, logistic(line[0] * odds + line[1])


def mean_token(examples: Sequence[Example]) -> Floats:
    """Mean token vector over the distinct statements of the stories, each story as one."""
    means = [
        token_mean(e.story.encoded, distinct([s.text for s in e.story.statements]))
        for e in examples
    ]
    mean = np.mean(np.array(means), axis=0, dtype=np.float64)
    return np.asarray(mean.round(5), np.float32)


def reread(
    table: Table,
    features: Sequence[Mapping[Pair, PairFeatures]],
    examples: Sequence[Example],
    odds: Matrix,
) -> Table:
    """The table of the second reading, from log-odds of the first."""
    tables: list[dict[Pair, Matrix]] = [{} for _ in examples]
    for k, pair, found, rows in table.blocks:
        tables[k][pair] = logistic(odds[rows]).round(4).reshape(found.shape)
    return tabulate(examples, [second_reading(f, t) for f, t in zip(features, tables, strict=True)])


def best_linking(table: Table, p: Matrix) -> float:
    """The probability from which on linking gives the best F1 over train."""
    known = (table.match >= 0) & (table.fold >= 0)
    return best_threshold(p[known], table.match[known] == 1)[0]


def best_same(table: Table, p: Matrix, same: Matrix, threshold: float) -> float:
    """The probability of `same` from which on it is said, for the best F1 over linked pairs."""
    known = (table.same >= 0) & (table.fold >= 0)
    held = np.where(p >= threshold, same, 0.0)
    return best_threshold(held[known], table.same[known] == 1)[0]
