"""How likely each pair of statements tells the same: only what is above nothing is kept.

Of n statements most pairs have nothing in common, so the table of all pairs is
nearly empty, and where n is large it would not fit. Each row lists the
statements that it is likely to match, in order; both directions are kept, so a
row is read at once (compressed sparse rows).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from storydiff.errors import VectorError, unexpected

Floats = NDArray[np.float32]
Indices = NDArray[np.int32]
Offsets = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Likelihoods:
    """A symmetric table of probabilities with an empty diagonal, as sparse rows.

    Attributes:
        offsets: int64 ``(n + 1,)``; row ``i`` owns the entries ``offsets[i]:offsets[i + 1]``.
        columns: int32 ``(e,)``, ascending within a row.
        values: float32 ``(e,)``, above 0.
    """

    offsets: Offsets
    columns: Indices
    values: Floats

    @classmethod
    def none(cls, n: int) -> Likelihoods:
        """A table of n statements of which no two have anything in common."""
        return cls(np.zeros(n + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32))

    @classmethod
    def of_pairs(
        cls,
        n: int,
        first: NDArray[np.integer],
        second: NDArray[np.integer],
        p: NDArray[np.floating],
    ) -> Likelihoods:
        """The table in which pairs have these probabilities, and all others 0.

        Args:
            n: number of statements.
            first: ``(m,)``, one statement of each pair, each pair once.
            second: ``(m,)``, the other one.
            p: ``(m,)`` in [0, 1]; a pair of 0 is left out.
        """
        values = np.asarray(p, np.float32)
        kept = values > 0
        a, b, values = first[kept].astype(np.int32), second[kept].astype(np.int32), values[kept]
        rows, columns = np.concatenate([a, b]), np.concatenate([b, a])
        order = np.lexsort((columns, rows))
        counts = np.bincount(rows, minlength=n)
        return cls(
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            columns[order],
            np.concatenate([values, values])[order],
        )

    @classmethod
    def of_dense(cls, table: NDArray[np.floating]) -> Likelihoods:
        """The table of all pairs, ``(n, n)`` and symmetric, without its zeros and its diagonal.

        Raises `VectorError` for a table that is not square and symmetric.
        """
        if (
            table.ndim != 2
            or table.shape[0] != table.shape[1]
            or not np.array_equal(table, table.T)
        ):
            wanted = "a symmetric table of all pairs"
            raise VectorError(
                unexpected("probabilities", got=f"shape {table.shape}", wanted=wanted)
            )
        first, second = np.nonzero(np.triu(table, 1))
        return cls.of_pairs(len(table), first, second, table[first, second])

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def row(self, i: int) -> tuple[Indices, Floats]:
        """Whom statement i may match, in order, and how likely each is."""
        part = slice(int(self.offsets[i]), int(self.offsets[i + 1]))
        return self.columns[part], self.values[part]

    def of(self, i: int, j: int) -> float:
        """How likely statements i and j match; 0 where nothing is known."""
        columns, values = self.row(i)
        at = int(np.searchsorted(columns, j))
        return float(values[at]) if at < len(columns) and columns[at] == j else 0.0

    def pairs(self, least: float = 0.0) -> Iterator[tuple[int, int, float]]:
        """Pairs of at least so much, the smaller index first, in ascending order."""
        floor = np.float32(least)
        for i, (start, end) in enumerate(pairwise(self.offsets.tolist())):
            columns, values = self.columns[start:end], self.values[start:end]
            chosen = (columns > i) & (values >= floor)
            found = zip(columns[chosen].tolist(), values[chosen].tolist(), strict=True)
            for j, p in found:
                yield i, j, p

    def dense(self) -> Floats:
        """All pairs: float32 ``(n, n)``; for small stories and for tests."""
        n = len(self)
        out = np.zeros((n, n), np.float32)
        out[np.repeat(np.arange(n), np.diff(self.offsets)), self.columns] = self.values
        return out
