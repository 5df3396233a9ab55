"""What is fuzzed: each target takes bytes, and raises only where a promise is broken."""

import copy
import datetime as dt
import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import numpy as np

from storydiff.annotation import attribute
from storydiff.annotation.quotations import find_quotations
from storydiff.calendar import find_dates
from storydiff.comparison import Comparison
from storydiff.datatypes import Report
from storydiff.errors import InputError
from storydiff.paragraphs import paragraphs
from storydiff.protocols import Parse
from storydiff.quantities import find_quantities
from storydiff.reading import read_bytes
from storydiff.reading.cleaning import replace_unwritable
from storydiff.segmentation import Sentences

ODD = (None, True, -1, 0, 1e308, "", "<script>alert(1)</script>", "\x1b[2J", [], {}, [[0, 3]])
TEXTS = (".txt", ".md", "")
RECORDS = (".json", ".jsonl", ".csv")
WORD = 6
"""Characters of a word of the pretended parse."""


def text(data: bytes) -> None:
    """Plain text, Markdown and what has no ending."""
    _read(data[1:], TEXTS[data[0] % len(TEXTS)] if data else ".txt")


def html(data: bytes) -> None:
    """Saved web pages."""
    _read(data, ".html")


def records(data: bytes) -> None:
    """JSON, JSON lines and tables."""
    _read(data[1:], RECORDS[data[0] % len(RECORDS)] if data else ".json")


def segmentation(data: bytes) -> None:
    """Statements cover everything but white space, exactly and in order."""
    whole = data.decode("utf-8", "surrogateescape")
    title, _, rest = whole.partition("\n")
    for window in (64, 10_000):
        report = Report(text=whole, outlet="Post", id="p", title=title if rest else "")
        at = 0
        for statement in Sentences(window=window).segment(report):
            assert whole[statement.start : statement.end] == statement.text
            assert statement.text.strip() == statement.text != ""
            assert not whole[at : statement.start].strip()
            at = statement.end
        assert not whole[at:].strip()


def quotations(data: bytes) -> None:
    """Quotations lie in their paragraphs; attributions lie in the report, whatever the parse."""
    said = data.decode("utf-8", "replace")
    report = Report(text=said, outlet="Post", id="p")
    blocks = list(paragraphs(said, 0))
    at = 0
    for quotation in find_quotations(said, blocks):
        assert at <= quotation.start < quotation.end <= len(said)
        assert any(a <= quotation.start and quotation.end <= b for a, b in blocks)
        at = quotation.end
    statements = Sentences().segment(report)
    parses = [_pretended(s.text, s.start, salt=len(data)) for s in statements]
    for found in attribute(report, statements, parses, [()] * len(statements)):
        for attribution in found:
            spans = (*attribution.source, *attribution.cue, *attribution.content)
            assert attribution.content
            assert all(0 <= a < b <= len(said) for a, b in spans)


def quantities(data: bytes) -> None:
    """Numbers and dates are exact spans with finite values, in order."""
    said = data.decode("utf-8", "surrogateescape")
    at = 0
    for quantity in find_quantities(said):
        start, end = quantity.span
        assert at <= start < end <= len(said)
        ends = [x for x in (quantity.low, quantity.high) if x is not None]
        assert ends == sorted(ends)
        assert np.isfinite(ends).all()
        at = end
    day = dt.date.fromordinal(1 + int.from_bytes(data[:3]) % 3_600_000)
    for published in (None, day):
        at = 0
        for mention in find_dates(said, published=published):
            assert at <= mention.span[0] < mention.span[1] <= len(said)
            if mention.start:
                assert dt.date.fromisoformat(mention.start) <= dt.date.fromisoformat(mention.end)
            at = mention.span[1]


def comparison(data: bytes) -> None:
    """JSON is refused by name, or is a comparison that every output can show.

    Bytes that begin with 1 say which values of a good comparison to exchange for what.
    """
    given = _exchanged(data[1:]) if data[:1] == b"\x01" else data.decode("utf-8", "replace")
    try:
        found = Comparison.from_json(given)
    except InputError:
        return
    assert Comparison.from_json(found.to_json()) == found
    for statement in found.statements:
        whole = found.report(statement.report).text
        assert whole[statement.start : statement.end] == statement.text
    assert "\x1b" not in found.to_text() + found.to_markdown()
    assert "<script>alert" not in found.to_html()


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (text, html, records, segmentation, quotations, quantities, comparison)
}


def _exchanged(data: bytes) -> str:
    """A good comparison in which each pair of bytes exchanged one value for another."""
    whole = json.loads(_good())
    for place, other in zip(data[::2], data[1::2], strict=False):
        holders = list(_holders(whole))
        holder, key = holders[place * len(holders) // 256]
        values = [*ODD, *(h[k] for h, k in holders)]
        holder[key] = copy.deepcopy(values[other * len(values) // 256])
    return json.dumps(whole)


def _holders(value):
    """Each place of a value: what holds it, and under which key."""
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _holders(value[key])


@cache
def _good() -> str:
    return (Path(__file__).parent / "corpus" / "comparison" / "small").read_text("utf-8")


def _read(data: bytes, ending: str) -> None:
    """Any bytes are reports that can be written, or an error that names the file."""
    try:
        reading = read_bytes(data, name="page", ending=ending)
    except InputError as error:
        named = str(error).startswith("page")
        assert named, error  # noqa: PT017 (no test: what a target raises is the finding)
        return
    for report in reading.reports:
        assert report.model_dump_json().encode("utf-8")
        assert report.text.strip()
        for words in (report.text, report.title, report.outlet, report.published, report.url):
            assert replace_unwritable(words) == words


def _pretended(said: str, offset: int, *, salt: int) -> Parse:
    """A parse with the form of a real one and heads and tags by the bytes at hand.

    Reporting verbs are told by lemma, so those of the text meet all kinds of trees.
    """
    words = [(at, at + len(word)) for at, word in _words(said)]
    count = len(words)
    tags = ("VBD", "NNP", "PRP", "IN", "NN", "DT", ",", "JJ")
    relations = ("ROOT", "nsubj", "ccomp", "mark", "dobj", "det", "punct", "parataxis")
    picks = [(k * 7 + salt) % 8 for k in range(count)]
    heads = [min(max(0, k + (pick % 5) - 2), count - 1) for k, pick in enumerate(picks)]
    if count:
        heads[0] = 0
    heads = [head if head < k else 0 for k, head in enumerate(heads)]
    return Parse(
        starts=np.array([a + offset for a, _ in words], np.int32),
        ends=np.array([b + offset for _, b in words], np.int32),
        lemmas=tuple(said[a:b].lower() for a, b in words),
        tags=tuple(tags[k] for k in picks),
        relations=tuple(relations[k] if i else "ROOT" for i, k in enumerate(picks)),
        heads=np.array(heads, np.int32),
        names=("",) * count,
    )


def _words(said: str):
    at = 0
    for word in said.split(" "):
        for k in range(0, len(word), 4 * WORD):
            piece = word[k : k + 4 * WORD]
            if piece.strip():
                yield at + k, piece
        at += len(word) + 1
