"""Markdown to running text: front matter, and the marks that a reader does not see.

Only what news articles use: headings, block quotes, lists, rules, links,
images, emphasis, escapes. Each pattern excludes its own delimiter, so reading
is linear in the length of the file whatever the file holds.
"""

from __future__ import annotations

import re

from storydiff.reading.cleaning import normalise_lines
from storydiff.reading.outcome import Reading
from storydiff.reading.text import KEYS, compose, read_text

_FENCE = re.compile(r"\s*---[ \t]*\n")
_FENCE_END = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)
_UNDERLINED = re.compile(r"\A\s*(\S[^\n]*)\n(?:=+|-+)[ \t]*\n")
_LINES = (
    (re.compile(r"^ {0,3}(?:> ?)+", re.MULTILINE), ""),
    (re.compile(r"^ {0,3}#{1,6}[ \t]++([^#\n]*+)[# \t]*+$", re.MULTILINE), r"\n\1\n"),
    (re.compile(r"^ {0,3}(?:[-*_][ \t]*){3,}$", re.MULTILINE), ""),
    (re.compile(r"^ {0,3}[-*+][ \t]+(?=\S)", re.MULTILINE), "\n"),
    (re.compile(r"^```[^\n]*$", re.MULTILINE), ""),
)
_INLINE = (
    (re.compile(r"!\[[^\[\]\n]*\]\([^()\n]*\)"), ""),
    (re.compile(r"\[([^\[\]\n]*)\]\([^()\n]*\)"), r"\1"),
    (re.compile(r"(?<!\\)\*\*(?=\S)([^*\n]+)(?<=\S)\*\*"), r"\1"),
    (re.compile(r"(?<![\w\\])__(?=\S)([^_\n]+)(?<=\S)__(?!\w)"), r"\1"),
    (re.compile(r"(?<![\w*\\])\*(?=\S)([^*\n]+)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w\\])_(?=\S)([^_\n]+)(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!>~|-])"), r"\1"),
)


def read_markdown(text: str, name: str, outlet: str) -> Reading:
    """The report of a Markdown text; ``outlet`` is its outlet if it names none itself."""
    fields, body = split_front_matter(normalise_lines(text))
    if not fields:
        return read_text(plain(body), name, outlet)
    return compose(plain(body), name=name, outlet=fields.pop("outlet", "") or outlet, **fields)


def split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """The known fields between two ``---`` lines at the start, and the text after them."""
    begin = _FENCE.match(text)
    end = _FENCE_END.search(text, begin.end()) if begin else None
    if not begin or not end:
        return {}, text
    fields: dict[str, str] = {}
    for line in text[begin.end() : end.start()].splitlines():
        key, _, value = line.partition(":")
        field = KEYS.get(key.strip().lower(), "")
        if field:
            fields.setdefault(field, value.strip().strip("\"'"))
    return fields, text[end.end() :]


def plain(text: str) -> str:
    """The text without Markdown's marks."""
    text = _UNDERLINED.sub(r"\1\n\n", text)
    for pattern, kept in (*_LINES, *_INLINE):
        text = pattern.sub(kept, text)
    return text
