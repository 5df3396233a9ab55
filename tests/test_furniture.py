"""Furniture: our own lists of lines, and what must hold for any line."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storydiff.datatypes import Report
from storydiff.furniture import furniture, is_furniture
from storydiff.segmentation import Sentences

DATA = Path(__file__).parent / "data"


def lines(name: str) -> list[str]:
    listed = (DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in listed if line.strip() and not line.startswith("# ")]


def test_lists_are_long_enough() -> None:
    assert len(lines("furniture_lines")) >= 60
    assert len(lines("real_sentences")) >= 60


@pytest.mark.parametrize("line", lines("furniture_lines"))
def test_furniture_is_found(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize("line", lines("real_sentences"))
def test_real_sentences_are_left_alone(line: str) -> None:
    assert not is_furniture(line)


def test_a_headline_is_never_furniture() -> None:
    report = Report(text="Read more\n\nRead more", outlet="G", id="g", title="Read more")
    assert furniture(Sentences().segment(report)) == (False, True)


def test_a_writer_is_presented_at_the_end_only() -> None:
    line = "Jo Poe is an editor at the Gazette."
    text = "\n\n".join([line, *["It burned."] * 5, line])
    marked = furniture(Sentences().segment(Report(text=text, outlet="G", id="g")))
    assert marked == (False, False, False, False, False, False, True)


def test_lines_without_words_are_furniture() -> None:
    for line in ("", "  ", "* * *", "—", "🙂", "• •", "\x00"):
        assert is_furniture(line)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200), st.integers(0, 5))
def test_any_line_gets_an_answer_that_white_space_does_not_change(line: str, after: int) -> None:
    wide = "  " + "\n".join(line.split()) + "\t"
    assert is_furniture(line, from_end=after) == is_furniture(wide, from_end=after)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(categories=["Lu", "Ll"]), min_size=1, max_size=40))
def test_a_quoted_sentence_is_never_furniture(word: str) -> None:
    assert not is_furniture(f"“Read more {word},” said Ruiz.")


@pytest.mark.parametrize("unit", ["x", "By A", "a@", "Aa ", "AP/", "(", "(L)", "— (@a)", "1:1 "])
def test_long_lines(unit: str) -> None:
    assert is_furniture(unit * 50_000) == (unit == "(")
