import json
from itertools import pairwise

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydiff.comparison import Comparison, json_schema
from storydiff.datatypes import Link, Report
from storydiff.errors import FormatError, OptionError, ReportError, StoryError, VectorError
from storydiff.pipeline import Bare, Pipeline
from tests.fakes import Lines, WordEncoder, WordMatcher


def told(comparison, text):
    """The rows in which some statement has this text."""
    ids = {s.id for s in comparison.statements if text in s.text}
    return [row for row in comparison.table if ids & set(row.statements)]


def test_every_statement_is_an_exact_span(comparison):
    for s in comparison.statements:
        assert comparison.report(s.report).text[s.start : s.end] == s.text


def test_what_is_shared_added_and_left_out(comparison):
    (hurt,) = told(comparison, "Two people were hurt.")
    assert {r for r, cell in hurt.cells.items() if cell.state == "told"} == {"post", "gazette"}
    added = [comparison.statement(r.statements[0]).text for r in comparison.added_by("Gazette")]
    assert added == ["Nobody was surprised."]
    (missing,) = [x for x in comparison.left_out_by("Radio") if x.row == hurt.id]
    assert missing.support == 2


def test_left_out_is_ranked_by_weight(comparison):
    weights = [x.weight for x in comparison.left_out_by("Radio", support=1)]
    assert weights == sorted(weights, reverse=True)
    assert len(weights) > 1


def test_json_round_trip_is_identity(comparison):
    again = Comparison.from_json(comparison.to_json())
    assert again == comparison
    assert again.to_json() == comparison.to_json()


def test_json_fits_the_schema(comparison):
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(comparison.to_json()), schema)


def test_the_contract_names_what_it_promises(comparison):
    result = comparison.to_dict()
    assert result["schema"] == "storydiff/1"
    assert {"outlet", "title", "published", "url"} <= set(result["reports"][0])
    statement = {"id", "outlet", "index", "start", "end", "text", "kinds", "attributions"}
    assert statement <= set(result["statements"][0])
    link = {"a", "b", "relation", "score", "spans_a", "spans_b", "differences"}
    assert link <= set(result["links"][0])
    assert {"id", "statements", "spans", "cells"} <= set(result["table"][0])
    assert {"contradictions", "origins", "added", "left_out"} <= set(result)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "Invalid JSON"),
        ("{}", "comparison: "),
        ('{"schema": "storydiff/9"}', "comparison: schema: got 'storydiff/9'"),
    ],
)
def test_json_that_is_no_comparison_is_refused(text, message):
    with pytest.raises(FormatError, match=message):
        Comparison.from_json(text)


def test_a_report_is_found_by_outlet_or_id(comparison):
    assert comparison.report("Post") is comparison.report("post")
    with pytest.raises(
        OptionError, match="report: got 'Herald', wanted one of Radio, Gazette, Post"
    ):
        comparison.report("Herald")


def test_support_below_one_is_refused(comparison):
    with pytest.raises(OptionError, match="support: got 0"):
        comparison.left_out_by("Post", support=0)


@pytest.mark.parametrize("lookup", ["statement", "row"])
def test_an_unknown_id_is_refused(comparison, lookup):
    with pytest.raises(OptionError, match=rf"{lookup}: got 'x'"):
        getattr(comparison, lookup)("x")


def test_one_report_is_no_story(words, reports):
    with pytest.raises(StoryError, match=r"got 1"):
        words.compare(reports[:1])


def test_the_order_of_reports_is_irrelevant(words, reports):
    one = words.compare(reports)
    other = words.compare(reports[::-1])

    def facts(comparison):
        return {
            (frozenset(row.statements), frozenset(row.cells.items())) for row in comparison.table
        }

    def links(comparison):
        return {(frozenset((x.a, x.b)), x.score, x.relation) for x in comparison.links}

    assert links(one) == links(other)
    assert {s for s, _ in facts(one)} == {s for s, _ in facts(other)}


def test_an_exact_duplicate_changes_nothing_but_itself(words, reports):
    one = words.compare(reports)
    twin = reports[2].model_copy(update={"outlet": "Twin"})
    two = words.compare([*reports, twin])
    old = {r.id for r in one.reports}

    def rows(comparison):
        kept = (
            tuple(s for s in row.statements if s.split(":")[0] in old) for row in comparison.table
        )
        return [row for row in kept if row]

    assert rows(one) == rows(two)
    assert [x for x in two.links if "twin" not in x.a + x.b] == list(one.links)


def test_given_links_take_the_place_of_ours(words, reports):
    links = [{"a": ["Radio", 0], "b": "post:1", "relation": "same", "seen by": "a reader"}]
    comparison = words.compare(reports, links=links)
    (link,) = comparison.links
    assert (link.a, link.b, link.relation, link.score) == ("post:1", "radio:0", "same", 1.0)
    assert link.spans_a
    assert words.compare(reports, links=[link]).links == (link,)


def test_a_given_link_may_name_its_sides_in_either_order(words, reports):
    (link,) = words.compare(reports, links=[{"a": "post:1", "b": "radio:0"}]).links
    turned = {
        "a": link.b,
        "b": link.a,
        "spans_a": link.spans_b,
        "spans_b": link.spans_a,
        "added_a": link.added_b,
        "added_b": link.added_a,
        "words": [{"a": w.b, "b": w.a, "similarity": w.similarity} for w in link.words],
    }
    (again,) = words.compare(reports, links=[turned]).links
    assert again == link


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ({"a": "post:1"}, r"links\[0\]\.b: got None, wanted the id of a statement"),
        ({"a": ["Post", 99], "b": "radio:0"}, r"links\[0\]\.a: got \['Post', 99\]"),
        ({"a": "post:1", "b": "post:2"}, r"links\[0\]: got .* wanted statements of two reports"),
        ({"a": "post:1", "b": "radio:0", "score": 7}, r"links\[0\]\.score: got 7"),
        ({"a": "post:1", "b": "radio:0", "relation": "twin"}, r"links\[0\]\.relation: got 'twin'"),
    ],
)
def test_given_links_that_fit_nothing_are_refused(words, reports, link, message):
    with pytest.raises(FormatError, match=message):
        words.compare(reports, links=[link])


def test_vectors_of_a_foreign_encoder_are_checked(reports):
    class Nan(WordEncoder):
        def encode(self, texts):
            encoded = super().encode(texts)
            encoded.tokens[0] = float("nan")
            return encoded

    pipeline = Pipeline(segmenter=Lines(), annotator=Bare(), encoder=Nan(), matcher=WordMatcher())
    with pytest.raises(VectorError):
        pipeline.compare(reports)


def test_the_signature_names_every_part(words):
    for part in (
        "segmenter:Lines()",
        "encoder:WordEncoder(",
        "matcher:WordMatcher(",
        "table:Table(",
    ):
        assert part in words.signature


def test_progress_names_the_stages_in_order(words, reports):
    stages = []
    words.compare(reports, progress=stages.append)
    assert stages == ["segmenting", "annotating", "encoding", "aligning", "tabulating"]


@given(st.lists(st.text("a. \n", max_size=6), max_size=6), st.data())
def test_sentences_that_come_split_stay_as_they_are(sentences, data):
    paragraph = data.draw(
        st.none() | st.lists(st.integers(0, 2), min_size=len(sentences), max_size=len(sentences))
    )
    report = Report.from_sentences(sentences, outlet="Post", paragraph=paragraph)
    assert [report.text[s:e] for s, e in report.sentences] == sentences
    gaps = [report.text[a[1] : b[0]] for a, b in pairwise(report.sentences)]
    numbers = paragraph or [0] * len(sentences)
    wanted = [" " if a == b else "\n\n" for a, b in pairwise(numbers)]
    assert gaps == wanted


def test_a_paragraph_list_of_another_length_is_refused():
    with pytest.raises(ReportError, match=r"paragraph: got 1, wanted '?2 numbers"):
        Report.from_sentences(["a", "b"], outlet="Post", paragraph=[0])


@pytest.mark.parametrize("spans", [((0, 9),), ((2, 1),), ((2, 3), (0, 1)), ((-1, 1),)])
def test_sentence_spans_outside_the_text_are_refused(spans):
    with pytest.raises(ReportError, match="sentence span: got"):
        Report(text="abcd", outlet="Post", sentences=spans)


def test_a_report_without_an_outlet_is_refused():
    with pytest.raises(ReportError, match="outlet: got ' ', wanted a name"):
        Report(text="abc", outlet=" ")


def test_a_link_is_closed_to_other_keys():
    with pytest.raises(ValueError, match="extra"):
        Link(a="a:0", b="b:0", relation="same", score=0.5, verdict="biased")


def test_a_copy_looks_up_what_it_holds_itself(comparison):
    first = comparison.statement(comparison.statements[0].id)
    other = first.model_copy(update={"kinds": ("opinion",)})
    copy = comparison.model_copy(update={"statements": (other, *comparison.statements[1:])})
    assert copy.statement(first.id) == other
    assert comparison.statement(first.id) == first
