"""Quotation marks: every habit of printing, and what odd marks cost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydiff.annotation.quotations import Quotation, count_words, find_quotations, is_title

MARKS = "\"“”„‟«»＂'‘’‚‹›`"


def paragraphs(text: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for line in text.split("\n"):
        spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def quoted(text: str) -> list[str]:
    return [text[q.start : q.end] for q in find_quotations(text, paragraphs(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"The ferry is late," she said.', ['"The ferry is late,"']),
        ("“The ferry is late. It happens,” she said.", ["“The ferry is late. It happens,”"]),
        ("``The ferry is late,'' she said.", ["``The ferry is late,''"]),
        ("''The ferry is late,'' she said.", ["''The ferry is late,''"]),
        ("‘The ferry is late,’ she said.", ["‘The ferry is late,’"]),
        ("'The ferry is late,' she said.", ["'The ferry is late,'"]),
        ("„Die Fähre kommt“, sagte sie.", ["„Die Fähre kommt“"]),
        ("»Die Fähre kommt«, sagte sie.", ["»Die Fähre kommt«"]),
        ("« Le bac arrive », dit-elle.", ["« Le bac arrive »"]),
        ("«El barco llega», dijo ella.", ["«El barco llega»"]),
        ("«Паром опаздывает», — сказала она.", ["«Паром опаздывает»"]),
        ("“O barco chega”, disse ela.", ["“O barco chega”"]),
        ("”Färjan kommer”, sade hon.", ["”Färjan kommer”"]),
        ("“He told me ‘no’ twice,” she said.", ["“He told me ‘no’ twice,”"]),
        ("“He told me “no” twice,” she said.", ["“He told me “no” twice,”"]),
        ('a "first" and a "second" one', ['"first"', '"second"']),
        ('("The ferry is late")', ['"The ferry is late"']),
    ],
)
def test_marks_of_every_habit(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The boys' boats and the girls' oars aren't theirs.",
        "In the '90s and '80s it was rock 'n' roll.",
        "The plank is 6'2\" long.",
        'A 12" x 8" board and a 14"-wide door.',
        "no marks at all",
        "",
    ],
)
def test_apostrophes_and_inches_are_no_quotations(text: str) -> None:
    assert [q for q in quoted(text) if count_words(q) > 1] == []


def test_an_inch_mark_inside_a_quotation_does_not_end_it() -> None:
    assert quoted('"The plank is 6\'2" long," she said.') == ['"The plank is 6\'2" long,"']


def test_a_quotation_left_open_goes_on_in_the_next_paragraph() -> None:
    text = "“The ferry is late.\n“It is always late,” she said."
    first, second = find_quotations(text, paragraphs(text))
    assert (first.closed, first.continues) == (False, False)
    assert (second.closed, second.continues) == (True, True)


def test_an_odd_mark_costs_no_more_than_its_paragraph() -> None:
    text = '"One odd mark here.\nNothing here.\n“A whole one,” she said.'
    found = find_quotations(text, paragraphs(text))
    assert [text[q.start : q.end] for q in found] == ['"One odd mark here.', "“A whole one,”"]


def test_an_odd_mark_before_a_pair_costs_its_sentence() -> None:
    text = '"An odd mark. It rained. "The ferry is late," she said.'
    assert quoted(text) == ['"An odd mark.', '"The ferry is late,"']


def test_an_open_quotation_in_a_long_paragraph_ends_with_its_sentence() -> None:
    text = "“The ferry is late. " + "It rained on the quay. " * 80
    assert quoted(text) == ["“The ferry is late."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“A Winter on the Quay”", True),
        ("“The Long Crossing Home.”", True),
        ("“We Won.”", False),
        ("“the ferry is late”", False),
        ("“The ferry is late”", False),
    ],
)
def test_titles_of_works(text: str, expected: bool) -> None:
    assert is_title(text) is expected


@given(st.text(alphabet=st.sampled_from([*MARKS, *"aB1 .,!\n\t\u00a0é😀"]), max_size=80))
def test_quotations_are_in_order_within_paragraphs_and_never_raise(text: str) -> None:
    spans = paragraphs(text)
    found = find_quotations(text, spans)
    ends = [0, *(q.end for q in found)]
    assert all(last <= q.start < q.end for last, q in zip(ends, found, strict=False))
    assert all(any(a <= q.start and q.end <= b for a, b in spans) for q in found)
    assert all(q.words == count_words(text[q.start : q.end]) for q in found)


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_paragraph_without_open_marks_does_not_touch_the_next(first: str, second: str) -> None:
    first, second = first.replace("\n", " "), second.replace("\n", " ")
    text = f"{first}\n{second}"
    spans = [(0, len(first)), (len(first) + 1, len(text))]
    together = find_quotations(text, spans)
    alone = find_quotations(second, [(0, len(second))])
    moved = [(q.start - len(first) - 1, q.end - len(first) - 1) for q in together]
    assert [span for span in moved if span[0] >= 0] == [q.span for q in alone]


def test_a_quotation_is_a_value() -> None:
    assert Quotation(0, 4, 1).span == (0, 4)
