"""How cost grows with the statements of one event.

Three curves: blockwise search alone and late interaction over candidates, both over
made-up vectors; and everything after encoding and parsing, over chapters of our own
stories. The last compares all pairs, so it is measured as far as that is sensible.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from benchmarks.speed import candidates
from benchmarks.speed.search import DIMENSION, K, peak_of
from benchmarks.speed.stories import chronicle
from storydiff.pipeline import Pipeline
from storydiff.search import nearest

SEARCHED = (1_000, 5_000, 20_000, 50_000)
"""Vectors of the curve of the search."""
COMPARED = ((10, 25), (20, 25), (40, 25))
"""Reports and statements a report of the curve of whole comparisons."""


def measure() -> dict[str, Any]:
    """The curves, in CPU seconds."""
    return {
        "search": [_search(n) for n in SEARCHED],
        "candidates": candidates.measure(),
        "compare": _compare(),
    }


def _search(rows: int) -> dict[str, float]:
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((rows, DIMENSION), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    half = vectors.astype(np.float16)
    del vectors
    start = time.process_time()
    nearest(half, k=K)
    return {"rows": rows, "cpu": time.process_time() - start}


def _compare() -> list[dict[str, float]]:
    pipeline = Pipeline()
    out = []
    for reports, statements in COMPARED:
        story, notes = pipeline.prepare(chronicle(reports, statements))
        start = time.process_time()
        matched = pipeline.matcher.match(story)
        aligned = time.process_time() - start
        _, cpu, megabytes = peak_of(
            lambda s=story, m=matched, n=notes: pipeline.assemble(s, m, notes=n)  # type: ignore[misc]
        )
        out.append(
            {
                "reports": reports,
                "statements": len(story.statements),
                "links": len(matched.links),
                "match cpu": aligned,
                "assemble cpu": cpu,
                "assemble megabytes": megabytes,
            }
        )
    return out
