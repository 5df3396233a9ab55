"""Where a finding stands: names and anchors that are made here, never taken from a report.

An id of a comparison may come from a file that someone else wrote. So anchors of
the page are numbers of ours: ``s2-14`` is statement 14 of report 2, ``fact-7``
the seventh row of the table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from storydiff.comparison import Comparison
from storydiff.datatypes import Report, Span, Statement, cut
from storydiff.rendering.page.marks import Piece, bridged, pieces

_WEB = re.compile(r"https?://[^\s<>\"'\\^`{|}]+", re.IGNORECASE)
_TONGUE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Place:
    """A statement as a link: its anchor, its report's label, its number there."""

    anchor: str
    report: int
    label: str
    number: int


@dataclass(frozen=True, slots=True)
class Told:
    """A statement with some of its words marked."""

    place: Place
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """Every report and statement of a comparison by number.

    Attributes:
        labels: one a report: its outlet, with its id where two share an outlet.
        order: the place of each statement in ``comparison.statements``, by id.
        anchors: the anchor of each statement, by id.
        reports: the number of each report, by id.
        rows: the number of each row, by id.
    """

    comparison: Comparison
    labels: tuple[str, ...]
    reports: Mapping[str, int]
    order: Mapping[str, int]
    rows: Mapping[str, int]

    @classmethod
    def of(cls, comparison: Comparison) -> Places:
        """The places of a comparison."""
        outlets = Counter(report.outlet for report in comparison.reports)
        return cls(
            comparison=comparison,
            labels=tuple(
                r.outlet if outlets[r.outlet] == 1 else f"{r.outlet} ({r.id})"
                for r in comparison.reports
            ),
            reports={report.id: k for k, report in enumerate(comparison.reports)},
            order={s.id: k for k, s in enumerate(comparison.statements)},
            rows={row.id: k for k, row in enumerate(comparison.table)},
        )

    def statement(self, name: str) -> Statement:
        """The statement with this id."""
        return self.comparison.statements[self.order[name]]

    def report_of(self, name: str) -> Report:
        """The report that a statement stands in."""
        return self.comparison.reports[self.reports[self.statement(name).report]]

    def place(self, name: str) -> Place:
        """Where a statement stands."""
        s = self.statement(name)
        k = self.reports[s.report]
        return Place(f"s{k}-{s.index}", k, self.labels[k], s.index)

    def words(self, name: str, spans: Sequence[Span]) -> str:
        """The words that spans of a statement's report cut, with … between passages."""
        text = self.report_of(name).text
        return " … ".join(cut(text, bridged(text, spans)))

    def within(self, name: str, spans: Sequence[Span]) -> tuple[Span, ...]:
        """Spans of a report as passages of one of its statements; what lies outside is left out."""
        s = self.statement(name)
        clipped = ((max(a, s.start) - s.start, min(b, s.end) - s.start) for a, b in spans)
        return bridged(s.text, [(a, b) for a, b in clipped if a < b])

    def told(self, name: str, spans: Sequence[Span], mark: str = "hit") -> Told:
        """A whole statement with the given spans of its report marked."""
        layers = {mark: self.within(name, spans)}
        return Told(self.place(name), pieces(self.statement(name).text, layers))


def safe_url(url: str) -> str:
    """A URL of the web, or the empty string: nothing else may become a link."""
    return url if _WEB.fullmatch(url) else ""


def safe_language(language: str) -> str:
    """A language tag in its plain form (BCP 47), or the empty string."""
    return language if _TONGUE.fullmatch(language) else ""
