"""One report against the others: the editor's questions, each with its evidence.

What did we leave out, tell in part, alter, add, quote differently, and which
words do we use against theirs? Nothing is found here that the comparison does
not hold; it is chosen, put in order, and turned so that our side comes first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from storydiff.contrasts import Contrast
from storydiff.datatypes import Added, Contradiction, Difference, LeftOut, Link, Row, Span, Value


class InPart(Value):
    """A fact that others tell and we tell in part: our statements, and what of theirs is missing.

    ``missing`` are spans of the statement ``missing_in``; there are none where we
    tell the fact beside another one, and nobody can say which words are missing.
    """

    row: str
    statements: tuple[str, ...]
    missing: tuple[Span, ...] = ()
    missing_in: str = ""
    weight: float = 0.0


class Against(Value):
    """A difference between a statement of ours and one of theirs; its side ``a`` is ours."""

    ours: str
    theirs: str
    difference: Difference


class Focus(Value):
    """What one report makes of the event, held against the others.

    ``left_out`` and ``in_part`` are ordered by weight, ``conflicts``, ``altered``
    and ``quoted`` by how sure they are, ``added`` as told, ``wording`` by how often
    it is used. ``altered`` holds the differences that are no conflict, without
    those of quotations (``quoted``) and of wording (``wording``); a conflict
    between quotations stands under ``conflicts``. Our side comes first everywhere.
    """

    report: str
    outlet: str
    left_out: tuple[LeftOut, ...] = ()
    in_part: tuple[InPart, ...] = ()
    conflicts: tuple[Against, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    altered: tuple[Against, ...] = ()
    added: tuple[Added, ...] = ()
    quoted: tuple[Against, ...] = ()
    wording: tuple[Contrast, ...] = ()


def against(links: Sequence[Link], ours: Mapping[str, str], report: str) -> tuple[Against, ...]:
    """The differences of all links that touch a report, its side first, the surest first.

    ``ours`` names the report of each statement.
    """
    found = []
    for link in links:
        if ours[link.a] == report:
            found += [Against(ours=link.a, theirs=link.b, difference=d) for d in link.differences]
        elif ours[link.b] == report:
            found += [
                Against(ours=link.b, theirs=link.a, difference=_turned(d)) for d in link.differences
            ]
    return tuple(sorted(found, key=lambda x: -x.difference.score))


def contradicting(
    contradictions: Sequence[Contradiction], ours: Mapping[str, str], report: str
) -> tuple[Contradiction, ...]:
    """The contradictions that touch a report, its side first."""
    found = []
    for x in contradictions:
        if ours[x.a] == report:
            found.append(x)
        elif ours[x.b] == report:
            sides = {"a": x.b, "b": x.a, "spans_a": x.spans_b, "spans_b": x.spans_a}
            found.append(x.model_copy(update=sides))
    return tuple(found)


def in_part(rows: Sequence[Row], report: str) -> tuple[InPart, ...]:
    """The facts that a report tells in part, the weightiest first."""
    found = [
        InPart(
            row=row.id,
            statements=cell.statements,
            missing=cell.missing,
            missing_in=cell.missing_in,
            weight=row.weight,
        )
        for row in rows
        if (cell := row.cells[report]).state == "partly"
    ]
    return tuple(sorted(found, key=lambda x: -x.weight))


def wording(contrasts: Sequence[Contrast], report: str) -> tuple[Contrast, ...]:
    """The contrasts in which a report uses one wording and another report the other."""
    found = []
    for contrast in contrasts:
        a, b = ({use.report for use in side} for side in (contrast.uses_a, contrast.uses_b))
        if report in a and b - {report}:
            found.append(contrast)
        elif report in b and a - {report}:
            found.append(contrast.turned())
    return tuple(found)


def _turned(d: Difference) -> Difference:
    return d.model_copy(update={"a": d.b, "b": d.a})
