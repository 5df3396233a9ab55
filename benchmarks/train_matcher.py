"""Learn the weights of the matcher from gold stories.

    python -m benchmarks.train_matcher --gold TRAIN [--dev DEV] [--folds FILE] [--out FILE]

Everything is chosen by cross-validation over the stories of TRAIN; the figures
of DEV are only reported. Stories go through the very rooms that a comparison
uses, so what is learnt is what is used. Fits are by Newton's method without
randomness: the same stories give the same weights.

``--folds`` is a JSON object from story to fold; without it, stories are dealt to
five folds by the hash of their names. ``--fold-adapters`` is a folder with an
adapter for each fold (``fold0.safetensors`` …, from ``benchmarks.train_encoder``)
that was trained without that fold's stories, so that the features of every story
come from a model that never saw it. Without it, figures are too high wherever the
shipped adapter has seen the stories.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.matcher_figures import Example, Table, report
from storydiff.alignment import is_content
from storydiff.encoding import load_encoder
from storydiff.encoding.adapter import merge_into, read_adapter
from storydiff.encoding.weights import default_folder
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
BAND = 0.1


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, print the figures, write the weights."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gold", type=Path, required=True, help="the stories to learn from")
    parser.add_argument("--dev", type=Path, help="stories to report figures of")
    parser.add_argument("--folds", type=Path, help="JSON: story to fold")
    parser.add_argument("--fold-adapters", type=Path, help="folder with an adapter for each fold")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args(arguments)
    folds = json.loads(options.folds.read_text()) if options.folds else {}
    with TemporaryDirectory() as merged:
        models = merged_models(options.fold_adapters, Path(merged)) if options.fold_adapters else {}
        weights, figures = run(options.gold, options.dev, folds, models)
    print(json.dumps(figures, indent=1))
    options.out.write_text(json.dumps(weights.as_json(), separators=(",", ":")) + "\n")
    return 0


def merged_models(adapters: Path, folder: Path) -> dict[int, Encoder]:
    """The default model with the adapter of each fold, saved to a folder and loaded from it."""
    from sentence_transformers import SentenceTransformer

    out: dict[int, Encoder] = {}
    for fold in range(FOLDS):
        model = SentenceTransformer(str(default_folder()), device="cpu")
        merge_into(model[0].auto_model, read_adapter(adapters / f"fold{fold}.safetensors"))
        model.save(str(folder / f"fold{fold}"))
        out[fold] = load_encoder(str(folder / f"fold{fold}"))
    return out


def run(
    gold: Path, dev: Path | None, folds: Mapping[str, int], models: Mapping[int, Encoder]
) -> tuple[Weights, dict[str, Any]]:
    """Stories through the rooms, and what is learnt from them."""
    stories = read_gold(gold).stories
    train = [prepare(g, folds.get(g.id, deal(g.id)), models) for g in stories]
    seen = [prepare(g, -1, {}) for g in stories] if models else train
    unseen = [prepare(g, -1, {}) for g in read_gold(dev).stories] if dev else []
    means = {k: mean_token([e for e in train if e.fold == k]) for k in range(FOLDS)}
    return learn(train, unseen, means={**means, -1: mean_token(seen)})


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


def models_without(
    table: Table, *, ridge: float, columns: NDArray[np.int32] | None = None, depth: int = 2
) -> dict[frozenset[int], Additive]:
    """First readings learnt without any one fold, without any two, and on all."""
    names = table.names if columns is None else tuple(table.names[k] for k in columns)
    values = table.values if columns is None else table.values[:, columns]
    out: dict[frozenset[int], Additive] = {}
    for size in range(depth + 1):
        for folds in combinations(range(FOLDS), size):
            rows = table.usable() & ~np.isin(table.fold, folds)
            out[frozenset(folds)] = fit_additive(
                values[rows], table.match[rows] == 1, names=names, ridge=ridge
            )
    return out


def odds_without(
    table: Table,
    models: Mapping[frozenset[int], Additive],
    *,
    outer: int = -1,
    columns: NDArray[np.int32] | None = None,
) -> Matrix:
    """Log-odds of every row by the model that saw neither its fold nor the outer one.

    With a second reading on top, its figures are honest only if the probabilities
    that it learns from know nothing of the stories that it is tested on.
    """
    values = table.values if columns is None else table.values[:, columns]
    out = np.zeros(len(values))
    for fold in np.unique(table.fold).tolist():
        rows = table.fold == fold
        out[rows] = models[frozenset({fold, outer} - {-1})].log_odds(values[rows])
    return out


@dataclass
class Second:
    """Second readings: the models of all stories, and what is said of each row without its fold."""

    match: Additive
    same: Additive
    odds: Matrix
    same_odds: Matrix


def second_readings(
    table: Table,
    features: Sequence[Mapping[Pair, PairFeatures]],
    examples: Sequence[Example],
    models: Mapping[frozenset[int], Additive],
    *,
    ridge: float,
) -> Second:
    """The second reading learnt on all stories, and its log-odds by nested cross-validation."""
    odds, same_odds = np.zeros(len(table.values)), np.zeros(len(table.values))
    for outer in (*range(FOLDS), -1):
        read = reread(table, features, examples, odds_without(table, models, outer=outer))
        kept = table.fold != outer
        match = _fit(read, table.usable() & kept, table.match, ridge)
        sure = (table.match == 1) & (table.same >= 0) & (table.fold >= 0) & kept
        same = _fit(read, sure, table.same, ridge)
        rows = table.fold == outer
        odds[rows] = match.log_odds(read.values[rows])
        same_odds[rows] = same.log_odds(read.values[rows])
    return Second(match, same, odds, same_odds)


def _fit(table: Table, rows: NDArray[np.bool_], truth: NDArray[np.int8], ridge: float) -> Additive:
    return fit_additive(table.values[rows], truth[rows] == 1, names=table.names, ridge=ridge)


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
    features = [reading(e.story, means[e.fold], power) for e in examples]
    table = tabulate(examples, features)
    known = (table.match >= 0) & (table.fold >= 0)
    models = models_without(table, ridge=ridge)
    first_p = logistic(odds_without(table, models))
    second = second_readings(table, features, examples, models, ridge=ridge)
    line, p = calibrated(table, second.odds)
    threshold, _ = best_threshold(p[known], table.match[known] == 1)
    same_p = p * logistic(second.same_odds)
    same_from = best_same(table, p, same_p, threshold)
    bare_table = tabulate(
        examples, [reading(bare(e.story), means[e.fold], power) for e in examples]
    )
    columns = plain(bare_table.names)
    pairs = models_without(bare_table, ridge=ridge, columns=columns, depth=1)
    pairs_line, pairs_p = calibrated(bare_table, odds_without(bare_table, pairs, columns=columns))
    weights = Weights(
        mean=means[-1],
        first=models[frozenset()],
        second=second.match,
        same=second.same,
        pairs=pairs[frozenset()],
        line=line,
        min_probability=threshold,
        same_probability=same_from,
        pairs_line=pairs_line,
        pairs_probability=best_threshold(pairs_p[known], table.match[known] == 1)[0],
        band=BAND,
        covered=0.6,
        power=power,
    )
    figures = {
        "first": report(table, examples, first_p),
        "second": report(table, examples, p, same_p=same_p, same_from=same_from),
        "pairs": report(bare_table, examples, pairs_p),
    }
    return weights, figures


def reading(story: Story, mean: Floats, power: float) -> dict[Pair, PairFeatures]:
    """First features of a story's statements that take part."""
    content = np.array([is_content(s) for s in story.statements], bool)
    return first_reading(cast_of(story, content), mean=mean, power=power)


def calibrated(table: Table, odds: Matrix) -> tuple[tuple[float, float], Matrix]:
    """The line that calibrates log-odds over train, and the probabilities that it gives."""
    rows = table.usable()
    slope, intercept = fit_line(odds[rows], table.match[rows] == 1)
    line = (round(slope, 4), round(intercept, 4))
    return line, logistic(line[0] * odds + line[1])


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


def best_same(table: Table, p: Matrix, same: Matrix, threshold: float) -> float:
    """The probability of `same` from which on it is said, for the best F1 over linked pairs."""
    known = (table.same >= 0) & (table.fold >= 0)
    held = np.where(p >= threshold, same, 0.0)
    return best_threshold(held[known], table.same[known] == 1)[0]


if __name__ == "__main__":
    raise SystemExit(main())
