"""The scorer: an additive logistic model over named features, which explains itself.

Every feature has a curve of its own, a line that bends at a few knots, and the
log-odds are the sum of the curves (a generalised additive model: Hastie and
Tibshirani, 1986). What a feature adds to one decision can therefore be read
off exactly. Trees and small networks were no better (design note 0056).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storydiff.errors import ModelError, unexpected
from storydiff.protocols import Floats

Matrix = NDArray[np.float64]

CHUNK = 16_384
"""Pairs expanded at a time: bounds memory, changes no result."""

QUANTILES = (0.1, 0.5, 0.9)
"""Of the matching pairs' values: where a curve may bend."""


@dataclass(frozen=True, eq=False)
class Additive:
    """An additive logistic model.

    Attributes:
        names: of the f features, in the order of the columns.
        knots: ``(f, k)``, where each curve bends.
        slopes: ``(f, k + 1)``, the slope before the first knot and what each knot adds.
        typical: ``(f,)``, the values that shares are told against.
        bias: log-odds where every curve is 0.
    """

    names: tuple[str, ...]
    knots: Matrix
    slopes: Matrix
    typical: Matrix
    bias: float

    def log_odds(self, values: Floats) -> Matrix:
        """Log-odds of pairs: ``(p, f)`` to float64 ``(p,)``."""
        out = np.empty(len(values))
        for rows in _chunks(len(values)):
            out[rows] = self._curves(values[rows]).sum(axis=1) + self.bias
        return out

    def probabilities(self, values: Floats) -> Matrix:
        """Probabilities of pairs: ``(p, f)`` to float64 ``(p,)`` in [0, 1], to four places."""
        return logistic(self.log_odds(values)).round(4)

    def shares(self, values: Floats) -> tuple[float, Matrix]:
        """The log-odds of a typical pair, and what each feature adds to them: ``(p, f)``.

        The two sum to the log-odds of each pair.
        """
        usual = self._curves(self.typical[None, :].astype(np.float32))
        return float(usual.sum() + self.bias), self._curves(values) - usual

    def _curves(self, values: Floats) -> Matrix:
        x = values.astype(np.float64)
        out = x * self.slopes[:, 0]
        for k in range(self.knots.shape[1]):
            out += np.maximum(x - self.knots[:, k], 0.0) * self.slopes[:, k + 1]
        return out

    def only(self, names: Sequence[str]) -> None:
        """Check that features are those that the model was fitted on.

        Raises `ModelError` naming the first that is not.
        """
        if tuple(names) != self.names:
            pairs = zip((*names, "nothing"), (*self.names, "nothing"), strict=False)
            got, wanted = next((g, w) for g, w in pairs if g != w)
            raise ModelError(unexpected("matcher: features", got=got, wanted=repr(wanted)))

    def as_json(self) -> dict[str, Any]:
        """Names and numbers, to five significant places."""
        return {
            "bias": _rounded(self.bias),
            "features": {
                name: {
                    "knots": _rounded(self.knots[i]),
                    "slopes": _rounded(self.slopes[i]),
                    "typical": _rounded(self.typical[i]),
                }
                for i, name in enumerate(self.names)
            },
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Additive:
        """The model that `as_json` wrote. Raises `ValueError` for other shapes."""
        rows = list(data["features"].values())
        out = cls(
            names=tuple(data["features"]),
            knots=np.array([row["knots"] for row in rows], np.float64),
            slopes=np.array([row["slopes"] for row in rows], np.float64),
            typical=np.array([row["typical"] for row in rows], np.float64),
            bias=float(data["bias"]),
        )
        f, bends = len(out.names), len(QUANTILES)
        shapes = (out.knots.shape, out.slopes.shape, out.typical.shape)
        if shapes != ((f, bends), (f, bends + 1), (f,)):
            raise ValueError(f"features: knots, slopes and typical values of shapes {shapes}")
        if not all(np.isfinite(x).all() for x in (out.knots, out.slopes, out.typical, out.bias)):
            raise ValueError("features: not all numbers are finite")
        return out


def fit_additive(
    values: Floats,
    labels: NDArray[np.bool_],
    *,
    names: Sequence[str],
    ridge: float,
    steps: int = 12,
) -> Additive:
    """Fit curves to labelled pairs by penalised likelihood (Newton steps, no randomness).

    Args:
        values: ``(p, f)``.
        labels: bool ``(p,)``, both kinds present.
        names: of the features.
        ridge: weight of the penalty on standardised slopes.
        steps: Newton steps at most.
    """
    held = values[labels]
    knots = np.quantile(held.astype(np.float64), QUANTILES, axis=0).T.round(4)
    mean, spread = _moments(values, knots)
    table = np.concatenate(
        [_standard(values[r], knots, mean, spread) for r in _chunks(len(values))]
    )
    target = labels.astype(np.float64)
    weights = np.zeros(len(mean) + 1)
    penalty = np.full(len(weights), ridge)
    penalty[-1] = 0.0
    weights = _climb(table, target, weights, penalty, steps=steps)
    slopes = weights[:-1] / spread
    bias = float(weights[-1] - slopes @ mean)
    f = values.shape[1]
    return Additive(
        names=tuple(names),
        knots=knots,
        slopes=slopes.reshape(-1, f).T.copy(),
        typical=values.mean(axis=0, dtype=np.float64),
        bias=bias,
    )


def best_threshold(probabilities: Matrix, labels: NDArray[np.bool_]) -> tuple[float, float]:
    """The probability from which on linking gives the best F1, and that F1.

    The threshold lies halfway to the next lower probability.
    """
    order = np.argsort(-probabilities, kind="stable")
    found = np.cumsum(labels[order])
    f1 = 2 * found / (np.arange(1, len(order) + 1) + labels.sum())
    best = int(f1.argmax())
    last = probabilities[order[best]]
    below = probabilities[order[min(best + 1, len(order) - 1)]]
    return float(np.round((last + below) / 2, 4)), float(f1[best])


def fit_line(
    log_odds: Matrix, labels: NDArray[np.bool_], *, steps: int = 30
) -> tuple[float, float]:
    """Slope and intercept that calibrate log-odds (Platt, 1999)."""
    spread = float(log_odds.std()) or 1.0
    table = np.stack([log_odds / spread, np.ones_like(log_odds)], axis=1).astype(np.float32)
    target, penalty = labels.astype(np.float64), np.full(2, 1e-6)
    line = _climb(table, target, np.zeros(2), penalty, steps=steps)
    line[0] /= spread
    return float(line[0]), float(line[1])


def logistic(log_odds: Matrix) -> Matrix:
    """Log-odds as probabilities."""
    out: Matrix = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -30.0, 30.0)))
    return out


def _expand(values: Floats, knots: Matrix) -> Matrix:
    x = values.astype(np.float64)
    bends = [np.maximum(x - knots[:, k], 0.0) for k in range(knots.shape[1])]
    return np.concatenate([x, *bends], axis=1)


def _standard(values: Floats, knots: Matrix, mean: Matrix, spread: Matrix) -> Floats:
    table = (_expand(values, knots) - mean) / spread
    return np.concatenate([table, np.ones((len(table), 1))], axis=1).astype(np.float32)


def _climb(
    table: Floats, target: Matrix, weights: Matrix, penalty: Matrix, *, steps: int
) -> Matrix:
    """Newton steps, each halved until it helps, until none does."""
    loss = _loss(table, target, weights, penalty)
    for _ in range(steps):
        step = _newton_step(table, target, weights, penalty)
        tried: list[Matrix] = [weights + step / 2**k for k in range(6)]
        moved = next(
            ((w, new) for w in tried if (new := _loss(table, target, w, penalty)) < loss), None
        )
        if moved is None:
            break
        gain = loss - moved[1]
        weights, loss = moved
        if gain < 1e-5 * loss:
            break
    return weights


def _loss(table: Floats, target: Matrix, weights: Matrix, penalty: Matrix) -> float:
    odds = (table @ weights.astype(np.float32)).astype(np.float64)
    likelihood = np.logaddexp(0.0, odds) - target * odds
    return float(likelihood.sum() + (penalty * weights**2).sum() / 2)


def _newton_step(table: Floats, target: Matrix, weights: Matrix, penalty: Matrix) -> Matrix:
    gradient = -penalty * weights
    curvature: NDArray[np.float64] = np.diag(penalty).astype(np.float64)
    for rows in _chunks(len(table)):
        part = table[rows]
        p = logistic((part @ weights.astype(np.float32)).astype(np.float64))
        gradient += (part.T @ (target[rows] - p).astype(np.float32)).astype(np.float64)
        scaled = part * np.sqrt(p * (1 - p)).astype(np.float32)[:, None]
        curvature += (scaled.T @ scaled).astype(np.float64)
    return np.asarray(np.linalg.solve(curvature, gradient), np.float64)


def _moments(values: Floats, knots: Matrix) -> tuple[Matrix, Matrix]:
    """Mean and spread of the expanded columns; a constant column has a huge spread: no weight."""
    total = square = 0.0
    for rows in _chunks(len(values)):
        table = _expand(values[rows], knots)
        total, square = total + table.sum(axis=0), square + (table**2).sum(axis=0)
    mean = np.asarray(total / len(values))
    spread = np.sqrt(np.maximum(np.asarray(square / len(values)) - mean**2, 0.0))
    return mean, np.where(spread > 1e-6, spread, 1e9)


def _chunks(n: int) -> Iterator[slice]:
    for start in range(0, n, CHUNK):
        yield slice(start, min(start + CHUNK, n))


def _rounded(values: Any) -> Any:
    if np.ndim(values):
        return [_rounded(value) for value in values]
    return float(f"{float(values):.5g}")
