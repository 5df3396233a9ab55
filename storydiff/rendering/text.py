"""A comparison as plain text, for a terminal or a file."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from storydiff.comparison import Comparison
from storydiff.rendering.escaping import visible
from storydiff.rendering.phrases import Phrases
from storydiff.rendering.view import Column, Contrast, Fact, Only, View, view_of

_SAY = Phrases(visible)


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


def head(view: View) -> str:
    """How many reports, facts and conflicts there are, or what is in focus."""
    facts = f"{len(view.shared)} facts told by {view.support} or more"
    count = len(view.conflicts) + len(view.contradictions)
    conflicts = f"{count} conflict{'' if count == 1 else 's'}"
    if view.focus:
        return f"{visible(view.focus)} against the others: it tells {facts}, {conflicts}"
    return f"{len(view.reports)} reports, {facts}, {conflicts}"


def _lines(view: View) -> Iterator[str]:
    yield head(view)
    yield ""
    yield "REPORTS"
    for column in view.reports:
        yield from _column(column, view)
    yield from _focused(view) if view.focus else _all(view)
    if view.notes:
        yield from ("", "NOTES")
        yield from (f"  {visible(note)}" for note in view.notes)
    yield from ("", f"signature {visible(view.signature)}")


def _all(view: View) -> Iterator[str]:
    """What every report makes of the event: conflicts first."""
    yield from _conflicts(view)
    yield from _shared(view)
    yield from _differences("DIFFERENCES in what is told together", view.differences)
    yield from _quotations(view)
    yield from _wordings(view)
    for column in view.reports:
        yield from _added(column)
        yield from _left_out(column)


def _focused(view: View) -> Iterator[str]:
    """The questions of one report's editor: left out, in part, altered, added, words."""
    (column,) = view.reports
    label = visible(view.focus)
    altered = [c for c in view.differences if c.type != "quotation"]
    quoted = [c for c in view.differences if c.type == "quotation"]
    yield from _left_out(column)
    if column.partly:
        yield from ("", f"TOLD IN PART by {label}, the weightiest first")
        for fact, part in column.partly:
            yield f"  {fact.id} told by {fact.support}: {_SAY.said(fact.told[0])}"
            yield f"    {_SAY.lacking(part)}"
    yield from _conflicts(view)
    yield from _differences(f"TOLD OTHERWISE by {label}", altered)
    yield from _added(column)
    yield from _differences(f"QUOTED DIFFERENTLY by {label}", quoted)
    yield from _quotations(view)
    yield from _wordings(view)
    yield from _shared(view)


def _conflicts(view: View) -> Iterator[str]:
    if view.conflicts or view.contradictions:
        yield from ("", "CONFLICTS: both cannot be right as stated")
        for contrast in view.conflicts:
            yield from _contrast(contrast)
        for a, b in view.contradictions:
            yield from ("  contradiction", f"    {_SAY.said(a)}", f"    {_SAY.said(b)}")


def _shared(view: View) -> Iterator[str]:
    if view.shared:
        yield from ("", f"FACTS TOLD BY {view.support} OR MORE")
        for fact in view.shared:
            yield from _fact(fact)


def _differences(title: str, contrasts: Sequence[Contrast]) -> Iterator[str]:
    if contrasts:
        yield from ("", title)
        for contrast in contrasts:
            yield from _contrast(contrast)


def _quotations(view: View) -> Iterator[str]:
    if view.quotations:
        yield from ("", "QUOTATIONS: one utterance, [-words left out-] and {+other words+}")
        for found in view.quotations:
            yield f"  {_SAY.uttered(found)}"
            for said, how, pieces, alike in found.versions:
                yield f"    {_SAY.version(said, how, alike)}: {_SAY.compared(pieces)}"
            if found.missing:
                yield f"    not found in {', '.join(map(visible, found.missing))}"


def _wordings(view: View) -> Iterator[str]:
    if view.wording:
        yield from ("", "WORDING: one slot, other words; no verdict")
        for found in view.wording:
            yield f"  {_SAY.against(found)}"
            yield from (f"    {_SAY.said(example)}" for example in found.examples)


def _column(column: Column, view: View) -> Iterator[str]:
    title = f": {visible(column.title)}" if column.title else ""
    yield f"  {visible(column.label)}{title}"
    shared = f"tells {column.told} of {len(view.shared)} shared facts"
    alone = f"tells {len(column.added)} alone"
    yield (
        f"    {column.statements} statements, {shared}, {alone}; "
        f"{len(column.left_out)} told by others not found"
    )


def _fact(fact: Fact) -> Iterator[str]:
    yield f"  {fact.id} {_SAY.told(fact)}"
    partly = {part.label for part in fact.partly}
    for said in fact.told:
        yield f"    {_SAY.said(said)}{' (in part)' if said.label in partly else ''}"
    yield from (f"    {_SAY.lacking(part)}" for part in fact.partly if part.missing)
    for missed in fact.missed:
        yield f"    {_SAY.missed(missed)}"


def _contrast(contrast: Contrast) -> Iterator[str]:
    yield f"  {_SAY.differing(contrast)}"
    for version in contrast.versions:
        first, *others = version.told
        yield f"    {_SAY.words(version.words)} in {_SAY.said(first)}{_SAY.also(others)}"


def _added(column: Column) -> Iterator[str]:
    if column.added:
        yield from ("", f"ONLY {visible(column.label)} tells")
        for fact in column.added:
            for said in fact.told:
                kinds = f" ({'/'.join(fact.kinds)})" if fact.kinds else ""
                yield f"  {fact.id} {_SAY.place(said)} {_SAY.words(said)}{kinds}"


def _left_out(column: Column) -> Iterator[str]:
    if column.left_out:
        yield from ("", f"NOT FOUND in {visible(column.label)}, the weightiest first")
        for fact, missed in column.left_out:
            yield f"  {fact.id} told by {fact.support}: {_SAY.said(fact.told[0])}"
            yield f"    {_SAY.missed(missed)}"
