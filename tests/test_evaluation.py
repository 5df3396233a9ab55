import json
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydiff.datatypes import Difference
from storydiff.errors import FormatError, UnreadableError
from storydiff.evaluation import metrics
from storydiff.evaluation.gold import read_gold
from storydiff.evaluation.metrics import Count

STORY = {
    "id": "rain",
    "source": "invented",
    "reports": [
        {"outlet": "post", "title": "", "sentences": ["It rained on Monday.", "Two died.", "Ad"]},
        {"outlet": "radio", "title": "", "sentences": ["It rained on Monday.", "Ten died."]},
    ],
    "links": [
        {"a": ["post", 0], "b": ["radio", 0], "relation": "same", "agreed": True},
        {
            "a": ["post", 1],
            "b": ["radio", 1],
            "relation": "overlap",
            "agreed": True,
            "conflict": "two or ten",
        },
    ],
    "contradictions": [{"a": "post:1", "b": "radio:0"}],
    "statements": [
        {"outlet": "post", "index": 0, "kinds": ["fact"]},
        {"outlet": "post", "index": 1, "kinds": ["fact"]},
        {"outlet": "post", "index": 2, "kinds": ["other"]},
        {"outlet": "radio", "index": 0, "kinds": ["fact"]},
        {"outlet": "radio", "index": 1, "kinds": ["fact", "reported"]},
    ],
}


@pytest.fixture
def gold(tmp_path):
    (tmp_path / "rain.json").write_text(json.dumps(STORY))
    return read_gold(tmp_path)


def test_the_hash_covers_the_files_and_not_where_they_lie(gold, tmp_path):
    other = tmp_path / "elsewhere"
    other.mkdir()
    (other / "rain.json").write_text(json.dumps(STORY))
    assert read_gold(other).sha256 == gold.sha256
    (other / "rain.json").write_text(json.dumps({**STORY, "id": "snow"}))
    assert read_gold(other).sha256 != gold.sha256
    assert gold.name == "invented"


def test_a_folder_without_stories_is_refused(tmp_path):
    with pytest.raises(UnreadableError, match=r"no .json file"):
        read_gold(tmp_path)


def test_a_file_that_is_no_story_is_refused(tmp_path):
    (tmp_path / "x.json").write_text("[1]")
    with pytest.raises(FormatError, match=r"x.json: got .* wanted a gold story"):
        read_gold(tmp_path)


def test_counts_of_a_story(gold, words):
    (story,) = gold.stories
    links = [{"a": ["post", 0], "b": ["radio", 0], "relation": "same"}]
    comparison = words.compare(story.reports, links=links)
    counts = metrics.counts_of(story, comparison)
    assert counts["pair"] == Count(1, 0, 1)
    assert counts["same"] == Count(1, 0, 0)
    assert counts["told"] == Count(2, 0, 2)
    assert counts["left_out"] == Count(0, 2, 0)
    assert counts["conflict"] == Count(0, 0, 1)
    assert counts["contradiction"] == Count(0, 0, 1)
    assert counts["kind_fact"] == Count(4, 1, 0)
    assert counts["kind_reported"] == Count(0, 0, 1)


def test_a_conflict_that_is_found_counts(gold, words):
    (story,) = gold.stories
    comparison = words.compare(story.reports, links=[{"a": ["post", 1], "b": ["radio", 1]}])
    found = Difference(type="number", conflict=True, a=((21, 24),), b=((21, 24),))
    link = comparison.links[0].model_copy(update={"differences": (found,)})
    changed = comparison.model_copy(update={"links": (link,)})
    assert metrics.counts_of(story, changed)["conflict"] == Count(1, 0, 0)


def test_a_link_only_one_reader_marked_counts_neither_way(tmp_path, words):
    links = [{**STORY["links"][0], "agreed": False}, STORY["links"][1]]
    (tmp_path / "rain.json").write_text(json.dumps({**STORY, "links": links}))
    (story,) = read_gold(tmp_path).stories
    counts = metrics.counts_of(story, words.compare(story.reports, links=STORY["links"][:1]))
    assert counts["pair"] == Count(0, 0, 1)
    assert counts["same"] == Count(0, 0, 0)


def test_a_comparison_of_another_story_is_refused(gold, comparison):
    with pytest.raises(FormatError, match="wanted the 5 statements of rain"):
        metrics.counts_of(gold.stories[0], comparison)


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_f1_is_the_harmonic_mean(right, wrong, missed):
    count = Count(right, wrong, missed)
    p, r = count.precision, count.recall
    assert count.f1 == pytest.approx(2 * p * r / (p + r) if p + r else 0.0)


ranked = st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=30)


@given(ranked)
def test_best_f1_is_the_best_over_all_thresholds(pairs):
    scores = np.array([s / 10 for s, _ in pairs], np.float32)
    truth = [t for _, t in pairs]
    value, threshold = metrics.best_f1(scores, truth)
    by_cut = []
    order = sorted(range(len(pairs)), key=lambda i: -scores[i])
    for k in range(1, len(order) + 1):
        hits = sum(truth[i] for i in order[:k])
        by_cut.append(2 * hits / (k + max(1, sum(truth))))
    assert value == pytest.approx(max(by_cut))
    assert threshold in scores


@given(ranked.filter(lambda pairs: any(t for _, t in pairs)))
def test_average_precision_against_its_definition(pairs):
    scores = [s + random.Random(i).random() / 2 for i, (s, _) in enumerate(pairs)]
    truth = [t for _, t in pairs]
    order = sorted(range(len(pairs)), key=lambda i: -np.float32(scores[i]))
    hits, total = 0, 0.0
    for k, i in enumerate(order, start=1):
        if truth[i]:
            hits += 1
            total += hits / k
    assert metrics.average_precision(np.array(scores, np.float32), truth) == pytest.approx(
        total / hits
    )


def test_nothing_true_has_no_average_precision():
    assert metrics.average_precision(np.array([0.5], np.float32), [False]) == 0.0


def test_probabilities_that_mean_what_they_say_have_no_error():
    p = np.repeat(np.array([0.2, 0.6], np.float32), 50)
    truth = [i < 10 for i in range(50)] + [i < 30 for i in range(50)]
    bins = metrics.reliability(p, truth, bins=2)
    assert [b.pairs for b in bins] == [50, 50]
    assert metrics.calibration_error(bins) == pytest.approx(0, abs=1e-6)
    assert metrics.brier_skill(p, truth) > 0


def test_pairs_below_the_least_do_not_count():
    assert metrics.reliability(np.array([0.05], np.float32), [True]) == ()
    assert metrics.brier_skill(np.array([0.05], np.float32), [True]) == 0.0


def test_the_interval_of_one_story_is_a_point():
    story = {"pair": Count(3, 1, 1)}
    low, high = metrics.interval([story, story], lambda c: c["pair"].f1, draws=50)
    assert low == high == Count(3, 1, 1).f1


def test_balanced_accuracy():
    counts = {"told": Count(3, 0, 1), "left_out": Count(1, 0, 1)}
    assert metrics.balanced_accuracy(counts) == pytest.approx((0.75 + 0.5) / 2)
