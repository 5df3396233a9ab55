"""The light encoder: the default model by ONNX Runtime, without torch.

Its layers are computed from the same verified weights as the reference's (see
`storydiff.encoding.graph`), with the same tokenizer, windows and pooling, in
about a quarter of the time to start and to run (note 0080). The graph is built
on first use and kept in the cache; where there is none it is built in memory.
"""

from __future__ import annotations

import hashlib
import os
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import util
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from storydiff.cache import Cache
from storydiff.encoding import graph
from storydiff.encoding.adapter import ADAPTER_SHA256, merge, shipped_adapter
from storydiff.encoding.assembly import (
    Frame,
    Tokenized,
    assemble,
    unit,
    without_surrogates,
)
from storydiff.encoding.graph import GRAPH_VERSION, Precision
from storydiff.encoding.weights import DEFAULT_MODEL, WEIGHTS_SHA256, default_folder
from storydiff.errors import MissingDependencyError, ModelError, OptionError, unexpected
from storydiff.protocols import Encoded, Floats
from storydiff.threads import threads

NEEDED = ("onnxruntime", "onnx", "tokenizers")
"""The packages that this encoder needs beside the weights."""

LIMIT = 256
"""Tokens that the model reads at a time: what sentence-transformers lets it read."""

_LOADING = threading.Lock()
_MODELS = "models"


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The default model in memory."""

    session: Any
    tokenizer: Any
    words: Floats
    places: Floats
    frame: Frame


@dataclass(frozen=True)
class LightEncoder:
    """Token and pooled vectors of the default model, by ONNX Runtime.

    Attributes:
        precision: "int8" or "fp32". int8 is twice as fast; its token vectors
            have a mean cosine of .997 to those of fp32.
        budget: tokens in one forward pass, at least one text; changes speed and
            memory, never a vector.
        overlap: tokens that two windows of a long text share.
        adapted: whether the shipped adapter is added to the weights.
        cache: where the built graph is kept; None builds it in memory.
    """

    precision: Precision = "int8"
    budget: int = 1024
    overlap: int = 64
    adapted: bool = True
    cache: Cache | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.precision not in ("int8", "fp32"):
            raise OptionError(unexpected("precision", got=self.precision, wanted="int8 or fp32"))

    def __repr__(self) -> str:
        return f"LightEncoder(model={self.name!r}, precision={self.precision!r})"

    @property
    def name(self) -> str:
        """The model by name and hash, and the adapter by its hash."""
        name = f"{DEFAULT_MODEL}@{WEIGHTS_SHA256[:12]}"
        return f"{name}+{ADAPTER_SHA256[:12]}" if self.adapted else name

    @property
    def vectors(self) -> str:
        """What the vectors are, whatever computes them: see `storydiff.protocols.vectors_of`."""
        return self.name

    @property
    def cache_key(self) -> str:
        """What equal texts have equal bits under."""
        runtime = f"onnxruntime {version('onnxruntime')} tokenizers {version('tokenizers')}"
        return f"{self!r} graph {GRAPH_VERSION} {runtime} overlap {self.overlap}"

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Vectors of the texts, in their order; an empty text has a zero vector and no tokens.

        Raises `MissingDependencyError` where ONNX Runtime is not installed and
        `ModelError` if the model is missing or altered.
        """
        loaded = self._load()

        def forward(ids: Sequence[Sequence[int]]) -> tuple[Floats, Floats]:
            rows = np.array(ids, np.int64)
            embedded = loaded.words[rows] + loaded.places[: rows.shape[1]]
            tokens: Floats = loaded.session.run(["tokens"], {"embedded": embedded})[0]
            return tokens, unit(tokens.mean(axis=1))

        return assemble(
            [_tokenize(loaded.tokenizer, text) for text in texts],
            loaded.frame,
            forward,
            dimension=loaded.words.shape[1],
            budget=self.budget,
            overlap=self.overlap,
        )

    def _load(self) -> _Loaded:
        """The model, loaded by the first thread that asks."""
        with _LOADING:
            return _load(self.precision, self.adapted, threads(), self.cache)


def missing() -> tuple[str, ...]:
    """The packages that the light encoder needs and that are not installed."""
    return tuple(name for name in NEEDED if util.find_spec(name) is None)


@lru_cache(maxsize=4)
def _load(precision: Precision, adapted: bool, number: int, cache: Cache | None) -> _Loaded:
    if lacking := missing():
        raise MissingDependencyError(
            f"the light encoder needs {', '.join(lacking)}: pip install {' '.join(lacking)}, "
            "or choose backend='sentence-transformers'"
        )
    from tokenizers import Tokenizer

    folder = default_folder()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    state = _tensors(folder, only="embeddings.")
    words, places = graph.embeddings(state)
    session = _session(_graph(folder, precision, adapted, cache), number)
    ids = tokenizer.encode("a").ids
    return _Loaded(session, tokenizer, words, places, Frame((ids[0],), (ids[-1],), LIMIT))


def _graph(folder: Path, precision: Precision, adapted: bool, cache: Cache | None) -> bytes:
    """The graph, from the cache or built and put there."""
    bits = weight_bits(cache) if precision == "int8" else 8
    adapter = ADAPTER_SHA256 if adapted else "none"
    key = f"{WEIGHTS_SHA256} {adapter} {precision} {bits}"

    def built() -> bytes:
        state = _tensors(folder)
        if adapted:
            state = merge(state, shipped_adapter())
        return graph.build(state, precision=precision, bits=bits)

    return _kept(key, built, cache)


def _kept(key: str, build: Callable[[], bytes], cache: Cache | None) -> bytes:
    """A graph from the cache, or built and put there."""
    key = f"{key} {GRAPH_VERSION} {version('onnxruntime')}"
    kept = cache.get(_MODELS, key) if cache else None
    if kept is not None:
        return kept
    built = build()
    if cache:
        # Graphs are few and larger than the share of a shelf: the limit is not for them.
        replace(cache, limit=sys.maxsize).put(_MODELS, {key: built})
    return built


def _tensors(folder: Path, *, only: str = "") -> dict[str, Floats]:
    from safetensors import safe_open

    with safe_open(str(folder / "model.safetensors"), framework="np") as file:
        names = [name for name in file.keys() if name.startswith(only)]  # noqa: SIM118
        return {n: file.get_tensor(n) for n in names if not n.endswith("position_ids")}


def _runtime() -> Any:
    """ONNX Runtime, told not to report its use.

    Recent builds for Linux note their session in the folder of temporary
    files and send events to their maker unless this is set before they are loaded.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    return onnxruntime


def _session(data: bytes, number: int) -> Any:
    """A session that uses that many threads and leaves the cores alone while it waits."""
    onnxruntime = _runtime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = number
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        digest = hashlib.sha256(data).hexdigest()[:12]
        raise ModelError(
            unexpected(
                f"light encoder, graph {digest}",
                got=f"{type(error).__name__}: {error}",
                wanted=f"a graph that onnxruntime {onnxruntime.__version__} can run; "
                "backend='sentence-transformers' does without",
            )
        ) from error


def weight_bits(cache: Cache | None = None) -> int:
    """Bits of an int8 weight that this machine can multiply without loss: 8 or 7.

    Processors without the instructions for dot products of bytes (VNNI and the
    like) add two products of bytes in 16 bits, and cut off what does not fit.
    With weights of 7 bits everything fits.
    """
    session = _session(_kept("probe", graph.build_probe, cache), 1)
    rows, weights = np.full((32, 64), 255, np.uint8), np.full((64, 32), 127, np.int8)
    sums = session.run(["sums"], {"rows": rows, "weights": weights})[0]
    return 8 if (sums == 64 * 255 * 127).all() else 7


def _tokenize(tokenizer: Any, text: str) -> Tokenized:
    """Ids and character spans of a text's tokens, without special tokens, nothing cut off."""
    found = tokenizer.encode(without_surrogates(text), add_special_tokens=False)
    return found.ids, found.offsets
