"""Gold stories as training material: sentences, cross-outlet pairs and their labels.

Empty sentences are skipped, and so is a pair that only one of two readers
marked: it counts neither way.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class GoldStory:
    """Sentences of one story, outlet after outlet, with what the readers marked.

    Attributes:
        sentences: n texts, none empty.
        outlets: int ``(n,)``, the number of the outlet of each sentence.
        labels: int8 ``(n, n)``, symmetric: 1 linked, 0 not, -1 counts neither way
            (one reader only, or both of one outlet).
    """

    id: str
    sentences: tuple[str, ...]
    outlets: NDArray[np.int64]
    labels: NDArray[np.int8]

    @property
    def domain(self) -> str:
        """`other` for the re-joined documents (no title, no date), else `politics`."""
        return "other" if self.id.startswith("ecb") else "politics"

    def pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows and columns (row < column) of every pair that counts."""
        rows, columns = np.nonzero(np.triu(self.labels >= 0, 1))
        return rows, columns


def read_story(source: dict[str, Any]) -> GoldStory:
    """A story in the gold format (`reports` with `sentences`, `links`)."""
    place: dict[tuple[str, int], int] = {}
    sentences: list[str] = []
    outlets: list[int] = []
    for number, report in enumerate(source["reports"]):
        for index, text in enumerate(report["sentences"]):
            if text.strip():
                place[report["outlet"], index] = len(sentences)
                sentences.append(text.strip())
                outlets.append(number)
    owner = np.array(outlets)
    labels = np.where(owner[:, None] == owner[None, :], -1, 0).astype(np.int8)
    for link in source["links"]:
        ends = [place.get((end[0], end[1])) for end in (link["a"], link["b"])]
        if ends[0] is None or ends[1] is None:
            continue
        value = 1 if link.get("agreed", True) else -1
        labels[ends[0], ends[1]] = labels[ends[1], ends[0]] = value
    return GoldStory(source["id"], tuple(sentences), owner, labels)


def read_stories(folder: Path) -> tuple[GoldStory, ...]:
    """Every gold story of a folder, by file name."""
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise FileNotFoundError(f"no gold stories (*.json) in {folder}")
    return tuple(read_story(json.loads(p.read_text(encoding="utf-8"))) for p in paths)


def folds_of(ids: Iterable[str], *, folds: int = 5, seed: int = 13) -> dict[str, int]:
    """A fold for each story, stratified by domain; the same for the same ids and seed."""
    source = random.Random(seed)
    result: dict[str, int] = {}
    names = sorted(ids)
    for group in (
        [i for i in names if not i.startswith("ecb")],
        [i for i in names if i.startswith("ecb")],
    ):
        order = list(group)
        source.shuffle(order)
        result.update({story: n % folds for n, story in enumerate(order)})
    return result


def average_precision(scores: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """Area under the precision-recall steps, ties taken together."""
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(labels, scores))


def best_f1(scores: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """The highest F1 that any one threshold reaches."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(labels[order])
    told = np.arange(1, len(order) + 1)
    return float(np.max(2 * hits / (told + labels.sum())))
