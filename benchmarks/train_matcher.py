"""Learn the weights of the matcher from gold stories.

    python -m benchmarks.train_matcher --gold TRAIN [--dev DEV] [--folds FILE] [--out FILE]

Everything is chosen by cross-validation over the stories of TRAIN; the figures
of DEV are only reported. Stories go through the very rooms that a comparison
uses, so what is learnt is what is used. Fits are by Newton's method without
randomness: the same stories give the same weights.

``--folds`` is a JSON object from story to fold; without it, stories are dealt to
five folds by the hash of their names. ``--fold-models`` is a folder with a model
for each fold (``fold0`` …) that was trained without that fold's stories, so that
the features of every story come from a model that never saw it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storydiff.alignment import is_content
from storydiff.encoding import load_encoder
from storydiff.evaluation.gold import GoldStory, read_gold
from storydiff.features import PairFeatures, plain
from storydiff.features.competition import Pair
from storydiff.matching import (
    Additive,
    Matrix,
    best_threshold,
    fit_additive,
    fit_line,
    logistic,
)
from storydiff.pipeline import Pipeline
from storydiff.protocols import Encoder, Floats, Parse, Story
from storydiff.scoring import Weights, cast_of, first_reading, second_reading
from storydiff.similarity import distinct, token_mean

OUT = Path(__file__).parents[1] / "storydiff" / "data" / "matcher.json"
FOLDS = 5
RIDGE = 200.0
FLOOR = 0.2
"""Pairs of less coverage are not trained on: they are most of all pairs and never match."""


@dataclass
class Example:
    """One story with its labels: 1 match, 0 none, -1 open; and likewise for `same`."""

    id: str
    fold: int
    story: Story
    match: NDArray[np.int8]
    same: NDArray[np.int8]


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, print the figures, write the weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gold", type=Path, required=True, help="the stories to learn from")
    parser.add_argument("--dev", type=Path, help="stories to report figures of")
    parser.add_argument("--folds", type=Path, help="JSON: story to fold")
    parser.add_argument("--fold-models", type=Path, help="folder with a model for each fold")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args(arguments)
    folds = json.loads(options.folds.read_text()) if options.folds else {}
    models = {
        k: load_encoder(str(options.fold_models / f"fold{k}"))
        for k in (range(FOLDS) if options.fold_models else ())
    }
    train = [
        prepare(gold, folds.get(gold.id, deal(gold.id)), models)
        for gold in read_gold(options.gold).stories
    ]
    dev = [prepare(gold, -1, {}) for gold in read_gold(options.dev).stories] if options.dev else []
    weights, figures = learn(train, dev)
    print(json.dumps(figures, indent=1))
    options.out.write_text(json.dumps(weights.as_json(), separators=(",", ":")) + "\n")
    return 0


def deal(name: str) -> int:
    """The fold of a story by the hash of its name."""
    return int(sha256(name.encode()).hexdigest(), 16) % FOLDS


def prepare(gold: GoldStory, fold: int, models: Mapping[int, Encoder]) -> Example:
    """A gold story through the rooms before alignment."""
    pipeline = Pipeline(encoder=models[fold]) if fold in models else Pipeline()
    story, _ = pipeline.prepare(gold.reports)
    return labelled(gold, fold, story)


def labelled(gold: GoldStory, fold: int, story: Story) -> Example:
    """A prepared story with the labels of its readers."""
    place = {(s.outlet, s.index): k for k, s in enumerate(story.statements)}
    match = np.zeros((len(place), len(place)), np.int8)
    same = np.zeros_like(match)
    for (a, b), link in gold.sure.items():
        i, j = place[a], place[b]
        match[i, j] = match[j, i] = 1
        agreed = link.get("relation_agreed", True)
        same[i, j] = same[j, i] = (link["relation"] == "same") if agreed else -1
    for a, b in gold.open:
        i, j = place[a], place[b]
        match[i, j] = match[j, i] = same[i, j] = same[j, i] = -1
    return Example(gold.id, fold, story, match, same)


@dataclass
class Table:
    """All pairs of all stories in rows; ``blocks`` says which rows are which pair of reports."""

    names: tuple[str, ...]
    values: Floats
    match: NDArray[np.int8]
    same: NDArray[np.int8]
    fold: NDArray[np.int32]
    story: NDArray[np.int32]
    blocks: list[tuple[int, Pair, PairFeatures, slice]]
    reduced: bool = False

    def usable(self, fold: int | None = None) -> NDArray[np.bool_]:
        """Rows to learn from: labelled, of train, not of the fold that is left out."""
        near = self.values[:, self.names.index("cover")] >= FLOOR
        usable: NDArray[np.bool_] = (self.match >= 0) & (self.fold >= 0) & near
        return usable if fold is None else usable & (self.fold != fold)


def tabulate(examples: Sequence[Example], features: Sequence[Mapping[Pair, PairFeatures]]) -> Table:
    """The pairs of stories as one table."""
    blocks: list[tuple[int, Pair, PairFeatures, slice]] = []
    position = 0
    for k, own in enumerate(features):
        for pair, found in own.items():
            rows = slice(position, position + len(found.values))
            blocks.append((k, pair, found, rows))
            position = rows.stop

    def gather(of: Callable[[int, PairFeatures], Any]) -> Any:
        return np.concatenate([of(k, found) for k, _, found, _ in blocks])

    return Table(
        names=blocks[0][2].names,
        values=gather(lambda _, f: f.values),
        match=gather(lambda k, f: examples[k].match[f.rows, f.columns]),
        same=gather(lambda k, f: examples[k].same[f.rows, f.columns]),
        fold=gather(lambda k, f: np.full(len(f.values), examples[k].fold, np.int32)),
        story=gather(lambda k, f: np.full(len(f.values), k, np.int32)),
        blocks=blocks,
    )


def crossed(
    table: Table, *, ridge: float, columns: NDArray[np.int32] | None = None
) -> tuple[Matrix, Additive]:
    """Log-odds of every row by a model that never saw its story, and the model of all stories.

    Rows of dev get those of the model of all train stories.
    """
    names = table.names if columns is None else tuple(table.names[k] for k in columns)
    values = table.values if columns is None else table.values[:, columns]

    def fit(rows: NDArray[np.bool_]) -> Additive:
        return fit_additive(values[rows], table.match[rows] == 1, names=names, ridge=ridge)

    whole = fit(table.usable())
    out = whole.log_odds(values)
    for fold in range(FOLDS):
        held = table.fold == fold
        if held.any():
            out[held] = fit(table.usable(fold)).log_odds(values[held])
    return out, whole


def learn(
    train: Sequence[Example],
    dev: Sequence[Example],
    *,
    means: Mapping[int, Floats],
    ridge: float = RIDGE,
    power: float = 1.5,
) -> tuple[Weights, dict[str, Any]]:
    """The weights, and figures by cross-validation and on dev.

    ``means`` holds the mean token vector of the encoder of each fold, and under -1
    that of the encoder that is shipped.
    """
    examples = [*train, *dev]
    casts = [
        cast_of(e.story, np.array([is_content(s) for s in e.story.statements], bool))
        for e in examples
    ]
    features = [
        first_reading(cast, mean=means[e.fold], power=power)
        for e, cast in zip(examples, casts, strict=True)
    ]
    table = tabulate(examples, features)
    first_odds, first = crossed(table, ridge=ridge)
    second_table = reread(table, features, examples, first_odds)
    second_odds, second = crossed(second_table, ridge=ridge)
    known = (table.match >= 0) & (table.fold >= 0)
    near = table.usable()
    line = fit_line(second_odds[near], table.match[near] == 1)
    p = logistic(line[0] * second_odds + line[1])
    threshold, _ = best_threshold(p[known], table.match[known] == 1)
    same_p, same = same_or_overlap(second_table, p, ridge=ridge)
    same_from = best_same(table, p, same_p, threshold)
    pairs_table = tabulate(examples, [bare_reading(e, means[e.fold], power) for e in examples])
    columns = plain(pairs_table.names)
    pairs_odds, pairs = crossed(pairs_table, ridge=ridge, columns=columns)
    pairs_line = fit_line(pairs_odds[near], table.match[near] == 1)
    pairs_p = logistic(pairs_line[0] * pairs_odds + pairs_line[1])
    pairs_from, _ = best_threshold(pairs_p[known], table.match[known] == 1)
    weights = Weights(
        mean=means[-1],
        first=first,
        second=second,
        same=same,
        pairs=pairs,
        line=(round(line[0], 4), round(line[1], 4)),
        min_probability=threshold,
        same_probability=same_from,
        pairs_line=(round(pairs_line[0], 4), round(pairs_line[1], 4)),
        pairs_probability=pairs_from,
        band=0.1,
        covered=0.6,
        power=power,
    )
    figures = {
        "first": report(table, examples, logistic(first_odds)),
        "second": report(table, examples, p, same_p=same_p, same_from=same_from),
        "pairs": report(pairs_table, examples, pairs_p),
    }
    return weights, figures


def mean_token(examples: Sequence[Example]) -> Floats:
    """Mean token vector over the distinct statements of the stories, each story as one."""
    means = [
        token_mean(e.story.encoded, distinct([s.text for s in e.story.statements]))
        for e in examples
    ]
    mean: Floats = np.mean(means, axis=0, dtype=np.float64).round(5).astype(np.float32)
    return mean


def bare(story: Story) -> Story:
    """A story with nothing but its texts and vectors."""
    plain_statements = tuple(
        s.model_copy(update={"attributions": (), "names": (), "quantities": (), "dates": ()})
        for s in story.statements
    )
    return replace(
        story, statements=plain_statements, parses=tuple(Parse.empty() for _ in story.parses)
    )


def bare_reading(example: Example, mean: Floats, power: float) -> dict[Pair, PairFeatures]:
    """Features of a story from vectors and letters alone, of the statements that take part."""
    content = np.array([is_content(s) for s in example.story.statements], bool)
    return first_reading(cast_of(bare(example.story), content), mean=mean, power=power)


def reread(
    table: Table,
    features: Sequence[Mapping[Pair, PairFeatures]],
    examples: Sequence[Example],
    odds: Matrix,
) -> Table:
    """The table of the second reading, from log-odds of the first."""
    tables: list[dict[Pair, Matrix]] = [{} for _ in examples]
    for k, pair, found, rows in table.blocks:
        tables[k][pair] = logistic(odds[rows]).round(4).reshape(found.shape)
    return tabulate(examples, [second_reading(f, t) for f, t in zip(features, tables, strict=True)])


def same_or_overlap(table: Table, p: Matrix, *, ridge: float) -> tuple[Matrix, Additive]:
    """Probability of `same` of every row, and the scorer of `same` among matches."""

    def fit(rows: NDArray[np.bool_]) -> Additive:
        return fit_additive(
            table.values[rows], table.same[rows] == 1, names=table.names, ridge=ridge
        )

    usable = (table.match == 1) & (table.same >= 0) & (table.fold >= 0)
    whole = fit(usable)
    odds = whole.log_odds(table.values)
    for fold in range(FOLDS):
        held = table.fold == fold
        if held.any():
            odds[held] = fit(usable & (table.fold != fold)).log_odds(table.values[held])
    return p * logistic(odds), whole


def best_same(table: Table, p: Matrix, same: Matrix, threshold: float) -> float:
    """The probability of `same` from which on it is said, for the best F1 over linked pairs."""
    known = (table.same >= 0) & (table.fold >= 0)
    held = np.where(p >= threshold, same, 0.0)
    return best_threshold(held[known], table.same[known] == 1)[0]


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


if __name__ == "__main__":
    raise SystemExit(main())
