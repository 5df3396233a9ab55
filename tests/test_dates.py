"""The date grammar: dates found, resolved to days, and compared."""

import datetime as dt

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from storydiff.annotation.dates import find_dates as find_in_statement
from storydiff.calendar import compatible_dates, find_dates
from storydiff.datatypes import DateMention

DAY = dt.timedelta(days=1)
THURSDAY = dt.date(2019, 3, 14)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

days = st.dates(dt.date(1950, 1, 1), dt.date(2090, 12, 31))


def only(text, published=THURSDAY):
    (mention,) = find_dates(text, published=published)
    return text[slice(*mention.span)], mention.start, mention.end


def resolved(text, published=THURSDAY):
    _, start, end = only(text, published)
    return dt.date.fromisoformat(start), dt.date.fromisoformat(end)


# --- by example, published on Thursday, March 14, 2019 -----------------------


@pytest.mark.parametrize(
    ("text", "span", "start", "end"),
    [
        ("The court ruled on Monday.", "Monday", "2019-03-11", "2019-03-11"),
        ("The court will rule on Monday.", "Monday", "2019-03-18", "2019-03-18"),
        ("The court is to rule on Monday.", "Monday", "2019-03-18", "2019-03-18"),
        ("The report will be released Monday.", "Monday", "2019-03-18", "2019-03-18"),
        ("On Monday, the council voted.", "Monday", "2019-03-11", "2019-03-11"),
        ("By Saturday, the minister had changed his mind.", "Saturday", "2019-03-09", "2019-03-09"),
        ("The vote was postponed to Friday.", "Friday", "2019-03-15", "2019-03-15"),
        ("Talks are scheduled for Wednesday.", "Wednesday", "2019-03-20", "2019-03-20"),
        ("She's meeting them on Friday", "Friday", "2019-03-15", "2019-03-15"),
        ("It fell Thursday.", "Thursday", "2019-03-14", "2019-03-14"),
        ("It will fall on Thursday.", "Thursday", "2019-03-14", "2019-03-14"),
        ("Shots rang out Tuesday night.", "Tuesday night", "2019-03-12", "2019-03-12"),
        ("It rained last Monday.", "last Monday", "2019-03-04", "2019-03-11"),
        ("It opens next Monday.", "next Monday", "2019-03-18", "2019-03-18"),
        ("It opens next Friday.", "next Friday", "2019-03-15", "2019-03-22"),
        ("It opens this Friday.", "this Friday", "2019-03-15", "2019-03-15"),
        ("He left on Monday of last week.", "Monday of last week", "2019-03-04", "2019-03-04"),
        (
            "It fell on the first Monday of March.",
            "first Monday of March",
            "2019-03-04",
            "2019-03-04",
        ),
        (
            "It fell on the last Friday in May 2017.",
            "last Friday in May 2017",
            "2017-05-26",
            "2017-05-26",
        ),
        ("He left last week Tuesday.", "last week", "2019-03-04", "2019-03-10"),
        ("On Friday, March 8, he left.", "Friday, March 8", "2019-03-08", "2019-03-08"),
        ("Monday's vote was close.", "Monday", "2019-03-11", "2019-03-11"),
        ("On Tues. he left.", "Tues.", "2019-03-12", "2019-03-12"),
        ("It rained last week.", "last week", "2019-03-04", "2019-03-10"),
        ("It rained earlier this month.", "earlier this month", "2019-03-01", "2019-03-14"),
        ("It opens later this year.", "later this year", "2019-03-14", "2019-12-31"),
        ("It opened earlier in the week.", "earlier in the week", "2019-03-11", "2019-03-14"),
        ("It closed late last year.", "late last year", "2018-09-01", "2018-12-31"),
        ("Pay by the end of the month.", "end of the month", "2019-03-21", "2019-03-31"),
        ("On March 3 it snowed.", "March 3", "2019-03-03", "2019-03-03"),
        ("It closed on 3 March 2019.", "3 March 2019", "2019-03-03", "2019-03-03"),
        ("It closed on the 3rd of March.", "3rd of March", "2019-03-03", "2019-03-03"),
        ("It ran from March 3-5.", "March 3-5", "2019-03-03", "2019-03-05"),
        ("It fell on Sept. 11, 2001.", "Sept. 11, 2001", "2001-09-11", "2001-09-11"),
        ("He resigned on December 28.", "December 28", "2018-12-28", "2018-12-28"),
        ("He will resign on January 2.", "January 2", "2020-01-02", "2020-01-02"),
        ("It was dated 03/04/2019.", "03/04/2019", "2019-03-04", "2019-04-03"),
        ("It was dated 13/04/2019.", "13/04/2019", "2019-04-13", "2019-04-13"),
        ("It was dated 4.3.2019.", "4.3.2019", "2019-03-04", "2019-03-04"),
        ("It was dated 2019-03-04.", "2019-03-04", "2019-03-04", "2019-03-04"),
        ("It was dated 3/4/19.", "3/4/19", "2019-03-04", "2019-04-03"),
        ("It opens next year.", "next year", "2020-01-01", "2020-12-31"),
        ("He left in 2015.", "2015", "2015-01-01", "2015-12-31"),
        ("He left in early May, 2017.", "early May, 2017", "2017-05-01", "2017-05-10"),
        ("He left in May last year.", "May last year", "2018-05-01", "2018-05-31"),
        ("The 2015-16 season was long.", "2015-16", "2015-01-01", "2016-12-31"),
        ("In the 1990s it was sold.", "1990s", "1990-01-01", "1999-12-31"),
        ("In the '90s it was sold.", "'90s", "1990-01-01", "1999-12-31"),
        ("A 19th-century mill burned.", "19th-century", "1801-01-01", "1900-12-31"),
        (
            "Sales in the third quarter of 2018 fell.",
            "third quarter of 2018",
            "2018-07-01",
            "2018-09-30",
        ),
        ("He left in the summer of 2015.", "summer of 2015", "2015-06-01", "2015-08-31"),
        ("He left last summer.", "last summer", "2018-06-01", "2018-08-31"),
        ("It rained yesterday.", "yesterday", "2019-03-13", "2019-03-13"),
        ("It airs tonight.", "tonight", "2019-03-14", "2019-03-14"),
        ("It rained last night.", "last night", "2019-03-13", "2019-03-13"),
        (
            "He left the day before yesterday.",
            "day before yesterday",
            "2019-03-12",
            "2019-03-12",
        ),
        ("It burned over the weekend.", "the weekend", "2019-03-09", "2019-03-10"),
        ("It will reopen at the weekend.", "the weekend", "2019-03-16", "2019-03-17"),
        ("He left two days ago.", "two days ago", "2019-03-12", "2019-03-12"),
        ("He left a week ago.", "a week ago", "2019-03-04", "2019-03-10"),
        ("Rain fell for the past two weeks.", "past two weeks", "2019-02-28", "2019-03-14"),
        ("It airs on Christmas Eve.", "Christmas Eve", "2018-12-24", "2018-12-24"),
        ("Since 9/11 much has changed.", "9/11", "2001-09-11", "2001-09-11"),
        ("It was set for February 30.", "February 30", "", ""),
        ("It meets every Monday.", "every Monday", "", ""),
    ],
)
def test_dates_by_example(text, span, start, end):
    found = [(text[slice(*m.span)], m.start, m.end) for m in find_dates(text, published=THURSDAY)]
    assert (span, start, end) in found


@pytest.mark.parametrize(
    "text",
    [
        "May I go? Theresa May may march.",
        "Sales on Black Friday, wrote the Sunday Times.",
        "More than 2000 people came; $2015; 2015%.",
        "Call 555-2019 about the F-2015 or Article 2001.",
        "He was half an hour late in the second half.",
        "They will fall in spring, one day, once a week.",
        "Version 3.4.5 costs 3/4 of that.",
        "The score was 3-4-5 at 10:30.",
    ],
)
def test_what_is_no_date(text):
    assert find_dates(text, published=THURSDAY) == ()


def test_two_dates_in_one_sentence_have_each_its_own_tense():
    text = "Officials said on Tuesday that talks will begin on Monday."
    found = find_dates(text, published=THURSDAY)
    assert [m.start for m in found] == ["2019-03-12", "2019-03-18"]


# --- laws --------------------------------------------------------------------


@settings(deadline=None)
@given(days, st.integers(0, 6))
def test_weekdays_are_the_nearest_in_the_direction_of_the_tense(published, number):
    """Against a walk along the calendar, day by day."""
    name = WEEKDAYS[number]
    for text, step in (("It fell on", -DAY), ("It will fall on", DAY)):
        day = published
        while day.weekday() != number:
            day += step
        assert resolved(f"{text} {name}.", published) == (day, day)
    day = published + DAY
    while day.weekday() != number:
        day += DAY
    first, last = resolved(f"It will fall next {name}.", published)
    assert first == day
    assert last in (day, day + 7 * DAY)
    assert last - (published - published.weekday() * DAY) >= 7 * DAY


@settings(deadline=None)
@given(days, days)
def test_full_dates_do_not_depend_on_the_publication(day, published):
    month = f"{day:%B}"
    for written in (
        f"{month} {day.day}, {day.year}",
        f"{day.day} {month} {day.year}",
        f"the {day.day}th of {month} {day.year}",
        f"{WEEKDAYS[day.weekday()]}, {month} {day.day}, {day.year}",
        day.isoformat(),
        f"{day.day}.{day.month}.{day.year}",
    ):
        assert resolved(f"It fell on {written}.", published) == (day, day)
        assert resolved(f"It fell on {written}.", None) == (day, day)
    first, last = resolved(f"It fell on {day.month}/{day.day}/{day.year}.", published)
    assert first <= day <= last
    assert (first, last) == resolved(f"It fell on {day.month:02}/{day.day:02}/{day.year}.", None)


@settings(deadline=None)
@given(days, st.integers(0, 150))
def test_a_past_date_without_year_is_found_again(published, back):
    day = published - back * DAY
    if (day.month, day.day) != (2, 29):
        assert resolved(f"It fell on {day:%B} {day.day}.", published) == (day, day)


@settings(deadline=None)
@given(days)
def test_periods_hold_what_they_name(published):
    for unit in ("week", "month", "year"):
        last, this, following = (
            resolved(f"It rained {shift} {unit}.", published) for shift in ("last", "this", "next")
        )
        assert this[0] <= published <= this[1]
        assert last[1] + DAY == this[0]
        assert this[1] + DAY == following[0]
        earlier = resolved(f"It rained earlier this {unit}.", published)
        later = resolved(f"It rained later this {unit}.", published)
        assert earlier == (this[0], published)
        assert later == (published, this[1])


@settings(deadline=None)
@given(st.integers(1950, 2090), st.integers(1, 12), st.integers(0, 6), st.integers(1, 4))
def test_weekdays_of_a_month_are_counted_one_by_one(year, month, number, rank):
    every = [dt.date(year, month, d) for d in range(1, 29)]
    every += [every[-1] + k * DAY for k in range(1, 4) if (every[-1] + k * DAY).month == month]
    same = [day for day in every if day.weekday() == number]
    name = f"{every[0]:%B} {year}"
    ranks = ("first", "second", "third", "fourth")
    told = f"the {ranks[rank - 1]} {WEEKDAYS[number]} of {name}"
    assert resolved(f"It fell on {told}.", None) == (same[rank - 1], same[rank - 1])
    assert resolved(f"It fell on the last {WEEKDAYS[number]} of {name}.", None)[0] == same[-1]


@settings(deadline=None)
@given(days, st.integers(2, 6))
def test_days_ago_are_counted(published, n):
    day = published - n * DAY
    assert resolved(f"It fell {n} days ago.", published) == (day, day)


pieces = st.sampled_from(
    [
        *(
            "Monday",
            "Fri",
            ".",
            ",",
            "March",
            "May",
            "3",
            "31",
            "2015",
            "0000",
            "9999",
            "03/04/2019",
        ),
        *(
            "last",
            "next",
            "this",
            "week",
            "weekend",
            "the",
            "of",
            "early",
            "mid",
            "-",
            "end",
            "of the",
        ),
        *("ago", "years", "two", "99999999999999", "from", "now", "today's", "century", "19", "th"),
        *(
            "Q",
            "quarter",
            "third",
            "summer",
            "1990",
            "s",
            "'",
            "will",
            "said",
            "on",
            "/",
            "Christmas",
        ),
        *(
            "past",
            "a few",
            "days",
            "1000000",
            "decade",
            "1.1.0001",
            "31.12.9999",
            "winter",
            "ordinary",
        ),
    ]
)
phrases = st.lists(st.tuples(pieces, st.sampled_from(["", " ", " "])), max_size=20).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)


@settings(deadline=None)
@given(st.one_of(st.text(max_size=200), phrases), st.none() | st.dates())
@example("next century ago last year next week", dt.date.max)
@example("last year two weeks ago yesterday last Monday early last week", dt.date.min)
@example("in 1000000 decades 99 years ago winter 9999 last winter", dt.date.max)
@example("Monday " * 500, None)
def test_spans_are_exact_on_any_text_and_any_day(text, published):
    last = 0
    for mention in find_dates(text, published=published):
        start, end = mention.span
        assert last <= start < end <= len(text)
        assert text[start:end].strip() == text[start:end]
        assert bool(mention.start) == bool(mention.end)
        if mention.start:
            assert dt.date.fromisoformat(mention.start) <= dt.date.fromisoformat(mention.end)
        last = end


@settings(deadline=None)
@given(phrases, days)
def test_without_a_day_of_publication_the_same_spans_are_found(text, published):
    """What is resolved without it is resolved to the same days with it."""
    free = find_dates(text)
    bound = find_dates(text, published=published)
    assert [m.span for m in free] == [m.span for m in bound]
    assert all(a == b for a, b in zip(free, bound, strict=True) if a.start)


@settings(deadline=None)
@given(phrases, days, st.integers(0, 1000))
def test_offset_moves_spans_and_nothing_else(text, published, offset):
    here = find_in_statement(text, published=published)
    there = find_in_statement(text, offset=offset, published=published)
    assert [(m.span[0] + offset, m.span[1] + offset) for m in here] == [m.span for m in there]
    assert [(m.start, m.end) for m in here] == [(m.start, m.end) for m in there]


# --- compatible --------------------------------------------------------------


@st.composite
def mentions(draw):
    ends = sorted((draw(days), draw(days)))
    if draw(st.booleans()):
        return DateMention(span=(0, 1))
    return DateMention(span=(0, 1), start=ends[0].isoformat(), end=ends[1].isoformat())


@settings(deadline=None)
@given(mentions(), mentions())
def test_compatible_dates_is_symmetric_and_none_when_unresolved(a, b):
    assert compatible_dates(a, b) is compatible_dates(b, a)
    assert (compatible_dates(a, b) is None) == (not a.start or not b.start)
    if a.start:
        assert compatible_dates(a, a) is True


@settings(deadline=None)
@given(mentions(), mentions(), days)
def test_a_day_in_both_intervals_makes_them_compatible(a, b, day):
    if a.start and b.start and all(m.start <= day.isoformat() <= m.end for m in (a, b)):
        assert compatible_dates(a, b) is True


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        ("It fell on Monday.", "It fell on March 11.", True),
        ("It fell on Monday.", "It fell on Tuesday.", False),
        ("It fell last week.", "It fell on March 6, 2019.", True),
        ("It fell in March.", "It fell on Monday.", True),
        ("It fell in February.", "It fell on Monday.", False),
        ("It fell on 03/04/2019.", "It fell on March 4.", True),
        ("It meets every Monday.", "It fell on Monday.", None),
        ("It was set for February 30.", "It fell on Monday.", None),
    ],
)
def test_compatible_by_example(a, b, wanted):
    (first,), (second,) = (find_dates(text, published=THURSDAY) for text in (a, b))
    assert compatible_dates(first, second) is wanted


def test_an_impossible_date_in_a_mention_is_unresolved():
    broken = DateMention(span=(0, 1), start="2019-02-30", end="soon")
    assert compatible_dates(broken, broken) is None
