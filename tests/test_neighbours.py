"""Late interaction over candidates: a slow reference, and what candidates change and do not."""

import json

import numpy as np
import pytest
from fakes import WordEncoder
from hypothesis import given, settings
from hypothesis import strategies as st
from test_alignment import CHOIR, HARBOUR, PIER, linked, sentences, story

from storydiff.alignment import LateInteraction, comparable
from storydiff.cli import main
from storydiff.errors import OptionError
from storydiff.interaction import pair_coverages, pieces_of
from storydiff.pipeline import pipeline_for
from storydiff.protocols import Encoded
from storydiff.search import nearest, pairs_of
from storydiff.similarity import centred, distinct, rarity, token_mean


def slowly(encoded, texts, i, j, *, power):
    """How far text j covers text i: word piece by word piece."""
    first = distinct(texts).tolist()
    vectors = centred(encoded.tokens, token_mean(encoded, np.array(first, np.int32)))
    pieces = pieces_of(encoded, texts)
    total = mass = 0.0
    for t, piece in enumerate(pieces[i]):
        count = sum(piece in pieces[k] for k in first)
        told = any(c.isalnum() for c in piece)
        weight = np.float32(rarity(count, len(first), power=power) if told else 0.0)
        own = vectors[encoded.rows(i)][t]
        near = [float(own @ other) for other in vectors[encoded.rows(j)]]
        total += float(weight) * max(near, default=-1.0)
        mass += float(weight)
    return total / mass if mass else 0.0


@settings(max_examples=40, deadline=None)
@given(
    texts=st.lists(st.sampled_from([*HARBOUR, *PIER, *CHOIR, ". !", ""]), max_size=7),
    data=st.data(),
)
def test_pairs_are_what_a_loop_over_pieces_says(texts, data):
    encoded = WordEncoder().encode(texts)
    every = [(i, j) for i in range(len(texts)) for j in range(i + 1, len(texts))]
    chosen = sorted(data.draw(st.sets(st.sampled_from(every)))) if every else []
    first, second = np.array(chosen, np.int32).reshape(-1, 2).T
    got = pair_coverages(encoded, texts, first, second, power=1.5)
    assert got.shape == (2, len(chosen))
    for k, (i, j) in enumerate(chosen):
        assert got[0, k] == pytest.approx(slowly(encoded, texts, i, j, power=1.5), abs=1e-5)
        assert got[1, k] == pytest.approx(slowly(encoded, texts, j, i, power=1.5), abs=1e-5)


def test_many_texts_in_parts_are_what_they_are_alone():
    texts = [f"{HARBOUR[i % 3]} {i % 7} {PIER[i % 2]}" for i in range(200)]
    encoded = WordEncoder().encode(texts)
    first = np.repeat(np.arange(199, dtype=np.int32), 3)
    second = np.minimum(first + np.tile(np.array([1, 2, 71], np.int32), 199), 199)
    whole = pair_coverages(encoded, texts, first, second, power=1.5)
    for k in range(0, len(first), 37):
        alone = pair_coverages(encoded, texts, first[k : k + 1], second[k : k + 1], power=1.5)
        assert np.array_equal(whole[:, k : k + 1], alone)


def test_half_precision_vectors_give_nearly_the_same():
    texts = [*HARBOUR, *PIER]
    encoded = WordEncoder(384).encode(texts)
    half = Encoded(
        encoded.pooled,
        encoded.tokens.astype(np.float16),
        encoded.starts,
        encoded.ends,
        encoded.offsets,
    )
    first, second = np.triu_indices(len(texts), 1)
    pairs = first.astype(np.int32), second.astype(np.int32)
    exact = pair_coverages(encoded, texts, *pairs, power=1.5)
    assert np.abs(pair_coverages(half, texts, *pairs, power=1.5) - exact).max() < 2e-3


@settings(max_examples=30, deadline=None)
@given(reports=st.lists(sentences, min_size=2, max_size=3))
def test_with_enough_neighbours_nothing_changes(reports):
    of = story(*reports)
    every, near = LateInteraction().match(of), LateInteraction(neighbours=20).match(of)
    assert near.links == every.links
    assert np.array_equal(near.probabilities.dense(), every.probabilities.dense())


@settings(max_examples=30, deadline=None)
@given(reports=st.lists(sentences, min_size=2, max_size=3), k=st.integers(1, 3))
def test_fewer_neighbours_leave_out_pairs_and_change_none(reports, k):
    of = story(*reports)
    every = LateInteraction().match(of).probabilities.dense()
    near = LateInteraction(neighbours=k).match(of).probabilities.dense()
    assert ((near == every) | (near == 0)).all()
    assert not near[~comparable(of.statements)].any()


@settings(max_examples=30, deadline=None)
@given(reports=st.lists(sentences, min_size=2, max_size=4), k=st.integers(1, 3), data=st.data())
def test_the_order_of_reports_changes_no_neighbour(reports, k, data):
    order = data.draw(st.permutations(range(len(reports))))
    of, turned = story(*reports), story(*(reports[i] for i in order))
    matcher = LateInteraction(neighbours=k)
    found, again = (
        sorted(
            (p, *sorted((x.statements[i].text, x.statements[j].text)))
            for i, j, p in matcher.match(x).probabilities.pairs()
        )
        for x in (of, turned)
    )
    assert found == again


def test_furniture_takes_no_neighbour_from_anyone():
    of = story(HARBOUR, PIER[:1], PIER[:1], other={("b", 0)})
    found = linked(LateInteraction(neighbours=1).match(of))
    assert set(found) == {frozenset(("a:0", "c:0"))}


@given(st.integers(0, 30), st.integers(1, 5), st.integers(0, 99))
def test_pairs_are_those_that_either_side_names(n, k, seed):
    rng = np.random.default_rng(seed)
    vectors = rng.standard_normal((n, 4)).astype(np.float32)
    index, _ = nearest(vectors, k=k)
    first, second = pairs_of(index)
    wanted = {(min(i, j), max(i, j)) for i, row in enumerate(index.tolist()) for j in row if j >= 0}
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == sorted(wanted)
    assert first.dtype == second.dtype == np.int32


def test_no_neighbours_are_refused():
    with pytest.raises(OptionError, match="neighbours: got 0"):
        LateInteraction(neighbours=0)
    with pytest.raises(OptionError, match="neighbours: got them with a calibration"):
        pipeline_for(neighbours=8, calibration="any.json")


def test_the_command_line_takes_neighbours(tmp_path, capfd):
    out = tmp_path / "c.json"
    told = ["compare", "examples/harbour-fire", "--neighbours", "4", "--output", str(out)]
    assert main(told) == 0
    signature = json.loads(out.read_text(encoding="utf-8"))["signature"]
    assert repr(pipeline_for(neighbours=4).matcher) in signature
    assert "neighbours=4" in signature
    assert main([*told, "--calibration", "none.json"]) == 2
    assert "neighbours" in capfd.readouterr().err
