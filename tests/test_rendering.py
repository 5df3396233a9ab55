import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydiff.datatypes import Difference, Report
from storydiff.errors import OptionError, StorydiffWarning
from storydiff.rendering import escaping, markdown, text
from storydiff.rendering.view import joined, view_of

HOSTILE = (
    "\x1b[2J\x1b]0;pwned\x07 <script>alert(1)</script> | [x](javascript:alert(1)) \u202egnihton"
)


@given(st.text(st.characters(exclude_categories=())))
def test_visible_text_holds_no_control_character(found):
    shown = escaping.visible(found)
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f]", shown)
    shown.encode("utf-8")


@given(st.text("abc .,;:äé\u4e2d’“”—", max_size=40))
def test_harmless_text_stays_as_it_is(found):
    assert escaping.visible(found) == found


@given(st.text())
def test_markdown_has_no_markup_left(found):
    shown = escaping.markdown(found)
    assert "\n" not in shown
    assert not re.search(r"(?<!\\)(?:\\\\)*[<>|`*_\[\]]", shown)


@pytest.fixture(scope="module")
def hostile(words):
    reports = [
        Report(text=f"It rained.\n{HOSTILE}", outlet=f"Post {HOSTILE}"),
        Report(text=f"It rained.\nSun {HOSTILE}", outlet="Radio"),
    ]
    with pytest.warns(StorydiffWarning, match="control characters"):
        return words.compare(reports)


def test_a_terminal_sees_no_escape_sequence(hostile):
    shown = text.render(hostile)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)
    assert "<U+202E>" in shown


def test_markdown_sees_no_markup_from_outside(hostile):
    shown = markdown.render(hostile)
    assert "<script" not in shown
    assert not re.search(r"(?<!\\)\[x(?<!\\)\]", shown)


def test_spans_that_only_a_comma_parts_are_shown_as_one():
    words = "Rain, snow and wind"
    assert joined(words, [(0, 4), (6, 10), (15, 19)]) == ((0, 10), (15, 19))


@pytest.mark.parametrize("render", [text.render, markdown.render])
def test_everything_found_is_shown(render, comparison):
    shown = render(comparison)
    for words in ("Nobody was surprised", "Two people were hurt", "Engineers had warned of rust"):
        assert words in " ".join(shown.split())
    assert "nearest" in shown
    assert "WordMatcher" in shown


@pytest.mark.parametrize("render", [text.render, markdown.render])
def test_only_one_kind(render, comparison):
    assert "Nobody was surprised" not in render(comparison, only="quotes")


def test_the_focus_is_one_report(comparison):
    view = view_of(comparison, focus="Radio")
    assert [c.label for c in view.reports] == ["Radio"]
    assert all("Radio" in {s.label for s in fact.told} for fact in view.shared)


def test_lines_are_no_wider_than_asked(comparison):
    findings, _, signature = text.render(comparison, width=60).partition("\nsignature")
    assert max(map(len, findings.splitlines())) <= 60
    assert signature


def test_conflicts_and_differences_are_shown_apart(words, reports):
    comparison = words.compare(reports)
    link = comparison.links[0]
    a, b = comparison.statement(link.a), comparison.statement(link.b)
    spans = {"a": ((a.start, a.start + 3),), "b": ((b.start, b.start + 3),)}
    found = (
        Difference(type="number", conflict=True, score=0.9, **spans),
        Difference(type="wording", conflict=False, score=0.4, **spans),
    )
    changed = comparison.model_copy(
        update={"links": (link.model_copy(update={"differences": found}), *comparison.links[1:])}
    )
    view = view_of(changed)
    assert [c.type for c in view.conflicts] == ["number"]
    assert [x.score for x in view.wording] == [0.4]
    assert changed.conflicts == (changed.links[0],)
    for render in (text.render, markdown.render):
        shown = render(changed)
        assert shown.index("number") < shown.lower().index("wording")


def test_two_reports_of_one_outlet_are_told_apart(words):
    reports = [
        Report(text="It rained.", outlet="Post", id="post-early"),
        Report(text="It rained.", outlet="Post", id="post-late"),
    ]
    view = view_of(words.compare(reports))
    assert [c.label for c in view.reports] == ["Post (post-early)", "Post (post-late)"]


def test_a_support_below_one_is_refused(comparison):
    with pytest.raises(OptionError, match="support: got 0"):
        view_of(comparison, support=0)
