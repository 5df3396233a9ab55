"""What stands first: who tells how much, what is told by many and not found somewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storydiff.datatypes import LeftOut, Origin, Report
from storydiff.focus import in_part
from storydiff.rendering.page.places import Place, Places, Told, safe_language, safe_url

SHOWN_OMISSIONS = 10
SHOWN_MISSES = 4


@dataclass(frozen=True, slots=True)
class Outlet:
    """One report in figures.

    ``shared`` counts the facts told by ``support`` or more that it tells too,
    ``missed`` those that were not found in it.
    """

    number: int
    label: str
    title: str
    published: str
    url: str
    language: str
    origin: str
    truncated: bool
    statements: int
    shared: int
    alone: int
    missed: int


@dataclass(frozen=True, slots=True)
class Miss:
    """A report that a fact was not found in, with its nearest statement and how near."""

    label: str
    nearest: Told | None
    score: float
    flips: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Omission:
    """A fact that some tell, by weight, and where it was not found."""

    fact: int
    support: int
    origins: int
    score: float
    told: Told
    tellers: tuple[Place, ...]
    missed: tuple[Miss, ...]
    more: int


@dataclass(frozen=True, slots=True)
class InPart:
    """A fact told in part: as others tell it, our statements, and what is missing."""

    fact: int
    support: int
    told: Told
    ours: tuple[Place, ...]
    missing: str
    missing_at: Place | None


@dataclass(frozen=True, slots=True)
class Copies:
    """Reports that carry one text, and a run of it."""

    labels: tuple[str, ...]
    credit: str
    evidence: str


def outlets_of(places: Places, *, support: int) -> tuple[Outlet, ...]:
    """The reports in figures, in their order."""
    return tuple(_outlet(places, k, r, support) for k, r in enumerate(places.comparison.reports))


def _outlet(places: Places, number: int, report: Report, support: int) -> Outlet:
    comparison = places.comparison
    origins = [o for o in comparison.origins if report.id in o.reports and len(o.reports) > 1]
    return Outlet(
        number=number,
        label=places.labels[number],
        title=report.title,
        published=report.published,
        url=safe_url(report.url),
        language=safe_language(report.language),
        origin=", ".join(_name(places, o) for o in origins),
        truncated=report.truncated,
        statements=sum(s.report == report.id for s in comparison.statements),
        shared=sum(
            row.support >= support and row.cells[report.id].state in ("told", "partly")
            for row in comparison.table
        ),
        alone=sum(a.report == report.id for a in comparison.added),
        missed=len(comparison.left_out_by(report.id, support=support)),
    )


def _name(places: Places, origin: Origin) -> str:
    return origin.credit or " = ".join(places.labels[places.reports[r]] for r in origin.reports)


def copies_of(places: Places) -> tuple[Copies, ...]:
    """The origins that more than one report goes back to."""
    found = []
    for origin in places.comparison.origins:
        if len(origin.reports) < 2:
            continue
        runs = [places.comparison.report(r).text[a:b] for r, (a, b) in origin.evidence]
        found.append(
            Copies(
                labels=tuple(places.labels[places.reports[r]] for r in origin.reports),
                credit=origin.credit,
                evidence=max(runs, key=len, default=""),
            )
        )
    return tuple(found)


def omissions_of(
    places: Places, *, support: int, focus: str | None = None
) -> tuple[tuple[Omission, ...], int]:
    """The weightiest facts that were not found somewhere, and how many there are in all."""
    rows: dict[str, list[LeftOut]] = {}
    for x in places.comparison.left_out:
        if x.support >= support and focus in (None, x.report):
            rows.setdefault(x.row, []).append(x)
    shown = list(rows.items())[:SHOWN_OMISSIONS]
    return tuple(_omission(places, name, missed) for name, missed in shown), len(rows)


def _omission(places: Places, name: str, missed: Sequence[LeftOut]) -> Omission:
    row = places.comparison.row(name)
    first = row.statements[0]
    return Omission(
        fact=places.rows[name],
        support=row.support,
        origins=row.origins,
        score=row.score,
        told=places.told(first, row.spans[first]),
        tellers=tuple(places.place(s) for s in row.statements),
        missed=tuple(_miss(places, x) for x in missed[:SHOWN_MISSES]),
        more=max(0, len(missed) - SHOWN_MISSES),
    )


def in_part_of(places: Places, focus: str) -> tuple[InPart, ...]:
    """The facts that a report tells in part, the weightiest first."""
    found = []
    for x in in_part(places.comparison.table, focus):
        row = places.comparison.row(x.row)
        others = [s for s in row.statements if places.statement(s).report != focus]
        holder = x.missing_in or (others or row.statements)[0]
        found.append(
            InPart(
                fact=places.rows[row.id],
                support=row.support,
                told=places.told(holder, row.spans.get(holder, ())),
                ours=tuple(places.place(s) for s in x.statements),
                missing=places.words(holder, x.missing) if x.missing else "",
                missing_at=places.place(holder) if x.missing else None,
            )
        )
    return tuple(found)


def alone_in(places: Places, focus: str) -> tuple[tuple[int, Told], ...]:
    """The facts that a report alone tells, as numbers of rows with their words."""
    rows = [places.comparison.row(a.row) for a in places.comparison.added if a.report == focus]
    return tuple(
        (places.rows[row.id], places.told(row.statements[0], row.spans[row.statements[0]]))
        for row in rows
    )


def _miss(places: Places, x: LeftOut) -> Miss:
    label = places.labels[places.reports[x.report]]
    if x.nearest is None:
        return Miss(label, None, 0.0, x.flips)
    return Miss(label, places.told(x.nearest.statement, ()), x.nearest.score, x.flips)
