"""JSON, JSON lines and CSV to reports: one record, one report.

A record holds running text (``text``) or comes already split (``sentences``,
with an optional ``paragraph`` number for each). A bad record does not lose the
others of its file; broken syntax loses the file.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from storydiff.datatypes import Report
from storydiff.errors import FormatError, InputError, ReportError, unexpected
from storydiff.reading.cleaning import (
    count_replaced,
    normalise_lines,
    one_line,
    replace_unwritable,
)
from storydiff.reading.outcome import Reading, merged, skip
from storydiff.reading.text import changes, compose

_STORY = 'a report, a list of reports, or a story {"reports": [...]}'
_WANTED = {
    "string_type": "a string",
    "list_type": "a list",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "model_type": "an object",
}
_LONGEST_INTEGER = 18
_COLUMNS = ("outlet", "text")


class _Record(BaseModel):
    """What a record may hold; other keys are ignored. Null is the same as missing."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")

    outlet: str | None = None
    text: str | None = None
    sentences: list[str] | None = None
    paragraph: list[int] | None = None
    title: str | None = None
    published: str | None = None
    date: str | None = None
    url: str | None = None
    id: str | None = None
    language: str | None = None
    truncated: bool | None = None


def read_json(text: str, name: str, outlet: str) -> Reading:
    """The reports of a JSON file: one report, a list of them, or a story.

    ``outlet`` is the outlet of a single report that names none; reports in a
    list have to name theirs.

    Raises `FormatError` for broken JSON, with line and column, and for a value
    that is none of the three.
    """
    value = _parse(text, name)
    path: tuple[str | int, ...] = ()
    if isinstance(value, dict):
        if "reports" not in value:
            return read_record(value, name=name, outlet=outlet)
        path, value = ("reports",), value["reports"]
    if not isinstance(value, list):
        wanted = "a list of reports" if path else _STORY
        raise FormatError(unexpected(_place(name, path), got=value, wanted=wanted))
    return _each(
        (partial(read_record, item, name=name, path=(*path, i)) for i, item in enumerate(value)),
        name=name,
    )


def read_jsonl(text: str, name: str, outlet: str) -> Reading:
    """The reports of a file with one JSON record a line; every line has to name its outlet."""
    return _each(
        (
            partial(_read_line, line, name=f"{name}, line {i}")
            for i, line in enumerate(text.split("\n"), start=1)
            if line.strip()
        ),
        name=name,
    )


def read_csv(text: str, name: str, outlet: str) -> Reading:
    """The reports of a table with the columns ``outlet`` and ``text``, one report a row.

    The separator is a comma, a semicolon or a tab, whichever gives these columns.

    Raises `FormatError` for missing columns and broken quotation marks, with the line.
    """
    text = normalise_lines(text)
    # The limit is the process's own and smaller than a long article; it only ever grows here.
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        columns = [cell.strip().lower() for cell in next(rows, [])]
        numbered = [(rows.line_num, row) for row in rows if any(row)]
    except csv.Error as error:
        where = f"{name}, line {rows.line_num}"
        raise FormatError(f"{where}: got broken CSV, wanted a table ({error})") from error
    missing = [column for column in _COLUMNS if column not in columns]
    if missing:
        wanted = f"also {' and '.join(missing)} (columns: outlet, text, title, date, url, id)"
        raise FormatError(unexpected(f"{name}: columns", got=columns, wanted=wanted))
    return _each(
        (partial(_read_row, row, columns, name=f"{name}, line {i}") for i, row in numbered),
        name=name,
    )


def read_record(
    value: object, *, name: str, path: Sequence[str | int] = (), outlet: str = ""
) -> Reading:
    """The report of one record, which stands at ``path`` in the file ``name``.

    Raises `FormatError` for a value of the wrong type, with its path, and
    `ReportError` for a record without an outlet or without text.
    """
    try:
        record = _Record.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = _place(name, (*path, *first["loc"]))
        wanted = _WANTED.get(first["type"], first["msg"])
        raise FormatError(unexpected(place, got=first["input"], wanted=wanted)) from error
    outlet = one_line(record.outlet or "") or outlet
    if not outlet:
        place = _place(name, (*path, "outlet"))
        raise ReportError(unexpected(place, got=record.outlet, wanted="a name"))
    reading = _report(record, place=_place(name, path), outlet=outlet)
    if not record.truncated:
        return reading
    (report,) = reading.reports
    return replace(reading, reports=(report.model_copy(update={"truncated": True}),))


def _report(record: _Record, *, place: str, outlet: str) -> Reading:
    """The report of a record, whichever of the two forms it has; sentences go before text."""
    labels = {
        "title": one_line(record.title or ""),
        "published": one_line(record.published or "") or one_line(record.date or ""),
        "url": one_line(record.url or ""),
        "id": one_line(record.id or ""),
        "language": one_line(record.language or ""),
    }
    if record.sentences:
        return _from_sentences(
            record.sentences, record.paragraph, place=place, outlet=outlet, labels=labels
        )
    if record.text is None:
        wanted = "the report as `text` or as `sentences`"
        raise ReportError(unexpected(place, got=record.sentences, wanted=wanted))
    return compose(record.text, name=place, outlet=outlet, **labels)


def _from_sentences(
    sentences: Sequence[str],
    paragraph: Sequence[int] | None,
    *,
    place: str,
    outlet: str,
    labels: Mapping[str, str],
) -> Reading:
    """A report that comes split: each sentence as it is but for what cannot be written."""
    if not any(sentence.strip() for sentence in sentences):
        raise ReportError(unexpected(f"{place}: sentences", got=sentences, wanted="some text"))
    kept = [replace_unwritable(sentence) for sentence in sentences]
    try:
        report = Report.from_sentences(kept, outlet=outlet, paragraph=paragraph, **labels)
    except InputError as error:
        raise ReportError(f"{place}: {error}") from error
    return Reading((report,), notes=changes(place, replaced=sum(map(count_replaced, sentences))))


def _read_line(line: str, *, name: str) -> Reading:
    return read_record(_parse(line, name), name=name)


def _read_row(row: Sequence[str], columns: Sequence[str], *, name: str) -> Reading:
    """The report of one row; empty cells at its end may be missing."""
    if len(row) > len(columns):
        wanted = f"{len(columns)}, as in the first line (put text with separators in quotes)"
        raise FormatError(unexpected(f"{name}: cells", got=len(row), wanted=wanted))
    return read_record(dict(zip(columns, row, strict=False)), name=name)


def _each(readers: Iterable[Callable[[], Reading]], *, name: str) -> Reading:
    """All records, each by itself: what is wrong with one is its own loss."""
    readings = []
    for read in readers:
        try:
            readings.append(read())
        except InputError as error:
            readings.append(skip(name, error))
    if not readings:
        raise ReportError(f"{name}: got no reports, wanted at least one")
    return merged(readings)


def _parse(text: str, name: str) -> Any:
    """The value of a JSON text, whatever its numbers: only known keys are looked at later."""
    try:
        return json.loads(text, parse_int=_integer, object_pairs_hook=_once)
    except _TwiceError as error:
        wanted = "each key once in an object"
        raise FormatError(unexpected(f"{name}: key", got=str(error), wanted=wanted)) from error
    except json.JSONDecodeError as error:
        line = "" if ", line " in name else f", line {error.lineno}"
        got = text[error.pos : error.pos + 40]
        raise FormatError(
            unexpected(f"{name}{line}, column {error.colno}", got=got, wanted=f"JSON ({error.msg})")
        ) from error
    except RecursionError as error:
        raise FormatError(f"{name}: got JSON nested too deep, wanted {_STORY}") from error


class _TwiceError(Exception):
    """A key that stands twice in one object."""


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON. Readers of JSON differ in which of two equal keys counts: neither does."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _TwiceError(next(key for key in keys if keys.count(key) > 1))
    return found


def _integer(digits: str) -> int | float:
    """A whole number; past 18 digits a float, since Python refuses to read very long ones."""
    return int(digits) if len(digits) <= _LONGEST_INTEGER else float(digits)


def _place(name: str, path: Sequence[str | int]) -> str:
    """Where in which file: ``story.json: reports[2].sentences[5]``."""
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return f"{name}: {steps.removeprefix('.')}" if steps else name


def _separator(text: str) -> str:
    header = text.partition("\n")[0].lower()
    for separator in ",;\t":
        if "text" in (cell.strip(' "') for cell in header.split(separator)):
            return separator
    return ","
