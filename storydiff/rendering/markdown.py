"""A comparison as Markdown, for a page or a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from storydiff.comparison import Comparison
from storydiff.rendering.escaping import markdown as plain
from storydiff.rendering.phrases import Phrases
from storydiff.rendering.view import Column, Contrast, Fact, Only, View, view_of

_SAY = Phrases(plain, brackets=("\\[", "\\]"), gone=("~~", "~~"), new=("**", "**"))


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
    yield from _focused(view) if view.focus else _all(view)
    if view.notes:
        yield from ("", "## Notes", "")
        yield from (f"- {plain(note)}" for note in view.notes)
    yield from ("", f"Signature: {plain(view.signature)}")


def _all(view: View) -> Iterator[str]:
    """What every report makes of the event: conflicts first."""
    yield from _conflicts(view)
    yield from _shared(view)
    yield from _differences("Differences in what is told together", view.differences)
    yield from _quotations(view)
    yield from _wordings(view)
    for column in view.reports:
        yield from _added(column)
        yield from _left_out(column)


def _focused(view: View) -> Iterator[str]:
    """The questions of one report's editor: left out, in part, altered, added, words."""
    (column,) = view.reports
    label = plain(view.focus)
    altered = [c for c in view.differences if c.type != "quotation"]
    quoted = [c for c in view.differences if c.type == "quotation"]
    yield from _left_out(column)
    if column.partly:
        yield from ("", f"## Told in part by {label}, the weightiest first", "")
        for fact, part in column.partly:
            yield f"- {fact.id} told by {fact.support}: {_SAY.said(fact.told[0])}"
            yield f"    - *{_SAY.lacking(part)}*"
    yield from _conflicts(view)
    yield from _differences(f"Told otherwise by {label}", altered)
    yield from _added(column)
    yield from _differences(f"Quoted differently by {label}", quoted)
    yield from _quotations(view)
    yield from _wordings(view)
    yield from _shared(view)


def _conflicts(view: View) -> Iterator[str]:
    if view.conflicts or view.contradictions:
        yield from ("", "## Conflicts", "", "Both cannot be right as stated.", "")
        for contrast in view.conflicts:
            yield from _contrast(contrast)
        for a, b in view.contradictions:
            yield from ("- **contradiction**", f"    - {_SAY.said(a)}", f"    - {_SAY.said(b)}")


def _shared(view: View) -> Iterator[str]:
    if view.shared:
        yield from ("", f"## Facts told by {view.support} or more", "")
        for fact in view.shared:
            yield from _fact(fact)


def _differences(title: str, contrasts: Sequence[Contrast]) -> Iterator[str]:
    if contrasts:
        yield from ("", f"## {title}", "")
        for contrast in contrasts:
            yield from _contrast(contrast)


def _quotations(view: View) -> Iterator[str]:
    if view.quotations:
        yield from (
            "",
            "## Quotations",
            "",
            "One utterance, ~~words left out~~, **other words**.",
            "",
        )
        for found in view.quotations:
            yield f"- {_SAY.uttered(found)}"
            for said, how, pieces, alike in found.versions:
                yield f"    - {_SAY.version(said, how, alike)}: {_SAY.compared(pieces)}"
            if found.missing:
                yield f"    - *not found in {', '.join(map(plain, found.missing))}*"


def _wordings(view: View) -> Iterator[str]:
    if view.wording:
        yield from ("", "## Wording", "", "One slot, other words; no verdict.", "")
        for found in view.wording:
            yield f"- {_SAY.against(found)}"
            yield from (f"    - {_SAY.said(example)}" for example in found.examples)


def _fact(fact: Fact) -> Iterator[str]:
    yield f"- **{fact.id}** {_SAY.told(fact)}"
    partly = {part.label for part in fact.partly}
    for said in fact.told:
        yield f"    - {_SAY.said(said)}{' *(in part)*' if said.label in partly else ''}"
    yield from (f"    - *{_SAY.lacking(part)}*" for part in fact.partly if part.missing)
    yield from (f"    - *{_SAY.missed(missed)}*" for missed in fact.missed)


def _contrast(contrast: Contrast) -> Iterator[str]:
    yield f"- {_SAY.differing(contrast)}"
    for version in contrast.versions:
        first, *others = version.told
        words = f"**{plain(version.words.words)}**"
        yield f"    - {words} in {_SAY.said(first)}{_SAY.also(others)}"


def _added(column: Column) -> Iterator[str]:
    if column.added:
        yield from ("", f"## Only {plain(column.label)} tells", "")
        for fact in column.added:
            for said in fact.told:
                kinds = f" ({'/'.join(fact.kinds)})" if fact.kinds else ""
                yield f"- {fact.id} {_SAY.place(said)} {_SAY.words(said)}{kinds}"


def _left_out(column: Column) -> Iterator[str]:
    if column.left_out:
        yield from ("", f"## Not found in {plain(column.label)}, the weightiest first", "")
        for fact, missed in column.left_out:
            yield f"- {fact.id} told by {fact.support}: {_SAY.said(fact.told[0])}"
            yield f"    - *{_SAY.missed(missed)}*"
