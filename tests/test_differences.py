"""The room of differences: laws, examples of each type, and bad input."""

import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storydiff.datatypes import Difference, Link, Report
from storydiff.differences import Differences
from storydiff.differences.building import Builder
from storydiff.differences.figures import Figure, agree
from storydiff.differences.versions import utterance, word_diff
from storydiff.pipeline import Pipeline
from storydiff.protocols import Story


@cache
def story_of(a: str, b: str, published: tuple[str, str] = ("2024-05-15", "2024-05-15")) -> Story:
    reports = [
        Report.from_sentences([text], outlet=outlet, published=day)
        for text, outlet, day in zip((a, b), ("Herald", "Ledger"), published, strict=True)
    ]
    return Pipeline().prepare(reports)[0]


def link_of(story: Story, *, turned: bool = False) -> Link:
    a, b = (s.id for s in story.statements)
    return Link(a=b if turned else a, b=a if turned else b, relation="same", score=1.0)


def found(a: str, b: str, **kwargs: object) -> tuple[Difference, ...]:
    story = story_of(a, b, **kwargs)  # type: ignore[arg-type]
    return Differences().find(story, [link_of(story)])[0].differences


def conflicts(a: str, b: str) -> set[str]:
    return {d.type for d in found(a, b) if d.conflict}


def rules(a: str, b: str) -> set[str]:
    return {d.rule for d in found(a, b)}


PAIRS = [
    ("Twelve miners died in the shaft on Monday.", "Fifteen miners died in the shaft on Tuesday."),
    ("The mayor resigned after the vote.", "The mayor was fired before the vote."),
    ("Police say the bridge may collapse.", "The bridge collapsed, killing at least 15 people."),
    ("The council passed the plan.", "The council did not pass the plan, Ms. Wolff said."),
    ('"We will rebuild every house," Ms. Wolff said.', '"We shall rebuild each house," she said.'),
    ("The leader left the city.", "The dictator fled the city, according to a source."),
    ("Nobody knows.", "?!"),
    ("He paid 1.234,5 thalers.", "He paid 999999999999999999999999 thalers."),
]


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_swapping_the_sides_swaps_the_sides_of_each_difference(a: str, b: str) -> None:
    story = story_of(a, b)
    room = Differences()
    plain = room.find(story, [link_of(story)])[0].differences
    turned = room.find(story, [link_of(story, turned=True)])[0].differences
    assert [d.model_copy(update={"a": d.b, "b": d.a}) for d in turned] == list(plain)


@pytest.mark.parametrize("text", sorted({t for pair in PAIRS for t in pair}))
def test_identical_statements_have_none(text: str) -> None:
    assert found(text, text) == ()


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_spans_lie_within_their_statements(a: str, b: str) -> None:
    story = story_of(a, b)
    for d in found(a, b):
        for spans, statement in ((d.a, story.statements[0]), (d.b, story.statements[1])):
            assert spans
            assert all(statement.start <= s < e <= statement.end for s, e in spans)


@pytest.mark.parametrize(
    ("a", "b", "kind"),
    [
        ("The flood killed 12 people.", "The flood killed at least 15 people.", "number"),
        ("The hearing begins on Monday.", "The hearing begins on Friday.", "date"),
        (
            "Judge Anna Wolff sentenced the driver to prison.",
            "Judge Peter Sand sentenced the driver to prison.",
            "name",
        ),
        (
            "The council has approved the new harbor.",
            "The council has not approved the new harbor.",
            "polarity",
        ),
        ("The senate passed the budget.", "The senate rejected the budget.", "polarity"),
        ("The senate passed the budget.", "The senate did not pass the budget.", "polarity"),
        ("The crew reached the island.", "The crew failed to reach the island.", "polarity"),
        (
            "The old miner was related to Wolff.",
            "The old miner was unrelated to Wolff.",
            "polarity",
        ),
        ("The mill reopened on Monday.", "On Friday the mill opened again.", "date"),
    ],
)
def test_what_cannot_both_be_right_is_a_conflict(a: str, b: str, kind: str) -> None:
    assert kind in conflicts(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("The storm left 11,940 homes dark.", "The storm left about 12,000 homes dark."),
        ("The flood killed 17 people.", "The flood killed at least 15 people."),
        ("Twenty ships were lost.", "20 ships were lost."),
        ("The hearing begins on Wednesday.", "The hearing begins on May 15."),
        ("Anna Wolff won the race.", "Mayor Wolff won the race."),
        ("Anna Wolff won the race.", "Anna Wolfe won the race."),
        ("The leader spoke.", "The dictator spoke."),
    ],
)
def test_rounding_spelling_and_wording_are_none(a: str, b: str) -> None:
    assert conflicts(a, b) == set()


def test_a_spelling_variant_stands_apart() -> None:
    assert "name: spelling variant" in rules("Anna Wolff won the race.", "Anna Wolfe won the race.")


def test_quotations_say_how_they_differ() -> None:
    whole = '"We will rebuild every single house in the valley this year," said Anna Wolff.'
    altered = '"We will rebuild each ruined house in the valley this year," said Anna Wolff.'
    assert "quotation: altered" in rules(whole, altered)
    other = '"We will rebuild every single house in the valley this year," said Peter Sand.'
    assert "quotation: in another mouth" in rules(whole, other)


def test_a_source_against_the_own_voice() -> None:
    said = "Ministry officials said the dam was built without a permit."
    plain = "The dam was built without a permit."
    assert "attribution: a source against the own voice" in rules(said, plain)


def test_a_source_against_the_own_voice_is_minor_and_stands_last() -> None:
    said = "Anna Wolff said the new dam may have been built in 2012 without a permit."
    plain = "The new dam was built in 2013 without a permit."
    told = sorted(found(said, plain), key=lambda d: d.score)
    minor = [d for d in told if d.type == "attribution"]
    assert [d.score for d in minor] == [0.3]
    assert found(said, plain)[-1] == minor[0]


def test_a_routine_source_of_both_reports_is_no_difference() -> None:
    first = ["Police said the new dam was built without a permit."]
    second = ["The new dam was built without a permit.", "Two men fled, police said."]
    reports = [Report.from_sentences(first, outlet="a"), Report.from_sentences(second, outlet="b")]
    story, _ = Pipeline().prepare(reports)
    types = {d.type for d in Differences().of_pair(Builder(story), 0, 1)}
    alone, _ = Pipeline().prepare([reports[0], Report.from_sentences(second[:1], outlet="b")])
    assert "attribution" not in types
    assert "attribution" in {d.type for d in Differences().of_pair(Builder(alone), 0, 1)}


def test_hedges_and_acts_and_wording() -> None:
    assert "hedge: on one side only" in rules("The bridge may close.", "The bridge will close.")
    acts = rules("The coach resigned on Monday.", "The coach was fired on Monday.")
    assert "act: other act befell one" in acts
    words = rules("The leader addressed the crowd.", "The dictator addressed the crowd.")
    assert "wording: one thing by two names" in words


@pytest.mark.parametrize("published", [("", ""), ("2024-13-45", "x"), ("2024-05-20", "2023-01-01")])
def test_publication_dates_that_are_missing_impossible_or_out_of_order(
    published: tuple[str, str],
) -> None:
    story = story_of("It opened on Monday.", "It opened on Tuesday.", published)
    differences = Differences().find(story, [link_of(story)])[0].differences
    assert {d.type for d in differences if d.conflict} <= {"date"}


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("It closed on February 31.", "It closed on May 40."),
        ("It cost 1.234,5 euros.", "It cost 1e400 euros."),
        ("It cost 1.234,5 euros.", "It cost 1,234.5 euros."),
        (f"The fund holds {'9' * 500} crowns.", "The fund holds 9 crowns."),
        (f"The fund holds {'9' * 500} crowns.", f"The fund holds {'8' * 500} crowns."),
    ],
)
def test_what_cannot_be_read_as_a_day_or_a_number_contradicts_nothing(a: str, b: str) -> None:
    assert not [d for d in found(a, b) if d.conflict or d.type in ("number", "date")]


def test_a_quotation_of_two_thousand_words() -> None:
    words = " ".join(f"word{n}" for n in range(2000))
    first, second = utterance(words, (0, len(words))), utterance(words, (6, len(words)))
    assert word_diff(first, second).shared == len(second)


def test_links_keep_their_order_and_all_else() -> None:
    story = story_of(*PAIRS[0])
    links = [link_of(story, turned=True), link_of(story)]
    out = Differences().find(story, links)
    assert [x.model_copy(update={"differences": ()}) for x in out] == links


_VOCABULARY = ["a", "fox", "ran", "over", "the", "old", "wall", "at", "dawn"]
_WORDS = st.lists(st.sampled_from(_VOCABULARY), max_size=12)


@settings(max_examples=60, deadline=None)
@given(_WORDS, _WORDS)
def test_a_word_diff_turned_round_shares_as_much(a: list[str], b: list[str]) -> None:
    one, two = " ".join(a), " ".join(b)
    first, second = utterance(one, (0, len(one))), utterance(two, (0, len(two)))
    there, back = word_diff(first, second), word_diff(second, first)
    for diff, x, y in ((there, first, second), (back, second, first)):
        assert diff.shared <= min(len(x), len(y))
        assert 0 <= diff.core_a[0] <= diff.core_a[1] <= len(x)
        assert 0 <= diff.core_b[0] <= diff.core_b[1] <= len(y)


_FIGURES = st.builds(
    lambda x, y: Figure((0, 1), "score", values=(x, y)), st.integers(0, 5), st.integers(0, 5)
)


@given(_FIGURES, _FIGURES)
def test_scores_agree_in_either_order(a: Figure, b: Figure) -> None:
    assert agree(a, b) == agree(b, a) == (sorted(a.values) == sorted(b.values))


def test_a_builder_keeps_what_belongs_to_a_statement() -> None:
    builder = Builder(story_of(*PAIRS[0]))
    assert builder.side(0) is builder.side(0)


def test_the_repr_names_the_weights_and_every_bar() -> None:
    told = repr(Differences(twin=0.9))
    assert re.fullmatch(
        r"Differences\(weights='[0-9a-f]{12}', twin=0\.9, least=0\.5, quotation=0\.25\)", told
    )
