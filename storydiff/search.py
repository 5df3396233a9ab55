"""Exact nearest neighbours by blocks: near the speed of the matrix product, in bounded memory.

For every vector the k most similar ones of other groups (reports). Nothing is
approximated: blocks of similarities are made by a matrix product and only what
beats the worst of the k found so far is kept. Ties go to the lower index, so
the result does not depend on the blocks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from storydiff.errors import OptionError, VectorError, unexpected
from storydiff.protocols import Floats, Ints

Vectors = NDArray[np.float32] | NDArray[np.float16]

BLOCK = 1024
"""Vectors on either side of a block of products, which stays in the cache."""


def nearest(
    vectors: Vectors,
    *,
    k: int,
    groups: Ints | None = None,
    block: int = BLOCK,
) -> tuple[Ints, Floats]:
    """The k most similar vectors of each vector, itself left out.

    Args:
        vectors: float32 or float16 ``(n, d)``; similarity is the dot product in float32,
            the cosine for vectors of unit length.
        k: how many.
        groups: int32 ``(n,)``; if given, only vectors of other groups are neighbours.
        block: vectors on either side of a block of products.

    Gives indices int32 ``(n, k)`` and similarities float32 ``(n, k)``, the best first and
    ties by the lower index; -1 and minus infinity where there are fewer than k. Memory
    beyond these and the vectors: of the order of ``block ** 2``.

    The blocks change no index unless the product itself rounds differently in another
    shape; vectors on the grid of `storydiff.similarity.on_grid` never do.

    Raises `OptionError` for a k below 1 and `VectorError` for vectors that are no finite
    table, or groups of another number.
    """
    _check(vectors, k, groups)
    n = len(vectors)
    best = np.full((n, k), -np.inf, np.float32)
    index = np.full((n, k), -1, np.int32)
    parts = [slice(i, min(i + block, n)) for i in range(0, n, block)]
    for number, left in enumerate(parts):
        held = vectors[left].astype(np.float32, copy=False)
        # One product serves both sides; each side still meets its columns in ascending order.
        for right in parts[number:]:
            products = held @ vectors[right].astype(np.float32, copy=False).T
            _bar(products, left, right, groups)
            _keep(products, right.start, best[left], index[left])
            if left is not right:
                _keep(products.T, left.start, best[right], index[right])
    return index, best


def pairs_of(index: Ints) -> tuple[Ints, Ints]:
    """The pairs that some list of neighbours names: two int32 ``(m,)``, the lower number first.

    ``index`` is what `nearest` gives, -1 for none. Each pair stands once, in ascending order.
    """
    rows = np.repeat(np.arange(len(index), dtype=np.int64), index.shape[1])
    columns = index.ravel().astype(np.int64)
    rows, columns = rows[columns >= 0], columns[columns >= 0]
    low, high = np.minimum(rows, columns), np.maximum(rows, columns)
    first, second = np.divmod(np.unique(low * max(len(index), 1) + high), max(len(index), 1))
    return first.astype(np.int32), second.astype(np.int32)


def _check(vectors: Vectors, k: int, groups: Ints | None) -> None:
    if k < 1:
        raise OptionError(unexpected("k", got=k, wanted="a number of 1 or more"))
    if vectors.ndim != 2 or not all(
        np.isfinite(vectors[i : i + BLOCK]).all() for i in range(0, len(vectors), BLOCK)
    ):
        raise VectorError(unexpected("vectors", got="no finite table", wanted="(n, d) numbers"))
    if groups is not None and len(groups) != len(vectors):
        wanted = f"{len(vectors)}, one a vector"
        raise VectorError(unexpected("groups", got=len(groups), wanted=wanted))


def _bar(products: Floats, part: slice, block: slice, groups: Ints | None) -> None:
    """Take away what is no neighbour: a vector of itself, or of its own group."""
    if groups is not None:
        products[groups[part][:, None] == groups[block][None, :]] = -np.inf
        return
    low, high = max(part.start, block.start), min(part.stop, block.stop)
    if low < high:
        same = np.arange(low, high)
        products[same - part.start, same - block.start] = -np.inf


def _keep(products: Floats, offset: int, best: Floats, index: Ints) -> None:
    """Merge a block of similarities into the best so far, in place.

    Columns come in ascending order, so an equal similarity never displaces one found.
    """
    k = best.shape[1]
    worst = best[:, -1]
    better = products > worst[:, None]
    counts = np.count_nonzero(better, axis=1)
    many = np.flatnonzero(counts > k)
    if len(many):
        # The k-th highest of a row is the least that can stay; all equal to it may, in order.
        least = -np.partition(-products[many], k - 1, axis=1)[:, k - 1]
        better[many] &= products[many] >= least[:, None]
        counts[many] = np.count_nonzero(better[many], axis=1)
    touched = np.flatnonzero(counts)
    if not len(touched):
        return
    wide = int(counts.max())
    found = np.full((len(touched), wide), -np.inf, np.float32)
    places = np.full((len(touched), wide), -1, np.int32)
    row, column = np.nonzero(better[touched])
    slot = np.arange(len(row)) - np.repeat(
        np.cumsum(counts[touched]) - counts[touched], counts[touched]
    )
    found[row, slot] = products[touched[row], column]
    places[row, slot] = column + offset
    values = np.concatenate([best[touched], found], axis=1)
    indices = np.concatenate([index[touched], places], axis=1)
    order = np.argsort(-values, axis=1, kind="stable")[:, :k]
    best[touched] = np.take_along_axis(values, order, axis=1)
    index[touched] = np.take_along_axis(indices, order, axis=1)
