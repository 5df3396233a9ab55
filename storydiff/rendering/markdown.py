"""A comparison as Markdown, for a page or a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from storydiff.comparison import Comparison
from storydiff.rendering.escaping import markdown as plain
from storydiff.rendering.view import Column, Contrast, Fact, Missed, Only, Said, View, view_of


def render(
    comparison: Comparison,
    *,
    support: int = 2,
    only: Only | None = None,
    focus: str | None = None,
) -> str:
    """The comparison as CommonMark with tables; article text is escaped.

    The options are those of `view_of`.
    """
    view = view_of(comparison, support=support, only=only, focus=focus)
    return "\n".join(_lines(view)) + "\n"


def _lines(view: View) -> Iterator[str]:
    yield "# Comparison"
    yield ""
    yield f"| report | statements | of {len(view.shared)} shared facts | alone | not found |"
    yield "|---|---:|---:|---:|---:|"
    for c in view.reports:
        yield (
            f"| {plain(c.label)} | {c.statements} | {c.told} | {len(c.added)} | {len(c.left_out)} |"
        )
    if view.conflicts or view.contradictions:
        yield from ("", "## Conflicts", "", "Both cannot be right as stated.", "")
        for contrast in view.conflicts:
            yield from _contrast(contrast)
        for a, b in view.contradictions:
            yield from ("- **contradiction**", f"    - {_said(a)}", f"    - {_said(b)}")
    if view.shared:
        yield from ("", f"## Facts told by {view.support} or more", "")
        for fact in view.shared:
            yield from _fact(fact)
    if view.differences:
        yield from ("", "## Differences in what is told together", "")
        for contrast in view.differences:
            yield from _contrast(contrast)
    for column in view.reports:
        yield from _column(column)
    if view.notes:
        yield from ("", "## Notes", "")
        yield from (f"- {plain(note)}" for note in view.notes)
    yield from ("", f"Signature: {plain(view.signature)}")


def _said(said: Said) -> str:
    return f"{plain(said.label)} \\[{said.index}\\] “{plain(said.words)}”"


def _fact(fact: Fact) -> Iterator[str]:
    origins = f", {fact.origins} origins" if fact.origins != fact.support else ""
    kinds = "/".join(fact.kinds)
    yield f"- **{fact.id}** told by {fact.support}{origins}, p {fact.score:.2f}, {kinds}"
    for said in fact.told:
        part = " *(in part)*" if said.label in fact.partly else ""
        yield f"    - {_said(said)}{part}"
    yield from (f"    - *{_missed(missed)}*" for missed in fact.missed)


def _missed(missed: Missed) -> str:
    label = plain(missed.label)
    if missed.state == "unknowable":
        return f"cannot know for {label}: {plain(missed.reason)}"
    if missed.nearest is None:
        return f"not found in {label}: nothing near"
    return f"not found in {label}; nearest p {missed.score:.2f}: {_said(missed.nearest)}"


def _contrast(contrast: Contrast) -> Iterator[str]:
    yield f"- **{contrast.type}**, p {contrast.score:.2f}"
    for part, whole in ((contrast.a, contrast.whole_a), (contrast.b, contrast.whole_b)):
        yield f"    - **{plain(part.words)}** in {_said(whole)}"


def _column(column: Column) -> Iterator[str]:
    if column.added:
        yield from ("", f"## Only {plain(column.label)} tells", "")
        for fact in column.added:
            for said in fact.told:
                kinds = "/".join(fact.kinds)
                yield f"- {fact.id} \\[{said.index}\\] “{plain(said.words)}” ({kinds})"
    if column.left_out:
        yield from ("", f"## Not found in {plain(column.label)}, the weightiest first", "")
        for fact, missed in column.left_out:
            yield f"- {fact.id} told by {fact.support}: {_said(fact.told[0])}"
            yield f"    - *{_missed(missed)}*"
