"""A saved web page to a report: trafilatura finds the article, we keep its paragraphs.

Why trafilatura, and how the page is parsed before it gets it (no network, no
entities of the page's own, the day of first publication): docs/design/0022-web-pages.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from storydiff.errors import ReportError
from storydiff.reading.cleaning import normalise_lines, replace_unwritable
from storydiff.reading.outcome import Reading
from storydiff.reading.text import compose

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

MAX_ELEMENTS = 100_000
"""The largest page that is searched for its article: about three seconds of work."""

# htmldate takes today as the latest day by default; then one page gives two results on two days.
_DATES = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01"}
_DOCTYPE = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>", re.IGNORECASE)
_DECLARATION = re.compile(r"\s*<\?xml[^>]*>")
_BLANK_LINE = re.compile(r"\n\s*\n")
_SPACE = re.compile(r"\s+")
# The inline elements of trafilatura's XML, and what they end with; all others are blocks.
_AFTER = {"hi": "", "ref": "", "del": "", "code": "", "graphic": "", "lb": "\n", "cell": " "}


def read_html(text: str, name: str, outlet: str) -> Reading:
    """The report of a web page; ``outlet`` is its outlet if the page does not name its site."""
    from trafilatura import bare_extraction

    tree = parse(text)
    page = None
    if tree is not None:
        _check_size(tree, name)
        page = bare_extraction(
            tree, with_metadata=True, include_comments=False, date_extraction_params=_DATES
        )
    if page is None or isinstance(page, dict) or page.body is None:
        raise ReportError(f"{name}: got a page without an article, wanted paragraphs of text")
    return compose(
        "\n\n".join(paragraphs(page.body)),
        name=name,
        outlet=page.sitename or page.hostname or outlet,
        title=page.title or "",
        published=page.date or "",
        url=page.url or "",
    )


def parse(text: str) -> HtmlElement | None:
    """The tree of a page, or None if there is none.

    Declarations at the start are cut off first: HTML knows no entities of a
    page's own, and the parser would take their definitions for content.
    """
    from lxml.etree import ParserError
    from lxml.html import HTMLParser, document_fromstring

    text = replace_unwritable(normalise_lines(text))
    declared = _DOCTYPE.match(text) or _DECLARATION.match(text)
    body = text[declared.end() :] if declared else text
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        tree: HtmlElement = document_fromstring(body.encode("utf-8"), parser=parser)
    except ParserError:  # nothing in it
        return None
    for element in tree.iter():
        _clean(element)
    return tree


def _clean(element: HtmlElement) -> None:
    """Replace what cannot be written: references such as ``&#27;`` bring it in after decoding."""
    if element.text:
        element.text = replace_unwritable(element.text)
    if element.tail:
        element.tail = replace_unwritable(element.tail)
    for key, value in element.items():
        # A name with a brace cannot be set, and is none that anything looks for.
        if not key.startswith("{"):
            element.set(key, replace_unwritable(value))


def _check_size(tree: HtmlElement, name: str) -> None:
    count = sum(1 for _ in tree.iter())
    if count > MAX_ELEMENTS:
        wanted = f"an article of at most {MAX_ELEMENTS:,}"
        raise ReportError(f"{name}: got a page of {count:,} elements, wanted {wanted}")


def paragraphs(body: _Element) -> Iterator[str]:
    """The paragraphs of an article, each on one line or more, in order; a table's row is one."""
    for block in _BLANK_LINE.split("".join(_pieces(body))):
        lines = (" ".join(line.split()) for line in block.split("\n"))
        paragraph = "\n".join(line for line in lines if line)
        if paragraph:
            yield paragraph


def _pieces(element: _Element) -> Iterator[str]:
    """Text in order: a blank line around every block, a line end for every forced one."""
    if element.tag not in _AFTER:
        yield "\n\n"
    yield _SPACE.sub(" ", element.text or "")
    for child in element:
        yield from _pieces(child)
        yield _SPACE.sub(" ", child.tail or "")
    yield _AFTER.get(element.tag, "\n\n")
