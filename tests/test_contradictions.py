"""Contradictions without a link."""

import numpy as np

from storydiff.datatypes import Link, Report
from storydiff.differences import Differences
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
    near = np.full((2, 2), 0.9, np.float32)
    assert Differences().contradictions(prepared, [link], near) == ()
    assert Differences().contradictions(prepared, [], np.zeros((2, 2), np.float32)) == ()


def test_a_clash_of_two_statements_has_its_spans() -> None:
    texts = ["Twelve sailors drowned in the wreck."], ["Nineteen sailors drowned in the wreck."]
    prepared = Pipeline().prepare(
        [Report.from_sentences(list(t), outlet=o) for t, o in zip(texts, "ab", strict=True)]
    )[0]
    (found,) = Differences().contradictions(prepared, [], np.full((2, 2), 0.2, np.float32))
    cut = [
        prepared.reports[n].text[s:e]
        for n, spans in ((0, found.spans_a), (1, found.spans_b))
        for s, e in spans
    ]
    assert cut == ["Twelve", "Nineteen"]
