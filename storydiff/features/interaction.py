"""What the token vectors of two reports say: late interaction, whole and clause by clause."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from storydiff.features.pairs import Block, Matrix, symmetric
from storydiff.features.sides import Side
from storydiff.protocols import Floats, Ints
from storydiff.similarity import segment_max, segment_sum

Features = dict[str, Matrix]

WINDOW = 12
"""Word pieces in a window: about a clause of news (design note 0054)."""


def interaction(block: Block) -> Features:
    """Coverage of each statement by each of the other report, in both directions, by parts."""
    out: Features = {}
    directions = (
        (block.a, block.weights_a, block.best_a),
        (block.b, block.weights_b, block.best_b),
    )

    def both(name: str, of: Callable[[Side, Floats, Floats], Matrix]) -> None:
        forward, backward = (of(*direction) for direction in directions)
        out.update(symmetric(name, forward, backward.T))

    both("cover", lambda side, w, best: _mean(best, w, side.token_offsets))
    both("cover flat", lambda side, w, best: _mean(best, np.sqrt(w), side.token_offsets))
    both("cover rare", lambda side, w, best: _mean(best, w**2, side.token_offsets))
    both("cover no names", lambda side, w, best: _mean(best, w * ~side.in_name, side.token_offsets))
    both("cover names", lambda side, w, best: _mean(best, w * side.in_name, side.token_offsets))
    both("cover quoted", lambda side, w, best: _mean(best, w * side.in_quote, side.token_offsets))
    both("cover spoken", lambda side, w, best: _mean(best, w * side.in_speech, side.token_offsets))
    both("cover verbs", lambda side, w, best: _mean(best, w * side.verb, side.token_offsets))
    both("cover nouns", lambda side, w, best: _mean(best, w * side.noun, side.token_offsets))
    both("cover root", lambda side, w, best: _root(best, side.root))
    both("context", lambda side, w, best: _mean(_context(best), w, side.token_offsets))
    both(
        "context of names",
        lambda side, w, best: _mean(_context(best), w * side.in_name, side.token_offsets),
    )
    both("cover sharp", lambda side, w, best: _mean(_sharp(best), w, side.token_offsets))
    both("matched", lambda side, w, best: np.log1p(_sum(_sharp(best), w, side.token_offsets)))
    both("window", lambda side, w, best: _window(best, w, side.token_offsets))
    out.update(_clauses(block))
    out["pooled"] = (block.a.pooled @ block.b.pooled.T).astype(np.float64)
    out["pooled centred"] = block.pooled.astype(np.float64)
    return out


def _root(best: Floats, root: Ints) -> Matrix:
    """How well the main word of each statement is matched; 0 where it is not known."""
    found = best[np.maximum(root, 0)] if len(best) else np.zeros((len(root), best.shape[1]))
    return np.where((root >= 0)[:, None], found, 0.0).astype(np.float64)


def _context(best: Floats) -> Floats:
    """The best match in a statement or the one before it, where pronouns find their names."""
    before = np.concatenate([np.full((len(best), 1), -1.0, best.dtype), best[:, :-1]], axis=1)
    out: Floats = np.maximum(best, before)
    return out


def _sharp(best: Floats) -> Floats:
    """Similarities as matches: 0 below .35, 1 above .75, a line between."""
    out: Floats = np.clip((best - 0.35) / 0.4, 0.0, 1.0).astype(np.float32)
    return out


def _sum(best: Floats, weights: NDArray[np.floating], offsets: Ints) -> Matrix:
    return segment_sum(best * weights[:, None], offsets)


def _mean(best: Floats, weights: NDArray[np.floating], offsets: Ints) -> Matrix:
    mass = segment_sum(weights, offsets)[:, None]
    total = _sum(best, weights, offsets)
    return np.divide(total, mass, out=np.zeros_like(total), where=mass > 0)


def _window(best: Floats, weights: NDArray[np.floating], offsets: Ints) -> Matrix:
    """The best mean of any window of pieces of a statement."""
    total = np.vstack([np.zeros((1, best.shape[1])), np.cumsum(best * weights[:, None], axis=0)])
    mass = np.concatenate([[0.0], np.cumsum(weights, dtype=np.float64)])
    rows = np.arange(len(weights))
    owner = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    last = offsets[1:][owner]
    first = np.maximum(np.minimum(rows, last - WINDOW), offsets[:-1][owner])
    end = np.minimum(first + WINDOW, last)
    inside = (mass[end] - mass[first])[:, None]
    mean = (total[end] - total[first]) / (inside + 4.0)
    return segment_max(mean.T.astype(np.float32), offsets).T.astype(np.float64)


def _clauses(block: Block) -> Features:
    """The best pair of clauses: both cover each other; either covers the other."""
    a, b = block.a, block.b
    table = block.similarity[a.clause_tokens][:, b.clause_tokens]
    weights_a, weights_b = block.weights_a[a.clause_tokens], block.weights_b[b.clause_tokens]
    forward = segment_sum(
        segment_max(table, b.clause_offsets) * weights_a[:, None], a.clause_offsets
    )
    backward = segment_sum(
        segment_max(table.T, a.clause_offsets) * weights_b[:, None], b.clause_offsets
    ).T
    mass_a = segment_sum(weights_a, a.clause_offsets)[:, None]
    mass_b = segment_sum(weights_b, b.clause_offsets)[None, :]
    # A clause of little rarity proves little, however well it is covered.
    forward, backward = forward / (mass_a + 4.0), backward / (mass_b + 4.0)

    def top(values: Matrix) -> Matrix:
        wide = segment_max(values.astype(np.float32), b.clause_owners)
        return segment_max(wide.T.copy(), a.clause_owners).T.astype(np.float64)

    one_sided = symmetric("clause cover", top(forward), top(backward))
    return {
        "clause both": top(np.minimum(forward, backward)),
        "clause mean": top((forward + backward) / 2),
        **one_sided,
    }
