"""The articles with their marks, and the table's rows: what can be read without a script."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from storydiff.datatypes import Kind, Row, Span
from storydiff.rendering.page.marks import Piece, pieces, trimmed, without
from storydiff.rendering.page.places import Place, Places, Told

CELLS = 20_000
"""How many cells of the table are written into the page, at most, beyond its first rows."""

ROWS = 100
"""How many rows are always written into the page, however many reports there are."""

STATES = {"told": "told", "partly": "in part", "not_found": "not found", "unknowable": "unknown"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A statement of an article: its marks, and the outlets that it matches statements of."""

    place: Place
    pieces: tuple[Piece, ...]
    kinds: tuple[Kind, ...]
    matches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Statements that stand together; ``role`` is ``headline`` or ``body``."""

    role: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of the table: the words of its first statement, and what each report makes of it."""

    number: int
    name: str
    told: Told
    kinds: tuple[Kind, ...]
    support: int
    origins: int
    score: float
    conflict: bool
    differs: bool
    cells: tuple[tuple[str, str], ...]
    """One a report: the state, and the anchor of the statement that tells it (or nothing)."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The spans of every statement by mark, as positions in the statement."""

    shared: Mapping[str, tuple[Span, ...]]
    added: Mapping[str, tuple[Span, ...]]
    conflict: Mapping[str, tuple[Span, ...]]
    quote: Mapping[str, tuple[Span, ...]]

    def layers(self, name: str, text: str) -> dict[str, tuple[Span, ...]]:
        """The marks of one statement; what is shared with any report is not added."""
        shared = self.shared.get(name, ())
        return {
            "shared": shared,
            "added": trimmed(text, without(self.added.get(name, ()), shared)),
            "conflict": self.conflict.get(name, ()),
            "quote": self.quote.get(name, ()),
        }


def marks_of(places: Places) -> Marks:
    """The marks of all statements, against all other reports."""
    shared: defaultdict[str, list[Span]] = defaultdict(list)
    added: defaultdict[str, list[Span]] = defaultdict(list)
    conflict: defaultdict[str, list[Span]] = defaultdict(list)
    for link in places.comparison.links:
        shared[link.a] += link.spans_a
        shared[link.b] += link.spans_b
        added[link.a] += link.added_a
        added[link.b] += link.added_b
        for d in link.differences:
            if d.conflict:
                conflict[link.a] += d.a
                conflict[link.b] += d.b
    for x in places.comparison.contradictions:
        conflict[x.a] += x.spans_a
        conflict[x.b] += x.spans_b
    for name, spans in alone_of(places).items():
        added[name] += spans
    return Marks(
        shared=_inside(places, shared),
        added=_inside(places, added),
        conflict=_inside(places, conflict),
        quote=_inside(places, quotes_of(places)),
    )


def alone_of(places: Places) -> dict[str, tuple[Span, ...]]:
    """The spans of facts that one report alone tells, by statement."""
    rows = (places.comparison.row(x.row) for x in places.comparison.added)
    return {name: spans for row in rows for name, spans in row.spans.items()}


def quotes_of(places: Places) -> dict[str, tuple[Span, ...]]:
    """The spans inside quotation marks that someone is quoted with, by statement."""
    return {
        s.id: tuple(span for a in s.attributions if a.mode != "indirect" for span in a.content)
        for s in places.comparison.statements
    }


def _inside(places: Places, spans: Mapping[str, Sequence[Span]]) -> dict[str, tuple[Span, ...]]:
    return {name: places.within(name, found) for name, found in spans.items() if found}


def articles_of(places: Places) -> tuple[tuple[Paragraph, ...], ...]:
    """The paragraphs of every report, in order."""
    marks = marks_of(places)
    matches = _matches(places)
    reports: dict[str, dict[int, list[Sentence]]] = {r.id: {} for r in places.comparison.reports}
    roles: dict[tuple[str, int], str] = {}
    for s in places.comparison.statements:
        sentence = Sentence(
            place=places.place(s.id),
            pieces=pieces(s.text, marks.layers(s.id, s.text)),
            kinds=s.kinds,
            matches=tuple(places.labels[k] for k in sorted(matches[s.id])),
        )
        roles.setdefault((s.report, s.paragraph), s.role)
        reports[s.report].setdefault(s.paragraph, []).append(sentence)
    return tuple(
        tuple(Paragraph(roles[name, k], tuple(found)) for k, found in paragraphs.items())
        for name, paragraphs in reports.items()
    )


def _matches(places: Places) -> Mapping[str, set[int]]:
    """The numbers of the reports that each statement matches statements of."""
    matches: defaultdict[str, set[int]] = defaultdict(set)
    for link in places.comparison.links:
        matches[link.a].add(places.place(link.b).report)
        matches[link.b].add(places.place(link.a).report)
    return matches


def facts_of(places: Places) -> tuple[Fact, ...]:
    """The rows of the table that are written into the page; the script draws the others.

    A large table is mostly cells that say "not found": written out, those of 60
    reports take four times the room of everything else.
    """
    flags = differing_rows(places)
    rows = places.comparison.table[: max(ROWS, CELLS // max(1, len(places.labels)))]
    return tuple(_fact(places, row, flags[row.id]) for row in rows)


def _fact(places: Places, row: Row, flags: tuple[bool, bool]) -> Fact:
    first = row.statements[0]
    return Fact(
        number=places.rows[row.id],
        name=row.id,
        told=places.told(first, row.spans[first]),
        kinds=row.kinds,
        support=row.support,
        origins=row.origins,
        score=row.score,
        conflict=flags[1],
        differs=flags[0],
        cells=tuple(_cells(places, row)),
    )


def _cells(places: Places, row: Row) -> Iterator[tuple[str, str]]:
    for report in places.comparison.reports:
        cell = row.cells[report.id]
        anchor = places.place(cell.statements[0]).anchor if cell.statements else ""
        yield cell.state, anchor


def differing_rows(places: Places) -> dict[str, tuple[bool, bool]]:
    """For each row: whether two of its tellings differ, and whether two are in conflict.

    A difference belongs to the rows that hold both its statements: to those whose
    spans its words touch, or to all of them where they touch none.
    """
    rows_of: defaultdict[str, set[str]] = defaultdict(set)
    for row in places.comparison.table:
        for name in row.statements:
            rows_of[name].add(row.id)
    flags = {row.id: (False, False) for row in places.comparison.table}
    for link in places.comparison.links:
        both = [places.comparison.row(r) for r in rows_of[link.a] & rows_of[link.b]]
        for d in link.differences:
            near = [
                row for row in both if _concerns(row, link.a, d.a) or _concerns(row, link.b, d.b)
            ]
            for row in near or both:
                flags[row.id] = (True, flags[row.id][1] or d.conflict)
    return flags


def _concerns(row: Row, name: str, spans: Sequence[Span]) -> bool:
    # What differs often stands just beside what is shared: a space's distance counts.
    return any(a <= y + 1 and x <= b + 1 for a, b in row.spans[name] for x, y in spans)
