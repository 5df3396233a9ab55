import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storydiff.errors import ModelError
from storydiff.features.competition import competition, rivals
from storydiff.features.pairs import overlap_table, ranks
from storydiff.features.place import against_all, twin_table, untwinned
from storydiff.matching import (
    Additive,
    best_threshold,
    fit_additive,
    fit_line,
    logistic,
)

NAMES = ("near", "far", "still")


def toy(seed=0, n=4000):
    """Pairs whose log-odds bend in the first feature; the third is constant."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, 3)).astype(np.float32)
    values[:, 2] = 1.0
    odds = 2.0 * np.maximum(values[:, 0], 0) - values[:, 1] - 2.0
    labels = rng.random(n) < logistic(odds.astype(np.float64))
    return values, labels, odds


@pytest.fixture(scope="module")
def model():
    values, labels, _ = toy()
    return fit_additive(values, labels, names=NAMES, ridge=1.0)


def test_a_fit_finds_curves_that_bend(model):
    values, _, odds = toy(seed=1)
    assert np.corrcoef(model.log_odds(values), odds)[0, 1] > 0.98


def test_a_fit_is_the_same_twice_and_gives_constants_no_weight(model):
    values, labels, _ = toy()
    again = fit_additive(values, labels, names=NAMES, ridge=1.0)
    assert np.array_equal(model.slopes, again.slopes)
    assert np.abs(model.slopes[2]).max() < 1e-9


def test_a_fit_is_calibrated_on_what_it_saw(model):
    values, labels, _ = toy()
    assert model.probabilities(values).mean() == pytest.approx(labels.mean(), abs=1e-3)


def test_where_features_lie_does_not_matter(model):
    values, labels, _ = toy()
    moved = fit_additive(values + np.float32(8), labels, names=NAMES, ridge=1.0)
    assert moved.names == NAMES
    assert np.allclose(moved.knots[:2], model.knots[:2] + 8, atol=1e-3)
    assert np.allclose(moved.log_odds(values + np.float32(8)), model.log_odds(values), atol=1e-2)


def test_what_is_typical_is_the_mean(model):
    values, _, _ = toy()
    assert model.typical == pytest.approx(values.mean(axis=0), abs=1e-6)


def test_probabilities_have_four_places(model):
    values, _, _ = toy(seed=3, n=100)
    p = model.probabilities(values)
    assert np.array_equal(p, p.round(4))
    assert np.allclose(p, logistic(model.log_odds(values)), atol=5e-5)
    assert np.ptp(p) > 0.1


@pytest.mark.parametrize(
    ("part", "value", "message"),
    [
        ("knots", [1.0], "of shapes"),
        ("slopes", [float("nan")] * 4, "not all numbers are finite"),
        ("typical", float("inf"), "not all numbers are finite"),
    ],
)
def test_json_of_no_model_is_refused(model, part, value, message):
    data = model.as_json()
    for row in data["features"].values():
        row[part] = value
    with pytest.raises(ValueError, match=message):
        Additive.from_json(data)


def test_certainty_has_bounds():
    odds = np.array([-1e9, -30.0, 0.0, 30.0, 1e9])
    p = logistic(odds)
    assert p[0] == p[1] == pytest.approx(1 / (1 + np.exp(30.0)))
    assert p[2] == 0.5
    assert p[3] == p[4] == pytest.approx(1 / (1 + np.exp(-30.0)), rel=1e-15)
    assert (np.diff(p) >= 0).all()


def test_a_line_of_odds_that_are_all_one_says_the_share():
    labels = np.arange(100) < 20
    slope, intercept = fit_line(np.zeros(100), labels)
    assert np.isfinite(slope)
    assert logistic(np.array([intercept]))[0] == pytest.approx(0.2, abs=1e-3)


@given(st.lists(st.floats(-5, 5, width=32), min_size=3, max_size=3))
def test_shares_sum_to_the_log_odds(model, row):
    values = np.array([row], np.float32)
    base, shares = model.shares(values)
    assert base + shares.sum() == pytest.approx(float(model.log_odds(values)[0]), abs=1e-9)


def test_a_typical_pair_has_no_shares(model):
    _, shares = model.shares(model.typical[None, :].astype(np.float32))
    assert np.abs(shares).max() < 1e-6


def test_a_model_survives_its_json(model):
    values, _, _ = toy(seed=2, n=50)
    again = Additive.from_json(model.as_json())
    assert again.names == NAMES
    assert np.allclose(again.log_odds(values), model.log_odds(values), atol=1e-2)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (("near", "other", "still"), "features: got 'other', wanted 'far'"),
        (("near", "far"), "features: got 'nothing', wanted 'still'"),
        ((*NAMES, "more"), "features: got 'more', wanted 'nothing'"),
    ],
)
def test_features_of_another_model_are_named(model, names, message):
    with pytest.raises(ModelError, match=message):
        model.only(names)
    model.only(NAMES)


def test_the_threshold_lies_halfway_to_the_next():
    p = np.array([0.9, 0.8, 0.4, 0.1])
    assert best_threshold(p, np.array([True, True, False, False])) == (0.6, 1.0)
    assert best_threshold(p, np.array([True, True, True, True])) == (0.1, 1.0)


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=2, max_size=40))
def test_the_threshold_gives_the_f1_that_it_promises(pairs):
    p = np.array([x / 20 for x, _ in pairs])
    truth = np.array([y for _, y in pairs])
    threshold, promised = best_threshold(p, truth)
    if len(set(p)) == len(p) and truth.any():
        said = p >= threshold
        got = 2 * (said & truth).sum() / (said.sum() + truth.sum())
        assert got == pytest.approx(promised) or threshold == p.min()


def test_a_line_repairs_log_odds_that_are_too_sure():
    _, labels, odds = toy(n=20_000)
    slope, intercept = fit_line(3.0 * odds.astype(np.float64) + 1.0, labels)
    assert slope == pytest.approx(1 / 3, abs=0.03)
    assert intercept == pytest.approx(-1 / 3, abs=0.1)


sets = st.lists(st.frozensets(st.sampled_from("abcdef"), max_size=4), min_size=1, max_size=5)


@given(sets, sets)
def test_overlap_is_the_rarity_of_what_is_shared(left, right):
    shared, mass = overlap_table(left, right)
    weight = {}
    for key in "abcdef":
        table, total = overlap_table([frozenset(key), *left], right)
        assert table.shape == (len(left) + 1, len(right))
        weight[key] = total[0]
    for i, x in enumerate(left):
        for k, y in enumerate(right):
            assert (shared[i, k] > 0) <= bool(x & y)
            assert shared[i, k] <= min(mass[i], mass[len(left) + k]) + 1e-9


tables = st.integers(0, 10_000).map(
    lambda seed: np.round(np.random.default_rng(seed).random((3, 4)), 2)
)


@given(tables)
def test_ranks_and_rivals_are_what_a_slow_loop_says(table):
    for i, row in enumerate(table):
        for k, value in enumerate(row):
            assert ranks(table)[i, k] == sum(other > value for other in row)
            others = [other for n, other in enumerate(row) if n != k]
            assert rivals(table)[i, k] == max(others)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_an_unrelated_third_report_says_nothing(seed):
    rng = np.random.default_rng(seed)
    p = rng.random((3, 4)).round(3)
    alone = competition({(0, 1): p}, (0, 1), thirds=())
    beside = competition(
        {(0, 1): p, (0, 2): np.zeros((3, 5)), (1, 2): np.zeros((4, 5))}, (0, 1), thirds=(2,)
    )
    assert alone.keys() == beside.keys()
    assert all(np.array_equal(alone[name], beside[name]) for name in alone)


def test_a_third_report_that_matches_both_supports_the_pair():
    p = np.full((1, 1), 0.3)
    tables = {(0, 1): p, (0, 2): np.full((1, 1), 0.9), (1, 2): np.full((1, 1), 0.8)}
    found = competition(tables, (0, 1), thirds=(2,))
    assert found["third: best chain"][0, 0] == pytest.approx(0.8)
    assert found["third: broken chain, more"][0, 0] == pytest.approx(0.18)


@given(tables)
def test_competition_is_symmetric(table):
    forward = competition({(0, 1): table}, (0, 1), thirds=())
    backward = competition({(0, 1): table.T}, (0, 1), thirds=())
    assert all(np.allclose(forward[name], backward[name].T) for name in forward)


@given(tables)
def test_scores_against_all_are_symmetric(table):
    forward, backward = against_all("x", table), against_all("x", table.T)
    assert all(np.allclose(forward[name], backward[name].T) for name in forward)


def test_a_text_is_no_rival_of_itself():
    scores = np.array([[1.0, 0.2, 0.4], [0.2, 1.0, 0.6]])
    twins = twin_table(("x", "y"), ("x", "y", "z"))
    assert twins.tolist() == [[True, False, False], [False, True, False]]
    calm = untwinned(scores, twins)
    assert np.array_equal(calm[~twins], scores[~twins])
    assert calm[0, 0] == pytest.approx(((0.2 + 0.4) / 2 + 0.2) / 2)
    assert calm[1, 1] == pytest.approx(((0.2 + 0.6) / 2 + 0.2) / 2)
