"""The utterances of a story as the page shows them: places, labels and rows by number."""

from __future__ import annotations

from dataclasses import dataclass

from storydiff.rendering.page.marks import Piece
from storydiff.rendering.page.places import Place, Places
from storydiff.rendering.quotations import How, quoted_in


@dataclass(frozen=True, slots=True)
class Quoted:
    """One version: where it stands, how it was quoted, and its words with their marks."""

    place: Place
    how: How
    speaker: str
    pieces: tuple[Piece, ...]
    alike: float


@dataclass(frozen=True, slots=True)
class Quotation:
    """One utterance; ``fact`` is the number of its row, or None where no row holds it."""

    fact: int | None
    score: float
    speaker: str
    quoted: tuple[Quoted, ...]
    missing: tuple[str, ...]


def quotations_of(places: Places, *, focus: str | None = None) -> tuple[Quotation, ...]:
    """The utterances of a comparison, in the order of `quoted_in`."""
    return tuple(
        Quotation(
            fact=places.rows[u.row] if u.row else None,
            score=u.score,
            speaker=u.speaker,
            quoted=tuple(
                Quoted(places.place(x.statement), x.how, x.speaker, x.pieces, x.alike)
                for x in u.versions
            ),
            missing=tuple(places.labels[places.reports[r]] for r in u.missing),
        )
        for u in quoted_in(places.comparison, focus=focus)
    )
