"""A comparison as Markdown, for a page or a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from storydiff.comparison import Comparison
from storydiff.rendering.escaping import markdown as plain
from storydiff.rendering.phrases import Phrases
from storydiff.rendering.view import Column, Contrast, Fact, Only, View, view_of

_SAY = Phrases(plain, brackets=("\\[", "\\]"))


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
            yield from ("- **contradiction**", f"    - {_SAY.said(a)}", f"    - {_SAY.said(b)}")
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


def _fact(fact: Fact) -> Iterator[str]:
    yield f"- **{fact.id}** {_SAY.told(fact)}"
    for said in fact.told:
        part = " *(in part)*" if said.label in fact.partly else ""
        yield f"    - {_SAY.said(said)}{part}"
    yield from (f"    - *{_SAY.missed(missed)}*" for missed in fact.missed)


def _contrast(contrast: Contrast) -> Iterator[str]:
    yield f"- {_SAY.differing(contrast)}"
    for part, whole in ((contrast.a, contrast.whole_a), (contrast.b, contrast.whole_b)):
        yield f"    - **{plain(part.words)}** in {_SAY.said(whole)}"


def _column(column: Column) -> Iterator[str]:
    if column.added:
        yield from ("", f"## Only {plain(column.label)} tells", "")
        for fact in column.added:
            for said in fact.told:
                kinds = f" ({'/'.join(fact.kinds)})" if fact.kinds else ""
                yield f"- {fact.id} {_SAY.place(said)} {_SAY.words(said)}{kinds}"
    if column.left_out:
        yield from ("", f"## Not found in {plain(column.label)}, the weightiest first", "")
        for fact, missed in column.left_out:
            yield f"- {fact.id} told by {fact.support}: {_SAY.said(fact.told[0])}"
            yield f"    - *{_SAY.missed(missed)}*"
