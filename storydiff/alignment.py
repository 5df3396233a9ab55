"""Vectors and annotations to links: which statements of different reports share a proposition.

`TrainedMatcher` is the matcher of the house: it weighs vectors, words, names,
speakers, numbers and places by what it learnt from gold stories, and says why.
`LateInteraction` needs nothing but token vectors, so it serves any encoder.
Statements that are nothing but furniture take no part.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from storydiff.datatypes import Evidence, Link, Statement
from storydiff.errors import OptionError, StorydiffWarning, VectorError, unexpected
from storydiff.evidence import explain
from storydiff.features import PairFeatures, pair_features, plain
from storydiff.features.sides import side_of
from storydiff.interaction import pair_coverages
from storydiff.likelihoods import Likelihoods
from storydiff.matching import logistic
from storydiff.protocols import (
    Encoded,
    Encoder,
    Floats,
    Ints,
    Matched,
    Matcher,
    Parse,
    Story,
    vectors_of,
)
from storydiff.scoring import Scores, Weights, default_weights, score
from storydiff.search import nearest, pairs_of
from storydiff.shared import WordAligner
from storydiff.similarity import on_grid

UNCALIBRATED = "the matcher was not trained for this encoder's vectors: late interaction alone"


@dataclass(frozen=True)
class TrainedMatcher:
    """Links by learnt weights: those that come with the package, or those of a calibration.

    Attributes:
        min_probability: from which on a pair is linked, in [0, 1]; None: as learnt,
            which gives the best F1 over the training stories.
        same_probability: probability of `same` from which on a link is called so;
            None: as learnt.
        band: half-width of the band of probabilities around ``min_probability`` in
            which a link is marked unsure; None: as learnt.
        weights: those that `storydiff.scoring.read_weights` gives; None: those that
            come with the package.

    For vectors of another size than those it was trained on it falls back on
    `LateInteraction`, warns, and says so in the notes.
    """

    min_probability: float | None = None
    same_probability: float | None = None
    band: float | None = None
    weights: Weights | None = None

    def __post_init__(self) -> None:
        for name in ("min_probability", "same_probability", "band"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 1:
                raise OptionError(unexpected(name, got=value, wanted="a number in 0..1"))

    def __repr__(self) -> str:
        chosen = ", ".join(
            f"{name}={getattr(self, name)!r}"
            for name in ("min_probability", "same_probability", "band")
        )
        return f"TrainedMatcher(weights={self._learnt.sha256[:12]!r}, {chosen})"

    @property
    def calibrated_for(self) -> str:
        """The vectors for which the probabilities mean what they say: `vectors_of` an encoder."""
        return self._learnt.encoder

    def moved(self, by: float) -> TrainedMatcher:
        """The same matcher with its threshold moved, within 0..1."""
        learnt = self._learnt.min_probability
        least = learnt if self.min_probability is None else self.min_probability
        return replace(self, min_probability=min(1.0, max(0.0, least + by)))

    @property
    def _learnt(self) -> Weights:
        return self.weights or default_weights()

    def match(self, story: Story) -> Matched:
        """Links between statements of different reports, in the order of the statements."""
        weights = self._learnt
        if story.encoded.tokens.shape[1:] != weights.mean.shape and len(story.encoded.tokens):
            return self._fall_back(story)
        content = np.array([is_content(s) for s in story.statements], bool)
        least = weights.min_probability if self.min_probability is None else self.min_probability
        scores = score(story, content, weights, least=least)
        allowed = comparable(story.statements) & (scores.probabilities > 0)
        rows, columns = np.nonzero(np.triu(allowed & (scores.probabilities >= least)))
        aligner = WordAligner.of(story, covered=weights.covered)
        links = tuple(
            self._link(aligner, scores, weights, least, i, j)
            for i, j in zip(rows.tolist(), columns.tolist(), strict=True)
        )
        notes = () if links else ("the reports hardly overlap: no statement is told by two",)
        return Matched(links, Likelihoods.of_dense(scores.probabilities), notes=notes)

    def _link(
        self,
        aligner: WordAligner,
        scores: Scores,
        weights: Weights,
        least: float,
        i: int,
        j: int,
    ) -> Link:
        from_same = (
            weights.same_probability if self.same_probability is None else self.same_probability
        )
        band = weights.band if self.band is None else self.band
        p = float(scores.probabilities[i, j])
        return aligner.link(
            i,
            j,
            probability=p,
            same=float(scores.same[i, j]),
            same_from=from_same,
            unsure=abs(p - least) < band,
            evidence=explain(scores, weights, i, j),
        )

    def _fall_back(self, story: Story) -> Matched:
        warnings.warn(UNCALIBRATED, StorydiffWarning, stacklevel=3)
        found = LateInteraction().match(story)
        return Matched(found.links, found.probabilities, notes=(*found.notes, UNCALIBRATED))


def uncalibrated(matcher: Matcher, encoder: Encoder) -> str | None:
    """What to say of a matcher that learnt from another encoder's vectors; None if it did not.

    A matcher without ``calibrated_for`` claims nothing, so nothing is said of it.
    """
    known = getattr(matcher, "calibrated_for", None)
    # Weights that were learnt when there was one backend name it by its repr.
    names = {vectors_of(encoder), f"SentenceTransformerEncoder(model={vectors_of(encoder)!r})"}
    if known is None or known in names:
        return None
    return (
        f"the matcher was calibrated for {known}, not for {encoder!r}: "
        "probabilities may be off; storydiff calibrate fits another encoder"
    )


def match_pairs(
    texts_a: Sequence[str],
    texts_b: Sequence[str],
    a: Encoded,
    b: Encoded,
    *,
    weights: Weights | None = None,
) -> NDArray[np.float64]:
    """How likely each text of a shares a proposition with each of b, where they are no story.

    From vectors and letters alone: neither place nor speaker counts. What is
    rare and usual is counted over all the texts handed in.

    ``a`` and ``b`` hold the vectors of ``texts_a`` and ``texts_b``, which may be the
    same. Gives float64 ``(len(texts_a), len(texts_b))`` in [0, 1], 0 for a text
    without a letter or digit; `pairs_threshold` says from which on a pair matches.
    ``weights`` are those of `storydiff.scoring.read_weights`, by default our own.

    Raises `VectorError` for vectors of another size than the weights were learnt from.
    """
    weights = weights or default_weights()
    for encoded in (a, b):
        if len(encoded.tokens) and encoded.tokens.shape[1:] != weights.mean.shape:
            raise VectorError(
                unexpected(
                    "encoder: vectors",
                    got=f"{encoded.tokens.shape[1]} numbers each",
                    wanted=f"{len(weights.mean)}, or weights that storydiff calibrate fitted",
                )
            )
    out = np.zeros((len(texts_a), len(texts_b)))
    found = text_features(texts_a, texts_b, a, b, mean=weights.mean, power=weights.power)
    weights.pairs.only(found.names)
    slope, intercept = weights.pairs_line
    odds = slope * weights.pairs.log_odds(found.values) + intercept
    out[found.rows, found.columns] = logistic(odds).round(4)
    return out


def text_features(
    texts_a: Sequence[str],
    texts_b: Sequence[str],
    a: Encoded,
    b: Encoded,
    *,
    mean: Floats,
    power: float,
) -> PairFeatures:
    """What `match_pairs` judges by: the features that need nothing but vectors and letters.

    Rows and columns are indices of the texts; a text without a letter or digit has no row.
    """
    sides = []
    for texts, encoded in ((texts_a, a), (texts_b, b)):
        story = _texts_as_story(texts, encoded)
        members = [i for i, s in enumerate(story.statements) if is_content(s)]
        sides.append(side_of(story, np.array(members, np.int32)))
    found = pair_features(*sides, mean=mean, power=power, twins=True)
    columns = plain(found.names)
    names = tuple(found.names[k] for k in columns)
    return replace(found, names=names, values=found.values[:, columns])


def pairs_threshold(weights: Weights | None = None) -> float:
    """The probability of `match_pairs` from which on two texts match, learnt on gold stories."""
    return (weights or default_weights()).pairs_probability


def _texts_as_story(texts: Sequence[str], encoded: Encoded) -> Story:
    statements = tuple(
        Statement(
            id=str(i), report="texts", outlet="texts", index=i, start=0, end=len(text), text=text
        )
        for i, text in enumerate(texts)
    )
    return Story((), statements, tuple(Parse.empty() for _ in texts), encoded)


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
        neighbours: tokens are compared only with those of so many statements of other
            reports that are nearest by their sentence vectors, from either side; None:
            with all. Time and memory then grow with the statements, not with their
            pairs, but for the exact search (design note 0085).

    Raises `OptionError` for neighbours below 1.
    """

    power: float = 1.5
    slope: float = 22.7
    intercept: float = -9.8
    min_probability: float = 0.24
    same_probability: float = 0.77
    covered: float = 0.6
    band: float = 0.1
    neighbours: int | None = None

    def __post_init__(self) -> None:
        if self.neighbours is not None and self.neighbours < 1:
            wanted = "a number of 1 or more, or None"
            raise OptionError(unexpected("neighbours", got=self.neighbours, wanted=wanted))

    def match(self, story: Story) -> Matched:
        """Links between statements of different reports, in the order of the statements."""
        texts = [s.text for s in story.statements]
        pairs = self._candidates(story)
        directed = pair_coverages(story.encoded, texts, *pairs, power=self.power)
        probabilities = self._calibrate(directed.mean(axis=0))
        weaker = self._calibrate(directed.min(axis=0))
        aligner = WordAligner.of(story, covered=self.covered)
        chosen = np.flatnonzero(probabilities >= self.min_probability).tolist()
        links = tuple(
            self._link(aligner, int(i), int(j), directed[:, k], probabilities[k], weaker[k])
            for k, i, j in zip(chosen, *(side[chosen] for side in pairs), strict=True)
        )
        return Matched(links, Likelihoods.of_pairs(len(texts), *pairs, probabilities))

    def moved(self, by: float) -> LateInteraction:
        """The same matcher with its threshold moved, within 0..1."""
        return replace(self, min_probability=min(1.0, max(0.0, self.min_probability + by)))

    def _candidates(self, story: Story) -> tuple[Ints, Ints]:
        """The pairs whose tokens are compared: the lower number first, in ascending order."""
        if self.neighbours is None:
            rows, columns = np.nonzero(np.triu(comparable(story.statements)))
            return rows.astype(np.int32), columns.astype(np.int32)
        report, content = _reports_of(story.statements)
        members = _in_own_order(story.statements, np.flatnonzero(content).astype(np.int32))
        vectors = on_grid(story.encoded.pooled[members])
        index, _ = nearest(vectors, k=self.neighbours, groups=report[members])
        first, second = (members[side] for side in pairs_of(index))
        low, high = np.minimum(first, second), np.maximum(first, second)
        order = np.lexsort((high, low))
        return low[order], high[order]

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
        probability: float,
        weaker: float,
    ) -> Link:
        there, back = directed.tolist()
        parts = (
            ("constant", 1.0, self.intercept),
            ("a covered by b", there, self.slope * there / 2),
            ("b covered by a", back, self.slope * back / 2),
        )
        evidence = tuple(
            Evidence(part=name, value=round(value, 4), weight=round(weight, 4))
            for name, value, weight in parts
        )
        return aligner.link(
            i,
            j,
            probability=float(probability),
            same=float(weaker),
            same_from=self.same_probability,
            unsure=abs(float(probability) - self.min_probability) < self.band,
            evidence=evidence,
        )


def comparable(statements: Sequence[Statement]) -> NDArray[np.bool_]:
    """Which pairs may be linked: of different reports, with text, neither mere furniture.

    Bool ``(n, n)``, symmetric.
    """
    report, content = _reports_of(statements)
    apart: NDArray[np.bool_] = report[:, None] != report[None, :]
    allowed: NDArray[np.bool_] = apart & content[:, None] & content[None, :]
    return allowed


def _reports_of(statements: Sequence[Statement]) -> tuple[Ints, NDArray[np.bool_]]:
    """The number of each statement's report, and whether the statement tells anything."""
    order = {name: k for k, name in enumerate(dict.fromkeys(s.report for s in statements))}
    report = np.array([order[s.report] for s in statements], np.int32)
    return report, np.array([is_content(s) for s in statements], bool)


def _in_own_order(statements: Sequence[Statement], members: Ints) -> Ints:
    """Statements by their texts, then by those of their reports, so that ties know no order."""
    told: dict[str, list[str]] = {}
    for s in statements:
        told.setdefault(s.report, []).append(s.text)
    rank = {name: k for k, name in enumerate(sorted(told, key=lambda name: told[name]))}
    keyed = ((statements[i].text, rank[statements[i].report], i) for i in members.tolist())
    return np.array([i for *_, i in sorted(keyed)], np.int32)


def is_content(statement: Statement) -> bool:
    """Whether a statement tells anything: it has a letter or digit and is not `other` alone."""
    return statement.kinds != ("other",) and any(c.isalnum() for c in statement.text)
