"""Contradictions without a link."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from storydiff.datatypes import Link, Report
from storydiff.differences import Differences, contradictions
from storydiff.differences.polarity import is_opposite, opposed, opposites
from storydiff.likelihoods import Likelihoods
from storydiff.pipeline import Pipeline
from storydiff.protocols import Story


def story() -> Story:
    texts = (["The ferry sank off the coast."], ["The ferry sank off the coast on Monday."])
    return Pipeline().prepare(
        [Report.from_sentences(t, outlet=o) for t, o in zip(texts, "ab", strict=True)]
    )[0]


def test_linked_pairs_and_far_pairs_are_none() -> None:
    prepared = story()
    a, b = (s.id for s in prepared.statements)
    link = Link(a=a, b=b, relation="same", score=1.0)
    near = Likelihoods.of_dense(np.full((2, 2), 0.9, np.float32))
    assert Differences().contradictions(prepared, [link], near) == ()
    assert Differences().contradictions(prepared, [], Likelihoods.none(2)) == ()


def test_a_clash_of_two_statements_has_its_spans() -> None:
    texts = ["Twelve sailors drowned in the wreck."], ["Nineteen sailors drowned in the wreck."]
    prepared = Pipeline().prepare(
        [Report.from_sentences(list(t), outlet=o) for t, o in zip(texts, "ab", strict=True)]
    )[0]
    near = Likelihoods.of_dense(np.full((2, 2), 0.2, np.float32))
    (found,) = Differences().contradictions(prepared, [], near)
    cut = [
        prepared.reports[n].text[s:e]
        for n, spans in ((0, found.spans_a), (1, found.spans_b))
        for s, e in spans
    ]
    assert cut == ["Twelve", "Nineteen"]


LEFT = [
    "Mayor Anna Holm opened the new bridge on Monday.",
    "Twelve sailors drowned in the wreck.",
    "Holm said she would not pay for the repairs.",
    "The harbour is safe, Holm said.",
    "Anna Holm paid 400 crowns for the painting in 2011.",
]
RIGHT = [
    "Mayor Anna Holm opened the new bridge on Friday.",
    "Nineteen sailors drowned in the wreck.",
    "Holm said she would pay for the repairs.",
    "The harbour is unsafe, Holm said.",
    "Anna Holm paid 900 crowns for the painting in 2011.",
    "In the wreck nineteen sailors drowned.",
    "A choir sang at dusk.",
]


def test_what_is_passed_over_could_not_have_clashed(monkeypatch) -> None:
    prepared = Pipeline().prepare(
        [Report.from_sentences(list(t), outlet=o) for t, o in ((LEFT, "a"), (RIGHT, "b"))]
    )[0]
    n = len(prepared.statements)
    near = Likelihoods.of_dense(np.full((n, n), 0.2, np.float32))
    found = Differences().contradictions(prepared, [], near)
    monkeypatch.setattr(contradictions, "_possible", lambda *_: True)
    assert Differences().contradictions(prepared, [], near) == found
    assert len(found) >= 4


@given(st.sampled_from(sorted(opposites())), st.sampled_from(["un", "in", "dis", "non", ""]))
def test_opposites_are_mutual(word, prefix) -> None:
    for lemma in (word, prefix + word):
        for other in opposed(lemma):
            assert is_opposite(lemma, other)
            assert is_opposite(other, lemma)
    assert is_opposite("happy", "unhappy")
    assert not is_opposite("do", "undo")
    assert not is_opposite("house", "home")
