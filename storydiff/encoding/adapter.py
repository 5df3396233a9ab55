"""Adapters: low-rank deltas that teach a model to compare parts of sentences.

A shipped file holds, for some matrices W of a base model, two thin matrices
A ``(r, in)`` and B ``(out, r)``. Merging adds their product, ``W + scale * B @ A``
(Hu et al., LoRA, ICLR 2022), so a merged model is as fast as the base one. The
file says of which base weights it was learnt, and its own sha256 is written down
here: deltas of one model on the weights of another would give vectors without
meaning. How they were trained: ``data/adapter.md``, ``data/adapter-mpnet.md`` and
design notes 0050 and 0127.
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

from storydiff.encoding.weights import DEFAULT_MODEL, WEIGHTS_SHA256, sha256_of
from storydiff.errors import ModelError, unexpected

ADAPTER_SHA256 = "82fe38bcad41c8b6f9989d1e1eb1493688f6d3dc5d4cd10d91b09f9b00c44b8e"
"""sha256 of the adapter file of the default model."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """An adapter that comes with the package, and the published weights it belongs to.

    Attributes:
        model: the name of the base model.
        base: sha256 of its ``model.safetensors``.
        file: the adapter, in the package's folder of data.
        sha256: of that file.
    """

    model: str
    base: str
    file: str
    sha256: str


SHIPPED = MappingProxyType(
    {
        one.base: one
        for one in (
            Shipped(DEFAULT_MODEL, WEIGHTS_SHA256, "adapter.safetensors", ADAPTER_SHA256),
            Shipped(
                "all-mpnet-base-v2",
                "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
                "adapter-mpnet.safetensors",
                "3514e8f209323f35e27dc8c020cc2d5cf79969c07d4b15423c45ced26bb888bd",
            ),
        )
    }
)
"""sha256 of base weights → the adapter that comes with the package for them."""

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
"""Short name of a matrix in the adapter → its place within a layer of the default model."""

FAMILIES = MappingProxyType(
    {
        "bert": PLACES,
        "mpnet": MappingProxyType(
            {
                "query": "attention.attn.q",
                "key": "attention.attn.k",
                "value": "attention.attn.v",
                "output": "attention.attn.o",
                "up": "intermediate.dense",
                "down": "output.dense",
            }
        ),
    }
)
"""Architecture → the places of its matrices; a file that names none is of ``bert``."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """Deltas by the name of the base tensor they are added to.

    Attributes:
        base: sha256 of the base weights they were learnt on.
        scale: factor of every product.
        pairs: base tensor name → (A float32 ``(r, in)``, B float32 ``(out, r)``).
        family: the architecture of the base, one of `FAMILIES`.
        layers: how many layers of the base are run; None for all of them.
    """

    base: str
    scale: float
    pairs: Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]]
    family: str = "bert"
    layers: int | None = None


def adapter_file(base: str = WEIGHTS_SHA256) -> Path:
    """Where the shipped adapter for base weights with this sha256 lies."""
    return Path(str(files("storydiff") / "data" / SHIPPED[base].file))


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
    family = said.get("family", "bert")
    pairs: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}
    for name in sorted(tensors):
        stem, _, side = name.rpartition(".")
        partner = stem + (".B" if side == "A" else ".A")
        if side not in ("A", "B") or partner not in tensors:
            raise ModelError(
                unexpected(f"adapter {path.name}: tensor", got=name, wanted="pairs A and B")
            )
        if side == "A":
            pairs[_base_name(path, stem, FAMILIES[family])] = (
                tensors[name].astype(np.float32),
                tensors[partner].astype(np.float32),
            )
    return Adapter(
        said["base"], float(said["scale"]), MappingProxyType(pairs), family, said.get("layers")
    )


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
    family, layers = said.get("family", "bert"), said.get("layers")
    if family not in FAMILIES:
        wanted = f"one of {', '.join(FAMILIES)}"
        raise ModelError(unexpected(f"adapter {path.name}: family", got=family, wanted=wanted))
    if layers is not None and (type(layers) is not int or layers < 1):
        wanted = "a whole number from 1 on"
        raise ModelError(unexpected(f"adapter {path.name}: layers", got=layers, wanted=wanted))
    return dict(said)


def _base_name(path: Path, stem: str, places: Mapping[str, str]) -> str:
    """``layer.3.query`` → ``encoder.layer.3.attention.self.query.weight``."""
    parts = stem.split(".")
    if len(parts) != 3 or parts[0] != "layer" or not parts[1].isdigit() or parts[2] not in places:
        raise ModelError(
            unexpected(
                f"adapter {path.name}: tensor",
                got=stem,
                wanted=f"layer.NUMBER.NAME, NAME one of {', '.join(places)}",
            )
        )
    return f"encoder.layer.{parts[1]}.{places[parts[2]]}.weight"


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

    Layers beyond those that the adapter runs are taken off.

    Raises `ModelError` as `merge` does.
    """
    import torch

    before = {name: value.numpy() for name, value in module.state_dict().items()}
    after = merge({n: v for n, v in before.items() if n in adapter.pairs}, adapter, base=base)
    with torch.no_grad():
        for name, value in after.items():
            module.get_parameter(name).copy_(torch.from_numpy(value))
    if adapter.layers is not None:
        module.encoder.layer = module.encoder.layer[: adapter.layers]
        module.config.num_hidden_layers = adapter.layers


def shipped_adapter(base: str = WEIGHTS_SHA256) -> Adapter:
    """The adapter for base weights with this sha256, verified.

    Raises `ModelError` if there is none for them, or its file is missing or altered.
    """
    if base not in SHIPPED:
        known = ", ".join(one.model for one in SHIPPED.values())
        raise ModelError(unexpected("adapter: base weights", got=base, wanted=f"those of {known}"))
    return read_adapter(adapter_file(base), sha256=SHIPPED[base].sha256)


def write_adapter(path: Path, adapter: Adapter, *, about: Mapping[str, object]) -> str:
    """Write an adapter as float16, and give the sha256 of the file.

    ``about`` is further metadata, such as JSON can hold: how it was made.
    """
    from safetensors.numpy import save_file

    tensors: dict[str, NDArray[np.float16]] = {}
    short = {place: name for name, place in FAMILIES[adapter.family].items()}
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
    # Named only where it is not the default: the first adapter was written without them.
    if adapter.family != "bert":
        said["family"] = adapter.family
    if adapter.layers is not None:
        said["layers"] = adapter.layers
    # One key: the format keeps several in no fixed order, and the file would have many hashes.
    save_file(tensors, path, metadata={KEY: json.dumps(said, sort_keys=True)})
    return sha256_of(path)
