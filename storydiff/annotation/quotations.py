"""Where quotation marks open and close, in every script's habit, paragraph by paragraph.

The state of the marks is kept within a paragraph and carried into the next one
only where that one opens with a mark again, as printed news does it. So one odd
mark never costs more than its paragraph. See docs/design/0035-quotations.md.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from storydiff.datatypes import Span

SCARE = 4
"""Quoted strings of fewer words count as quotations only where someone is said to say them."""

_UNCLOSED = 1_200
"""Code points after which an unclosed quotation is taken to end with its sentence."""

_MARK = re.compile(r"``|''|[\"“”„‟«»＂'‘’‚‹›]")
_INCHES = re.compile(
    r"(?:\d['’]\s?\d{1,2}|(?<=\d))[\"”](?=\s?(?:x|by|tall|wide|long|high|deep|thick|screens?)\b|-)"
)
_OPENERS = {"“": "”", "„": "“", "‟": "”", "«": "»", "»": "«", "``": "''"}
_STRAIGHT = frozenset(['"', "＂", "''"])
_SINGLES = frozenset("'‘’‚‹›")
_WORD = re.compile(r"\w+(?:[-'’.]\w+)*")
_CLIPPED = re.compile(r"['’‘](?:\d\ds?|em|til|tis|twas|cause|bout|n)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…](?=\s)")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch between quotation marks, marks included, within one paragraph.

    Attributes:
        start, end: code points of the report's text, half-open, marks included.
        words: how many words stand between the marks.
        continues: the quotation was left open by the paragraph before.
        closed: its closing mark was found.
    """

    start: int
    end: int
    words: int
    continues: bool = False
    closed: bool = True

    @property
    def span(self) -> Span:
        """``(start, end)``, marks included."""
        return (self.start, self.end)


def find_quotations(text: str, paragraphs: Sequence[Span]) -> tuple[Quotation, ...]:
    """The outermost quotations of a text in order, none crossing a paragraph.

    ``paragraphs`` are half-open spans in order. Never raises for odd marks: one
    without its partner runs to the end of its paragraph where the next one opens
    with a mark again, else to the end of its sentence.
    """
    found: list[Quotation] = []
    is_open = False
    for number, (start, end) in enumerate(paragraphs):
        following = paragraphs[number + 1] if number + 1 < len(paragraphs) else (end, end)
        goes_on = _begins_quoted(text, *following)
        pieces, left_open = _in_paragraph(text, start, end, continued=is_open, goes_on=goes_on)
        found.extend(pieces)
        is_open = left_open
    return tuple(found)


def count_words(text: str) -> int:
    """Words of a text: runs of letters and digits, hyphens and apostrophes within."""
    return sum(1 for _ in _WORD.finditer(text))


def is_title(text: str) -> bool:
    """Whether a quoted string looks like the title of a work, not like speech.

    All words of four letters or more have a capital: two of them, or three
    where a comma or stop precedes the closing mark.
    """
    inner = text.strip("\"“”„‟«»'‘’`＂ ")
    long = [word for word in _WORD.findall(inner) if len(word) > 3]
    ended = inner[-1:] in set(",.!?…;")
    return len(long) > 1 + ended and all(word[0].isupper() for word in long)


def _in_paragraph(
    text: str, start: int, end: int, *, continued: bool, goes_on: bool
) -> tuple[list[Quotation], bool]:
    """The quotations of one paragraph, and whether the last is left open at its end.

    ``goes_on`` says that the next paragraph opens with a mark.
    """
    pairs, broken, unclosed = _pair_marks(text, start, end)
    first = _first_word(text, start, end)
    spans = [(a, b, True) for a, b in pairs]
    inside = [(at, _sentence_end(text, at, limit)) for at, limit in broken]
    spans += [(a, b, False) for a, b in inside if not _meets(pairs, a, b)]
    left_open = False
    if unclosed is not None and not any(a > unclosed for a, _ in pairs):
        left_open = goes_on and end - unclosed <= _UNCLOSED
        stop = len(text[:end].rstrip()) if left_open else _sentence_end(text, unclosed, end)
        spans.append((unclosed, stop, False))
    quotations: list[Quotation] = []
    for a, b, closed in sorted(spans):
        if b > a >= (quotations[-1].end if quotations else start):
            words = count_words(text[a:b])
            quotations.append(Quotation(a, b, words, continued and a == first, closed))
    return quotations, left_open


def _meets(pairs: Sequence[Span], start: int, end: int) -> bool:
    """Whether a span overlaps one of some spans that are in order and apart."""
    at = bisect_left(pairs, (end, 0)) - 1
    return at >= 0 and pairs[at][1] > start


def _sentence_end(text: str, start: int, end: int) -> int:
    """Where the sentence at ``start`` ends, at ``end`` at the latest."""
    ending = _SENTENCE_END.search(text, start, end)
    return ending.end() if ending else start + len(text[start:end].rstrip())


def _begins_quoted(text: str, start: int, end: int) -> bool:
    at = _first_word(text, start, end)
    return at < end and text[at] in "\"“„«»`＂'‘‚‹›"


def _first_word(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start


def _pair_marks(text: str, start: int, end: int) -> tuple[list[Span], list[Span], int | None]:
    """Outermost pairs of marks, marks opened anew before they closed, and one left open.

    Each of the second is a place and where the next mark of its sort opens.
    """
    stack: list[tuple[int, str]] = []
    pairs: list[Span] = []
    broken: list[Span] = []
    skip_to = start
    inches = {match.end() for match in _INCHES.finditer(text, start, end)}
    for match in _MARK.finditer(text, start, end):
        mark, at = match[0], match.start()
        if at < skip_to:
            continue
        if mark in _SINGLES:
            if not stack and (closing := _close_single(text, at, end)):
                pairs.append((at, closing))
                skip_to = closing
            continue
        before = text[at - 1] if at > start else " "
        after = text[match.end()] if match.end() < end else " "
        if stack and _closes(mark, stack[-1][1], before, after):
            if at + 1 in inches:
                continue
            opened, _ = stack.pop()
            while pairs and pairs[-1][0] > opened:
                pairs.pop()
            pairs.append((opened, match.end()))
        elif _opens(mark, before, after):
            if stack and (mark in _STRAIGHT or _begins_anew(text, mark, at, stack[-1])):
                broken.append((stack.pop()[0], at))
            stack.append((at, mark))
    return pairs, broken, stack[0][0] if stack else None


def _begins_anew(text: str, mark: str, at: int, opened: tuple[int, str]) -> bool:
    """Whether a curly mark opens a new quotation, the one before having lost its end."""
    return mark == opened[1] == "“" and text[opened[0] : at].rstrip()[-1:] in (".", "!", "?")


def _opens(mark: str, before: str, after: str) -> bool:
    """Whether a mark can open a quotation where it stands."""
    if after.isspace():
        return mark == "«"
    if mark in _OPENERS and mark != "»":
        return True
    return not before.isalnum() and before not in ".,!?;:%…)]"


def _closes(mark: str, opener: str, before: str, after: str) -> bool:
    """Whether a mark closes the quotation that ``opener`` began.

    A straight mark closes unless it can only open: a blank before, a letter
    after. A German quotation opened low closes with either high mark.
    """
    if opener in _STRAIGHT or mark in _STRAIGHT:
        same = mark in _STRAIGHT or mark in "”“"
        return same and not (before.isspace() and not after.isspace())
    if opener == "„":
        return mark in "“”"
    if opener == "”":
        return mark == "”"
    if opener == mark == "“":
        return after in ",.;:!?" or (after.isspace() and not before.isspace())
    return mark == _OPENERS.get(opener)


def _close_single(text: str, at: int, end: int) -> int | None:
    """The end of a quotation between single marks that begins at ``at``, if one does.

    An apostrophe looks the same, so a mark after punctuation is taken before
    one after a letter.
    """
    mark = text[at]
    before = text[at - 1] if at else " "
    after = text[at + 1] if at + 1 < end else " "
    if (
        mark == "’"
        or before.isalnum()
        or before in ".,!?;:%)]"
        or not (after.isalnum() or after in '"“…[')
    ):
        return None
    if mark in "'‘" and _CLIPPED.match(text, at):
        return None
    closers = {"‹": "›", "›": "‹", "‚": "‘’"}.get(mark, "'’")
    first: int | None = None
    for i in range(at + 2, min(end, at + _UNCLOSED)):
        if text[i] not in closers:
            if text[i] == mark and not text[i - 1].isalnum():
                break
            continue
        following = text[i + 1] if i + 1 < end else " "
        spaced = text[i - 1].isspace() and following.isspace() and text[i - 2] in ",.!?"
        if following.isalnum() or (text[i - 1].isspace() and not spaced):
            continue
        if not text[i - 1].isalnum():
            return i + 1
        first = first or i + 1
    return first
