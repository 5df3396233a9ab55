"""Differences of links, gathered: one contrast of words is one finding, however often told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from storydiff.contrasts import Contrast as Wording
from storydiff.contrasts import Use
from storydiff.contrasts import contrasts_of as wordings_of
from storydiff.datatypes import Contradiction
from storydiff.findings import End, Finding, findings_of
from storydiff.rendering.page.places import Place, Places, Told

NAMES = {
    "wording": "Wording",
    "number": "Number",
    "date": "Date",
    "name": "Name",
    "polarity": "Asserted or denied",
    "hedge": "Certainty",
    "attribution": "Source",
    "act": "How it was said",
    "quotation": "Quotation",
    "contradiction": "Contradiction",
}
"""What each type of difference is called on the page, in the order of showing."""

MEANINGS = {
    "wording": "One side's word in the place of another's: judge for yourself how loaded each is.",
    "number": "Numbers for the same thing.",
    "date": "Days or times for the same thing.",
    "name": "Names in the same place.",
    "polarity": "One side asserts what the other denies or doubts.",
    "hedge": "One side is surer than the other.",
    "attribution": "One side names another source, or none.",
    "act": "The verb of saying differs.",
    "quotation": "The words inside quotation marks differ.",
    "contradiction": "The two share no clause but cannot both be true.",
}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a contrast: its words, an example in full, and every place that has them.

    ``uses`` says how often each report has them.
    """

    words: str
    told: Told
    places: tuple[Place, ...]
    uses: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Contrast:
    """One difference between tellings: its sides, how sure, and by which rule.

    ``beside`` are two places of it in different reports.
    """

    type: str
    name: str
    conflict: bool
    score: float
    rule: str
    sides: tuple[Side, ...]
    beside: tuple[Place, Place]
    links: int
    flips: tuple[str, ...] = ()


def contrasts_of(places: Places, *, focus: str | None = None) -> tuple[Contrast, ...]:
    """The contrasts of a comparison: conflicts first, then those told most often and surest.

    Wordings are gathered by their words over the whole story, all else by what it
    is about: see `storydiff.contrasts` and `storydiff.findings`.
    """
    story = places.comparison
    links = [link for link in story.links if _touches(places, focus, link.a, link.b)]
    contrasts = [
        _contrast(places, x, [version.places for version in x.versions], flips=x.flips)
        for x in findings_of(story.reports, story.statements, links)
        if x.type != "wording"
    ]
    contrasts += [
        _contrast(places, x, [_ends(x.uses_a), _ends(x.uses_b)])
        for x in wordings_of(story.reports, story.statements, links)
    ]
    contrasts += [
        _contrast(places, x, [[(x.a, x.spans_a)], [(x.b, x.spans_b)]])
        for x in story.contradictions
        if _touches(places, focus, x.a, x.b)
    ]
    order = list(NAMES)
    contrasts.sort(key=lambda c: (not c.conflict, order.index(c.type), -c.links, -c.score))
    return tuple(contrasts)


def _touches(places: Places, focus: str | None, *statements: str) -> bool:
    return focus is None or focus in {places.statement(x).report for x in statements}


def _ends(uses: Sequence[Use]) -> list[End]:
    return [place for use in uses for place in use.places]


def _contrast(
    places: Places,
    found: Finding | Wording | Contradiction,
    versions: Sequence[Sequence[End]],
    *,
    flips: tuple[str, ...] = (),
) -> Contrast:
    kind = _kind(found)
    sides = tuple(_side(places, ends) for ends in versions)
    first, *others = (place for side in sides for place in side.places)
    return Contrast(
        type=kind,
        name=NAMES[kind],
        conflict=kind == "contradiction" or (isinstance(found, Finding) and found.conflict),
        score=found.score,
        rule=found.rule,
        sides=sides,
        beside=(first, next(x for x in reversed(others) if x.report != first.report)),
        links=1 if isinstance(found, Contradiction) else found.links,
        flips=flips,
    )


def _kind(found: Finding | Wording | Contradiction) -> str:
    if isinstance(found, Finding):
        return found.type
    return "wording" if isinstance(found, Wording) else "contradiction"


def _side(places: Places, ends: Sequence[End]) -> Side:
    name, spans = ends[0]
    return Side(
        words=places.words(name, spans),
        told=places.told(name, spans),
        places=tuple(places.place(x) for x in dict.fromkeys(x for x, _ in ends)),
        uses=tuple(Counter(places.place(x).label for x, _ in ends).items()),
    )
