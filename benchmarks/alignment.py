"""How well matching statements are found.

    python -m benchmarks.alignment                       the stories in the repository
    python -m benchmarks.alignment --gold DIR [--gold DIR ...]
    python -m benchmarks.alignment --gate                fail on a drop below the floors

Prints the library beside baselines, with 95 % intervals over stories, and how
many links flip when a report on another event is added; ``--nanco``,
``--superpal`` and ``--ists`` measure pairs that are no story, where those public
sets are given; ``--json FILE`` keeps the figures. Results name a set by its public
name and hash, never by where it lies.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import pairs
from benchmarks.baselines import BASELINES
from storydiff.comparison import Comparison
from storydiff.datatypes import Report
from storydiff.evaluation import metrics
from storydiff.evaluation.gold import GoldSet, GoldStory, pair, read_gold
from storydiff.pipeline import Pipeline
from storydiff.protocols import Floats, Story

FLOORS = Path(__file__).parent / "floors.json"
OWN = "storydiff stories (invented, in the repository)"


@dataclass
class Pairs:
    """Scores of pairs of statements of different outlets, and whether they match."""

    truth: list[bool] = field(default_factory=list)
    scores: dict[str, list[float]] = field(default_factory=dict)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; the exit code is 1 where a floor does not hold."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gold", type=Path, action="append", help="a folder of gold stories")
    parser.add_argument("--name", action="append", help="the public name of each --gold, in order")
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    parser.add_argument("--gate", action="store_true", help="fail on a drop below the floors")
    parser.add_argument("--nanco", type=Path, help="NAnCo as JSON lines")
    parser.add_argument("--superpal", type=Path, help="SuperPAL, Multi-News part, as JSON lines")
    parser.add_argument("--ists", type=Path, help="iSTS headlines as JSON lines")
    parser.add_argument("--results", type=Path, help="write each comparison as JSON in this folder")
    options = parser.parse_args(arguments)
    names = [*(options.name or []), *[""] * len(options.gold or [])]
    if options.gold:
        sets = [read_gold(d, name=n) for d, n in zip(options.gold, names, strict=False)]
    else:
        sets = [read_gold(Path(str(files("storydiff") / "data" / "stories")), name=OWN)]
    pipeline = Pipeline()
    report: dict[str, Any] = {
        "signature": pipeline.signature,
        "python": platform.python_version(),
        "sets": [],
        "pairs": [],
    }
    for gold in sets:
        measured = measure(gold, pipeline, results=options.results)
        report["sets"].append(measured)
        print(table(measured))
    for path, measured_by in (
        (options.nanco, pairs.same_answers),
        (options.superpal, pairs.same_spans),
        (options.ists, pairs.aligned_words),
    ):
        if path:
            report["pairs"].append(measured_by(path))
            print("\n  " + "  ".join(f"{k} {v}" for k, v in report["pairs"][-1].items()))
    print("\nsignature", pipeline.signature)
    if options.json:
        options.json.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    return gate(report["sets"]) if options.gate else 0


def measure(gold: GoldSet, pipeline: Pipeline, *, results: Path | None = None) -> dict[str, Any]:
    """All figures of one gold set."""
    counts, found, flat = [], Pairs(), Pairs()
    flips = Flips()
    for number, story in enumerate(gold.stories):
        comparison, probabilities, prepared = compare(story, pipeline)
        other = gold.stories[(number + 1) % len(gold.stories)].reports[0]
        flips += flipped(comparison, story, other, pipeline)
        if results:
            results.mkdir(parents=True, exist_ok=True)
            (results / f"{story.id}.json").write_text(comparison.to_json(), encoding="utf-8")
        counts.append(metrics.counts_of(story, comparison))
        scores = {name: baseline(prepared) for name, baseline in BASELINES.items()}
        collect(found, story, prepared, {"storydiff": probabilities, **scores})
        collect(flat, story, prepared, {"storydiff": probabilities})
    return {
        "name": gold.name,
        "sha256": gold.sha256,
        "stories": len(gold.stories),
        "pairs": len(found.truth),
        "figures": figures(counts),
        "ranking": {
            name: {
                "average_precision": round(metrics.average_precision(s, found.truth), 4),
                "best_f1": round(metrics.best_f1(s, found.truth)[0], 4),
            }
            for name, s in ((n, np.array(v, np.float32)) for n, v in found.scores.items())
        },
        "flips": {"links": flips.links, "flipped": flips.flipped, "share": round(flips.share, 4)},
        "calibration": calibration(np.array(flat.scores["storydiff"], np.float32), flat.truth),
    }


def compare(story: GoldStory, pipeline: Pipeline) -> tuple[Comparison, Floats, Story]:
    """The comparison of a gold story, the probabilities of all pairs, and what they rest on."""
    prepared, notes = pipeline.prepare(story.reports)
    matched = pipeline.matcher.match(prepared)
    table = matched.probabilities.dense()
    return pipeline.assemble(prepared, matched, notes=notes), table, prepared


@dataclass(frozen=True)
class Flips:
    """Links that are there with a report on another event or without it, not with both."""

    links: int = 0
    flipped: int = 0

    def __add__(self, other: Flips) -> Flips:
        return Flips(self.links + other.links, self.flipped + other.flipped)

    @property
    def share(self) -> float:
        """Share of the links without the other report that flip."""
        return self.flipped / max(1, self.links)


def flipped(comparison: Comparison, gold: GoldStory, other: Report, pipeline: Pipeline) -> Flips:
    """How many links change when a report on another event is added to a story."""
    stranger = other.model_copy(update={"outlet": "a report on another event"})
    prepared, _ = pipeline.prepare([*gold.reports, stranger])
    known = {s.id for s in comparison.statements}
    before = {(x.a, x.b) for x in comparison.links}
    after = {(x.a, x.b) for x in pipeline.matcher.match(prepared).links if {x.a, x.b} <= known}
    return Flips(len(before), len(before ^ after))


def collect(found: Pairs, gold: GoldStory, story: Story, scores: dict[str, Floats]) -> None:
    """Add the pairs of one story: those of different outlets, neither of them empty."""
    places = [(s.outlet, s.index) for s in story.statements]
    for i, a in enumerate(places):
        for j in range(i):
            key = pair(a, places[j])
            empty = not story.statements[i].text.strip() or not story.statements[j].text.strip()
            if a[0] == places[j][0] or empty or key in gold.open:
                continue
            found.truth.append(key in gold.sure)
            for name, matrix in scores.items():
                found.scores.setdefault(name, []).append(float(matrix[i, j]))


def figures(counts: Sequence[metrics.Counts]) -> dict[str, Any]:
    """Precision, recall and F1 of each finding, with the interval of F1."""
    total = metrics.add_up(counts)
    out: dict[str, Any] = {}
    for name, count in total.items():
        low, high = metrics.interval(counts, _f1(name))
        out[name] = {
            "precision": round(count.precision, 4),
            "recall": round(count.recall, 4),
            "f1": round(count.f1, 4),
            "low": round(low, 4),
            "high": round(high, 4),
        }
    low, high = metrics.interval(counts, metrics.balanced_accuracy)
    value = round(metrics.balanced_accuracy(total), 4)
    out["coverage"] = {"balanced_accuracy": value, "low": round(low, 4), "high": round(high, 4)}
    return out


def _f1(name: str) -> Callable[[metrics.Counts], float]:
    return lambda counts: counts[name].f1


def calibration(scores: Floats, truth: Sequence[bool]) -> dict[str, Any]:
    """Reliability of the probabilities over pairs of at least .1."""
    bins = metrics.reliability(scores, truth)
    return {
        "ece": round(metrics.calibration_error(bins), 4),
        "brier_skill": round(metrics.brier_skill(scores, truth), 4),
        "bins": [
            {"pairs": b.pairs, "said": round(b.predicted, 3), "seen": round(b.observed, 3)}
            for b in bins
        ],
    }


def table(measured: dict[str, Any]) -> str:
    """The figures of one set as lines for a terminal."""
    head = f"{measured['name']}, {measured['stories']} stories, {measured['pairs']} pairs"
    lines = ["", head, f"sha256 {measured['sha256'][:16]}", ""]
    lines.append(f"  {'ranking of pairs':22s}  {'AP':>6s}  {'best F1':>7s}")
    for name, r in measured["ranking"].items():
        lines.append(f"  {name:22s}  {r['average_precision']:6.3f}  {r['best_f1']:7.3f}")
    lines += ["", f"  {'finding':22s}  {'P':>6s}  {'R':>6s}  {'F1':>6s}  95 % interval"]
    for name, f in measured["figures"].items():
        if name == "coverage":
            lines.append(
                f"  {'told / left out':22s}  balanced accuracy {f['balanced_accuracy']:.3f}"
                f"  [{f['low']:.3f}, {f['high']:.3f}]"
            )
        else:
            lines.append(
                f"  {name:22s}  {f['precision']:6.3f}  {f['recall']:6.3f}  {f['f1']:6.3f}"
                f"  [{f['low']:.3f}, {f['high']:.3f}]"
            )
    flips = measured["flips"]
    lines += ["", f"  a report on another event flips {flips['flipped']} of {flips['links']} links"]
    c = measured["calibration"]
    lines += ["", f"  calibration: ECE {c['ece']:.3f}, Brier skill {c['brier_skill']:.3f}"]
    lines += [
        f"    {b['pairs']:6d} pairs said {b['said']:.2f} seen {b['seen']:.2f}" for b in c["bins"]
    ]
    return "\n".join(lines)


def gate(sets: Sequence[dict[str, Any]]) -> int:
    """Compare figures with the floors kept for the same data; 1 if one is below its floor."""
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))
    failed = 0
    for measured in sets:
        known = floors.get(measured["sha256"])
        if known is None:
            print(f"no floors are kept for {measured['name']} {measured['sha256'][:16]}")
            failed = 1
            continue
        for name, floor in known["floors"].items():
            figure = measured["figures"][name]
            value = figure.get("f1", figure.get("balanced_accuracy"))
            held = value >= floor
            failed |= not held
            print(f"{'holds' if held else 'BROKEN'}: {name} {value:.4f}, floor {floor:.4f}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
