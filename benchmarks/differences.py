"""How well differences are found.

    python -m benchmarks.differences                      planted pairs, made from our own stories
    python -m benchmarks.differences --gold DIR [--gold DIR ...] [--cache DIR]
    python -m benchmarks.differences --emergent FILE --newswcl FILE
    python -m benchmarks.differences --json FILE          keep the figures

Conflicts and quotations on gold stories are judged with the links given, by
cross-validation: no story is judged by weights or bars that saw it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.planted import Planted, generate, read_sentences
from benchmarks.train_differences import bars, collect, folds, gold_pairs, models, prepared
from storydiff.datatypes import Difference, Report
from storydiff.differences import Differences, candidates
from storydiff.differences.building import Builder
from storydiff.differences.candidates import Candidate
from storydiff.differences.judging import Judge
from storydiff.differences.stance import apart
from storydiff.evaluation.gold import GoldStory
from storydiff.evaluation.metrics import average_precision
from storydiff.pipeline import Pipeline
from storydiff.protocols import Story

CONTRASTS = Path(__file__).parent / "contrasts.json"
VALUES = ("number", "date", "name")


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gold", type=Path, action="append", default=[])
    parser.add_argument("--cache", type=Path, help="keep prepared stories here")
    parser.add_argument("--emergent", type=Path, help="derived pairs of headlines, JSON lines")
    parser.add_argument("--newswcl", type=Path, help="NewsWCL50 with its text, JSON lines")
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    parser.add_argument("--show", action="store_true", help="print planted pairs that fail")
    options = parser.parse_args()
    report: dict[str, Any] = {"planted": planted(show=options.show)}
    if options.gold:
        report["gold"] = gold(options.gold, options.cache)
    if options.emergent:
        report["emergent"] = emergent(options.emergent)
    if options.newswcl:
        report["newswcl"] = contrasts(options.newswcl)
    print(json.dumps(report, indent=1))
    if options.json:
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def two_reports(a: str, b: str, *, published: str = "") -> tuple[Report, Report]:
    """Two reports of one sentence each."""
    return (
        Report.from_sentences([a], outlet="a", published=published),
        Report.from_sentences([b], outlet="b", published=published),
    )


def differences_of(pipeline: Pipeline, a: str, b: str, published: str) -> tuple[Difference, ...]:
    """The differences of two sentences, taken for linked."""
    story, _ = pipeline.prepare(two_reports(a, b, published=published))
    return Differences().of_pair(Builder(story), 0, 1)


def planted(*, show: bool = False) -> dict[str, Any]:
    """Recall of planted conflicts and false alarms on harmless rewrites."""
    pipeline = Pipeline()
    counts: Counter[tuple[bool, str, bool]] = Counter()
    for pair in generate(read_sentences()):
        found = [d for d in differences_of(pipeline, pair.a, pair.b, pair.published) if d.conflict]
        counts[pair.conflict, f"{pair.type}/{pair.what}", bool(found)] += 1
        if show and bool(found) != pair.conflict:
            explain(pair, found)
    parts = sorted({(c, kind) for c, kind, _ in counts})
    return {
        "recall": share(counts, True),
        "false alarms": share(counts, False),
        "by type": {
            f"{'conflict' if c else 'harmless'} {kind}": (
                f"{counts[c, kind, True]} of {counts[c, kind, True] + counts[c, kind, False]}"
            )
            for c, kind in parts
        },
    }


def share(counts: Counter[tuple[bool, str, bool]], conflict: bool) -> float:
    """The share of pairs in which a conflict was found."""
    kept = {k: n for k, n in counts.items() if k[0] == conflict}
    return round(sum(n for k, n in kept.items() if k[2]) / max(sum(kept.values()), 1), 4)


def explain(pair: Planted, found: Sequence[Difference]) -> None:
    """Print a pair that failed."""
    said = [(d.type, d.rule, d.score) for d in found]
    print(f"{'MISSED' if pair.conflict else 'FALSE'} {pair.type}/{pair.what} {said}")
    print("   ", pair.a, "\n   ", pair.b)


def gold(folders: Sequence[Path], cache: Path | None) -> dict[str, Any]:
    """Conflicts and quotations on gold links, by cross-validation over stories."""
    stories = [x for folder in folders for x in prepared(folder, cache)]
    data = collect(stories)
    found = {gold.id: list(found_in(gold, story)) for gold, story in stories}
    total: Counter[str] = Counter()
    by_type: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for part in folds(data):
        judge = Judge.of({**models(data, without=part), "bars": bars(data, without=part)})
        for story in part:
            judge_story(found[story], judge, total, by_type)
    return {
        "links": total["links"],
        "conflict": f_one(total["right"], total["said"], total["true"]),
        "number, date and name": f_one(total["value right"], total["value said"], total["true"]),
        "by type": {k: dict(v) for k, v in sorted(by_type.items())},
        "quotation differs": f_one(total["quote right"], total["quote said"], total["quote true"]),
    }


Found = tuple[dict[str, Any], list[Candidate]]


def found_in(gold: GoldStory, story: Story) -> Iterator[Found]:
    """Each gold link with the candidates of its pair."""
    for _, builder, (i, j), link in gold_pairs(gold, story):
        yield dict(link), list(candidates(builder.oriented(i, j)[0]))


def judge_story(
    links: Sequence[Found],
    judge: Judge,
    total: Counter[str],
    by_type: defaultdict[str, Counter[str]],
) -> None:
    """Add the counts of one story."""
    room = Differences()
    for link, found in links:
        clashes = {c.type for c in found if c.clash and room.verdict(judge, c)[0]}
        quoted = any(
            c.features and judge.probability("quotation", c.features) >= judge.bars["quotation"]
            for c in found
            if c.type == "quotation"
        )
        is_true, is_quote = bool(link.get("conflict")), bool(link.get("quote_differs"))
        if is_true and not link.get("conflict_agreed", True):
            continue
        value = bool(clashes & set(VALUES))
        total["links"] += 1
        total["true"] += is_true
        total["said"] += bool(clashes)
        total["right"] += bool(clashes) and is_true
        total["value said"] += value
        total["value right"] += value and is_true
        total["quote true"] += is_quote
        total["quote said"] += quoted
        total["quote right"] += quoted and is_quote
        for kind in clashes:
            by_type[kind]["said"] += 1
            by_type[kind]["right"] += is_true


def f_one(right: int, said: int, true: int) -> dict[str, float]:
    """Precision, recall and F1 with their counts."""
    return {
        "right": right,
        "said": said,
        "true": true,
        "precision": round(right / max(said, 1), 4),
        "recall": round(right / max(true, 1), 4),
        "f1": round(2 * right / max(said + true, 1), 4),
    }


def emergent(path: Path) -> dict[str, Any]:
    """Average precision of contradicting headlines among pairs of headlines on one claim."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    pipeline = Pipeline()
    scores, truth, claims = [], [], []
    for claim, group in by_claim(rows).items():
        texts = sorted({t for r in group for t in (r["text_a"], r["text_b"])})
        reports = [Report.from_sentences([t], outlet=str(n)) for n, t in enumerate(texts)]
        story, _ = pipeline.prepare(reports)
        place = {t: n for n, t in enumerate(texts)}
        builder = Builder(story)
        for row in group:
            scores.append(stance_apart(builder, place[row["text_a"]], place[row["text_b"]]))
            truth.append(row["label"] == "contradict")
            claims.append(claim)
    values = np.array(scores, np.float32)
    return {
        "pairs": len(rows),
        "claims": len(set(claims)),
        "share contradicting": round(float(np.mean(truth)), 4),
        "average precision": round(average_precision(values, truth), 4),
        "mean of claims": per_claim(values, truth, claims),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }


def by_claim(rows: Sequence[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    """Rows grouped by their claim, in the order of the file."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        found.setdefault(row["claim"], []).append(row)
    return found


def per_claim(values: Any, truth: Sequence[bool], claims: Sequence[str]) -> float:
    """Mean over claims that have both kinds of pairs of their average precision."""
    found = []
    for claim in dict.fromkeys(claims):
        mine = [n for n, c in enumerate(claims) if c == claim]
        labels = [truth[n] for n in mine]
        if any(labels) and not all(labels):
            found.append(average_precision(values[mine], labels))
    return round(float(np.mean(found)), 4)


def stance_apart(builder: Builder, i: int, j: int) -> float:
    """How likely one of two headlines holds for true what the other does not."""
    return apart(builder.oriented(i, j)[0])


def contrasts(path: Path) -> dict[str, Any]:
    """The committed verdicts on contrasts, and how many of them are still found."""
    kept = json.loads(CONTRASTS.read_text(encoding="utf-8"))["contrasts"]
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    pipeline = Pipeline()
    again: Counter[str] = Counter()
    for row in rows:
        wanted = [x for x in kept if x["story"] == row["story"]]
        if not wanted:
            continue
        reports = [
            Report.from_sentences(
                [s.replace("\\n", "").strip() for s in d["sentences"]],
                outlet=d["doc_id"],
                id=d["doc_id"],
            )
            for d in row["docs"]
        ]
        story, _ = pipeline.prepare(reports)
        builder = Builder(story)
        index = {(s.report, s.index): i for i, s in enumerate(story.statements)}
        for x in wanted:
            i, j = (index[x[side]["document"], x[side]["sentence"]] for side in "ab")
            for n, side in ((i, "a"), (j, "b")):
                told = hashlib.sha256(story.statements[n].text.encode()).hexdigest()
                if not told.startswith(x[side]["sha256"]):
                    raise ValueError(f"{path.name}: another text than that of the verdicts")
            spans = [
                story.span_of(n, x[side]["start"], x[side]["end"])
                for n, side in ((i, "a"), (j, "b"))
            ]
            found = any(
                d.type == "wording" and [d.a[0], d.b[0]] == spans
                for d in Differences().of_pair(builder, i, j)
            )
            again[x["verdict"]] += found
    total = Counter(x["verdict"] for x in kept)
    return {"verdicts": dict(total), "still found": dict(again)}


if __name__ == "__main__":
    main()
