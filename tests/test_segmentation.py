"""Segmentation: laws on any Unicode, and what must come out of given paragraphs."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storydiff.datatypes import Report
from storydiff.paragraphs import paragraphs
from storydiff.protocols import Segmenter
from storydiff.segmentation import Sentences

SEGMENTER = Sentences()

# Pieces that meet in real text, so that random strings reach the rules.
PIECES = st.sampled_from(
    [
        "He left.",
        "Go!",
        "“Why?”",
        '"',
        "”",
        "„",
        "«",
        "»",
        "U.S.",
        "No. ",
        "5.",
        "...",
        "…",
        "\n",
        "\n\n",
        "\r\n",
        " ",
        "\t",
        "•",
        "- ",
        "(",
        ")",
        "Dr. ",
        "said Bob",
        "and",
        "\u2028",
        "\x00",
        "\u200f",
        "🙂",
        "Ünal",
        "ст.",
        "。",
        "」",
        "'",
        ",",
        "\x1c",
        "\xa0",
        "a.m.",
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join))


def segment(text: str, *, title: str = "", segmenter: Segmenter = SEGMENTER) -> list[str]:
    report = Report(text=text, outlet="Gazette", id="g", title=title)
    return [statement.text for statement in segmenter.segment(report)]


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.sampled_from(["", "He left.", "Go!"]), st.sampled_from([16, 10_000]))
def test_nothing_is_lost_but_white_space(text: str, title: str, window: int) -> None:
    report = Report(text=text, outlet="Gazette", id="g", title=title)
    statements = Sentences(window=window).segment(report)
    position = 0
    for index, statement in enumerate(statements):
        assert statement.id == f"g:{index}"
        assert statement.index == index
        assert text[statement.start : statement.end] == statement.text
        assert statement.text == statement.text.strip() != ""
        assert not text[position : statement.start].strip()
        position = statement.end
    assert not text[position:].strip()
    numbers = [statement.paragraph for statement in statements]
    assert numbers == sorted(numbers)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=8))
def test_a_report_that_came_split_keeps_its_spans(sentences: list[str]) -> None:
    report = Report.from_sentences(sentences, outlet="Gazette", id="g")
    statements = SEGMENTER.segment(report)
    assert [statement.text for statement in statements] == sentences
    assert tuple(statement.span for statement in statements) == report.sentences
    for statement in statements:
        assert statement.kinds == ("other",) or statement.text.strip()


def test_furniture_is_labelled_and_kept() -> None:
    report = Report(text="It burned.\nLuis Ferrante/Getty Images", outlet="G", id="g")
    first, second = SEGMENTER.segment(report)
    assert (first.kinds, second.kinds, second.kind_scores) == ((), ("other",), {"other": 1.0})


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_a_window_changes_no_sentence_shorter_than_itself(text: str) -> None:
    spans = [(s.start, s.end) for s in SEGMENTER.segment(Report(text=text, outlet="G"))]
    wide = [
        (s.start, s.end) for s in Sentences(window=10**9).segment(Report(text=text, outlet="G"))
    ]
    assert spans == wide


ENGLISH = {
    "initials": ["Gov. J.B. Pritzker spoke.", "He left."],
    "country": ["The U.S. Senate met.", "It voted at 5 p.m. Monday.", "Nobody left."],
    "time at the end": ["The vote was at 5 p.m.", "The hall was empty."],
    "number": ["No. 10 was shut.", "She ranks No. 1 in Ohio."],
    "titles": ["Sen. Ada Ruiz met then-Rep. Max Hale and Mrs. Lee.", "They ate."],
    "months": ["He was born on Sept. 11 in Kent.", "She was not."],
    "decimals": ["It rose 3.5 percent to $4.20.", "Shares of Acme Inc. fell."],
    "ellipsis inside": ["He waited … and then he left.", "Nobody saw ... him go."],
    "end inside a quotation": ["He called it “a joke.", "Really.” and left.", "She stayed."],
    "quotation of several": ["“I will go.", "You will stay,” Ruiz said.", "Hale agreed."],
    "straight marks": ['"We go.', 'They stay," said Bob.', '"Fine."', "He sat."],
    "question and speaker": ["“Where is it?” Ada Ruiz asked.", "“Here!” said Hale.", "It was."],
    "closing mark first": ['He said, "We go."', '"No," she said.'],
    "marks set apart": ['" We go . "', '" No , " she said .'],
    "brackets": ["(He left.)", "[Laughter.]", "It ended."],
    "possessive": ["The U.S.' allies met.", "They ate."],
    "state in brackets": ["Reps. Al Moe (D-Calif.), Bo Lee and Cy Poe met.", "They ate."],
}


@pytest.mark.parametrize("name", ENGLISH)
def test_english_sentences(name: str) -> None:
    assert segment(" ".join(ENGLISH[name])) == ENGLISH[name]


OTHERS = {
    "German": ["Er sagte: „Ich gehe.", "Du bleibst.“", "Dann ging z. B. Herr Dr. Lang.", "Ende."],
    "German ordinals": ["Am 3. Oktober kam der 5. Zug an.", "Er war leer."],
    "German reversed": ["»Halt!« rief sie.", "»Nein«, sagte er.", "Es war ca. 8 Uhr."],
    "French": ["« Je pars.", "Tu restes. »", "Mme. Roux et M. Petit sont partis.", "Fin."],
    "Spanish": ["El Sr. Gil llegó a EE. UU. el lunes.", "¿Qué pasa?", "¡Nada!", "La Sra. Paz rió."],
    "Portuguese": ["A Dra. Costa gastou R$ 3,5 milhões.", "O Sr. Silva disse: «Não.", "Nunca»."],
    "Russian": ["Он сказал: «Иду».", "В г. Орле живёт 5 тыс. человек, т. е. мало.", "Им. Павлова."],
    "German, abbreviated": [
        "Die Hauptstr. 5 brannte aus.",
        "Es kamen u. a. Herr Lang und Frau Weil aus St. Pauli.",
        "Der Schaden: 3 Tsd. Euro, d. h. mehr als i. d. R. üblich.",
        "Er aß Äpfel, Birnen usw. und ging.",
        "Dort, im Haus von Ludwig II. von Kiel, blieb er.",
    ],
    "German, a quotation inside another": [
        "„Sie rief ‚Halt!‘ und lief“, sagte er.",
        "‚Nie wieder‘, dachte sie.",
    ],
    "French, abbreviated": [
        "J.-P. Roux et Mgr Petit sont à l’av. Foch.",
        "L’art. 5 et le chap. 3 s’appliquent, p. ex. Lyon est libre.",
        "C’était en 52 av. J.-C.",
        "Il mange, etc.",
        "Puis il part.",
    ],
    "French, asked": ["« Quoi ? » demanda-t-il.", "« Partez ! », a crié Mme Roux.", "Qui sait ?"],
    "Spanish, abbreviated": [
        "La Avda. América y la Cía. General cerraron.",
        "Dña. María Paz y el Excmo. Sr. Gil llegaron.",
        "Costó 3.500 euros, aprox. 3 por casa, p. ej. en 2019.",
    ],
    "Spanish, asked": ["—Nos vamos —dijo ella—.", "«¿Quién?», preguntó Ana.", "¡Fuera!"],
    "Portuguese, abbreviated": [
        "V. Exa. Silva e o Cel. Lima falaram.",
        "O art. 5.º vale desde o séc. XX em toda a Av. Brasil.",
        "Sto. António ardeu.",
    ],
    "Portuguese, dashes": ["— Vamos embora — disse ela.", "“Quem?”, perguntou Ana.", "Fim."],
    "Russian, abbreviated": [
        "Дом на пл. Победы и оз. Байкал показал ген. Иванов.",
        "Он ел яблоки и т. д. и ушёл.",
        "Он видел дома и т. п. из окна.",
        "Жители ул. Ленина уехали.",
    ],
    "Russian, a list that ends": ["Он ел яблоки и т. д.", "Потом ушёл.", "Были и т.п.", "Всё."],
    "Russian, asked": [
        "«Кто там?» — спросил Иван.",
        "«Стой!» — крикнул он.",
        "— Иду, — сказал он.",
    ],
    "Arabic": ["ذهب الرجل.", "بقيت المرأة."],
}


@pytest.mark.parametrize("language", OTHERS)
def test_other_languages(language: str) -> None:
    assert segment(" ".join(OTHERS[language])) == OTHERS[language]


def test_full_width_marks_need_no_space() -> None:
    assert segment("他说：“我走。”她留下了。「好。」") == [
        "他说：“我走。”",
        "她留下了。",
        "「好。」",
    ]


def test_quotation_open_over_paragraphs() -> None:
    text = "“We won.\n\n“We won twice. And again,” Ruiz said.\n\nNobody cheered."
    assert segment(text) == [
        "“We won.",
        "“We won twice.",
        "And again,” Ruiz said.",
        "Nobody cheered.",
    ]


def test_headings_and_bullets_stand_alone() -> None:
    text = (
        "What we know\nThe fire began at noon. It spread.\n- Two were hurt\n- One died\n1. No more"
    )
    assert segment(text) == [
        "What we know",
        "The fire began at noon.",
        "It spread.",
        "- Two were hurt",
        "- One died",
        "1. No more",
    ]


def test_wrapped_lines_are_one_paragraph() -> None:
    text = (
        "The harbour master said on Friday that the ferry had\n"
        "left the quay with both of its doors open, and that\n"
        "nobody on the bridge had seen the light. It sank\n"
        "within minutes."
    )
    spans = list(paragraphs(text))
    assert spans == [(0, len(text))]
    assert len(segment(text)) == 2


def test_two_lines_of_a_caption_stay_two() -> None:
    text = "FILE - Mayor Ada Ruiz, center, and Governor Max Hale, left, at the harbo\nJo Poe, Pool"
    assert len(segment(text)) == 2


def test_headline_is_exactly_the_title() -> None:
    title = "Fire at No. 5: Who Knew? Nobody."
    report = Report(text=f"\n{title}\n\nIt burned. It fell.", outlet="G", id="g", title=title)
    first, *rest = SEGMENTER.segment(report)
    assert (first.text, first.role, first.paragraph) == (title, "headline", 0)
    assert [(s.role, s.paragraph) for s in rest] == [("body", 1), ("body", 1)]


def test_a_sentence_that_begins_like_the_title_is_no_headline() -> None:
    assert segment("Fire kills two in the harbour.", title="Fire") == [
        "Fire kills two in the harbour."
    ]
    assert segment("Firefighters came.", title="Fire") == ["Firefighters came."]
    assert segment("Fire", title="Fire") == ["Fire"]


@pytest.mark.parametrize("unit", ["x", ".", ". ", "!)", '"', "”", '." ', "a\n", "。”", " ", "… "])
def test_long_monotonous_text(unit: str) -> None:
    text = unit * 20_000
    assert re.sub(r"\s", "", "".join(segment(text))) == re.sub(r"\s", "", text)


def test_a_hundred_thousand_lines_and_one_long_sentence() -> None:
    assert len(segment("One fell.\n" * 100_000)) == 100_000
    assert len(segment("word " * 40_000)) == 1
