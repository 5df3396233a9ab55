"""One report against the others."""

import json

import jsonschema
import pytest

from storydiff.comparison import Comparison, json_schema
from storydiff.errors import OptionError
from tests.pages import harbour


@pytest.fixture(scope="module")
def story():
    return harbour()


@pytest.fixture(scope="module", params=range(3))
def focused(story, request):
    report = story.reports[request.param]
    return story, report.id, story.focus(report.id)


def test_left_out_is_what_the_comparison_says_the_weightiest_first(focused):
    story, name, focus = focused
    assert focus.left_out == story.left_out_by(name, support=1)
    assert focus.added == tuple(a for a in story.added if a.report == name)


def test_in_part_names_our_statements_and_what_is_missing(focused):
    story, name, focus = focused
    rows = {row.id: row for row in story.table if row.cells[name].state == "partly"}
    assert {x.row for x in focus.in_part} == set(rows)
    for x in focus.in_part:
        cell = rows[x.row].cells[name]
        assert (x.statements, x.missing, x.missing_in) == (
            cell.statements,
            cell.missing,
            cell.missing_in,
        )
    weights = [x.weight for x in focus.in_part]
    assert weights == sorted(weights, reverse=True)


def test_every_difference_that_touches_us_is_there_once_with_our_side_first(focused):
    story, name, focus = focused
    owner = {s.id: s.report for s in story.statements}
    found = [
        (x.ours, x.theirs, x.difference) for x in (*focus.conflicts, *focus.altered, *focus.quoted)
    ]
    for ours, theirs, d in found:
        assert owner[ours] == name != owner[theirs]
        text = story.report(name).text
        statement = story.statement(ours)
        assert all(statement.start <= s < e <= statement.end for s, e in d.a), text
    wanted = []
    for link in story.links:
        for d in link.differences:
            if d.type != "wording" or d.conflict:
                if owner[link.a] == name:
                    wanted.append((link.a, link.b, d))
                elif owner[link.b] == name:
                    wanted.append((link.b, link.a, d.model_copy(update={"a": d.b, "b": d.a})))
    key = repr
    assert sorted(found, key=key) == sorted(wanted, key=key)
    assert all(x.difference.conflict for x in focus.conflicts)
    assert not any(x.difference.conflict for x in (*focus.altered, *focus.quoted))
    assert {x.difference.type for x in focus.quoted} <= {"quotation"}


def test_contradictions_have_our_side_first(focused):
    story, name, focus = focused
    touching = [
        x
        for x in story.contradictions
        if name in (story.statement(x.a).report, story.statement(x.b).report)
    ]
    assert len(focus.contradictions) == len(touching)
    assert all(story.statement(x.a).report == name for x in focus.contradictions)


def test_wording_is_ours_against_theirs(focused):
    _, name, focus = focused
    for contrast in focus.wording:
        assert name in {use.report for use in contrast.uses_a}
        assert {use.report for use in contrast.uses_b} - {name}


def test_the_json_holds_the_focus_under_a_key_of_the_contract(focused):
    story, name, focus = focused
    text = story.focused(name).to_json()
    found = json.loads(text)
    jsonschema.validate(found, json_schema())
    assert found["focus"]["report"] == name
    assert Comparison.from_json(text).focus_ == focus
    assert json.loads(story.to_json())["focus"] is None


def test_an_unknown_outlet_is_answered_with_the_names_there_are_close_ones_first(story):
    outlets = [r.outlet for r in story.reports]
    meant = outlets[-1]
    with pytest.raises(OptionError) as raised:
        story.focus(meant[:-1] + "x")
    message = str(raised.value)
    assert all(outlet in message for outlet in outlets)
    assert message.split("wanted one of ")[1].startswith(meant)
