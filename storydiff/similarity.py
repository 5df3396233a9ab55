"""Late interaction over token vectors: centring, rarity, best matches, coverage.

Every token of one text looks for its best match in another text; the mean of
these, weighted by how rare the tokens are, says how far the other text covers
the first (MaxSim: Khattab and Zaharia, ColBERT, SIGIR 2020). Arrays in, arrays
out; nothing here knows what a report is.

Similarities are exact: vectors are put on a grid of 2^-11, so that a product of
two components is a multiple of 2^-22 and the dot product of two unit vectors
fits the 24 bits of a float32 in whatever order it is summed. Order, blocks and
threads then change no bit (design note 0053).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from storydiff.errors import VectorError, unexpected
from storydiff.protocols import Encoded, Floats, Ints

GRID = 2048.0
"""Steps of the grid between 0 and 1."""


def distinct(texts: Sequence[str]) -> Ints:
    """Index of the first of each distinct text, in the order of the texts themselves.

    ``(m,)`` int32. Statistics over these do not change with the order of the
    texts, nor with a copy of one.
    """
    first: dict[str, int] = {}
    for i, text in enumerate(texts):
        first.setdefault(text, i)
    return np.array([first[text] for text in sorted(first)], np.int32)


def token_mean(encoded: Encoded, rows: Ints) -> Floats:
    """Mean vector of the tokens of some texts: ``(d,)`` float32; zeros without tokens."""
    total = np.zeros(encoded.tokens.shape[1], np.float64)
    count = 0
    for i in rows.tolist():
        part = encoded.tokens[encoded.rows(i)]
        total += part.sum(axis=0, dtype=np.float64)
        count += len(part)
    mean: Floats = np.round(total / max(count, 1), 6).astype(np.float32)
    return mean


def centred(vectors: Floats, mean: Floats) -> Floats:
    """Vectors less a mean, at unit length, on the grid: ``(t, d)`` float32.

    Raises `VectorError` if a vector is not finite or is zero, since nothing can
    be compared with it. A vector that equals the mean becomes zero.
    """
    _check(vectors)
    moved = vectors - mean
    norms = np.linalg.norm(moved, axis=1, keepdims=True)
    unit = np.divide(moved, norms, out=np.zeros_like(moved), where=norms > 1e-6)
    return on_grid(unit)


def on_grid(vectors: Floats) -> Floats:
    """Vectors with every component rounded to a multiple of 2^-11."""
    out: Floats = (np.rint(vectors * np.float32(GRID)) / np.float32(GRID)).astype(np.float32)
    return out


def _check(vectors: Floats) -> None:
    if not np.isfinite(vectors).all():
        raise VectorError(unexpected("token vectors", got="NaN or infinity", wanted="finite"))
    if len(vectors) and not np.abs(vectors).max(axis=1).all():
        row = int(np.flatnonzero(np.abs(vectors).max(axis=1) == 0)[0])
        raise VectorError(
            unexpected("token vectors", got=f"zeros in row {row}", wanted="a direction")
        )


def document_frequency(keys: Iterable[Set[str]]) -> Counter[str]:
    """In how many texts each key stands; hand in distinct texts only."""
    counts: Counter[str] = Counter()
    for members in keys:
        counts.update(members)
    return counts


def rarity(count: int, texts: int, *, power: float = 1.0) -> float:
    """How rare a key is that stands in ``count`` of ``texts`` texts, at least 0.

    The logarithm of the inverse document frequency (Spärck Jones, 1972) with
    half a text added, raised to ``power``.
    """
    return float(max(np.log((texts + 1.0) / (count + 0.5)), 0.0) ** power)


def rarities(
    keys: Sequence[str], frequency: Mapping[str, int], texts: int, *, power: float = 1.0
) -> Floats:
    """The rarity of each key; 0 for a key without a letter or digit."""
    by_count = {count: rarity(count, texts, power=power) for count in {0, *frequency.values()}}
    told = (by_count[frequency.get(key, 0)] if _is_told(key) else 0.0 for key in keys)
    return np.fromiter(told, np.float32, len(keys))


@lru_cache(maxsize=65536)
def _is_told(key: str) -> bool:
    return any(c.isalnum() for c in key)


def segment_max(values: Floats, offsets: Ints) -> Floats:
    """Maximum over each run of columns: ``(r, c)`` to ``(r, m)``; -1 over an empty run."""
    out = np.full((values.shape[0], len(offsets) - 1), -1.0, values.dtype)
    full = np.flatnonzero(np.diff(offsets) > 0)
    if len(full) and values.shape[0]:
        out[:, full] = np.maximum.reduceat(values, offsets[full], axis=1)
    return out


def segment_sum(values: NDArray[np.floating], offsets: Ints) -> NDArray[np.float64]:
    """Sum over each run of rows: ``(r, …)`` to float64 ``(m, …)``; 0 over an empty run."""
    out = np.zeros((len(offsets) - 1, *values.shape[1:]), np.float64)
    full = np.flatnonzero(np.diff(offsets) > 0)
    if len(full):
        out[full] = np.add.reduceat(values.astype(np.float64), offsets[full], axis=0)
    return out


def coverage(best: Floats, weights: Floats, offsets_a: Ints) -> NDArray[np.float64]:
    """How far each text of b covers each text of a: ``(na, nb)`` float64 in [-1, 1].

    The mean of the best matches of a's tokens under their weights; 0 for a text
    of a whose weights sum to 0.
    """
    mass = segment_sum(weights, offsets_a)
    total = segment_sum(best * weights[:, None], offsets_a)
    return np.divide(total, mass[:, None], out=np.zeros_like(total), where=mass[:, None] > 0).round(
        6
    )
