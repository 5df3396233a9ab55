"""The findings of a comparison as titled lists: what every line-based format goes through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from storydiff.rendering.phrases import Phrases
from storydiff.rendering.view import Column, Contrast, Fact, View


@dataclass(frozen=True, slots=True)
class Item:
    """One finding: a line, and the lines that stand below it."""

    line: str
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Findings of one sort, in order.

    Attributes:
        title: the words of the title that carry it.
        rest: the words that follow them, with their leading space.
        hint: what a reader should know first, as a sentence without capital and full stop.
        items: at least one finding.
    """

    title: str
    items: tuple[Item, ...]
    rest: str = ""
    hint: str = ""


def sections(view: View, say: Phrases) -> tuple[Section, ...]:
    """All findings of a view in the order in which they are read; empty sections are left out."""
    found = _focused(view, say) if view.focus else _all(view, say)
    notes = Section("Notes", tuple(Item(say.escape(note)) for note in view.notes))
    return tuple(section for section in (*found, notes) if section.items)


def _all(view: View, say: Phrases) -> Iterator[Section]:
    """What every report makes of the event: conflicts first."""
    yield _conflicts(view, say)
    yield _shared(view, say)
    yield _differences("Differences", " in what is told together", view.differences, say)
    yield _quotations(view, say)
    yield _wordings(view, say)
    for column in view.reports:
        yield _added(column, say)
        yield _left_out(column, say)


def _focused(view: View, say: Phrases) -> Iterator[Section]:
    """The questions of one report's editor: left out, in part, altered, added, words."""
    (column,) = view.reports
    by = f" by {say.escape(view.focus)}"
    altered = [c for c in view.differences if c.type != "quotation"]
    quoted = [c for c in view.differences if c.type == "quotation"]
    yield _left_out(column, say)
    yield _partly(column, by, say)
    yield _conflicts(view, say)
    yield _differences("Told otherwise", by, altered, say)
    yield _added(column, say)
    yield _differences("Quoted differently", by, quoted, say)
    yield _quotations(view, say)
    yield _wordings(view, say)
    yield _shared(view, say)


def _conflicts(view: View, say: Phrases) -> Section:
    denied = (
        Item(say.strongly("contradiction"), (say.said(a), say.said(b)))
        for a, b in view.contradictions
    )
    items = (*_contrasts(view.conflicts, say), *denied)
    return Section("Conflicts", items, hint="both cannot be right as stated")


def _shared(view: View, say: Phrases) -> Section:
    title = f"Facts told by {view.support} or more"
    return Section(title, tuple(_fact(fact, say) for fact in view.shared))


def _differences(title: str, rest: str, found: Sequence[Contrast], say: Phrases) -> Section:
    return Section(title, tuple(_contrasts(found, say)), rest=rest)


def _quotations(view: View, say: Phrases) -> Section:
    items = []
    for found in view.quotations:
        below = [
            f"{say.version(said, how, alike)}: {say.compared(pieces)}"
            for said, how, pieces, alike in found.versions
        ]
        if found.missing:
            below.append(say.quietly(f"not found in {', '.join(map(say.escape, found.missing))}"))
        items.append(Item(say.uttered(found), tuple(below)))
    return Section("Quotations", tuple(items), hint=f"one utterance, {say.key()}")


def _wordings(view: View, say: Phrases) -> Section:
    items = (Item(say.against(x), tuple(map(say.said, x.examples))) for x in view.wording)
    return Section("Wording", tuple(items), hint="one slot, other words; no verdict")


def _fact(fact: Fact, say: Phrases) -> Item:
    partly = {part.label for part in fact.partly}
    mark = " " + say.quietly("(in part)")
    told = (f"{say.said(x)}{mark if x.label in partly else ''}" for x in fact.told)
    lacking = (say.quietly(say.lacking(part)) for part in fact.partly if part.missing)
    missed = (say.quietly(say.missed(x)) for x in fact.missed)
    return Item(f"{say.strongly(fact.id)} {say.told(fact)}", (*told, *lacking, *missed))


def _contrasts(contrasts: Iterable[Contrast], say: Phrases) -> Iterator[Item]:
    for contrast in contrasts:
        below = []
        for version in contrast.versions:
            first, *others = version.told
            words = say.strongly(say.words(version.words))
            below.append(f"{words} in {say.said(first)}{say.also(others)}")
        yield Item(say.differing(contrast), tuple(below))


def _partly(column: Column, by: str, say: Phrases) -> Section:
    items = (
        Item(_first(fact, say), (say.quietly(say.lacking(part)),)) for fact, part in column.partly
    )
    return Section("Told in part", tuple(items), rest=f"{by}, the weightiest first")


def _added(column: Column, say: Phrases) -> Section:
    items = (
        Item(f"{fact.id} {say.place(said)} {say.words(said)}{_kinds(fact)}")
        for fact in column.added
        for said in fact.told
    )
    return Section("Only", tuple(items), rest=f" {say.escape(column.label)} tells")


def _kinds(fact: Fact) -> str:
    return f" ({'/'.join(fact.kinds)})" if fact.kinds else ""


def _left_out(column: Column, say: Phrases) -> Section:
    items = (
        Item(_first(fact, say), (say.quietly(say.missed(missed)),))
        for fact, missed in column.left_out
    )
    rest = f" in {say.escape(column.label)}, the weightiest first"
    return Section("Not found", tuple(items), rest=rest)


def _first(fact: Fact, say: Phrases) -> str:
    """How many tell a fact, and its first telling."""
    return f"{fact.id} told by {fact.support}: {say.said(fact.told[0])}"
