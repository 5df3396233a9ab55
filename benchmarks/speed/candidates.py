"""Statements of one event by the ten thousand: search, then tokens of candidates alone.

Vectors are made up, float16, of the size and number that news has: 25 word pieces a
statement, 384 numbers each, reports of 40 statements on 200 topics. Each size runs in
a process of its own, whose whole memory counts: vectors, words, results and Python.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.speed.search import DIMENSION, K

SIZES = (1_000, 5_000, 20_000, 50_000)
PIECES, REPORT, TOPICS, WORDS = 25, 40, 200, 20_000
"""Word pieces of a statement, statements of a report, topics, and words to choose from."""


def measure() -> list[dict[str, float]]:
    """By number of statements: pairs compared, CPU seconds of both stages, peak megabytes."""
    return [_apart(n) for n in SIZES]


def _apart(statements: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.speed.candidates", str(statements)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    parsed: dict[str, float] = json.loads(found.stdout.splitlines()[-1])
    return parsed


def _made_up(statements: int) -> tuple[Any, list[str]]:
    """Vectors around the centres of topics, and texts of as many words as word pieces."""
    from storydiff.protocols import Encoded

    rng = np.random.default_rng(0)
    centres = rng.standard_normal((TOPICS, DIMENSION)).astype(np.float32)
    topics = rng.integers(0, TOPICS, statements)
    tokens = np.empty((statements * PIECES, DIMENSION), np.float16)
    pooled = np.empty((statements, DIMENSION), np.float32)
    texts = []
    for i, topic in enumerate(topics.tolist()):
        own = centres[topic] + 1.5 * rng.standard_normal((PIECES, DIMENSION)).astype(np.float32)
        own /= np.linalg.norm(own, axis=1, keepdims=True)
        tokens[i * PIECES : (i + 1) * PIECES] = own
        middle = own.mean(axis=0)
        pooled[i] = middle / np.linalg.norm(middle)
        words = rng.zipf(1.3, PIECES) % WORDS
        texts.append(" ".join(f"{word:05d}" for word in words.tolist()))
    starts = np.tile(np.arange(PIECES, dtype=np.int32) * 6, statements)
    offsets = np.arange(0, len(tokens) + 1, PIECES, dtype=np.int32)
    return Encoded(pooled, tokens, starts, starts + 5, offsets), texts


def _peak() -> float:
    """The most megabytes that this process has had in memory."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def main() -> None:
    """Measure one size and print it as JSON."""
    from storydiff.interaction import pair_coverages
    from storydiff.search import nearest, pairs_of
    from storydiff.similarity import on_grid

    statements = int(sys.argv[1])
    encoded, texts = _made_up(statements)
    reports = (np.arange(statements) // REPORT).astype(np.int32)
    start = time.process_time()
    first, second = pairs_of(nearest(on_grid(encoded.pooled), k=K, groups=reports)[0])
    searched = time.process_time()
    pair_coverages(encoded, texts, first, second, power=1.5)
    found = {
        "statements": statements,
        "pairs": len(first),
        "search cpu": searched - start,
        "tokens cpu": time.process_time() - searched,
        "peak megabytes": _peak(),
    }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
