"""Report → statements: paragraphs first, sentences inside them, every offset exact.

The boundaries inside a paragraph are those of nupunkt (Punkt with a large
trained model), put right by rules over the two sides of each boundary: closing
quotation marks stay with the sentence that they close, a quotation that ends
inside a sentence does not end it, abbreviations and ordinals of other languages
end nothing. Each sentence of a quotation of several is a statement of its own.
Measured choices and the rules' reasons: docs/design/0030-segmentation.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from storydiff.datatypes import Report, Role, Span, Statement
from storydiff.furniture import furniture
from storydiff.lexicons import entries, words
from storydiff.paragraphs import paragraphs

_CLOSERS = "\"'”’“‘»«›‹)]}"
_OPENERS = "\"'“‘„‚«»‹›([{¿¡"
# A place where a sentence may end: marks that end one, marks that close, white space.
_ENDING = re.compile(
    rf"(?<![.!?…])(?P<end>[.!?…]++)(?P<close>[{re.escape(_CLOSERS)}]*+(?:\s[»›](?=\s|$))?)\s++"
)
_FULL_WIDTH = re.compile(rf"(?<![。！？])[。！？]++[{re.escape(_CLOSERS)}」』]*+(?=\S)")
_WORD_BEFORE = re.compile(r"[^\W_]++(?:[.'’-][^\W_]++)*+$")
_FIRST = re.compile(rf"[{re.escape(_OPENERS)}\s]*")
_STRAY_CLOSER = re.compile(r"[\"”’)\]»›」』]+(?=[\s.,;:]|$)[.,;:]?\s*+")
_SPEECH_TAG = re.compile(r"(?:[A-Z][\w.'’-]*\s){1,4}([a-z]+)\b|([a-z]+)\s+[A-Z]")
_POSSESSIVE = re.compile(r"\b[A-Z]\.[A-Z]\.['’]$")
_ORDINAL = re.compile(r"(?:^|\s)(\w+)\s+\d{1,2}$")
# J.-P. Roux, but not "52 av. J.-C."; p. ex. Lyon; a Russian list that ends in "and so on".
_DOUBLE_INITIAL = re.compile(r"(?<!\bav\. )(?<!\bapr\. )\b[^\W\d_]\.-[^\W\d_]$")
_FOR_EXAMPLE = re.compile(r"\bp\.\s?ex$", re.IGNORECASE)
_AND_SO_ON = re.compile(r"\bт\.\s?[дп]$")
_SPEECH_DASH = re.compile(r"[—–]\s*(?P<first>\w)")
_REACH = 64  # code points looked at on each side of a boundary: keeps the whole linear


@dataclass(frozen=True, slots=True)
class Sentences:
    """Splits by paragraph, then by sentence (fulfils `storydiff.protocols.Segmenter`).

    Attributes:
        window: code points handed to nupunkt at once; a longer paragraph goes
            in pieces that overlap by a sentence, so time is linear in the text.
    """

    window: int = 10_000

    def segment(self, report: Report) -> tuple[Statement, ...]:
        """The statements of a report, in order.

        None overlaps another, and all that lies between them is white space. A
        report that came split keeps its spans exactly, statement ``i`` for
        sentence ``i``. A text that begins with its title has the title, exactly,
        as statement 0 in the role "headline". Furniture has the kind "other".
        """
        if report.sentences is not None:
            return _marked(list(_given(report, report.sentences)))
        headline = _headline(report)
        found: list[Statement] = []
        start = 0
        if headline:
            found.append(_statement(report, 0, headline, 0, "headline"))
            start = headline[1]
        for number, block in enumerate(paragraphs(report.text, start), start=len(found)):
            for span in self.sentences(report.text, block):
                found.append(_statement(report, len(found), span, number))
        return _marked(found)

    def sentences(self, text: str, block: Span) -> list[Span]:
        """The sentences of one paragraph ``text[slice(*block)]``, trimmed of white space."""
        ends = [block[0], *self._boundaries(text, block), block[1]]
        trimmed = (_trim(text, start, end) for start, end in pairwise(ends))
        return [(start, end) for start, end in trimmed if start < end]

    def _boundaries(self, text: str, block: Span) -> list[int]:
        """Where a new sentence starts within a paragraph, ascending."""
        candidates = set(_nupunkt_starts(text, block, self.window))
        places = {match.end(): match for match in _ENDING.finditer(text, *block)}
        candidates.update(at for at, match in places.items() if _missed(text, match))
        candidates.update(match.end() for match in _FULL_WIDTH.finditer(text, *block))
        kept: list[int] = []
        seen, marks = block[0], 0
        for candidate in sorted(candidates):
            marks += text.count('"', seen, candidate)
            seen = candidate
            at = _after_closers(text, candidate, block[1], open_=marks % 2 == 1)
            if at < block[1] and (not kept or at > kept[-1]) and not _runs_on(text, at, block):
                kept.append(at)
        return kept


def _given(report: Report, spans: tuple[Span, ...]) -> Iterator[Statement]:
    paragraph = 0
    last = 0
    for index, span in enumerate(spans):
        paragraph += index > 0 and report.text[last : span[0]].count("\n") > 1
        last = span[1]
        yield _statement(report, index, span, paragraph)


def _statement(
    report: Report, index: int, span: Span, paragraph: int, role: Role = "body"
) -> Statement:
    text = report.text[span[0] : span[1]]
    return Statement(
        id=f"{report.id}:{index}",
        report=report.id,
        outlet=report.outlet,
        index=index,
        start=span[0],
        end=span[1],
        text=text,
        paragraph=paragraph,
        role=role,
    )


def _marked(statements: list[Statement]) -> tuple[Statement, ...]:
    """The statements, furniture among them labelled."""
    other = {"kinds": ("other",), "kind_scores": {"other": 1.0}}
    return tuple(
        statement.model_copy(update=other) if marked else statement
        for statement, marked in zip(statements, furniture(statements), strict=True)
    )


def _headline(report: Report) -> Span | None:
    """Where the text begins with its title, followed by a line break or a new beginning."""
    title = report.title.strip()
    start = len(report.text) - len(report.text.lstrip())
    end = start + len(title)
    if not title or not report.text.startswith(title, start):
        return None
    rest = report.text[end : end + 200]
    follower = rest.lstrip()[:1]
    same_line = bool(follower) and "\n" not in rest[: len(rest) - len(rest.lstrip())]
    if rest and (not rest[0].isspace() or (same_line and follower.islower())):
        return None
    return (start, end)


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip())
    return (start + lead, max(start + lead, start + len(piece.rstrip())))


def _nupunkt_starts(text: str, block: Span, window: int) -> Iterator[int]:
    """Where nupunkt starts a sentence within a block, read in windows.

    Each window begins at the last sentence start found, so a sentence is only
    ever judged with its beginning in sight, unless it is longer than a window.
    """
    import nupunkt

    position, end = block
    while position < end:
        stop = _window_end(text, position, end, window)
        starts = [position + start for start, _ in nupunkt.sent_spans(text[position:stop])]
        inner = [start for start in starts if start > position]
        yield from inner
        position = inner[-1] if inner and stop < end else stop


def _window_end(text: str, position: int, end: int, window: int) -> int:
    """The end of the window at ``position``: after white space where there is any near its end."""
    stop = min(end, position + window)
    if stop == end:
        return stop
    for at in range(stop, max(position + 1, stop - 200), -1):
        if text[at - 1].isspace():
            return at
    return stop


def _missed(text: str, match: re.Match[str]) -> bool:
    """Whether a sentence ends at a place that nupunkt may have passed over."""
    follower = text[match.end() : match.end() + 4]
    first = follower.lstrip(_OPENERS)[:1]
    if not (first.isupper() or (follower[:1] in "¿¡" and follower)):
        return False
    if match["end"] != "." or match["close"]:
        return match["end"] != "…" and not match["end"].startswith("..")
    if _AND_SO_ON.search(text[max(0, match.start() - _REACH) : match.start()]):
        return True
    before = _word_before(text, match.start())
    return len(before) >= 2 and before.islower() and before.isalpha()


def _word_before(text: str, at: int) -> str:
    match = _WORD_BEFORE.search(text[max(0, at - _REACH) : at])
    return match[0] if match else ""


def _after_closers(text: str, at: int, end: int, *, open_: bool) -> int:
    """The boundary moved behind quotation marks that close the sentence before it.

    A straight mark between spaces closes only where one is ``open_``.
    """
    match = _STRAY_CLOSER.match(text, at, min(end, at + _REACH))
    if not match or (match[0][0] == '"' and not open_):
        return at
    return match.end()


def _runs_on(text: str, at: int, block: Span) -> bool:
    """Whether the sentence before ``at`` goes on behind it."""
    after = text[at : min(block[1], at + _REACH)]
    first = _FIRST.match(after)
    rest = after[first.end() if first else 0 :]
    if rest[:1].islower() and not rest[1:2].isupper():
        return True
    before = text[max(block[0], at - _REACH) : at].rstrip()
    if before[-1:] in (",", ";") or _POSSESSIVE.search(before):
        return True
    closed = before.rstrip(_CLOSERS + " ")
    if closed != before and closed[-1:] in "!?…" and _dashes_on(rest):
        return True
    if closed != before and closed[-1:] in "!?" and _tags_speech(rest):
        return True
    if closed != before or before[-1:] != ".":
        return False
    return _abbreviated(before[:-1], rest)


def _dashes_on(rest: str) -> bool:
    """Whether the speaker of a quotation follows behind a dash: «Кто там?» — спросил он."""
    match = _SPEECH_DASH.match(rest)
    return match is not None and match["first"].islower()


def _tags_speech(rest: str) -> bool:
    match = _SPEECH_TAG.match(rest)
    return bool(match) and (match[1] or match[2]) in words("speech_tags") if match else False


@cache
def _abbreviations() -> dict[str, bool]:
    """Each abbreviation, and whether it counts only before a digit."""
    split = (entry.partition(" ") for entry in entries("abbreviations"))
    return {word: bool(mark) for word, _, mark in split}


def _abbreviated(before: str, rest: str) -> bool:
    """Whether a full stop between ``before`` and ``rest`` belongs to an abbreviation or ordinal."""
    if _AND_SO_ON.search(before):
        return False
    if _DOUBLE_INITIAL.search(before) or _FOR_EXAMPLE.search(before):
        return True
    word = re.split(r"[-'’]", _word_before(before, len(before)).lower())[-1]
    if word.endswith("str") and rest[:1].isdigit():  # Hauptstr. 5
        return True
    if word in _abbreviations():
        return rest[:1].isdigit() or not _abbreviations()[word]
    if word.isdigit():
        german = words("german_ordinals")
        ordinal = _ORDINAL.search(before)
        month = re.match(r"\w+", rest)
        return bool(
            (ordinal and f"{ordinal[1].lower()}-" in german and rest[:1].isupper())
            or (month and month[0].lower() in german)
        )
    return before[-1:].islower() and before[-2:-1].isspace()
