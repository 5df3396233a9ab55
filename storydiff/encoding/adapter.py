"""The adapter: low-rank deltas that teach the default model to compare parts of sentences.

The shipped file holds, for some matrices W of the base model, two thin matrices
A ``(r, in)`` and B ``(out, r)``. Merging adds their product, ``W + scale * B @ A``
(Hu et al., LoRA, ICLR 2022), so a merged model is as fast as the base one. The
file says of which base weights it was learnt, and its own sha256 is written down
here: deltas of one model on the weights of another would give vectors without
meaning. How it was trained: ``data/adapter.md`` and design note 0050.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storydiff.encoding.weights import WEIGHTS_SHA256, sha256_of
from storydiff.errors import ModelError, unexpected

ADAPTER_SHA256 = "82fe38bcad41c8b6f9989d1e1eb1493688f6d3dc5d4cd10d91b09f9b00c44b8e"
"""sha256 of the shipped adapter file."""

VERSION = "1"
"""The format that this module reads."""

KEY = "storydiff adapter"
"""The one key of the file's metadata; its value is JSON."""

PLACES = MappingProxyType(
    {
        "query": "attention.self.query",
        "key": "attention.self.key",
        "value": "attention.self.value",
        "output": "attention.output.dense",
        "up": "intermediate.dense",
        "down": "output.dense",
    }
)
"""Short name of a matrix in the adapter → its place within a layer of the base model."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """Deltas by the name of the base tensor they are added to.

    Attributes:
        base: sha256 of the base weights they were learnt on.
        scale: factor of every product.
        pairs: base tensor name → (A float32 ``(r, in)``, B float32 ``(out, r)``).
    """

    base: str
    scale: float
    pairs: Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]]


def default_adapter() -> Path:
    """Where the shipped adapter lies."""
    return Path(str(files("storydiff") / "data" / "adapter.safetensors"))


def read_adapter(path: Path, *, sha256: str | None = None) -> Adapter:
    """The adapter in a file; with ``sha256``, only if the file has it.

    Raises `ModelError` if the file cannot be read, is altered, is of another
    format, or holds a matrix without its partner.
    """
    got = sha256_of(path)
    if sha256 is not None and got != sha256:
        raise ModelError(unexpected(f"adapter {path.name}: sha256", got=got, wanted=sha256))
    tensors, metadata = _load(path)
    said = _metadata(path, metadata)
    pairs: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}
    for name in sorted(tensors):
        stem, _, side = name.rpartition(".")
        partner = stem + (".B" if side == "A" else ".A")
        if side not in ("A", "B") or partner not in tensors:
            raise ModelError(
                unexpected(f"adapter {path.name}: tensor", got=name, wanted="pairs A and B")
            )
        if side == "A":
            pairs[_base_name(path, stem)] = (
                tensors[name].astype(np.float32),
                tensors[partner].astype(np.float32),
            )
    return Adapter(said["base"], float(said["scale"]), MappingProxyType(pairs))


def _load(path: Path) -> tuple[dict[str, NDArray[np.generic]], dict[str, str]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(path), framework="np") as file:
            return {k: file.get_tensor(k) for k in file.keys()}, dict(file.metadata() or {})  # noqa: SIM118
    except SafetensorError as error:
        raise ModelError(
            unexpected(f"adapter {path.name}", got=str(error), wanted="a safetensors file")
        ) from error


def _metadata(path: Path, metadata: Mapping[str, str]) -> dict[str, Any]:
    try:
        said = json.loads(metadata.get(KEY, "null"))
    except json.JSONDecodeError:
        said = None
    version = said.get("version") if isinstance(said, dict) else None
    if version != VERSION or not {"base", "scale"} <= said.keys():
        raise ModelError(
            unexpected(
                f"adapter {path.name}: metadata",
                got=metadata,
                wanted=f"{KEY!r} with version {VERSION}, base and scale",
            )
        )
    return dict(said)


def _base_name(path: Path, stem: str) -> str:
    """``layer.3.query`` → ``encoder.layer.3.attention.self.query.weight``."""
    parts = stem.split(".")
    if len(parts) != 3 or parts[0] != "layer" or not parts[1].isdigit() or parts[2] not in PLACES:
        raise ModelError(
            unexpected(
                f"adapter {path.name}: tensor",
                got=stem,
                wanted=f"layer.NUMBER.NAME, NAME one of {', '.join(PLACES)}",
            )
        )
    return f"encoder.layer.{parts[1]}.{PLACES[parts[2]]}.weight"


def merge(
    state: Mapping[str, NDArray[np.float32]], adapter: Adapter, *, base: str = WEIGHTS_SHA256
) -> dict[str, NDArray[np.float32]]:
    """The base weights with the deltas added: the same names and shapes, float32.

    Tensors without a delta are handed on as they are; ``state`` is not changed.
    ``base`` is the sha256 of the file that ``state`` was read from.

    Raises `ModelError` if the adapter was learnt on other weights, or a matrix
    is missing or of another shape.
    """
    if adapter.base != base:
        raise ModelError(unexpected("adapter: base weights", got=base, wanted=adapter.base))
    out = dict(state)
    for name, (a, b) in adapter.pairs.items():
        weight = state.get(name)
        if weight is None:
            raise ModelError(unexpected("adapter: base tensor", got="none", wanted=name))
        if weight.shape != (len(b), a.shape[1]) or len(a) != b.shape[1]:
            raise ModelError(
                unexpected(
                    f"adapter: shape of {name}",
                    got=weight.shape,
                    wanted=f"({len(b)}, {a.shape[1]}) by rank {len(a)}",
                )
            )
        # In double precision and rounded once, so that every machine merges alike.
        delta = b.astype(np.float64) @ a.astype(np.float64)
        out[name] = (weight.astype(np.float64) + adapter.scale * delta).astype(np.float32)
    return out


def merge_into(module: Any, adapter: Adapter, *, base: str = WEIGHTS_SHA256) -> None:
    """Add the deltas to a torch module whose tensors bear the base's names, in place.

    Raises `ModelError` as `merge` does.
    """
    import torch

    before = {name: value.numpy() for name, value in module.state_dict().items()}
    after = merge({n: v for n, v in before.items() if n in adapter.pairs}, adapter, base=base)
    with torch.no_grad():
        for name, value in after.items():
            module.get_parameter(name).copy_(torch.from_numpy(value))


def shipped_adapter() -> Adapter:
    """The adapter of the default model, verified.

    Raises `ModelError` if the file is missing or altered.
    """
    return read_adapter(default_adapter(), sha256=ADAPTER_SHA256)


def write_adapter(path: Path, adapter: Adapter, *, about: Mapping[str, object]) -> str:
    """Write an adapter as float16, and give the sha256 of the file.

    ``about`` is further metadata, such as JSON can hold: how it was made.
    """
    from safetensors.numpy import save_file

    tensors: dict[str, NDArray[np.float16]] = {}
    short = {place: name for name, place in PLACES.items()}
    for name, (a, b) in adapter.pairs.items():
        _, _, layer, place = name.removesuffix(".weight").split(".", 3)
        stem = f"layer.{layer}.{short[place]}"
        tensors[stem + ".A"] = np.ascontiguousarray(a, np.float16)
        tensors[stem + ".B"] = np.ascontiguousarray(b, np.float16)
    rank = max((len(a) for a, _ in adapter.pairs.values()), default=0)
    said = {
        "version": VERSION,
        "base": adapter.base,
        "scale": adapter.scale,
        "rank": rank,
        **about,
    }
    # One key: the format keeps several in no fixed order, and the file would have many hashes.
    save_file(tensors, path, metadata={KEY: json.dumps(said, sort_keys=True)})
    return sha256_of(path)
