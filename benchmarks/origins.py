"""How well copies of one text are found among independent reports.

    python -m benchmarks.origins [--json FILE]

Copies are planted by `benchmarks.copies`, which shares nothing with the finder.
Precision and recall are over pairs of reports.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from benchmarks.copies import Case, generate, large, read_stories
from storydiff.annotation import NewsAnnotator
from storydiff.datatypes import Report
from storydiff.evaluation.metrics import Count
from storydiff.origins import Origins
from storydiff.segmentation import Sentences


def found(case: Case) -> set[frozenset[str]]:
    """Pairs of reports that the finder holds for one text."""
    reports = [
        Report.from_sentences(c.sentences, outlet=c.outlet, published=c.date).model_copy(
            update={"id": c.id}
        )
        for c in case.reports
    ]
    statements = [s for report in reports for s in Sentences().segment(report)]
    annotated = NewsAnnotator().annotate(reports, statements)
    origins = Origins().find(reports, annotated.statements)
    return {frozenset(pair) for o in origins if o.whole for pair in combinations(o.reports, 2)}


def measure() -> dict[str, Any]:
    """Precision and recall over all pairs, and by the manner of the copy."""
    stories = read_stories()
    total, missed = Count(), Counter[str]()
    for case in generate(stories):
        said, truth = found(case), {frozenset(pair) for pair in case.same()}
        total += Count(len(said & truth), len(said - truth), len(truth - said))
        manner = {r.id: r.manner for r in case.reports}
        missed.update("/".join(sorted(manner[i] for i in pair)) for pair in truth - said)
    crowd = large(stories)
    begun = time.perf_counter()
    said, truth = found(crowd), {frozenset(pair) for pair in crowd.same()}
    seconds = time.perf_counter() - begun
    many = Count(len(said & truth), len(said - truth), len(truth - said))
    return {
        "name": "copies planted in our own stories",
        "precision": round(total.precision, 4),
        "recall": round(total.recall, 4),
        "pairs": total.right + total.missed,
        "missed": dict(missed),
        "large": {
            "reports": len(crowd.reports),
            "precision": round(many.precision, 4),
            "recall": round(many.recall, 4),
            "seconds": round(seconds, 1),
        },
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures, and keep them where asked to."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    options = parser.parse_args(arguments)
    figures = measure()
    text = json.dumps(figures, indent=1)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
