"""Where two statements stand, and how they compare with all others of the two reports."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from storydiff.features.pairs import Block, Matrix, ranks, symmetric

Features = dict[str, Matrix]


def place(block: Block) -> Features:
    """Position in the report, length, and whether it is the first statement."""
    index_a, index_b = _positions(len(block.a)), _positions(len(block.b))
    length_a = np.log1p(np.diff(block.a.word_offsets)).astype(np.float64)
    length_b = np.log1p(np.diff(block.b.word_offsets)).astype(np.float64)
    out: Features = {}
    out.update(_outer("position", index_a, index_b))
    out.update(_outer("length", length_a, length_b))
    out["position apart"] = np.abs(index_a[:, None] - index_b[None, :])
    first_a, first_b = (np.arange(len(s)) == 0 for s in (block.a, block.b))
    out["leads"] = first_a[:, None].astype(np.float64) + first_b[None, :]
    early_a, early_b = (np.arange(len(s)) < 3 for s in (block.a, block.b))
    out["early"] = early_a[:, None].astype(np.float64) + early_b[None, :]
    return out


def against_all(name: str, scores: Matrix) -> Features:
    """A score against the others of its row and column: means, ranks, margins, neighbours."""
    if not scores.size:
        return {}
    out: Features = {}
    row_mean, column_mean = scores.mean(axis=1), scores.mean(axis=0)
    out.update(_outer(f"{name}: usual", row_mean, column_mean))
    out[f"{name}: above usual"] = scores - (row_mean[:, None] + column_mean[None, :]) / 2
    spread_a = scores.std(axis=1) + 0.03
    spread_b = scores.std(axis=0) + 0.03
    z_a = (scores - row_mean[:, None]) / spread_a[:, None]
    z_b = (scores - column_mean[None, :]) / spread_b[None, :]
    out.update(symmetric(f"{name}: deviation", z_a, z_b))
    margin_a, margin_b = _margin(scores), _margin(scores.T).T
    out.update(symmetric(f"{name}: margin", margin_a, margin_b))
    rank_a, rank_b = np.log1p(ranks(scores)), np.log1p(ranks(scores.T).T)
    out.update(symmetric(f"{name}: rank", rank_a, rank_b))
    # Hubness: what the few nearest neighbours score on average (CSLS; Conneau et al., ICLR 2018).
    near_a, near_b = _nearest(scores, 3), _nearest(scores.T, 3)
    out.update(_outer(f"{name}: nearest", near_a, near_b))
    out[f"{name}: csls"] = 2 * scores - near_a[:, None] - near_b[None, :]
    out[f"{name}: beside"] = beside(scores)
    lead_a, lead_b = scores[:1, :], scores[:, :1]
    out.update(symmetric(f"{name}: with lead", lead_a + 0 * scores, lead_b + 0 * scores))
    return out


def twin_table(a: Sequence[str], b: Sequence[str]) -> NDArray[np.bool_]:
    """Which texts are the same on both sides: bool ``(n, m)``."""
    return np.array([[x == y for y in b] for x in a], bool).reshape(len(a), len(b))


def untwinned(scores: Matrix, twins: NDArray[np.bool_]) -> Matrix:
    """Scores in which a text with itself has the mean of what it has with all others."""
    others = np.where(twins, 0.0, scores)
    counts = np.maximum((~twins).sum(axis=1, keepdims=True), 1)
    across = others.sum(axis=1, keepdims=True) / counts
    along = others.sum(axis=0, keepdims=True) / np.maximum((~twins).sum(axis=0), 1)
    out: Matrix = np.where(twins, (across + along) / 2, scores)
    return out


def beside(scores: Matrix) -> Matrix:
    """Mean of the two neighbours on the diagonal, 0 beyond the edge; symmetric in direction."""
    padded = np.pad(scores, 1)
    straight: Matrix = (padded[:-2, :-2] + padded[2:, 2:]) / 2
    return straight


def _positions(n: int) -> Matrix:
    return np.arange(n, dtype=np.float64) / max(n - 1, 1)


def _outer(name: str, a: Matrix, b: Matrix) -> Features:
    shape = np.zeros((len(a), len(b)))
    return symmetric(name, a[:, None] + shape, b[None, :] + shape)


def _margin(scores: Matrix) -> Matrix:
    """A score less the best other of its row."""
    if scores.shape[1] < 2:
        return np.zeros_like(scores)
    order = np.sort(scores, axis=1)
    best, second = order[:, -1:], order[:, -2:-1]
    return np.where(scores == best, scores - second, scores - best)


def _nearest(scores: Matrix, k: int) -> Matrix:
    width = min(k, scores.shape[1])
    top: Matrix = np.sort(scores, axis=1)[:, -width:].mean(axis=1)
    return top
