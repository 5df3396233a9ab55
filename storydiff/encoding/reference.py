"""The reference encoder: any sentence-transformers model, token by token.

Token vectors are those of the last layer, which see their whole sentence:
encode the sentence once, compare its parts (Khattab and Zaharia, ColBERT,
SIGIR 2020, do so for passages).
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from storydiff.encoding.adapter import SHIPPED, Shipped, merge_into, shipped_adapter
from storydiff.encoding.assembly import Frame, assemble, without_surrogates
from storydiff.encoding.weights import DEFAULT_MODEL, WEIGHTS_SHA256, default_folder, sha256_of
from storydiff.errors import ModelError, unexpected
from storydiff.protocols import Encoded, Floats
from storydiff.threads import threads

READ = (".json", ".safetensors", ".txt")
"""Endings of the files of a model folder that are read."""

_LOADING = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A model in memory and how it reads."""

    model: Any
    frame: Frame


@dataclass(frozen=True)
class SentenceTransformerEncoder:
    """Token and pooled vectors of any sentence-transformers model.

    Attributes:
        model: the default model's name, a folder, or the name of a model on a
            hub; only the last is ever downloaded, and only by that library.
        overlap: tokens that two windows of a long text share.
        adapted: whether the adapter that comes with the package for these weights
            is added to them; see `storydiff.encoding.adapter.SHIPPED`.
    """

    model: str = DEFAULT_MODEL
    overlap: int = 64
    adapted: bool = False

    def __repr__(self) -> str:
        return f"SentenceTransformerEncoder(model={self.name!r})"

    @property
    def name(self) -> str:
        """The model by name and hash, and the adapter by its hash."""
        name = model_name(self.model)
        if not self.adapted:
            return name
        shipped = shipped_for(self.model)
        return f"{name}+{shipped.sha256[:12] if shipped else 'none'}"

    @property
    def vectors(self) -> str:
        """What the vectors are, whatever computes them: see `storydiff.protocols.vectors_of`."""
        return self.name

    @property
    def cache_key(self) -> str | None:
        """What equal texts have equal bits under; None for a model of a hub, which may change."""
        kept = f"{self!r} torch {version('torch')} overlap {self.overlap}"
        if self.model == DEFAULT_MODEL:
            return kept
        folder = _folder(self.model)
        return f"{kept} files {_digest(folder)}" if folder else None

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Vectors of the texts, in their order; an empty text has a zero vector and no tokens.

        Raises `ModelError` if the model cannot be loaded or gives no token vectors.
        """
        loaded = _load_once(self.model, self.adapted)
        return assemble(
            [_tokenize(loaded.model, text) for text in texts],
            loaded.frame,
            partial(_forward, loaded.model, threads=threads()),
            dimension=int(loaded.model.get_embedding_dimension()),
            # One text at a time: with the number of rows MKL changes how it adds, and with
            # that the last bits of a vector would depend on what else is in a batch.
            budget=0,
            overlap=self.overlap,
        )


def model_name(model: str) -> str:
    """How a model is named in a signature: never by its path, weights of a folder by their hash."""
    weights = _weights_hash(model)
    if not weights:
        folder = _folder(model)
        return folder.name if folder else model
    known = SHIPPED.get(weights)
    return f"{known.model if known else Path(model).expanduser().name}@{weights[:12]}"


def shipped_for(model: str) -> Shipped | None:
    """The adapter that comes with the package for the weights of a model; None if there is none."""
    return SHIPPED.get(_weights_hash(model))


@lru_cache(maxsize=8)
def _weights_hash(model: str) -> str:
    """The sha256 of a model's weights; empty for a model of a hub and where there are none."""
    if model == DEFAULT_MODEL:
        # They are loaded only if they have this hash: no need to read them for it.
        return WEIGHTS_SHA256
    folder = _folder(model)
    weights = folder / "model.safetensors" if folder else None
    return sha256_of(weights) if weights and weights.is_file() else ""


@lru_cache(maxsize=8)
def _digest(folder: Path) -> str:
    """One hash over all files of a model folder that its vectors hang on."""
    found = sorted(p for p in folder.rglob("*") if p.suffix in READ and p.is_file())
    lines = "".join(f"{p.relative_to(folder).as_posix()} {sha256_of(p)}\n" for p in found)
    return hashlib.sha256(lines.encode()).hexdigest()


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
        # Read again: what was loaded must be what the deltas were learnt on.
        base = sha256_of(folder / "model.safetensors") if folder else ""
        merge_into(loaded[0].auto_model, shipped_adapter(base), base=base)
    return _Loaded(loaded.eval(), _frame(loaded))


def _tokenize(model: Any, text: str) -> tuple[list[int], list[tuple[int, int]]]:
    """Ids and character spans of a text's tokens, without special tokens, nothing cut off."""
    result = model.tokenizer(
        without_surrogates(text),
        add_special_tokens=False,
        return_offsets_mapping=True,
        truncation=False,
        verbose=False,
    )
    return list(result["input_ids"]), [(int(s), int(e)) for s, e in result["offset_mapping"]]


def _frame(model: Any) -> Frame:
    """The special tokens that a model puts around a text, and how much it reads."""
    ids = list(model.tokenizer("a", truncation=False)["input_ids"])
    inner = list(model.tokenizer("a", add_special_tokens=False)["input_ids"])
    at = next(k for k in range(len(ids)) if ids[k : k + len(inner)] == inner)
    limit = int(model.max_seq_length or 512)
    return Frame(tuple(ids[:at]), tuple(ids[at + len(inner) :]), limit)


def _forward(model: Any, ids: Sequence[Sequence[int]], *, threads: int) -> tuple[Floats, Floats]:
    """Token rows ``(n, length, d)`` and sentence rows ``(n, d)`` of texts of one length."""
    import torch

    with _torch_threads(threads), torch.inference_mode():
        input_ids = torch.tensor(ids, dtype=torch.long)
        features = {"input_ids": input_ids, "attention_mask": torch.ones_like(input_ids)}
        output = model.forward(features)
    if output.get("token_embeddings") is None:
        raise ModelError(
            unexpected("model", got="no token vectors", wanted="a transformer that gives them")
        )
    return output["token_embeddings"].float().numpy(), output["sentence_embedding"].float().numpy()


@contextmanager
def _torch_threads(number: int) -> Iterator[None]:
    """Let torch use that many threads for a while: what its user has set is set again after."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)
