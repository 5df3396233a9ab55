"""Bytes to text: byte order marks, UTF-8, UTF-16, then a guess that is always noted.

The order of the questions and the measured choice of Windows-1252 among the
guesses are in docs/design/0021-encodings.md.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from storydiff.errors import FormatError

if TYPE_CHECKING:
    from charset_normalizer import CharsetMatch

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive (also .docx, .xlsx, .odt, .epub)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x7fELF", "a program"),
)
_WANTED = "text (save it as plain text, HTML, JSON or CSV)"
_HEAD = 4096
_SAMPLE = 1_000_000
_CONTROLS = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")
_MOST_CONTROLS = 0.1
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})")
_FEW = 0.05
_COHERENCE_MARGIN = 0.05


def decode(data: bytes, *, name: str, declares: bool = False) -> tuple[str, tuple[str, ...]]:
    """The text of a file, without its byte order mark, and notes on what was guessed.

    With ``declares`` an encoding that the first 4,096 bytes declare, as HTML
    does, is tried before guessing.

    Raises `FormatError` for binary data, and where no encoding fits.
    """
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise FormatError(f"{name}: got {kind}, wanted {_WANTED}")
    text, note = _decoded(data, name=name, declares=declares)
    controls = len(_CONTROLS.findall(text))
    if controls > _MOST_CONTROLS * len(text):
        raise _binary(name, f"{controls} control characters among {len(text)}")
    return text, (f"{name}: {note}",) if note else ()


def _decoded(data: bytes, *, name: str, declares: bool) -> tuple[str, str]:
    """The text, and a note if anything was guessed or broken."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _forgiving(data, encoding)
    wide = _wide(data)
    if wide:
        return _forgiving(data, wide)
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        if b"\0" in data:
            raise _binary(name, "null bytes, and no UTF-8, UTF-16 or UTF-32") from error
    if _mostly_utf8(data):
        return _forgiving(data, "utf-8")
    match = (declares and _as_declared(data)) or _guessed(data)
    if match is None:
        raise _binary(name, "bytes in no encoding known")
    note = f"not UTF-8, read as {match.encoding}; save it as UTF-8 if characters look wrong"
    return str(match), note


def _forgiving(data: bytes, encoding: str) -> tuple[str, str]:
    try:
        return data.decode(encoding), ""
    except UnicodeDecodeError as error:
        note = f"broken {encoding} at byte {error.start}: broken characters read as U+FFFD"
        return data.decode(encoding, errors="replace"), note


def _wide(data: bytes) -> str:
    """UTF-16 without a mark, if every other byte is mostly null; else an empty string."""
    head = data[:_HEAD]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if half < 2 or len(data) % 2 or min(even, odd) > 0.05 * half:
        return ""
    if odd > 0.4 * half:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 * half else ""


def _mostly_utf8(data: bytes) -> bool:
    """Whether more characters beyond ASCII are good UTF-8 than broken (one bad byte in a file)."""
    text = data.decode("utf-8", errors="ignore")
    good = sum(not character.isascii() for character in text)
    broken = len(data) - len(text.encode("utf-8"))
    return good > broken


def _as_declared(data: bytes) -> CharsetMatch | None:
    found = _DECLARED.search(data[:_HEAD])
    return _best(data, isolate=found[1].decode("ascii")) if found else None


def _guessed(data: bytes) -> CharsetMatch | None:
    """The best guess; Windows-1252 before all others where they fit about as well.

    It is the web's own default, and text that is nearly all ASCII gives the guesser
    nothing to go by: left alone it makes "Ł3 million" of three million pounds.
    """
    from charset_normalizer import from_bytes

    matches = list(from_bytes(data))
    western = _best(data, isolate="cp1252")
    if western is None or not matches:
        return matches[0] if matches else None
    best = matches[0]
    few = sum(byte > 0x7F for byte in data[:_SAMPLE]) <= _FEW * len(data[:_SAMPLE])
    near = western.coherence >= best.coherence - _COHERENCE_MARGIN
    return western if few or (near and western.chaos <= best.chaos) else best


def _best(data: bytes, *, isolate: str) -> CharsetMatch | None:
    """The match in one encoding, or None if it does not fit or is not known."""
    from charset_normalizer import from_bytes

    return from_bytes(data, cp_isolation=[isolate]).best()


def _binary(name: str, got: str) -> FormatError:
    return FormatError(f"{name}: got {got}, wanted {_WANTED}")
