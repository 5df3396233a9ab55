"""A comparison as tables on a terminal: the same view as the plain text, with colour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from storydiff.comparison import Comparison
from storydiff.rendering.escaping import visible
from storydiff.rendering.phrases import HOWS
from storydiff.rendering.text import head
from storydiff.rendering.view import Column, Contrast, Fact, Missed, Only, Said, View, view_of

WIDEST = 8
"""The largest number of reports that have a column each in the table of facts."""

SIGNS = {
    "told": Text("●", style="green"),
    "partly": Text("◐", style="yellow"),
    "not_found": Text("–", style="red"),
    "unknowable": Text("?", style="dim"),
}


def show(
    comparison: Comparison,
    *,
    support: int = 2,
    only: Only | None = None,
    focus: str | None = None,
    console: Console | None = None,
) -> None:
    """Print the comparison as tables; the options are those of `view_of`.

    ``NO_COLOR`` and the width of the terminal are respected.
    """
    view = view_of(comparison, support=support, only=only, focus=focus)
    labels = [c.label for c in view_of(comparison, support=support).reports]
    out = console or Console(highlight=False)
    for part in _parts(comparison, view, labels):
        out.print(part)


def _parts(comparison: Comparison, view: View, labels: list[str]) -> Iterator[RenderableType]:
    yield Text(head(view), style="bold")
    yield _reports(view)
    if view.focus:
        (column,) = view.reports
        yield from _left_out(column)
        yield from _in_part(column)
    yield from _conflicts(view)
    if not view.focus:
        yield from _shared(comparison, view, labels)
    if view.differences:
        yield _contrasts("Differences in what is told together", view.differences)
    if view.quotations:
        yield _quotations(view)
    if view.wording:
        yield _wordings(view)
    for column in view.reports:
        yield from _added(column)
        yield from () if view.focus else _left_out(column)
    if view.focus:
        yield from _shared(comparison, view, labels)
    for note in view.notes:
        yield Text(f"note: {visible(note)}", style="dim")
    yield Text(f"signature {visible(view.signature)}", style="dim", overflow="fold")


def _conflicts(view: View) -> Iterator[RenderableType]:
    if view.conflicts or view.contradictions:
        yield _contrasts("Conflicts: both cannot be right as stated", view.conflicts, style="red")
        yield from (_pair(a, b) for a, b in view.contradictions)


def _shared(comparison: Comparison, view: View, labels: list[str]) -> Iterator[RenderableType]:
    if view.shared:
        yield _facts(comparison, view, labels)
        yield Text("● told  ◐ told in part  – not found  ? cannot know", style="dim")


def _quotations(view: View) -> Table:
    """One utterance a group of lines: each outlet's version, then who was not found to have it."""
    table = _table("Quotations: one utterance", "speaker", "outlet", "how", "words")
    styles = {"gone": "strike dim", "new": "bold underline", "": ""}
    for found in view.quotations:
        speaker = found.speaker or "not named"
        for said, how, pieces, _ in found.versions:
            words = Text(" ").join(Text(visible(x.text), styles[x.marks]) for x in pieces)
            table.add_row(_plain(speaker), _plain(said.label), HOWS[how], words)
            speaker = ""
        if found.missing:
            table.add_row("", _plain(", ".join(found.missing)), Text("not found", "dim"), "")
    return table


def _wordings(view: View) -> Table:
    table = _table("Wording: one slot, other words", "words", "used by", "against", "by them", "p")
    for x in view.wording:
        (a, b), (ours, theirs) = x.words, x.uses
        table.add_row(_plain(a), _used(ours), _plain(b), _used(theirs), f"{x.score:.2f}")
    return table


def _used(uses: Iterable[tuple[str, int]]) -> Text:
    return _plain(", ".join(f"{label} {count}×" for label, count in uses))


def _in_part(column: Column) -> Iterator[RenderableType]:
    if column.partly:
        title = f"Told in part by {visible(column.label)}, the weightiest first"
        table = _table(title, "fact", "by", "told elsewhere", "not told here")
        for fact, part in column.partly:
            missing = _plain(part.missing.words) if part.missing else Text("cannot say", "dim")
            table.add_row(fact.id, str(fact.support), _said(fact.told[0]), missing)
        yield table


def _table(title: str, *columns: str, style: str = "bold") -> Table:
    table = Table(
        box=SIMPLE_HEAD, title=Text(title, style=style), title_justify="left", expand=False
    )
    for name in columns:
        figures = name in ("statements", "shared", "alone", "not found", "by", "p")
        table.add_column(
            _plain(name), justify="right" if figures else "left", overflow="fold", no_wrap=figures
        )
    return table


def _reports(view: View) -> Table:
    table = _table("Reports", "outlet", "title", "statements", "shared", "alone", "not found")
    for c in view.reports:
        table.add_row(
            Text(visible(c.label), style="bold"),
            _plain(c.title),
            str(c.statements),
            f"{c.told} of {len(view.shared)}",
            str(len(c.added)),
            str(len(c.left_out)),
        )
    return table


def _facts(comparison: Comparison, view: View, labels: list[str]) -> Table:
    narrow = len(labels) <= WIDEST
    shown = labels if narrow else ["told by"]
    table = _table("Facts", "fact", "words", "kind", "p", *shown)
    for column in table.columns[4:] if narrow else ():
        column.justify, column.max_width = "center", 12 if len(labels) <= 5 else 9
    for fact in view.shared:
        states = _states(fact)
        cells: Iterable[RenderableType] = (
            [SIGNS[states[label]] for label in labels]
            if narrow
            else [Text(f"{fact.support} of {len(labels)}")]
        )
        table.add_row(
            fact.id,
            _marked(comparison, fact.id),
            "/".join(fact.kinds),
            f"{fact.score:.2f}",
            *cells,
        )
    return table


def _marked(comparison: Comparison, fact: str) -> Text:
    """The first statement that tells a fact, with the words that tell it in bold."""
    row = comparison.row(fact)
    first = comparison.statement(row.statements[0])
    report = comparison.report(first.report).text
    text, place = Text(), first.start
    for start, end in row.spans.get(first.id, ()):
        text.append(visible(report[place:start])).append(visible(report[start:end]), "bold")
        place = end
    return text.append(visible(report[place : first.end]))


def _states(fact: Fact) -> dict[str, str]:
    told = {said.label: "told" for said in fact.told}
    partly = {part.label: "partly" for part in fact.partly}
    return {**told, **partly, **{missed.label: missed.state for missed in fact.missed}}


def _contrasts(title: str, contrasts: Iterable[Contrast], *, style: str = "bold") -> Table:
    table = _table(title, "type", "p", "told by", "version", style=style)
    for c in contrasts:
        kind, score = c.type, f"{c.score:.2f}" + (" flips" if c.flips else "")
        for version in c.versions:
            labels = ", ".join(dict.fromkeys(said.label for said in version.told))
            table.add_row(kind, score, _plain(labels), _within(version.words, version.told[0]))
            kind = score = ""
    return table


def _within(part: Said, whole: Said) -> Text:
    """A statement with the words that differ in bold, after the outlet and the index."""
    text = Text(f"{visible(whole.label)} [{whole.index}] ", style="dim")
    words = Text(visible(whole.words), style="not dim")
    for piece in part.words.split(" … "):
        if piece and piece != whole.words:
            words.highlight_words([visible(piece)], style="bold underline")
    return text.append_text(words)


def _pair(a: Said, b: Said) -> Group:
    return Group(Text("contradiction", style="red"), _said(a), _said(b))


def _added(column: Column) -> Iterator[RenderableType]:
    if column.added:
        table = _table(f"Only {visible(column.label)} tells", "fact", "kind", "words")
        for fact in column.added:
            table.add_row(fact.id, "/".join(fact.kinds), _plain(fact.told[0].words))
        yield table


def _left_out(column: Column) -> Iterator[RenderableType]:
    if column.left_out:
        title = f"Not found in {visible(column.label)}, the weightiest first"
        table = _table(title, "fact", "by", "told elsewhere", "nearest here", "p")
        for fact, missed in column.left_out:
            table.add_row(
                fact.id,
                str(fact.support),
                _said(fact.told[0]),
                _said(missed.nearest) if missed.nearest else Text("nothing near", style="dim"),
                _nearness(missed),
            )
        yield table


def _nearness(missed: Missed) -> str:
    return (f"{missed.score:.2f}" if missed.nearest else "") + (" flips" if missed.flips else "")


def _said(said: Said) -> Text:
    return Text.assemble((f"{visible(said.label)} [{said.index}] ", "dim"), visible(said.words))


def _plain(text: str) -> Text:
    return Text(visible(text))
