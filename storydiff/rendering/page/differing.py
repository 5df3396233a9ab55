"""Differences of links, gathered: one contrast of words is one finding, however often told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from storydiff.comparison import Comparison
from storydiff.datatypes import Difference, Link, Span
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
    """One difference between tellings: both sides, how sure, and by which rule."""

    type: str
    name: str
    conflict: bool
    score: float
    rule: str
    a: Side
    b: Side
    links: int
    flips: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """One difference as it stands in one link, its two sides in a fixed order."""

    key: tuple[str, bool, str, str, str]
    difference: Difference
    ends: tuple[tuple[str, tuple[Span, ...]], tuple[str, tuple[Span, ...]]]
    flips: tuple[str, ...]


def contrasts_of(places: Places, *, focus: str | None = None) -> tuple[Contrast, ...]:
    """The contrasts of a comparison: conflicts first, then those told most often and surest."""
    groups: dict[tuple[str, bool, str, str, str], list[_Found]] = {}
    for found in _found(places, focus):
        groups.setdefault(found.key, []).append(found)
    contrasts = [_contrast(places, group) for group in groups.values()]
    contrasts += _contradictions(places, focus)
    order = list(NAMES)
    contrasts.sort(key=lambda c: (not c.conflict, order.index(c.type), -c.links, -c.score))
    return tuple(contrasts)


def _found(places: Places, focus: str | None) -> Iterator[_Found]:
    for link in places.comparison.links:
        if link.differences and _touches(places, link, focus):
            for d in link.differences:
                yield _sides(places, link, d)


def _touches(places: Places, link: Link, focus: str | None) -> bool:
    return focus is None or focus in {places.statement(x).report for x in (link.a, link.b)}


def _sides(places: Places, link: Link, d: Difference) -> _Found:
    a, b = (link.a, d.a), (link.b, d.b)
    plain = [re.sub(r"\W+", " ", places.words(*end)).strip().casefold() for end in (a, b)]
    if plain[0] > plain[1]:
        a, b = b, a
        plain.reverse()
    return _Found((d.type, d.conflict, d.rule, plain[0], plain[1]), d, (a, b), link.flips)


def _contrast(places: Places, group: Sequence[_Found]) -> Contrast:
    best = max(group, key=lambda f: f.difference.score)
    return Contrast(
        type=best.difference.type,
        name=NAMES[best.difference.type],
        conflict=best.difference.conflict,
        score=best.difference.score,
        rule=best.difference.rule,
        a=_side(places, best.ends[0], [f.ends[0] for f in group]),
        b=_side(places, best.ends[1], [f.ends[1] for f in group]),
        links=len(group),
        flips=tuple(x for x in best.flips if all(x in f.flips for f in group)),
    )


def _side(
    places: Places, end: tuple[str, tuple[Span, ...]], ends: Sequence[tuple[str, tuple[Span, ...]]]
) -> Side:
    name, spans = end
    distinct = dict.fromkeys((end, *ends))
    return Side(
        words=places.words(name, spans),
        told=places.told(name, spans),
        places=tuple(places.place(x) for x in dict.fromkeys(x for x, _ in distinct)),
        uses=tuple(Counter(places.place(x).label for x, _ in distinct).items()),
    )


def _contradictions(places: Places, focus: str | None) -> list[Contrast]:
    comparison: Comparison = places.comparison
    return [
        Contrast(
            type="contradiction",
            name=NAMES["contradiction"],
            conflict=True,
            score=x.score,
            rule=x.rule,
            a=_side(places, (x.a, x.spans_a), ()),
            b=_side(places, (x.b, x.spans_b), ()),
            links=1,
        )
        for x in comparison.contradictions
        if focus is None or focus in {places.statement(s).report for s in (x.a, x.b)}
    ]
