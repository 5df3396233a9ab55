"""Attributions against a set with source, cue and content spans (one JSON document a line).

A found attribution is right if its content spans share at least half of their
union's characters with those of one of the set, each used once, best first. A
speaker is right, on matched spans that have a source in the set, if the source
spans share a character or both sources resolve to one name.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storydiff.annotation import NewsAnnotator, attribute
from storydiff.annotation.names import find_names
from storydiff.annotation.speakers import Cast
from storydiff.datatypes import Attribution, Report, Span
from storydiff.segmentation import Sentences

IOU = 0.5


@dataclass
class _Counts:
    found: int = 0
    gold: int = 0
    matched: int = 0
    overlap: int = 0
    found_chars: int = 0
    gold_chars: int = 0
    sourced: int = 0
    source_right: int = 0
    speaker_right: int = 0


def evaluate(path: Path | str) -> dict[str, Any]:
    """Precision, recall and F1 of contents, speakers on matches, recall by kind of quotation.

    ``path`` is a JSONL file with ``id``, ``publisher``, ``text`` and
    ``attributions`` (spans under ``source``, ``cue``, ``content``, and a
    ``quote_type``) in each line. All shares are in [0, 1].
    """
    counts = _Counts()
    by_type: Counter[str] = Counter()
    recalled: Counter[str] = Counter()
    with Path(path).open(encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    for document in documents:
        gold = [g for g in document["attributions"] if g["content"]]
        found, cast = _annotate(document)
        pairs = dict(
            _pairs([_chars(a.content) for a in found], [_chars(g["content"]) for g in gold])
        )
        _count(counts, found, gold, pairs, cast)
        by_type.update(g["quote_type"] for g in gold)
        recalled.update(gold[j]["quote_type"] for j in pairs.values())
    return {
        "documents": len(documents),
        "found": counts.found,
        "gold": counts.gold,
        "precision": counts.matched / max(counts.found, 1),
        "recall": counts.matched / max(counts.gold, 1),
        "f1": 2 * counts.matched / max(counts.found + counts.gold, 1),
        "char_f1": 2 * counts.overlap / max(counts.found_chars + counts.gold_chars, 1),
        "source_right": counts.source_right / max(counts.sourced, 1),
        "speaker_right": counts.speaker_right / max(counts.sourced, 1),
        **{f"recall_{kind}": recalled[kind] / n for kind, n in sorted(by_type.items())},
    }


def _annotate(document: Mapping[str, Any]) -> tuple[list[Attribution], Cast]:
    """The attributions found in a document, each once, and the people of its text."""
    report = Report(text=document["text"], outlet=document["publisher"], id=document["id"])
    statements = Sentences().segment(report)
    parses = NewsAnnotator().parse(statements)
    names = find_names(statements, parses)
    found: dict[int, Attribution] = {}
    for group in attribute(report, statements, parses, names):
        found.update((id(attribution), attribution) for attribution in group)
    return list(found.values()), Cast(report.text, statements, names)


def _count(
    counts: _Counts,
    found: Sequence[Attribution],
    gold: Sequence[Mapping[str, Any]],
    pairs: Mapping[int, int],
    cast: Cast,
) -> None:
    ours = {c for a in found for c in _chars(a.content)}
    theirs = {c for g in gold for c in _chars(g["content"])}
    counts.found += len(found)
    counts.gold += len(gold)
    counts.matched += len(pairs)
    counts.overlap += len(ours & theirs)
    counts.found_chars += len(ours)
    counts.gold_chars += len(theirs)
    for i, j in pairs.items():
        source = [(start, end) for start, end in gold[j]["source"]]
        if not source:
            continue
        right = bool(_chars(found[i].source) & _chars(source))
        counts.sourced += 1
        counts.source_right += right
        named = cast.resolve(source)
        counts.speaker_right += right or (named is not None and named == found[i].speaker)


def _chars(spans: Sequence[Span] | Sequence[Sequence[int]]) -> set[int]:
    return {c for start, end in spans for c in range(start, end)}


def _pairs(found: Sequence[set[int]], gold: Sequence[set[int]]) -> Iterator[tuple[int, int]]:
    """Matches of found and gold contents, one to one, the best share first."""
    scored = []
    for i, ours in enumerate(found):
        for j, theirs in enumerate(gold):
            shared = len(ours & theirs)
            if shared and shared >= IOU * len(ours | theirs):
                scored.append((shared / len(ours | theirs), i, j))
    used_found: set[int] = set()
    used_gold: set[int] = set()
    for _, i, j in sorted(scored, key=lambda s: (-s[0], s[1], s[2])):
        if i not in used_found and j not in used_gold:
            used_found.add(i)
            used_gold.add(j)
            yield i, j
