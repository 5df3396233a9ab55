"""Third reports against a plain walk over every chain."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from storydiff.features.competition import competition

levels = st.sampled_from([0.0, 0.0001, 0.02, 0.3, 0.5, 0.9, 0.99, 1.0])


def walked(left, right):
    """Best chain, minus the log that none holds, and chains that break, one by one."""
    shape = (len(left), right.shape[1])
    best, total, a, b = (np.zeros(shape) for _ in range(4))
    for k in range(left.shape[1]):
        x, y = left[:, k : k + 1], right[k : k + 1]
        best = np.maximum(best, np.minimum(x, y))
        total -= np.log1p(-np.minimum(x * y, 0.999))
        a, b = np.maximum(a, x * (1 - y)), np.maximum(b, (1 - x) * y)
    return best, np.log1p(total), np.minimum(a, b), np.maximum(a, b)


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(1, 4),
    m=st.integers(1, 4),
    thirds=st.lists(st.integers(1, 70), max_size=3),
    data=st.data(),
)
def test_third_reports_are_every_chain(n, m, thirds, data):
    sizes = (n, m, *thirds)
    tables = {
        (a, b): data.draw(arrays(np.float64, (sizes[a], sizes[b]), elements=levels, fill=levels))
        for a in range(len(sizes))
        for b in range(a + 1, len(sizes))
    }
    found = competition(tables, (0, 1), thirds=range(2, len(sizes)))
    left = np.concatenate([np.zeros((n, 0)), *(tables[0, k] for k in range(2, len(sizes)))], axis=1)
    right = np.concatenate(
        [np.zeros((0, m)), *(tables[1, k].T for k in range(2, len(sizes)))], axis=0
    )
    names = ("best chain", "chains", "broken chain, less", "broken chain, more")
    for name, wanted in zip(names, walked(left, right), strict=True):
        assert np.allclose(found[f"third: {name}"], wanted, atol=1e-7)
