"""all-mpnet-base-v2 as training sees it: its lower layers with low-rank deltas.

The layers are those of the transformers library, in bfloat16 and frozen; beside each
matrix stand two thin ones that learn. The upper layers are taken off: for late
interaction they only cost time (design note 0100).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from benchmarks.training.encoder import Chunk, Prepared, Tokenized, chunked
from storydiff.encoding.adapter import FAMILIES

LAYERS = 10
"""How many layers are run."""

PADDING = 1
"""The model's id of a padded place."""


class Delta(nn.Module):
    """A frozen linear layer and the product of two thin matrices beside it; B starts at zero."""

    def __init__(self, frozen: nn.Linear, rank: int) -> None:
        super().__init__()
        outward, inward = frozen.weight.shape
        self.frozen = frozen
        self.a = nn.Parameter(torch.empty(rank, inward))
        self.b = nn.Parameter(torch.zeros(outward, rank))
        nn.init.kaiming_uniform_(self.a, a=5**0.5)

    def forward(self, x: Tensor) -> Tensor:
        """The frozen layer's rows plus those of the delta."""
        beside = F.linear(F.linear(x, self.a.to(x.dtype)), self.b.to(x.dtype))
        return self.frozen(x) + beside  # type: ignore[no-any-return]


class MPNetEncoder(nn.Module):
    """The lowest layers of the model with deltas; what `benchmarks.training.encoder.Encoder` is.

    ``model`` is an ``MPNetModel``; it is changed in place.
    """

    def __init__(self, model: nn.Module, *, layers: int = LAYERS, rank: int = 16) -> None:
        super().__init__()
        model.encoder.layer = model.encoder.layer[:layers]
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        self.held: dict[str, Delta] = {}
        for number, layer in enumerate(model.encoder.layer):
            for name, place in FAMILIES["mpnet"].items():
                path, _, last = place.rpartition(".")
                delta = Delta(layer.get_submodule(place), rank)
                setattr(layer.get_submodule(path), last, delta)
                self.held[f"{number}_{name}"] = delta
        self.model = model.eval()

    @classmethod
    def of(cls, folder: Path, *, rank: int = 16) -> MPNetEncoder:
        """The model of a folder, in bfloat16."""
        from transformers import MPNetModel

        # Attention spelled out: the fused kernel's backward pass is twice as slow on a CPU.
        model = MPNetModel.from_pretrained(
            folder, dtype=torch.bfloat16, attn_implementation="eager", add_pooling_layer=False
        )
        return cls(model, rank=rank)

    @property
    def deltas(self) -> dict[str, Tensor]:
        """``{layer}_{matrix}_A`` ``(rank, in)`` and ``…_B`` ``(out, rank)``."""
        sides = ((name, one) for name, one in self.held.items())
        return {f"{n}_{side}": t for n, d in sides for side, t in (("A", d.a), ("B", d.b))}

    def parameters(self, recurse: bool = True) -> Iterator[nn.Parameter]:
        """What is trained."""
        return (p for p in super().parameters(recurse) if p.requires_grad)

    def train(self, mode: bool = True) -> MPNetEncoder:
        """Nothing changes with the mode: there is no dropout in training either."""
        self.training = mode
        return self

    def prepare(self, tokens: Tokenized, *, budget: int = 1024) -> Prepared:
        """The word pieces of a story as padded rows; no layer is run beforehand."""
        chunks, position = [], []
        for picked in chunked(tokens, budget=budget):
            width = max(len(tokens.ids[i]) for i in picked)
            ids = torch.full((len(picked), width), PADDING)
            mask = torch.zeros((len(picked), width), dtype=torch.bool)
            for row, i in enumerate(picked):
                ids[row, : len(tokens.ids[i])] = torch.from_numpy(tokens.ids[i])
                mask[row, : len(tokens.ids[i])] = True
            chunks.append(Chunk(ids, mask))
            position += [np.full(len(tokens.ids[i]) - 2, i) for i in picked]
        back = np.argsort(np.concatenate(position), kind="stable")
        return Prepared(tuple(chunks), torch.from_numpy(back))

    def forward(self, prepared: Prepared) -> Tensor:
        """Word-piece vectors of a story in order, ``(t, d)``, float32, not normalised."""
        parts = []
        for chunk in prepared.chunks:
            read = self.model(input_ids=chunk.hidden, attention_mask=chunk.mask.long())
            parts.append(read.last_hidden_state[chunk.inner()])
        return torch.cat(parts).float()[prepared.order]
