from itertools import pairwise

import numpy as np
import pytest
from fakes import WordEncoder
from hypothesis import given
from hypothesis import strategies as st

from storydiff.errors import VectorError
from storydiff.similarity import (
    centred,
    coverage,
    distinct,
    document_frequency,
    on_grid,
    rarities,
    rarity,
    segment_max,
    segment_sum,
    token_mean,
)

texts = st.lists(st.sampled_from(["ab", "b", "", "c d", "e"]), max_size=12)


def units(rng, n, d=48):
    rows = rng.normal(size=(n, d)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@given(texts)
def test_distinct_names_each_text_once_in_an_order_of_its_own(found):
    chosen = [found[i] for i in distinct(found).tolist()]
    assert chosen == sorted(set(found))
    assert [found[::-1][i] for i in distinct(found[::-1]).tolist()] == chosen
    assert [(found * 2)[i] for i in distinct(found * 2).tolist()] == chosen


@given(st.integers(0, 10_000))
def test_products_on_the_grid_are_exact_in_any_order_and_block(seed):
    rng = np.random.default_rng(seed)
    a, b = on_grid(units(rng, 9, 384)), on_grid(units(rng, 7, 384))
    whole = a @ b.T
    order = rng.permutation(384)
    exact = (a.astype(np.float64) @ b.astype(np.float64).T).astype(np.float32)
    assert np.array_equal(whole, exact)
    assert np.array_equal(whole, np.ascontiguousarray(a[:, order]) @ b[:, order].T)
    assert np.array_equal(whole[3:5, 2:], a[3:5] @ b[2:].T)


@given(st.integers(0, 10_000))
def test_the_grid_moves_a_similarity_by_little(seed):
    rng = np.random.default_rng(seed)
    a, b = units(rng, 6, 384), units(rng, 6, 384)
    assert np.abs(on_grid(a) @ on_grid(b).T - a @ b.T).max() < 2e-3


def test_centred_vectors_have_unit_length_or_are_zero():
    rng = np.random.default_rng(0)
    rows = units(rng, 5)
    moved = centred(np.vstack([rows, rows[:1]]), rows[0])
    lengths = np.linalg.norm(moved, axis=1)
    assert lengths[0] == lengths[5] == 0
    assert np.allclose(lengths[1:5], 1, atol=0.01)


@pytest.mark.parametrize(("bad", "word"), [(np.nan, "NaN"), (np.inf, "infinity"), (0.0, "row 1")])
def test_vectors_that_cannot_be_compared_are_named(bad, word):
    rows = units(np.random.default_rng(0), 3)
    rows[1] = bad
    with pytest.raises(VectorError, match=word):
        centred(rows, np.zeros(48, np.float32))


lengths = st.lists(st.integers(0, 4), min_size=1, max_size=6)


@given(lengths, st.integers(0, 1000))
def test_segments_are_what_a_slow_loop_says(counts, seed):
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    values = np.random.default_rng(seed).random((3, int(offsets[-1]))).astype(np.float32)
    best, total = segment_max(values, offsets), segment_sum(values.T, offsets)
    for k, (start, end) in enumerate(pairwise(offsets)):
        part = values[:, start:end]
        wanted = part.max(axis=1) if part.size else np.full(3, -1.0)
        assert np.array_equal(best[:, k], wanted.astype(np.float32))
        assert np.allclose(total[k], part.sum(axis=1), atol=1e-6)


@given(lengths, lengths, st.integers(0, 1000))
def test_coverage_is_the_weighted_mean_of_best_matches(counts_a, counts_b, seed):
    rng = np.random.default_rng(seed)
    a = np.concatenate([[0], np.cumsum(counts_a)]).astype(np.int32)
    b = np.concatenate([[0], np.cumsum(counts_b)]).astype(np.int32)
    left, right = on_grid(units(rng, int(a[-1]))), on_grid(units(rng, int(b[-1])))
    weights = rng.random(int(a[-1])).astype(np.float32)
    got = coverage(segment_max(left @ right.T, b), weights, a)
    for i in range(len(counts_a)):
        for k in range(len(counts_b)):
            mass = total = 0.0
            for t in range(a[i], a[i + 1]):
                near = [float(left[t] @ right[u]) for u in range(b[k], b[k + 1])]
                total += float(weights[t]) * max(near, default=-1.0)
                mass += float(weights[t])
            assert got[i, k] == pytest.approx(total / mass if mass else 0.0, abs=1e-5)


def test_rare_words_weigh_more_and_punctuation_nothing():
    frequency = document_frequency([{"the", "ferry"}, {"the"}, {"the", "."}])
    weights = rarities(["ferry", "the", ".", "unseen"], frequency, 3)
    assert weights[3] > weights[0] > weights[1] > weights[2] == 0
    assert rarity(3, 3) >= 0 == rarity(10, 3)


def test_the_mean_token_counts_a_text_once():
    encoded = WordEncoder().encode(["red boat", "red boat", "", "blue"])
    once = WordEncoder().encode(["red boat", "blue"])
    got = token_mean(encoded, distinct(["red boat", "red boat", "", "blue"]))
    assert np.array_equal(got, token_mean(once, distinct(["red boat", "blue"])))
    nothing = WordEncoder().encode([""])
    assert not token_mean(nothing, distinct([""])).any()
