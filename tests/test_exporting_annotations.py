"""Web annotations: any client that knows the W3C's model finds every quotation again."""

import json

import hypothesis.strategies as st
import jsonschema
import pytest
from hypothesis import given

from storydiff.comparison import Comparison
from storydiff.datatypes import Contradiction, Difference, Report
from storydiff.exporting.webannotations import annotations_of, quote_selector, write_annotations

# What the model says of the parts that we write (Web Annotation Data Model, 3.1, 3.2.4, 4.2).
TEXTUAL = {
    "type": "object",
    "required": ["type", "value", "purpose"],
    "properties": {
        "type": {"const": "TextualBody"},
        "value": {"type": "string", "minLength": 1},
        "format": {"const": "text/plain"},
        "purpose": {"enum": ["tagging", "describing"]},
    },
    "additionalProperties": False,
}
QUOTE = {
    "type": "object",
    "required": ["type", "exact"],
    "properties": {
        "type": {"const": "TextQuoteSelector"},
        "exact": {"type": "string", "minLength": 1},
        "prefix": {"type": "string"},
        "suffix": {"type": "string"},
    },
    "additionalProperties": False,
}
POSITION = {
    "type": "object",
    "required": ["type", "start", "end"],
    "properties": {
        "type": {"const": "TextPositionSelector"},
        "start": {"type": "integer", "minimum": 0},
        "end": {"type": "integer", "minimum": 0},
    },
    "additionalProperties": False,
}
PAGE = {
    "type": "object",
    "required": ["@context", "id", "type", "items"],
    "properties": {
        "@context": {"const": "http://www.w3.org/ns/anno.jsonld"},
        "id": {"type": "string", "format": "uri"},
        "type": {"const": "AnnotationPage"},
        "startIndex": {"const": 0},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "type", "target"],
                "properties": {
                    "id": {"type": "string", "pattern": "^urn:uuid:[0-9a-f-]{36}$"},
                    "type": {"const": "Annotation"},
                    "motivation": {"enum": ["classifying", "linking", "assessing"]},
                    "body": {"type": "array", "items": TEXTUAL, "minItems": 1},
                    "target": {
                        "type": "array",
                        "minItems": 1,
                        "items": {
                            "type": "object",
                            "required": ["type", "source", "selector"],
                            "properties": {
                                "type": {"const": "SpecificResource"},
                                "source": {"type": "string", "pattern": "^(https?:|urn:)[!-~]+$"},
                                "selector": {
                                    "type": "array",
                                    "prefixItems": [QUOTE, POSITION],
                                    "minItems": 2,
                                    "maxItems": 2,
                                },
                            },
                            "additionalProperties": False,
                        },
                    },
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}


def anchored(quotation, text):
    """Where a client that has only the quotation finds it: all places, as the model says."""
    whole = quotation["prefix"] + quotation["exact"] + quotation["suffix"]
    places, at = [], text.find(whole)
    while at >= 0:
        places.append(at + len(quotation["prefix"]))
        at = text.find(whole, at + 1)
    return places


def check(page, texts):
    jsonschema.Draft202012Validator(PAGE).validate(page)
    for item in page["items"]:
        for target in item["target"]:
            text = texts[target["source"]]
            quotation, position = target["selector"]
            start, end = position["start"], position["end"]
            assert text[start:end] == quotation["exact"]
            assert anchored(quotation, text) == [start]
    names = [item["id"] for item in page["items"]]
    assert len(set(names)) == len(names)


@pytest.fixture(scope="module")
def marked(words):
    """Two reports that say one thing twice, with a difference and a contradiction."""
    text = "The bridge fell.\nNobody knew why.\nThe bridge fell.\nNobody knew why.\n😀 It rained."
    reports = [
        Report(text=text, outlet="Post", url="https://post.example/bridge?x=1"),
        Report(text=text, outlet="Radio <b>"),
        Report(text=text + "\nMore.", outlet="A third", url="javascript:alert(1)"),
    ]
    found = words.compare(reports)
    link = found.links[0]
    difference = Difference(type="name", conflict=True, a=link.spans_a, b=link.spans_b, rule="r")
    return found.model_copy(
        update={
            "links": (link.model_copy(update={"differences": (difference,)}), *found.links[1:]),
            "contradictions": (Contradiction(a=found.statements[0].id, b=found.statements[-1].id),),
        }
    )


def test_every_quotation_is_found_at_its_position(marked):
    page = annotations_of(marked)
    post, radio, third = marked.reports
    texts = {
        "https://post.example/bridge?x=1": post.text,
        f"urn:storydiff:report:{radio.id}": radio.text,
        f"urn:storydiff:report:{third.id}": third.text,
    }
    check(page, texts)
    motivations = [item["motivation"] for item in page["items"]]
    assert motivations.count("classifying") == len(marked.statements)
    assert motivations.count("linking") == len(marked.links)
    assert motivations.count("assessing") == 2


@given(st.text("ab ", min_size=1, max_size=300), st.data())
def test_a_quotation_is_found_however_often_its_words_stand_there(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quotation = quote_selector(text, (start, end))
    assert quotation["exact"] == text[start:end]
    assert anchored(quotation, text) == [start]


def test_two_reports_of_one_address_are_told_apart(words):
    url = "https://paper.example/live"
    reports = [Report(text="It fell.", outlet=name, url=url) for name in ("Post", "Radio")]
    page = annotations_of(words.compare(reports))
    check(page, {f"urn:storydiff:report:{name}": "It fell." for name in ("post", "radio")})


def test_equal_results_give_equal_pages(marked, tmp_path):
    again = Comparison.from_json(marked.to_json())
    assert annotations_of(again) == annotations_of(marked)
    write_annotations(marked, tmp_path / "page.jsonld")
    written = json.loads((tmp_path / "page.jsonld").read_text(encoding="utf-8"))
    assert written == annotations_of(marked)
