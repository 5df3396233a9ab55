"""The day of publication, from the date as it was written."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydiff.datatypes import Report
from storydiff.publication import day_of

DAYS = st.dates(min_value=dt.date(1000, 1, 1))
FORMATS = (
    "{0:%Y-%m-%d}",
    "{0:%Y-%m-%d}T23:59:00-05:00",
    "{0:%Y%m%d}",
    "{0:%Y/%m/%d} 10:00",
    "{0.day} {month} {0.year}",
    "{0.day}th of {month}, {0.year}",
    "{month} {0.day}, {0.year}",
    "{short}. {0.day} {0.year}",
    "Sunday, {0.day} {short} {0.year} 10:00:00 GMT",
    "Published on {month} {0.day}, {0.year} at 5:03 p.m.",
)
MONTHS = "January February March April May June July August September October November December"


@given(DAYS, st.sampled_from(FORMATS))
def test_a_day_is_read_in_every_form_that_has_one_meaning(day, form):
    month = MONTHS.split()[day.month - 1]
    written = form.format(day, month=month, short=month[:3])
    assert day_of(written) == day
    assert Report(text="It rained.", outlet="A", published=written).date == day


@given(DAYS, st.sampled_from("./-"))
def test_numbers_are_a_day_only_where_one_order_is_a_date(day, separator):
    written = f"{day.day}{separator}{day.month}{separator}{day.year}"
    ambiguous = day.day <= 12 and day.day != day.month
    assert day_of(written) == (None if ambiguous else day)
    other = f"{day.month:02}{separator}{day.day:02}{separator}{day.year}"
    assert day_of(other) == day_of(written)


@pytest.mark.parametrize(
    "written",
    [
        *("", "yesterday", "2015", "20150614999", "2015-02-30", "2015-13-01", "0000-01-01"),
        *("31 June 2015", "3 Foo 2015", "04/05/06", "June 14, 2015, updated June 15, 2015"),
    ],
)
def test_what_means_no_day_or_two_is_none(written):
    assert day_of(written) is None


@given(st.text())
def test_any_text_is_a_day_or_none(text):
    assert day_of(text) is None or isinstance(day_of(text), dt.date)
