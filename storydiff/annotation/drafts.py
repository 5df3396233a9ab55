"""Attributions in the making, and spans joined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from storydiff.annotation.quotations import Quotation
from storydiff.datatypes import Mode, Polarity, Span


@dataclass(slots=True)
class Draft:
    """An attribution in the making; ``named`` is where its source is told apart best."""

    statement: int
    paragraph: int
    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: list[Span]
    rule: str
    polarity: Polarity = "asserted"
    quotes: bool = False
    sort: str = "say"
    lemma: str = ""
    named: tuple[Span, ...] = ()
    told: Span | None = None
    mode: Mode = "indirect"
    quoted: list[Quotation] = field(default_factory=list)


def join_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, those that overlap or touch joined."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
