"""compare_many against a loop over compare with one warm pipeline, in turn, on the same threads.

All arms may use `storydiff.threads.threads()` threads: the loop and compare_many in
one process for each story, compare_many in several processes for as many stories.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks.speed.stories import gold_size
from storydiff.many import compare_many
from storydiff.pipeline import Pipeline
from storydiff.threads import VARIABLE, cores


def measure(*, stories: int = 100, runs: int = 3) -> dict[str, Any]:
    """Wall seconds of each arm, medians of runs in turn, and how many times as fast as the loop.

    Starting the processes and loading their models is part of what is timed.
    """
    os.environ[VARIABLE] = str(cores())
    pipeline = Pipeline()
    told = list(gold_size(stories))
    pipeline.compare(told[0])
    arms: dict[str, Callable[[], Any]] = {
        "loop": lambda: [pipeline.compare(reports) for reports in told],
        "one process": lambda: list(compare_many(told, pipeline=pipeline)),
        f"{cores()} processes": lambda: list(
            compare_many(told, pipeline=pipeline, workers=cores())
        ),
    }
    taken: dict[str, list[float]] = {name: [] for name in arms}
    for _ in range(runs):
        for name, work in arms.items():
            taken[name].append(_timed(work))
    seconds = {name: statistics.median(found) for name, found in taken.items()}
    return {
        "stories": stories,
        "runs": runs,
        "threads": cores(),
        "seconds": seconds,
        "times as fast": {name: seconds["loop"] / found for name, found in seconds.items()},
    }


def _timed(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
