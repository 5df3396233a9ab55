"""Late interaction of one story, differentiable, and the losses over its pairs.

Every word piece of a sentence looks for its most like word piece in each
sentence of another outlet; the similarities are averaged with the rarity of the
word pieces as weights (Khattab and Zaharia 2020, ColBERT). Both directions are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from benchmarks.training.encoder import Tokenized
from benchmarks.training.stories import GoldStory

VOCABULARY = 30522


def rarity(tokens: Tokenized) -> NDArray[np.float32]:
    """Rarity of each word piece among the sentences of its story, 0 for punctuation.

    As the library weighs them: ln((n + 1) / (df + 0.5)), at least 0.
    """
    seen = np.zeros(VOCABULARY)
    for ids in tokens.ids:
        seen[np.unique(ids[1:-1])] += 1
    weight = np.log((len(tokens.ids) + 1) / (seen[tokens.pieces] + 0.5)).clip(0)
    return (weight * tokens.spoken).astype(np.float32)


def document_frequencies(stories: list[Tokenized]) -> NDArray[np.float64]:
    """In how many sentences of all stories each word piece stands."""
    seen = np.zeros(VOCABULARY)
    for tokens in stories:
        for ids in tokens.ids:
            seen[np.unique(ids[1:-1])] += 1
    return seen


@dataclass(frozen=True)
class Case:
    """What the objective needs to know of a story, as tensors.

    Attributes:
        sentence: int ``(t,)``, the sentence of each word piece.
        weight: float32 ``(t,)``, rarity of each word piece.
        bounds: for each outlet, first and last-plus-one sentence.
        lengths: int ``(n,)``, word pieces of each sentence.
        labels: int8 ``(n, n)``, as in the gold story.
    """

    sentence: Tensor
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
        torch.from_numpy(tokens.sentence),
        torch.from_numpy(weight),
        tuple(zip(starts.tolist(), stops.tolist(), strict=True)),
        torch.from_numpy(lengths),
        torch.from_numpy(story.labels),
    )


@dataclass(frozen=True)
class Interaction:
    """How word-piece vectors become the scores of pairs.

    Attributes:
        centre: `story` subtracts the mean of the story's vectors, `none` nothing.
        power: exponent of the rarity.
        pool: `mean` of both directions, or `window`, which adds the best stretch.
        stretch: word pieces of a stretch.
        soft: temperature of a soft maximum, 0 for the hard one.
    """

    centre: Literal["story", "none"] = "story"
    power: float = 1.0
    pool: Literal["mean", "window"] = "mean"
    stretch: int = 8
    soft: float = 0.0


class Scorer(nn.Module):
    """From vectors to logits: the interaction, then one linear layer over its figures."""

    def __init__(self, interaction: Interaction, *, learned_weight: bool = False, width: int = 384):
        super().__init__()
        self.interaction = interaction
        count = 3 if interaction.pool == "mean" else 6
        self.linear = nn.Linear(count, 1)
        with torch.no_grad():
            self.linear.weight.zero_()
            self.linear.weight[0, 0] = 15.0
            self.linear.bias.fill_(-5.0)
        self.salience = nn.Linear(width, 1) if learned_weight else None
        if self.salience is not None:
            nn.init.zeros_(self.salience.weight)
            nn.init.zeros_(self.salience.bias)

    def figures(self, raw: Tensor, case: Case) -> Tensor:
        """``(k, n, n)``: mean of both directions, the lesser, the greater, and stretches."""
        weight = case.weight.clamp_min(0) ** self.interaction.power
        if self.salience is not None:
            weight = weight * torch.exp(self.salience(raw / raw.shape[1] ** 0.5)[:, 0])
        vectors = F.normalize(raw, dim=-1)
        if self.interaction.centre == "story":
            vectors = F.normalize(vectors - vectors.mean(0), dim=-1)
        ends = torch.cumsum(case.lengths, 0)
        count = 1 if self.interaction.pool == "mean" else 2
        rows = []
        spans = [(int(ends[a] - case.lengths[a]), int(ends[b - 1])) for a, b in case.bounds]
        table: dict[tuple[int, int], Tensor] = {}
        for x, (xs, xe) in enumerate(spans):
            for y in range(x + 1, len(spans)):
                ys, ye = spans[y]
                similar = vectors[xs:xe] @ vectors[ys:ye].T
                table[x, y] = self._toward(similar, case, x, y, weight[xs:xe])
                table[y, x] = self._toward(similar.T, case, y, x, weight[ys:ye])
        for x, (a, b) in enumerate(case.bounds):
            line = []
            for y, (c, d) in enumerate(case.bounds):
                line.append(table[x, y] if x != y else torch.zeros(count, b - a, d - c))
            rows.append(torch.cat(line, 2))
        forward = torch.cat(rows, 1)
        backward = forward.transpose(1, 2)
        parts = [
            (forward + backward) / 2,
            torch.minimum(forward, backward),
            torch.maximum(forward, backward),
        ]
        return torch.cat([p[k : k + 1] for k in range(count) for p in parts])

    def _toward(self, similar: Tensor, case: Case, x: int, y: int, weight: Tensor) -> Tensor:
        """Directed scores ``(k, sentences of x, sentences of y)`` from ``(t_x, t_y)``."""
        (a, b), (c, d) = case.bounds[x], case.bounds[y]
        own, other = case.lengths[a:b], case.lengths[c:d]
        if self.interaction.soft:
            t = self.interaction.soft
            top = similar.detach().amax(1, keepdim=True)
            total = torch.segment_reduce(
                ((similar - top) / t).exp().T.contiguous(), "sum", lengths=other, axis=0
            )
            best = ((total.T + 1e-12).log() * t + top).contiguous()
        else:
            best = torch.segment_reduce(similar.T.contiguous(), "max", lengths=other, axis=0).T
        index = torch.repeat_interleave(torch.arange(b - a), own)
        mass = torch.zeros(b - a).index_add(0, index, weight).clamp_min(1e-6)
        heavy = best * weight[:, None]
        mean = torch.zeros(b - a, d - c).index_add(0, index, heavy) / mass[:, None]
        if self.interaction.pool == "mean":
            return mean[None]
        return torch.stack([mean, self._stretch(heavy, weight, own)])

    def _stretch(self, heavy: Tensor, weight: Tensor, own: Tensor) -> Tensor:
        """The best weighted mean over any run of ``stretch`` word pieces of a sentence."""
        w = self.interaction.stretch
        ends = torch.cumsum(own, 0)
        starts = ends - own
        index = torch.repeat_interleave(torch.arange(len(own)), own)
        at = torch.arange(len(heavy))
        last = torch.minimum(at + w, ends[index])
        first = torch.maximum(last - w, starts[index])
        zero = torch.zeros(1, heavy.shape[1])
        above = torch.cat([zero, torch.cumsum(heavy, 0)])
        below = torch.cat([zero[:, :1], torch.cumsum(weight[:, None], 0)])
        means = (above[last] - above[first]) / (below[last] - below[first] + 0.5)
        return torch.segment_reduce(means, "max", lengths=own, axis=0)

    def forward(self, raw: Tensor, case: Case) -> Tensor:
        """Logits ``(n, n)``, symmetric; within an outlet without meaning."""
        figures = self.figures(raw, case)
        return torch.einsum("k,kij->ij", self.linear.weight[0], figures) + self.linear.bias


def pair_loss(
    logits: Tensor, case: Case, *, positive: float = 3.0, ranking: float = 0.0, gamma: float = 0.0
) -> Tensor:
    """Weighted cross-entropy over the pairs that count, plus a share of a ranking loss.

    The ranking loss reads every sentence as a question to each other outlet: which
    sentences tell this, or none (a logit fixed at 0)? ``gamma`` above 0 is focal.
    """
    known = torch.triu(case.labels >= 0, 1)
    x, y = logits[known], (case.labels[known] > 0).float()
    each = F.binary_cross_entropy_with_logits(x, y, reduction="none")
    if gamma:
        p = torch.sigmoid(x.detach())
        each = each * torch.where(y > 0, 1 - p, p) ** gamma
    factor = torch.where(y > 0, positive, 1.0)
    loss = (each * factor).sum() / factor.sum()
    if not ranking:
        return loss
    terms = []
    for a, b in case.bounds:
        block, label = logits[:, a:b], case.labels[:, a:b]
        asked = torch.ones(len(logits), dtype=torch.bool)
        asked[a:b] = False
        block, label = block[asked], label[asked]
        block = torch.cat([torch.zeros(len(block), 1), block.masked_fill(label < 0, -1e4)], 1)
        none = (label > 0).sum(1, keepdim=True) == 0
        target = torch.cat([none, label > 0], 1).float()
        target = target / target.sum(1, keepdim=True)
        terms.append(-(target * F.log_softmax(block, 1)).sum(1))
    return loss + ranking * torch.cat(terms).mean()
