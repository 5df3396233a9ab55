"""Characters and line ends, put right before any offset exists.

Two functions and one law each: `normalise_lines` may change the length of a
text and is used on raw text only; `replace_unwritable` never does, so it may
be used on a text that already has spans.
"""

from __future__ import annotations

import re

REPLACEMENT = "\ufffd"

# \x1c-\x1e count as line ends for str.splitlines, but in files they are noise like any control.
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\u2028]")
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_ESCAPED_LINE_END = re.compile(r"[ \t]?(?<!\S)\\n(?!\S)[ \t]?")
_WHITE_CONTROLS = "\x0b\x0c\r"


def normalise_lines(text: str) -> str:
    r"""The text with ``\n`` as its only line end, and a blank line for U+2029."""
    return _LINE_ENDS.sub("\n", text).replace("\u2029", "\n\n")


def unescape_lines(text: str) -> tuple[str, int]:
    r"""The text with a blank line where ``\n`` is written out as two characters, and how often.

    Exports of tables leave them behind. Only those that stand between white
    space count, so a path such as ``C:\new`` stays.
    """
    if "\\n" not in text:
        return text, 0
    return _ESCAPED_LINE_END.subn("\n\n", text)


def replace_unwritable(text: str) -> str:
    r"""The text, one character for one, without those that no file or terminal can take.

    Control characters (tab and line feed excepted), lone surrogates, U+FFFE and
    U+FFFF become U+FFFD, stray carriage returns and form feeds a space. U+0080 to
    U+009F become what Windows-1252 has in their place, as the HTML standard does,
    because there they are misread quotation marks and dashes.

    >>> replace_unwritable("a\x00b") == "a\ufffdb"
    True
    """
    return _UNWRITABLE.sub(_replace, text)


def count_replaced(text: str) -> int:
    """How many characters of a text `replace_unwritable` turns into U+FFFD."""
    return sum(_replace(found) == REPLACEMENT for found in _UNWRITABLE.finditer(text))


def one_line(text: str) -> str:
    r"""A name or title: unwritable characters replaced, each run of white space one space.

    >>> one_line(" The  Daily\n Post ")
    'The Daily Post'
    """
    return " ".join(replace_unwritable(text).split())


def _replace(found: re.Match[str]) -> str:
    character = found[0]
    if character in _WHITE_CONTROLS:
        return " "
    if "\x80" <= character <= "\x9f":
        return bytes([ord(character)]).decode("cp1252", errors="replace")
    return REPLACEMENT
