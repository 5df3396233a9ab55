"""JSON, JSON lines and CSV: what a record may hold, and what is wrong with one, with its path."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydiff.errors import FormatError, ReportError
from storydiff.reading import read_bytes

SENTENCES = ["The bridge was closed.", "", "Nobody was hurt."]
SPLIT = {"outlet": "Hesk Courier", "sentences": SENTENCES, "paragraph": [0, 0, 1]}
RUNNING = {"outlet": "Orrin Post", "title": "Bridge closed", "text": "It was old.\r\nVery old."}


def read(value, ending=".json", name="story.json"):
    data = value if isinstance(value, str) else json.dumps(value)
    return read_bytes(data, name=name, ending=ending, outlet="stem")


def one(value, ending=".json"):
    reading = read(value, ending)
    assert not reading.skipped
    (report,) = reading.reports
    return report


def reasons(reading):
    return [skipped.reason for skipped in reading.skipped]


def test_one_report_a_list_and_a_story_are_read_the_same():
    alone = one(RUNNING)
    assert read([RUNNING]).reports == (alone,)
    assert read({"reports": [RUNNING]}).reports == (alone,)
    assert alone.text == "Bridge closed\n\nIt was old.\nVery old."


def test_a_single_report_may_leave_its_outlet_to_the_files_name():
    assert one({"text": "It rained."}).outlet == "stem"
    assert one({"text": "It rained.", "outlet": None}).outlet == "stem"


@given(st.lists(st.text("ab. \n“", max_size=9), min_size=1).filter(lambda s: "".join(s).strip()))
def test_a_split_report_has_its_sentences_exactly(sentences):
    report = one({**SPLIT, "sentences": sentences, "paragraph": None})
    assert [report.text[a:b] for a, b in report.sentences] == sentences
    assert report.text == " ".join(sentences)


def test_a_blank_line_stands_where_the_paragraph_changes():
    report = one({**SPLIT, "title": "Bridge closed"})
    assert report.text == "The bridge was closed. \n\nNobody was hurt."
    assert report.sentences == ((0, 22), (23, 23), (25, 41))
    assert report.title == "Bridge closed"


def test_sentences_go_before_text():
    assert one({**SPLIT, "text": "Something else."}).text == one(SPLIT).text
    assert one({**RUNNING, "sentences": []}) == one(RUNNING)


@pytest.mark.parametrize(
    "key", ["title", "date", "published", "url", "id", "language", "paragraph"]
)
@pytest.mark.parametrize("empty", [None, "", []])
def test_what_is_empty_is_as_good_as_missing(key, empty):
    if (empty == "") == (key == "paragraph") and empty is not None:
        empty = None
    bare = {"outlet": "Hesk Courier", "sentences": SENTENCES}
    assert one({**bare, key: empty}) == one(bare)


def test_date_is_another_name_for_published():
    assert one({**RUNNING, "date": "2023-05-04"}).published == "2023-05-04"
    assert one({**RUNNING, "published": "", "date": "4 May"}).published == "4 May"
    assert one({**RUNNING, "published": "5 May", "date": "4 May"}).published == "5 May"


def test_a_report_may_say_that_it_was_cut_short():
    assert one({**RUNNING, "truncated": True}).truncated
    assert one({**SPLIT, "truncated": False}) == one(SPLIT)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
FIELDS = {"outlet", "text", "sentences", "title", "published", "date", "url", "id", "language"}
OTHERS = st.dictionaries(
    st.text(max_size=8).filter(lambda k: k not in FIELDS | {"paragraph", "truncated", "reports"}),
    JSON,
    max_size=3,
)


@given(OTHERS, OTHERS)
def test_unknown_keys_change_nothing(story, report):
    plain = read({"reports": [SPLIT, RUNNING]})
    assert read({**story, "reports": [{**report, **SPLIT}, RUNNING]}) == plain


def test_the_other_keys_of_a_story_may_have_the_names_of_a_reports():
    story = {"reports": [RUNNING], "id": 7, "text": ["x"], "title": None, "sentences": 3}
    assert read(story) == read([RUNNING])


@given(st.sampled_from(sorted(FIELDS | {"paragraph", "truncated"})), JSON)
def test_any_value_in_any_field_is_a_report_or_an_error_with_its_path(key, value):
    reading = read([{**SPLIT, key: value}, RUNNING])
    assert len(reading.reports) + len(reading.skipped) == 2
    assert reading.reports[-1] == one(RUNNING)
    assert all(reason.startswith("story.json: [0]") for reason in reasons(reading))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sentences": ["a", 12]}, "reports[1].sentences[1]: got 12, wanted a string"),
        ({"sentences": "a b"}, "reports[1].sentences: got 'a b', wanted a list"),
        ({"paragraph": [0, "1", 1]}, "reports[1].paragraph[1]: got '1', wanted a whole number"),
        ({"paragraph": [0, True, 1]}, "reports[1].paragraph[1]: got True, wanted a whole number"),
        ({"paragraph": [0, 10**30, 1]}, "reports[1].paragraph[1]: got 1e+30, wanted"),
        ({"outlet": 7}, "reports[1].outlet: got 7, wanted a string"),
        ({"title": {"a": 1}}, "reports[1].title: got {'a': 1}, wanted a string"),
        ({"date": 20230504}, "reports[1].date: got 20230504, wanted a string"),
        ({"truncated": "yes"}, "reports[1].truncated: got 'yes', wanted true or false"),
    ],
)
def test_a_wrong_type_is_named_with_its_path(change, message):
    reading = read({"reports": [RUNNING, {**SPLIT, **change}]})
    (skipped,) = reading.skipped
    assert isinstance(skipped.error, FormatError)
    assert skipped.reason.startswith(f"story.json: {message}")
    assert len(reading.reports) == 1


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (12, "story.json: [0]: got 12, wanted an object"),
        ({**RUNNING, "outlet": " "}, "story.json: [0].outlet: got ' ', wanted a name"),
        ({**RUNNING, "text": " \n"}, "story.json: [0]: got an empty text, wanted a report"),
        ({**SPLIT, "sentences": ["", " "]}, "story.json: [0]: sentences: got ['', ' '], wanted"),
        ({"outlet": "a"}, "story.json: [0]: got None, wanted the report as `text` or"),
        ({**SPLIT, "paragraph": [1]}, "story.json: [0]: report 'Hesk Courier': paragraph: got 1"),
    ],
)
def test_a_record_that_is_no_report_does_not_lose_the_others(record, message):
    reading = read([record, RUNNING])
    assert reasons(reading)[0].startswith(message)
    assert reading.reports == (one(RUNNING),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '{"outlet": "a",\n "text": }',
            "line 2, column 10: got '}', wanted JSON (Expecting value)",
        ),
        ("", "line 1, column 1: got '', wanted JSON"),
        ('{"text": "a', "line 1, column 10: got"),
        ("12", "got 12, wanted a report, a list of reports, or a story"),
        ('{"reports": {"a": 1}}', "reports: got {'a': 1}, wanted a list of reports"),
        ('{"reports": null}', "reports: got None, wanted a list of reports"),
        ("[" * 100_000, "got JSON nested too deep"),
        ("9" * 10_000, "got inf, wanted a report"),
    ],
)
def test_a_file_that_is_no_story_is_named_with_the_place(text, message):
    with pytest.raises(FormatError) as caught:
        read(text)
    assert (
        str(caught.value)
        .replace("story.json, ", "story.json: ")
        .startswith(f"story.json: {message}")
    )


@pytest.mark.parametrize("text", ["[]", '{"reports": []}'])
def test_no_reports_at_all_is_an_error(text):
    with pytest.raises(ReportError, match=r"story\.json: got no reports, wanted at least one"):
        read(text)


def test_huge_numbers_in_unknown_keys_are_ignored():
    text = json.dumps(RUNNING)[:-1] + ', "n": ' + "9" * 10_000 + "}"
    assert one(text) == one(RUNNING)


def test_lone_surrogates_and_nulls_are_replaced_one_for_one_and_noted():
    text = r'{"outlet": "a\ud800", "title": "T\u0000", "sentences": ["One \udfff.", "\u0000"]}'
    reading = read(text)
    (report,) = reading.reports
    assert (report.outlet, report.title, report.text) == (
        "a\ufffd",
        "T\ufffd",
        "One \ufffd. \ufffd",
    )
    assert reading.notes == ("story.json: 2 control characters or lone surrogates read as U+FFFD",)
    assert report.model_dump_json()


def test_a_surrogate_pair_is_one_character():
    assert one(r'{"text": "\ud83d\ude00 said Lind."}').text == "😀 said Lind."


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1))
def test_any_text_in_json_is_a_report_or_empty(text):
    try:
        report = one({"text": text})
    except ReportError:
        assert not text.replace("\\n", "").strip()
    else:
        assert report.text.strip() == report.text


def test_a_bad_line_of_json_lines_does_not_lose_the_others():
    lines = [json.dumps(SPLIT), "", '{"outlet": }', "12", json.dumps(RUNNING) + "\r"]
    reading = read("\n".join(lines), ".jsonl", "a.jsonl")
    assert [report.outlet for report in reading.reports] == ["Hesk Courier", "Orrin Post"]
    assert [reason[:60] for reason in reasons(reading)] == [
        "a.jsonl, line 3, column 12: got '}', wanted JSON (Expecting ",
        "a.jsonl, line 4: got 12, wanted an object",
    ]


def test_json_lines_may_hold_line_separators_within_a_text():
    line = json.dumps({"outlet": "a", "text": "One.\u2028Two."}, ensure_ascii=False)
    assert one(line, ".jsonl").text == "One.\nTwo."


def table(rows, **dialect):
    stream = io.StringIO()
    csv.writer(stream, **dialect).writerows(rows)
    return stream.getvalue()


CELLS = st.text(st.sampled_from('abc ,;"\n'), max_size=12).map(lambda t: f"a{t}b")


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1), st.sampled_from(",;\t"))
def test_a_table_gives_back_the_texts_that_were_written(rows, separator):
    text = table([("Outlet", " text "), *rows], delimiter=separator)
    reading = read(text, ".csv")
    assert not reading.skipped
    expected = [read({"outlet": outlet, "text": cell}).reports[0] for outlet, cell in rows]
    assert list(reading.reports) == expected


def test_the_columns_of_a_table():
    text = table(
        [
            ("id", "outlet", "views", "date", "title", "url", "text"),
            ("1", "Hesk Courier", "12", "2023-05-04", "Bridge closed", "h.example", "It was old."),
            ("", "", "", "", "", "", ""),
            ("2", "Orrin Post", "", "", "", "", "x" * 300_000),
        ]
    )
    reading = read(text, ".csv")
    first, second = reading.reports
    assert (first.id, first.published, first.url) == ("1", "2023-05-04", "h.example")
    assert first.text == "Bridge closed\n\nIt was old."
    assert len(second.text) == 300_000


def test_a_row_with_too_many_cells_or_without_text_does_not_lose_the_others():
    text = "outlet,text\nA,It rained, then stopped.\nB,It snowed.\nC\nD,\n,It hailed.\n"
    reading = read(text, ".csv", "a.csv")
    assert [report.outlet for report in reading.reports] == ["B"]
    assert [reason.partition(", wanted")[0] for reason in reasons(reading)] == [
        "a.csv, line 2: cells: got 3",
        "a.csv, line 4: got None",
        "a.csv, line 5: got an empty text",
        "a.csv, line 6: outlet: got ''",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,body\na,b\n", "a.csv: columns: got ['name', 'body'], wanted also outlet and text"),
        ("text,date\na,b\n", "a.csv: columns: got ['text', 'date'], wanted also outlet ("),
        ("", "a.csv: columns: got [], wanted also outlet and text"),
        ('outlet,text\na,"It rained.\n', "a.csv, line 2: got broken CSV, wanted a table ("),
    ],
)
def test_a_table_that_is_none_is_named(text, message):
    with pytest.raises(FormatError) as caught:
        read(text, ".csv", "a.csv")
    assert str(caught.value).startswith(message)
