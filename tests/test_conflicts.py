"""What is a conflict, and what only looks like one: sums, shares, bounds, moments, stages."""

import pytest

from tests.test_differences import conflicts, found


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (
            "The landslide killed 90 people in the valley.",
            "More than 90 people died in the landslide in the valley.",
        ),
        (
            "Nearly 90 people died when the slope gave way above the valley.",
            "The landslide killed 90 people when the slope gave way above the valley.",
        ),
        ("About 90 people died when the slope gave way.", "The slope gave way and killed 94."),
        (
            "At least 12 people were hurt when the tram left its rails.",
            "The tram left its rails and 15 people were hurt.",
        ),
        (
            "Two women and a man were killed when the boiler burst.",
            "Three people died when the boiler burst.",
        ),
        (
            "The minister has a one-in-three chance of losing her seat.",
            "The minister has a two-in-three chance of keeping her seat.",
        ),
        (
            "Mara Olsen, 49, began calling other councillors on Wednesday.",
            "I was stunned, said Petr Lunde, 46, who is also calling councillors.",
        ),
        ("Rovers were held at 1-1 before the break.", "Rovers won 3-1 at home."),
        ("He spent 136 days in the county jail.", "He spent four months in the county jail."),
        (
            "The match starts at 3:30 p.m. on Saturday.",
            "The match on Saturday begins at 12:30 p.m. Pacific.",
        ),
        ("A fire in a mill in Poland killed nine.", "A fire in a mill in Lodzia killed nine."),
        ("Olga Brandt was charged on Monday.", "Olga Brandt was convicted on Monday."),
    ],
)
def test_what_can_both_be_right_is_no_conflict(a: str, b: str) -> None:
    assert not conflicts(a, b)


@pytest.mark.parametrize(
    ("a", "b", "kind"),
    [
        (
            "The tram crash on Mill Street injured 12 people, police said.",
            "At least 15 people were injured in the tram crash on Mill Street, police said.",
            "number",
        ),
        (
            "Harbour master Ida Krog stepped down in May.",
            "The port board dismissed Ida Krog in May.",
            "act",
        ),
        (
            "The mayor resigned on Monday after the audit.",
            "The council fired the mayor on Monday after the audit.",
            "act",
        ),
    ],
)
def test_what_cannot_is_one_in_other_words_too(a: str, b: str, kind: str) -> None:
    assert kind in conflicts(a, b)


def test_a_denial_that_both_tell_is_no_difference() -> None:
    a = "One of them should not be the chair of the harbour board."
    b = "One of them should not be chair of the board of the harbour."
    assert not [d for d in found(a, b) if d.type == "polarity"]


def test_no_difference_is_shown_with_a_score_of_nothing() -> None:
    a = "Police arrested no one on Friday, and the square stayed calm."
    b = "On Friday the square stayed calm although police arrested two."
    assert all(d.score > 0 for d in found(a, b))
