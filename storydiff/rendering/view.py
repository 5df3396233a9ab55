"""One plain view of a comparison, which every renderer writes in its own way.

The view chooses and orders; it holds no markup. Its strings are exact spans of
the reports, with ``…`` between spans that do not touch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from storydiff import findings
from storydiff.comparison import Comparison
from storydiff.contrasts import Use, contrasts_of
from storydiff.datatypes import Cell, Kind, LeftOut, Row, Span, cut
from storydiff.differences.attribution import OWN_VOICE
from storydiff.errors import OptionError, unexpected
from storydiff.findings import Finding, findings_of
from storydiff.focus import wording
from storydiff.rendering.page.marks import Piece
from storydiff.rendering.quotations import How, quoted_in

Only = Literal["facts", "quotes", "opinions"]
ONLY: dict[Only, tuple[Kind, ...]] = {
    "facts": ("fact",),
    "quotes": ("quote",),
    "opinions": ("opinion",),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What one statement of one report says: the spans shown, and where it stands."""

    label: str
    index: int
    words: str


@dataclass(frozen=True, slots=True)
class Missed:
    """A report that a fact was not found in: the nearest miss, or why nobody can know."""

    label: str
    state: str
    nearest: Said | None
    score: float
    reason: str
    flips: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What a report that tells a fact in part does not tell of it; nothing where nobody can say."""

    label: str
    missing: Said | None


@dataclass(frozen=True, slots=True)
class Fact:
    """One row: who tells it, who tells it in part, who was not found to tell it."""

    id: str
    kinds: tuple[Kind, ...]
    support: int
    origins: int
    score: float
    told: tuple[Said, ...]
    partly: tuple[Part, ...]
    missed: tuple[Missed, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One version in a finding: its words, and the statements that have them, each whole."""

    words: Said
    told: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Contrast:
    """One difference between outlets, with its versions and the links that show it."""

    type: str
    rule: str
    conflict: bool
    score: float
    versions: tuple[Version, ...]
    links: int
    flips: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """One slot filled with two wordings: who uses which how often, and an example of each."""

    words: tuple[str, str]
    uses: tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]
    examples: tuple[Said, Said]
    links: int
    score: float


@dataclass(frozen=True, slots=True)
class Quoting:
    """One utterance: each version with how it quotes, its marked words and the share kept."""

    speaker: str
    score: float
    versions: tuple[tuple[Said, How, tuple[Piece, ...], float], ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One report in figures."""

    label: str
    title: str
    statements: int
    told: int
    added: tuple[Fact, ...]
    left_out: tuple[tuple[Fact, Missed], ...]
    partly: tuple[tuple[Fact, Part], ...]


@dataclass(frozen=True, slots=True)
class View:
    """Everything a renderer shows, in order; ``focus`` is the label of the report in focus."""

    reports: tuple[Column, ...]
    shared: tuple[Fact, ...]
    conflicts: tuple[Contrast, ...]
    differences: tuple[Contrast, ...]
    quotations: tuple[Quoting, ...]
    wording: tuple[Wording, ...]
    contradictions: tuple[tuple[Said, Said], ...]
    support: int
    notes: tuple[str, ...]
    signature: str
    focus: str = ""


def view_of(
    comparison: Comparison,
    *,
    support: int = 2,
    only: Only | None = None,
    focus: str | None = None,
) -> View:
    """The view of a comparison.

    Args:
        comparison: what to show.
        support: least number of reports that tell a fact for it to count as shared.
        only: rows of one kind of content.
        focus: a report; only its added and left-out facts, conflicts and
            differences are shown, its own side first.

    Raises `OptionError` for a support below 1 or a report that is not there.
    """
    if support < 1:
        raise OptionError(unexpected("support", got=support, wanted="a whole number from 1 on"))
    return _Builder(
        comparison, support, only, comparison.report(focus).id if focus else None
    ).view()


def joined(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans with those made one that only white space or punctuation parts."""
    out: list[Span] = []
    for start, end in spans:
        if out and not any(c.isalnum() for c in text[out[-1][1] : start]):
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return tuple(out)


@dataclass(frozen=True, slots=True)
class _Builder:
    comparison: Comparison
    support: int
    only: Only | None
    focus: str | None

    def view(self) -> View:
        rows = [row for row in self.comparison.table if self._wanted(row)]
        shared = [row for row in rows if row.support >= self.support and self._in_focus(row)]
        reports = [r.id for r in self.comparison.reports if self.focus in (None, r.id)]
        links = [x for x in self.comparison.links if self._touches(x.a, x.b)]
        contrasts = [
            self._contrast(found)
            for found in findings_of(self.comparison.reports, self.comparison.statements, links)
        ]
        return View(
            reports=tuple(self._column(report, rows) for report in reports),
            shared=tuple(self._fact(row) for row in shared),
            conflicts=tuple(c for c in contrasts if c.conflict),
            differences=tuple(
                sorted(
                    (c for c in contrasts if not c.conflict and c.type != "wording"),
                    key=lambda c: c.rule == OWN_VOICE,
                )
            ),
            quotations=self._quotations(),
            wording=self._wordings(),
            contradictions=tuple(
                self._ours_first((x.a, x.spans_a), (x.b, x.spans_b))
                for x in self.comparison.contradictions
                if self._touches(x.a, x.b)
            ),
            support=self.support,
            notes=self.comparison.notes,
            signature=self.comparison.signature,
            focus=self._label(self.focus) if self.focus else "",
        )

    def _quotations(self) -> tuple[Quoting, ...]:
        """Utterances that two reports have; in focus also those that it lacks."""
        if self.only not in (None, "quotes"):
            return ()
        return tuple(
            Quoting(
                speaker=found.speaker,
                score=found.score,
                versions=tuple(
                    (
                        Said(
                            self._label(x.report),
                            self.comparison.statement(x.statement).index,
                            x.words,
                        ),
                        x.how,
                        x.pieces,
                        x.alike,
                    )
                    for x in found.versions
                ),
                missing=tuple(self._label(report) for report in found.missing),
            )
            for found in quoted_in(self.comparison, focus=self.focus)
            if len(found.reports) > 1 or (self.focus and self.focus not in found.reports)
        )

    def _wordings(self) -> tuple[Wording, ...]:
        of_story = self.comparison
        found = contrasts_of(of_story.reports, of_story.statements, of_story.links)
        if self.focus:
            found = wording(found, self.focus)
        return tuple(
            Wording(
                words=(x.words_a, x.words_b),
                uses=(self._uses(x.uses_a), self._uses(x.uses_b)),
                examples=(
                    self._said(x.uses_a[0].places[0][0]),
                    self._said(x.uses_b[0].places[0][0]),
                ),
                links=x.links,
                score=x.score,
            )
            for x in found
        )

    def _uses(self, uses: Sequence[Use]) -> tuple[tuple[str, int], ...]:
        return tuple((self._label(use.report), use.count) for use in uses)

    def _ours_first(
        self, a: tuple[str, tuple[Span, ...]], b: tuple[str, tuple[Span, ...]]
    ) -> tuple[Said, Said]:
        """Two sides as said, that of the report in focus first."""
        first, second = (b, a) if self._turned(b[0]) else (a, b)
        return self._said(*first), self._said(*second)

    def _turned(self, b: str) -> bool:
        return self.focus is not None and self.comparison.statement(b).report == self.focus

    def _wanted(self, row: Row) -> bool:
        return self.only is None or any(kind in row.kinds for kind in ONLY[self.only])

    def _in_focus(self, row: Row) -> bool:
        return self.focus is None or row.cells[self.focus].state in ("told", "partly")

    def _touches(self, *statements: str) -> bool:
        if self.focus is None:
            return True
        return any(self.comparison.statement(s).report == self.focus for s in statements)

    def _label(self, report: str) -> str:
        outlet = self.comparison.report(report).outlet
        alone = sum(r.outlet == outlet for r in self.comparison.reports) == 1
        return outlet if alone else f"{outlet} ({report})"

    def _said(self, statement: str, spans: Sequence[Span] = ()) -> Said:
        s = self.comparison.statement(statement)
        text = self.comparison.report(s.report).text
        shown = " … ".join(cut(text, joined(text, spans))) if spans else s.text
        return Said(self._label(s.report), s.index, shown)

    def _missed(self, report: str, cell: Cell, flips: tuple[str, ...] = ()) -> Missed:
        near = cell.nearest
        return Missed(
            label=self._label(report),
            state=cell.state,
            nearest=self._said(near.statement) if near else None,
            score=near.score if near else 0.0,
            reason=cell.reason,
            flips=flips,
        )

    def _part(self, report: str, cell: Cell) -> Part:
        missing = self._said(cell.missing_in, cell.missing) if cell.missing else None
        return Part(self._label(report), missing)

    def _fact(self, row: Row) -> Fact:
        cells = row.cells.items()
        return Fact(
            id=row.id,
            kinds=row.kinds,
            support=row.support,
            origins=row.origins,
            score=row.score,
            told=tuple(self._said(s, row.spans[s]) for s in row.statements),
            partly=tuple(self._part(r, cell) for r, cell in cells if cell.state == "partly"),
            missed=tuple(
                self._missed(r, cell)
                for r, cell in cells
                if cell.state in ("not_found", "unknowable")
            ),
        )

    def _contrast(self, found: Finding) -> Contrast:
        """A finding as it is shown; versions that the report in focus has come first."""
        return Contrast(
            type=found.type,
            rule=found.rule,
            conflict=found.conflict,
            score=found.score,
            versions=tuple(
                Version(
                    words=self._said(*version.places[0]),
                    told=tuple(self._said(s) for s in dict.fromkeys(s for s, _ in version.places)),
                )
                for version in sorted(found.versions, key=self._not_ours)
            ),
            links=found.links,
            flips=found.flips,
        )

    def _not_ours(self, version: findings.Version) -> bool:
        return not any(self._turned(s) for s, _ in version.places)

    def _column(self, report: str, rows: Sequence[Row]) -> Column:
        shown = {row.id for row in rows}
        left_out: list[LeftOut] = [
            x for x in self.comparison.left_out_by(report, support=self.support) if x.row in shown
        ]
        return Column(
            label=self._label(report),
            title=self.comparison.report(report).title,
            statements=sum(s.report == report for s in self.comparison.statements),
            told=sum(
                row.support >= self.support and row.cells[report].state in ("told", "partly")
                for row in rows
            ),
            added=tuple(
                self._fact(row) for row in self.comparison.added_by(report) if row.id in shown
            ),
            left_out=tuple(
                (self._fact(row), self._missed(report, row.cells[report], x.flips))
                for x, row in ((x, self.comparison.row(x.row)) for x in left_out)
            ),
            partly=tuple(
                (self._fact(row), self._part(report, row.cells[report]))
                for row in sorted(rows, key=lambda row: -row.weight)
                if row.cells[report].state == "partly"
            ),
        )
