"""Kinds: laws of the features and of the two passes, and the kinds of plain cases."""

import json
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storydiff.annotation import NewsAnnotator
from storydiff.annotation.kind_features import features, quoted_by_statement, stances
from storydiff.annotation.kinds import (
    JUDGED,
    finish_kinds,
    label_kinds,
    load_heads,
    others_lean,
    own_voice,
    read_heads,
)
from storydiff.annotation.quotations import find_quotations
from storydiff.datatypes import KINDS, Attribution, Report, Statement
from storydiff.errors import ModelError
from storydiff.protocols import Annotated, Encoded, Parse
from storydiff.segmentation import Sentences

WIDTH = load_heads().width
TEXTS = st.lists(
    st.sampled_from(
        ["He said “no way, sir”.", "It fell.", '"', "“", "”", "\n\n", "Why?", "🙂 ", "é"]
    ),
    max_size=20,
).map(" ".join)


def annotate(text: str, *, language: str = "en") -> Annotated:
    report = Report(text=text, outlet="Gazette", id="g", language=language)
    return NewsAnnotator().annotate([report], Sentences().segment(report))


def encoded(statements: tuple[Statement, ...], *, width: int = WIDTH) -> Encoded:
    """Vectors that depend on the words alone: one token a word."""
    rows, starts, ends, offsets = [], [], [], [0]
    for statement in statements:
        position = 0
        for word in statement.text.split():
            position = statement.text.index(word, position)
            random = np.random.default_rng(sum(map(ord, word)))
            vector = random.standard_normal(width)
            rows.append(vector / np.linalg.norm(vector))
            starts.append(position)
            ends.append(position + len(word))
            position += len(word)
        offsets.append(len(rows))
    tokens = np.array(rows, np.float32).reshape(len(rows), width)
    return Encoded(
        np.zeros((len(statements), width), np.float32),
        tokens,
        np.array(starts, np.int32),
        np.array(ends, np.int32),
        np.array(offsets, np.int32),
    )


CASES = {
    "“We will rebuild every pier before winter,” Ruiz said.": "quote",
    "Ruiz said the city would rebuild the pier before winter.": "reported",
    "The ferry left Port Ellis at noon on Tuesday with 40 people on board.": "fact",
}


@pytest.mark.parametrize("text", CASES)
def test_plain_cases(text: str) -> None:
    (statement,) = annotate(text).statements
    assert statement.kinds == (CASES[text],)
    assert max(statement.kind_scores, key=lambda kind: statement.kind_scores[kind]) == CASES[text]


def test_each_sentence_of_a_quotation_is_a_quote() -> None:
    text = "“We waited for days. Nobody came to help us. We left in the end,” Ruiz said."
    assert [s.kinds for s in annotate(text).statements] == [("quote",)] * 3


def test_a_quoted_word_is_no_quote() -> None:
    (statement,) = annotate("The council met in the so-called “Blue Room” on Friday.").statements
    assert "quote" not in statement.kinds


def test_furniture_keeps_its_kind() -> None:
    found = annotate("It burned on Tuesday.\n\nLuis Ferrante/Getty Images").statements
    finished = finish_kinds(found, annotate(" ".join(s.text for s in found)).parses, encoded(found))
    assert found[1].kinds == finished[1].kinds == ("other",)
    assert found[1].kind_scores == finished[1].kind_scores == {"other": 1.0}


def test_without_a_parse_only_marks_are_judged() -> None:
    text = "Er sagte: „Wir bleiben alle hier.“ Der Zug fuhr um acht Uhr ab."
    found = annotate(text, language="de").statements
    assert [s.kinds for s in found] == [("quote",), ()]
    assert [dict(s.kind_scores) for s in found] == [{"quote": 1.0}, {"quote": 0.0}]


def test_finishing_scores_every_kind_and_changes_nothing_else() -> None:
    text = "The plan is a reckless farce. Ruiz said it would pass. “We will never yield,” she said."
    found = annotate(text)
    finished = NewsAnnotator().finish(found, encoded(found.statements))
    for before, after in zip(found.statements, finished, strict=True):
        assert set(after.kind_scores) == set(JUDGED)
        assert after.kinds == tuple(kind for kind in KINDS if kind in after.kinds) != ()
        same = {"kinds": before.kinds, "kind_scores": before.kind_scores}
        assert after.model_copy(update=same) == before


def test_vectors_of_another_width_leave_the_first_judgement() -> None:
    found = annotate("The ferry left at noon.")
    vectors = encoded(found.statements, width=8)
    assert finish_kinds(found.statements, found.parses, vectors) == found.statements


def test_attributed_content_does_not_reach_the_voice() -> None:
    statements = annotate("Ruiz said the pier had burned.").statements
    content = statements[0].attributions[0].content
    vectors = encoded(statements)
    kept = [
        i
        for i, (start, end) in enumerate(zip(vectors.starts, vectors.ends, strict=True))
        if not any(a < end and start < b for a, b in content)
    ]
    wanted = vectors.tokens[kept].sum(axis=0)
    voice = own_voice(statements, vectors)[0]
    np.testing.assert_allclose(voice, wanted / np.linalg.norm(wanted), atol=1e-6)


def test_the_voice_of_a_statement_all_attributed_is_zero() -> None:
    statement = annotate("It fell.").statements[0]
    whole = Attribution(content=((statement.start, statement.end),), mode="direct")
    statement = statement.model_copy(update={"attributions": (whole,)})
    assert not own_voice((statement,), encoded((statement,))).any()


def test_opinion_is_looked_for_in_the_outlets_voice_alone() -> None:
    plain = "Ruiz said the pier was old."
    loaded = "Ruiz said the pier was an absurd, reckless, disgraceful farce."
    scores = []
    for text in (plain, loaded, "The pier was an absurd, reckless, disgraceful farce."):
        found = annotate(text).statements
        names, rows = features(found, [Parse.empty()])
        scores.append(rows[0, names.index("own blame")])
    assert scores[0] == scores[1] == 0 < scores[2]


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_features_are_finite_and_named_for_any_text(text: str) -> None:
    report = Report(text=text, outlet="Gazette", id="g")
    statements = Sentences().segment(report)
    names, rows = features(statements, [Parse.empty()] * len(statements))
    assert rows.shape == (len(statements), len(names))
    assert len(set(names)) == len(names)
    assert rows.dtype == np.float32
    assert np.isfinite(rows).all()
    labelled = label_kinds(statements, [Parse.empty()] * len(statements))
    assert [(s.id, s.span) for s in labelled] == [(s.id, s.span) for s in statements]


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_clipped_quotations_are_those_of_the_text(text: str) -> None:
    report = Report(text=text, outlet="Gazette", id="g")
    statements = [s for s in Sentences().segment(report) if s.kinds != ("other",)]
    paragraphs: dict[int, tuple[int, int]] = {}
    for s in statements:
        paragraphs[s.paragraph] = (paragraphs.get(s.paragraph, s.span)[0], s.end)
    whole = find_quotations(text, list(paragraphs.values()))
    for statement, clipped in zip(statements, quoted_by_statement(statements), strict=True):
        wanted = [
            (max(q.start, statement.start), min(q.end, statement.end))
            for q in whole
            if max(q.start, statement.start) < min(q.end, statement.end)
        ]
        assert [q.span for q in clipped] == wanted


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(-9, 9)), max_size=12), st.floats(-3, 3))
def test_the_lean_of_the_others_is_their_shrunk_mean(
    rows: list[tuple[str, float]], level: float
) -> None:
    reports = [report for report, _ in rows]
    odds = np.array([value for _, value in rows], np.float64)
    found = others_lean(odds, reports, level)
    for i, report in enumerate(reports):
        others = [odds[j] - level for j in range(len(rows)) if j != i and reports[j] == report]
        assert found[i] == pytest.approx(sum(others) / (len(others) + 3), abs=1e-9)


def test_heads_of_other_features_are_refused() -> None:
    path = files("storydiff").joinpath("data", "kinds.json")
    raw = json.loads(path.read_text(encoding="utf-8"))
    assert read_heads(raw).features == load_heads().features
    with pytest.raises(ModelError, match=r"features: got \['words'\]"):
        read_heads({**raw, "features": ["words"]})


def test_heads_are_small_and_complete() -> None:
    path = files("storydiff").joinpath("data", "kinds.json")
    assert len(path.read_bytes()) < 40_000
    heads = load_heads()
    for group in (heads.form, heads.full):
        assert tuple(group) == JUDGED
        for head in group.values():
            assert len(head.form) == len(heads.features)
            assert 0 < head.threshold < 1
    assert all(len(head.voice) == WIDTH for head in heads.full.values())
    odds = replace(heads.form["fact"], bias=1.5).odds(
        np.zeros((2, len(heads.features)), np.float32)
    )
    assert odds.tolist() == [1.5, 1.5]


def test_stances_hold_lower_case_words() -> None:
    assert set(stances()) >= {"praise", "blame", "hedges", "forecast"}
    assert all(word == word.lower() for words in stances().values() for word in words)
