"""The second reading: a pair among all others, from the first reading's probabilities.

Rivals for the same statement, neighbours on the diagonal, and what third
reports say: if both statements match one in a third report, they likely match
each other. A third report can support or weaken, and an unrelated one does
neither (design note 0057).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from storydiff.features.pairs import Matrix, symmetric
from storydiff.features.place import beside

TOGETHER = 32
"""Statements of third reports looked at together: bounds memory, and keeps a product above 0."""
FOREMOST = 16
"""Likeliest partners of a statement among which a broken chain is looked for first."""

Features = dict[str, Matrix]
Pair = tuple[int, int]


def competition(tables: Mapping[Pair, Matrix], pair: Pair, *, thirds: Sequence[int]) -> Features:
    """Features of all pairs of two reports from the probabilities of a first reading.

    Args:
        tables: probabilities ``(n, m)`` by pair of reports, lower number first.
        pair: the two reports.
        thirds: the other reports to be heard; none a copy of these two or of another.
    """
    p = tables[pair]
    out: Features = {"first: log-odds": _logit(p), "first: probability": p}
    row, column = rivals(p), rivals(p.T).T
    out.update(symmetric("rivals: best", row, column))
    sum_row = p.sum(axis=1, keepdims=True) - p
    sum_column = p.sum(axis=0, keepdims=True) - p
    out.update(symmetric("rivals: sum", sum_row, sum_column))
    out.update(symmetric("rivals: share", p / (p + sum_row + 0.05), p / (p + sum_column + 0.05)))
    out.update(symmetric("rivals: margin", _logit(p) - _logit(row), _logit(p) - _logit(column)))
    out.update(_neighbours(p))
    out.update(_third_reports(tables, pair, thirds, p.shape))
    density = p.sum() / max(sum(p.shape), 1)
    out["reports: matches expected"] = np.full(p.shape, density)
    return out


def rivals(p: Matrix) -> Matrix:
    """The best other value of each row; 0 where there is no other."""
    if p.shape[1] < 2:
        return np.zeros_like(p)
    order = np.sort(p, axis=1)
    out: Matrix = np.where(p >= order[:, -1:], order[:, -2:-1], order[:, -1:])
    return out


def _neighbours(p: Matrix) -> Features:
    n, m = p.shape
    wide = np.pad(p, 2)

    def shifted(down: int, right: int) -> Matrix:
        return wide[2 + down : 2 + down + n, 2 + right : 2 + right + m]

    across = np.stack([shifted(0, 1), shifted(0, -1)])
    along = np.stack([shifted(1, 0), shifted(-1, 0)])
    around = sum((shifted(i, k) for i in range(-2, 3) for k in range(-2, 3)), np.zeros_like(p))
    return {
        "neighbours: diagonal": beside(p),
        "neighbours: best diagonal": np.maximum(shifted(1, 1), shifted(-1, -1)),
        "neighbours: crossed": (shifted(1, -1) + shifted(-1, 1)) / 2,
        **symmetric("neighbours: beside", across.mean(axis=0), along.mean(axis=0)),
        **symmetric("neighbours: best beside", across.max(axis=0), along.max(axis=0)),
        "neighbours: around": around - p,
    }


def _third_reports(
    tables: Mapping[Pair, Matrix], pair: Pair, thirds: Sequence[int], shape: tuple[int, ...]
) -> Features:
    """The best chain over a third report, all chains together, and chains that break."""
    none = np.zeros((shape[0], 0)), np.zeros((0, shape[1]))
    left = np.concatenate([none[0], *(_table(tables, pair[0], k) for k in thirds)], axis=1)
    right = np.concatenate([none[1], *(_table(tables, k, pair[1]) for k in thirds)], axis=0)
    best, total = _chains(left, right)
    broken = _broken(left, right), _broken(right.T, left.T).T
    return {
        "third: best chain": best,
        "third: chains": np.log1p(total),
        **symmetric("third: broken chain", *broken),
    }


def _chains(left: Matrix, right: Matrix) -> tuple[Matrix, Matrix]:
    """The best chain over any statement in between, and minus the log that none holds.

    ``left`` is ``(n, k)`` and ``right`` ``(k, m)``. In float32 the lesser of two
    probabilities of four places keeps its places.
    """
    best = np.zeros((left.shape[0], right.shape[1]), np.float32)
    total = np.zeros(best.shape)
    for start in range(0, left.shape[1], TOGETHER):
        x = left[:, start : start + TOGETHER, None]
        y = right[None, start : start + TOGETHER, :]
        least = np.minimum(x.astype(np.float32), y.astype(np.float32))
        np.maximum(best, least.max(axis=1), out=best)
        both = np.minimum(x * y, 0.999)
        total -= np.log(np.multiply.reduce(1.0 - both, axis=1))
    return best.astype(np.float64), np.maximum(total, 0.0)


def _broken(left: Matrix, right: Matrix) -> Matrix:
    """The likeliest chain whose first half holds and whose second does not: ``(n, m)``.

    The greatest ``x * (1 - y)`` is among the few greatest x of a row unless even the
    next x would exceed it; such rows are looked at whole.
    """
    n, k = left.shape
    if k <= 2 * FOREMOST:
        return _broken_over(left[:, :, None], right[None, :, :])
    order = np.argpartition(-left, FOREMOST, axis=1)
    first, following = order[:, :FOREMOST], order[:, FOREMOST]
    out = _broken_over(np.take_along_axis(left, first, axis=1)[:, :, None], right[first])
    unsure = np.flatnonzero((out < left[np.arange(n), following][:, None]).any(axis=1))
    for i in unsure.tolist():
        out[i] = (left[i, :, None] * (1.0 - right)).max(axis=0)
    return out


def _broken_over(left: Matrix, right: Matrix) -> Matrix:
    out: Matrix = (left * (1.0 - right)).max(axis=1, initial=0.0)
    return out


def _table(tables: Mapping[Pair, Matrix], a: int, b: int) -> Matrix:
    return tables[a, b] if a < b else tables[b, a].T


def _logit(p: Matrix) -> Matrix:
    held = np.clip(p, 1e-4, 1 - 1e-4)
    out: Matrix = np.log(held / (1 - held))
    return out
