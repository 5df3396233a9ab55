"""Where the paragraphs of a text lie.

A blank line parts paragraphs. A single line break parts them too, unless the
lines look like one wrapped text: then it is no more than a space.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from storydiff.datatypes import Span

# The breaks that str.splitlines knows, so that a line is the same thing everywhere.
_LINE = re.compile("[^\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]+")
_BREAK = re.compile("\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_BULLET = re.compile(r"\s*(?:[•‣▪●◦■►*–—-]\s|\(?\d{1,2}[.)]\s|#)")
_WRAP = 100  # a line longer than this was not broken to fit a page
_FILLED = 0.6  # a wrapped line reaches at least this share of the longest


def paragraphs(text: str, start: int = 0) -> Iterator[Span]:
    """The paragraphs of ``text[start:]``: spans with exact offsets, none of white space alone."""
    for block in _blocks(text, start):
        yield from _joined(text, block)


def _blocks(text: str, start: int) -> Iterator[list[Span]]:
    """Runs of lines between blank lines."""
    block: list[Span] = []
    last = start
    for match in _LINE.finditer(text, start):
        gap = text[last : match.start()]
        last = match.end()
        blank = not match[0].strip()
        if block and (blank or len(_BREAK.findall(gap)) > 1):
            yield block
            block = []
        if not blank:
            block.append(match.span())
    if block:
        yield block


def _joined(text: str, lines: list[Span]) -> Iterator[Span]:
    """The paragraphs of a block: its lines, joined where one is only the wrapped rest."""
    wrapped = _is_wrapped(text, lines)
    start, end = lines[0]
    for line in lines[1:]:
        if _goes_on(text, (start, end), line, wrapped):
            end = line[1]
            continue
        yield (start, end)
        start, end = line
    yield (start, end)


def _is_wrapped(text: str, lines: list[Span]) -> bool:
    lengths = [end - start for start, end in lines]
    if len(lines) < 3 or max(lengths) > _WRAP:
        return False
    if min(lengths[:-1]) < _FILLED * max(lengths):
        return False
    lower = sum(_starts_lower(text, line) for line in lines[1:])
    return 2 * lower >= len(lines) - 1


def _goes_on(text: str, paragraph: Span, line: Span, wrapped: bool) -> bool:
    if _BULLET.match(text, *line):
        return False
    if wrapped:
        return True
    end = text[max(paragraph[0], paragraph[1] - 8) : paragraph[1]].rstrip()[-1:]
    return _starts_lower(text, line) and (end.isalnum() or end in ",;-–—")


def _starts_lower(text: str, line: Span) -> bool:
    word = text[line[0] : min(line[1], line[0] + 40)].lstrip()[:2]
    return word[:1].islower() and not word[1:].isupper()
