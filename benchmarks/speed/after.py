"""Where the time of one comparison goes: encoding, parsing, and everything after them."""

from __future__ import annotations

import statistics
import time
from typing import Any

from benchmarks.speed.stories import gold_size
from storydiff.encoding import encode_distinct
from storydiff.pipeline import Pipeline
from storydiff.protocols import Story
from storydiff.reading.story import check_story


def measure(*, stories: int = 6) -> dict[str, Any]:
    """CPU seconds of each stage for a story of 3 reports of 25 statements, warm: medians."""
    pipeline = Pipeline()
    parts = [_stages(pipeline, reports) for reports in gold_size(stories + 1)][1:]
    middle = {name: statistics.median(part[name] for part in parts) for name in parts[0]}
    after = sum(middle[name] for name in ("finish", "match", "assemble"))
    return {
        "stories": stories,
        "seconds": middle,
        "share after encoding and parsing": after / sum(middle.values()),
    }


def _stages(pipeline: Pipeline, reports: Any) -> dict[str, float]:
    at = [time.process_time()]

    def lap() -> None:
        at.append(time.process_time())

    checked = check_story(reports)
    statements = [s for report in checked for s in pipeline.segmenter.segment(report)]
    annotated = pipeline.annotator.annotate(checked, statements)
    lap()
    encoded = encode_distinct(pipeline.encoder, [s.text for s in annotated.statements])
    lap()
    finished = pipeline.annotator.finish(annotated, encoded)
    story = Story(checked, finished, annotated.parses, encoded)
    lap()
    matched = pipeline.matcher.match(story)
    lap()
    pipeline.assemble(story, matched, notes=annotated.notes)
    lap()
    names = ("parse", "encode", "finish", "match", "assemble")
    return {name: at[k + 1] - at[k] for k, name in enumerate(names)}
