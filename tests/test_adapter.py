"""The adapter: what merging computes, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file

from storydiff.encoding.adapter import (
    ADAPTER_SHA256,
    KEY,
    PLACES,
    Adapter,
    adapter_file,
    merge,
    merge_into,
    read_adapter,
    shipped_adapter,
    write_adapter,
)
from storydiff.encoding.weights import WEIGHTS_SHA256, sha256_of
from storydiff.errors import ModelError

BASE = "ab" * 32
QUERY = "encoder.layer.0.attention.self.query.weight"


def small(seed: int, *, out: int = 5, inner: int = 4, rank: int = 2) -> Adapter:
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(rank, inner)).astype(np.float16).astype(np.float32)
    b = rng.normal(size=(out, rank)).astype(np.float16).astype(np.float32)
    return Adapter(BASE, 0.5, {QUERY: (a, b)})


@given(st.integers(0, 10_000), st.integers(1, 9), st.integers(1, 9), st.integers(1, 4))
def test_merging_adds_the_product_entry_by_entry(seed: int, out: int, inner: int, rank: int):
    adapter = small(seed, out=out, inner=inner, rank=rank)
    weight = np.random.default_rng(seed + 1).normal(size=(out, inner)).astype(np.float32)
    before = weight.copy()
    merged = merge({QUERY: weight, "other": before}, adapter, base=BASE)
    a, b = adapter.pairs[QUERY]
    for i in range(out):
        for j in range(inner):
            product = sum(float(b[i, k]) * float(a[k, j]) for k in range(rank))
            assert merged[QUERY][i, j] == pytest.approx(float(weight[i, j]) + product / 2, abs=1e-5)
    assert merged["other"] is before
    assert (weight == before).all()
    assert merged[QUERY].dtype == np.float32


@given(st.integers(0, 10_000))
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, seed: int):
    path = tmp_path_factory.mktemp("adapter") / "a.safetensors"
    adapter = small(seed)
    first = write_adapter(path, adapter, about={"note": "x", "made": "y"})
    read = read_adapter(path, sha256=first)
    assert (read.base, read.scale, set(read.pairs)) == (BASE, 0.5, {QUERY})
    for got, wanted in zip(read.pairs[QUERY], adapter.pairs[QUERY], strict=True):
        assert (got == wanted).all()
    assert write_adapter(path, adapter, about={"made": "y", "note": "x"}) == first


def test_an_altered_file_is_refused(tmp_path: Path):
    path = tmp_path / "a.safetensors"
    written = write_adapter(path, small(0), about={})
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(ModelError, match="sha256"):
        read_adapter(path, sha256=written)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(ModelError, match=r"none\.safetensors"):
        read_adapter(tmp_path / "none.safetensors")


def test_a_file_of_another_format_is_refused(tmp_path: Path):
    path = tmp_path / "a.safetensors"
    path.write_bytes(b"no tensors here")
    with pytest.raises(ModelError, match="a safetensors file"):
        read_adapter(path)


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {"other": "x"},
        {KEY: "{not json"},
        {KEY: "[]"},
        {KEY: json.dumps({"version": "0", "base": BASE, "scale": 1.0})},
        {KEY: json.dumps({"version": "1", "scale": 1.0})},
    ],
)
def test_metadata_of_another_format_is_refused(tmp_path: Path, metadata: dict[str, str] | None):
    path = tmp_path / "a.safetensors"
    save_file({"layer.0.query.A": np.zeros((1, 2), np.float16)}, path, metadata=metadata)
    with pytest.raises(ModelError, match="metadata"):
        read_adapter(path)


@pytest.mark.parametrize(
    "names",
    [
        ("layer.0.query.A",),
        ("layer.0.query.B",),
        ("layer.0.query.A", "layer.0.query.C"),
        ("layer.x.query.A", "layer.x.query.B"),
        ("layer.0.pooler.A", "layer.0.pooler.B"),
        ("query.A", "query.B"),
    ],
)
def test_tensors_without_partner_or_place_are_refused(tmp_path: Path, names: tuple[str, ...]):
    path = tmp_path / "a.safetensors"
    said = json.dumps({"version": "1", "base": BASE, "scale": 1.0})
    save_file({n: np.zeros((1, 2), np.float16) for n in names}, path, metadata={KEY: said})
    with pytest.raises(ModelError, match="tensor"):
        read_adapter(path)


def test_other_base_weights_are_refused():
    with pytest.raises(ModelError, match="base weights"):
        merge({QUERY: np.zeros((5, 4), np.float32)}, small(0), base="cd" * 32)


def test_a_missing_or_misshapen_matrix_is_refused():
    with pytest.raises(ModelError, match="base tensor"):
        merge({}, small(0), base=BASE)
    with pytest.raises(ModelError, match="shape"):
        merge({QUERY: np.zeros((4, 5), np.float32)}, small(0), base=BASE)


def test_merging_into_a_module_is_merging_its_tensors():
    import torch

    class Block(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.query = torch.nn.Linear(4, 5)

    inner = torch.nn.Module()
    inner.add_module("self", Block())
    for name in ("attention", "0", "layer", "encoder"):
        outer = torch.nn.Module()
        outer.add_module(name, inner)
        inner = outer
    weight = inner.get_parameter(QUERY).detach().numpy().copy()
    merge_into(inner, small(3), base=BASE)
    wanted = merge({QUERY: weight}, small(3), base=BASE)[QUERY]
    assert (inner.get_parameter(QUERY).detach().numpy() == wanted).all()


def test_the_shipped_adapter_fits_the_default_model():
    adapter = shipped_adapter()
    assert adapter.base == WEIGHTS_SHA256
    places = {name.split(".", 3)[3].removesuffix(".weight") for name in adapter.pairs}
    assert places == set(PLACES.values())
    assert adapter_file().stat().st_size < 5_000_000
    card = adapter_file().with_suffix(".md").read_text(encoding="utf-8")
    assert ADAPTER_SHA256 in card
    assert WEIGHTS_SHA256 in card
    assert sha256_of(adapter_file()) == ADAPTER_SHA256
