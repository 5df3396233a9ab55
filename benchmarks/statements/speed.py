"""Words a second through segmentation and annotation, without encoding, warm."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from storydiff.annotation import NewsAnnotator
from storydiff.evaluation.gold import read_gold
from storydiff.reading.story import check_story
from storydiff.segmentation import Sentences


def evaluate(folder: Path, *, runs: int = 3) -> dict[str, Any]:
    """The best of some runs over the stories of a folder."""
    gold = read_gold(folder)
    stories = [check_story(story.reports) for story in gold.stories]
    words = sum(len(report.text.split()) for reports in stories for report in reports)
    annotator = NewsAnnotator()
    taken = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        for reports in stories:
            statements = [s for report in reports for s in Sentences().segment(report)]
            annotator.annotate(reports, statements)
        taken.append(time.perf_counter() - start)
    best = min(taken[1:])
    return {"set": gold.name, "words": words, "seconds": best, "words_per_second": words / best}
