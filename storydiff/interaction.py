"""Late interaction of pairs of texts: how far the tokens of each are covered by the other's.

The pairs are named, so it costs as much as there are pairs: all of a story, or the
nearest that a search found. Nothing here knows what a report is.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from storydiff.protocols import Encoded, Floats, Ints
from storydiff.similarity import (
    centred,
    coverage,
    distinct,
    document_frequency,
    rarities,
    segment_max,
    token_mean,
)

TOGETHER = 16
"""Texts whose partners' vectors are centred together; bounds memory."""


def pair_coverages(
    encoded: Encoded, texts: Sequence[str], first: Ints, second: Ints, *, power: float
) -> NDArray[np.float64]:
    """Late interaction of pairs of texts: float64 ``(2, m)`` in [-1, 1].

    Row 0 says how far text ``second[k]`` covers text ``first[k]``, row 1 how far the
    first covers the second; ``first`` and ``second`` are int32 ``(m,)``, ``first`` ascending.
    Vectors are centred, and word pieces weighed by their rarity, over the distinct texts.
    Memory beyond the vectors: of the order of the tokens of `TOGETHER` texts and their
    partners. Token vectors may be float16.
    """
    apart = distinct(texts)
    mean = token_mean(encoded, apart)
    pieces = pieces_of(encoded, texts)
    frequency = document_frequency(set(pieces[i]) for i in apart.tolist())
    flat = [piece for text in pieces for piece in text]
    weights = rarities(flat, frequency, len(apart), power=power)
    out = np.zeros((2, len(first)))
    bounds = np.searchsorted(first, np.arange(0, len(texts) + TOGETHER, TOGETHER))
    for low, high in pairwise(bounds.tolist()):
        if low < high:
            part = slice(low, high)
            out[:, part] = _interaction(encoded, mean, weights, first[part], second[part])
    return out


def _interaction(
    encoded: Encoded, mean: Floats, weights: Floats, first: Ints, second: Ints
) -> NDArray[np.float64]:
    """`pair_coverages` of a few pairs, whose texts are centred once."""
    texts, place = np.unique(np.concatenate([first, second]), return_inverse=True)
    spots = [np.arange(*encoded.rows(i).indices(len(weights))) for i in texts.tolist()]
    chosen = np.concatenate(spots)
    ends = np.cumsum([len(x) for x in spots])
    vectors = centred(encoded.tokens[chosen].astype(np.float32, copy=False), mean)
    weights = weights[chosen]
    own_rows = [np.arange(end - len(x), end) for end, x in zip(ends.tolist(), spots, strict=True)]
    left, right = place[: len(first)].tolist(), place[len(first) :].tolist()
    out = np.zeros((2, len(first)))
    starts = np.flatnonzero(np.diff(left, prepend=-1))
    for low, high in pairwise([*starts.tolist(), len(left)]):
        own, others = own_rows[left[low]], [own_rows[k] for k in right[low:high]]
        rows = np.concatenate(others)
        offsets = np.cumsum([0, *map(len, others)]).astype(np.int32)
        table = vectors[own] @ vectors[rows].T
        whole = np.array([0, len(table)], np.int32)
        out[0, low:high] = coverage(segment_max(table, offsets), weights[own], whole)[0]
        back = segment_max(table.T, whole)
        out[1, low:high] = coverage(back, weights[rows], offsets)[:, 0]
    return out


def pieces_of(encoded: Encoded, texts: Sequence[str]) -> list[list[str]]:
    """The word pieces of each text, lower-cased, as they stand in it."""
    out: list[list[str]] = []
    known: dict[str, str] = {}
    for i, text in enumerate(texts):
        rows = encoded.rows(i)
        spans = zip(encoded.starts[rows].tolist(), encoded.ends[rows].tolist(), strict=True)
        pieces = (text[s:e].lower() for s, e in spans)
        # One string serves all places where a piece stands.
        out.append([known.setdefault(piece, piece) for piece in pieces])
    return out
