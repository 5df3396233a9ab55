import hashlib
import itertools
import json
from dataclasses import replace

import numpy as np
import pytest
from fakes import Lines, WordEncoder
from hypothesis import given, settings
from hypothesis import strategies as st

from storydiff.alignment import (
    LateInteraction,
    TrainedMatcher,
    comparable,
    match_pairs,
    pairs_threshold,
    uncalibrated,
)
from storydiff.datatypes import Report, Statement
from storydiff.encoding import DEFAULT_MODEL, load_encoder
from storydiff.errors import (
    FormatError,
    ModelError,
    OptionError,
    StorydiffWarning,
    UnreadableError,
    VectorError,
)
from storydiff.pipeline import Bare, Pipeline
from storydiff.protocols import Matcher, Parse, Story
from storydiff.scoring import Weights, default_weights, read_weights

HARBOUR = (
    "The harbour board closed the old pier on Monday.",
    "Engineers found rust in forty beams.",
    "It will cost two million crowns.",
)
PIER = (
    "On Monday the harbour board closed the old pier.",
    "Fishermen protested outside the town hall.",
    "Rust was found in forty beams by engineers.",
)
CHOIR = ("A choir from the valley won first prize.", "The judges praised its altos.")


def story(*reports, dimension=384, other=()):
    """A story of reports, each a list of sentences, without parses."""
    made, statements = [], []
    for name, sentences in zip("abcdefgh", reports, strict=False):
        report = Report.from_sentences(list(sentences), outlet=name, id=name)
        made.append(report)
        for k, (start, end) in enumerate(report.sentences):
            statements.append(
                Statement(
                    id=f"{name}:{k}",
                    report=name,
                    outlet=name,
                    index=k,
                    start=start,
                    end=end,
                    text=report.text[start:end],
                    kinds=("other",) if (name, k) in other else ("fact",),
                )
            )
    encoded = WordEncoder(dimension).encode([s.text for s in statements])
    return Story(tuple(made), tuple(statements), (Parse.empty(),) * len(statements), encoded)


def by_id(found, of):
    names = [s.id for s in of.statements]
    return {
        (a, b): found.probabilities.of(i, k)
        for i, a in enumerate(names)
        for k, b in enumerate(names)
    }


def linked(found):
    return {frozenset((link.a, link.b)): link for link in found.links}


MATCHERS = (TrainedMatcher(), LateInteraction())
both = pytest.mark.parametrize("matcher", MATCHERS, ids=["trained", "late"])


@both
def test_a_matcher_is_one(matcher):
    assert isinstance(matcher, Matcher)


@both
def test_probabilities_are_symmetric_and_nothing_within_a_report(matcher):
    of = story(HARBOUR, PIER, CHOIR)
    p = matcher.match(of).probabilities.dense()
    assert p.dtype == np.float32
    assert np.array_equal(p, p.T)
    assert ((p >= 0) & (p <= 1)).all()
    assert not p[~comparable(of.statements)].any()


@both
def test_the_same_words_in_another_order_are_the_nearest(matcher):
    p = by_id(matcher.match(story(HARBOUR, PIER)), story(HARBOUR, PIER))
    assert p["a:0", "b:0"] > max(p["a:0", "b:1"], p["a:0", "b:2"], p["a:1", "b:0"])
    assert p["a:1", "b:2"] > max(p["a:1", "b:1"], p["a:2", "b:2"])


sentences = st.lists(
    st.sampled_from([*HARBOUR, *PIER, *CHOIR, "Rust.", ""]), min_size=1, max_size=4
)


@both
@settings(max_examples=25, deadline=None)
@given(reports=st.lists(sentences, min_size=2, max_size=3))
def test_the_order_of_reports_changes_no_bit(matcher, reports):
    of = story(*reports)
    found = by_id(matcher.match(of), of)
    for order in itertools.permutations(range(len(reports))):
        turned = story(*(reports[k] for k in order))
        names = dict(zip("abc", ("abc"[k] for k in order), strict=False))
        again = by_id(matcher.match(turned), turned)
        for (x, y), p in again.items():
            assert p == found[names[x[0]] + x[1:], names[y[0]] + y[1:]]


@both
@settings(max_examples=25, deadline=None)
@given(reports=st.lists(sentences, min_size=2, max_size=3))
def test_a_copy_of_a_report_changes_nothing_but_itself(matcher, reports):
    of, more = story(*reports), story(*reports, reports[0])
    n = len(of.statements)
    found, again = matcher.match(of), matcher.match(more)
    assert np.array_equal(again.probabilities.dense()[:n, :n], found.probabilities.dense())
    last = "abcd"[len(reports)]
    assert [x for x in again.links if last not in (x.a[0], x.b[0])] == list(found.links)


def test_identical_reports_are_the_same_statement_by_statement():
    found = TrainedMatcher().match(story(HARBOUR, HARBOUR))
    assert [(x.a, x.b) for x in found.links] == [(f"a:{k}", f"b:{k}") for k in range(3)]
    assert all(x.relation == "same" and x.score == 1 and not x.unsure for x in found.links)
    assert not any(x.added_a or x.added_b for x in found.links)


def test_equal_sentences_of_different_reports_are_the_same():
    found = linked(TrainedMatcher().match(story(HARBOUR, (CHOIR[0], HARBOUR[1].upper()))))
    link = found[frozenset(("a:1", "b:1"))]
    assert link.relation == "same"
    assert link.score >= 0.99


@both
def test_furniture_and_wordless_statements_take_no_part(matcher):
    of = story((*HARBOUR, "***"), (*PIER, "***"), other={("a", 0)})
    p = by_id(matcher.match(of), of)
    assert not any(value for (a, b), value in p.items() if "a:0" in (a, b) or "a:3" in (a, b))


@both
def test_every_span_is_of_its_own_statement(matcher):
    of = story(HARBOUR, PIER)
    at = {s.id: s for s in of.statements}
    texts = {r.id: r.text for r in of.reports}
    found = matcher.match(of)
    assert found.links
    for link in found.links:
        for name, shared, added in (
            (link.a, link.spans_a, link.added_a),
            (link.b, link.spans_b, link.added_b),
        ):
            own = at[name]
            spans = sorted((*shared, *added))
            assert all(own.start <= s < e <= own.end for s, e in spans)
            assert all(x[1] <= y[0] for x, y in itertools.pairwise(spans))
            assert all(texts[own.report][s:e].strip() == texts[own.report][s:e] for s, e in spans)


def test_shared_and_added_words_are_told_apart():
    a = ("The harbour board closed the old pier after a storm.",)
    b = ("The harbour board closed the old pier despite protests.",)
    (link,) = TrainedMatcher(min_probability=0.0).match(story(a, b)).links
    assert [a[0][s:e] for s, e in link.spans_a] == ["harbour board closed the old pier"]
    assert [a[0][s:e] for s, e in link.added_a] == ["storm"]
    assert [b[0][s:e] for s, e in link.added_b] == ["despite protests"]
    words = [(a[0][slice(*w.a)], b[0][slice(*w.b)]) for w in link.words]
    assert words == [(w, w) for w in ("harbour", "board", "closed", "old", "pier")]


def test_evidence_sums_to_the_log_odds():
    of = story(HARBOUR, PIER, CHOIR)
    for link in TrainedMatcher(min_probability=0.0).match(of).links:
        if 0.001 < link.score < 0.99:
            odds = sum(part.weight for part in link.evidence)
            assert 1 / (1 + np.exp(-odds)) == pytest.approx(link.score, abs=2e-3)


def test_the_threshold_is_the_callers_to_move():
    of = story(HARBOUR, PIER, CHOIR)
    counts = [len(TrainedMatcher(min_probability=p).match(of).links) for p in (0.0, 0.5, 1.0)]
    assert counts == sorted(counts, reverse=True)
    for link in TrainedMatcher(min_probability=0.5, band=0.2).match(of).links:
        assert link.unsure == (abs(link.score - 0.5) < 0.2)


@pytest.mark.parametrize("options", [{"min_probability": 2}, {"band": -0.1}])
def test_an_option_outside_its_range_is_named(options):
    with pytest.raises(OptionError, match=next(iter(options))):
        TrainedMatcher(**options)


def test_another_event_links_nothing_and_says_so():
    found = TrainedMatcher().match(story(HARBOUR, CHOIR))
    assert not found.links
    assert "hardly overlap" in found.notes[0]


def test_vectors_of_another_size_fall_back_with_a_warning():
    of = story(HARBOUR, PIER, dimension=32)
    with pytest.warns(StorydiffWarning, match="not trained"):
        found = TrainedMatcher().match(of)
    assert found.links == LateInteraction().match(of).links
    assert "late interaction alone" in found.notes[-1]


def test_a_report_without_statements_and_empty_ones_are_no_matter():
    found = TrainedMatcher().match(story(HARBOUR, ("", " ")))
    assert not found.links
    assert not list(found.probabilities.pairs())


def test_three_sentences_against_three_hundred():
    many = [f"Item {k} of the list names the town hall." for k in range(297)]
    found = TrainedMatcher().match(story(HARBOUR, [*many, *PIER]))
    assert frozenset(("a:0", "b:297")) in linked(found)


def test_texts_that_are_no_story():
    left, right = [HARBOUR[0], HARBOUR[1], ""], [PIER[0], PIER[2], CHOIR[0], "..."]
    a, b = WordEncoder(384).encode(left), WordEncoder(384).encode(right)
    p = match_pairs(left, right, a, b)
    assert p.shape == (3, 4)
    assert p[0, 0] > p[0, 1]
    assert p[1, 1] > p[1, 0]
    assert not p[2].any()
    assert not p[:, 3].any()
    assert np.array_equal(match_pairs(right, left, b, a), p.T)
    assert 0 < pairs_threshold() < 1


def test_weights_survive_their_json_and_broken_ones_are_named():
    weights = default_weights()
    data = weights.as_json()
    assert Weights.from_json(data).as_json() == data
    with pytest.raises(ModelError, match="second"):
        Weights.from_json({k: v for k, v in data.items() if k != "second"})


def test_the_signature_names_weights_and_options():
    text = repr(replace(TrainedMatcher(), min_probability=0.4))
    assert default_weights().sha256[:12] in text
    assert "min_probability=0.4" in text


def pipeline_of(matcher, encoder):
    return Pipeline(segmenter=Lines(), annotator=Bare(), encoder=encoder, matcher=matcher)


TWO = tuple(
    Report.from_sentences(list(sentences), outlet=outlet)
    for outlet, sentences in (("Post", HARBOUR), ("Radio", PIER))
)


def test_an_encoder_that_the_matcher_does_not_know_is_told_of_whatever_its_size():
    with pytest.warns(StorydiffWarning, match=r"calibrated for all-MiniLM.*not for WordEncoder"):
        found = pipeline_of(TrainedMatcher(), WordEncoder(384)).compare(TWO)
    assert any("storydiff calibrate" in note for note in found.notes)
    with pytest.warns(StorydiffWarning) as told:
        pipeline_of(TrainedMatcher(), WordEncoder(16)).compare(TWO)
    assert len(told) == 1
    found = pipeline_of(LateInteraction(), WordEncoder(16)).compare(TWO)
    assert not any("calibrat" in note for note in found.notes)


def test_the_shipped_weights_are_for_the_shipped_encoder():
    assert uncalibrated(TrainedMatcher(), load_encoder()) is None
    assert "calibrated for" in (uncalibrated(TrainedMatcher(), load_encoder(DEFAULT_MODEL)) or "")


def test_a_calibration_for_the_encoder_at_hand_is_used_without_a_word(tmp_path):
    data = {**default_weights().as_json(), "encoder": repr(WordEncoder(384))}
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(data))
    weights = read_weights(path)
    found = pipeline_of(TrainedMatcher(weights=weights), WordEncoder(384)).compare(TWO)
    assert not any("calibrat" in note for note in found.notes)
    assert weights.sha256[:12] in found.signature
    assert hashlib.sha256(path.read_bytes()).hexdigest() == weights.sha256


def broken(**changes):
    return json.dumps({**default_weights().as_json(), **changes})


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        ("{", FormatError, "wanted JSON"),
        ("[1]", FormatError, "a list"),
        ("[" * 100_000, FormatError, "wanted JSON"),
        ("{}", ModelError, "no usable 'mean'"),
        (broken(encoder=3), ModelError, "3 is no name"),
        (broken(mean=[[1.0]]), ModelError, "mean: not a vector"),
        (broken(mean=[float("nan")]), ModelError, "mean: not a vector"),
        (broken(line=[1.0]), ModelError, "no usable"),
        (broken(line=[1.0, float("inf")]), ModelError, "number inf"),
        (broken(min_probability=1.5), ModelError, "1.5 is not in 0..1"),
        (broken(first=[]), ModelError, "no usable"),
        (broken(same={"bias": 0, "features": {"cover": {}}}), ModelError, "knots"),
        (
            broken(
                same={"bias": 0, "features": {"x": {"knots": [1], "slopes": [1], "typical": 1}}}
            ),
            ModelError,
            "shapes",
        ),
        (
            broken(same={**default_weights().as_json()["same"], "bias": float("nan")}),
            ModelError,
            "finite",
        ),
    ],
)
def test_a_broken_calibration_is_named(tmp_path, content, error, message):
    path = tmp_path / "mine.json"
    path.write_text(content)
    with pytest.raises(error, match=r"mine\.json.*" + message):
        read_weights(path)


def test_a_calibration_that_is_not_there_is_named(tmp_path):
    with pytest.raises(UnreadableError, match=r"none\.json"):
        read_weights(tmp_path / "none.json")


def test_texts_with_vectors_of_another_size_are_refused():
    encoded = WordEncoder(16).encode(list(HARBOUR))
    with pytest.raises(VectorError, match="got '16 numbers each', wanted 384"):
        match_pairs(HARBOUR, HARBOUR, encoded, encoded)
