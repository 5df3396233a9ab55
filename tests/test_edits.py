"""Edits planted into real prose are found by the default pipeline, and nothing else is.

One report of each invented story is held against a copy of itself with one edit.
"""

import re
from functools import cache

import pytest

from storydiff.datatypes import Report
from storydiff.evaluation.bench import own_stories
from storydiff.pipeline import pipeline_for

STORIES = {story.id: story for story in own_stories().stories}
SOME = sorted(STORIES)[::2]
NUMBER = re.compile(r"(?<![\w.,$€£:-])([2-9]\d|[1-9]\d\d)(?![\w%.,:-])")


@cache
def pipeline():
    return pipeline_for()


def copied(report: Report, text: str) -> Report:
    return Report(outlet="Copy", text=text, published=report.published, title=report.title)


@cache
def plain(name: str) -> Report:
    """The first report of a story as running text, so that a copy of it is read alike."""
    first = STORIES[name].reports[0]
    return Report(outlet="First", text=first.text, published=first.published, title=first.title)


def compared(report: Report, text: str):
    return pipeline().compare([report, copied(report, text)])


def news(found, report):
    return [s for s in found.statements if s.report == report and s.kinds != ("other",)]


def side_by_side(found):
    """The links of statements that hold the same place in both."""
    left, right = (news(found, name) for name in ("first", "copy"))
    at = {s.id: k for k, s in enumerate(left)} | {s.id: k for k, s in enumerate(right)}
    return {at[x.a]: x for x in found.links if at[x.a] == at[x.b]}


@pytest.mark.parametrize("name", STORIES)
def test_a_report_and_its_copy_differ_in_nothing(name):
    report = plain(name)
    found = compared(report, report.text)
    pairs = side_by_side(found)
    assert len(pairs) == len(news(found, "first")) == len(news(found, "copy"))
    assert {x.relation for x in pairs.values()} == {"same"}
    assert not [d for x in pairs.values() for d in x.differences]
    assert found.left_out == found.added == found.contradictions == ()
    assert {len(o.reports) for o in found.origins} == {2}


@pytest.mark.parametrize("place", [1, -1])
@pytest.mark.parametrize("name", SOME)
def test_a_statement_that_is_cut_is_what_is_left_out_or_is_told_once_more(name, place):
    report = plain(name)
    gone = news(compared(report, report.text), "first")[place]
    found = compared(report, report.text[: gone.start] + report.text[gone.end :])
    missing = {s for x in found.left_out for s in found.row(x.row).statements}
    assert {x.report for x in found.left_out} <= {"copy"}
    assert {found.statement(s).text for s in missing} <= {gone.text}
    if not missing:
        again = [x for x in found.links if found.statement(x.a).text == gone.text]
        assert "same" in {x.relation for x in again}
    assert {s for x in found.added for s in found.row(x.row).statements} == missing


@pytest.mark.parametrize("name", SOME)
def test_a_statement_that_is_put_in_is_what_is_added(name):
    report = plain(name)
    new = "A brass band from Oostmark practised waltzes in the empty hall next door."
    found = compared(report, f"{report.text}\n\n{new}")
    added = [found.statement(s).text for x in found.added for s in found.row(x.row).statements]
    assert added == [new]
    assert [x.report for x in found.added] == ["copy"]
    assert [x.report for x in found.left_out] == ["first"]


def with_numbers():
    return [(name, m) for name in STORIES for m in list(NUMBER.finditer(plain(name).text))[:1]]


@pytest.mark.parametrize(
    ("name", "match"), [pytest.param(n, m, id=f"{n}-{m[0]}") for n, m in with_numbers()]
)
def test_a_number_that_is_changed_is_what_differs_there_and_nowhere_else(name, match):
    report = plain(name)
    other = str(int(match[0]) * 2 + 3)
    found = compared(report, report.text[: match.start()] + other + report.text[match.end() :])
    ((_, difference),) = [(x, d) for x in side_by_side(found).values() for d in x.differences]
    assert difference.type == "number"
    values = []
    for side, spans, number in (("first", difference.a, match[0]), ("copy", difference.b, other)):
        words = " ".join(found.report(side).text[a:b] for a, b in spans)
        assert number in words
        values.append(words)
    # "At least 31" and "at least 65" can both be true; 31 and 65 cannot.
    bounded = all(re.match("at least|up to|more than", words) for words in values)
    assert difference.conflict is not bounded


def with_speakers():
    """Some sentences of each story whose source is one person by name."""
    return [(name, k) for name in STORIES for k in range(len(speakers(name)))]


@cache
def speakers(name):
    """Where a source is named, and whether more than a few words are laid to it."""
    report = plain(name)
    out = {}
    for s in news(compared(report, report.text), "first"):
        if len(s.text.split()) < 8:
            continue
        people = [m.span for m in s.names if m.type == "person" and " " in m.entity]
        for a in s.attributions:
            named = [x for x in people if any(c <= x[0] and x[1] <= d for c, d in a.source)]
            if len(named) == 1 and len(s.attributions) == 1:
                told = " ".join(report.text[c:d] for c, d in a.content).split()
                out[named[0]] = len(told) >= 10
    return tuple(out.items())


@pytest.mark.parametrize(("name", "k"), with_speakers())
def test_a_speaker_that_is_swapped_is_what_differs_there_and_nowhere_else(name, k):
    report = plain(name)
    (start, end), long = speakers(name)[k]
    other = "Thomas Reed"
    found = compared(report, report.text[:start] + other + report.text[end:])
    differing = [(x, d) for x in side_by_side(found).values() for d in x.differences]
    (here,) = [s.id for s in news(found, "first") if s.start <= start < s.end]
    assert {x.a for x, _ in differing} == {here}
    types = {d.type for _, d in differing}
    assert "name" in types
    assert types <= {"name", "attribution", "quotation"}
    # Who is named by a source that was not read as one is told by name alone.
    copy = found.report("copy").text
    read = [copy[a:b] for s in news(found, "copy") for x in s.attributions for a, b in x.source]
    assert types & {"attribution", "quotation"} or not long or other not in " ".join(read)
    for _, d in differing:
        if d.type == "quotation":
            assert d.rule == "quotation: in another mouth"
            continue
        ((a, b),), ((c, e),) = d.a, d.b
        assert a <= start < end <= b
        assert other in copy[c:e]
