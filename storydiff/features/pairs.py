"""Two reports side by side: what is counted and centred over these two alone.

Nothing here depends on a third report, so adding a report to a story moves no
feature of the pairs that were there (design note 0055).
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from storydiff.features.sides import Side
from storydiff.protocols import Floats, Ints
from storydiff.similarity import (
    centred,
    distinct,
    document_frequency,
    on_grid,
    rarities,
    segment_max,
)

Matrix = NDArray[np.float64]

FEW = 12
"""Below so many distinct statements, two reports say little of what is usual in them.

Rarity is then counted as if there were so many, and the centre leans to news at large.
"""


@dataclass(frozen=True, slots=True)
class Block:
    """Two reports, their similarities and their weights.

    Attributes:
        a, b: the reports; n and m statements, s and t tokens.
        similarity: ``(s, t)`` float32, of centred token vectors.
        best_a: ``(s, m)``, the best match of each token of a in each statement of b.
        best_b: ``(t, n)``, likewise.
        weights_a, weights_b: rarity of the tokens.
        pooled: ``(n, m)`` cosine of centred sentence vectors.
        texts: distinct texts of both.
    """

    a: Side
    b: Side
    similarity: Floats
    best_a: Floats
    best_b: Floats
    weights_a: Floats
    weights_b: Floats
    pooled: Floats
    texts: int


def block_of(a: Side, b: Side, *, mean: Floats, power: float) -> Block:
    """Two reports compared; ``mean`` is the encoder's mean token over news at large."""
    first = distinct((*a.texts, *b.texts))
    keys = [*_by_statement(a), *_by_statement(b)]
    frequency = document_frequency([set(keys[i]) for i in first.tolist()])
    local = (_mean(a) + _mean(b)) / 2
    own = 0.5 * min(1.0, len(first) / FEW)
    centre = np.round(mean * (1 - own) + local * own, 6).astype(np.float32)
    count = max(len(first), FEW)
    left, right = centred(a.tokens, centre), centred(b.tokens, centre)
    similarity = left @ right.T
    pooled_mean = ((_pooled_mean(a) + _pooled_mean(b)) * own).astype(np.float32)
    return Block(
        a=a,
        b=b,
        similarity=similarity,
        best_a=segment_max(similarity, b.token_offsets),
        best_b=segment_max(similarity.T, a.token_offsets),
        weights_a=rarities(a.token_keys, frequency, count, power=power),
        weights_b=rarities(b.token_keys, frequency, count, power=power),
        pooled=_centred_pooled(a, pooled_mean) @ _centred_pooled(b, pooled_mean).T,
        texts=len(first),
    )


def symmetric(name: str, forward: Matrix, backward: Matrix) -> dict[str, Matrix]:
    """Two directions as what does not depend on which is which: the lesser and the greater."""
    return {
        f"{name}, less": np.minimum(forward, backward),
        f"{name}, more": np.maximum(forward, backward),
    }


def overlap_table(left: Sequence[Set[str]], right: Sequence[Set[str]]) -> tuple[Matrix, Matrix]:
    """Rarity of what two sets share, and the rarity of each: ``(n, m)`` and ``(n + m,)``."""
    vocabulary = sorted(set().union(*left, *right))
    weights = _rarities(vocabulary, left, right)
    place = {key: k for k, key in enumerate(vocabulary)}
    table_a, table_b = _indicator(left, place), _indicator(right, place)
    mass = np.concatenate([table_a @ weights, table_b @ weights])
    return (table_a * weights) @ table_b.T, mass


def shared_table(left: Sequence[Set[str]], right: Sequence[Set[str]]) -> Matrix:
    """Rarity of what two sets share alone, which needs only what both sides have: ``(n, m)``."""
    both = set().union(*left) & set().union(*right)
    vocabulary = sorted(both)
    weights = _rarities(vocabulary, left, right)
    place = {key: k for k, key in enumerate(vocabulary)}
    table_a, table_b = (_indicator([s & both for s in side], place) for side in (left, right))
    shared: Matrix = (table_a * weights) @ table_b.T
    return shared


def _rarities(
    vocabulary: Sequence[str], left: Sequence[Set[str]], right: Sequence[Set[str]]
) -> Matrix:
    """The rarity of some keys over the distinct sets of both sides: float64 ``(v,)``."""
    frequency = document_frequency(list({frozenset(s): s for s in (*left, *right)}.values()))
    return rarities(vocabulary, frequency, max(len(left) + len(right), FEW)).astype(np.float64)


def _indicator(sets: Sequence[Set[str]], place: dict[str, int]) -> Matrix:
    table = np.zeros((len(sets), len(place)))
    rows = np.repeat(np.arange(len(sets)), [len(members) for members in sets])
    table[rows, [place[key] for members in sets for key in members]] = 1.0
    return table


def _by_statement(side: Side) -> list[tuple[str, ...]]:
    bounds = side.token_offsets.tolist()
    return [side.token_keys[s:e] for s, e in pairwise(bounds)]


def _mean(side: Side) -> Floats:
    """Mean token of a report's distinct statements."""
    first = distinct(side.texts)
    rows = [np.arange(side.token_offsets[i], side.token_offsets[i + 1]) for i in first.tolist()]
    if not rows:
        return np.zeros(side.tokens.shape[1], np.float32)
    mean: Floats = side.tokens[np.concatenate(rows)].mean(axis=0, dtype=np.float64)
    return mean.astype(np.float32)


def _pooled_mean(side: Side) -> Floats:
    first = distinct(side.texts)
    if not len(first):
        return np.zeros(side.pooled.shape[1], np.float32)
    mean: Floats = side.pooled[first].mean(axis=0, dtype=np.float64).astype(np.float32)
    return mean


def _centred_pooled(side: Side, mean: Floats) -> Floats:
    moved = side.pooled - mean
    norms = np.linalg.norm(moved, axis=1, keepdims=True)
    unit: Floats = np.divide(moved, norms, out=np.zeros_like(moved), where=norms > 1e-6)
    return on_grid(unit)


def ranks(scores: Matrix) -> Ints:
    """Rank of each entry within its row, 0 the highest; ties share the best rank."""
    order = -np.sort(-scores, axis=1)
    out = np.empty(scores.shape, np.int32)
    for i, row in enumerate(order):
        out[i] = np.searchsorted(-row, -scores[i], side="left")
    return out
