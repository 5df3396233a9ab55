"""A comparison as a Label Studio task, and the corrected task as a gold story.

One task is one story: a text for each report, a region for each statement,
labelled with its kinds, and a relation for each link. `tasks_of` and `config_of`
go out; `gold_of` reads what Label Studio exports (format JSON) and gives stories
that `storydiff.evaluation.gold.read_gold` reads. Offsets are code points, as
Label Studio has counted since version 1.5.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from xml.sax.saxutils import quoteattr

from storydiff.comparison import Comparison
from storydiff.datatypes import KINDS, Link, Report, Statement
from storydiff.errors import FormatError, unexpected
from storydiff.exporting.files import safe_name, write_folder

RELATIONS: Final = ("same", "overlap", "conflict", "contradiction")
_COLOURS: Final = dict(
    zip(KINDS, ("#4477aa", "#228833", "#66ccee", "#aa3377", "#bbbbbb"), strict=True)
)
_SOURCE: Final = "Label Studio"

Task = dict[str, Any]
Place = tuple[str, int]


def tasks_of(comparison: Comparison) -> list[Task]:
    """The comparison as a list of one Label Studio task, with our findings as a prediction.

    ``data`` holds the reports as sentences, so that an export of Label Studio
    alone is enough to make a gold story.
    """
    number = {report.id: i for i, report in enumerate(comparison.reports)}
    names = _names(comparison.reports)
    data: dict[str, Any] = {
        **{f"text_{i}": report.text for i, report in enumerate(comparison.reports)},
        **{f"outlet_{i}": name for i, name in enumerate(names)},
        "story": {
            "id": "-".join(r.id for r in comparison.reports),
            "reports": [
                _report(comparison, report, name)
                for report, name in zip(comparison.reports, names, strict=True)
            ],
        },
    }
    regions = [_region(s, number[s.report]) for s in comparison.statements if s.text]
    shown = {region["id"] for region in regions}
    relations = [
        *(_relation(x.a, x.b, _labels(x)) for x in comparison.links),
        *(_relation(x.a, x.b, ["contradiction"]) for x in comparison.contradictions),
    ]
    kept = [r for r in relations if {r["from_id"], r["to_id"]} <= shown]
    prediction = {"model_version": comparison.signature[:100], "result": [*regions, *kept]}
    return [{"data": data, "predictions": [prediction]}]


def config_of(comparison: Comparison) -> str:
    """The labelling interface for tasks of this many reports, as Label Studio's XML."""
    columns = "\n".join(_column(i) for i in range(len(comparison.reports)))
    relations = "\n".join(f"    <Relation value={quoteattr(name)}/>" for name in RELATIONS)
    return (
        f'<View>\n  <Relations choice="multiple">\n{relations}\n  </Relations>\n'
        f'  <View style="display: flex; gap: 1em">\n{columns}\n  </View>\n</View>\n'
    )


def write_tasks(comparison: Comparison, folder: str | os.PathLike[str]) -> None:
    """Write ``tasks.json`` and ``config.xml`` into a folder.

    Raises `OptionError` if they cannot be written.
    """
    tasks = json.dumps(tasks_of(comparison), ensure_ascii=False, indent=1) + "\n"
    write_folder(folder, {"tasks.json": tasks, "config.xml": config_of(comparison)})


def gold_of(exported: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Gold stories of what Label Studio exported (format JSON, not JSON-MIN).

    Each task needs at least one annotation; its annotations count as readers. A
    link that not all of them marked has ``agreed`` false and counts nowhere; its
    relation is that of the most, and ``relation_agreed`` says whether all chose
    it (``conflict`` likewise). Kinds that only some gave are ``disputed_kinds``.
    Regions that a reader drew anew belong to the statement that they cover most
    of; relations within one report are no links and are left aside.

    Raises `FormatError` naming the task that is none of ours.
    """
    return [_story(number, task) for number, task in enumerate(exported)]


def write_gold(stories: Iterable[Mapping[str, Any]], folder: str | os.PathLike[str]) -> None:
    """Write each story of `gold_of` to a file of its own; raises `OptionError` if it cannot be."""
    files = {
        f"{safe_name(story['id'])}.json": json.dumps(story, ensure_ascii=False, indent=1) + "\n"
        for story in stories
    }
    write_folder(folder, files)


def _names(reports: Sequence[Report]) -> list[str]:
    """The outlet of each report, with its id where two have one outlet: gold names by outlet."""
    times = Counter(report.outlet for report in reports)
    return [r.outlet if times[r.outlet] == 1 else f"{r.outlet} ({r.id})" for r in reports]


def _report(comparison: Comparison, report: Report, name: str) -> dict[str, Any]:
    statements = comparison.statements_of(report.id)
    return {
        "outlet": name,
        "title": report.title,
        "date": report.published,
        "url": report.url,
        "sentences": [s.text for s in statements],
        "paragraph": [s.paragraph for s in statements],
        "ids": [s.id for s in statements],
        "spans": [s.span for s in statements],
    }


def _region(s: Statement, number: int) -> dict[str, Any]:
    labels = list(s.kinds) or ["other"]
    return {
        "id": s.id,
        "from_name": f"kinds_{number}",
        "to_name": f"text_{number}",
        "type": "labels",
        "value": {"start": s.start, "end": s.end, "text": s.text, "labels": labels},
    }


def _relation(a: str, b: str, labels: list[str]) -> dict[str, Any]:
    return {"type": "relation", "from_id": a, "to_id": b, "direction": "bi", "labels": labels}


def _labels(link: Link) -> list[str]:
    return [link.relation, *(["conflict"] if any(d.conflict for d in link.differences) else [])]


def _column(i: int) -> str:
    labels = "\n".join(
        f'        <Label value="{kind}" background="{_COLOURS[kind]}"/>' for kind in KINDS
    )
    return (
        f'    <View style="flex: 1">\n      <Header value="$outlet_{i}"/>\n'
        f'      <Labels name="kinds_{i}" toName="text_{i}" choice="multiple">\n{labels}\n'
        f'      </Labels>\n      <Text name="text_{i}" value="$text_{i}"/>\n    </View>'
    )


@dataclass
class _Reader:
    """What one reader marked."""

    kinds: dict[Place, set[str]] = field(default_factory=dict)
    links: dict[tuple[Place, Place], str] = field(default_factory=dict)
    conflicts: set[tuple[Place, Place]] = field(default_factory=set)
    contradictions: set[tuple[Place, Place]] = field(default_factory=set)


def _story(number: int, task: Mapping[str, Any]) -> dict[str, Any]:
    try:
        story = task["data"]["story"]
        annotations = [a for a in task.get("annotations", ()) if not a.get("was_cancelled")]
        if not annotations:
            got = "no annotation"
            raise FormatError(unexpected(f"task {number}", got=got, wanted="one at least"))
        readers = [_reader(story["reports"], a["result"]) for a in annotations]
        return _gold(story, readers)
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        wanted = "a task made by storydiff, exported as JSON with its annotations"
        got = f"{type(error).__name__}: {error}"
        raise FormatError(unexpected(f"task {number}", got=got, wanted=wanted)) from error


def _reader(reports: Sequence[Mapping[str, Any]], result: Sequence[Mapping[str, Any]]) -> _Reader:
    reader = _Reader()
    place_of = _places(reports, result)
    for item in result:
        if item["type"] == "labels" and item["id"] in place_of:
            labels = set(item["value"]["labels"]) & set(KINDS)
            reader.kinds.setdefault(place_of[item["id"]], set()).update(labels)
    for item in result:
        if item["type"] != "relation":
            continue
        a, b = place_of.get(item["from_id"]), place_of.get(item["to_id"])
        if a is None or b is None or a[0] == b[0]:
            continue  # a relation within one report, or from a region that is no statement
        pair = (a, b) if a <= b else (b, a)
        chosen = item.get("labels") or ["overlap"]
        if "contradiction" in chosen:
            reader.contradictions.add(pair)
            continue
        reader.links[pair] = "same" if "same" in chosen else "overlap"
        if "conflict" in chosen:
            reader.conflicts.add(pair)
    return reader


def _places(
    reports: Sequence[Mapping[str, Any]], result: Sequence[Mapping[str, Any]]
) -> dict[str, Place]:
    """The statement of each region: by its id, or the one that it covers most of."""
    known = {name: (r["outlet"], i) for r in reports for i, name in enumerate(r["ids"])}
    found: dict[str, Place] = {}
    for item in result:
        if item["type"] != "labels":
            continue
        if item["id"] in known:
            found[item["id"]] = known[item["id"]]
            continue
        report = reports[int(item["to_name"].removeprefix("text_"))]
        start, end = item["value"]["start"], item["value"]["end"]
        covered = [min(end, e) - max(start, s) for s, e in report["spans"]]
        best = max(range(len(covered)), key=covered.__getitem__)
        if covered[best] > 0:
            found[item["id"]] = (report["outlet"], best)
    return found


def _gold(story: Mapping[str, Any], readers: Sequence[_Reader]) -> dict[str, Any]:
    order = {r["outlet"]: i for i, r in enumerate(story["reports"])}

    def by_place(pair: tuple[Place, Place]) -> tuple[tuple[int, int], ...]:
        return tuple((order[outlet], index) for outlet, index in pair)

    pairs = sorted({p for reader in readers for p in reader.links}, key=by_place)
    contradictions = sorted({p for r in readers for p in r.contradictions}, key=by_place)
    return {
        "id": story["id"],
        "source": _SOURCE,
        "readers": len(readers),
        "reports": [
            {k: v for k, v in r.items() if k not in ("ids", "spans")} for r in story["reports"]
        ],
        "links": [_gold_link(pair, readers) for pair in pairs],
        "contradictions": [
            {"a": f"{a[0]}:{a[1]}", "b": f"{b[0]}:{b[1]}"} for a, b in contradictions
        ],
        "statements": [
            _gold_statement((r["outlet"], i), readers)
            for r in story["reports"]
            for i in range(len(r["sentences"]))
        ],
    }


def _gold_link(pair: tuple[Place, Place], readers: Sequence[_Reader]) -> dict[str, Any]:
    relations = Counter(r.links[pair] for r in readers if pair in r.links)
    conflicts = sum(pair in r.conflicts for r in readers)
    return {
        "a": list(pair[0]),
        "b": list(pair[1]),
        "relation": max(sorted(relations), key=relations.__getitem__),
        "agreed": relations.total() == len(readers),
        "relation_agreed": len(relations) == 1,
        "conflict": 2 * conflicts > relations.total(),
        "conflict_agreed": conflicts in (0, relations.total()),
    }


def _gold_statement(place: Place, readers: Sequence[_Reader]) -> dict[str, Any]:
    given = [reader.kinds.get(place, set()) for reader in readers]
    every, some = set.intersection(*given), set.union(*given)
    return {
        "outlet": place[0],
        "index": place[1],
        "kinds": [kind for kind in KINDS if kind in every],
        "disputed_kinds": [kind for kind in KINDS if kind in some - every],
    }
