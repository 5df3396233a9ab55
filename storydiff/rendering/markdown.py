"""A comparison as Markdown, for a page or a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from storydiff.comparison import Comparison
from storydiff.rendering.escaping import markdown as plain
from storydiff.rendering.phrases import Phrases
from storydiff.rendering.sections import sections
from storydiff.rendering.view import Only, View, view_of

_SAY = Phrases(
    plain,
    brackets=("\\[", "\\]"),
    gone=("~~", "~~"),
    new=("**", "**"),
    strong=("**", "**"),
    quiet=("*", "*"),
)


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
    yield f"# {plain(view.focus)} against the others" if view.focus else "# Comparison"
    yield ""
    yield f"| report | statements | of {len(view.shared)} shared facts | alone | not found |"
    yield "|---|---:|---:|---:|---:|"
    for c in view.reports:
        yield (
            f"| {plain(c.label)} | {c.statements} | {c.told} | {len(c.added)} | {len(c.left_out)} |"
        )
    for section in sections(view, _SAY):
        yield from ("", f"## {section.title}{section.rest}", "")
        if section.hint:
            yield from (f"{section.hint[0].upper()}{section.hint[1:]}.", "")
        for item in section.items:
            yield f"- {item.line}"
            yield from (f"    - {line}" for line in item.below)
    yield from ("", f"Signature: {plain(view.signature)}")
