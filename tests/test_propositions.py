"""A statement cut into predicates with their arguments."""

from itertools import combinations

import pytest

from storydiff.annotation.parsing import SpacyParser
from storydiff.datatypes import AlignedWords, Link, Report, Statement
from storydiff.likelihoods import Likelihoods
from storydiff.propositions import propositions, spans_shown
from storydiff.protocols import Parse
from storydiff.table import Table
from storydiff.words import words_of

CUTS = {
    "The dam burst on Monday and the mayor resigned in the evening.": [
        "The dam burst on Monday",
        "the mayor resigned in the evening",
    ],
    "The fire began in a tunnel, and was put out around noon.": [
        "The fire began in a tunnel",
        "The fire … was put out around noon",
    ],
    "Nine sailors drowned when a tanker sank off the coast.": [
        "Nine sailors drowned",
        "when a tanker sank off the coast",
    ],
    "The firm, which is based in Oslo, closed its old mill.": [
        "The firm, … , closed its old mill",
        "which is based in Oslo",
    ],
    "The council voted to censure the treasurer.": ["The council voted to censure the treasurer"],
    "Police said that two men had been arrested.": ["Police said that two men had been arrested"],
    "The singer and her band left.": ["The singer and her band left"],
}


def parsed(texts):
    return SpacyParser().parse(list(texts), offsets=[0] * len(texts))


@pytest.fixture(scope="module")
def words():
    parses = parsed(CUTS)
    return {t: words_of(t, p, start=0) for t, p in zip(CUTS, parses, strict=True)}


@pytest.mark.parametrize("text", CUTS)
def test_each_predicate_with_its_arguments(words, text):
    found = propositions(words[text])
    shown = [" … ".join(text[s:e] for s, e in spans_shown(words[text], p)) for p in found]
    assert shown == CUTS[text]


@pytest.mark.parametrize("text", CUTS)
def test_each_word_is_in_one_proposition(words, text):
    found = propositions(words[text])
    assert sorted(i for p in found for i in p.words) == list(range(len(words[text])))


def test_a_quotation_is_never_cut():
    text = "“The dam burst and the mayor resigned,” said Ann Lee."
    (parse,) = parsed([text])
    words = words_of(text, parse, start=0)
    (whole,) = propositions(words, quoted=[[(1, 38)]])
    assert len(whole.words) == len(words)


def test_nothing_is_cut_without_a_parse():
    assert propositions(words_of("It rained.", Parse.empty(), start=0)) == ()


def test_a_compound_lead_stands_in_a_row_for_each_of_its_propositions():
    texts = {
        "a": "The old dam burst on Monday and the mayor resigned in the evening.",
        "b": "The dam has burst.",
        "c": "In the evening the mayor resigned.",
    }
    reports = [Report(text=t, outlet=n, id=n) for n, t in texts.items()]
    statements = [
        Statement(id=f"{n}:0", report=n, outlet=n, index=0, start=0, end=len(t), text=t)
        for n, t in texts.items()
    ]
    links = [
        linked(texts, "a", "b", ("dam", "burst")),
        linked(texts, "a", "c", ("mayor", "resigned", "evening")),
    ]
    rows = Table(short=0).rows(
        reports,
        statements,
        links,
        probabilities=Likelihoods.none(3),
        parses=parsed(texts.values()),
    )
    told = [
        [" … ".join(texts[n[0]][s:e] for s, e in row.spans[n]) for n in row.statements]
        for row in rows
    ]
    assert told == [
        ["The old dam burst on Monday", "The dam has burst"],
        ["the mayor resigned in the evening", "In the evening the mayor resigned"],
    ]
    assert {n: c.state for n, c in rows[0].cells.items()} == {
        "a": "told",
        "b": "told",
        "c": "not_found",
    }


def test_the_part_that_is_missing_is_a_whole_phrase():
    texts = {
        "a": "Two men from the harbour quarter stole nine paintings at night.",
        "b": "The paintings are gone.",
    }
    reports = [Report(text=t, outlet=n, id=n) for n, t in texts.items()]
    statements = [
        Statement(id=f"{n}:0", report=n, outlet=n, index=0, start=0, end=len(t), text=t)
        for n, t in texts.items()
    ]
    links = [linked(texts, "a", "b", ("paintings",))]
    (row,) = Table().rows(
        reports,
        statements,
        links,
        probabilities=Likelihoods.none(2),
        parses=parsed(texts.values()),
    )
    cell = row.cells["b"]
    assert (cell.state, cell.missing_in) == ("partly", "a:0")
    assert [texts["a"][s:e] for s, e in cell.missing] == [
        "Two men from the harbour quarter stole nine",
        "at night",
    ]


def linked(texts, a, b, words):
    spans = [tuple((texts[n].index(w), texts[n].index(w) + len(w)) for w in words) for n in (a, b)]
    pairs = tuple(AlignedWords(a=x, b=y, similarity=1.0) for x, y in zip(*spans, strict=True))
    spans_a, spans_b = (tuple(sorted(x)) for x in spans)
    return Link(
        a=f"{a}:0",
        b=f"{b}:0",
        relation="overlap",
        score=0.9,
        spans_a=spans_a,
        spans_b=spans_b,
        words=pairs,
    )


def test_propositions_share_no_word(words):
    for found in map(propositions, words.values()):
        for x, y in combinations(found, 2):
            assert not set(x.words) & set(y.words)
