"""Many stories: the same results as one by one, in order, whatever fails."""

import pickle

import pytest

from storydiff import Pipeline, Report
from storydiff.errors import OptionError
from storydiff.many import Outcome, Recalled, compare_many
from storydiff.pipeline import Bare
from tests.fakes import WordEncoder, WordMatcher

PIPELINE = Pipeline(annotator=Bare(), encoder=WordEncoder(), matcher=WordMatcher())


def story(k):
    told = ["The harbour wall fell on Monday.", f"Crew {k} left the pier at noon."]
    return [Report.from_sentences(told[: 2 - n], outlet=f"outlet-{n}") for n in range(2)]


STORIES = {f"s{k}": story(k) for k in range(5)}


class Counting(WordEncoder):
    calls = 0

    def encode(self, texts):
        Counting.calls += 1
        return super().encode(texts)


@pytest.mark.parametrize("together", [1, 2, 5, 8])
def test_results_are_those_of_one_by_one(together):
    found = list(compare_many(STORIES, pipeline=PIPELINE, together=together))
    assert [x.key for x in found] == list(STORIES)
    assert [x.comparison for x in found] == [PIPELINE.compare(r) for r in STORIES.values()]


def test_processes_change_nothing():
    found = list(compare_many(STORIES, pipeline=PIPELINE, together=2, workers=2))
    assert found == list(compare_many(STORIES, pipeline=PIPELINE))


def test_a_story_that_fails_is_reported_and_the_others_go_on():
    stories = [story(0), story(1)[:1], story(2)]
    told = []
    found = list(
        compare_many(stories, pipeline=PIPELINE, progress=lambda n, x: told.append((n, x.key)))
    )
    assert [x.comparison is None for x in found] == [False, True, False]
    assert found[1].error.startswith("StoryError: ")
    assert told == [(1, "0"), (2, "1"), (3, "2")]


def test_what_cannot_even_be_segmented_spoils_no_batch():
    found = list(compare_many([story(0), 7, story(2)], pipeline=PIPELINE, together=3))
    assert [bool(x.error) for x in found] == [False, True, False]


def unreadable():
    raise OSError("gone")


def test_a_story_is_read_when_its_turn_has_come():
    read = []

    def reader(k):
        return lambda: read.append(k) or story(k)

    stories = {"s0": reader(0), "bad": unreadable, "s2": reader(2)}
    outcomes = compare_many(stories, pipeline=PIPELINE, together=2)
    assert next(outcomes).comparison == PIPELINE.compare(story(0))
    assert read == [0]
    assert [x.error for x in outcomes] == ["OSError: gone", ""]


def test_what_is_done_is_passed_over():
    found = [x.key for x in compare_many(STORIES, pipeline=PIPELINE, done={"s0", "s3"})]
    assert found == ["s1", "s2", "s4"]


def test_no_more_is_read_than_is_worked_on_and_a_batch_is_encoded_once():
    read = []

    def endless():
        k = 0
        while True:
            read.append(k)
            yield story(k)
            k += 1

    Counting.calls = 0
    pipeline = Pipeline(annotator=Bare(), encoder=Counting(), matcher=WordMatcher())
    found = compare_many(endless(), pipeline=pipeline, together=3)
    assert [next(found).key for _ in range(3)] == ["0", "1", "2"]
    assert read == [0, 1, 2]
    assert Counting.calls == 1


def test_the_matcher_is_calibrated_for_the_vectors_at_hand():
    # Any warning, such as that of an uncalibrated encoder, is an error in the tests.
    (outcome,) = compare_many([story(0)], pipeline=Pipeline())
    assert outcome.comparison == Pipeline().compare(story(0))


def test_other_texts_are_asked_for():
    known = WordEncoder().encode(["a wall"])
    encoder = Recalled(WordEncoder(), {"a wall": 0}, known)
    assert repr(encoder) == repr(WordEncoder())
    assert (encoder.encode(["a pier"]).pooled == WordEncoder().encode(["a pier"]).pooled).all()
    assert (encoder.encode(["a wall"]).pooled == known.pooled).all()


def test_an_outcome_travels_and_bad_options_are_named():
    outcome = next(compare_many(STORIES, pipeline=PIPELINE))
    assert pickle.loads(pickle.dumps(outcome)) == outcome  # noqa: S301
    assert Outcome("x", error="why").comparison is None
    with pytest.raises(OptionError, match="together: got 0"):
        compare_many(STORIES, together=0)
    with pytest.raises(OptionError, match="workers: got 0"):
        compare_many(STORIES, workers=0)
