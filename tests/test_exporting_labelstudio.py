"""Label Studio: tasks go out, corrected tasks come back as gold stories."""

import copy
import json

import pytest
from lxml import etree

from storydiff.datatypes import Contradiction, Report
from storydiff.errors import FormatError
from storydiff.evaluation import metrics
from storydiff.evaluation.gold import pair, read_gold
from storydiff.exporting.labelstudio import (
    config_of,
    gold_of,
    tasks_of,
    write_gold,
    write_tasks,
)


@pytest.fixture
def found(comparison):
    a, b = comparison.statements[0], comparison.statements[-1]
    contradiction = Contradiction(a=a.id, b=b.id)
    return comparison.model_copy(update={"contradictions": (contradiction,)})


def labelled(comparison, *readers):
    """What Label Studio exports when each reader changes the prediction in their way."""
    (task,) = json.loads(json.dumps(tasks_of(comparison)))
    results = []
    for change in readers:
        result = copy.deepcopy(task["predictions"][0]["result"])
        results.append({"result": change(result), "was_cancelled": False})
    return [{"id": 1, "data": task["data"], "annotations": results, "predictions": []}]


def as_it_is(result):
    return result


def test_regions_are_spans_and_relations_join_regions(found):
    (task,) = tasks_of(found)
    regions = {r["id"]: r for r in task["predictions"][0]["result"] if r["type"] == "labels"}
    assert len(regions) == len(found.statements)
    for region in regions.values():
        value = region["value"]
        assert task["data"][region["to_name"]][value["start"] : value["end"]] == value["text"]
    relations = [r for r in task["predictions"][0]["result"] if r["type"] == "relation"]
    assert len(relations) == len(found.links) + 1
    assert all(r["from_id"] in regions and r["to_id"] in regions for r in relations)


def test_the_interface_names_what_the_tasks_use(found):
    root = etree.fromstring(config_of(found))
    (task,) = tasks_of(found)
    texts = {tag.get("name"): tag.get("value") for tag in root.iter("Text")}
    labels = {tag.get("name"): tag for tag in root.iter("Labels")}
    relations = {tag.get("value") for tag in root.iter("Relation")}
    assert all(value.removeprefix("$") in task["data"] for value in texts.values())
    for item in task["predictions"][0]["result"]:
        if item["type"] == "relation":
            assert set(item["labels"]) <= relations
            continue
        tag = labels[item["from_name"]]
        assert tag.get("toName") == item["to_name"]
        assert set(item["value"]["labels"]) <= {label.get("value") for label in tag}


def test_an_export_that_changed_nothing_is_what_we_found(found, tmp_path):
    write_gold(gold_of(labelled(found, as_it_is)), tmp_path)
    (story,) = read_gold(tmp_path).stories
    place = {s.id: (s.outlet, s.index) for s in found.statements}
    assert story.outlets == ("Post", "Radio", "Gazette")
    assert set(story.sure) == {pair(place[x.a], place[x.b]) for x in found.links}
    assert not story.open
    assert len(story.contradictions) == 1
    assert [s for r in story.reports for s in r.sentences]
    counts = metrics.counts_of(story, found)
    assert {name for name, count in counts.items() if count.wrong or count.missed} == set()
    assert counts["pair"].right == len(found.links)


def test_corrections_come_back(found, tmp_path):
    dropped = found.links[0]

    def correct(result):
        kept = [r for r in result if r.get("from_id") != dropped.a or r.get("to_id") != dropped.b]
        kept[0]["value"]["labels"] = ["opinion", "quote"]
        return kept

    write_gold(gold_of(labelled(found, correct)), tmp_path)
    (story,) = read_gold(tmp_path).stories
    assert len(story.sure) == len(found.links) - 1
    first = found.statements[0]
    assert story.kinds[first.outlet, first.index] == {"opinion", "quote"}


def test_readers_who_differ_leave_the_link_open_and_the_kind_disputed(found, tmp_path):
    def without_links(result):
        result[0]["value"]["labels"] = ["fact", "opinion"]
        return [r for r in result if r["type"] == "labels"]

    write_gold(gold_of(labelled(found, as_it_is, without_links)), tmp_path)
    (story,) = read_gold(tmp_path).stories
    assert not story.sure
    assert len(story.open) == len(found.links)
    first = found.statements[0]
    assert story.kinds[first.outlet, first.index] == {"fact"}
    assert story.disputed[first.outlet, first.index] == {"opinion"}


def test_relations_and_conflicts_are_what_the_most_say(found):
    def conflict(result):
        for r in result:
            if r["type"] == "relation" and "contradiction" not in r["labels"]:
                r["labels"] = ["same", "conflict"]
        return result

    (story,) = gold_of(labelled(found, conflict, conflict, as_it_is))
    for link in story["links"]:
        assert (link["relation"], link["conflict"]) == ("same", True)
        assert not link["conflict_agreed"]


def test_a_region_drawn_anew_belongs_to_the_statement_it_covers(found):
    def redraw(result):
        drawn = copy.deepcopy(result[1])
        gone = drawn["id"]
        drawn["id"] = "zZ9"
        drawn["value"].update(start=drawn["value"]["start"] + 2, labels=["reported"])
        outside = copy.deepcopy(drawn)
        outside.update(id="out", value={"start": 9000, "end": 9001, "labels": ["fact"]})
        rest = [r for r in result if r["id"] != gone] if "id" in result[0] else result
        return [*rest, drawn, outside]

    def robust(result):
        for r in result:
            r.setdefault("id", "relation")
        return redraw(result)

    (story,) = gold_of(labelled(found, robust))
    second = story["statements"][1]
    assert second["kinds"] == ["reported"]


@pytest.mark.parametrize(
    "task",
    [
        {},
        {"data": {"text": "x"}, "annotations": []},
        {"data": {"story": {"id": "x", "reports": []}}},
        {"data": {"story": {"id": "x", "reports": []}}, "annotations": [{"was_cancelled": True}]},
        {"data": {"story": {"id": "x", "reports": []}}, "annotations": [{}]},
        [],
    ],
)
def test_what_is_no_task_of_ours_is_named(task):
    with pytest.raises(FormatError, match="task 0: got"):
        gold_of([task])


def test_hostile_outlets_make_harmless_files(words, tmp_path):
    reports = [
        Report(text="It fell.", outlet=x) for x in ("../../x", "=1:2", 'a"<b>', "a/b", "a/b")
    ]
    reports[4] = reports[4].model_copy(update={"title": "other"})
    found = words.compare(reports)
    write_tasks(found, tmp_path / "tasks")
    assert sorted(p.name for p in (tmp_path / "tasks").iterdir()) == ["config.xml", "tasks.json"]
    write_gold(gold_of(labelled(found, as_it_is)), tmp_path / "gold")
    (story,) = read_gold(tmp_path / "gold").stories
    assert len(set(story.outlets)) == 5
    assert len(story.sure) == 10
    assert sorted(p.name for p in tmp_path.iterdir()) == ["gold", "tasks"]
