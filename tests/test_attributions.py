"""Who says what: source, cue, content, mode, polarity, chain and speaker."""

from collections.abc import Sequence

import pytest

from storydiff.annotation import NewsAnnotator, attribute, attributed_spans
from storydiff.annotation.names import find_names
from storydiff.datatypes import Attribution, Report, Statement, cut
from storydiff.segmentation import Sentences


def annotated(text: str) -> tuple[Report, tuple[Statement, ...]]:
    report = Report(text=text, outlet="a", id="a")
    statements = Sentences().segment(report)
    parses = NewsAnnotator().parse(statements)
    found = attribute(report, statements, parses, find_names(statements, parses))
    return report, tuple(
        s.model_copy(update={"attributions": own}) for s, own in zip(statements, found, strict=True)
    )


def attributions(text: str) -> list[Attribution]:
    """Every attribution of a text once, in order."""
    _, statements = annotated(text)
    once: dict[Attribution, None] = {a: None for s in statements for a in s.attributions}
    return list(once)


def shown(text: str) -> list[tuple[str, str, str]]:
    """Source, cue and content of every attribution."""
    return [
        (
            " … ".join(cut(text, a.source)),
            " … ".join(cut(text, a.cue)),
            " … ".join(cut(text, a.content)),
        )
        for a in attributions(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The harbour master said the ferry would sail on Monday.",
            ("The harbour master", "said", "the ferry would sail on Monday"),
        ),
        (
            "“The ferry will sail on Monday,” the harbour master said.",
            ("the harbour master", "said", "“The ferry will sail on Monday,”"),
        ),
        (
            "The ferry will sail on Monday, according to the harbour master.",
            ("the harbour master", "according to", "The ferry will sail on Monday"),
        ),
        (
            "The crew vowed to repair the ferry before winter.",
            ("The crew", "vowed", "to repair the ferry before winter"),
        ),
        (
            "The mayor urged passengers to stay at home.",
            ("The mayor", "urged", "passengers to stay at home"),
        ),
        (
            "The union called for an inquiry into the fire.",
            ("The union", "called for", "an inquiry into the fire"),
        ),
        (
            "The mayor criticized the company for the delay.",
            ("The mayor", "criticized", "the company for the delay"),
        ),
        (
            "The union has called the new contract a disgrace.",
            ("The union", "has called", "the new contract a disgrace"),
        ),
        (
            "The captain is confident that the ferry will sail.",
            ("The captain", "is confident", "that the ferry will sail"),
        ),
        (
            "The company voiced support for the new timetable.",
            ("The company", "voiced support", "for the new timetable"),
        ),
    ],
)
def test_constructions(text: str, expected: tuple[str, str, str]) -> None:
    assert expected in shown(text)


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("The mayor said the quay was safe.", "indirect"),
        ("The mayor said the quay was “a marvel of patience and rope.”", "mixed"),
        ("“The quay is safe and it will stay safe,” the mayor said.", "direct"),
        ("The mayor said the “quay” was safe.", "indirect"),
    ],
)
def test_modes(text: str, mode: str) -> None:
    assert attributions(text)[0].mode == mode


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("The mayor said the quay was safe.", "asserted"),
        ("The mayor denied that the quay was unsafe.", "denied"),
        ("The mayor did not say that the quay was safe.", "denied"),
        ("The mayor did not deny that the quay was unsafe.", "doubted"),
        ("The mayor scoffed at the notion that the quay was unsafe.", "doubted"),
        ("The mayor was not optimistic about the quay.", "doubted"),
        ("The mayor was skeptical about the plan for the quay.", "doubted"),
        ("The mayor refused to say whether the quay was safe.", "denied"),
    ],
)
def test_polarity(text: str, polarity: str) -> None:
    assert attributions(text)[0].polarity == polarity


def test_scare_quotes_are_no_quotations() -> None:
    assert attributions("The “expert” panel left the so-called “crisis” meeting early.") == []


def test_a_quotation_of_several_sentences_is_one_attribution() -> None:
    text = (
        "“I am sure that the crew is safe. We shall see what the morning brings,” Lindqvist said."
    )
    _, statements = annotated(text)
    assert len(statements) == 2
    assert statements[0].attributions == statements[1].attributions
    assert cut(text, statements[0].attributions[0].content) == (
        "“I am sure that the crew is safe. We shall see what the morning brings,”",
    )


def test_a_quotation_goes_on_after_its_cue() -> None:
    text = "“The crew is safe,” Lindqvist said. “Nobody was hurt in the fire at all.”"
    (found,) = attributions(text)
    assert cut(text, found.content) == (
        "“The crew is safe,”",
        "“Nobody was hurt in the fire at all.”",
    )


def test_a_quotation_goes_on_in_the_next_paragraph() -> None:
    text = (
        "“The crew is safe tonight,” Lindqvist said. “Nobody was hurt in the fire.\n\n"
        "“We will look for the cause tomorrow.”\n\nThe quay stays shut."
    )
    _, statements = annotated(text)
    assert [bool(s.attributions) for s in statements] == [True, True, True, False]
    assert {a.source for s in statements for a in s.attributions} == {
        statements[0].attributions[0].source
    }


def test_the_outlets_comment_is_cut_off() -> None:
    text = (
        "Lindqvist said he discussed the repairs with the crew, which sounds like a polite way of "
        "saying that he shouted at them."
    )
    (found,) = [a for a in attributions(text) if cut(text, a.cue) == ("said",)]
    assert cut(text, found.content) == ("he discussed the repairs with the crew",)
    text = (
        "“The ferry is the safest on the coast,” said Lindqvist, apparently forgetting that it "
        "burned twice last year."
    )
    (found,) = attributions(text)
    assert cut(text, found.content) == ("“The ferry is the safest on the coast,”",)


def test_a_source_told_an_outlet() -> None:
    text = (
        "The Morning Courier (MC) suggested the ferry could sail. "
        "A source told MC that the engine was ruined."
    )
    found = attributions(text)[-1]
    assert [link.speaker for link in found.chain] == ["Morning Courier", "A source"]
    assert found.speaker == "A source"


def test_what_is_said_inside_what_is_said() -> None:
    text = "The Courier reported that the captain believes the engine was ruined."
    inner = next(a for a in attributions(text) if cut(text, a.cue) == ("believes",))
    assert [cut(text, [link.span]) for link in inner.chain] == [("The Courier",), ("the captain",)]


def test_a_block_quotation_belongs_to_the_one_who_introduces_it() -> None:
    text = (
        "The Courier on Friday was skeptical about whether the company wants the ferry to sail:\n\n"
        "Crucially, the company has already sold the spare engine.\n\n"
        "However some argue that the sale means nothing.\n\n"
        "The Northern Gazette suggested the company could still buy another one."
    )
    _, statements = annotated(text)
    outer = statements[1].attributions[0]
    assert cut(text, outer.source) == ("The Courier",)
    assert outer in statements[2].attributions
    assert outer not in statements[3].attributions
    argued = next(a for a in statements[2].attributions if cut(text, a.cue) == ("argue",))
    assert [cut(text, [link.span]) for link in argued.chain] == [("The Courier",), ("some",)]


SPEAKERS = (
    "Harbour Safety Board (HSB) spokesman Jonas Lindqvist said the quay was safe. "
    "Dr. Marta Okafor, a marine engineer, warned that the crane might fall.\n\n"
)


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("Lindqvist said the crane would be moved.", "Jonas Lindqvist"),
        ("“The crane is far too old,” Dr. Okafor said.", "Marta Okafor"),
        ("She said the crane was far too old.", "Marta Okafor"),
        ("The HSB spokesman said the crane would be moved.", "Jonas Lindqvist"),
        ("The engineer said the crane was far too old.", "Marta Okafor"),
        ("A passenger said the crane was far too old.", "A passenger"),
        ("A lawyer for Lindqvist said the crane was safe.", "A lawyer for Lindqvist"),
        ("The Harbour Safety Board said the crane was safe.", "Harbour Safety Board"),
    ],
)
def test_speakers(sentence: str, speaker: str) -> None:
    assert attributions(SPEAKERS + sentence)[-1].speaker == speaker


def test_who_stands_for_the_noun_before_it() -> None:
    text = "Marta Okafor, who said the crane was old, left the meeting."
    found = attributions(text)[0]
    assert (cut(text, found.source), found.speaker) == (("who",), "Marta Okafor")


def test_attributed_spans_are_clipped_to_the_statement() -> None:
    text = "“I am sure the crew is safe. We shall see in the morning,” Lindqvist said on the quay."
    _, (first, second) = annotated(text)
    assert cut(text, attributed_spans(first)) == ("“I am sure the crew is safe.",)
    assert cut(text, attributed_spans(second)) == ("We shall see in the morning,”",)


def test_furniture_gets_no_attributions() -> None:
    report = Report(text="The mayor said the quay was safe.", outlet="a", id="a")
    (statement,) = Sentences().segment(report)
    other = statement.model_copy(update={"kinds": ("other",)})
    parses = NewsAnnotator().parse([other])
    assert len(parses[0]) == 0
    assert attribute(report, [other], parses, [()]) == [()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("„Die Fähre kommt erst morgen an“, sagte sie.", "„Die Fähre kommt erst morgen an“"),
        ("« Le bac arrive demain matin », dit-elle.", "« Le bac arrive demain matin »"),
        ("«El barco llega mañana temprano», dijo ella.", "«El barco llega mañana temprano»"),
        ("“O barco chega amanhã cedo”, disse ela.", "“O barco chega amanhã cedo”"),
        (
            "«Паром придёт только завтра утром», — сказала она.",
            "«Паром придёт только завтра утром»",
        ),
    ],
)
def test_without_a_parse_quotation_marks_alone_speak(text: str, expected: str) -> None:
    report = Report(text=text, outlet="a", id="a", language="xx")
    annotated_report = NewsAnnotator().annotate([report], Sentences().segment(report))
    (found,) = {a for s in annotated_report.statements for a in s.attributions}
    assert (found.mode, found.speaker, cut(text, found.content)) == ("direct", None, (expected,))
    assert "not in English" in annotated_report.notes[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Two sentences in one pair of marks are one quotation.
        (
            "„Der Hafen ist sicher. Niemand muss sich sorgen“, sagte sie. Dann ging sie.",
            [("„Der Hafen ist sicher. Niemand muss sich sorgen“",)],
        ),
        # Pieces in one sentence are one; who speaks in the next is not known.
        (
            "« Le port est sûr », dit-elle, « et il reste ouvert à tous ». Il répond. "
            "« Je n’en crois pas un mot », dit-il.",
            [
                ("« Le port est sûr »", "« et il reste ouvert à tous »"),
                ("« Je n’en crois pas un mot »",),
            ],
        ),
        # A quotation left open goes on in the next paragraph.
        (
            "«El puerto es seguro para todos.\n\n«Y sigue abierto hoy», dijo ella.",
            [("«El puerto es seguro para todos.", "«Y sigue abierto hoy»")],
        ),
        ("“É mentira!”, gritou ele.", [("“É mentira!”",)]),
        ("Он сказал: «Газета „Волна“ снова ошиблась».", [("«Газета „Волна“ снова ошиблась»",)]),
        ("Er nannte den Plan einen „Witz“ und ging.", []),
        ("Ein Zeichen „zu viel. Nichts weiter.\n\nEs blieb ruhig.", []),
    ],
)
def test_without_a_parse_only_marks_join_quotations(
    text: str, expected: list[tuple[str, ...]]
) -> None:
    report = Report(text=text, outlet="a", id="a", language="xx")
    statements = NewsAnnotator().annotate([report], Sentences().segment(report)).statements
    found = list(dict.fromkeys(a for s in statements for a in s.attributions))
    assert [cut(text, a.content) for a in found] == expected
    for a in found:
        assert (a.mode, a.speaker, a.source, a.cue, a.chain) == ("direct", None, (), (), ())
    for s in statements:
        assert (s.names, s.quantities, s.dates) == ((), (), ())
        assert s.kinds in ((), ("quote",))
        assert set(s.kind_scores) <= {"quote"}


def contents(statements: Sequence[Statement]) -> set[tuple[int, int]]:
    return {span for s in statements for a in s.attributions for span in a.content}


def test_an_attribution_stands_with_every_statement_that_its_content_touches() -> None:
    text = "“The crew is safe. The ferry is not,” Lindqvist said. The quay stays shut."
    _, statements = annotated(text)
    for statement in statements:
        touched = [a < statement.end and b > statement.start for a, b in contents(statements)]
        assert any(touched) == bool(statement.attributions)
