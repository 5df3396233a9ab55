"""The tidy tables of a comparison as plain records: one row, one observation.

``statements`` one row a statement; ``links`` one a link; ``differences`` one a
difference of a link, and one a contradiction; ``facts`` one a row of the table;
``coverage`` one a fact and report; where one report is in focus, ``focus`` one a
finding of that report against the others. Positions are code points of a report's
text, half-open. Several values in one cell are joined by ``;``, several spans by
`` … ``. Frames, CSV files and workbook all write these records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from storydiff.comparison import Comparison
from storydiff.contrasts import Occurrence, Use
from storydiff.datatypes import KINDS, Cell, CellState, Link, Row, Span, Statement, cut
from storydiff.focus import Against, Focus

Value: TypeAlias = str | int | float | bool | None
Record: TypeAlias = tuple[Value, ...]

TABLES: Final = ("statements", "links", "differences", "facts", "coverage")


@dataclass(frozen=True, slots=True)
class Records:
    """One table: its columns with their types, and its rows in order.

    A ``float`` column may hold None, which stands for "no such number"; the
    other columns always hold a value.
    """

    name: str
    columns: Mapping[str, type]
    rows: tuple[Record, ...]

    def column(self, name: str) -> tuple[Value, ...]:
        """The values of one column."""
        index = list(self.columns).index(name)
        return tuple(row[index] for row in self.rows)


def records_of(comparison: Comparison, *, focus: str | None = None) -> tuple[Records, ...]:
    """The tables of a comparison, in the order of `TABLES`; ``focus`` last where there is one.

    Args:
        comparison: what to export.
        focus: an outlet or report; by default the one that `Comparison.focused` was
            asked for, if any.

    Raises `OptionError` for an outlet that is not there.
    """
    tables = (
        Records("statements", _STATEMENTS, tuple(_statements(comparison))),
        Records("links", _LINKS, tuple(_links(comparison))),
        Records("differences", _DIFFERENCES, tuple(_differences(comparison))),
        Records("facts", _FACTS, tuple(_facts(comparison))),
        Records("coverage", _COVERAGE, tuple(_coverage(comparison))),
    )
    found = comparison.focus(focus) if focus is not None else comparison.focus_
    if found is None:
        return tables
    return (*tables, Records("focus", _FOCUS, tuple(_focus(comparison, found))))


_STATEMENTS: Final = {
    "statement": str,
    "report": str,
    "outlet": str,
    "index": int,
    "paragraph": int,
    "role": str,
    "start": int,
    "end": int,
    "kinds": str,
    **{f"p_{kind}": float for kind in KINDS},
    "speakers": str,
    "names": str,
    "text": str,
}


def _statements(comparison: Comparison) -> Iterator[Record]:
    for s in comparison.statements:
        speakers = dict.fromkeys(a.speaker for a in s.attributions if a.speaker)
        yield (
            s.id,
            s.report,
            s.outlet,
            s.index,
            s.paragraph,
            s.role,
            s.start,
            s.end,
            _listed(s.kinds),
            *(s.kind_scores.get(kind) for kind in KINDS),
            _listed(speakers),
            _listed(dict.fromkeys(name.entity for name in s.names)),
            s.text,
        )


_LINKS: Final = {
    "a": str,
    "b": str,
    "outlet_a": str,
    "outlet_b": str,
    "relation": str,
    "score": float,
    "same_score": float,
    "unsure": bool,
    "conflict": bool,
    "spans_a": str,
    "spans_b": str,
    "shared_a": str,
    "shared_b": str,
    "added_a": str,
    "added_b": str,
    "text_a": str,
    "text_b": str,
}


def _links(comparison: Comparison) -> Iterator[Record]:
    for link in comparison.links:
        a, b = _sides(comparison, link)
        yield (
            link.a,
            link.b,
            a.outlet,
            b.outlet,
            link.relation,
            link.score,
            link.same_score,
            link.unsure,
            any(d.conflict for d in link.differences),
            _placed(link.spans_a),
            _placed(link.spans_b),
            _words(comparison, a, link.spans_a),
            _words(comparison, b, link.spans_b),
            _words(comparison, a, link.added_a),
            _words(comparison, b, link.added_b),
            a.text,
            b.text,
        )


_DIFFERENCES: Final = {
    "a": str,
    "b": str,
    "outlet_a": str,
    "outlet_b": str,
    "type": str,
    "conflict": bool,
    "score": float,
    "rule": str,
    "spans_a": str,
    "spans_b": str,
    "words_a": str,
    "words_b": str,
}


def _differences(comparison: Comparison) -> Iterator[Record]:
    for link in comparison.links:
        a, b = _sides(comparison, link)
        for d in link.differences:
            yield (
                *(a.id, b.id, a.outlet, b.outlet, d.type, d.conflict, d.score, d.rule),
                *(_placed(d.a), _placed(d.b)),
                *(_words(comparison, a, d.a), _words(comparison, b, d.b)),
            )
    for x in comparison.contradictions:
        a, b = comparison.statement(x.a), comparison.statement(x.b)
        spans_a, spans_b = x.spans_a or (a.span,), x.spans_b or (b.span,)
        yield (
            *(a.id, b.id, a.outlet, b.outlet, "contradiction", True, x.score, x.rule),
            *(_placed(spans_a), _placed(spans_b)),
            *(_words(comparison, a, spans_a), _words(comparison, b, spans_b)),
        )


_FACTS: Final = {
    "fact": str,
    "kinds": str,
    "support": int,
    "origins": int,
    "score": float,
    "weight": float,
    "told": str,
    "partly": str,
    "not_found": str,
    "unknowable": str,
    "statements": str,
    "words": str,
}


def _facts(comparison: Comparison) -> Iterator[Record]:
    for row in comparison.table:
        first = comparison.statement(row.statements[0])
        yield (
            row.id,
            _listed(row.kinds),
            row.support,
            row.origins,
            row.score,
            row.weight,
            _reports_in(row, "told"),
            _reports_in(row, "partly"),
            _reports_in(row, "not_found"),
            _reports_in(row, "unknowable"),
            _listed(row.statements),
            _words(comparison, first, row.spans.get(first.id, ())) or first.text,
        )


_COVERAGE: Final = {
    "fact": str,
    "report": str,
    "outlet": str,
    "state": str,
    "statements": str,
    "missing": str,
    "nearest": str,
    "nearest_score": float,
    "reason": str,
}


def _coverage(comparison: Comparison) -> Iterator[Record]:
    for row in comparison.table:
        for report, cell in row.cells.items():
            yield (
                row.id,
                report,
                comparison.report(report).outlet,
                cell.state,
                _listed(cell.statements),
                _missing(comparison, cell),
                *_nearest(cell),
                cell.reason,
            )


_FOCUS: Final = {
    "finding": str,
    "type": str,
    "fact": str,
    "ours": str,
    "theirs": str,
    "outlets": str,
    "score": float,
    "weight": float,
    "nearest_score": float,
    "rule": str,
    "spans_ours": str,
    "spans_theirs": str,
    "words_ours": str,
    "words_theirs": str,
}


_Figures: TypeAlias = tuple[float, float | None, float | None, str]
"""Score, weight, score of the nearest miss, rule."""


@dataclass(frozen=True, slots=True)
class _Side:
    """The statements of one side of a finding, and the spans of each that it is about."""

    places: tuple[Occurrence, ...] = ()

    def statements(self) -> str:
        return _listed(dict.fromkeys(name for name, _ in self.places))

    def outlets(self, comparison: Comparison) -> str:
        found = (comparison.statement(name).outlet for name, _ in self.places)
        return _listed(dict.fromkeys(found))

    def spans(self) -> str:
        return _placed([span for _, spans in self.places for span in spans])

    def words(self, comparison: Comparison) -> str:
        told = ((comparison.statement(name), spans) for name, spans in self.places)
        return " … ".join(_words(comparison, s, spans) for s, spans in told if spans)


def _focus(comparison: Comparison, focus: Focus) -> Iterator[Record]:
    """The findings of a report in the order of its editor's questions."""
    for left in focus.left_out:
        row, near = comparison.row(left.row), left.nearest
        ours = _whole(comparison, (near.statement,)) if near else _Side()
        figures: _Figures = (row.score, left.weight, near.score if near else None, "")
        yield _finding(comparison, ("left out", "", row.id), ours, _side_of(row), figures)
    for part in focus.in_part:
        row, ours = comparison.row(part.row), _whole(comparison, part.statements)
        missing = _Side(((part.missing_in, part.missing),)) if part.missing else _Side()
        figures = (row.score, part.weight, None, "")
        yield _finding(comparison, ("in part", "", row.id), ours, missing, figures)
    yield from _against(comparison, "conflict", focus.conflicts)
    for x in focus.contradictions:
        ours = _Side(((x.a, x.spans_a or (comparison.statement(x.a).span,)),))
        theirs = _Side(((x.b, x.spans_b or (comparison.statement(x.b).span,)),))
        figures = (x.score, None, None, x.rule)
        yield _finding(comparison, ("contradiction", "", ""), ours, theirs, figures)
    yield from _against(comparison, "altered", focus.altered)
    for added in focus.added:
        row = comparison.row(added.row)
        figures = (row.score, row.weight, None, "")
        yield _finding(comparison, ("added", "", row.id), _side_of(row), _Side(), figures)
    yield from _against(comparison, "quoted", focus.quoted)
    for contrast in focus.wording:
        ours = _Side(_places(use for use in contrast.uses_a if use.report == focus.report))
        theirs = _Side(_places(use for use in contrast.uses_b if use.report != focus.report))
        figures = (contrast.score, None, None, contrast.rule)
        yield _finding(comparison, ("wording", "wording", ""), ours, theirs, figures)


def _against(comparison: Comparison, finding: str, group: Sequence[Against]) -> Iterator[Record]:
    for x in group:
        d = x.difference
        ours, theirs = _Side(((x.ours, d.a),)), _Side(((x.theirs, d.b),))
        figures = (d.score, None, None, d.rule)
        yield _finding(comparison, (finding, d.type, ""), ours, theirs, figures)


def _finding(
    comparison: Comparison,
    names: tuple[str, str, str],
    ours: _Side,
    theirs: _Side,
    figures: _Figures,
) -> Record:
    return (
        *(*names, ours.statements(), theirs.statements(), theirs.outlets(comparison)),
        *figures,
        *(ours.spans(), theirs.spans(), ours.words(comparison), theirs.words(comparison)),
    )


def _places(uses: Iterable[Use]) -> tuple[Occurrence, ...]:
    return tuple(place for use in uses for place in use.places)


def _side_of(row: Row) -> _Side:
    return _Side(tuple((name, row.spans[name]) for name in row.statements))


def _whole(comparison: Comparison, names: Sequence[str]) -> _Side:
    return _Side(tuple((name, (comparison.statement(name).span,)) for name in names))


def _missing(comparison: Comparison, cell: Cell) -> str:
    """The words that are not told, cut from the statement that holds them."""
    if not cell.missing:
        return ""
    return _words(comparison, comparison.statement(cell.missing_in), cell.missing)


def _nearest(cell: Cell) -> tuple[str, float | None]:
    return (cell.nearest.statement, cell.nearest.score) if cell.nearest else ("", None)


def _sides(comparison: Comparison, link: Link) -> tuple[Statement, Statement]:
    return comparison.statement(link.a), comparison.statement(link.b)


def _reports_in(row: Row, state: CellState) -> str:
    return _listed(report for report, cell in row.cells.items() if cell.state == state)


def _listed(values: Sequence[str] | Iterator[str] | Mapping[str, None]) -> str:
    return ";".join(values)


def _placed(spans: Sequence[Span]) -> str:
    return ";".join(f"{start}-{end}" for start, end in spans)


def _words(comparison: Comparison, statement: Statement, spans: Sequence[Span]) -> str:
    return " … ".join(cut(comparison.report(statement.report).text, spans))
