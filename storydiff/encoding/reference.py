"""The reference encoder: any sentence-transformers model, token by token.

Token vectors are those of the last layer, which see their whole sentence:
encode the sentence once, compare its parts (Khattab and Zaharia, ColBERT,
SIGIR 2020, do so for passages).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from storydiff.encoding.adapter import default_adapter, merge_into, shipped_adapter
from storydiff.encoding.batches import equal_length_batches
from storydiff.encoding.weights import DEFAULT_MODEL, default_folder, sha256_of
from storydiff.encoding.windows import Window, windows_over
from storydiff.errors import ModelError, unexpected
from storydiff.protocols import Encoded, Floats

_LOADING = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Piece:
    """One window of one text, ready to be read: ids with special tokens around them."""

    text: int
    window: Window
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A model in memory, the special tokens it frames a text with, and how much it reads."""

    model: Any
    before: tuple[int, ...]
    after: tuple[int, ...]

    @property
    def size(self) -> int:
        """Tokens of a text that fit into one window."""
        limit = int(self.model.max_seq_length or 512)
        return max(8, limit - len(self.before) - len(self.after))

    def piece(self, text: int, ids: Sequence[int], window: Window) -> _Piece:
        """One window of a text between its special tokens."""
        return _Piece(text, window, (*self.before, *ids[window.start : window.end], *self.after))


@dataclass(frozen=True)
class SentenceTransformerEncoder:
    """Token and pooled vectors of any sentence-transformers model.

    Attributes:
        model: the default model's name, a folder, or the name of a model on a
            hub; only the last is ever downloaded, and only by that library.
        budget: tokens in one forward pass, at least one text; changes speed and
            memory, never a vector.
        overlap: tokens that two windows of a long text share.
        adapted: whether the shipped adapter, which was made for the default
            model, is added to its weights.
    """

    model: str = DEFAULT_MODEL
    budget: int = 4096
    overlap: int = 64
    adapted: bool = False

    def __repr__(self) -> str:
        return f"SentenceTransformerEncoder(model={self.name!r})"

    @property
    def name(self) -> str:
        """The model by name and hash, and the adapter by its hash."""
        name = model_name(self.model)
        return f"{name}+{sha256_of(default_adapter())[:12]}" if self.adapted else name

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Vectors of the texts, in their order; an empty text has a zero vector and no tokens.

        Raises `ModelError` if the model cannot be loaded or gives no token vectors.
        """
        loaded = _load_once(self.model, self.adapted)
        tokenized = [_tokenize(loaded.model, text) for text in texts]
        overlap = min(self.overlap, loaded.size // 2)
        pieces = [
            loaded.piece(i, ids, window)
            for i, (ids, _) in enumerate(tokenized)
            for window in windows_over(len(ids), size=loaded.size, overlap=overlap)
            if ids
        ]
        dimension = int(loaded.model.get_embedding_dimension())
        pooled = np.zeros((len(texts), dimension), np.float32)
        counts = np.array([len(ids) for ids, _ in tokenized], np.int32)
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        tokens = np.zeros((int(offsets[-1]), dimension), np.float32)
        for batch in equal_length_batches([len(p.ids) for p in pieces], budget=self.budget):
            members = [pieces[k] for k in batch]
            token_rows, sentence_rows = _forward(loaded.model, [p.ids for p in members])
            for piece, rows, sentence in zip(members, token_rows, sentence_rows, strict=True):
                window, base = piece.window, int(offsets[piece.text])
                kept = window.keep_end - window.keep_start
                skip = len(loaded.before) + window.keep_start - window.start
                tokens[base + window.keep_start : base + window.keep_end] = rows[skip : skip + kept]
                pooled[piece.text] += kept * sentence
        spans = [span for _, text_spans in tokenized for span in text_spans]
        bounds = np.array(spans, np.int32).reshape(-1, 2)
        return Encoded(
            pooled=unit(pooled),
            tokens=unit(tokens),
            starts=bounds[:, 0].copy(),
            ends=bounds[:, 1].copy(),
            offsets=offsets,
        )


def unit(rows: Floats) -> Floats:
    """Rows at unit length; a zero row stays zero. ``(n, d)`` float32 to the same."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    out: Floats = np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)
    return out


@lru_cache(maxsize=8)
def model_name(model: str) -> str:
    """How a model is named in a signature: never by its path, weights of a folder by their hash."""
    folder = _folder(model)
    if folder is None:
        return model
    weights = folder / "model.safetensors"
    name = DEFAULT_MODEL if model == DEFAULT_MODEL else folder.name
    return f"{name}@{sha256_of(weights)[:12]}" if weights.is_file() else name


def _folder(model: str) -> Path | None:
    """The folder a model lies in, or None for the name of a model on a hub."""
    if model == DEFAULT_MODEL:
        return default_folder()
    path = Path(model).expanduser()
    if path.is_dir():
        return path
    if path.is_absolute() or model.startswith((".", "~")) or model.count("/") > 1:
        raise ModelError(
            unexpected("model", got=model, wanted="a folder that exists, or a model's name")
        )
    return None


def _load_once(model: str, adapted: bool) -> _Loaded:
    """The model of that name or folder, loaded by the first thread that asks."""
    with _LOADING:
        return _load(model, adapted)


@lru_cache(maxsize=2)
def _load(model: str, adapted: bool) -> _Loaded:
    """Load a model: only safetensors are read, and no code that comes with a model is run."""
    folder = _folder(model)
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    try:
        loaded = SentenceTransformer(
            str(folder) if folder else model,
            device="cpu",
            trust_remote_code=False,
            local_files_only=folder is not None,
            model_kwargs={"use_safetensors": True},
        )
    except Exception as error:
        raise ModelError(
            unexpected(
                f"model {model_name(model)!r}",
                got=f"{type(error).__name__}: {error}",
                wanted="a sentence-transformers model with safetensors weights",
            )
        ) from error
    if not getattr(loaded.tokenizer, "is_fast", False):
        raise ModelError(
            unexpected(
                f"model {model_name(model)!r}: tokenizer",
                got=type(loaded.tokenizer).__name__,
                wanted="a fast tokenizer, which gives character offsets",
            )
        )
    if adapted:
        merge_into(loaded[0].auto_model, shipped_adapter(), base=_weights_hash(folder))
    before, after = _frame(loaded.tokenizer)
    return _Loaded(loaded.eval(), before, after)


def _weights_hash(folder: Path | None) -> str:
    return sha256_of(folder / "model.safetensors") if folder else ""


def _tokenize(model: Any, text: str) -> tuple[list[int], list[tuple[int, int]]]:
    """Ids and character spans of a text's tokens, without special tokens, nothing cut off."""
    # A lone surrogate cannot be encoded; its replacement has the same length.
    clean = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    result = model.tokenizer(
        clean,
        add_special_tokens=False,
        return_offsets_mapping=True,
        truncation=False,
        verbose=False,
    )
    return list(result["input_ids"]), [(int(s), int(e)) for s, e in result["offset_mapping"]]


def _frame(tokenizer: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The special tokens that a model puts before and after a text."""
    ids = list(tokenizer("a", truncation=False)["input_ids"])
    inner = list(tokenizer("a", add_special_tokens=False)["input_ids"])
    at = next(k for k in range(len(ids)) if ids[k : k + len(inner)] == inner)
    return tuple(ids[:at]), tuple(ids[at + len(inner) :])


def _forward(model: Any, ids: Sequence[Sequence[int]]) -> tuple[Floats, Floats]:
    """Token rows ``(n, length, d)`` and sentence rows ``(n, d)`` of texts of one length."""
    import torch

    with torch.inference_mode():
        input_ids = torch.tensor(ids, dtype=torch.long)
        features = {"input_ids": input_ids, "attention_mask": torch.ones_like(input_ids)}
        output = model.forward(features)
    if output.get("token_embeddings") is None:
        raise ModelError(
            unexpected("model", got="no token vectors", wanted="a transformer that gives them")
        )
    return output["token_embeddings"].float().numpy(), output["sentence_embedding"].float().numpy()
