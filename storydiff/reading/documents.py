"""Word documents and PDF files to reports: their paragraphs in reading order.

A .docx is a ZIP of XML and is read with what we have; a .pdf needs pdfminer.six
(``pip install "storydiff[documents]"``). The rules and their reasons are in
docs/design/0065-documents.md.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from storydiff.errors import FormatError, MissingDependencyError, ReportError, UnreadableError
from storydiff.extras import optional
from storydiff.reading.outcome import Reading
from storydiff.reading.text import compose, split_metadata

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_XML: Final = 50_000_000
"""The largest XML of a Word document, unpacked, in bytes: a ZIP can hold far more than its size."""

MAX_PAGES: Final = 100
"""The largest PDF that is searched for its text: about ten seconds of work."""

_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SIGNS: Final = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
_PAGE: Final = re.compile(r"\W*(?:page )?\d{1,4}(?:(?: of |\s*/\s*)\d{1,4})?\W*", re.IGNORECASE)
_BROKEN_WORD: Final = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]\n(?=[a-zà-öø-ÿ])")
_LONGEST_RUNNING_HEAD: Final = 120
_SENTENCE_END: Final = tuple('.!?:"”’»)…')


def read_docx(data: bytes, name: str, outlet: str) -> Reading:
    """The report of a Word document; ``outlet`` is its outlet if it names none itself.

    Paragraphs, table cells and text boxes count; deleted text of tracked
    changes, comments, footnotes, headers and footers do not.

    Raises:
        FormatError: it is no Word document.
        ReportError: it holds no text.
    """
    paragraphs = [(text, style) for text, style in _docx(data, name) if text]
    title = next((text for text, style in paragraphs[:10] if style == "title"), "")
    return _composed([text for text, _ in paragraphs], name=name, outlet=outlet, title=title)


def read_pdf(data: bytes, name: str, outlet: str) -> Reading:
    """The report of a PDF file; ``outlet`` is its outlet if it names none itself.

    Lines of a block are joined, words broken at the end of a line too; a block
    that breaks off in a sentence goes on in the next. Page numbers and what
    stands on half of the pages or more are left aside, with a note.

    Raises:
        FormatError: it is broken, or locked by a password.
        ReportError: it holds no text (a scan), or has more than `MAX_PAGES` pages.
        UnreadableError: pdfminer.six is not installed.
    """
    try:
        optional("pdfminer.high_level", extra="documents", purpose=f"{name}: a PDF file")
    except MissingDependencyError as error:
        raise UnreadableError(str(error)) from error
    pages = _pages(data, name)
    kept, left = _without_running_heads(pages)
    if not any(kept):
        raise ReportError(f"{name}: got a PDF file without text (a scan?), wanted a report")
    reading = _composed([*_rejoined(kept)], name=name, outlet=outlet, title="")
    note = f"{name}: {left} page numbers and running heads left aside"
    return Reading(reading.reports, reading.skipped, (*reading.notes, *((note,) if left else ())))


def _docx(data: bytes, name: str) -> Iterator[tuple[str, str]]:
    """The text of each paragraph, and the style of those that have one."""
    from lxml.etree import XMLParser, XMLSyntaxError, fromstring

    wanted = "a Word document (.docx)"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(_body(archive)) as stream:
            xml = stream.read(MAX_XML + 1)
        if len(xml) > MAX_XML:
            raise FormatError(f"{name}: got more than {MAX_XML:,} bytes of XML, wanted an article")
        parser = XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        body = fromstring(xml, parser)
    except (
        zipfile.BadZipFile,
        KeyError,
        XMLSyntaxError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
        zlib.error,
    ) as error:
        raise FormatError(f"{name}: got {_first_line(error)}, wanted {wanted}") from error
    for paragraph in body.iter(f"{_WORD}p"):
        if not any(True for _ in paragraph.iterancestors(_FALLBACK)):
            style = paragraph.find(f"{_WORD}pPr/{_WORD}pStyle")
            named = "" if style is None else str(style.get(f"{_WORD}val", "")).lower()
            yield " ".join("".join(_runs(paragraph)).split(" ")).strip(), named


def _body(archive: zipfile.ZipFile) -> str:
    """The part that holds the text; Word always calls it so, and so do the others."""
    archive.getinfo("[Content_Types].xml")
    return "word/document.xml"


def _runs(element: _Element) -> Iterator[str]:
    """The text of a paragraph in order, without that of paragraphs inside it (text boxes)."""
    for child in element:
        if child.tag == f"{_WORD}t":
            yield child.text or ""
        elif isinstance(child.tag, str) and child.tag.startswith(_WORD):
            sign = _SIGNS.get(child.tag.removeprefix(_WORD))
            if sign is not None:
                yield sign
            elif child.tag != f"{_WORD}p":
                yield from _runs(child)


def _pages(data: bytes, name: str) -> list[list[str]]:
    """The text blocks of each page, in reading order."""
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LAParams, LTTextContainer
    from pdfminer.pdfdocument import PDFPasswordIncorrect
    from pdfminer.psexceptions import PSException

    pages: list[list[str]] = []
    try:
        for page in extract_pages(io.BytesIO(data), laparams=LAParams()):
            if len(pages) == MAX_PAGES:
                wanted = f"an article of at most {MAX_PAGES}"
                raise ReportError(f"{name}: got a PDF file of more pages, wanted {wanted}")
            pages.append([b.get_text() for b in page if isinstance(b, LTTextContainer)])
    except PDFPasswordIncorrect as error:
        raise FormatError(f"{name}: got a PDF file with a password, wanted an open one") from error
    except _broken(PSException) as error:
        got = f"a broken PDF file ({_first_line(error)})"
        raise FormatError(f"{name}: got {got}, wanted a whole one") from error
    return pages


def _broken(own: Any) -> tuple[type[Exception], ...]:
    """What the parser raises on bytes that are no PDF: its own errors, and those of slips."""
    slips = (ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError)
    return (own, *slips, RecursionError, OSError, struct.error, zlib.error)


def _without_running_heads(pages: Sequence[Sequence[str]]) -> tuple[list[str], int]:
    """The blocks of all pages without page numbers and repeated heads, and how many those were."""
    seen = Counter(key for page in pages for key in {_key(block) for block in page})
    least = max(2, (len(pages) + 1) // 2)
    kept, left = [], 0
    for page in pages:
        for block in page:
            key = _key(block)
            repeated = seen[key] >= least and len(key) <= _LONGEST_RUNNING_HEAD
            if not key:
                continue
            if repeated or _PAGE.fullmatch(block.strip()):
                left += 1
            else:
                kept.append(block)
    return kept, left


def _key(block: str) -> str:
    return re.sub(r"\d+", "#", " ".join(block.split()))


def _rejoined(blocks: Sequence[str]) -> Iterator[str]:
    """Paragraphs: the lines of each block joined, and blocks that go on in the next."""
    current = ""
    for block in blocks:
        lines = _BROKEN_WORD.sub("", block.strip())
        text = " ".join(lines.split())
        if current and text[0].islower() and not current.endswith(_SENTENCE_END):
            current = f"{current} {text}"
            continue
        if current:
            yield current
        current = text
    if current:
        yield current


def _composed(paragraphs: Sequence[str], *, name: str, outlet: str, title: str) -> Reading:
    """A report of paragraphs, the first of which may be metadata (``Outlet: …``)."""
    fields: dict[str, str] = {}
    first = 0
    for paragraph in paragraphs:
        found, rest = split_metadata(paragraph)
        if not found or rest.strip() or set(found) & set(fields):
            break
        fields.update(found)
        first += 1
    return compose(
        "\n\n".join(paragraphs[first:]),
        name=name,
        outlet=fields.pop("outlet", "") or outlet,
        title=fields.pop("title", "") or title,
        **fields,
    )


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).partition("\n")[0]
