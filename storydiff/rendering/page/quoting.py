"""Who quotes what: the quotations of one fact side by side, word by word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from storydiff.datatypes import Attribution, Row, Span
from storydiff.rendering.page.marks import Piece, merge
from storydiff.rendering.page.places import Place, Places

_WORD = re.compile(r"\S+")
MARKED = ("direct", "mixed")
"""The modes whose words stand inside quotation marks."""
_EDGES = re.compile(r"^\W+|\W+$")


@dataclass(frozen=True, slots=True)
class Quoted:
    """One outlet's quotation; ``pieces`` mark the words that the first one does not have.

    ``mode`` is ``direct``, ``mixed`` or ``indirect``, or ``told`` where the words
    stand without a source; ``alike`` is the share of words kept from the first
    quotation, in [0, 1].
    """

    place: Place
    mode: str
    speaker: str
    pieces: tuple[Piece, ...]
    alike: float


@dataclass(frozen=True, slots=True)
class Quotation:
    """What was said, by the outlets that quote it and those that paraphrase it."""

    fact: int
    score: float
    speaker: str
    quoted: tuple[Quoted, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Source:
    name: str
    mode: str
    speaker: str
    words: str
    spans: tuple[Span, ...]


def quotations_of(places: Places, *, focus: str | None = None) -> tuple[Quotation, ...]:
    """The quotations of a comparison: those told most often first, each set of spans once."""
    seen: set[tuple[tuple[str, tuple[Span, ...]], ...]] = set()
    found = []
    for row in places.comparison.quotes:
        if focus is not None and row.cells[focus].state not in ("told", "partly"):
            continue
        sources = [source for name in row.statements for source in _sources(places, row, name)]
        key = tuple((s.name, s.spans) for s in sources)
        if any(s.mode in MARKED for s in sources) and key not in seen:
            seen.add(key)
            found.append(_quotation(places, row, sources))
    return tuple(sorted(found, key=lambda q: -len({x.place.report for x in q.quoted})))


def _sources(places: Places, row: Row, name: str) -> list[_Source]:
    """The attributions of a statement that touch the row's spans, else the spans as told."""
    spans = row.spans[name]
    inside = [a for a in places.statement(name).attributions if _meet(a.content, spans)]
    if inside:
        return [_source(places, name, a) for a in inside]
    return [_Source(name, "told", "", places.words(name, spans), spans)]


def _source(places: Places, name: str, a: Attribution) -> _Source:
    spans = merge(a.content)
    return _Source(name, a.mode, a.speaker or "", places.words(name, spans), spans)


def _meet(a: Sequence[Span], b: Sequence[Span]) -> bool:
    return any(x[0] < y[1] and y[0] < x[1] for x in a for y in b)


def _quotation(places: Places, row: Row, sources: Sequence[_Source]) -> Quotation:
    # The longest direct quotation is what the others are measured against.
    rank = {"direct": 0, "mixed": 1, "indirect": 2, "told": 3}
    ordered = sorted(sources, key=lambda s: (rank[s.mode], -len(s.words)))
    first = ordered[0]
    quoted = []
    for source in ordered:
        compared = source is not first and source.mode in MARKED
        cut, alike = (
            word_diff(first.words, source.words) if compared else ((Piece(source.words),), 1.0)
        )
        quoted.append(Quoted(places.place(source.name), source.mode, source.speaker, cut, alike))
    return Quotation(
        fact=places.rows[row.id],
        score=row.score,
        speaker=next((s.speaker for s in ordered if s.speaker), ""),
        quoted=tuple(quoted),
        missing=tuple(
            places.labels[places.reports[r]]
            for r, cell in row.cells.items()
            if cell.state == "not_found"
        ),
    )


def word_diff(a: str, b: str) -> tuple[tuple[Piece, ...], float]:
    """Text ``b`` with its differences from ``a`` marked, and the share of words kept.

    Words are compared without case and punctuation at their edges. Pieces marked
    ``gone`` are words of ``a`` alone, ``new`` words of ``b`` alone; the others
    are ``b``'s. The share is 2 · kept / (words of a + words of b), in [0, 1].
    """
    old, new = _WORD.findall(a), _WORD.findall(b)
    if not old and not new:
        return (), 1.0
    runs: list[Piece] = []
    kept = 0
    for op in Levenshtein.opcodes([_plain(w) for w in old], [_plain(w) for w in new]):
        before = " ".join(old[op.src_start : op.src_end])
        after = " ".join(new[op.dest_start : op.dest_end])
        if op.tag == "equal":
            kept += op.dest_end - op.dest_start
            runs.append(Piece(after))
            continue
        if before:
            runs.append(Piece(before, "gone"))
        if after:
            runs.append(Piece(after, "new"))
    return tuple(runs), 2 * kept / (len(old) + len(new))


def _plain(word: str) -> str:
    return _EDGES.sub("", word).casefold().replace("’", "'") or word
