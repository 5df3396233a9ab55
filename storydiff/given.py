"""Links that somebody else found: checked, and put into our words.

A link is a `Link`, or a mapping with ``a`` and ``b``. Each side is a statement
id, or a pair of an outlet (or report id) and a statement's index; the other keys
of a `Link` may be missing, keys that we do not know are ignored, and so are
``differences``, which are found anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from storydiff.datatypes import Link
from storydiff.errors import FormatError, unexpected
from storydiff.protocols import Story
from storydiff.shared import WordAligner

_KEYS = tuple(set(Link.model_fields) - {"a", "b", "differences"})


def given_links(story: Story, links: Sequence[Link | Mapping[str, Any]]) -> tuple[Link, ...]:
    """The links, with statement ids of this story, in the story's order.

    A link without a relation is an overlap, one without a score is certain.

    Raises `FormatError` naming the link that names no statement, joins two
    statements of one report, or has a value of the wrong type.
    """
    places = {s.id: k for k, s in enumerate(story.statements)}
    named = {(s.report, s.index): s.id for s in story.statements}
    for s in story.statements:
        named.setdefault((s.outlet, s.index), s.id)
    found = {}
    for number, given in enumerate(links):
        link = _link(given, named, places, f"links[{number}]")
        low, high = sorted((places[link.a], places[link.b]))
        if story.statements[low].report == story.statements[high].report:
            wanted = "statements of two reports"
            raise FormatError(unexpected(f"links[{number}]", got=(link.a, link.b), wanted=wanted))
        found[low, high] = link if places[link.a] == low else _turned(link)
    return tuple(found[key] for key in sorted(found))


def with_spans(story: Story, links: Sequence[Link], *, covered: float) -> tuple[Link, ...]:
    """The links, those that came without spans with what our aligner says of their words.

    ``covered`` is the similarity from which on a word counts as shared, in [-1, 1].
    """
    aligner = WordAligner.of(story, covered=covered)
    places = {s.id: k for k, s in enumerate(story.statements)}

    def filled(link: Link) -> Link:
        if link.spans_a or link.spans_b:
            return link
        ours = aligner.link(
            places[link.a],
            places[link.b],
            probability=link.score,
            same=link.same_score,
            same_from=1.0,
            unsure=link.unsure,
            evidence=link.evidence,
        )
        return ours.model_copy(update={"relation": link.relation})

    return tuple(map(filled, links))


def _link(
    given: Link | Mapping[str, Any],
    named: Mapping[tuple[str, int], str],
    places: Mapping[str, int],
    where: str,
) -> Link:
    fields = given.model_dump() if isinstance(given, Link) else dict(given)
    values = {key: fields[key] for key in _KEYS if key in fields}
    for side in ("a", "b"):
        values[side] = _statement(fields.get(side), named, places, f"{where}.{side}")
    try:
        return Link.model_validate({"relation": "overlap", "score": 1.0, **values})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join([where, *map(str, first["loc"])])
        raise FormatError(unexpected(place, got=first.get("input"), wanted=first["msg"])) from error


def _statement(
    value: object, named: Mapping[tuple[str, int], str], places: Mapping[str, int], where: str
) -> str:
    if isinstance(value, str) and value in places:
        return value
    if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 2:
        outlet, index = value
        if isinstance(outlet, str) and isinstance(index, int) and (outlet, index) in named:
            return named[outlet, index]
    wanted = "the id of a statement, or a pair of an outlet and an index"
    raise FormatError(unexpected(where, got=value, wanted=wanted))


def _turned(link: Link) -> Link:
    """The same link with its sides exchanged."""
    return link.model_copy(
        update={
            "a": link.b,
            "b": link.a,
            "spans_a": link.spans_b,
            "spans_b": link.spans_a,
            "added_a": link.added_b,
            "added_b": link.added_a,
            "words": tuple(w.model_copy(update={"a": w.b, "b": w.a}) for w in link.words),
        }
    )
