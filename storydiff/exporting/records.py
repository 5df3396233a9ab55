"""The five tidy tables of a comparison as plain records: one row, one observation.

``statements`` one row a statement; ``links`` one a link; ``differences`` one a
difference of a link, and one a contradiction; ``facts`` one a row of the table;
``coverage`` one a fact and report. Positions are code points of a report's
text, half-open. Several values in one cell are joined by ``;``, several spans by
`` … ``. Frames, CSV files and workbook all write these records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from storydiff.comparison import Comparison
from storydiff.datatypes import KINDS, Cell, CellState, Link, Row, Span, Statement, cut

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


def records_of(comparison: Comparison) -> tuple[Records, ...]:
    """The tables of a comparison, in the order of `TABLES`."""
    return (
        Records("statements", _STATEMENTS, tuple(_statements(comparison))),
        Records("links", _LINKS, tuple(_links(comparison))),
        Records("differences", _DIFFERENCES, tuple(_differences(comparison))),
        Records("facts", _FACTS, tuple(_facts(comparison))),
        Records("coverage", _COVERAGE, tuple(_coverage(comparison))),
    )


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
