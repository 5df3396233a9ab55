"""Wording by contrast over a whole story: which pair of words, who uses which, how often.

A difference of the type ``wording`` belongs to one link. The same two words may
stand against each other in many links: here they are one contrast with every
place that fills the slot with one word or the other. No verdict: which word is
the plain one is not said.

The rule. Differences are one contrast when their two sides have the same words,
without case and punctuation, whichever side comes first. Each occurrence (a
statement and its spans) counts once, in however many links it stands.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import Field

from storydiff.datatypes import Difference, Link, Probability, Report, Span, Statement, Value, cut

_SIGNS = re.compile(r"\W+")

Occurrence = tuple[str, tuple[Span, ...]]
"""A statement's id and the spans of its report where the words stand."""


class Use(Value):
    """How often one report uses one side of a contrast, and where."""

    report: str
    count: int = Field(description="occurrences in aligned slots, each counted once")
    places: tuple[Occurrence, ...]


class Contrast(Value):
    """Two wordings of one slot, each with the reports that use it.

    ``words_a`` and ``words_b`` are exact spans: the first occurrence of each.
    """

    words_a: str
    words_b: str
    uses_a: tuple[Use, ...]
    uses_b: tuple[Use, ...]
    links: int = Field(description="aligned slots in which the two stand against each other")
    score: Probability
    rule: str = ""

    @property
    def count(self) -> int:
        """Occurrences of either wording."""
        return sum(use.count for use in (*self.uses_a, *self.uses_b))

    def turned(self) -> Contrast:
        """The same contrast with its sides exchanged."""
        return self.model_copy(
            update={
                "words_a": self.words_b,
                "words_b": self.words_a,
                "uses_a": self.uses_b,
                "uses_b": self.uses_a,
            }
        )


@dataclass(slots=True)
class _Found:
    """The differences that are one contrast; one dict of occurrences a side."""

    sides: tuple[dict[Occurrence, None], dict[Occurrence, None]] = field(
        default_factory=lambda: ({}, {})
    )
    differences: list[Difference] = field(default_factory=list)


def contrasts_of(
    reports: Sequence[Report], statements: Sequence[Statement], links: Sequence[Link]
) -> tuple[Contrast, ...]:
    """The contrasts of a story: those used most often first, then the surest.

    The result does not depend on the order of links or on which side of a link
    comes first.
    """
    story = _Story({r.id: r for r in reports}, {s.id: (k, s) for k, s in enumerate(statements)})
    groups: defaultdict[tuple[str, str], _Found] = defaultdict(_Found)
    for link in links:
        for d in link.differences:
            if d.type == "wording" and d.a and d.b:
                sides = sorted(((link.a, d.a), (link.b, d.b)), key=story.key)
                found = groups[story.key(sides[0])[0], story.key(sides[1])[0]]
                for side, occurrence in zip(found.sides, sides, strict=True):
                    side[occurrence] = None
                found.differences.append(d)
    contrasts = [story.contrast(found) for found in groups.values()]
    contrasts.sort(key=lambda c: (-c.count, -c.links, -c.score, c.words_a, c.words_b))
    return tuple(contrasts)


@dataclass(frozen=True, slots=True)
class _Story:
    reports: Mapping[str, Report]
    statements: Mapping[str, tuple[int, Statement]]

    def words(self, occurrence: Occurrence) -> str:
        name, spans = occurrence
        return " … ".join(cut(self.reports[self.statements[name][1].report].text, spans))

    def key(self, occurrence: Occurrence) -> tuple[str, int, tuple[Span, ...]]:
        plain = _SIGNS.sub(" ", self.words(occurrence)).strip().casefold()
        return plain, self.statements[occurrence[0]][0], occurrence[1]

    def contrast(self, found: _Found) -> Contrast:
        a, b = (sorted(side, key=lambda o: self.key(o)[1:]) for side in found.sides)
        best = min(found.differences, key=lambda d: (-d.score, d.rule))
        return Contrast(
            words_a=self.words(a[0]),
            words_b=self.words(b[0]),
            uses_a=tuple(self.uses(a)),
            uses_b=tuple(self.uses(b)),
            links=len(found.differences),
            score=best.score,
            rule=best.rule,
        )

    def uses(self, occurrences: Sequence[Occurrence]) -> Iterator[Use]:
        places: defaultdict[str, list[Occurrence]] = defaultdict(list)
        for occurrence in occurrences:
            places[self.statements[occurrence[0]][1].report].append(occurrence)
        for report, found in places.items():
            yield Use(report=report, count=len(found), places=tuple(found))
