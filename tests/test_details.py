"""What only one side says: whole clauses and modifiers, never half of one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storydiff.annotation.parsing import SpacyParser
from storydiff.details import added_spans
from storydiff.protocols import Parse
from storydiff.words import function_words, runs, words_of

SENTENCES = (
    "The ferry left the old harbour on Monday, and its captain was praised by the mayor.",
    "Divers who had trained in the lake for a year found the bell, which was cast in 1702.",
    "Mira Holt, the treasurer, said the fire service had not been told of the leak.",
    "Because the dam was full, engineers in Brenn opened two of its four gates at dawn.",
    "A jury cleared the baker of fraud but fined him for late papers.",
)


@pytest.fixture(scope="module")
def parsed():
    parses = SpacyParser().parse(SENTENCES, offsets=[0] * len(SENTENCES))
    return [words_of(text, parse, start=0) for text, parse in zip(SENTENCES, parses, strict=True)]


def added(parsed, k, *covered):
    """The strings added in sentence k where the words named are covered."""
    words, text = parsed[k], SENTENCES[k]
    mask = np.array(
        [text[s:e] in covered for s, e in zip(words.starts, words.ends, strict=True)], bool
    )
    return [text[s:e] for s, e in added_spans(words, mask)]


@pytest.mark.parametrize(
    ("sentence", "covered", "wanted"),
    [
        (
            0,
            "ferry left harbour",
            ["old", "on Monday, and its captain was praised by the mayor"],
        ),
        (
            1,
            "Divers found bell",
            ["who had trained in the lake for a year", "which was cast in 1702"],
        ),
        (2, "service told leak", ["Mira Holt, the treasurer, said", "fire", "not"]),
        (2, "Mira treasurer said told leak", ["the fire service", "not"]),
        (
            3,
            "engineers opened gates",
            ["Because the dam was full", "in Brenn", "two", "four", "at dawn"],
        ),
        (4, "jury cleared baker", ["of fraud but fined him for late papers"]),
    ],
)
def test_whole_phrases_are_added(parsed, sentence, covered, wanted):
    assert added(parsed, sentence, *covered.split()) == wanted


def test_nothing_is_added_to_what_is_covered(parsed):
    for words in parsed:
        assert added_spans(words, np.ones(len(words), bool)) == ()


def test_all_is_added_where_nothing_is_covered(parsed):
    for words, text in zip(parsed, SENTENCES, strict=True):
        ((start, end),) = added_spans(words, np.zeros(len(words), bool))
        assert text[start:end] == text.rstrip(".")


@settings(max_examples=150)
@given(st.integers(0, len(SENTENCES) - 1), st.data())
def test_laws_of_added_spans(parsed, k, data):
    words, text = parsed[k], SENTENCES[k]
    drawn = data.draw(st.lists(st.booleans(), min_size=len(words), max_size=len(words)))
    covered = np.array(drawn) & words.content
    last = -1
    for start, end in added_spans(words, covered):
        assert start > last
        last = end
        inside = [i for i in range(len(words)) if start <= words.starts[i] and words.ends[i] <= end]
        assert (words.starts[inside[0]], words.ends[inside[-1]]) == (start, end)
        assert any(words.content[i] and not covered[i] for i in inside)
        final = text[words.starts[inside[-1]] : words.ends[inside[-1]]].lower()
        assert final not in {"the", "a", "of", "and", "but", ",", "."}
        assert len(inside) > 1 or final not in function_words()


@given(st.data())
def test_without_a_parse_runs_of_words_stand_for_phrases(data):
    words = words_of("Two divers found the old bell.", Parse.empty(), start=0)
    covered = np.array(data.draw(st.lists(st.booleans(), min_size=7, max_size=7)))
    assert added_spans(words, covered) == runs(words, ~covered)
