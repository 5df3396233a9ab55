"""Text from the outside, made harmless before it is shown.

Control characters could move the cursor of a terminal, and bidirectional
controls could make a line read otherwise than it is stored (Boucher and
Anderson, Trojan Source, 2021). Here each is shown as a visible sign instead.
"""

from __future__ import annotations

import re

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSAFE = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\ufeff{_BIDI}]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~$-])")
_ENTITIES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}


def visible(text: str) -> str:
    """Text on one line with every control character shown as a sign of its own.

    White space that is no plain space becomes one; other controls become
    ``<U+XXXX>``.
    """
    return _UNSAFE.sub(_sign, text)


def _sign(match: re.Match[str]) -> str:
    character = match[0]
    return " " if character in "\t\n\r\v\f\x85\u2028\u2029" else f"<U+{ord(character):04X}>"


def markdown(text: str) -> str:
    """Text that Markdown shows as it is: no markup, no HTML, no links, on one line.

    Angle brackets become entities, so that they are harmless even where a
    backslash is not read as an escape.
    """
    escaped = _MARKDOWN.sub(r"\\\1", visible(text)).translate(_ENTITIES)
    return escaped.replace("://", ":\u200b//")
