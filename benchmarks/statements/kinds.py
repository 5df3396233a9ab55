"""Kinds and furniture on gold stories, and opinion on single sentences.

Every module of this package has ``evaluate`` and ``table``. Gold stories give
counts a story, so that intervals are by bootstrap over stories; kinds that the
readers disputed count neither way. A set of single sentences labelled SUBJ or
OBJ (one JSON object a line) gives the macro-F1 of "opinion", each sentence a
report of its own; its interval is over sentences.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from storydiff.annotation import NewsAnnotator
from storydiff.datatypes import KINDS, Report, Statement
from storydiff.encoding import encode_distinct, load_encoder
from storydiff.evaluation.gold import GoldStory, read_gold
from storydiff.evaluation.metrics import Count, Counts, add_up, interval
from storydiff.protocols import Encoder
from storydiff.reading.story import check_story
from storydiff.segmentation import Sentences

Labels = tuple[bool, bool]
"""Whether a sentence is subjective, and whether it was found to be."""


def evaluate(folder: Path) -> dict[str, Any]:
    """Precision, recall and F1 of each kind by form alone and with vectors, and of furniture."""
    gold = read_gold(folder)
    encoder = cached_encoder()
    counts = [count(story, encoder) for story in gold.stories]
    total = add_up(counts)
    figures = {}
    for name, summed in total.items():
        low, high = interval(counts, f1_of(name))
        figures[name] = {
            "right": summed.right,
            "wrong": summed.wrong,
            "missed": summed.missed,
            "precision": round(summed.precision, 4),
            "recall": round(summed.recall, 4),
            "f1": round(summed.f1, 4),
            "low": round(low, 4),
            "high": round(high, 4),
        }
    return {
        "set": gold.name,
        "sha256": gold.sha256,
        "stories": len(gold.stories),
        "figures": figures,
    }


def count(story: GoldStory, encoder: Encoder) -> dict[str, Count]:
    """The counts of one story: ``kind`` with vectors, ``kind (form)`` without, ``furniture``."""
    form, full = judge(check_story(story.reports), encoder)
    counts = {f"{kind}": _of_kind(story, full, kind) for kind in KINDS}
    counts.update({f"{kind} (form)": _of_kind(story, form, kind) for kind in KINDS[:-1]})
    counts["furniture"] = _of_furniture(story, full)
    return counts


def judge(
    reports: Sequence[Report], encoder: Encoder
) -> tuple[tuple[Statement, ...], tuple[Statement, ...]]:
    """The statements with their kinds by form alone, and with vectors."""
    annotator = NewsAnnotator()
    statements = [s for report in reports for s in Sentences().segment(report)]
    annotated = annotator.annotate(reports, statements)
    encoded = encode_distinct(encoder, [s.text for s in annotated.statements])
    return annotated.statements, annotator.finish(annotated, encoded)


def _of_kind(story: GoldStory, statements: Sequence[Statement], kind: str) -> Count:
    total = Count()
    for s in statements:
        place = (s.outlet, s.index)
        if kind not in story.disputed[place]:
            truth, found = kind in story.kinds[place], kind in s.kinds
            total += Count(truth and found, found and not truth, truth and not found)
    return total


def _of_furniture(story: GoldStory, statements: Sequence[Statement]) -> Count:
    """Lines that are nothing but furniture; lines that no reader agreed on do not count."""
    total = Count()
    for s in statements:
        truth = story.kinds[s.outlet, s.index]
        found = s.kinds == ("other",)
        if truth:
            only = truth == {"other"}
            total += Count(only and found, found and not only, only and not found)
    return total


def f1_of(name: str) -> Callable[[Counts], float]:
    """The figure whose interval is wanted."""
    return lambda counts: counts[name].f1


@cache
def cached_encoder() -> Encoder:
    """The default encoder, loaded once a run."""
    return load_encoder()


def evaluate_opinion(path: Path, *, draws: int = 2000, seed: int = 0) -> dict[str, Any]:
    """Macro-F1 of opinion against none, at the shipped threshold, with a 95 % interval."""
    content = path.read_bytes()
    rows = [json.loads(line) for line in content.decode("utf-8").splitlines() if line.strip()]
    reports = [
        Report.from_sentences([row["text"]], outlet=f"sentence {i}", id=str(i), language="en")
        for i, row in enumerate(rows)
    ]
    _, finished = judge(reports, cached_encoder())
    labels = [
        (row["label"] == "SUBJ", "opinion" in s.kinds)
        for row, s in zip(rows, finished, strict=True)
    ]
    rng = random.Random(seed)
    values = sorted(macro_f1(rng.choices(labels, k=len(labels))) for _ in range(draws))
    return {
        "set": path.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "sentences": len(rows),
        "subjective": sum(truth for truth, _ in labels),
        "found": sum(found for _, found in labels),
        "macro_f1": round(macro_f1(labels), 4),
        "low": round(values[int(0.025 * draws)], 4),
        "high": round(values[int(0.975 * draws)], 4),
    }


def macro_f1(labels: Sequence[Labels]) -> float:
    """The mean of the F1 of the subjective and of the objective."""
    scores = []
    for side in (True, False):
        right = sum(truth == found == side for truth, found in labels)
        either = sum((truth == side) + (found == side) for truth, found in labels)
        scores.append(2 * right / max(1, either))
    return sum(scores) / 2


def table(result: Mapping[str, Any]) -> str:
    """The figures of `evaluate` as lines for a terminal."""
    lines = [f"{result['set']}, {result['stories']} stories, sha256 {result['sha256'][:16]}", ""]
    lines.append(f"  {'kind':18s}  {'P':>6s}  {'R':>6s}  {'F1':>6s}  95 % interval")
    for name, f in result["figures"].items():
        lines.append(
            f"  {name:18s}  {f['precision']:6.3f}  {f['recall']:6.3f}  {f['f1']:6.3f}"
            f"  [{f['low']:.3f}, {f['high']:.3f}]  {f['right']}+ {f['wrong']}- {f['missed']} missed"
        )
    return "\n".join(lines)


def table_opinion(result: Mapping[str, Any]) -> str:
    """The figures of `evaluate_opinion` as lines for a terminal."""
    return (
        f"{result['set']}, {result['sentences']} sentences, sha256 {result['sha256'][:16]}\n"
        f"  subjective, macro-F1  {result['macro_f1']:.3f}"
        f"  [{result['low']:.3f}, {result['high']:.3f}]"
        f"  ({result['found']} found, {result['subjective']} marked)"
    )
