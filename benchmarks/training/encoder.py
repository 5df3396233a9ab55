"""The small encoder as training sees it: a BERT of six layers with low-rank deltas.

Written out rather than taken from a library, for three reasons: the lower layers
stay frozen and are run once, the deltas are trained beside frozen bfloat16
weights, and the names of the tensors are those of the shipped adapter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from storydiff.encoding.adapter import PLACES as MATRICES

HEADS = 12
LAYERS = 6
WIDTH = 384
EPSILON = 1e-12


@dataclass(frozen=True)
class Tokenized:
    """Word pieces of the sentences of one story.

    Attributes:
        ids: one int array a sentence, with the two special tokens at its ends.
        sentence: int ``(t,)``, the sentence of each word piece that is no special token.
        spoken: bool ``(t,)``, whether the word piece has a letter or a digit.
    """

    ids: tuple[NDArray[np.int64], ...]
    sentence: NDArray[np.int64]
    spoken: NDArray[np.bool_]

    @property
    def pieces(self) -> NDArray[np.int64]:
        """The vocabulary number of each word piece, parallel to ``sentence``."""
        return np.concatenate([i[1:-1] for i in self.ids])


def tokenize(folder: Path, sentences: Sequence[str], *, limit: int = 128) -> Tokenized:
    """Word pieces by the base model's own tokenizer, cut at ``limit`` with special tokens."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(limit)
    found = tokenizer.encode_batch(list(sentences))
    ids = tuple(np.array(e.ids, np.int64) for e in found)
    sentence = np.repeat(np.arange(len(ids)), [len(i) - 2 for i in ids])
    spoken = [any(c.isalnum() for c in piece) for e in found for piece in e.tokens[1:-1]]
    return Tokenized(ids, sentence, np.array(spoken))


@dataclass(frozen=True)
class Chunk:
    """Sentences of like length, padded: hidden ``(b, l, d)``, mask of real tokens ``(b, l)``."""

    hidden: Tensor
    mask: Tensor

    def inner(self) -> Tensor:
        """Which places hold a word piece that is no special token: bool ``(b, l)``."""
        inner = self.mask.clone()
        inner[:, 0] = False
        inner[torch.arange(len(inner)), self.mask.sum(1) - 1] = False
        return inner


@dataclass(frozen=True)
class Prepared:
    """One story run through the frozen layers: chunks, and how to put the word pieces in order."""

    chunks: tuple[Chunk, ...]
    order: Tensor


def chunked(tokens: Tokenized, *, budget: int) -> Iterator[NDArray[np.intp]]:
    """Sentences of like length together: their numbers, at most ``budget`` places with padding."""
    lengths = np.array([len(i) for i in tokens.ids])
    order = np.argsort(lengths, kind="stable")
    start = 0
    while start < len(order):
        stop = start + 1
        while stop < len(order) and lengths[order[stop]] * (stop + 1 - start) <= budget:
            stop += 1
        yield order[start:stop]
        start = stop


class Encoder(nn.Module):
    """Layers ``first`` to the last with low-rank deltas; all else is the frozen base.

    The deltas are named ``{layer}_{matrix}_A``, ``(rank, in)``, and ``…_B``,
    ``(out, rank)``; B starts at zero, so that the untrained encoder is the base.
    """

    def __init__(self, state: dict[str, Tensor], *, first: int = 0, rank: int = 16) -> None:
        super().__init__()
        self.first = first
        self.base = {k: v.to(torch.bfloat16) for k, v in state.items() if v.is_floating_point()}
        self.deltas = nn.ParameterDict()
        for layer in range(first, LAYERS):
            for name, place in MATRICES.items():
                outward, inward = state[f"encoder.layer.{layer}.{place}.weight"].shape
                a = torch.empty(rank, inward)
                nn.init.kaiming_uniform_(a, a=5**0.5)
                self.deltas[f"{layer}_{name}_A"] = nn.Parameter(a)
                self.deltas[f"{layer}_{name}_B"] = nn.Parameter(torch.zeros(outward, rank))

    def _linear(self, x: Tensor, layer: int, name: str) -> Tensor:
        key = f"encoder.layer.{layer}.{MATRICES[name]}"
        y = F.linear(x, self.base[key + ".weight"], self.base[key + ".bias"])
        if layer >= self.first:
            a = self.deltas[f"{layer}_{name}_A"].to(x.dtype)
            b = self.deltas[f"{layer}_{name}_B"].to(x.dtype)
            y.view(-1, y.shape[-1]).addmm_(F.linear(x, a).flatten(0, 1), b.T)
        return y

    def _norm(self, x: Tensor, key: str) -> Tensor:
        weight, bias = self.base[key + ".LayerNorm.weight"], self.base[key + ".LayerNorm.bias"]
        return F.layer_norm(x, (WIDTH,), weight, bias, EPSILON)

    def _layer(self, x: Tensor, mask: Tensor, layer: int) -> Tensor:
        b, length, _ = x.shape
        heads = [
            self._linear(x, layer, n).view(b, length, HEADS, -1).transpose(1, 2)
            for n in ("query", "key", "value")
        ]
        # Spelled out: the fused kernel's backward pass is twice as slow on a CPU.
        query, keys, values = heads
        weights = query @ keys.transpose(2, 3) * (WIDTH // HEADS) ** -0.5 + mask
        mixed = weights.softmax(-1) @ values
        mixed = mixed.transpose(1, 2).reshape(b, length, WIDTH)
        key = f"encoder.layer.{layer}"
        x = self._norm(x + self._linear(mixed, layer, "output"), key + ".attention.output")
        inner = F.gelu(self._linear(x, layer, "up"))
        return self._norm(x + self._linear(inner, layer, "down"), key + ".output")

    @staticmethod
    def _additive(mask: Tensor, dtype: torch.dtype) -> Tensor:
        return torch.zeros(mask.shape, dtype=dtype).masked_fill_(~mask, -1e4)[:, None, None, :]

    @torch.no_grad()
    def prepare(self, tokens: Tokenized, *, budget: int = 1024) -> Prepared:
        """The frozen part, once a story: embeddings and the layers below ``first``."""
        chunks, position = [], []
        for picked in chunked(tokens, budget=budget):
            chunks.append(self._embed([tokens.ids[i] for i in picked]))
            position += [np.full(len(tokens.ids[i]) - 2, i) for i in picked]
        back = np.argsort(np.concatenate(position), kind="stable")
        return Prepared(tuple(chunks), torch.from_numpy(back))

    def _embed(self, ids: Sequence[NDArray[np.int64]]) -> Chunk:
        length = max(len(i) for i in ids)
        padded = torch.zeros((len(ids), length), dtype=torch.long)
        mask = torch.zeros((len(ids), length), dtype=torch.bool)
        for row, values in enumerate(ids):
            padded[row, : len(values)] = torch.from_numpy(values)
            mask[row, : len(values)] = True
        e = "embeddings."
        x = self.base[e + "word_embeddings.weight"][padded]
        x = x + self.base[e + "position_embeddings.weight"][:length]
        x = self._norm(x + self.base[e + "token_type_embeddings.weight"][0], "embeddings")
        for layer in range(self.first):
            x = self._layer(x, self._additive(mask, x.dtype), layer)
        return Chunk(x, mask)

    def forward(self, prepared: Prepared) -> Tensor:
        """Word-piece vectors of a story in order, ``(t, d)``, float32, not normalised."""
        parts = []
        for chunk in prepared.chunks:
            x, mask = chunk.hidden, self._additive(chunk.mask, chunk.hidden.dtype)
            for layer in range(self.first, LAYERS):
                x = self._layer(x, mask, layer)
            parts.append(x[chunk.inner()])
        return torch.cat(parts).float()[prepared.order]


def load_state(path: Path) -> dict[str, Tensor]:
    """The base weights by name."""
    from safetensors.torch import load_file

    return load_file(str(path))
