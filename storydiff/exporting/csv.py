"""A comparison as a folder of CSV files, one a table (RFC 4180, UTF-8)."""

from __future__ import annotations

import csv
import io
import os

from storydiff.comparison import Comparison
from storydiff.exporting.defusing import defuse
from storydiff.exporting.files import write_folder
from storydiff.exporting.records import Records, Value, records_of


def csv_files(comparison: Comparison, *, focus: str | None = None) -> dict[str, str]:
    """The CSV files of a comparison by name: ``statements.csv``, ``links.csv`` …

    A cell that a spreadsheet would run as a formula has an apostrophe in front
    (`storydiff.exporting.defusing`). A missing number is an empty cell. With an
    outlet in ``focus`` there is ``focus.csv``, too (`storydiff.exporting.records`).
    """
    return {f"{records.name}.csv": _csv(records) for records in records_of(comparison, focus=focus)}


def write_csv(
    comparison: Comparison, folder: str | os.PathLike[str], *, focus: str | None = None
) -> None:
    """Write `csv_files` into a folder, which is made if it is not there.

    Raises `OptionError` if it cannot be written.
    """
    write_folder(folder, csv_files(comparison, focus=focus))


def _csv(records: Records) -> str:
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(records.columns)
    writer.writerows([_cell(value) for value in row] for row in records.rows)
    return lines.getvalue()


def _cell(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return defuse(value) if isinstance(value, str) else "" if value is None else repr(value)
