"""Late interaction of one story, differentiable, and the loss over its pairs.

Every word piece of a sentence looks for its most like word piece in each
sentence of another outlet; the similarities are averaged with the rarity of the
word pieces as weights (Khattab and Zaharia, ColBERT, SIGIR 2020), as the library
does. Both directions are kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from benchmarks.training.encoder import Tokenized
from benchmarks.training.stories import GoldStory


def rarity(tokens: Tokenized) -> NDArray[np.float32]:
    """Rarity of each word piece among the sentences of its story, 0 for punctuation.

    As the library weighs them: ln((n + 1) / (df + 0.5)), at least 0.
    """
    seen = np.zeros(int(max(ids.max() for ids in tokens.ids)) + 1)
    for ids in tokens.ids:
        seen[np.unique(ids[1:-1])] += 1
    weight = np.log((len(tokens.ids) + 1) / (seen[tokens.pieces] + 0.5)).clip(0)
    return (weight * tokens.spoken).astype(np.float32)


@dataclass(frozen=True)
class Case:
    """What the objective needs to know of a story, as tensors.

    Attributes:
        weight: float32 ``(t,)``, rarity of each word piece.
        bounds: for each outlet, first and last-plus-one sentence.
        lengths: int ``(n,)``, word pieces of each sentence; they sum to t.
        labels: int8 ``(n, n)``, as in the gold story.
    """

    weight: Tensor
    bounds: tuple[tuple[int, int], ...]
    lengths: Tensor
    labels: Tensor


def case_of(story: GoldStory, tokens: Tokenized, weight: NDArray[np.float32]) -> Case:
    """A gold story as tensors; the sentences of an outlet stand together."""
    starts = np.flatnonzero(np.diff(story.outlets, prepend=-1))
    stops = np.append(starts[1:], len(story.outlets))
    lengths = np.bincount(tokens.sentence, minlength=len(story.sentences))
    return Case(
        torch.from_numpy(weight),
        tuple(zip(starts.tolist(), stops.tolist(), strict=True)),
        torch.from_numpy(lengths),
        torch.from_numpy(story.labels),
    )


def centred(raw: Tensor) -> Tensor:
    """Unit vectors less their mean, at unit length again: ``(t, d)`` to the same."""
    vectors = F.normalize(raw, dim=-1)
    return F.normalize(vectors - vectors.mean(0), dim=-1)


def coverage(similar: Tensor, weight: Tensor, own: Tensor, other: Tensor) -> Tensor:
    """How far each sentence of the columns covers each of the rows: ``(n, m)``.

    ``similar`` is ``(s, t)``, ``weight`` ``(s,)``; ``own`` and ``other`` are the
    numbers of word pieces of the sentences of rows and columns.
    """
    best = torch.segment_reduce(similar.T.contiguous(), "max", lengths=other, axis=0).T
    row = torch.repeat_interleave(torch.arange(len(own)), own)
    mass = torch.zeros(len(own)).index_add(0, row, weight).clamp_min(1e-6)
    total = torch.zeros(len(own), len(other)).index_add(0, row, best * weight[:, None])
    return total / mass[:, None]


def interaction(raw: Tensor, case: Case) -> Tensor:
    """``(3, n, n)`` of a story: mean of both directions, the lesser, the greater.

    Zeros within an outlet.
    """
    vectors = centred(raw)
    ends = torch.cumsum(case.lengths, 0)
    spans = [(int(ends[a] - case.lengths[a]), int(ends[b - 1])) for a, b in case.bounds]
    tables: dict[tuple[int, int], Tensor] = {}
    for x, (a, b) in enumerate(case.bounds):
        own, (first, last) = case.lengths[a:b], spans[x]
        tables[x, x] = torch.zeros(b - a, b - a)
        for y in range(x + 1, len(spans)):
            c, d = case.bounds[y]
            other, (start, stop) = case.lengths[c:d], spans[y]
            similar = vectors[first:last] @ vectors[start:stop].T
            tables[x, y] = coverage(similar, case.weight[first:last], own, other)
            tables[y, x] = coverage(similar.T, case.weight[start:stop], other, own)
    outlets = range(len(spans))
    forward = torch.cat([torch.cat([tables[x, y] for y in outlets], 1) for x in outlets])
    backward = forward.T
    parts = ((forward + backward) / 2, forward.minimum(backward), forward.maximum(backward))
    return torch.stack(parts)


class Scorer(nn.Module):
    """From late interaction to logits: one linear layer over its three figures."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(3, 1)

    def forward(self, raw: Tensor, case: Case) -> Tensor:
        """Logits ``(n, n)``, symmetric; within an outlet without meaning."""
        figures = interaction(raw, case)
        return torch.einsum("k,kij->ij", self.linear.weight[0], figures) + self.linear.bias


def pair_loss(logits: Tensor, case: Case, *, positive: float, ranking: float) -> Tensor:
    """Weighted cross-entropy over the pairs that count, plus ``ranking`` times a ranking loss."""
    known = torch.triu(case.labels >= 0, 1)
    x, y = logits[known], (case.labels[known] > 0).float()
    factor = torch.where(y > 0, positive, 1.0)
    each = F.binary_cross_entropy_with_logits(x, y, reduction="none")
    return (each * factor).sum() / factor.sum() + ranking * ranking_loss(logits, case)


def ranking_loss(logits: Tensor, case: Case) -> Tensor:
    """Every sentence asks each other outlet: which of your sentences tell this, or none?

    Cross-entropy of a softmax over the sentences of that outlet and a logit fixed
    at 0 for none; several right answers share the mass. What only one reader
    marked is left out.
    """
    terms = []
    for a, b in case.bounds:
        asks = torch.ones(len(logits), dtype=torch.bool)
        asks[a:b] = False
        block, label = logits[asks, a:b], case.labels[asks, a:b]
        block = torch.cat([torch.zeros(len(block), 1), block.masked_fill(label < 0, -1e4)], 1)
        none = (label > 0).sum(1, keepdim=True) == 0
        target = torch.cat([none, label > 0], 1).float()
        target = target / target.sum(1, keepdim=True)
        terms.append(-(target * F.log_softmax(block, 1)).sum(1))
    return torch.cat(terms).mean()
