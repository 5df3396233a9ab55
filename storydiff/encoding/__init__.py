"""Statements to vectors: backends behind one protocol.

`load_encoder` gives the encoder for a model's name or folder. A backend gives
token vectors with character offsets and pooled vectors, and each vector depends
on its own text alone.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Literal

import numpy as np

from storydiff.cache import Cache, default_cache
from storydiff.encoding.cached import CachedEncoder
from storydiff.encoding.graph import Precision
from storydiff.encoding.light import LightEncoder, missing
from storydiff.encoding.reference import SentenceTransformerEncoder, shipped_for
from storydiff.encoding.weights import DEFAULT_MODEL
from storydiff.errors import OptionError, StorydiffWarning, VectorError, unexpected
from storydiff.protocols import Encoded, Encoder, vectors_of

__all__ = [
    "BACKENDS",
    "DEFAULT_MODEL",
    "Backend",
    "CachedEncoder",
    "LightEncoder",
    "SentenceTransformerEncoder",
    "check_encoded",
    "encode_distinct",
    "load_encoder",
    "take",
    "vectors_of",
]

Backend = Literal["auto", "light", "sentence-transformers"]
BACKENDS: tuple[Backend, ...] = ("auto", "light", "sentence-transformers")


def load_encoder(
    model: str | None = None,
    *,
    backend: Backend = "auto",
    precision: Precision = "int8",
    cache: Cache | bool = True,
) -> Encoder:
    """The encoder of a model: a folder, a name on a model hub, or by default ours.

    Args:
        model: ours, by default, is all-MiniLM-L6-v2 with the shipped adapter; its
            own name asks for the model as it was published. A folder with weights
            that an adapter comes with the package for (all-mpnet-base-v2, design
            note 0127) gets that adapter.
        backend: "sentence-transformers" runs any model with torch. "light" runs
            the default model, with or without the adapter, with ONNX Runtime.
            "auto" is light for our model where its packages are installed, and
            sentence-transformers for all else; the ``repr`` says which it is.
        precision: "int8" or "fp32", of the light backend.
        cache: where the light backend keeps the graph it builds on first use; True
            is `storydiff.cache.default_cache`, False builds it in memory.

    Nothing is loaded before the first text is encoded. A `StorydiffWarning` says
    so where "auto" falls back. Raises `OptionError` for a backend that there is
    not or that cannot run the model.
    """
    if backend not in BACKENDS:
        raise OptionError(unexpected("backend", got=backend, wanted=", ".join(BACKENDS)))
    ours = model is None or model == DEFAULT_MODEL
    if backend == "light" and not ours:
        wanted = f"the default model, {DEFAULT_MODEL}; backend='sentence-transformers' runs any"
        raise OptionError(unexpected("model of the light backend", got=model, wanted=wanted))
    if backend == "auto" and model is None and (lacking := missing()):
        warnings.warn(
            f"the light encoder needs {', '.join(lacking)}, so sentence-transformers is used, "
            f"which starts and runs slower: pip install {' '.join(lacking)}",
            StorydiffWarning,
            stacklevel=2,
        )
        backend = "sentence-transformers"
    if backend == "light" or (backend == "auto" and model is None):
        kept = default_cache() if cache is True else cache or None
        return LightEncoder(precision=precision, adapted=model is None, cache=kept)
    adapted = model is None or (not ours and shipped_for(model) is not None)
    return SentenceTransformerEncoder(model=model or DEFAULT_MODEL, adapted=adapted)


def check_encoded(encoded: Encoded, *, texts: int) -> Encoded:
    """The vectors, once they are what the protocol promises.

    Raises `VectorError` if a foreign encoder gave another number of texts,
    offsets that do not fit, or vectors that are not finite.
    """
    if len(encoded.pooled) != texts or len(encoded.offsets) != texts + 1:
        raise VectorError(
            unexpected("encoder: vectors", got=len(encoded.pooled), wanted=f"{texts}, one a text")
        )
    rows = len(encoded.tokens)
    fits = encoded.offsets[-1] == rows == len(encoded.starts) == len(encoded.ends)
    if not fits or (np.diff(encoded.offsets) < 0).any():
        raise VectorError(
            unexpected("encoder: token offsets", got=int(encoded.offsets[-1]), wanted=f"{rows}")
        )
    if not (np.isfinite(encoded.tokens).all() and np.isfinite(encoded.pooled).all()):
        raise VectorError(
            unexpected("encoder: vectors", got="NaN or infinity", wanted="finite numbers")
        )
    return encoded


def encode_distinct(encoder: Encoder, texts: Sequence[str]) -> Encoded:
    """Vectors of texts, each distinct text encoded once, all in one call.

    Raises `VectorError` if the vectors cannot be compared.
    """
    place: dict[str, int] = {}
    order = [place.setdefault(text, len(place)) for text in texts]
    return take(check_encoded(encoder.encode(list(place)), texts=len(place)), order)


def take(encoded: Encoded, order: Sequence[int]) -> Encoded:
    """The vectors of some texts, in the order asked for, repeats allowed."""
    rows = [np.arange(encoded.offsets[i], encoded.offsets[i + 1]) for i in order]
    chosen = np.concatenate(rows) if rows else np.zeros(0, np.intp)
    counts = [len(r) for r in rows]
    return Encoded(
        pooled=encoded.pooled[list(order)],
        tokens=encoded.tokens[chosen],
        starts=encoded.starts[chosen],
        ends=encoded.ends[chosen],
        offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
    )
