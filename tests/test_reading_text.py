"""Characters, line ends, the metadata block, titles and Markdown."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from storydiff.errors import ReportError
from storydiff.reading.cleaning import (
    count_replaced,
    normalise_lines,
    one_line,
    replace_unwritable,
    unescape_lines,
)
from storydiff.reading.markdown import plain, read_markdown, split_front_matter
from storydiff.reading.text import (
    LONGEST_TITLE,
    compose,
    read_text,
    split_metadata,
    split_title,
)

ANY = st.text(st.characters(exclude_categories=()))
ROUGH = st.text(st.sampled_from("ab .\r\n\x0b\x0c\x1b\x00\x85\x93\u2028\u2029\ud800\ufffe\\n"))
VALUES = st.text(string.ascii_letters + string.digits + " :/.'é“”", max_size=30).map(one_line)
BODY = "The bridge at Orrin was closed on Friday.\n\nNobody was hurt."


def report(text, outlet="orrin"):
    (found,) = read_text(text, "orrin.txt", outlet).reports
    return found


@given(ANY | ROUGH)
def test_replacing_keeps_every_offset_and_leaves_nothing_unwritable(text):
    clean = replace_unwritable(text)
    assert len(clean) == len(text)
    assert clean.encode("utf-8").decode("utf-8") == clean
    assert not any(c < " " and c not in "\t\n" for c in clean)
    assert replace_unwritable(clean) == clean
    assert clean.count("\ufffd") == text.count("\ufffd") + count_replaced(text)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn"))))
def test_replacing_leaves_ordinary_text_alone(text):
    assert replace_unwritable(text) == text


def test_misread_quotation_marks_become_what_they_were():
    assert replace_unwritable("\x93No\x94 \x96 he\x92d gone\x85") == "“No” – he’d gone…"


@given(ANY | ROUGH)
def test_there_is_one_line_end(text):
    clean = normalise_lines(text)
    assert not set(clean) & set("\r\x0b\x0c\u2028\u2029")
    assert normalise_lines(clean) == clean
    kept = str.maketrans("", "", "\r\n\x0b\x0c\u2028\u2029")
    assert clean.translate(kept) == text.translate(kept)


@given(st.lists(st.text("ab "), min_size=1), st.data())
def test_mixed_line_ends_are_read_as_the_same_text(lines, data):
    ends = [data.draw(st.sampled_from(["\n", "\r\n", "\r"])) for _ in lines]
    # A lone carriage return before an empty line and a line feed would be one line end, not two.
    mixed = "".join(f"{line}{end} " for line, end in zip(lines, ends, strict=True))
    assert normalise_lines(mixed) == "".join(f"{line}\n " for line in lines)


def test_line_ends_written_out_are_paragraph_ends_unless_part_of_a_word():
    text = "It rained. \\n The road flooded.\\n Look in C:\\new \\n"
    clean, count = unescape_lines(text)
    assert clean == "It rained.\n\nThe road flooded.\\n Look in C:\\new\n\n"
    assert count == 2


@given(st.text("\\n ab\n", max_size=40))
def test_unescaping_takes_away_the_written_out_line_ends_and_no_other_word(text):
    clean, count = unescape_lines(text)
    assert clean.split() == [word for word in text.split() if word != "\\n"]
    assert count == text.split().count("\\n")


@given(ANY)
def test_a_label_is_one_line_without_space_at_its_ends(text):
    label = one_line(text)
    assert label == " ".join(label.split())
    assert one_line(label) == label


@given(VALUES, VALUES, VALUES, VALUES)
@example("", "", "", "")
def test_a_metadata_block_gives_back_what_was_written(outlet, title, date, url):
    block = f"Outlet: {outlet}\nTitle: {title}\nDate: {date}\nURL: {url}\n\n"
    fields, rest = split_metadata(block + BODY)
    assert fields == {"outlet": outlet, "title": title, "published": date, "url": url}
    assert rest.strip() == BODY


@given(st.permutations(["Outlet: The Post", "TITLE: A title", "date : 2024-05-01", "Link:x"]))
def test_the_order_and_the_case_of_the_keys_do_not_matter(lines):
    fields, rest = split_metadata("\n".join(lines) + "\n" + BODY)
    assert fields == {
        "outlet": "The Post",
        "title": "A title",
        "published": "2024-05-01",
        "url": "x",
    }
    assert rest == BODY


@given(ANY)
def test_text_without_a_block_is_left_alone(text):
    body = f"He said: no.\n{text}"
    assert split_metadata(body) == ({}, body)


@pytest.mark.parametrize(
    ("text", "fields", "rest"),
    [
        ("Title: A\nAuthor: Jo Lind\nDate: 2024\n\nB", {"title": "A", "published": "2024"}, "\nB"),
        ("Author: Jo Lind\n\nB", {}, "Author: Jo Lind\n\nB"),
        ("Title: A\nTitle: B\n\nC", {"title": "A"}, "Title: B\n\nC"),
        ("Title: A\nWitnesses: two\nDate: 2024", {"title": "A"}, "Witnesses: two\nDate: 2024"),
        ("\n\nOutlet: A\n\nDate: soon", {"outlet": "A"}, "\nDate: soon"),
        ("Id: morning\nLanguage: en\nB", {"id": "morning", "language": "en"}, "B"),
    ],
)
def test_where_the_block_ends(text, fields, rest):
    assert split_metadata(text) == (fields, rest)


@pytest.mark.parametrize(
    "line",
    [
        "Bridge closed",
        "Who closed the bridge?",
        "“A crack,” says the mayor, “and no money”",
        "x" * LONGEST_TITLE,
    ],
)
def test_a_short_first_line_is_the_title(line):
    assert split_title(f"\n{line}  \n \n\n{BODY}\n") == (line, BODY)
    assert report(f"{line}\n\n{BODY}").title == line


@pytest.mark.parametrize(
    "line",
    [
        "The bridge was closed.",
        "“The bridge was closed.”",
        "HESK, Friday —",
        "The mayor said:",
        "By Jo Lind",
        "x" * (LONGEST_TITLE + 1),
    ],
)
def test_other_first_lines_are_text(line):
    assert split_title(f"{line}\n\n{BODY}") == ("", f"{line}\n\n{BODY}")


@pytest.mark.parametrize("text", ["Bridge closed", "Bridge closed\nIt was old.", "", "\n\n"])
def test_a_line_without_a_blank_line_and_text_after_it_is_no_title(text):
    assert split_title(text) == ("", text.strip())


@given(VALUES.filter(bool), st.text("ab. \n“”", min_size=1).filter(str.strip))
def test_the_text_is_its_title_and_what_was_given(title, body):
    (found,) = compose(body, name="n", outlet="o", title=title).reports
    first, _, rest = body.strip().partition("\n")
    repeated = one_line(first).casefold() == title.casefold()
    assert found.text == f"{title}\n\n{rest.strip() if repeated else body.strip()}".strip()


@pytest.mark.parametrize("first", ["Bridge closed", "BRIDGE CLOSED", "Bridge  closed "])
def test_a_title_that_the_text_repeats_stands_there_once(first):
    found = report(f"Title: Bridge closed\n\n{first}\n\n{BODY}")
    assert found.text == f"Bridge closed\n\n{BODY}"


def test_a_title_that_begins_the_first_sentence_is_still_put_in_front():
    found = report("Title: Fire\n\nFirefighters came at noon.")
    assert found.text == "Fire\n\nFirefighters came at noon."


def test_a_text_that_is_only_its_title_is_a_report():
    assert report("Title: Bridge closed\n\nBridge closed").text == "Bridge closed"


def test_metadata_fills_the_report():
    found = report(f"Outlet: Hesk Courier\nDate: 4 May 2023\nURL: hesk.example/1\n\n{BODY}")
    assert (found.outlet, found.published, found.url) == (
        "Hesk Courier",
        "4 May 2023",
        "hesk.example/1",
    )
    assert (found.title, found.text) == ("", BODY)
    assert str(found.date) == "2023-05-04"


def test_without_metadata_the_outlet_is_the_files_name():
    assert report(BODY, outlet="hesk-courier").outlet == "hesk-courier"
    assert report(f"Outlet:\n\n{BODY}", outlet="hesk-courier").outlet == "hesk-courier"


@pytest.mark.parametrize("text", ["", " \t\r\n", "\ufeff".strip("\ufeff"), "Title: A\n\n \n"])
def test_an_empty_report_is_an_error(text):
    with pytest.raises(ReportError, match=r"orrin\.txt: got an empty text, wanted a report"):
        report(text)


def test_what_was_changed_is_noted():
    reading = read_text("One\x00 two\x1b. \\n Three.\x93", "a.txt", "a")
    assert reading.reports[0].text == "One\ufffd two\ufffd.\n\nThree.“"
    assert reading.notes == (
        "a.txt: 1 line ends written out as \\n, read as paragraph ends",
        "a.txt: 2 control characters or lone surrogates read as U+FFFD",
    )


def test_one_sentence_of_200_000_characters_is_read_whole():
    text = "word " * 40_000
    assert report(text).text == text.strip()


def test_markdown_loses_its_marks_and_keeps_its_words():
    source = (
        "# Bridge *closed* #\n\n> We could **not** take the [risk](http://a.example/x_y).\n>\n"
        "> People cross it.\n\n![photo](a.png)\n\nPrices_in_full rose 3 * 4 * 5.\n\n---\n\n"
        "- one\n- two\n\n```\n_Repairs_ come \\*next\\*.\n```\n"
    )
    (found,) = read_markdown(source, "a.md", "a").reports
    assert found.title == "Bridge closed"
    assert [p.strip() for p in found.text.split("\n\n") if p.strip()] == [
        "Bridge closed",
        "We could not take the risk.",
        "People cross it.",
        "Prices_in_full rose 3 * 4 * 5.",
        "one",
        "two",
        "Repairs come *next*.",
    ]


@given(st.text("ab .,\n", max_size=60))
def test_text_without_marks_is_the_same_in_markdown(text):
    assert plain(text) == text


def test_front_matter_and_underlined_titles():
    source = f'---\ntitle: "Bridge closed"\ntags: [a]\ndate: 2023-05-04\n---\n{BODY}'
    assert split_front_matter(source) == (
        {"title": "Bridge closed", "published": "2023-05-04"},
        BODY,
    )
    (found,) = read_markdown(source, "a.md", "a").reports
    assert (found.title, found.published, found.outlet) == ("Bridge closed", "2023-05-04", "a")
    (other,) = read_markdown(f"Bridge closed\n=====\n{BODY}", "a.md", "a").reports
    assert other.text == f"Bridge closed\n\n{BODY}"


def test_a_rule_without_an_end_is_no_front_matter():
    assert split_front_matter(f"---\n{BODY}") == ({}, f"---\n{BODY}")


def test_a_metadata_block_works_in_markdown_too():
    (found,) = read_markdown(
        f"Outlet: Hesk Courier\n\n# Bridge closed\n{BODY}", "a.md", "a"
    ).reports
    assert (found.outlet, found.title) == ("Hesk Courier", "Bridge closed")
