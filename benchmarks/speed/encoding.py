"""Sentences encoded in a second: the default backend beside others, and beside its own products.

    python -m benchmarks.speed.encoding

One thread, one process for all, runs of the backends taking turns, medians. The
sentences are those of the stories in the repository. SentenceTransformer.encode
runs the model as it was published, which costs the same as with the adapter.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

RUNS = 5
SENTENCES = 320
PRODUCTS = 200


def measure() -> dict[str, Any]:
    """Sentences a second by backend, ratios to SentenceTransformer.encode, share of GEMM."""
    os.environ["STORYDIFF_THREADS"] = "1"
    import torch
    from sentence_transformers import SentenceTransformer

    from storydiff.cache import default_cache
    from storydiff.encoding import LightEncoder, load_encoder
    from storydiff.encoding.weights import default_folder

    torch.set_num_threads(1)
    texts = sentences()
    plain = SentenceTransformer(str(default_folder()), device="cpu")
    half = SentenceTransformer(str(default_folder()), device="cpu").bfloat16()
    default = load_encoder()
    exact = LightEncoder(precision="fp32", cache=default_cache())
    ways: dict[str, Callable[[], object]] = {
        "sentence-transformers fp32": lambda: plain.encode(texts),
        "sentence-transformers bf16": lambda: half.encode(texts, convert_to_tensor=True),
        "default": lambda: default.encode(texts),
        "light fp32": lambda: exact.encode(texts),
    }
    pieces = np.diff(default.encode(texts).offsets) + 2
    spent = operations(pieces)
    work, amount = products(rows=int(np.median(pieces)) * 8)
    seconds = interleaved({**ways, "product": work}, runs=RUNS)
    peak = amount / seconds.pop("product")
    base = seconds["sentence-transformers fp32"]
    return {
        "default": repr(default),
        "sentences": len(texts),
        "word_pieces": round(float(pieces.mean()), 1),
        "sentences_per_second": {name: round(len(texts) / s, 1) for name, s in seconds.items()},
        "ratio": {name: round(base / s, 2) for name, s in seconds.items()},
        "light_fp32_gflops": round(spent / seconds["light fp32"] / 1e9, 1),
        "gemm_gflops": round(peak / 1e9, 1),
        "share_of_gemm": round(spent / seconds["light fp32"] / peak, 3),
    }


def sentences() -> list[str]:
    """Sentences of the stories in the repository, each once."""
    found: dict[str, None] = {}
    for path in sorted(Path(str(files("storydiff") / "data" / "stories")).glob("*.json")):
        for report in json.loads(path.read_text(encoding="utf-8"))["reports"]:
            found |= dict.fromkeys(s for s in report["sentences"] if s.strip())
    return list(found)[:SENTENCES]


def interleaved(ways: dict[str, Callable[[], object]], *, runs: int) -> dict[str, float]:
    """Median seconds of each way, after one run that does not count, taking turns."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for run in range(runs + 1):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            if run:
                taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(times) for name, times in taken.items()}


def operations(lengths: np.ndarray[Any, np.dtype[np.int32]]) -> float:
    """Multiplications and additions in the products of matrices, for texts of these lengths."""
    dense = 6 * 2 * (4 * 384 * 384 + 2 * 384 * 1536)
    attention = 6 * 2 * 2 * 384
    return float((lengths * dense + lengths.astype(np.int64) ** 2 * attention).sum())


def products(*, rows: int) -> tuple[Callable[[], object], float]:
    """ONNX Runtime's own product of float32 matrices, many times, and its operations."""
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    weights = numpy_helper.from_array(np.ones((384, 1536), np.float32), "weights")
    given = helper.make_tensor_value_info("rows", TensorProto.FLOAT, ["n", 384])
    got = helper.make_tensor_value_info("product", TensorProto.FLOAT, ["n", 1536])
    node = helper.make_node("MatMul", ["rows", "weights"], ["product"])
    made = helper.make_graph([node], "product", [given], [got], [weights])
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    matrix = np.ones((rows, 384), np.float32)

    def work() -> None:
        for _ in range(PRODUCTS):
            session.run(["product"], {"rows": matrix})

    return work, PRODUCTS * 2.0 * rows * 384 * 1536


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(), indent=1) + "\n")
