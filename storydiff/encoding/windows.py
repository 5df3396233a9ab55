"""Long texts in overlapping windows, so that every token has a vector.

An encoder reads a fixed number of tokens and silently drops the rest. Here a
longer text is cut into windows that overlap, and each token takes its vector
from the window in which it stands farthest from an edge: there it has seen most
of its context.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens ``start:end`` are read together; of them ``keep_start:keep_end`` are kept."""

    start: int
    end: int
    keep_start: int
    keep_end: int


def windows_over(length: int, *, size: int, overlap: int) -> tuple[Window, ...]:
    """Windows of at most ``size`` tokens, each overlapping the one before by ``overlap``.

    The kept parts are disjoint, in order, and together ``0:length``. A text of
    no tokens has one empty window. Needs ``0 <= overlap < size``.
    """
    if length <= size:
        return (Window(0, length, 0, length),)
    step = size - overlap
    starts = [*range(0, length - size, step), length - size]
    cuts = [0]
    cuts += [(later + earlier + size) // 2 for earlier, later in pairwise(starts)]
    cuts.append(length)
    return tuple(
        Window(start, start + size, cuts[i], cuts[i + 1]) for i, start in enumerate(starts)
    )
