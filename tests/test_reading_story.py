"""What makes several reports a story, and the ids they get."""

import re
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydiff.datatypes import Report
from storydiff.errors import ReportError, StorydiffWarning, StoryError
from storydiff.reading import check_story
from storydiff.reading.story import slug


def report(outlet, **fields):
    return Report(**{"text": "It rained.", "outlet": outlet, **fields})


def ids(*reports):
    return [checked.id for checked in check_story(reports)]


NAMES = st.text(st.sampled_from('aB-2 é.中/<"'), min_size=1, max_size=4).filter(str.strip)
STORIES = st.lists(st.tuples(NAMES, st.none() | NAMES), min_size=2, max_size=6).filter(
    lambda named: len(given := [i for _, i in named if i]) == len(set(given))
)


@given(STORIES)
def test_every_report_has_an_id_of_its_own_and_given_ones_stay(named):
    reports = [report(o, id=i or "", url=str(n)) for n, (o, i) in enumerate(named)]
    checked = check_story(reports)
    assert len({r.id for r in checked}) == len(reports)
    for before, after in zip(reports, checked, strict=True):
        assert after.id
        assert after == (before if before.id else before.model_copy(update={"id": after.id}))
    assert check_story(checked) == checked


@given(st.text())
def test_a_slug_is_safe_in_names_of_files_and_in_addresses(outlet):
    name = slug(outlet)
    assert re.fullmatch(r"[^\W_]+(-[^\W_]+)*", name) or not name.isascii()
    assert not re.search(r"[\s/\\:<>\"'&?#%]", name)


@pytest.mark.parametrize(
    ("outlet", "expected"),
    [
        ("The Hesk Courier", "the-hesk-courier"),
        ("Süd-Kurier (online)", "sud-kurier-online"),
        ("../../orrin.post", "orrin-post"),
        ("人民日报", "人民日报"),
        ("서울신문", "서울신문"),
        ("!!!", "report"),
    ],
)
def test_slugs(outlet, expected):
    assert slug(outlet) == expected


def test_an_outlet_that_comes_again_is_numbered():
    assert ids(report("Post"), report("Post", url="b"), report("post")) == [
        "post",
        "post-2",
        "post-3",
    ]
    assert ids(report("Post"), report("Post", url="b"), report("x", id="post-2")) == [
        "post",
        "post-3",
        "post-2",
    ]


@pytest.mark.parametrize("difference", ["id", "published", "title", "url"])
def test_one_outlet_may_come_twice_with_one_difference(difference):
    assert len(set(ids(report("Post"), report("Post", **{difference: "b"})))) == 2


def test_two_reports_with_nothing_to_tell_them_apart_are_an_error_that_says_what_to_do():
    with pytest.raises(StoryError, match=r"outlet 'Post': got two reports .* 'Id: …'"):
        check_story([report("Post"), report("Other"), report("Post", text="It snowed.")])


def test_one_id_for_two_reports_is_an_error():
    with pytest.raises(StoryError, match=r"reports of 'A' and 'B': id: got 'x', wanted a diff"):
        check_story([report("A", id="x"), report("B", id="x")])


@pytest.mark.parametrize(
    ("reports", "got"), [([], r"0 report\(s\) \(none\)"), ([report("A")], r"1 report\(s\) \(A\)")]
)
def test_fewer_than_two_reports_are_no_story(reports, got):
    with pytest.raises(StoryError, match=f"story: got {got}, wanted two or more"):
        check_story(reports)


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_a_report_without_text_is_an_error(text):
    with pytest.raises(ReportError, match=r"report of 'A': text: got .*, wanted some text"):
        check_story([report("B"), report("A", text=text)])


def test_what_cannot_be_written_is_replaced_and_the_spans_stay():
    odd = Report.from_sentences(["One \ud800.", "Two\x00."], outlet="A\x1b", title="T\udfff")
    with pytest.warns(StorydiffWarning, match="report of 'A\ufffd': 4 control characters or lone"):
        checked, _ = check_story([odd, report("B")])
    assert checked.sentences == odd.sentences
    assert (checked.text, checked.title) == ("One \ufffd. Two\ufffd.", "T\ufffd")
    assert checked.model_dump_json()


def test_a_carriage_return_becomes_a_space_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        checked, _ = check_story([report("A", text="One.\r\nTwo."), report("B")])
    assert checked.text == "One. \nTwo."
