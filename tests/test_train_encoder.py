"""The parts that train the adapter: laws, and slow obvious references."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.train_encoder import adapter_of
from benchmarks.training.encoder import LAYERS, WIDTH, Encoder, Tokenized
from benchmarks.training.fitting import figures, logistic
from benchmarks.training.objective import Case, interaction, pair_loss, ranking_loss, rarity
from benchmarks.training.stories import average_precision, best_f1, folds_of, read_story
from storydiff.encoding.adapter import PLACES, merge
from storydiff.encoding.weights import WEIGHTS_SHA256

VOCABULARY = 40


def case(seed: int, outlets: list[list[int]]) -> tuple[Case, torch.Tensor]:
    """A made-up story: word pieces of each sentence of each outlet, and random vectors."""
    rng = np.random.default_rng(seed)
    lengths = np.array([n for outlet in outlets for n in outlet])
    sizes = np.cumsum([0, *(len(o) for o in outlets)])
    bounds = tuple((int(a), int(b)) for a, b in pairwise(sizes))
    owner = np.repeat(np.arange(len(outlets)), np.diff(sizes))
    labels = rng.integers(-1, 2, (len(lengths), len(lengths))).astype(np.int8)
    labels = np.triu(labels, 1) + np.triu(labels, 1).T
    labels[owner[:, None] == owner] = -1
    weight = rng.uniform(0.1, 3, lengths.sum()).astype(np.float32)
    raw = torch.from_numpy(rng.normal(size=(lengths.sum(), 6)).astype(np.float32))
    made = Case(
        torch.from_numpy(weight), bounds, torch.from_numpy(lengths), torch.from_numpy(labels)
    )
    return made, raw


shapes = st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=4), min_size=2, max_size=3)


@given(st.integers(0, 1000), shapes)
@settings(deadline=None)
def test_interaction_is_the_weighted_mean_of_best_matches(seed: int, outlets: list[list[int]]):
    made, raw = case(seed, outlets)
    vectors = raw.numpy().astype(np.float64)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors -= vectors.mean(0)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ends = np.cumsum(made.lengths.numpy())
    rows = [range(e - n, e) for e, n in zip(ends, made.lengths.numpy(), strict=True)]
    got = interaction(raw, made).numpy()

    def covers(i: int, j: int) -> float:
        best = [max(float(vectors[s] @ vectors[t]) for t in rows[j]) for s in rows[i]]
        return float(np.average(best, weights=made.weight.numpy()[list(rows[i])]))

    for a, b in made.bounds:
        for i in range(a, b):
            for j in range(len(rows)):
                both = (0.0, 0.0) if a <= j < b else (covers(i, j), covers(j, i))
                wanted = [sum(both) / 2, min(both), max(both)]
                assert got[:, i, j] == pytest.approx(wanted, abs=1e-4)


@given(st.integers(0, 1000), shapes)
@settings(deadline=None)
def test_a_pair_that_counts_neither_way_moves_no_loss(seed: int, outlets: list[list[int]]):
    made, _ = case(seed, outlets)
    n = len(made.lengths)
    logits = torch.from_numpy(np.random.default_rng(seed).normal(size=(n, n)).astype(np.float32))
    logits = logits + logits.T
    second = made.bounds[1][0]  # at least one pair counts
    made.labels[0, second] = made.labels[second, 0] = 0
    other = logits + 7 * (made.labels < 0)
    one = pair_loss(logits, made, positive=3.0, ranking=1.0)
    assert float(one) == pytest.approx(
        float(pair_loss(other, made, positive=3.0, ranking=1.0)), rel=1e-5
    )


def test_the_ranking_loss_asks_every_sentence_of_every_other_outlet():
    made, _ = case(0, [[1, 1], [1]])
    made.labels[:] = torch.tensor([[-1, -1, 1], [-1, -1, 0], [1, 0, -1]])
    logits = torch.zeros(3, 3)
    logits[0, 2] = logits[2, 0] = 2.0
    logits[1, 2] = logits[2, 1] = -1.0
    e = np.exp
    wanted = [
        -np.log(e(2) / (1 + e(2))),  # sentence 0: the one of the other outlet, not none
        -np.log(1 / (1 + e(-1))),  # sentence 1: none
        -np.log(e(2) / (1 + e(2) + e(-1))),  # sentence 2: the first of two, or none
    ]
    assert float(ranking_loss(logits, made)) == pytest.approx(np.mean(wanted), rel=1e-5)


def tokens(*sentences: list[int]) -> Tokenized:
    ids = tuple(np.array([1, *s, 2], np.int64) for s in sentences)
    owner = np.repeat(np.arange(len(ids)), [len(s) for s in sentences])
    flat = np.array([piece for s in sentences for piece in s])
    return Tokenized(ids, owner, flat != 3)


def test_rarity_falls_with_frequency_and_is_zero_for_punctuation():
    weights = rarity(tokens([5, 6, 3], [5, 7, 7], [5, 8, 3]))
    assert weights[2] == weights[8] == 0
    assert weights[0] == pytest.approx(np.log(4 / 3.5))
    assert weights[1] == weights[4] == weights[5] == pytest.approx(np.log(4 / 1.5))


def random_state(seed: int) -> dict[str, torch.Tensor]:
    """Weights of the base model's shape, with a small vocabulary."""
    source = torch.Generator().manual_seed(seed)

    def draw(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=source) * 0.05

    shape: dict[str, Callable[[], tuple[int, int]]] = {
        "up": lambda: (4 * WIDTH, WIDTH),
        "down": lambda: (WIDTH, 4 * WIDTH),
    }
    state = {
        "embeddings.word_embeddings.weight": draw(VOCABULARY, WIDTH),
        "embeddings.position_embeddings.weight": draw(32, WIDTH),
        "embeddings.token_type_embeddings.weight": draw(2, WIDTH),
    }
    norms = ["embeddings"]
    for layer in range(LAYERS):
        key = f"encoder.layer.{layer}"
        norms += [f"{key}.attention.output", f"{key}.output"]
        for name, place in PLACES.items():
            rows, columns = shape.get(name, lambda: (WIDTH, WIDTH))()
            state[f"{key}.{place}.weight"] = draw(rows, columns)
            state[f"{key}.{place}.bias"] = draw(rows)
    for name in norms:
        state[f"{name}.LayerNorm.weight"] = 1 + draw(WIDTH)
        state[f"{name}.LayerNorm.bias"] = draw(WIDTH)
    return state


def test_the_merged_adapter_computes_what_was_trained():
    state = random_state(0)
    torch.manual_seed(1)
    trained = Encoder(state, rank=4)
    with torch.no_grad():
        for name, delta in trained.deltas.items():
            if name.endswith("_B"):
                delta.normal_(std=0.1)
    adapter = adapter_of(trained)
    assert adapter.base == WEIGHTS_SHA256
    merged = merge({k: v.numpy() for k, v in state.items()}, adapter)
    plain = Encoder({k: torch.from_numpy(v) for k, v in merged.items()}, rank=1)
    untrained = Encoder(state, rank=1)
    text = tokens([5, 9, 12, 30], [8], [20, 21, 5, 5, 5, 6, 7])
    with torch.no_grad():
        one, two, base = (e(e.prepare(text)) for e in (trained, plain, untrained))
    near = torch.cosine_similarity(one, two, dim=1)
    assert float(near.min()) > 0.999
    assert float(torch.cosine_similarity(one, base, dim=1).max()) < 0.99


def test_only_the_deltas_are_trained_and_the_frozen_layers_come_first():
    text = tokens([5, 9, 12], [8, 3])
    encoder = Encoder(random_state(0), first=4, rank=2)
    whole = Encoder(random_state(0), first=0, rank=2)
    assert {name.split("_")[0] for name in encoder.deltas} == {"4", "5"}
    with torch.no_grad():
        upper, lower = encoder(encoder.prepare(text)), whole(whole.prepare(text))
    assert torch.allclose(upper, lower, atol=0.05)
    encoder(encoder.prepare(text)).sum().backward()
    assert all(p.grad is not None for p in encoder.parameters())


def test_sentences_do_not_see_each_other_in_a_chunk():
    encoder = Encoder(random_state(2), rank=1)
    texts = [[5, 9, 12], [8], [30, 31, 32, 33, 34]]
    with torch.no_grad():
        together = encoder(encoder.prepare(tokens(*texts)))
        apart = torch.cat([encoder(encoder.prepare(tokens(t))) for t in texts])
    assert float(torch.cosine_similarity(together, apart, dim=1).min()) > 0.999


@given(st.integers(0, 500))
@settings(deadline=None, max_examples=20)
def test_logistic_has_no_slope_left(seed: int):
    rng = np.random.default_rng(seed)
    x = torch.from_numpy(rng.normal(size=300))
    y = torch.from_numpy((rng.random(300) < 1 / (1 + np.exp(-2 * x.numpy() + 1))).astype(float))
    weight = torch.where(y > 0, 3.0, 1.0).double()
    slope, offset = logistic(x, y, weight)
    rest = weight * (torch.sigmoid(slope * x + offset) - y)
    assert abs(float(rest.sum()) + 1e-3 * offset) < 1e-6
    assert abs(float((rest * x).sum()) + 1e-3 * slope) < 1e-6


def test_figures_of_a_perfect_and_of_a_reversed_order():
    labels = np.array([1, 1, 0, 0, 0])
    good, bad = np.array([0.9, 0.8, 0.3, 0.2, 0.1]), np.array([0.1, 0.2, 0.7, 0.8, 0.9])
    assert average_precision(good, labels) == 1
    assert best_f1(good, labels) == 1
    assert best_f1(bad, labels) == pytest.approx(4 / 7)
    assert figures({"x": (good, labels), "y": (good, labels)})["stories"] == 2


def test_folds_are_even_in_each_domain_and_do_not_depend_on_order():
    names = [f"ecb-{i}" for i in range(25)] + [f"2012-{i}" for i in range(51)]
    fold = folds_of(names)
    assert fold == folds_of(reversed(names))
    for kind in ("ecb", "2012"):
        sizes = np.bincount([f for n, f in fold.items() if n.startswith(kind)])
        assert len(sizes) == 5
        assert sizes.max() - sizes.min() <= 1


def test_a_gold_story_is_read_with_what_counts():
    story = read_story(
        {
            "id": "x",
            "reports": [
                {"outlet": "a", "sentences": ["The bridge fell.", " ", "Nobody was hurt."]},
                {"outlet": "b", "sentences": ["A bridge has fallen.", "Trains stand still."]},
            ],
            "links": [
                {"a": ["a", 0], "b": ["b", 0], "agreed": True},
                {"a": ["a", 2], "b": ["b", 1], "agreed": False},
                {"a": ["a", 1], "b": ["b", 1], "agreed": True},
            ],
        }
    )
    assert len(story.sentences) == 4
    assert story.labels.tolist() == [
        [-1, -1, 1, 0],
        [-1, -1, 0, -1],
        [1, 0, -1, -1],
        [0, -1, -1, -1],
    ]
    rows, columns = story.pairs()
    assert list(zip(rows.tolist(), columns.tolist(), strict=True)) == [(0, 2), (0, 3), (1, 2)]
