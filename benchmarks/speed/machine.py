"""What the figures were measured on: cores, libraries, and the speed of a matrix product."""

from __future__ import annotations

import os
import platform
import time
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

LIBRARIES = (
    "numpy", "torch", "sentence-transformers", "spacy", "onnxruntime", "tokenizers", "faiss-cpu",
)  # fmt: skip


def machine() -> dict[str, Any]:
    """Cores, threads asked for, GFLOP/s of a float32 product in NumPy, and versions."""
    return {
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "threads": os.environ.get("OMP_NUM_THREADS", "as many as there are"),
        "python": platform.python_version(),
        "gflops": round(_gflops(), 1),
        "versions": {name: found for name in LIBRARIES if (found := _version(name))},
    }


def _gflops(*, side: int = 1024, runs: int = 10) -> float:
    table = np.random.default_rng(0).standard_normal((side, side), dtype=np.float32)
    taken = []
    for _ in range(runs):
        start = time.process_time()
        _ = table @ table
        taken.append(time.process_time() - start)
    return 2 * side**3 / min(taken) / 1e9


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
