"""Running text to a report: the metadata block, the title, the text with its title in front.

`compose` is the one place where a report is made of running text; every
format but pre-split records ends here. The rules and their reasons are in
docs/design/0023-titles-and-metadata.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from storydiff.datatypes import Report
from storydiff.errors import ReportError
from storydiff.reading.cleaning import (
    count_replaced,
    normalise_lines,
    one_line,
    replace_unwritable,
    unescape_lines,
)
from storydiff.reading.outcome import Reading

KEYS: Mapping[str, str] = {
    "outlet": "outlet",
    "publisher": "outlet",
    "source": "outlet",
    "title": "title",
    "headline": "title",
    "date": "published",
    "published": "published",
    "url": "url",
    "link": "url",
    "id": "id",
    "language": "language",
    # Known, so that they neither end the block nor become text, but not used.
    "author": "",
    "byline": "",
    "section": "",
}
"""The keys of a metadata block, in lower case, and the field of a report each one fills."""

LONGEST_TITLE = 150
"""Code points; a longer first line is no title."""

_KEY_LINE = re.compile(r"[ \t]*([A-Za-z]{1,12})[ \t]*:[ \t]*(.*)")
_FIRST_LINE = re.compile(r"([^\n]+)\n[^\S\n]*\n")
_CLOSING = "\"'”’»)]"
_NO_TITLE_END = tuple(".:;,—–-")


def read_text(text: str, name: str, outlet: str) -> Reading:
    """The report of a plain text; ``outlet`` is its outlet if it names none itself."""
    fields, body = split_metadata(normalise_lines(text))
    return compose(body, name=name, outlet=fields.pop("outlet", "") or outlet, **fields)


def split_metadata(text: str) -> tuple[dict[str, str], str]:
    r"""The fields of a first block of ``Key: value`` lines, and the text after it.

    The block is the first lines as long as each begins with one of `KEYS`, none
    of them twice; it ends with the first line that does not, so no text is ever
    taken for metadata because of what stands further down. Wants ``\n`` as the
    only line end.
    """
    fields: dict[str, str] = {}
    seen: set[str] = set()
    rest = text.lstrip()
    while rest:
        line, _, after = rest.partition("\n")
        match = _KEY_LINE.fullmatch(line)
        key = match[1].lower() if match else ""
        if not match or key not in KEYS or key in seen:
            break
        seen.add(key)
        if KEYS[key]:
            fields.setdefault(KEYS[key], one_line(match[2]))
        rest = after
    return (fields, rest) if fields else ({}, text)


def split_title(text: str) -> tuple[str, str]:
    """The title that a text begins with and the text after it; an empty title if there is none.

    A title is a first line before a blank line, of at most `LONGEST_TITLE` code
    points, that does not end as a sentence, an introduction or a dateline does,
    and is no byline.
    """
    body = text.strip()
    match = _FIRST_LINE.match(body)
    line = match[1].strip() if match else ""
    ends = line.rstrip(_CLOSING).endswith(_NO_TITLE_END)
    if not match or len(line) > LONGEST_TITLE or ends or line.startswith("By "):
        return "", body
    return one_line(line), body[match.end() :].strip()


def compose(text: str, *, name: str, outlet: str, title: str = "", **fields: str) -> Reading:
    """A report of running text that begins with its title, and notes on what was changed.

    A title that the text repeats as its first line stands there once. Without a
    title the text's own first line may be one (`split_title`).

    Raises `ReportError` if the text is empty.
    """
    body, escaped = unescape_lines(normalise_lines(text))
    replaced = count_replaced(body)
    body = replace_unwritable(body).strip()
    if not body:
        raise ReportError(f"{name}: got an empty text, wanted a report")
    title = one_line(title)
    if title:
        first, _, rest = body.partition("\n")
        body = rest.strip() if _same(first, title) else body
    else:
        title, body = split_title(body)
    whole = f"{title}\n\n{body}" if title and body else title or body
    report = Report.from_text(
        whole, outlet=one_line(outlet), title=title, **{k: one_line(v) for k, v in fields.items()}
    )
    notes = changes(name, escaped=escaped, replaced=replaced)
    return Reading(reports=(report,), notes=notes)


def changes(name: str, *, escaped: int = 0, replaced: int = 0) -> tuple[str, ...]:
    """Notes on characters that were changed."""
    notes = []
    if escaped:
        notes.append(f"{name}: {escaped} line ends written out as \\n, read as paragraph ends")
    if replaced:
        notes.append(f"{name}: {replaced} control characters or lone surrogates read as U+FFFD")
    return tuple(notes)


def _same(line: str, title: str) -> bool:
    return one_line(line).casefold() == title.casefold()
