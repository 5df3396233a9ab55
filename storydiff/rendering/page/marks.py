"""Text cut where its marks begin and end, and positions as a browser counts them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from storydiff.datatypes import Span
from storydiff.rendering.escaping import visible


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text under the same marks; ``marks`` is a list of CSS classes.

    The first piece of a marked span carries ``start-MARK`` as well, so that a
    sign is shown once a span.
    """

    text: str
    marks: str = ""


def pieces(text: str, layers: Mapping[str, Sequence[Span]]) -> tuple[Piece, ...]:
    """A text cut at the borders of all layers; joined again, the pieces are the text.

    ``layers`` names marks in their order of showing; spans are positions in
    ``text`` and may overlap.
    """
    merged = {mark: merge(spans) for mark, spans in layers.items()}
    edges = {0, len(text), *(edge for spans in merged.values() for span in spans for edge in span)}
    borders = sorted(edge for edge in edges if 0 <= edge <= len(text))
    return tuple(Piece(text[start:end], _marks(merged, start)) for start, end in pairwise(borders))


def _marks(layers: Mapping[str, Sequence[Span]], start: int) -> str:
    names = []
    for mark, spans in layers.items():
        if any(a <= start < b for a, b in spans):
            names.append(mark)
        if any(a == start for a, _ in spans):
            names.append(f"start-{mark}")
    return " ".join(names)


def merge(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans in order, those that touch or overlap joined."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif start < end:
            joined.append((start, end))
    return tuple(joined)


def bridged(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans in order, joined where no letter or digit of the text lies between them.

    Words that match one by one read as one passage.
    """
    joined: list[Span] = []
    for start, end in merge(spans):
        if joined and not any(map(str.isalnum, text[joined[-1][1] : start])):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def without(spans: Sequence[Span], other: Sequence[Span]) -> tuple[Span, ...]:
    """What spans cover and others do not."""
    left: list[Span] = []
    for start, end in merge(spans):
        at = start
        for a, b in merge(other):
            if b <= at or a >= end:
                continue
            if a > at:
                left.append((at, a))
            at = max(at, b)
        if at < end:
            left.append((at, end))
    return tuple(left)


def trimmed(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans without the white space at their ends: a sign stands at a word, not before a space."""
    kept = []
    for start, end in spans:
        words = text[start:end]
        start += len(words) - len(words.lstrip())
        if words.strip():
            kept.append((start, start + len(words.strip())))
    return tuple(kept)


def shown_offsets(text: str) -> tuple[int, ...]:
    """The position of each code point in the shown text, in UTF-16 units; the length is the last.

    A browser counts UTF-16 units, and a control character is shown as several.
    """
    if text.isascii() and text.isprintable():
        return tuple(range(len(text) + 1))
    offsets = [0]
    for character in text:
        shown = visible(character)
        offsets.append(offsets[-1] + sum(2 if ord(c) > 0xFFFF else 1 for c in shown))
    return tuple(offsets)
