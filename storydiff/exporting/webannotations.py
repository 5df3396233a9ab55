"""A comparison as W3C Web Annotations (JSON-LD, Recommendation of 23 February 2017).

Three sorts of annotation: *classifying* names the kinds of a statement,
*linking* joins two statements, *assessing* says what differs. Each target has a
TextQuoteSelector, whose prefix and suffix are long enough that the quotation is
found at one place only, and a TextPositionSelector, which the model counts in
code points, as we do.
"""

from __future__ import annotations

import json
import os
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlsplit

from storydiff.comparison import Comparison
from storydiff.datatypes import Difference, Link, Report, Span, Statement
from storydiff.exporting.files import write_file

CONTEXT: Final = "http://www.w3.org/ns/anno.jsonld"
NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "urn:storydiff:annotation")
SHORTEST_CONTEXT: Final = 32
"""Code points of text before and after a quotation, where it has that much."""

Annotation = dict[str, Any]


def annotations_of(comparison: Comparison) -> dict[str, Any]:
    """The comparison as an AnnotationPage: statements with kinds, links, differences.

    The source of a target is the address of its report where that is a web
    address of this report alone, else ``urn:storydiff:report:ID``. Positions are
    those of the report's text in the result, not of a page's markup. Equal
    comparisons give equal pages.
    """
    texts = _Texts(comparison, _sources(comparison.reports))
    items = [
        *(_classified(texts, s) for s in comparison.statements if s.kinds and s.text),
        *(_linked(texts, link) for link in comparison.links),
        *(_assessed(texts, link, d) for link in comparison.links for d in link.differences),
        *(
            _annotation(
                "assessing",
                [_tag("contradiction"), _tag("conflict"), _described(f"p {x.score:.2f}")],
                [*texts.targets(x.a, x.spans_a), *texts.targets(x.b, x.spans_b)],
            )
            for x in comparison.contradictions
        ),
    ]
    return {
        "@context": CONTEXT,
        "id": _identifier(items, comparison.signature),
        "type": "AnnotationPage",
        "startIndex": 0,
        "items": items,
    }


def write_annotations(comparison: Comparison, path: str | os.PathLike[str]) -> None:
    """Write `annotations_of` to a file; raises `OptionError` if it cannot be written."""
    page = json.dumps(annotations_of(comparison), ensure_ascii=False, indent=1)
    write_file(path, page + "\n")


def quote_selector(text: str, span: Span) -> dict[str, str]:
    """A TextQuoteSelector that finds a span of a text and no other place in it.

    Prefix and suffix begin with 32 code points and double until they tell the
    place from every other where the same words stand.
    """
    start, end = span
    exact = text[start:end]
    width = SHORTEST_CONTEXT
    while True:
        prefix, suffix = text[max(0, start - width) : start], text[end : end + width]
        first = text.find(prefix + exact + suffix)
        again = text.find(prefix + exact + suffix, first + 1)
        if again < 0 or width >= len(text):
            return {
                "type": "TextQuoteSelector",
                "exact": exact,
                "prefix": prefix,
                "suffix": suffix,
            }
        width *= 2


@dataclass(frozen=True, slots=True)
class _Texts:
    """The texts that targets point into, and what each is called."""

    comparison: Comparison
    sources: Mapping[str, str]

    def targets(self, statement: str, spans: Sequence[Span] = ()) -> Iterator[Annotation]:
        """A target for each span; without spans, one for the whole statement."""
        s = self.comparison.statement(statement)
        text = self.comparison.report(s.report).text
        for start, end in spans or (s.span,):
            yield {
                "type": "SpecificResource",
                "source": self.sources[s.report],
                "selector": [
                    quote_selector(text, (start, end)),
                    {"type": "TextPositionSelector", "start": start, "end": end},
                ],
            }


def _classified(texts: _Texts, s: Statement) -> Annotation:
    return _annotation("classifying", [_tag(kind) for kind in s.kinds], [*texts.targets(s.id)])


def _linked(texts: _Texts, link: Link) -> Annotation:
    bodies = [_tag(link.relation), _described(f"p {link.score:.2f}")]
    return _annotation("linking", bodies, [*texts.targets(link.a), *texts.targets(link.b)])


def _assessed(texts: _Texts, link: Link, d: Difference) -> Annotation:
    bodies = [_tag(d.type), *([_tag("conflict")] if d.conflict else [])]
    bodies.append(_described(f"p {d.score:.2f}" + (f", rule: {d.rule}" if d.rule else "")))
    targets = [*texts.targets(link.a, d.a), *texts.targets(link.b, d.b)]
    return _annotation("assessing", bodies, targets)


def _annotation(
    motivation: str, bodies: Sequence[Annotation], targets: Sequence[Annotation]
) -> Annotation:
    return {
        "id": _identifier(motivation, bodies, targets),
        "type": "Annotation",
        "motivation": motivation,
        "body": list(bodies),
        "target": list(targets),
    }


def _tag(value: str) -> Annotation:
    return {"type": "TextualBody", "purpose": "tagging", "format": "text/plain", "value": value}


def _described(value: str) -> Annotation:
    return {"type": "TextualBody", "purpose": "describing", "format": "text/plain", "value": value}


def _identifier(*content: object) -> str:
    """A name made of the content: equal annotations have equal names."""
    return uuid.uuid5(NAMESPACE, json.dumps(content, sort_keys=True)).urn


def _sources(reports: Sequence[Report]) -> dict[str, str]:
    """The address of each report, or a name of our own."""
    times = Counter(report.url for report in reports)
    return {
        r.id: r.url if _is_address(r.url) and times[r.url] == 1 else _own_name(r) for r in reports
    }


def _own_name(report: Report) -> str:
    return f"urn:storydiff:report:{quote(report.id, safe='', errors='replace')}"


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    plain = url.isascii() and url.isprintable() and not set(url) & set(' "<>\\^`{|}')
    return parts.scheme in ("http", "https") and bool(parts.netloc) and plain
