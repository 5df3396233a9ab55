"""Every invented event is compared, and what was planted in it is found."""

import importlib.util
import json
from pathlib import Path

import pytest

from storydiff import compare, read_reports

EXAMPLES = Path(__file__).parent.parent / "examples"
EVENTS = sorted(path.stem for path in (EXAMPLES / "answers").glob("*.json"))
SCRIPTS = sorted(EXAMPLES.glob("*.py"))


@pytest.fixture(scope="module")
def compared():
    """The comparison of each event, made once."""
    done = {}

    def of(event):
        if event not in done:
            done[event] = compare(read_reports(EXAMPLES / event))
        return done[event]

    return of


def planted(part):
    answers = {
        event: json.loads((EXAMPLES / "answers" / f"{event}.json").read_text(encoding="utf-8"))
        for event in EVENTS
    }
    return [
        pytest.param(event, item, id=f"{event}-{number}")
        for event, answer in answers.items()
        for number, item in enumerate(answer.get(part, ()))
    ]


def statement_of(comparison, report, words):
    """The one statement of a report that holds these words."""
    found = [s for s in comparison.statements_of(report) if words in s.text]
    assert len(found) == 1, (report, words, [s.text for s in found])
    return found[0]


def rows_of(comparison, statement):
    return [row for row in comparison.table if statement.id in row.statements]


@pytest.mark.parametrize(("event", "item"), planted("shared"))
def test_shared_facts_are_linked(compared, event, item):
    comparison = compared(event)
    first, *others = (statement_of(comparison, report, words) for report, words in item.items())
    linked = {frozenset((x.a, x.b)) for x in comparison.links}
    for other in others:
        assert frozenset((first.id, other.id)) in linked


@pytest.mark.parametrize(("event", "item"), planted("left_out"))
def test_omissions_are_found(compared, event, item):
    comparison = compared(event)
    ((teller, words),) = item["told_by"].items()
    told = statement_of(comparison, teller, words)
    rows = {row.id for row in rows_of(comparison, told)}
    assert rows & {x.row for x in comparison.left_out_by(item["report"], support=1)}


@pytest.mark.parametrize(("event", "item"), planted("added"))
def test_additions_are_found(compared, event, item):
    comparison = compared(event)
    told = statement_of(comparison, item["report"], item["text"])
    assert told.id in {s for row in comparison.added_by(item["report"]) for s in row.statements}


@pytest.mark.parametrize(("event", "item"), planted("opinions"))
def test_opinions_are_labelled(compared, event, item):
    comparison = compared(event)
    assert "opinion" in statement_of(comparison, item["report"], item["text"]).kinds


@pytest.mark.parametrize(("event", "item"), planted("conflicts"))
def test_conflicts_are_found(compared, event, item):
    comparison = compared(event)
    (one, words_one), (two, words_two) = (pair for pair in item.items() if pair[0] != "type")
    text = {r.id: r.text for r in comparison.reports}
    wanted = {(comparison.report(one).id, words_one), (comparison.report(two).id, words_two)}
    found = [
        {
            (side, word)
            for side, word in wanted
            for link_side, spans in ((link.a, d.a), (link.b, d.b))
            if comparison.statement(link_side).report == side
            and any(part in word or word in part for s, e in spans if (part := text[side][s:e]))
        }
        for link in comparison.conflicts
        for d in link.differences
        if d.conflict and d.type == item["type"]
    ]
    assert wanted in found


@pytest.mark.parametrize(("event", "item"), planted("quotations"))
def test_altered_quotations_are_found(compared, event, item):
    comparison = compared(event)
    one, two = (statement_of(comparison, report, words) for report, words in item.items())
    (link,) = [x for x in comparison.links if {x.a, x.b} == {one.id, two.id}]
    assert any(d.type == "quotation" for d in link.differences)


@pytest.mark.parametrize(("event", "item"), planted("copies"))
def test_copies_are_one_origin(compared, event, item):
    comparison = compared(event)
    ids = {comparison.report(name).id for name in item}
    assert any(ids <= set(origin.reports) for origin in comparison.origins)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_every_script_runs(path, capsys):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.main()
    assert capsys.readouterr().out.strip()
