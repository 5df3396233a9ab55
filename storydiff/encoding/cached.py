"""An encoder that keeps its vectors on disk, text by text."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from storydiff.cache import Cache
from storydiff.protocols import Encoded, Encoder, vectors_of

KIND = "vectors"
FORMAT = "1"
"""Changes with every change of how vectors are computed or written here."""

_HEAD = struct.Struct("<II")


@dataclass(frozen=True)
class CachedEncoder:
    """An encoder whose vectors are kept by text; they have the same bits as if computed anew.

    Attributes:
        encoder: computes what is not kept yet, in one call. It must have a
            ``cache_key`` that says everything its vectors depend on beside the
            text; where that is None or missing nothing is kept.
        cache: where vectors are kept.
    """

    encoder: Encoder
    cache: Cache

    def __repr__(self) -> str:
        return repr(self.encoder)

    @property
    def vectors(self) -> str:
        """What the vectors are: see `storydiff.protocols.vectors_of`."""
        return vectors_of(self.encoder)

    @property
    def cache_key(self) -> str | None:
        """What equal texts have equal bits under, as the encoder says."""
        found = getattr(self.encoder, "cache_key", None)
        return None if found is None else str(found)

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Vectors of the texts, in their order."""
        if self.cache_key is None:
            return self.encoder.encode(texts)
        keys = {text: f"{FORMAT} {self.cache_key}\n{text}" for text in texts}
        kept = {text: _read(self.cache.get(KIND, key)) for text, key in keys.items()}
        found = {text: encoded for text, encoded in kept.items() if encoded is not None}
        new = [text for text in keys if text not in found]
        if new or not found:
            computed = self.encoder.encode(new)
            found |= {text: _one(computed, i) for i, text in enumerate(new)}
            self.cache.put(KIND, {keys[text]: _written(found[text]) for text in new})
            if not found:
                return computed
        return _joined([found[text] for text in texts])


def _one(encoded: Encoded, i: int) -> Encoded:
    """The vectors of text ``i`` alone."""
    rows = encoded.rows(i)
    return Encoded(
        pooled=encoded.pooled[i : i + 1],
        tokens=encoded.tokens[rows],
        starts=encoded.starts[rows],
        ends=encoded.ends[rows],
        offsets=np.array([0, rows.stop - rows.start], np.int32),
    )


def _joined(parts: Sequence[Encoded]) -> Encoded:
    counts = [len(part.tokens) for part in parts]
    return Encoded(
        pooled=np.concatenate([part.pooled for part in parts]),
        tokens=np.concatenate([part.tokens for part in parts]),
        starts=np.concatenate([part.starts for part in parts]),
        ends=np.concatenate([part.ends for part in parts]),
        offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
    )


def _written(encoded: Encoded) -> bytes:
    """Number of tokens and dimension, starts and ends, pooled and tokens, all little-endian."""
    whole = (encoded.starts, encoded.ends)
    real = (encoded.pooled, encoded.tokens)
    return b"".join(
        [
            _HEAD.pack(*encoded.tokens.shape),
            *(values.astype("<i4").tobytes() for values in whole),
            *(values.astype("<f4").tobytes() for values in real),
        ]
    )


def _read(data: bytes | None) -> Encoded | None:
    if data is None:
        return None
    n, d = _HEAD.unpack_from(data)
    whole = np.frombuffer(data, "<i4", 2 * n, _HEAD.size).astype(np.int32)
    real = np.frombuffer(data, "<f4", (n + 1) * d, _HEAD.size + whole.nbytes).astype(np.float32)
    return Encoded(
        pooled=real[:d].reshape(1, d),
        tokens=real[d:].reshape(n, d),
        starts=whole[:n],
        ends=whole[n:],
        offsets=np.array([0, n], np.int32),
    )
