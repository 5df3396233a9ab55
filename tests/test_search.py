"""Blockwise search against a plain sort of all pairs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storydiff.errors import OptionError, VectorError
from storydiff.search import nearest
from storydiff.similarity import on_grid


def sorted_out(vectors, k, groups):
    """The k nearest of each vector by a stable sort of all similarities."""
    n = len(vectors)
    table = vectors.astype(np.float32) @ vectors.astype(np.float32).T
    table[groups[:, None] == groups[None, :]] = -np.inf
    order = np.argsort(-table, axis=1, kind="stable")[:, :k]
    values = np.take_along_axis(table, order, axis=1)
    index = np.where(np.isfinite(values), order, -1)
    wide = ((0, 0), (0, k - min(k, n)))
    return np.pad(index, wide, constant_values=-1), np.pad(values, wide, constant_values=-np.inf)


@settings(max_examples=80, deadline=None)
@given(
    n=st.integers(0, 40),
    k=st.integers(1, 12),
    kinds=st.integers(1, 40),
    block=st.integers(1, 17),
    half=st.booleans(),
    owners=st.one_of(st.none(), st.integers(1, 6)),
    seed=st.integers(0, 9),
)
def test_blocks_find_what_a_sort_finds(n, k, kinds, block, half, owners, seed):
    rng = np.random.default_rng(seed)
    few = on_grid(rng.uniform(-0.5, 0.5, (kinds, 5)).astype(np.float32))
    vectors = few[rng.integers(0, kinds, n)].astype(np.float16 if half else np.float32)
    groups = None if owners is None else rng.integers(0, owners, n).astype(np.int32)
    index, values = nearest(vectors, k=k, groups=groups, block=block)
    alone = np.arange(n, dtype=np.int32) if groups is None else groups
    wanted, similar = sorted_out(vectors, k, alone)
    assert np.array_equal(index, wanted)
    assert np.array_equal(values, similar)
    assert index.dtype == np.int32
    assert values.dtype == np.float32


def test_what_cannot_be_searched_is_named():
    vectors = np.eye(3, dtype=np.float32)
    with pytest.raises(OptionError, match="k: got 0"):
        nearest(vectors, k=0)
    with pytest.raises(VectorError, match="groups: got 2"):
        nearest(vectors, k=1, groups=np.zeros(2, np.int32))
    with pytest.raises(VectorError, match="no finite table"):
        nearest(vectors * np.nan, k=1)
