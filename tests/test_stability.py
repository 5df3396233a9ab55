"""Findings that hang on a threshold or an encoder are marked, and no others."""

from dataclasses import replace

import pytest

from storydiff.alignment import LateInteraction, TrainedMatcher
from storydiff.cli import main
from storydiff.comparison import Comparison
from storydiff.datatypes import Report
from storydiff.errors import OptionError
from storydiff.pipeline import Bare, Pipeline, compare
from storydiff.stability import MOVED, marked
from tests.fakes import Lines, WordEncoder, WordMatcher

DOWN, UP = f"thresholds {-MOVED:+.2f}", f"thresholds {MOVED:+.2f}"


def pairs(comparison):
    return {(x.a, x.b) for x in comparison.links}


@pytest.fixture(scope="module")
def late():
    """A pipeline of words alone, whose matcher has a threshold that can be moved."""
    room = Pipeline(Lines(), Bare(), WordEncoder(), LateInteraction(min_probability=0.1))
    scores = sorted(x.score for x in room.compare(graded()).links)
    matcher = LateInteraction(min_probability=scores[len(scores) // 2] - MOVED / 2)
    return replace(room, matcher=matcher)


def graded():
    """Reports whose sentences share more and more of their words."""
    words = [f"word{k}" for k in range(14)]
    lines = [" ".join(words[:k]) + f" tail{k} end{k}" for k in range(4, len(words))]
    return [
        Report(text="\n".join(lines), outlet="Post"),
        Report(text="\n".join(" ".join(words[: k + 2]) for k in range(4, 12)), outlet="Radio"),
        Report(text="\n".join(lines[::-1]), outlet="Star"),
    ]


def test_links_that_a_higher_threshold_loses_are_marked_and_no_others(late):
    plain = late.compare(graded())
    found = late.compare(graded(), stability=True)
    higher = replace(late, matcher=late.matcher.moved(MOVED)).compare(graded())
    assert pairs(found) == pairs(plain)
    lost = pairs(plain) - pairs(higher)
    assert lost
    assert {(x.a, x.b) for x in found.links if UP in x.flips} == lost
    assert all(x.flips == ((UP,) if (x.a, x.b) in lost else ()) for x in found.links)
    least = late.matcher.moved(MOVED).min_probability
    assert all((x.score < least) == bool(x.flips) for x in found.links)


def test_nothing_else_changes_but_a_note(late):
    plain, found = late.compare(graded()), late.compare(graded(), stability=True)
    bare = found.model_copy(
        update={
            "links": tuple(x.model_copy(update={"flips": ()}) for x in found.links),
            "left_out": tuple(x.model_copy(update={"flips": ()}) for x in found.left_out),
            "notes": found.notes[:-1],
        }
    )
    assert bare == plain
    assert found.notes[-1].startswith("stability: ")
    count = sum(bool(x.flips) for x in found.left_out)
    told = f"0 of 0 conflicts, {count} of {len(found.left_out)} omissions flip with {DOWN} or {UP}"
    assert found.notes[-1].endswith(told)
    assert Comparison.from_json(found.to_json()) == found


def test_another_pipeline_marks_what_it_does_not_find(words, reports):
    strict = replace(words, matcher=WordMatcher(least=2.0))
    found, other = words.compare(reports, other=strict), strict.compare(reports)
    assert pairs(other) < pairs(found)
    for link in found.links:
        assert link.flips == (() if (link.a, link.b) in pairs(other) else ("another encoder",))
    same = words.compare(reports, other=words)
    assert not any(x.flips for x in (*same.links, *same.left_out))


def test_an_omission_flips_when_the_other_finds_it_told_or_told_by_one_alone(words, reports):
    found = words.compare(reports)
    loose = replace(words, matcher=WordMatcher(least=0.3)).compare(reports)
    strict = replace(words, matcher=WordMatcher(least=2.0)).compare(reports)
    for name, other in (("loose", loose), ("strict", strict)):
        by_words = {}
        for row in other.table:
            for statement in row.statements:
                by_words.setdefault(statement, []).append(row)
        for x in marked(found, {name: other}).left_out:
            row = found.row(x.row)
            near = [r for s in row.statements for r in by_words[s]]
            stays = [
                r.cells[x.report].state == "not_found" and (x.support < 2 or r.support > 1)
                for r in near
            ]
            if all(stays):
                assert x.flips == ()
            if not any(stays):
                assert x.flips == (name,)
    assert any(x.flips for x in marked(found, {"strict": strict}).left_out)


def test_what_flips_is_shown_in_every_format(words, reports):
    strict = replace(words, matcher=WordMatcher(least=2.0))
    found = words.compare(reports, other=strict)
    assert any(x.flips for x in found.left_out)
    for shown in (found.to_text(width=10_000), found.to_markdown(), found.to_html()):
        assert "flips with another encoder" in shown
        assert "stability: " in shown


def test_links_that_were_given_hang_on_no_threshold(words, reports):
    with pytest.raises(OptionError, match="no threshold"):
        words.compare(reports, links=[], stability=True)


def test_a_matcher_without_a_threshold_is_refused(words, reports):
    with pytest.raises(OptionError, match="threshold can be moved"):
        words.compare(reports, stability=True)


@pytest.mark.parametrize("by", [-0.05, 0.05, -2, 2])
def test_thresholds_stay_probabilities(by):
    for matcher in (TrainedMatcher(min_probability=0.5), LateInteraction(min_probability=0.5)):
        assert matcher.moved(by).min_probability == min(1, max(0, 0.5 + by))
    learnt = TrainedMatcher().moved(0.0).min_probability
    assert TrainedMatcher().moved(0.1).min_probability == pytest.approx(learnt + 0.1)


def test_the_default_pipeline_and_the_command(tmp_path, capsys):
    from storydiff.reading import read_reports

    folder = "storydiff/data/example"
    found = compare(read_reports(folder), stability=True)
    assert found.notes[-1].startswith("stability: ")
    marked_links = {(x.a, x.b) for x in found.links if UP in x.flips}
    assert marked_links == {
        (x.a, x.b) for x in found.links if x.score < TrainedMatcher().moved(MOVED).min_probability
    }
    out = tmp_path / "found.json"
    assert main(["compare", "-q", folder, "--stability", "--output", str(out)]) == 0
    assert Comparison.from_json(out.read_text(encoding="utf-8")) == found
