"""Cells of tables that come from strangers: no formulas, no characters that break a file.

A spreadsheet runs a cell of a CSV file that begins with ``=``, ``+``, ``-``, ``@``,
a tab or a line end (OWASP, *CSV injection*; CWE-1236), or with the full-width
form of one. What begins so gets an apostrophe in front, and so does what begins
with an apostrophe: `restore` gives back exactly what was there.
"""

from __future__ import annotations

import re
from typing import Final

_TRIGGERS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
# What XML 1.0 cannot hold (production 2, Char); a workbook is XML.
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

LONGEST_CELL: Final = 32_767
"""The longest text of a cell of a workbook, in UTF-16 units (a limit of Excel's)."""


def defuse(text: str) -> str:
    """Text that a spreadsheet shows and does not run; lone surrogates become U+FFFD."""
    text = _SURROGATE.sub("\ufffd", text)
    return f"'{text}" if text.startswith(_TRIGGERS) else text


def restore(cell: str) -> str:
    """The text that `defuse` was given."""
    return cell[1:] if cell.startswith("'") else cell


def writable(text: str) -> str:
    """Text that XML can hold: one U+FFFD for each character that it cannot.

    A text longer than a cell holds is cut, and says at its end how long it was.
    """
    text = _NOT_XML.sub("\ufffd", text)
    if len(text.encode("utf-16-le")) // 2 <= LONGEST_CELL:
        return text
    note = f" … [cut here: {len(text)} characters]"
    kept = text.encode("utf-16-le")[: 2 * (LONGEST_CELL - len(note))]
    return kept.decode("utf-16-le", "ignore") + note
