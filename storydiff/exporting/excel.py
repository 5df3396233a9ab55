"""A comparison as one Excel workbook: a sheet for each table, and one that says what it is."""

from __future__ import annotations

import datetime as dt
import io
import os
from typing import Any, Final

from storydiff.comparison import Comparison
from storydiff.errors import OptionError, unexpected
from storydiff.exporting.defusing import writable
from storydiff.exporting.files import write_file
from storydiff.exporting.records import Records, Value, records_of
from storydiff.extras import optional

_WIDE: Final = {
    *("text", "text_a", "text_b", "words", "words_a", "words_b", "shared_a", "shared_b"),
    *("words_ours", "words_theirs"),
}
_MOST_ROWS: Final = 1_048_576
_MADE: Final = dt.datetime(2000, 1, 1)
"""The day every workbook says it was made on: equal results give equal files."""


def workbook(comparison: Comparison, *, focus: str | None = None) -> bytes:
    """The comparison as the bytes of an ``.xlsx`` file.

    Every text is a cell of type text that stays text when it is edited: no cell
    is a formula or an address. Characters that XML cannot hold are U+FFFD, and a
    text of more than 32,767 characters ends with a note that says so.

    With an outlet in ``focus`` there is a sheet ``focus``, too
    (`storydiff.exporting.records`).

    Raises `MissingDependencyError` if XlsxWriter is not installed, and
    `OptionError` if a table has more rows than a sheet (1,048,576 with its head).
    """
    xlsxwriter = optional("xlsxwriter", extra="excel", purpose="an Excel workbook")
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    book.set_properties({"title": "storydiff comparison", "created": _MADE})
    head = book.add_format({"bold": True, "bottom": 1})
    text = book.add_format({"quote_prefix": True, "valign": "top"})
    wide = book.add_format({"quote_prefix": True, "valign": "top", "text_wrap": True})
    number = book.add_format({"valign": "top"})
    for records in (_about(comparison), *records_of(comparison, focus=focus)):
        if len(records.rows) >= _MOST_ROWS:
            wanted = f"fewer than {_MOST_ROWS} rows in a sheet; CSV has no such limit"
            raise OptionError(unexpected(records.name, got=len(records.rows), wanted=wanted))
        sheet = book.add_worksheet(records.name)
        for column, name in enumerate(records.columns):
            long = name in _WIDE or records.name == "about"
            sheet.set_column(column, column, 60 if long else 14)
            sheet.write_string(0, column, name, head)
            for i, value in enumerate(records.column(name), start=1):
                _write(sheet, i, column, value, (wide if long else text), number)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(records.rows), len(records.columns) - 1)
    book.close()
    return content.getvalue()


def write_workbook(
    comparison: Comparison, path: str | os.PathLike[str], *, focus: str | None = None
) -> None:
    """Write `workbook` to a file; raises `OptionError` if it cannot be written."""
    write_file(path, workbook(comparison, focus=focus))


def _write(sheet: Any, row: int, column: int, value: Value, text: Any, number: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, number)
    elif isinstance(value, str):
        if value:
            sheet.write_string(row, column, writable(value), text)
    elif value is not None:
        sheet.write_number(row, column, value, number)


def _about(comparison: Comparison) -> Records:
    rows = [
        *(
            ("report", f"{r.id}: {r.outlet}, {r.published or 'no date'}")
            for r in comparison.reports
        ),
        *(("note", note) for note in comparison.notes),
        ("signature", comparison.signature),
        ("positions", "code points of a report's text, half-open: start is in, end is not"),
    ]
    return Records("about", {"what": str, "value": str}, tuple(rows))
