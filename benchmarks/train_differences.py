"""Fits the weights of differences on gold stories, and writes them.

    python -m benchmarks.train_differences --gold DIR [--cache DIR] [--out FILE]

Needs scikit-learn (the extra ``train``). Nothing is random: the same stories
give the same file. A *slot* model is learned from values on which both sides
agree; a *judge* from links whose conflict names both values, and for quotations
from links whose readers noted other words.
"""

from __future__ import annotations

import argparse
import json
import pickle
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from storydiff.differences import dates, names, numbers, quotations
from storydiff.differences.building import Builder
from storydiff.differences.candidates import Candidate
from storydiff.differences.judging import JUDGED, LEAKING, Judge
from storydiff.differences.sides import Pair
from storydiff.evaluation.gold import GoldStory, read_gold
from storydiff.pipeline import Pipeline
from storydiff.protocols import Story

OUT = Path(__file__).parents[1] / "storydiff" / "data" / "differences.json"
SLOTS = {"number": numbers.compared, "date": dates.compared, "name": names.compared}
JUDGES = {"number": numbers.find, "date": dates.find, "quotation": quotations.find}
STRENGTH = {"number": 0.1, "date": 0.3, "quotation": 0.2}
PRECISION = 0.5
"""A bar is put where found conflicts are right at least this often; else nothing is one."""
NEVER = 1.01

Key = tuple[str, int, int]


@dataclass
class Rows:
    """Measures and labels; parallel lists. A label of None is not learned from."""

    features: list[Mapping[str, float]] = field(default_factory=list)
    labels: list[bool | None] = field(default_factory=list)
    stories: list[str] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)

    def add(self, features: Mapping[str, float], label: bool | None, key: Key) -> None:
        """One more row."""
        self.features.append(features)
        self.labels.append(label)
        self.stories.append(key[0])
        self.keys.append(key)


@dataclass
class Collected:
    """What gold stories say: rows for slots and judges, and which links have what."""

    slots: dict[str, Rows] = field(default_factory=lambda: {k: Rows() for k in SLOTS})
    judged: dict[str, Rows] = field(default_factory=lambda: {k: Rows() for k in JUDGES})
    truth: dict[str, set[Key]] = field(
        default_factory=lambda: {"conflict": set(), "quotation": set()}
    )


def prepared(folder: Path, cache: Path | None) -> Iterator[tuple[GoldStory, Story]]:
    """The gold stories of a folder, segmented, annotated and encoded."""
    pipeline = Pipeline()
    for gold in read_gold(folder).stories:
        kept = cache / f"{folder.name}-{gold.id}.pkl" if cache else None
        if kept and kept.exists():
            yield pickle.loads(kept.read_bytes())  # noqa: S301 - our own cache
            continue
        story, _ = pipeline.prepare(gold.reports)
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(pickle.dumps((gold, story)))
        yield gold, story


def gold_pairs(
    gold: GoldStory, story: Story
) -> Iterator[tuple[Key, Builder, tuple[int, int], Mapping[str, Any]]]:
    """The links that all readers marked, as pairs of statements."""
    builder = Builder(story)
    index = {(s.outlet, s.index): i for i, s in enumerate(story.statements)}
    for (a, b), link in gold.sure.items():
        i, j = index[a], index[b]
        yield (gold.id, i, j), builder, (i, j), link


def collect(stories: Sequence[tuple[GoldStory, Story]]) -> Collected:
    """Rows of all gold links."""
    out = Collected()
    for gold, story in stories:
        for key, builder, (i, j), link in gold_pairs(gold, story):
            pair = builder.oriented(i, j)[0]
            conflict, quote = link.get("conflict"), bool(link.get("quote_differs"))
            if conflict:
                out.truth["conflict"].add(key)
            if quote:
                out.truth["quotation"].add(key)
            for kind, compared in SLOTS.items():
                for features, _, _, same in compared(pair):
                    out.slots[kind].add(features, same, key)
            for kind, find in JUDGES.items():
                for candidate in find(pair):
                    if candidate.features and (candidate.clash or kind == "quotation"):
                        label = quote if kind == "quotation" else named(conflict, candidate, pair)
                        out.judged[kind].add(candidate.features, label, key)
    return out


def named(conflict: Any, candidate: Candidate, pair: Pair) -> bool | None:
    """Whether a conflict is about a candidate: it names words of both sides; None if unclear."""
    if not conflict:
        return False
    told = str(conflict).lower()
    sides = (candidate.a, pair.a), (candidate.b, pair.b)
    both = all(
        any(
            re.search(rf"(?<![\d.,]){re.escape(word)}(?!\d)", told)
            for span in spans
            for word in re.findall(r"[\d.,]*\d|[a-z]{4,}", side.cut(span).lower())
        )
        for spans, side in sides
    )
    return True if both else None


def fit(rows: Rows, used: Collection[str], *, without: Collection[str], strength: float) -> Any:
    """A logistic model as ``{"intercept", "weights"}`` over the measures in ``used``."""
    chosen = [
        n
        for n, (s, label) in enumerate(zip(rows.stories, rows.labels, strict=True))
        if s not in without and label is not None
    ]
    columns = sorted(used)
    x = np.array([[rows.features[n].get(c, 0.0) for c in columns] for n in chosen])
    y = np.array([bool(rows.labels[n]) for n in chosen])
    scaler = StandardScaler().fit(x)
    model = LogisticRegression(C=strength, max_iter=5000).fit(scaler.transform(x), y)
    weights = model.coef_[0] / scaler.scale_
    intercept = float(model.intercept_[0] - (weights * scaler.mean_).sum())
    return {
        "intercept": round(intercept, 4),
        "weights": {
            c: round(float(w), 4) for c, w in zip(columns, weights, strict=True) if abs(w) >= 5e-5
        },
    }


def names_of(rows: Rows) -> set[str]:
    """All measures of rows."""
    return {n for f in rows.features for n in f}


def models(
    data: Collected, *, without: Collection[str] = (), kinds: Collection[str] = tuple(SLOTS)
) -> dict[str, Any]:
    """Slots of some kinds and judges, learned without some stories."""
    slots = {
        kind: fit(rows, names_of(rows) - LEAKING - {"twin"}, without=without, strength=0.1)
        for kind, rows in data.slots.items()
        if kind in kinds
    }
    judge = Judge.of({"slots": slots, "models": {}, "bars": {}})
    judged = {}
    for kind, rows in data.judged.items():
        full = Rows(
            [judge.with_slot(kind, f) for f in rows.features], rows.labels, rows.stories, rows.keys
        )
        used = JUDGED.get(kind) or names_of(rows)
        judged[kind] = fit(full, used, without=without, strength=STRENGTH[kind])
    return {"slots": slots, "models": judged, "bars": {}}


def folds(data: Collected, *, without: Collection[str] = (), parts: int = 10) -> list[list[str]]:
    """Stories in parts, for cross-validation."""
    every = {s for rows in data.slots.values() for s in rows.stories}
    stories = np.array(sorted(every - set(without)))
    halves = GroupKFold(parts).split(stories, groups=stories)
    return [stories[test].tolist() for _, test in halves]


def held_out(data: Collected, *, without: Collection[str] = ()) -> dict[str, dict[Key, float]]:
    """Per type the highest probability of each link, by models that did not see its story."""
    scores: dict[str, dict[Key, float]] = {kind: {} for kind in data.judged}
    for part in folds(data, without=without):
        judge = Judge.of(models(data, without={*part, *without}, kinds=tuple(JUDGED)))
        for kind, rows in data.judged.items():
            for features, key in zip(rows.features, rows.keys, strict=True):
                if key[0] in part:
                    p = judge.probability(kind, features)
                    scores[kind][key] = max(p, scores[kind].get(key, 0.0))
    return scores


def bars(data: Collected, *, without: Collection[str] = ()) -> dict[str, float]:
    """Per type the probability with the best F1 of links by cross-validation."""
    scores = held_out(data, without=without)
    found = {}
    for kind, by_link in scores.items():
        truth = data.truth["quotation" if kind == "quotation" else "conflict"]
        possible = len(truth & set(by_link))
        options = [(True, 0.0, NEVER)]
        for bar in sorted(set(by_link.values())):
            said = {k for k, p in by_link.items() if p >= bar}
            right = len(said & truth)
            fits = kind == "quotation" or right >= PRECISION * len(said)
            options.append((fits, 2 * right / (len(said) + possible), bar))
        found[kind] = round(max(options)[2], 4)
    return found


def main() -> None:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, action="append", required=True)
    parser.add_argument("--cache", type=Path, help="keep prepared stories here")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    stories = [x for folder in options.gold for x in prepared(folder, options.cache)]
    data = collect(stories)
    raw = {**models(data), "bars": bars(data)}
    about = "Fitted by benchmarks/train_differences.py on gold stories (see docs/design/0073)."
    options.out.write_text(json.dumps({"about": about, **raw}, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(raw["bars"]))


if __name__ == "__main__":
    main()
