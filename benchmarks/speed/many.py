"""compare_many against a loop over compare with one warm pipeline, in turn, same threads."""

from __future__ import annotations

import statistics
import time
from typing import Any

from benchmarks.speed.stories import gold_size
from storydiff.many import compare_many
from storydiff.pipeline import Pipeline


def measure(*, stories: int = 100, runs: int = 1) -> dict[str, Any]:
    """CPU seconds and wall seconds of both, and their ratios (a loop's over compare_many's)."""
    pipeline = Pipeline()
    told = list(gold_size(stories))
    pipeline.compare(told[0])
    loop, many = [], []
    for _ in range(runs):
        loop.append(_timed(lambda: [pipeline.compare(reports) for reports in told]))
        many.append(_timed(lambda: list(compare_many(told, pipeline=pipeline))))
    medians = [[statistics.median(x[k] for x in runs_) for k in (0, 1)] for runs_ in (loop, many)]
    return {
        "stories": stories,
        "runs": runs,
        "loop": {"cpu": medians[0][0], "seconds": medians[0][1]},
        "compare_many": {"cpu": medians[1][0], "seconds": medians[1][1]},
        "times as fast": medians[0][0] / medians[1][0],
    }


def _timed(work: Any) -> tuple[float, float]:
    cpu, start = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - start
