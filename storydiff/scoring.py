"""From a story to probabilities: two readings of every pair of reports.

The first reading sees a pair of reports alone. The second sees the first one's
probabilities too: rivals, neighbours, and what third reports say. A copy of a
report is read once, so it changes nothing but itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from storydiff.errors import FormatError, ModelError, UnreadableError, unexpected
from storydiff.features import PairFeatures, pair_features
from storydiff.features.competition import Pair, competition
from storydiff.features.sides import Bools, Side, sides_of
from storydiff.matching import Additive, Matrix, logistic
from storydiff.protocols import Floats, Ints, Story
from storydiff.shipped import shipped

OTHERS = MappingProxyType({"all-mpnet-base-v2@78c0197b6159+3514e8f20932": "matcher-mpnet.json"})
"""Vectors of another encoder than the default one → the file of weights for them."""

EQUAL = 0.99
"""Probability of a pair of statements with the same words."""


@dataclass(frozen=True, eq=False)
class Weights:
    """Everything that training learnt, for vectors of one encoder.

    Attributes:
        mean: ``(d,)``, the encoder's mean token vector over news at large.
        first, second: scorers of the two readings.
        same: scorer of `same` against `overlap`, for pairs that match.
        pairs: scorer of texts that are no story, from vectors and letters alone.
        line: slope and intercept that calibrate the second reading.
        min_probability: from which on a pair is linked.
        same_probability: from which on a link is `same`.
        pairs_line, pairs_probability: likewise for texts that are no story.
        band: half-width of the band around ``min_probability`` called unsure.
        covered: similarity from which on a word counts as covered.
        power: exponent of rarity.
        encoder: ``repr`` of the encoder whose vectors they were learnt from.
        sha256: of the file that the weights came from.
    """

    mean: Floats
    first: Additive
    second: Additive
    same: Additive
    pairs: Additive
    line: tuple[float, float]
    min_probability: float
    same_probability: float
    pairs_line: tuple[float, float]
    pairs_probability: float
    band: float
    covered: float
    power: float
    encoder: str
    sha256: str = ""

    def as_json(self) -> dict[str, Any]:
        """The weights as plain numbers, and the encoder that they are for."""
        return {
            "encoder": self.encoder,
            "mean": [float(f"{x:.5g}") for x in self.mean.tolist()],
            "first": self.first.as_json(),
            "second": self.second.as_json(),
            "same": self.same.as_json(),
            "pairs": self.pairs.as_json(),
            "line": list(self.line),
            "min_probability": self.min_probability,
            "same_probability": self.same_probability,
            "pairs_line": list(self.pairs_line),
            "pairs_probability": self.pairs_probability,
            "band": self.band,
            "covered": self.covered,
            "power": self.power,
        }

    def as_text(self) -> str:
        """The weights as a JSON document, which `read_weights` reads from a file."""
        return json.dumps(self.as_json(), separators=(",", ":"), ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, data: Mapping[str, Any], *, sha: str = "") -> Weights:
        """The weights that `as_json` wrote.

        Raises `ModelError` if a part is missing, not of its kind, or outside its range.
        """
        try:
            return cls(
                mean=_mean(data["mean"]),
                first=Additive.from_json(data["first"]),
                second=Additive.from_json(data["second"]),
                same=Additive.from_json(data["same"]),
                pairs=Additive.from_json(data["pairs"]),
                line=(_number(data["line"][0]), _number(data["line"][1])),
                min_probability=_share(data, "min_probability"),
                same_probability=_share(data, "same_probability"),
                pairs_line=(_number(data["pairs_line"][0]), _number(data["pairs_line"][1])),
                pairs_probability=_share(data, "pairs_probability"),
                band=_share(data, "band"),
                covered=_number(data["covered"]),
                power=_number(data["power"]),
                encoder=_text(data["encoder"]),
                sha256=sha,
            )
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise ModelError(
                unexpected("matcher weights", got=f"no usable {error}", wanted="trained weights")
            ) from error


def _mean(values: Any) -> Floats:
    mean = np.array(values, np.float32)
    if mean.ndim != 1 or not len(mean) or not np.isfinite(mean).all():
        raise ValueError("mean: not a vector of finite numbers")
    return mean


def _number(value: Any) -> float:
    if not np.isfinite(number := float(value)):
        raise ValueError(f"number {value!r}")
    return number


def _share(data: Mapping[str, Any], name: str) -> float:
    if not 0 <= (number := float(data[name])) <= 1:
        raise ValueError(f"{name}: {number!r} is not in 0..1")
    return number


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"encoder: {value!r} is no name")
    return value


@lru_cache(maxsize=1)
def default_weights() -> Weights:
    """The weights for the default encoder that come with the package, read once."""
    return _shipped("matcher.json")


def weights_for(vectors: str) -> Weights | None:
    """The weights that come with the package for other vectors than the default encoder's.

    ``vectors`` is what `storydiff.protocols.vectors_of` says of an encoder. None for
    the default encoder and for those that nothing was learnt for.
    """
    return _shipped(OTHERS[vectors]) if vectors in OTHERS else None


def _shipped(name: str) -> Weights:
    return _weights_of(shipped(name))


def read_weights(path: str | Path) -> Weights:
    """The weights of a file that ``storydiff calibrate`` wrote: plain JSON, nothing is run.

    Raises `UnreadableError` for a file that cannot be read, `FormatError` for one that
    is no JSON object and `ModelError` for one that holds no weights.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        got = error.strerror or str(error)
        raise UnreadableError(
            unexpected(str(path), got=got, wanted="a file of storydiff calibrate")
        ) from error
    try:
        return _weights_of(content)
    except (ValueError, RecursionError) as error:
        wanted = "JSON that storydiff calibrate wrote"
        raise FormatError(unexpected(str(path), got=str(error), wanted=wanted)) from error
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error


def _weights_of(content: bytes) -> Weights:
    data = json.loads(content)
    if not isinstance(data, dict):
        raise ValueError(f"a {type(data).__name__}")
    return Weights.from_json(data, sha=sha256(content).hexdigest())


@dataclass(frozen=True, eq=False)
class Cast:
    """The distinct reports of a story, in an order that depends on their texts alone.

    Attributes:
        sides: the distinct reports that have statements to compare.
        reports: for each of them, the statements of each report with these texts.
    """

    sides: tuple[Side, ...]
    reports: tuple[tuple[Ints, ...], ...]


def cast_of(story: Story, content: Bools) -> Cast:
    """The distinct reports of a story; ``content`` says which statements take part."""
    groups: dict[tuple[str, ...], list[Side]] = {}
    for side in sides_of(story, content):
        if len(side):
            groups.setdefault(side.texts, []).append(side)
    ordered = sorted(groups.items())
    return Cast(
        sides=tuple(sides[0] for _, sides in ordered),
        reports=tuple(tuple(s.statements for s in sides) for _, sides in ordered),
    )


def first_reading(cast: Cast, *, mean: Floats, power: float) -> dict[Pair, PairFeatures]:
    """Features of every pair of distinct reports, the pair alone."""
    return {
        (a, b): pair_features(cast.sides[a], cast.sides[b], mean=mean, power=power)
        for a, b in combinations(range(len(cast.sides)), 2)
    }


def second_reading(
    features: Mapping[Pair, PairFeatures], tables: Mapping[Pair, Matrix]
) -> dict[Pair, PairFeatures]:
    """The features, and those of every pair among all others, given first probabilities."""
    reports = sorted({k for pair in features for k in pair})
    return {pair: read_again(pair, own, tables, reports) for pair, own in features.items()}


def read_again(
    pair: Pair, own: PairFeatures, tables: Mapping[Pair, Matrix], reports: Sequence[int]
) -> PairFeatures:
    """The second reading of one pair of ``reports``, ``own`` being its first."""
    table = competition(tables, pair, thirds=[k for k in reports if k not in pair])
    added = np.stack([values.ravel() for values in table.values()], axis=1)
    return replace(
        own,
        names=(*own.names, *table),
        values=np.concatenate([own.values, np.round(added, 5).astype(np.float32)], axis=1),
    )


@dataclass(frozen=True, eq=False)
class Scores:
    """What two readings say of a story.

    Attributes:
        probabilities, same: float64 ``(n, n)``, symmetric: that a pair matches, and
            that it says the same.
        features: of the second reading, by pair of distinct reports: of the pairs of
            statements that were asked for, by index of the one and of the other.
        place: for each statement, its distinct report and its index there, or -1.
    """

    probabilities: Matrix
    same: Matrix
    features: Mapping[Pair, Mapping[tuple[int, int], Floats]]
    place: Ints

    def row(self, i: int, j: int) -> Floats | None:
        """The features ``(1, f)`` of two statements, or None in two copies of one report."""
        (a, at_a), (b, at_b) = self.place[i].tolist(), self.place[j].tolist()
        if a == b:
            return None
        if a > b:
            a, at_a, b, at_b = b, at_b, a, at_a
        return self.features[a, b][at_a, at_b]


def score(story: Story, content: Bools, weights: Weights, *, least: float) -> Scores:
    """Probabilities of every pair of statements of different reports.

    Features are kept of the pairs that match with a probability of ``least`` or more:
    those of all pairs would take most of the memory of a comparison.

    Raises `ModelError` if the features are not those that the weights were
    learnt for.
    """
    n = len(story.statements)
    cast = cast_of(story, content)
    features = first_reading(cast, mean=weights.mean, power=weights.power)
    tables: dict[Pair, Matrix] = {}
    for pair, own in features.items():
        weights.first.only(own.names)
        tables[pair] = weights.first.probabilities(own.values).reshape(own.shape)
    kept: dict[Pair, dict[tuple[int, int], Floats]] = {}
    out = Scores(np.zeros((n, n)), np.zeros((n, n)), kept, np.full((n, 2), -1, np.int32))
    for k, copies in enumerate(cast.reports):
        for members in copies:
            out.place[members, 0] = k
            out.place[members, 1] = np.arange(len(members))
        for left, right in combinations(copies, 2):
            _fill(out, left, right, np.eye(len(left)), np.eye(len(left)))
    for a, b in tables:
        own = read_again((a, b), features.pop((a, b)), tables, range(len(cast.sides)))
        weights.second.only(own.names)
        p, same = _judged(own, weights)
        equal = _equal(cast.sides[a], cast.sides[b])
        p, same = np.where(equal, np.maximum(p, EQUAL), p), np.where(equal, EQUAL, same)
        rows = own.values.reshape(*own.shape, -1)
        chosen = np.argwhere(p >= least).tolist()
        kept[a, b] = {(i, j): rows[i, j][None].copy() for i, j in chosen}
        for left in cast.reports[a]:
            for right in cast.reports[b]:
                _fill(out, left, right, p, same)
    return out


def _judged(own: PairFeatures, weights: Weights) -> tuple[Matrix, Matrix]:
    """Probability of a match and of `same`: each ``(n, m)``."""
    slope, intercept = weights.line
    p = logistic(slope * weights.second.log_odds(own.values) + intercept)
    same = p * logistic(weights.same.log_odds(own.values))
    return p.round(4).reshape(own.shape), same.round(4).reshape(own.shape)


def _fill(out: Scores, left: Ints, right: Ints, p: Matrix, same: Matrix) -> None:
    for table, values in ((out.probabilities, p), (out.same, same)):
        table[np.ix_(left, right)] = values
        table[np.ix_(right, left)] = values.T


def _equal(a: Side, b: Side) -> Bools:
    """Which statements have the same words: bool ``(n, m)``."""
    return np.array([[x == y for y in b.letters] for x in a.letters], bool)
