"""The number grammar, and when two quantities are compatible."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from benchmarks.statements.numbers import LISTS
from storydiff.annotation.quantities import find_quantities as find_in_statement
from storydiff.datatypes import Quantity
from storydiff.quantities import compatible, find_quantities
from storydiff.quantities.agreement import ROUNDING, Interval, allowed, rounding
from storydiff.quantities.numerals import number_words, numeral, read_number
from storydiff.quantities.tokens import tokenise
from storydiff.quantities.units import units

FOLDER = Path(__file__).parent / "data_quantities"
BOUNDS = ("exact", "about", "at_least", "at_most", "more_than", "less_than", "range")


def rows(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["phrases"]


def told(text):
    """What the grammar says of a text, in the form of the lists."""
    return [
        [
            text[slice(*q.span)],
            q.low,
            q.high,
            q.bound,
            q.unit,
            text[slice(*q.noun)] if q.noun else "",
        ]
        for q in find_quantities(text)
    ]


def only(text):
    (quantity,) = find_quantities(text)
    return quantity


def rounded(row):
    return [round(x, 4) if isinstance(x, float) else x for x in row]


# --- the lists of phrases ----------------------------------------------------

LEFT_WRONG = {
    "He called 911 and waited.",
    "Under the plan, those aged 16 and 17 could vote.",
    "Two men, aged 23 and 31, were remanded in custody.",
    "The aftershock measured 5.6 on the Richter scale.",
    "One of the victims was named on Tuesday.",
    "They lost 2,000 head of cattle.",
    "The ship's 19 crew members were airlifted to safety.",
    "Some 6,000 of the refugees are children.",
    "He has served five of his eight years in jail.",
    "Ortega hit .312 with 24 home runs.",
    "It is not the 1950s any more, she told the 500-strong crowd.",
    "The F-16 and two MiG-29s collided.",
    "He served two terms as governor and one as senator.",
}
"""Rows with a value, a span or a noun wrong; what is wrong with them stands in the design note."""


@pytest.mark.parametrize("name", LISTS)
def test_phrases(name):
    wrong = [
        text
        for text, *wanted in rows(name)
        if [rounded(row) for row in told(text)] != [rounded(row) for row in wanted]
    ]
    assert set(wrong) <= LEFT_WRONG


@pytest.mark.parametrize("row", rows("phrases_pinned"))
def test_pinned_phrases(row):
    text, *wanted = row
    assert [rounded(reading) for reading in told(text)] == wanted


def test_the_first_list_is_as_long_as_promised_and_has_traps():
    listed = rows("phrases")
    assert len(listed) >= 120
    assert sum(len(row) == 1 for row in listed) >= 12


@pytest.mark.parametrize(
    "text",
    [
        "In 2015 and 1998 it rained.",
        "Call 555-0134, 020 7946 0018 or +1 212 555 0187.",
        "The score stood at 10:45 p.m. on 03/04/2019, 2019-03-04.",
        "Version 3.4.5 runs on 192.168.0.1.",
        "Agent 007 read paragraph 12 of case 44.",
        "One of them, no one else, one another.",
        "A one-on-one talk, a twenty-first birthday, the 25th time.",
        "Six Nations hosts met the Big Ten.",
        "The inquiry is a sham, a dozy couple said.",
        "The 4x4 beat the 5G-ready drone.",
    ],
)
def test_what_is_no_quantity(text):
    if text.startswith("Six"):
        text = f"The {text}"
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234", 1234),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1.234.567", 1234567),
        ("1'234", 1234),
        ("1\u202f234\u202f567", 1234567),
        ("12,34,567", 1234567),
        ("0,5", 0.5),
        ("1,5", 1.5),
        ("1.234", 1.234),
        ("٣", 3),
        ("007", None),
        ("1,23,4", None),
        ("1.2.3", None),
        ("9" * 31, None),
        ("1," * 40 + "1", None),
    ],
)
def test_numerals_with_foreign_separators_and_huge_ones(text, value):
    assert numeral(text) == value


@settings(deadline=None)
@given(st.integers(0, 10**18))
def test_grouped_numerals_are_read_back(n):
    grouped = f"{n:,}"
    for separator in (",", "'", "\u00a0", "\u202f"):
        assert numeral(grouped.replace(",", separator)) == float(n)
    if n >= 10**6:
        assert numeral(grouped.replace(",", ".")) == float(n)
    if n >= 1000:
        assert numeral(grouped.replace(",", ".") + ",25") == float(f"{n}.25")


@settings(deadline=None)
@given(st.integers(0, 999_999_999))
def test_spelled_numbers_are_read_back(n):
    tokens = tokenise(spelled(n))
    number = read_number(tokens, 0)
    assert (number.low, number.high, number.last) == (n, n, len(tokens.words))


def spelled(n):
    """A cardinal in English words: the slow way, by the school rule."""
    ones = list(number_words().ones)
    tens = dict(zip(range(2, 10), number_words().tens, strict=True))
    for scale, name in ((10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if n >= scale:
            rest = f" {'and ' if n % scale < 100 else ''}{spelled(n % scale)}" if n % scale else ""
            return f"{spelled(n // scale)} {name}{rest}"
    if n < 20:
        return ones[n]
    return tens[n // 10] + (f"-{ones[n % 10]}" if n % 10 else "")


# --- laws of the finder ------------------------------------------------------

words = st.sampled_from(
    [
        *("12", "3", "1,200", "5.5", "2015", "007", "1 234", "half", "a", "dozen", "one", "in"),
        *("twenty", "-", "million", "bn", "m", "$", "€", "%", "to", "and", "or", "between", "of"),
        *("at least", "nearly", "some", "more", "than", "people", "years", "old", "point", "No."),
        *("third", "several", "hundreds", "thousands", ",", ".", ":", "/", "March", "p.m.", "won"),
        *("from", "rose", "double", "km", "/ h", "magnitude", "minus", "scores", "couple", "+"),
    ]
)
phrases = st.lists(st.tuples(words, st.sampled_from(["", " ", " ", "  ", "\n"])), max_size=25).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=200), phrases))
@example("½" * 50)
@example("1" * 5000)
@example("1," * 3000)
@example("a " * 3000 + "dozen")
@example("another " * 3000 + "5 " + "about " * 3000 + "6")
@example("5 " + "million " * 300)
@example("19 " * 3000)
@example("\u202e12\u202c people 🙂 \x00 5\ufeff%")
def test_spans_are_exact_on_any_text(text):
    last = 0
    for quantity in find_quantities(text):
        start, end = quantity.span
        assert last <= start < end <= len(text)
        assert text[start:end].strip() == text[start:end]
        last = end
        if quantity.noun:
            assert end <= quantity.noun[0] < quantity.noun[1] <= len(text)
        ends = [x for x in (quantity.low, quantity.high) if x is not None]
        assert ends
        assert ends == sorted(ends)
        assert all(map(math.isfinite, ends))
        assert quantity.unit in units().scales or quantity.unit in (
            "",
            "score",
            *units().currencies,
        )


@settings(deadline=None)
@given(phrases, st.integers(0, 1000))
def test_offset_moves_spans_and_nothing_else(text, offset):
    moved = find_in_statement(text, offset=offset)
    for here, there in zip(find_in_statement(text), moved, strict=True):
        assert there.span == (here.span[0] + offset, here.span[1] + offset)
        assert (there.noun is None) == (here.noun is None)
        same = {"span": here.span, "noun": here.noun}
        assert there.model_copy(update=same) == here


@settings(deadline=None)
@given(st.integers(2, 999), st.sampled_from(["people", "houses", "km", "percent", "tonnes"]))
def test_a_bound_changes_the_bound_alone(n, unit):
    plain = only(f"They counted {n} {unit}.")
    for bound, kind in (("at least", "at_least"), ("up to", "at_most"), ("about", "about")):
        quantity = only(f"They counted {bound} {n} {unit}.")
        assert quantity.bound == kind
        assert quantity.unit == plain.unit
        assert {quantity.low, quantity.high} - {None} == {float(n)}


# --- compatible --------------------------------------------------------------

finite = st.floats(-1e12, 1e12, allow_nan=False)
some_units = st.sampled_from(["", "percent", "fraction", "mile", "kilometre", "USD", "EUR", "hour"])


@st.composite
def quantities(draw):
    bound = draw(st.sampled_from(BOUNDS))
    low, high = sorted((draw(finite), draw(finite)))
    if bound in ("exact", "about"):
        high = low
    elif bound in ("at_least", "more_than"):
        high = draw(st.sampled_from([None, high]))
    elif bound in ("at_most", "less_than"):
        low = draw(st.sampled_from([None, low]))
    return Quantity(span=(0, 1), low=low, high=high, bound=bound, unit=draw(some_units))


@settings(deadline=None)
@given(quantities(), quantities())
def test_compatible_is_symmetric(a, b):
    assert compatible(a, b) is compatible(b, a)


@settings(deadline=None)
@given(quantities())
def test_a_quantity_is_compatible_with_itself(a):
    assert compatible(a, a) is True


@settings(deadline=None)
@given(quantities(), quantities(), finite)
def test_a_number_that_both_allow_makes_them_compatible(a, b, x):
    """The slow reading of the rule: somewhere on the line both must hold."""
    inside = [
        (q.low is None or q.low < x) and (q.high is None or x < q.high)
        for q in (a, b)
        if q.bound not in ("exact", "about")
    ]
    if a.unit == b.unit and len(inside) == 2 and all(inside):
        assert compatible(a, b) is True


@settings(deadline=None)
@given(st.integers(1000, 10**9), st.integers(1, 4))
def test_a_value_is_compatible_with_its_own_rounding(n, digits):
    rounder = float(f"{n:.{digits}g}")
    a = Quantity(span=(0, 1), low=n, high=n, unit="USD")
    b = Quantity(span=(0, 1), low=rounder, high=rounder, unit="USD")
    if abs(rounder - n) <= 0.9 * ROUNDING * rounder:
        assert compatible(a, b) is True


@settings(deadline=None)
@given(st.floats(0.001, 1e12), st.booleans())
def test_rounding_never_explains_more_than_its_share(value, counted):
    assert 0 <= rounding(value, counted=counted) <= ROUNDING * value


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        ("12 people died", "at least 15 people died", False),
        ("12 people died", "about a dozen people died", True),
        ("11,940 people", "nearly 12,000 people", True),
        ("49.7 percent", "about half of voters", True),
        ("49.7 percent", "50 percent", True),
        ("46 percent", "50 percent", False),
        ("20 people died", "21 people died", False),
        ("10 people died", "12 people died", False),
        ("between 40 and 50 boats", "45 boats", True),
        ("between 40 and 50 boats", "50 to 60 boats", True),
        ("between 40 and 50 boats", "60 boats", False),
        ("up to 15 ships", "at least 12 ships", True),
        ("up to 15 ships", "at least 20 ships", False),
        ("more than 2 million", "2 million", True),
        ("more than 100 boats", "fewer than 100 boats", False),
        ("nearly 100 boats", "more than 100 boats", False),
        ("$2.9bn", "$3 billion", True),
        ("$2.6bn", "$3 billion", False),
        ("10 miles", "16 km", True),
        ("10 miles", "12 km", False),
        ("a third of voters", "33 percent of voters", True),
        ("two hours", "120 minutes", True),
        ("$5", "€5", None),
        ("5 percent", "5 percentage points", None),
        ("5 people", "5 hours", None),
        ("dozens of boats", "40 boats", True),
        ("dozens of boats", "three boats", False),
        ("several boats", "five boats", True),
        ("a 45-year-old man", "a 46-year-old man", False),
    ],
)
def test_compatible_by_example(a, b, wanted):
    assert compatible(only(a), only(b)) is wanted


@pytest.mark.parametrize(
    ("value", "counted", "wanted"),
    [
        (11_940, True, 5),
        (12_000, True, 420),
        (15_000, True, 500),
        (3_000_000, False, 105_000),
        (3_100_000, False, 50_000),
        (99, True, 0),
        (100, True, 3.5),
        (101, True, 0.5),
        (99, False, 0.5),
        (50, False, 0.5),
        (10, False, 0.35),
        (4.25, False, 0.005),
        (4.25, True, 0.005),
        (2.9e9, False, 5e7),
        (-50, False, 0.5),
        (0, False, 0),
        (math.inf, False, 0),
    ],
)
def test_rounding_is_half_a_unit_of_the_last_digit(value, counted, wanted):
    assert rounding(value, counted=counted) == pytest.approx(wanted, rel=1e-12)


def quantity(low, high=None, bound="exact", unit=""):
    return Quantity(span=(0, 1), low=low, high=high, bound=bound, unit=unit)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (quantity(20, 20), Interval(20, 20)),
        (quantity(20, 20, unit="hour"), Interval(19.5, 20.5, False, False)),
        (quantity(20, 20, "about"), Interval(18, 22)),
        (quantity(20, None, "at_least"), Interval(20, math.inf)),
        (quantity(20, None, "more_than"), Interval(20, math.inf, False, True)),
        (quantity(None, 20, "at_most"), Interval(-math.inf, 20)),
        (quantity(None, 20, "less_than"), Interval(-math.inf, 20, True, False)),
        (quantity(18, 20, "less_than"), Interval(18, 20)),
        (quantity(20, 22, "more_than"), Interval(20, 22)),
        (quantity(18, 20, "range"), Interval(18, 20)),
        (quantity(-20, -20, "about"), Interval(-22, -18)),
    ],
)
def test_what_a_quantity_allows(said, wanted):
    assert allowed(said) == wanted
    scaled = allowed(said, factor=2.0)
    assert (scaled.low, scaled.high) == (2 * wanted.low, 2 * wanted.high)
    assert (scaled.closed_low, scaled.closed_high) == (wanted.closed_low, wanted.closed_high)


@pytest.mark.parametrize(
    ("a", "b", "meets"),
    [
        (Interval(1, 2), Interval(2, 3), True),
        (Interval(1, 2, True, False), Interval(2, 3), False),
        (Interval(1, 2), Interval(2, 3, False, True), False),
        (Interval(1, 2), Interval(2.5, 3), False),
        (Interval(1, 3, False, False), Interval(2, 2), True),
        (Interval(2, 2), Interval(2, 2), True),
        (Interval(2, 2, False, True), Interval(2, 2), False),
    ],
)
def test_intervals_meet_at_a_number_that_both_have(a, b, meets):
    assert a.meets(b) is meets
    assert b.meets(a) is meets
    assert a.shut().meets(b.shut()) is (a.high >= b.low and b.high >= a.low)


@pytest.mark.parametrize(
    ("a", "b", "share", "near"),
    [
        (Interval(630, 770), Interval(540, 660), 0.0, False),
        (Interval(630, 770), Interval(585, 715), 0.0, True),
        (Interval(90, 110), Interval(105, 115), 0.0, True),
        (Interval(90, 110), Interval(106, 116), 0.0, False),
        (Interval(100, 100), Interval(115, 115), 0.15, True),
        (Interval(100, 100), Interval(118, 118), 0.15, False),
    ],
)
def test_middles_that_lie_near(a, b, share, near):
    assert a.near(b, share=share) is near
    assert b.near(a, share=share) is near


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        (quantity(136, 136, unit="day"), quantity(4, 4, unit="month"), True),
        (quantity(160, 160, unit="day"), quantity(4, 4, unit="month"), False),
        (quantity(12, 12, unit="month"), quantity(1, 1, unit="year"), True),
        (quantity(90, None, "more_than"), quantity(90, 90), True),
        (quantity(None, 90, "less_than"), quantity(90, 90), True),
        (quantity(90, None, "more_than"), quantity(None, 90, "at_most"), False),
        (quantity(90, None, "at_least"), quantity(None, 90, "at_most"), True),
        (quantity(90, None, "at_least"), quantity(89, 89), False),
        (quantity(700, 700, "about"), quantity(600, 600, "about"), False),
        (quantity(700, 700, "about"), quantity(640, 640, "about"), True),
        (quantity(700, 700, "about"), quantity(640, 640), True),
        (quantity(1, 1, unit="fraction"), quantity(100, 100, unit="percent"), True),
    ],
)
def test_compatible_at_the_edges_of_the_rule(a, b, wanted):
    assert compatible(a, b) is wanted
    assert compatible(b, a) is wanted
