"""Statements to vectors: backends behind one protocol.

`load_encoder` gives the encoder for a model's name or folder. A backend gives
token vectors with character offsets and pooled vectors, and each vector depends
on its own text alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from storydiff.encoding.reference import SentenceTransformerEncoder
from storydiff.encoding.weights import DEFAULT_MODEL
from storydiff.errors import VectorError, unexpected
from storydiff.protocols import Encoded, Encoder

__all__ = [
    "DEFAULT_MODEL",
    "SentenceTransformerEncoder",
    "check_encoded",
    "encode_distinct",
    "load_encoder",
    "take",
]


def load_encoder(model: str | None = None) -> Encoder:
    """The encoder of a model: a folder, a name on a model hub, or by default ours.

    Ours is all-MiniLM-L6-v2 with the shipped adapter; its own name asks for the
    model as it was published.
    """
    return SentenceTransformerEncoder(model=model or DEFAULT_MODEL, adapted=model is None)


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
