"""A comparison as plain text, for a terminal or a file."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from storydiff.comparison import Comparison
from storydiff.rendering.escaping import visible
from storydiff.rendering.phrases import Phrases
from storydiff.rendering.sections import sections
from storydiff.rendering.view import Column, Only, View, view_of

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
    for section in sections(view, _SAY):
        yield ""
        hint = f": {section.hint}" if section.hint else ""
        yield f"{section.title.upper()}{section.rest}{hint}"
        for item in section.items:
            yield f"  {item.line}"
            yield from (f"    {line}" for line in item.below)
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
