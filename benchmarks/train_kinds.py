"""Train the heads that tell the kinds of statements, and write ``storydiff/data/kinds.json``.

    python -m benchmarks.train_kinds --gold DIR [--output FILE]

DIR holds the gold stories to learn from. Strength of regularisation is fixed
below, chosen by cross-validation over stories; thresholds are those of the best
F1 of the cross-validated scores. The same stories and encoder give the same file.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import GroupKFold

from storydiff.annotation import NewsAnnotator, attribute
from storydiff.annotation.kind_features import features
from storydiff.annotation.kinds import JUDGED, others_lean, own_voice
from storydiff.annotation.names import find_names
from storydiff.datatypes import Report, Statement
from storydiff.encoding import encode_distinct, load_encoder, vectors_of
from storydiff.evaluation.gold import GoldStory, read_gold
from storydiff.protocols import Encoder, Parse
from storydiff.reading.story import check_story
from storydiff.segmentation import Sentences

OUTPUT = Path(__file__).parent.parent / "storydiff" / "data" / "kinds.json"
FOLDS = 5
STRENGTH = {"form": 0.01, "full": 0.003, "around": 0.1}
VOICE_SCALE = 20.0
"""Unit vectors are multiplied by this, so that a vector weighs as about one feature a dimension."""
DIGITS = 3
Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Examples:
    """Judged statements of all stories: form ``(n, f)``, voice ``(n, d)``, truth ``(n, 4)``.

    ``known`` is False where the readers disputed the kind; ``story`` and
    ``report`` say where each statement stands.
    """

    names: tuple[str, ...]
    form: Matrix
    voice: Matrix
    truth: NDArray[np.bool_]
    known: NDArray[np.bool_]
    story: NDArray[np.int64]
    report: tuple[str, ...]


def collect(stories: Sequence[GoldStory], encoder: Encoder) -> Examples:
    """Annotate and encode gold stories; furniture is left out."""
    names: tuple[str, ...] = ()
    blocks: list[tuple[Any, ...]] = []
    for number, story in enumerate(stories):
        reports = check_story(story.reports)
        statements = [s for report in reports for s in Sentences().segment(report)]
        statements, parses = attributed(reports, statements)
        encoded = encode_distinct(encoder, [s.text for s in statements])
        voice = own_voice(statements, encoded)
        chosen = [i for i, s in enumerate(statements) if s.kinds != ("other",) and len(parses[i])]
        own = [statements[i] for i in chosen]
        names, form = features(own, [parses[i] for i in chosen])
        truth = [[k in story.kinds[s.outlet, s.index] for k in JUDGED] for s in own]
        known = [[k not in story.disputed[s.outlet, s.index] for k in JUDGED] for s in own]
        places = [f"{number}/{s.report}" for s in own]
        blocks.append((form, voice[chosen], truth, known, [number] * len(own), places))
    form, voice, truth, known, story_of, report = zip(*blocks, strict=True)
    return Examples(
        names,
        np.concatenate(form).astype(np.float64),
        np.concatenate(voice).astype(np.float64),
        np.concatenate([np.array(t, bool).reshape(-1, len(JUDGED)) for t in truth]),
        np.concatenate([np.array(t, bool).reshape(-1, len(JUDGED)) for t in known]),
        np.concatenate([np.array(s, np.int64) for s in story_of]),
        tuple(place for group in report for place in group),
    )


def attributed(
    reports: Sequence[Report], statements: Sequence[Statement]
) -> tuple[list[Statement], Sequence[Parse]]:
    """Statements with attributions alone, and their parses: what the heads are given.

    The annotator itself would ask for the very heads that are to be trained.
    """
    parses = NewsAnnotator().parse(statements)
    names = find_names(statements, parses)
    marked = list(statements)
    for report in reports:
        own = [i for i, s in enumerate(statements) if s.report == report.id]
        given = ([column[i] for i in own] for column in (statements, parses, names))
        for i, found in zip(own, attribute(report, *given), strict=True):
            marked[i] = statements[i].model_copy(update={"attributions": found})
    return marked, parses


def train(examples: Examples) -> dict[str, Any]:
    """The heads of all kinds, as ``kinds.json`` holds them."""
    centre, spread = examples.form.mean(axis=0), examples.form.std(axis=0) + 1e-6
    form = (examples.form - centre) / spread
    middle = examples.voice.mean(axis=0)
    both = np.hstack([form, (examples.voice - middle) * VOICE_SCALE])
    heads: dict[str, Any] = {"features": list(examples.names), "form": {}, "full": {}}
    for column, kind in enumerate(JUDGED):
        for name, rows in (("form", form), ("full", both)):
            head, odds = _head(examples, rows, column, STRENGTH[name])
            weights = np.array(head.pop("weights"))
            width = form.shape[1]
            head["bias"] = _short(
                head["bias"] - centre / spread @ weights[:width] - _offset(weights[width:], middle)
            )
            head["form"] = [_short(w) for w in weights[:width] / spread]
            if name == "full":
                head["voice"] = [_short(w) for w in weights[width:] * VOICE_SCALE]
                if kind == "opinion":
                    head.update(_around(examples, odds, column))
            heads[name][kind] = head
    return heads


def _head(
    examples: Examples, rows: Matrix, column: int, strength: float
) -> tuple[dict[str, Any], Matrix]:
    """A head in standardised units, and the log-odds that cross-validation gives each row."""
    truth, known = examples.truth[:, column], examples.known[:, column]
    odds = cross_validated(rows, truth, known, examples.story, strength)
    model = _fit(rows[known], truth[known], strength)
    head = {
        "bias": float(model.intercept_[0]),
        "threshold": best_threshold(truth[known], odds[known]),
        "weights": model.coef_[0].tolist(),
    }
    return head, odds


def _around(examples: Examples, odds: Matrix, column: int) -> dict[str, Any]:
    """How far to lean on the report's other statements."""
    truth, known = examples.truth[:, column], examples.known[:, column]
    level = float(odds.mean())
    rows = np.stack([odds - level, others_lean(odds, examples.report, level)], axis=1)
    again = cross_validated(rows, truth, known, examples.story, STRENGTH["around"])
    model = _fit(rows[known], truth[known], STRENGTH["around"])
    return {
        "level": _short(level),
        "around": [_short(w) for w in (*model.coef_[0], model.intercept_[0])],
        "threshold": best_threshold(truth[known], again[known]),
    }


def cross_validated(
    rows: Matrix,
    truth: NDArray[np.bool_],
    known: NDArray[np.bool_],
    story: NDArray[np.int64],
    strength: float,
) -> Matrix:
    """Log-odds ``(n,)`` of each row from a model that saw none of its story."""
    odds = np.zeros(len(rows))
    for fit, test in GroupKFold(FOLDS).split(rows, truth, story):
        fit = fit[known[fit]]
        odds[test] = _fit(rows[fit], truth[fit], strength).decision_function(rows[test])
    return odds


def best_threshold(truth: NDArray[np.bool_], odds: Matrix) -> float:
    """The probability with the best F1, smoothed: the middle of those within .003 of the best."""
    chances = 1 / (1 + np.exp(-odds))
    steps = np.arange(0.1, 0.9, 0.01)
    scores = np.array([f1_score(truth, chances >= step) for step in steps])
    good = steps[scores >= scores.max() - 0.003]
    return round(float(good.mean()), 3)


def _fit(rows: Matrix, truth: NDArray[np.bool_], strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=2000, tol=1e-6).fit(rows, truth)


def _offset(weights: Matrix, middle: Matrix) -> float:
    return float(weights @ middle) * VOICE_SCALE if len(weights) else 0.0


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Train and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gold", type=Path, required=True, help="the folder of gold stories")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args(arguments)
    gold = read_gold(options.gold)
    encoder = load_encoder()
    heads = train(collect(gold.stories, encoder))
    learned = {
        "set": gold.name,
        "sha256": gold.sha256,
        "stories": len(gold.stories),
        "encoder": vectors_of(encoder),
    }
    text = json.dumps({"learned from": learned, **heads}, separators=(",", ":"))
    options.output.write_text(text + "\n", encoding="utf-8")
    print(f"{options.output.name}: {len(text)} characters, {learned}")
    for name in ("form", "full"):
        print(name, {kind: heads[name][kind]["threshold"] for kind in JUDGED})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
