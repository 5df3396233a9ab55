"""Blockwise search against faiss-cpu and sentence-transformers: time, and memory above the input.

Each runs in a process of its own, in turn, single-threaded. Memory is the peak of
the resident set less what it was with the vectors and the library loaded.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

ROWS, DIMENSION, K = 50_000, 384, 32
RIVALS = {"faiss-cpu": "faiss", "sentence-transformers": "sentence_transformers"}


def measure(*, rows: int = ROWS, runs: int = 3) -> dict[str, Any]:
    """Seconds and megabytes of each, medians, and the ratios to the best of the others."""
    names = ["storydiff", *(name for name, module in RIVALS.items() if find_spec(module))]
    found: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for _ in range(runs):
        for name in names:
            found[name].append(_apart(name, rows))
    out: dict[str, Any] = {"rows": rows, "dimension": DIMENSION, "k": K, "runs": runs}
    for name, parts in found.items():
        out[name] = {key: statistics.median(part[key] for part in parts) for key in parts[0]}
    rivals = [out[name] for name in names[1:]]
    if rivals:
        out["time to the faster rival"] = out["storydiff"]["seconds"] / min(
            x["seconds"] for x in rivals
        )
        out["memory to the leaner rival"] = out["storydiff"]["megabytes"] / min(
            x["megabytes"] for x in rivals
        )
    return out


def _apart(name: str, rows: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.speed.search", name, str(rows)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    parsed: dict[str, float] = json.loads(found.stdout.splitlines()[-1])
    return parsed


def _ours(vectors: np.ndarray) -> Callable[[], Any]:
    from storydiff.search import nearest

    return lambda: nearest(vectors, k=K)


def _faiss(vectors: np.ndarray) -> Callable[[], Any]:
    import faiss

    faiss.omp_set_num_threads(1)

    def search() -> Any:
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return index.search(vectors, K + 1)

    return search


def _mining(vectors: np.ndarray) -> Callable[[], Any]:
    import torch
    from sentence_transformers.util import paraphrase_mining_embeddings

    torch.set_num_threads(1)
    tensor = torch.from_numpy(vectors)
    return lambda: paraphrase_mining_embeddings(tensor, top_k=K, max_pairs=K * len(vectors))


SEARCHES = {"storydiff": _ours, "faiss-cpu": _faiss, "sentence-transformers": _mining}


def resident() -> float:
    """Megabytes of this process in memory now."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def peak_of(work: Callable[[], Any]) -> tuple[float, float, float]:
    """Seconds, CPU seconds, and megabytes above what was resident before, of some work."""
    before, peak, done = resident(), [0.0], threading.Event()

    def watch() -> None:
        while not done.wait(0.005):
            peak[0] = max(peak[0], resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    start, cpu = time.perf_counter(), time.process_time()
    kept = work()
    taken, used = time.perf_counter() - start, time.process_time() - cpu
    peak[0] = max(peak[0], resident())
    done.set()
    watcher.join()
    del kept
    return taken, used, peak[0] - before


def main() -> None:
    """Measure one search and print it as JSON."""
    name, rows = sys.argv[1], int(sys.argv[2])
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((rows, DIMENSION), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    work = SEARCHES[name](vectors)
    SEARCHES[name](vectors[:100])()
    seconds, cpu, megabytes = peak_of(work)
    sys.stdout.write(json.dumps({"seconds": seconds, "cpu": cpu, "megabytes": megabytes}) + "\n")


if __name__ == "__main__":
    main()
