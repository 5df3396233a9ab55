"""From tokenised texts to vectors: windows, batches and pooling, for every backend alike.

A backend gives the ids and spans of each text and a function that reads ids of
one length; what is done with long texts, empty texts and batches is done here,
so that backends cannot differ in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from storydiff.datatypes import Span
from storydiff.encoding.batches import equal_length_batches
from storydiff.encoding.windows import Window, windows_over
from storydiff.protocols import Encoded, Floats

Forward = Callable[[Sequence[Sequence[int]]], tuple[Floats, Floats]]
"""Ids of texts of one length → token rows ``(n, length, d)`` and sentence rows ``(n, d)``."""

Tokenized = tuple[Sequence[int], Sequence[Span]]
"""The ids of a text's tokens and their spans in it, without special tokens, nothing cut off."""


@dataclass(frozen=True, slots=True)
class Frame:
    """How a model reads: the special tokens around a text, and how many tokens at a time."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    limit: int

    @property
    def size(self) -> int:
        """Tokens of a text that fit into one window."""
        return max(8, self.limit - len(self.before) - len(self.after))

    def around(self, ids: Sequence[int]) -> tuple[int, ...]:
        """Ids between the special tokens."""
        return (*self.before, *ids, *self.after)


@dataclass(frozen=True, slots=True)
class _Piece:
    """One window of one text, ready to be read: ids with special tokens around them."""

    text: int
    window: Window
    ids: tuple[int, ...]


def assemble(
    tokenized: Sequence[Tokenized],
    frame: Frame,
    forward: Forward,
    *,
    dimension: int,
    budget: int,
    overlap: int,
) -> Encoded:
    """Vectors of texts, in their order; a text of no tokens has a zero vector.

    ``budget`` is the number of tokens in one call of ``forward`` (at least one
    text), ``overlap`` the tokens that two windows of a long text share.
    """
    pieces = _pieces(tokenized, frame, overlap=min(overlap, frame.size // 2))
    counts = [len(ids) for ids, _ in tokenized]
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    pooled = np.zeros((len(tokenized), dimension), np.float32)
    tokens = np.zeros((int(offsets[-1]), dimension), np.float32)
    for batch in equal_length_batches([len(p.ids) for p in pieces], budget=budget):
        members = [pieces[k] for k in batch]
        token_rows, sentence_rows = forward([p.ids for p in members])
        for piece, rows, sentence in zip(members, token_rows, sentence_rows, strict=True):
            window, base = piece.window, int(offsets[piece.text])
            kept = window.keep_end - window.keep_start
            skip = len(frame.before) + window.keep_start - window.start
            tokens[base + window.keep_start : base + window.keep_end] = rows[skip : skip + kept]
            pooled[piece.text] += kept * sentence
    bounds = np.array([span for _, spans in tokenized for span in spans], np.int32).reshape(-1, 2)
    return Encoded(
        pooled=unit(pooled),
        tokens=unit(tokens),
        starts=bounds[:, 0].copy(),
        ends=bounds[:, 1].copy(),
        offsets=offsets,
    )


def _pieces(tokenized: Sequence[Tokenized], frame: Frame, *, overlap: int) -> list[_Piece]:
    return [
        _Piece(i, window, frame.around(ids[window.start : window.end]))
        for i, (ids, _) in enumerate(tokenized)
        for window in windows_over(len(ids), size=frame.size, overlap=overlap)
        if ids
    ]


def unit(rows: Floats) -> Floats:
    """Rows at unit length; a zero row stays zero. ``(n, d)`` float32 to the same."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    out: Floats = np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)
    return out


def without_surrogates(text: str) -> str:
    """A text that a tokenizer can read: a lone surrogate becomes a mark of the same length."""
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
