"""Batches in which nothing is padded, so that a vector depends on its text alone.

Texts of one length are read together. Against batches of similar lengths with
padding this is a little faster (no wasted rows) and gives the same bits
whatever else is encoded with a text.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence


def equal_length_batches(lengths: Sequence[int], *, budget: int) -> Iterator[tuple[int, ...]]:
    """Indices of texts in batches of one length: at most ``budget`` tokens, at least one text.

    Shorter texts come first; within a length the given order is kept.
    """
    by_length: defaultdict[int, list[int]] = defaultdict(list)
    for i, length in enumerate(lengths):
        by_length[length].append(i)
    for length in sorted(by_length):
        members = by_length[length]
        step = max(1, budget // max(1, length))
        for k in range(0, len(members), step):
            yield tuple(members[k : k + step])
