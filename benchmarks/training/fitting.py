"""Fitting the deltas: one story a step, all its cross-outlet pairs at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.training.encoder import Encoder, Prepared, Tokenized, tokenize
from benchmarks.training.mpnet import MPNetEncoder
from benchmarks.training.objective import (
    Case,
    Scorer,
    case_of,
    interaction,
    pair_loss,
    rarity,
)
from benchmarks.training.stories import GoldStory, average_precision, best_f1

Learning = Encoder | MPNetEncoder
"""An encoder with deltas that learn."""


@dataclass(frozen=True)
class Recipe:
    """What the training depends on, apart from its data.

    Attributes:
        rank: of the deltas.
        first: the lowest layer that has deltas.
        rate: learning rate of the deltas, at its highest.
        head_rate: learning rate of the scale and the offset of the logits.
        epochs: how often each story is seen.
        positive: weight of a linked pair in the cross-entropy.
        ranking: share of the ranking loss.
        warm: share of the steps in which the rate rises.
        seed: of the first deltas and of the order of stories.
    """

    rank: int = 16
    first: int = 0
    rate: float = 3e-3
    head_rate: float = 2e-2
    epochs: int = 1
    positive: float = 3.0
    ranking: float = 1.0
    warm: float = 0.1
    seed: int = 0


@dataclass(frozen=True)
class Material:
    """A story ready for training: as read, as word pieces, as tensors, through the frozen part."""

    story: GoldStory
    prepared: Prepared
    case: Case


def materials(stories: Sequence[GoldStory], encoder: Learning, folder: Path) -> dict[str, Material]:
    """Every story by its id; the frozen part is run once."""
    out = {}
    for story in stories:
        tokens: Tokenized = tokenize(folder, story.sentences)
        case = case_of(story, tokens, rarity(tokens))
        out[story.id] = Material(story, encoder.prepare(tokens), case)
    return out


@torch.no_grad()
def fit_head(
    encoder: Learning, scorer: Scorer, training: Sequence[Material], *, positive: float
) -> None:
    """Scale and offset of the logits for the untrained vectors, by logistic regression.

    Without it the first steps would move the vectors only to make up for a wrong offset.
    """
    figures, labels = [], []
    for one in training:
        rows, columns = one.story.pairs()
        mean = interaction(encoder(one.prepared), one.case)[0]
        figures.append(mean[rows, columns])
        labels.append(torch.from_numpy((one.story.labels[rows, columns] > 0).astype(np.float32)))
    x, y = torch.cat(figures), torch.cat(labels)
    weight = torch.where(y > 0, positive, 1.0)
    scale, offset = logistic(x, y, weight)
    scorer.linear.weight.zero_()
    scorer.linear.weight[0, 0] = scale
    scorer.linear.bias.fill_(offset)


def logistic(x: Tensor, y: Tensor, weight: Tensor, *, steps: int = 30) -> tuple[float, float]:
    """Slope and offset of a weighted logistic regression over one figure, by Newton's method."""
    design = torch.stack([x, torch.ones_like(x)], 1).double()
    beta = torch.zeros(2, dtype=torch.double)
    target, mass = y.double(), weight.double()
    for _ in range(steps):
        p = torch.sigmoid(design @ beta)
        gradient = design.T @ (mass * (p - target)) + 1e-3 * beta
        curvature = (design * (mass * p * (1 - p))[:, None]).T @ design + 1e-3 * torch.eye(2)
        beta = beta - torch.linalg.solve(curvature, gradient)
    return float(beta[0]), float(beta[1])


def fit(
    recipe: Recipe,
    encoder: Learning,
    training: Mapping[str, Material],
    *,
    report: Callable[[str], None] = lambda _: None,
) -> Scorer:
    """Train the deltas of ``encoder`` in place; gives the scorer that was trained with them."""
    scorer = Scorer()
    names = sorted(training)
    fit_head(encoder, scorer, [training[n] for n in names[::5]], positive=recipe.positive)
    optimizer = torch.optim.AdamW(
        [
            {"params": list(encoder.parameters()), "lr": recipe.rate},
            {"params": list(scorer.linear.parameters()), "lr": recipe.head_rate},
        ],
        betas=(0.9, 0.98),
        weight_decay=0.0,
    )
    source = np.random.default_rng(recipe.seed)
    plan = [names[i] for _ in range(recipe.epochs) for i in source.permutation(len(names))]
    warm = max(1, int(recipe.warm * len(plan)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer,
        lambda i: min((i + 1) / warm, max(0.02, (len(plan) - i) / max(1, len(plan) - warm))),
    )
    encoder.train()
    losses = []
    for name in plan:
        one = training[name]
        loss = pair_loss(
            scorer(encoder(one.prepared), one.case),
            one.case,
            positive=recipe.positive,
            ranking=recipe.ranking,
        )
        loss.backward()
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        losses.append(float(loss.detach()))
    report(f"loss: first 20 steps {np.mean(losses[:20]):.4f}, last 20 {np.mean(losses[-20:]):.4f}")
    return scorer


@torch.no_grad()
def scores(
    encoder: Learning, held_out: Mapping[str, Material]
) -> dict[str, tuple[NDArray[np.float64], NDArray[np.int64]]]:
    """Late interaction and label of every pair that counts, by story."""
    encoder.eval()
    out = {}
    for name, one in held_out.items():
        rows, columns = one.story.pairs()
        mean = interaction(encoder(one.prepared), one.case)[0]
        values = mean[rows, columns].double().numpy()
        out[name] = (values, (one.story.labels[rows, columns] > 0).astype(np.int64))
    return out


def figures(
    found: Mapping[str, tuple[NDArray[np.float64], NDArray[np.int64]]],
) -> dict[str, float]:
    """Average precision and best F1 over the pairs of all stories, and the mean over stories."""
    values = np.concatenate([v for v, _ in found.values()])
    labels = np.concatenate([y for _, y in found.values()])
    each = [average_precision(v, y) for v, y in found.values() if y.any()]
    return {
        "stories": len(found),
        "average precision": round(average_precision(values, labels), 4),
        "best F1": round(best_f1(values, labels), 4),
        "mean over stories": round(float(np.mean(each)), 4),
    }
