"""Which findings hang on a choice: they are gone when the threshold moves or the encoder changes.

A finding whose probability lies near the threshold is there or not by a choice
of ours. A comparison is made again with that choice changed, from the same
vectors where only the threshold moves, and what is then gone is marked. How
findings of two comparisons are held to be one is stated in design note 0116.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from storydiff.comparison import Comparison
from storydiff.datatypes import LeftOut, Link, Row

MOVED = 0.05
"""How far thresholds are moved, up and down, unless told otherwise."""

Pair = frozenset[str]


def marked(found: Comparison, others: Mapping[str, Comparison]) -> Comparison:
    """A comparison whose links and omissions name the changes under which they are gone.

    ``others`` are comparisons of the same reports, each under the name of what
    was changed; their statements are the same, with the same ids. A note counts
    what flips.
    """
    links: defaultdict[Pair, list[str]] = defaultdict(list)
    missing: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for name, other in others.items():
        there = _links(other)
        for link in found.links:
            if _pair(link) not in there or (_conflicting(link) and not there[_pair(link)]):
                links[_pair(link)].append(name)
        for report, row in _gone(found, other):
            missing[report, row].append(name)
    changed = found.model_copy(
        update={
            "links": tuple(
                x.model_copy(update={"flips": tuple(links[_pair(x)])}) for x in found.links
            ),
            "left_out": tuple(
                x.model_copy(update={"flips": tuple(missing[x.report, x.row])})
                for x in found.left_out
            ),
        }
    )
    return changed.model_copy(update={"notes": (*found.notes, _note(changed, others))})


def _pair(link: Link) -> Pair:
    return frozenset((link.a, link.b))


def _conflicting(link: Link) -> bool:
    return any(d.conflict for d in link.differences)


def _links(comparison: Comparison) -> dict[Pair, bool]:
    """The linked pairs, and whether each is a conflict."""
    return {_pair(link): _conflicting(link) for link in comparison.links}


def _gone(found: Comparison, other: Comparison) -> Iterable[tuple[str, str]]:
    """The omissions that the other comparison does not show, as report and row."""
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for row in other.table:
        for statement in row.statements:
            rows[statement].append(row)
    for omission in found.left_out:
        row = found.row(omission.row)
        near = _counterpart(row, [r for s in row.statements for r in rows[s]])
        if near is None or not _still(omission, near):
            yield omission.report, omission.row


def _counterpart(row: Row, rows: Sequence[Row]) -> Row | None:
    """The row with most statements in common, by their share of both; the first of equals."""
    wanted = set(row.statements)
    return max(
        rows,
        key=lambda r: len(wanted & set(r.statements)) / len(wanted | set(r.statements)),
        default=None,
    )


def _still(omission: LeftOut, row: Row) -> bool:
    """Whether a row is not found in the same report, and told by two if it was."""
    cell = row.cells.get(omission.report)
    missed = cell is not None and cell.state == "not_found"
    return missed and (omission.support < 2 or row.support >= 2)


def _note(comparison: Comparison, others: Mapping[str, Comparison]) -> str:
    conflicts = comparison.conflicts
    counts = ", ".join(
        f"{sum(bool(x.flips) for x in found)} of {len(found)} {name}"
        for name, found in (
            ("links", comparison.links),
            ("conflicts", conflicts),
            ("omissions", comparison.left_out),
        )
    )
    return f"stability: {counts} flip with {' or '.join(others)}"
