"""Names: types, merging within a report and across the reports of a story."""

import numpy as np
import pytest

from storydiff.annotation.names import find_names
from storydiff.datatypes import Report, Statement
from storydiff.protocols import Parse
from storydiff.segmentation import Sentences


def tagged(*reports: str) -> tuple[list[Statement], list[Parse]]:
    """Statements and parses from sentences with names marked as ``[PERSON:Ada Byron]``.

    Sentences are split by ``|``; each word is a token, capitalised ones are NNP.
    """
    statements: list[Statement] = []
    parses: list[Parse] = []
    for number, marked in enumerate(reports):
        place = 0
        for index, sentence in enumerate(marked.split("|")):
            words: list[tuple[str, str]] = []
            for piece in sentence.replace("[", "\n[").replace("]", "]\n").split("\n"):
                label, _, name = piece.strip("[]").partition(":")
                if piece.startswith("["):
                    words += [
                        (w, ("I-" if i else "B-") + label) for i, w in enumerate(name.split())
                    ]
                else:
                    words += [(w, "") for w in piece.split()]
            text = " ".join(w for w, _ in words)
            starts = np.cumsum([0, *(len(w) + 1 for w, _ in words)])[:-1].astype(np.int32) + place
            parses.append(
                Parse(
                    starts,
                    starts + np.array([len(w) for w, _ in words], np.int32),
                    lemmas=tuple(w.lower() for w, _ in words),
                    tags=tuple("NNP" if w[0].isupper() else "NN" for w, _ in words),
                    relations=("dep",) * len(words),
                    heads=np.arange(len(words), dtype=np.int32),
                    names=tuple(label for _, label in words),
                )
            )
            statements.append(
                Statement(
                    id=f"{number}:{index}",
                    report=str(number),
                    outlet=str(number),
                    index=index,
                    start=place,
                    end=place + len(text),
                    text=text,
                )
            )
            place += len(text) + 1
    return statements, parses


def entities(*reports: str) -> list[tuple[str, str, str]]:
    """Text, type and entity of every name found."""
    statements, parses = tagged(*reports)
    return [
        (s.text[m.span[0] - s.start : m.span[1] - s.start], m.type, m.entity)
        for s, group in zip(statements, find_names(statements, parses), strict=True)
        for m in group
    ]


def test_a_surname_is_the_full_name_whatever_the_parser_calls_it() -> None:
    found = entities("[PERSON:Marta Lindqvist] spoke .|[ORG:Lindqvist] left .")
    assert found[1] == ("Lindqvist", "person", "Marta Lindqvist")


def test_a_surname_that_the_parser_missed_is_found() -> None:
    found = entities("[PERSON:Marta Lindqvist] spoke .|Later Lindqvist left .")
    assert ("Lindqvist", "person", "Marta Lindqvist") in found


def test_a_family_name_that_stands_first() -> None:
    found = entities("[PERSON:Zhou Minghan] spoke .|[ORG:Zhou] left .")
    assert found[1] == ("Zhou", "person", "Zhou Minghan")


def test_a_place_that_begins_a_name_stays_a_place() -> None:
    found = entities("[PERSON:Florence Abara] went to [GPE:Florence] .")
    assert found[1][:2] == ("Florence", "place")


def test_titles_and_articles_and_possessives_are_no_part_of_a_name() -> None:
    found = entities("[PERSON:Mayor Marta Lindqvist's] boat left [ORG:the Harbour Board] .")
    assert [name for name, _, _ in found] == ["Marta Lindqvist", "Harbour Board"]


def test_names_merge_across_reports() -> None:
    found = entities("[PERSON:Lindqvist] spoke .", "[PERSON:Marta Lindqvist] spoke .")
    assert found[0] == ("Lindqvist", "person", "Marta Lindqvist")


def test_spelling_variants_are_one_person() -> None:
    found = entities(
        "[PERSON:Erik Wolff] spoke .", "[PERSON:Erik Wolfe] spoke .|[PERSON:Wolfe] left ."
    )
    assert len({entity for _, _, entity in found}) == 1


def test_people_who_share_a_surname_stay_apart() -> None:
    found = entities(
        "[PERSON:Marta Lindqvist] spoke .|[PERSON:Jonas Lindqvist] spoke ."
        "|[PERSON:Lindqvist] left ."
    )
    assert found[0][2] != found[1][2]
    assert found[2][2] == "Jonas Lindqvist"


def test_initials_and_middle_names_are_one_person() -> None:
    found = entities("[PERSON:Marta B. Lindqvist] spoke .|[PERSON:M. Lindqvist] left .")
    assert {entity for _, _, entity in found} == {"Marta B. Lindqvist"}


@pytest.mark.parametrize(
    ("report", "short", "full"),
    [
        (
            "The [ORG:Northern Ferry Union] met .|The [ORG:NFU] struck .",
            "NFU",
            "Northern Ferry Union",
        ),
        ("[GPE:United States] ships .|The [GPE:U.S.] fleet .", "U.S.", "United States"),
        (
            "The [ORG:Ferry Safety Board] met .|The [ORG:Safety Board] left .",
            "Safety Board",
            "Ferry Safety Board",
        ),
    ],
)
def test_short_names_of_bodies(report: str, short: str, full: str) -> None:
    assert {name: entity for name, _, entity in entities(report)}[short] == full


def test_an_acronym_told_in_brackets_is_found_where_the_parser_missed_it() -> None:
    found = entities("The [ORG:Morning Courier] (MC) said so .|A clerk told MC of it .")
    assert ("MC", "organisation", "Morning Courier") in found


def test_an_acronym_of_the_tail_of_a_name_is_the_whole_name() -> None:
    found = entities("The [ORG:Northern Ferry Safety Board] (FSB) met .|The [ORG:FSB] left .")
    assert {entity for _, _, entity in found} == {"Northern Ferry Safety Board"}


def test_furniture_has_no_names() -> None:
    statements, parses = tagged("[PERSON:Marta Lindqvist] spoke .")
    other = [s.model_copy(update={"kinds": ("other",)}) for s in statements]
    assert find_names(other, parses) == ((),)


def test_every_mention_is_an_exact_span() -> None:
    report = Report(text="No parser here. Marta Lindqvist spoke.", outlet="a")
    statements = Sentences().segment(report)
    assert find_names(statements, [Parse.empty() for _ in statements]) == ((), ())


def test_a_company_never_merges_with_its_owner() -> None:
    statements, parses = tagged(
        "[PERSON:Elias Holt] owns [PERSON:Holt Media] . | [PERSON:Holt Media] bought a paper . "
        "| [PERSON:Holt] said the price was fair . | [PERSON:Holt] shares rose ."
    )
    names = [mention for group in find_names(statements, parses) for mention in group]
    assert [(m.type, m.entity) for m in names] == [
        ("person", "Elias Holt"),
        ("organisation", "Holt Media"),
        ("organisation", "Holt Media"),
        ("person", "Elias Holt"),
        ("organisation", "Holt"),
    ]


def test_a_town_is_told_by_its_preposition() -> None:
    statements, parses = tagged(
        "Officials in [ORG:Barrow] shut the road . | [ORG:Barrow] is busy . | a stake in [ORG:Acme]"
    )
    names = [mention for group in find_names(statements, parses) for mention in group]
    assert [m.type for m in names] == ["place", "place", "organisation"]
