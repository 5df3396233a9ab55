"""The reading room: files, folders and standard input to reports.

Nothing is fetched, nothing is run. One bad file does not lose the others: it
is skipped, with the reason (docs/design/0020-reading.md says what happens in
which case).
"""

from __future__ import annotations

import os
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO

from storydiff.datatypes import Report
from storydiff.errors import InputError, OptionError, StorydiffWarning, UnreadableError, unexpected
from storydiff.reading.cleaning import one_line
from storydiff.reading.decoding import decode
from storydiff.reading.documents import read_docx, read_pdf
from storydiff.reading.files import entries, load, load_stream, refuse_url, shown
from storydiff.reading.html import read_html
from storydiff.reading.markdown import read_markdown
from storydiff.reading.outcome import Reading, Skipped, merged, skip
from storydiff.reading.records import read_csv, read_json, read_jsonl
from storydiff.reading.story import check_story
from storydiff.reading.text import read_text

__all__ = [
    "DOCUMENTS",
    "FORMATS",
    "MAX_BYTES",
    "Reading",
    "Skipped",
    "check_story",
    "read",
    "read_bytes",
    "read_reports",
]

MAX_BYTES = 20_000_000
"""The largest file that is read unless told otherwise: a hundred times a long news page."""

Source = str | os.PathLike[str]
Reader = Callable[[str, str, str], Reading]
BytesReader = Callable[[bytes, str, str], Reading]

FORMATS: Mapping[str, Reader] = {
    ".csv": read_csv,
    ".htm": read_html,
    ".html": read_html,
    ".json": read_json,
    ".jsonl": read_jsonl,
    ".md": read_markdown,
    ".txt": read_text,
}
"""What reads which ending. Each takes the text, the file's name and a name for its outlet."""

DOCUMENTS: Mapping[str, BytesReader] = {".docx": read_docx, ".pdf": read_pdf}
"""What reads which ending of files that are no text. Each takes the bytes, then as `FORMATS`."""

_ENDINGS = (*FORMATS, *DOCUMENTS)
_JSON = re.compile(r'\s*(?:\{\s*["}]|\[\s*[\[\]{"])')
_HTML = re.compile(
    r"\s*<(?:!--|(?:!doctype|\?xml|html|head|body|article|div|p|meta)\b)", re.IGNORECASE
)
_STDIN = "standard input"


def read(
    paths: Source | Iterable[Source],
    *,
    strict: bool = False,
    stdin: IO[bytes] | IO[str] | None = None,
    max_bytes: int = MAX_BYTES,
) -> Reading:
    """Read reports from files, folders and (``-``) standard input, in the order given.

    A folder is one story: all its files with an ending of `FORMATS` or `DOCUMENTS`,
    sorted by name, hidden ones left out; its own folders are not entered. A file without
    such an ending, like standard input, is read as what it looks like: JSON,
    JSON lines, HTML, else text.

    Args:
        paths: files, folders, or ``-``; one of them, or several.
        strict: raise the first error instead of skipping what is wrong.
        stdin: what ``-`` reads (`sys.stdin` by default).
        max_bytes: the largest file that is read, in bytes (1 or more).

    Raises:
        InputError: only with ``strict``; otherwise it stands in ``skipped``.
        OptionError: ``max_bytes`` is less than 1.
    """
    if max_bytes < 1:
        raise OptionError(unexpected("max_bytes", got=max_bytes, wanted="1 or more"))
    each = [paths] if isinstance(paths, (str, os.PathLike)) else paths
    reading = merged(_read_one(path, stdin=stdin, max_bytes=max_bytes) for path in each)
    if strict and reading.skipped:
        raise reading.skipped[0].error
    return reading


def read_reports(
    *paths: Source,
    strict: bool = False,
    stdin: IO[bytes] | IO[str] | None = None,
    max_bytes: int = MAX_BYTES,
) -> tuple[Report, ...]:
    """The reports of files, folders and standard input; see `read` for the arguments.

    What is skipped or changed on the way is told as a `StorydiffWarning` each.

    Raises:
        InputError: nothing could be read; with ``strict``, anything could not.
        OptionError: ``max_bytes`` is less than 1.
    """
    reading = read(paths, strict=strict, stdin=stdin, max_bytes=max_bytes)
    if not reading.reports:
        raise _nothing_read(reading)
    for message in (*(f"skipped {skipped.reason}" for skipped in reading.skipped), *reading.notes):
        warnings.warn(message, StorydiffWarning, stacklevel=2)
    return reading.reports


def read_bytes(data: bytes | str, *, name: str, ending: str = "", outlet: str = "") -> Reading:
    """Read the content of one file.

    Args:
        data: the content; text is taken as already decoded.
        name: what messages call the file.
        ending: one of `FORMATS` or `DOCUMENTS`; any other is told by what the
            content looks like.
        outlet: the outlet of a report that names none; by default the name.

    Raises:
        InputError: the content as a whole cannot be read.
    """
    default = one_line(outlet) or one_line(name) or "report"
    document = DOCUMENTS.get(ending or _document(data)) if isinstance(data, bytes) else None
    if document and isinstance(data, bytes):
        return document(data, name, default)
    web = ending in (".html", ".htm")
    text, notes = (
        (data, ()) if isinstance(data, str) else decode(data, name=name, declares=web or not ending)
    )
    reader = FORMATS.get(ending) or FORMATS[_ending_of(text)]
    reading = reader(text, name, default)
    return Reading(reading.reports, reading.skipped, (*notes, *reading.notes))


def _read_one(path: Source, *, stdin: IO[bytes] | IO[str] | None, max_bytes: int) -> Reading:
    name = shown(path)
    try:
        if os.fspath(path) == "-":
            return _read_stdin(stdin if stdin is not None else sys.stdin, max_bytes=max_bytes)
        if not name:
            raise UnreadableError(unexpected("path", got=path, wanted="a file or folder"))
        refuse_url(os.fspath(path))
        if os.path.isdir(path):
            return _read_folder(Path(path), max_bytes=max_bytes)
        return _read_file(Path(path), max_bytes=max_bytes)
    except InputError as error:
        return skip(name, error)


def _read_stdin(stream: IO[bytes] | IO[str], *, max_bytes: int) -> Reading:
    data = load_stream(stream, name=_STDIN, max_bytes=max_bytes)
    return read_bytes(data, name=_STDIN, outlet="stdin")


def _read_file(path: Path, *, max_bytes: int) -> Reading:
    data = load(path, max_bytes=max_bytes)
    ending = path.suffix.lower()
    known = ending if ending in _ENDINGS else ""
    return read_bytes(data, name=shown(path), ending=known, outlet=shown(path.stem))


def _read_folder(folder: Path, *, max_bytes: int) -> Reading:
    """The files of a folder, each by itself."""
    found = entries(folder)
    files = [path for path in found if path.suffix.lower() in _ENDINGS and not path.is_dir()]
    others = [path for path in found if path not in files]
    if not files:
        got = ", ".join(shown(path.name) for path in others[:5]) or "nothing"
        wanted = f"files ending in {', '.join(_ENDINGS)}; folders in a folder are not entered"
        raise UnreadableError(f"{shown(folder)}: got {got}, wanted {wanted}")
    reading = merged(_read_member(path, max_bytes=max_bytes) for path in files)
    notes = tuple(f"{shown(path)}: left aside ({_why(path)})" for path in others)
    return Reading(reading.reports, reading.skipped, (*reading.notes, *notes))


def _read_member(path: Path, *, max_bytes: int) -> Reading:
    """A file of a folder: a plain one, since a pipe in a folder would be waited on for ever."""
    try:
        if path.exists() and not path.is_file():
            raise UnreadableError(f"{shown(path)}: got no plain file, wanted one")
        return _read_file(path, max_bytes=max_bytes)
    except InputError as error:
        return skip(shown(path), error)


def _why(path: Path) -> str:
    return "a folder in a folder" if path.is_dir() else "no ending of text, page or record"


def _ending_of(text: str) -> str:
    """The ending of what a text looks like."""
    if _JSON.match(text):
        first, _, rest = text.strip().partition("\n")
        lines = first.rstrip().endswith("}") and rest.lstrip().startswith("{")
        return ".jsonl" if lines else ".json"
    return ".html" if _HTML.match(text) else ".txt"


def _document(data: bytes | str) -> str:
    """The ending of what bytes without a known ending begin like, if that is a document."""
    if not isinstance(data, bytes):
        return ""
    if data.startswith(b"%PDF-"):
        return ".pdf"
    return ".docx" if data.startswith(b"PK\x03\x04") and b"word/document.xml" in data else ""


def _nothing_read(reading: Reading) -> InputError:
    if len(reading.skipped) == 1:
        return reading.skipped[0].error
    reasons = "; ".join(skipped.reason for skipped in reading.skipped) or "no file was named"
    return InputError(f"no report could be read: {reasons}")
