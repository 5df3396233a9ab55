"""Sparse tables of probabilities against the dense ones that they stand for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydiff.errors import VectorError
from storydiff.likelihoods import Likelihoods


@st.composite
def tables(draw):
    n = draw(st.integers(0, 9))
    cells = draw(
        st.lists(
            st.sampled_from([0.0, 0.0, 0.0001, 0.25, 0.5, 0.99]),
            min_size=n * (n - 1) // 2,
            max_size=n * (n - 1) // 2,
        )
    )
    table = np.zeros((n, n), np.float32)
    table[np.triu_indices(n, 1)] = cells
    return table + table.T


@given(tables())
def test_what_was_dense_comes_back(table):
    found = Likelihoods.of_dense(table)
    assert len(found) == len(table)
    assert np.array_equal(found.dense(), table)
    assert found.columns.dtype == np.int32
    assert found.values.dtype == np.float32


@given(tables())
def test_each_pair_and_row_says_what_the_table_says(table):
    found = Likelihoods.of_dense(table)
    for i in range(len(table)):
        columns, values = found.row(i)
        assert columns.tolist() == np.flatnonzero(table[i]).tolist()
        assert values.tolist() == table[i][table[i] > 0].tolist()
        assert [found.of(i, j) for j in range(len(table))] == table[i].tolist()


@given(tables(), st.sampled_from([0.0, 0.0001, 0.3, 0.5, 1.0]))
def test_pairs_are_those_of_the_upper_half_in_order(table, least):
    wanted = np.triu((table > 0) & (table >= np.float32(least)), 1)
    found = list(Likelihoods.of_dense(table).pairs(least))
    assert [[i, j] for i, j, _ in found] == np.argwhere(wanted).tolist()
    assert [p for _, _, p in found] == table[wanted].tolist()


@given(tables(), st.randoms())
def test_the_order_and_direction_of_pairs_is_no_matter(table, random):
    first, second = np.nonzero(np.triu(table, 1))
    pairs = list(zip(first.tolist(), second.tolist(), strict=True))
    random.shuffle(pairs)
    turned = [(j, i) if random.random() < 0.5 else (i, j) for i, j in pairs]
    a, b = np.array(turned, np.int32).reshape(-1, 2).T
    found = Likelihoods.of_pairs(len(table), a, b, table[a, b])
    assert np.array_equal(found.dense(), table)


def test_none_is_empty_and_a_lopsided_table_is_refused():
    assert not Likelihoods.none(3).dense().any()
    with pytest.raises(VectorError, match="a symmetric table of all pairs"):
        Likelihoods.of_dense(np.triu(np.ones((3, 3))))
    with pytest.raises(VectorError, match="shape"):
        Likelihoods.of_dense(np.ones((2, 3)))
