"""A comparison as plain text, for a terminal or a file."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from storydiff.comparison import Comparison
from storydiff.rendering.escaping import visible
from storydiff.rendering.view import Column, Contrast, Fact, Missed, Only, Said, View, view_of


def render(
    comparison: Comparison,
    *,
    support: int = 2,
    only: Only | None = None,
    focus: str | None = None,
    width: int = 100,
) -> str:
    """The comparison as lines of at most ``width`` columns (words are never cut).

    The other options are those of `view_of`.
    """
    view = view_of(comparison, support=support, only=only, focus=focus)
    lines: list[str] = []
    for line in _lines(view):
        indent = " " * (len(line) - len(line.lstrip()))
        lines += textwrap.wrap(
            line,
            width,
            subsequent_indent=indent + "  ",
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
    return "\n".join(lines) + "\n"


def _lines(view: View) -> Iterator[str]:
    facts = f"{len(view.shared)} facts told by {view.support} or more"
    yield f"{len(view.reports)} reports, {facts}, {len(view.conflicts)} conflicts"
    yield ""
    yield "REPORTS"
    for column in view.reports:
        yield from _column(column, view)
    if view.conflicts or view.contradictions:
        yield from ("", "CONFLICTS: both cannot be right as stated")
        for contrast in view.conflicts:
            yield from _contrast(contrast)
        for a, b in view.contradictions:
            yield from ("  contradiction", f"    {_said(a)}", f"    {_said(b)}")
    if view.shared:
        yield from ("", f"FACTS TOLD BY {view.support} OR MORE")
        for fact in view.shared:
            yield from _fact(fact)
    if view.differences:
        yield from ("", "DIFFERENCES in what is told together")
        for contrast in view.differences:
            yield from _contrast(contrast)
    for column in view.reports:
        yield from _added(column)
        yield from _left_out(column)
    if view.notes:
        yield from ("", "NOTES")
        yield from (f"  {visible(note)}" for note in view.notes)
    yield from ("", f"signature {visible(view.signature)}")


def _column(column: Column, view: View) -> Iterator[str]:
    title = f": {visible(column.title)}" if column.title else ""
    yield f"  {visible(column.label)}{title}"
    shared = f"tells {column.told} of {len(view.shared)} shared facts"
    alone = f"tells {len(column.added)} alone"
    yield (
        f"    {column.statements} statements, {shared}, {alone}; "
        f"{len(column.left_out)} told by others not found"
    )


def _said(said: Said) -> str:
    return f"{visible(said.label)} [{said.index}] “{visible(said.words)}”"


def _fact(fact: Fact) -> Iterator[str]:
    origins = f", {fact.origins} origins" if fact.origins != fact.support else ""
    yield f"  {fact.id} told by {fact.support}{origins}, p {fact.score:.2f}, {'/'.join(fact.kinds)}"
    for said in fact.told:
        part = " (in part)" if said.label in fact.partly else ""
        yield f"    {_said(said)}{part}"
    for missed in fact.missed:
        yield f"    {_missed(missed)}"


def _missed(missed: Missed) -> str:
    label = visible(missed.label)
    if missed.state == "unknowable":
        return f"cannot know for {label}: {visible(missed.reason)}"
    if missed.nearest is None:
        return f"not found in {label}: nothing near"
    return f"not found in {label}; nearest p {missed.score:.2f}: {_said(missed.nearest)}"


def _contrast(contrast: Contrast) -> Iterator[str]:
    yield f"  {contrast.type}, p {contrast.score:.2f}"
    for part, whole in ((contrast.a, contrast.whole_a), (contrast.b, contrast.whole_b)):
        yield f"    “{visible(part.words)}” in {_said(whole)}"


def _added(column: Column) -> Iterator[str]:
    if column.added:
        yield from ("", f"ONLY {visible(column.label)} tells")
        for fact in column.added:
            for said in fact.told:
                yield f"  {fact.id} [{said.index}] “{visible(said.words)}” ({'/'.join(fact.kinds)})"


def _left_out(column: Column) -> Iterator[str]:
    if column.left_out:
        yield from ("", f"NOT FOUND in {visible(column.label)}, the weightiest first")
        for fact, missed in column.left_out:
            yield f"  {fact.id} told by {fact.support}: {_said(fact.told[0])}"
            yield f"    {_missed(missed)}"
