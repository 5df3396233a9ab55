"""The door of the reading room: files, folders, standard input; what is skipped, and why."""

import io
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydiff.errors import (
    FormatError,
    InputError,
    OptionError,
    ReportError,
    StorydiffWarning,
    UnreadableError,
)
from storydiff.reading import (
    DOCUMENTS,
    FORMATS,
    MAX_BYTES,
    Reading,
    Skipped,
    read,
    read_bytes,
    read_reports,
)

TEXT = "Bridge closed\n\nThe bridge at Orrin was closed on Friday."
RECORD = {"outlet": "Hesk Courier", "text": "It was old."}
PAGE = "<html><head><title>Bridge closed</title></head><body><p>It was old.</p></body></html>"


@pytest.fixture
def story(tmp_path):
    """A folder with a report in every format."""
    folder = tmp_path / "story"
    folder.mkdir()
    (folder / "c.txt").write_text(TEXT, encoding="utf-8")
    (folder / "d.MD").write_text(f"# {TEXT}", encoding="utf-8")
    (folder / "a.html").write_text(PAGE, encoding="utf-8")
    (folder / "b.htm").write_text(PAGE, encoding="utf-8")
    (folder / "e.json").write_text(json.dumps({"reports": [RECORD]}), encoding="utf-8")
    (folder / "f.jsonl").write_text(json.dumps(RECORD) + "\n", encoding="utf-8")
    (folder / "g.csv").write_text("outlet,text\nOrrin Post,It was old.\n", encoding="utf-8")
    return folder


def reasons(reading):
    return [skipped.reason for skipped in reading.skipped]


def test_a_folder_is_a_story_of_its_files_in_order(story):
    reading = read(story)
    assert [report.outlet for report in reading.reports] == [
        *("a", "b", "c", "d"),
        *("Hesk Courier", "Hesk Courier", "Orrin Post"),
    ]
    assert (reading.skipped, reading.notes) == ((), ())
    assert read_reports(story) == read_reports(*sorted(story.iterdir())) == reading.reports


def test_hidden_files_are_left_out_and_others_left_aside(story):
    (story / ".hidden.txt").write_text(TEXT)
    (story / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    (story / "older").mkdir()
    (story / "older" / "h.txt").write_text(TEXT)
    reading = read([str(story)])
    assert len(reading.reports) == 7
    assert reading.notes == (
        f"{story / 'older'}: left aside (a folder in a folder)",
        f"{story / 'photo.jpg'}: left aside (no ending of text, page or record)",
    )


def test_one_folder_a_story_and_one_file_an_outlet(tmp_path):
    for name in ("flood", "strike"):
        (tmp_path / name).mkdir()
        for outlet in ("post", "courier"):
            (tmp_path / name / f"{outlet}.txt").write_text(f"The {name} went on.")
    assert [(r.outlet, r.text) for r in read(tmp_path / "flood").reports] == [
        ("courier", "The flood went on."),
        ("post", "The flood went on."),
    ]
    assert reasons(read(tmp_path)) == [
        f"{tmp_path}: got flood, strike, "
        f"wanted files ending in {', '.join([*FORMATS, *DOCUMENTS])}; "
        "folders in a folder are not entered"
    ]


def test_an_empty_folder_is_an_error(tmp_path):
    with pytest.raises(UnreadableError, match="got nothing, wanted files ending in"):
        read_reports(tmp_path)


def test_a_link_that_leads_nowhere_or_to_a_pipe_is_skipped(story):
    (story / "h.txt").symlink_to(story / "gone.txt")
    os.mkfifo(story / "i.txt")
    reading = read(story)
    assert len(reading.reports) == 7
    assert reasons(reading) == [
        f"{story / 'h.txt'}: cannot be read (No such file or directory)",
        f"{story / 'i.txt'}: got no plain file, wanted one",
    ]


def test_one_bad_file_of_many_does_not_lose_the_others(story):
    (story / "d.MD").write_bytes(b"\x89PNG\r\n\x1a\n")
    paths = [story / "c.txt", story / "d.MD", story / "none.txt", story / "g.csv"]
    reading = read(paths)
    assert [report.outlet for report in reading.reports] == ["c", "Orrin Post"]
    assert [type(skipped.error) for skipped in reading.skipped] == [FormatError, UnreadableError]
    with pytest.raises(FormatError, match="got a PNG image"):
        read(paths, strict=True)
    with pytest.warns(StorydiffWarning, match="^skipped ") as warned:
        assert read_reports(*paths) == reading.reports
    assert [str(w.message) for w in warned] == [f"skipped {r}" for r in reasons(reading)]


def test_notes_are_warnings_of_the_simple_door(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes("It cost £3 – no more.".encode("cp1252"))
    with pytest.warns(StorydiffWarning, match=r"a\.txt: not UTF-8, read as cp1252"):
        (report,) = read_reports(path)
    assert report.text == "It cost £3 – no more."


def test_where_nothing_could_be_read_the_simple_door_says_why(tmp_path):
    with pytest.raises(UnreadableError, match=r"none\.txt: cannot be read \(No such file"):
        read_reports(tmp_path / "none.txt")
    with pytest.raises(InputError, match=r"no report could be read: .*a\.txt: .*; .*b\.txt: "):
        read_reports(tmp_path / "a.txt", tmp_path / "b.txt")
    with pytest.raises(InputError, match="no report could be read: no file was named"):
        read_reports()


@pytest.mark.parametrize(
    "address",
    ["https://hesk.example/a", "HTTP://hesk.example", "www.hesk.example", "file:///a.txt"],
)
def test_an_address_is_refused_with_what_to_do(address):
    (reason,) = reasons(read(address))
    assert reason.startswith(f"{address}: got a web address, wanted a file; nothing is fetched")
    assert "save the page first" in reason


@pytest.mark.parametrize("path", ["", "a\x00b.txt", "x" * 5000])
def test_a_path_that_cannot_be_one_is_skipped(path):
    (skipped,) = read([path]).skipped
    assert isinstance(skipped.error, UnreadableError)


def test_a_file_that_may_not_be_read_is_skipped(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text(TEXT)

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", refuse)
    assert reasons(read(path)) == [f"{path}: cannot be read (Permission denied)"]
    monkeypatch.setattr("pathlib.Path.iterdir", refuse)
    assert reasons(read(tmp_path)) == [f"{tmp_path}: cannot be read (Permission denied)"]


@pytest.mark.parametrize("name", ["a b\n.txt", "\x1b[31m.txt", "“é”.txt", " .txt", "-x.txt"])
def test_odd_file_names_are_names_that_can_be_shown(tmp_path, name):
    path = tmp_path / name
    path.write_text(TEXT)
    (report,) = read(path).reports
    assert report.outlet.isprintable()
    assert report.outlet.strip()
    path.write_bytes(b"")
    (skipped,) = read(path).skipped
    assert skipped.reason.isprintable()


def test_a_file_name_in_no_encoding_can_be_shown(tmp_path):
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    with open(path, "wb") as stream:
        stream.write(TEXT.encode())
    (report,) = read(tmp_path).reports
    assert report.outlet == "caf\ufffd"


def test_a_file_over_the_limit_is_skipped_and_never_read_whole(tmp_path):
    path = tmp_path / "a.txt"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    assert reasons(read(path)) == [
        f"{path}: got 50,000,000 bytes, wanted at most {MAX_BYTES:,} "
        "(one report a file; or raise max_bytes)"
    ]
    path.write_text("It rained.")
    assert read(path, max_bytes=10).reports
    assert reasons(read(path, max_bytes=9))[0].startswith(f"{path}: got 10 bytes, wanted at most 9")


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_that_nothing_can_keep_is_an_error(limit):
    with pytest.raises(OptionError, match=f"max_bytes: got {limit}, wanted 1 or more"):
        read("a.txt", max_bytes=limit)


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ending", [".txt", ".md", ".html"])
def test_an_empty_file_is_skipped(tmp_path, data, ending):
    path = tmp_path / f"a{ending}"
    path.write_bytes(data)
    (skipped,) = read(path).skipped
    assert isinstance(skipped.error, ReportError)
    assert str(path) in skipped.reason


@pytest.mark.parametrize("wrap", [lambda text: io.BytesIO(text.encode()), io.StringIO])
@pytest.mark.parametrize(
    ("text", "outlets"),
    [
        (TEXT, ["stdin"]),
        (f"Outlet: Orrin Post\n\n{TEXT}", ["Orrin Post"]),
        (f"  {PAGE}", ["stdin"]),
        (f"<!-- saved -->{PAGE}", ["stdin"]),
        (f"<!doctype html>{PAGE}", ["stdin"]),
        (json.dumps({"reports": [RECORD, RECORD]}), ["Hesk Courier"] * 2),
        (json.dumps([RECORD], indent=1), ["Hesk Courier"]),
        (json.dumps({"text": "It rained."}), ["stdin"]),
        (f"{json.dumps(RECORD)}\n{json.dumps(RECORD)}\n", ["Hesk Courier"] * 2),
        ("[Updated] The bridge was closed.", ["stdin"]),
        ("{sic} The bridge was closed.", ["stdin"]),
        ("<3 was written on the bridge.", ["stdin"]),
    ],
)
def test_standard_input_is_read_as_what_it_looks_like(text, outlets, wrap):
    reading = read("-", stdin=wrap(text))
    assert [report.outlet for report in reading.reports] == outlets
    assert not reading.skipped
    assert "<" not in "".join(report.text for report in reading.reports).replace("<3 was", "")


def test_standard_input_is_the_processes_own_by_default(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfeI\x00t\x00")))
    assert read("-").reports[0].text == "It"


def test_standard_input_may_stand_among_files_but_is_there_once(story):
    reading = read([story / "c.txt", "-", "-"], stdin=io.BytesIO(TEXT.encode()))
    assert [report.outlet for report in reading.reports] == ["c", "stdin"]
    assert reasons(reading) == ["standard input: got an empty text, wanted a report"]


def test_standard_input_over_the_limit_or_broken_is_skipped():
    reading = read("-", stdin=io.BytesIO(b"x" * 100), max_bytes=10)
    assert reasons(reading)[0].startswith(
        "standard input: got more than 10 bytes, wanted at most 10"
    )
    closed = io.BytesIO()
    closed.close()
    assert reasons(read("-", stdin=closed)) == [
        "standard input: cannot be read (I/O operation on closed file.)"
    ]


def test_a_file_without_a_known_ending_is_read_as_what_it_looks_like(tmp_path):
    path = tmp_path / "article.xhtml"
    path.write_text(PAGE.replace("<title>Bridge closed</title>", ""))
    assert read(path).reports[0].text == "It was old."


@pytest.mark.parametrize("ending", [*sorted(FORMATS), *sorted(DOCUMENTS), ""])
@given(data=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_in_any_format_are_reports_that_can_be_written_or_an_input_error(ending, data):
    try:
        reading = read_bytes(data, name="a", ending=ending)
    except InputError as error:
        reading = Reading(skipped=(Skipped("a", error),))
    assert all(reason.startswith("a") for reason in reasons(reading))
    assert reading.reports or reading.skipped
    for report in reading.reports:
        assert report.model_dump_json()
        assert report.text.strip()
        assert not set(report.text) & set("\x00\x1b\x7f")
