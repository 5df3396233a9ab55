"""Laws of a whole comparison, over stories of any kind, with exact stand-ins for the models."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from storydiff.comparison import Comparison
from storydiff.datatypes import Report
from storydiff.pipeline import Bare, Pipeline
from tests.fakes import Lines, WordEncoder, WordMatcher
from tests.strategies import SENTENCES, lines, reports

WORDS = Pipeline(
    segmenter=Lines(), annotator=Bare(), encoder=WordEncoder(), matcher=WordMatcher(least=0.8)
)
few = settings(max_examples=40, deadline=None, derandomize=True)


@few
@given(reports() | reports(lines))
def test_spans_are_exact_and_every_fact_has_evidence(story):
    found = WORDS.compare(story)
    for s in found.statements:
        assert found.report(s.report).text[s.start : s.end] == s.text
    for x in found.links:
        for name, spans in ((x.a, (*x.spans_a, *x.added_a)), (x.b, (*x.spans_b, *x.added_b))):
            s = found.statement(name)
            assert all(s.start <= a <= b <= s.end for a, b in spans)
    for row in found.table:
        assert row.statements
        assert set(row.cells) == {r.id for r in found.reports}


@few
@given(reports() | reports(lines))
def test_json_and_back_is_the_same(story):
    found = WORDS.compare(story)
    assert Comparison.from_json(found.to_json()) == found
    assert WORDS.compare(story) == found


@few
@given(reports())
def test_the_order_of_reports_changes_no_link(story):
    def links(found):
        return {(frozenset((x.a, x.b)), x.relation, x.score) for x in found.links}

    assert links(WORDS.compare(story)) == links(WORDS.compare(story[::-1]))


@few
@given(reports(), st.floats(0, 1), st.floats(0, 1))
def test_a_raised_threshold_adds_no_link(story, one, other):
    low, high = sorted((one, other))
    pairs = [
        {(x.a, x.b) for x in replace(WORDS, matcher=WordMatcher(least=t)).compare(story).links}
        for t in (low, high)
    ]
    assert pairs[1] <= pairs[0]


@few
@given(st.lists(st.sampled_from(SENTENCES), min_size=2, max_size=6, unique=True), st.data())
def test_a_sentence_that_is_cut_is_exactly_what_is_left_out(body, data):
    cut = data.draw(st.sampled_from(body))
    whole = [Report.from_sentences(body, outlet=name) for name in ("Echo", "Post")]
    rest = Report.from_sentences([s for s in body if s != cut], outlet="Radio")
    same = WORDS.compare(whole)
    assert not same.left_out
    assert not same.added
    assert not [d for x in same.links for d in x.differences]
    found = WORDS.compare([*whole, rest])
    told = {found.statement(s).text for row in found.table for s in row.statements
            if row.cells["radio"].state not in ("told", "partly")}  # fmt: skip
    assert told == {cut}
