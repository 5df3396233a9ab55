"""Differences gathered: what stands in many links and is one thing is one finding.

A difference belongs to one link. If one outlet says fifteen where four others say
twelve, it stands in four links or more, since a headline and a lead both give the
number. Whoever reads wants it once, with every place.

The rule. Each difference has two ends: a statement and the spans in it. Two
differences are one finding when they have one type, one rule and one verdict
(conflict or none), and an end in common: the same statement with spans that
overlap, or the same statement without spans. That is carried on: a finding is a
connected component. Within a finding, ends whose words are the same, without case
and punctuation, are one version.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from storydiff.datatypes import (
    Difference,
    DifferenceType,
    Link,
    Probability,
    Report,
    Span,
    Statement,
    Value,
    cut,
)

_SIGNS = re.compile(r"\W+")

End = tuple[str, tuple[Span, ...]]
"""A statement's id and spans of its report; no spans mean the whole statement."""

_Kind = tuple[DifferenceType, str, bool]


class Version(Value):
    """One way in which the words of a finding are given, with every place that gives it so.

    ``words`` are those of the first place, in the order of reports and statements,
    with ``…`` between spans; empty where the whole statement is meant.
    """

    words: str
    places: tuple[End, ...]


class Finding(Value):
    """One difference between outlets: its versions, the earliest first.

    ``score`` is that of the surest link; ``flips`` are the changes under which it
    is gone from all of them.
    """

    type: DifferenceType
    rule: str
    conflict: bool
    score: Probability
    versions: tuple[Version, ...]
    links: int = Field(description="links in which it stands")
    flips: tuple[str, ...] = ()

    @property
    def statements(self) -> tuple[str, ...]:
        """The ids of all its statements, each once."""
        return tuple(dict.fromkeys(s for version in self.versions for s, _ in version.places))


def findings_of(
    reports: Sequence[Report], statements: Sequence[Statement], links: Sequence[Link]
) -> tuple[Finding, ...]:
    """The differences of links as findings.

    Conflicts first, then those that stand in most links, then the surest, then
    the earliest; the order of links changes nothing.
    """
    groups: dict[_Kind, list[tuple[Link, Difference]]] = defaultdict(list)
    for link in links:
        for d in link.differences:
            groups[d.type, d.rule, d.conflict].append((link, d))
    texts = {report.id: report.text for report in reports}
    told = {s.id: (k, texts[s.report]) for k, s in enumerate(statements)}
    found = [
        _finding(kind, [group[k] for k in part], told)
        for kind, group in groups.items()
        for part in components([((x.a, d.a), (x.b, d.b)) for x, d in group])
    ]

    def order(x: Finding) -> tuple[Any, ...]:
        (name, spans), *_ = x.versions[0].places
        return (not x.conflict, -x.links, -x.score, told[name][0], spans, x.type, x.rule)

    return tuple(sorted(found, key=order))


def components(pairs: Sequence[tuple[End, End]]) -> list[list[int]]:
    """The pairs that are connected by ends in common, as numbers, the smallest first.

    Ends are in common when they are of one statement and their spans overlap, or
    both have none.
    """
    of = list(range(len(pairs)))

    def root(k: int) -> int:
        while of[k] != k:
            of[k] = of[of[k]]
            k = of[k]
        return k

    seen: dict[str, list[tuple[int, tuple[Span, ...]]]] = defaultdict(list)
    for k, pair in enumerate(pairs):
        for name, spans in pair:
            for other, theirs in seen[name]:
                if _meet(spans, theirs):
                    low, high = sorted((root(k), root(other)))
                    of[high] = low
            seen[name].append((k, spans))
    parts: dict[int, list[int]] = defaultdict(list)
    for k in range(len(pairs)):
        parts[root(k)].append(k)
    return list(parts.values())


def _meet(a: tuple[Span, ...], b: tuple[Span, ...]) -> bool:
    """Whether spans overlap; no spans meet no spans."""
    if not a or not b:
        return a == b
    return any(x[0] < y[1] and y[0] < x[1] for x in a for y in b)


def _finding(
    kind: _Kind, group: Sequence[tuple[Link, Difference]], told: Mapping[str, tuple[int, str]]
) -> Finding:
    ends = {end for link, d in group for end in ((link.a, d.a), (link.b, d.b))}
    versions: dict[str, list[End]] = {}
    for end in sorted(ends, key=lambda x: (told[x[0]][0], x[1])):
        words = " ".join(cut(told[end[0]][1], end[1]))
        versions.setdefault(_SIGNS.sub(" ", words).strip().casefold(), []).append(end)
    first = group[0][0].flips
    return Finding(
        type=kind[0],
        rule=kind[1],
        conflict=kind[2],
        score=max(d.score for _, d in group),
        versions=tuple(
            Version(words=_words(places[0], told), places=tuple(places))
            for places in versions.values()
        ),
        links=len(group),
        flips=tuple(x for x in first if all(x in link.flips for link, _ in group)),
    )


def _words(end: End, told: Mapping[str, tuple[int, str]]) -> str:
    name, spans = end
    return " … ".join(cut(told[name][1], spans))
