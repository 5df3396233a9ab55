"""Figures of probabilities over the pairs of gold stories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storydiff.alignment import is_content
from storydiff.evaluation.examples import Example, Table
from storydiff.matching import Matrix, best_threshold


def report(
    table: Table,
    examples: Sequence[Example],
    p: Matrix,
    *,
    same_p: Matrix | None = None,
    same_from: float = 0.5,
) -> dict[str, Any]:
    """Figures by group at the threshold that is best over train."""
    known = table.match >= 0
    threshold, _ = best_threshold(
        p[known & (table.fold >= 0)], table.match[known & (table.fold >= 0)] == 1
    )
    groups: dict[str, list[int]] = {"all train": [], "politics": [], "other domains": [], "dev": []}
    for k, example in enumerate(examples):
        if example.fold < 0:
            groups["dev"].append(k)
            continue
        groups["all train"].append(k)
        groups["other domains" if example.id.startswith("ecb") else "politics"].append(k)
    out: dict[str, Any] = {"threshold": threshold}
    for name, members in groups.items():
        rows = known & np.isin(table.story, members)
        if not rows.any():
            continue
        truth = table.match[rows] == 1
        said = p[rows] >= threshold
        out[name] = {
            "pair F1": f1(said, truth),
            "precision": round(float(truth[said].sum() / max(said.sum(), 1)), 4),
            "average precision": average_precision(p[rows], truth),
            "best F1": round(best_threshold(p[rows], truth)[1], 4),
            **reliability(p[rows], truth),
            "coverage": coverage(table, examples, members, p >= threshold),
        }
        if same_p is not None:
            sure = rows & (table.same >= 0)
            told = (p[sure] >= threshold) & (same_p[sure] >= same_from)
            out[name]["same F1"] = f1(told, table.same[sure] == 1)
    return out


def f1(said: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    """F1 of a yes."""
    return round(float(2 * (said & truth).sum() / max(said.sum() + truth.sum(), 1)), 4)


def average_precision(p: Matrix, truth: NDArray[np.bool_]) -> float:
    """Average precision, ties in the order given."""
    order = np.argsort(-p, kind="stable")
    hits = truth[order]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return round(float(precision[hits].mean()), 4)


def reliability(p: Matrix, truth: NDArray[np.bool_]) -> dict[str, float]:
    """Expected calibration error over ten equal-mass bins, and Brier skill, from .1 on."""
    shown = p >= 0.1
    q, y = p[shown], truth[shown].astype(float)
    order = np.argsort(q, kind="stable")
    bins = np.array_split(order, 10)
    error = sum(len(b) * abs(q[b].mean() - y[b].mean()) for b in bins if len(b)) / max(len(q), 1)
    skill = 1 - ((q - y) ** 2).mean() / max(float(y.mean() * (1 - y.mean())), 1e-9)
    return {"ECE": round(float(error), 4), "Brier skill": round(float(skill), 4)}


def coverage(
    table: Table, examples: Sequence[Example], members: Sequence[int], said: NDArray[np.bool_]
) -> float:
    """Balanced accuracy of told / left out, for every statement and every other report."""
    cells = np.zeros((2, 2))
    for k in members:
        example = examples[k]
        statements = example.story.statements
        reports = list(dict.fromkeys(s.report for s in statements))
        owner = np.array([reports.index(s.report) for s in statements])
        guess = np.zeros(example.match.shape, bool)
        for story, _, found, rows in table.blocks:
            if story == k:
                guess[found.rows, found.columns] = said[rows]
        guess |= guess.T
        content = np.array([is_content(s) for s in statements])
        for r in range(len(reports)):
            mine = content & (owner != r)
            gold = (example.match[:, owner == r] == 1).any(axis=1)
            maybe = (example.match[:, owner == r] == -1).any(axis=1) & ~gold
            told = guess[:, owner == r].any(axis=1)
            for g, t in zip(gold[mine & ~maybe], told[mine & ~maybe], strict=True):
                cells[int(g), int(t)] += 1
    return round(float((cells[1, 1] / cells[1].sum() + cells[0, 0] / cells[0].sum()) / 2), 4)
