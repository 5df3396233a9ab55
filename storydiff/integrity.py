"""Whether a comparison that was read holds together: what is shown as a span is one.

A saved result may have been edited or made by somebody else. Every string that we
show under an outlet's name is looked up in that outlet's report, so a result in
which a statement is not what its report says there is refused
(docs/design/0111-results-that-hold-together.md).
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from storydiff.contrasts import Contrast
from storydiff.datatypes import (
    Added,
    Attribution,
    Cell,
    Contradiction,
    LeftOut,
    Link,
    Origin,
    Report,
    Row,
    Span,
    Statement,
    cut,
)
from storydiff.errors import FormatError, unexpected

T = TypeVar("T")


class Whole(Protocol):
    """What is looked at of a `storydiff.comparison.Comparison`."""

    @property
    def reports(self) -> tuple[Report, ...]: ...  # noqa: D102
    @property
    def statements(self) -> tuple[Statement, ...]: ...  # noqa: D102
    @property
    def links(self) -> tuple[Link, ...]: ...  # noqa: D102
    @property
    def table(self) -> tuple[Row, ...]: ...  # noqa: D102
    @property
    def contradictions(self) -> tuple[Contradiction, ...]: ...  # noqa: D102
    @property
    def origins(self) -> tuple[Origin, ...]: ...  # noqa: D102
    @property
    def added(self) -> tuple[Added, ...]: ...  # noqa: D102
    @property
    def left_out(self) -> tuple[LeftOut, ...]: ...  # noqa: D102
    @property
    def contrasts(self) -> tuple[Contrast, ...]: ...  # noqa: D102


def check(whole: Whole) -> None:
    """Check that ids are unique and known, and that spans lie where they should.

    Raises `FormatError` naming the first place where they do not.
    """
    _distinct("reports", (r.id for r in whole.reports))
    _distinct("statements", (s.id for s in whole.statements))
    _distinct("table", (row.id for row in whole.table))
    known = _Known(
        {r.id: r for r in whole.reports},
        {s.id: s for s in whole.statements},
        {row.id for row in whole.table},
    )
    for place, statement in _each("statements", whole.statements):
        known.statement(place, statement)
    for place, link in _each("links", whole.links):
        known.link(place, link)
    for place, contradiction in _each("contradictions", whole.contradictions):
        known.pair(place, contradiction.a, contradiction.b)
        known.within(place, contradiction.a, contradiction.spans_a)
        known.within(place, contradiction.b, contradiction.spans_b)
    for place, row in _each("table", whole.table):
        known.row(place, row)
    for place, origin in _each("origins", whole.origins):
        known.origin(place, origin)
    for place, added in _each("added", whole.added):
        known.fact(place, added.report, added.row)
    for place, missed in _each("left_out", whole.left_out):
        known.fact(place, missed.report, missed.row)
        if missed.nearest:
            known.told_by(place, missed.nearest.statement, missed.report)
    for place, contrast in _each("contrasts", whole.contrasts):
        known.contrast(place, contrast)


@dataclass(frozen=True, slots=True)
class _Known:
    """What ids may name."""

    reports: Mapping[str, Report]
    statements: Mapping[str, Statement]
    rows: set[str]

    def statement(self, place: str, s: Statement) -> None:
        _one_of(f"{place}.report", s.report, self.reports)
        report = self.reports[s.report]
        if s.outlet != report.outlet:
            raise _wrong(f"{place}.outlet", s.outlet, f"that of its report, {report.outlet!r}")
        _inside(f"{place}.start", (s.span,), (0, len(report.text)))
        if report.text[s.start : s.end] != s.text:
            raise _wrong(f"{place}.text", s.text, "what its report says there")
        _inside(place, _spans_of(s), (0, len(report.text)))

    def link(self, place: str, link: Link) -> None:
        self.pair(place, link.a, link.b)
        words = tuple((w.a, w.b) for w in link.words)
        self.within(place, link.a, (*link.spans_a, *link.added_a, *(a for a, _ in words)))
        self.within(place, link.b, (*link.spans_b, *link.added_b, *(b for _, b in words)))
        for difference in link.differences:
            # A source may be named in another sentence of the report.
            self.in_report(f"{place}.differences", link.a, difference.a)
            self.in_report(f"{place}.differences", link.b, difference.b)

    def pair(self, place: str, a: str, b: str) -> None:
        _one_of(f"{place}.a", a, self.statements)
        _one_of(f"{place}.b", b, self.statements)
        if self.statements[a].report == self.statements[b].report:
            raise _wrong(place, (a, b), "statements of two reports")

    def row(self, place: str, row: Row) -> None:
        if not row.statements:
            raise _wrong(f"{place}.statements", (), "one at least, as evidence")
        if set(row.spans) != set(row.statements):
            raise _wrong(f"{place}.spans", sorted(row.spans), "spans for each of its statements")
        for name, spans in row.spans.items():
            _one_of(f"{place}.statements", name, self.statements)
            self.within(place, name, spans)
        if set(row.cells) != set(self.reports):
            raise _wrong(f"{place}.cells", sorted(row.cells), "a cell for each report")
        for report, cell in row.cells.items():
            self.cell(f"{place}.cells.{report}", report, cell)

    def cell(self, place: str, report: str, cell: Cell) -> None:
        if bool(cell.statements) != (cell.state in ("told", "partly")):
            wanted = "statements where it is told or partly told, and only there"
            raise _wrong(place, cell.statements, wanted)
        for name in cell.statements:
            self.told_by(place, name, report)
        if cell.nearest:
            self.told_by(place, cell.nearest.statement, report)
        if cell.missing:
            _one_of(f"{place}.missing_in", cell.missing_in, self.statements)
            self.within(place, cell.missing_in, cell.missing)

    def origin(self, place: str, origin: Origin) -> None:
        for report in origin.reports:
            _one_of(f"{place}.reports", report, self.reports)
        for report, span in origin.evidence:
            _one_of(f"{place}.evidence", report, self.reports)
            _inside(f"{place}.evidence", (span,), (0, len(self.reports[report].text)))

    def contrast(self, place: str, contrast: Contrast) -> None:
        for words, uses in (
            (contrast.words_a, contrast.uses_a),
            (contrast.words_b, contrast.uses_b),
        ):
            found = set()
            for use in uses:
                for name, spans in use.places:
                    self.told_by(place, name, use.report)
                    self.in_report(place, name, spans)
                    found.add(" … ".join(cut(self.reports[use.report].text, spans)))
            if words not in found:
                raise _wrong(f"{place}: words", words, "the words at one of its places")

    def fact(self, place: str, report: str, row: str) -> None:
        _one_of(f"{place}.report", report, self.reports)
        _one_of(f"{place}.row", row, self.rows)

    def told_by(self, place: str, statement: str, report: str) -> None:
        _one_of(place, statement, self.statements)
        if self.statements[statement].report != report:
            raise _wrong(place, statement, f"a statement of the report {report!r}")

    def within(self, place: str, statement: str, spans: Iterable[Span]) -> None:
        _inside(f"{place}: spans of {statement}", spans, self.statements[statement].span)

    def in_report(self, place: str, statement: str, spans: Iterable[Span]) -> None:
        report = self.reports[self.statements[statement].report]
        _inside(place, spans, (0, len(report.text)))


def _each(name: str, values: Sequence[T]) -> Iterator[tuple[str, T]]:
    return ((f"{name}.{k}", value) for k, value in enumerate(values))


def _spans_of(s: Statement) -> Iterator[Span]:
    for attribution in s.attributions:
        yield from _spans_of_attribution(attribution)
    for quantity in s.quantities:
        yield quantity.span
        if quantity.noun is not None:
            yield quantity.noun
    yield from (date.span for date in s.dates)
    yield from (name.span for name in s.names)


def _spans_of_attribution(attribution: Attribution) -> Iterator[Span]:
    yield from (*attribution.source, *attribution.cue, *attribution.content)
    yield from (source.span for source in attribution.chain)


def _inside(place: str, spans: Iterable[Span], whole: Span) -> None:
    for start, end in spans:
        if not whole[0] <= start <= end <= whole[1]:
            raise _wrong(place, (start, end), f"a span within {whole[0]}..{whole[1]}")


def _one_of(place: str, name: str, known: Container[str]) -> None:
    if name not in known:
        raise _wrong(place, name, "an id of this comparison")


def _distinct(place: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if not name or name in seen:
            raise _wrong(f"{place}: id", name, "a different id for each")
        seen.add(name)


def _wrong(place: str, got: object, wanted: str) -> FormatError:
    return FormatError(unexpected(f"comparison: {place}", got=got, wanted=wanted))
