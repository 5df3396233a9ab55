"""Tables: what is written is read back by those who know nothing of us."""

import csv
import io
import math
import os
import subprocess
import sys
import threading

import hypothesis.strategies as st
import openpyxl
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings

from storydiff import extras
from storydiff.comparison import Comparison
from storydiff.datatypes import Contradiction, Difference, Report
from storydiff.errors import MissingDependencyError, OptionError, StorydiffWarning
from storydiff.exporting import excel, frames
from storydiff.exporting.csv import csv_files, write_csv
from storydiff.exporting.defusing import LONGEST_CELL, defuse, restore, writable
from storydiff.exporting.excel import workbook, write_workbook
from storydiff.exporting.files import safe_name, write_file, write_folder
from storydiff.exporting.records import TABLES, records_of
from tests.pages import harbour

FORMULAS = ["=1+1", "+49 30", "-2", "@SUM(A1)", "\tx", "\rx", "＝1", "'tis", "=cmd|' /C calc'!A0"]
anything = st.text(st.characters(codec=None), max_size=40)


@pytest.fixture(scope="module")
def full(comparison):
    """The fake comparison with a difference and a contradiction in it."""
    first = comparison.links[0]
    difference = Difference(
        type="number", conflict=True, a=first.spans_a[:1], b=first.spans_b[:1], rule="test"
    )
    a, b = comparison.statements[0], comparison.statements[-1]
    return comparison.model_copy(
        update={
            "links": (
                first.model_copy(update={"differences": (difference,)}),
                *comparison.links[1:],
            ),
            "contradictions": (Contradiction(a=a.id, b=b.id, score=0.75),),
        }
    )


@pytest.fixture(scope="module")
def hostile(words):
    """Reports whose lines and outlets would be formulas, markup or broken XML."""
    lines = [
        *FORMULAS,
        "a\x0bb\x00c",
        "_x0041_ stays",
        "lone \ud83d half",
        "x" * 40_000,
        "<b>&amp;",
    ]
    text = "\n".join(line.replace("\r", "\u2028").replace("\n", " ") for line in lines)
    reports = [Report(text=text, outlet=name) for name in ("=HYPERLINK(1)", "../../etc/passwd")]
    with pytest.warns(StorydiffWarning, match="control characters"):
        return words.compare(reports)


def test_records_hold_all_there_is(full):
    tables = {records.name: records for records in records_of(full)}
    assert tuple(tables) == TABLES
    assert len(tables["statements"].rows) == len(full.statements)
    assert len(tables["links"].rows) == len(full.links)
    assert len(tables["differences"].rows) == 2
    assert len(tables["facts"].rows) == len(full.table)
    assert len(tables["coverage"].rows) == len(full.table) * len(full.reports)
    for records in tables.values():
        for row in records.rows:
            for value, kind in zip(row, records.columns.values(), strict=True):
                assert type(value) is kind or (value is None and kind is float)


def test_every_string_of_the_tables_is_a_span(full):
    text = {r.id: r.text for r in full.reports}
    for a, spans, words in zip(
        *(records_of(full)[1].column(name) for name in ("a", "spans_a", "shared_a")), strict=True
    ):
        report = text[full.statement(a).report]
        cuts = [report[int(s) : int(e)] for s, e in (x.split("-") for x in spans.split(";"))]
        assert " … ".join(cuts) == words


@pytest.mark.parametrize(("backend", "module"), [("pandas", pd), ("polars", pl)])
def test_frames_are_of_the_backend_asked_for(full, backend, module):
    found = full.to_frames(backend=backend)
    assert found.focus is None
    for records, frame in zip(records_of(full), found[:-1], strict=True):
        assert isinstance(frame, module.DataFrame)
        assert list(frame.columns) == list(records.columns)
        assert len(frame) == len(records.rows)
    assert list(found.statements["text"]) == [s.text for s in full.statements]
    assert list(found.links["score"]) == [x.score for x in full.links]
    assert list(found.differences["conflict"]) == [True, True]


@pytest.mark.parametrize("backend", ["pandas", "polars"])
def test_empty_tables_keep_their_columns_and_types(words, backend):
    nothing = words.compare([Report(text="One.", outlet="A"), Report(text="Two.", outlet="B")])
    links = nothing.to_frames(backend=backend).links
    assert len(links) == 0
    assert "float" in str(links["score"].dtype).lower()
    assert "bool" in str(links["unsure"].dtype).lower()


def test_frames_join_as_tidy_tables_do(full):
    found = full.to_frames(backend="pandas")
    told = found.coverage[found.coverage.state.isin(["told", "partly"])]
    assert (told.groupby("fact").size() == found.facts.set_index("fact").support).all()


def test_frames_take_what_is_there(full, monkeypatch):
    assert isinstance(full.to_frames().facts, pd.DataFrame)
    find = frames.importlib.util.find_spec
    monkeypatch.setattr(
        frames.importlib.util, "find_spec", lambda name: None if name == "pandas" else find(name)
    )
    assert isinstance(full.to_frames().facts, pl.DataFrame)
    monkeypatch.setattr(frames.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingDependencyError, match=r'pip install "storydiff\[frames\]"'):
        full.to_frames()
    with pytest.raises(OptionError, match="wanted one of pandas, polars"):
        full.to_frames(backend="arrow")


def test_a_missing_package_is_asked_for_by_its_command(full, monkeypatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(MissingDependencyError, match=r'pip install "storydiff\[excel\]"'):
        workbook(full)


def test_a_package_that_is_broken_is_not_called_missing(tmp_path, monkeypatch):
    (tmp_path / "halfthere.py").write_text("import surely_not_installed")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="surely_not_installed"):
        extras.optional("halfthere", extra="x", purpose="this")


@given(anything)
def test_defused_text_is_no_formula_and_can_be_restored(text):
    cell = defuse(text)
    assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))
    assert restore(cell) == text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") or (
        restore(cell) == "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    )


@pytest.mark.parametrize("text", FORMULAS)
def test_what_would_run_is_defused(text):
    assert defuse(text) == f"'{text}"


def test_csv_is_read_back_by_pandas(full, tmp_path):
    write_csv(full, tmp_path / "new" / "folder")
    assert sorted(p.name for p in (tmp_path / "new" / "folder").iterdir()) == sorted(
        f"{name}.csv" for name in TABLES
    )
    for records in records_of(full):
        frame = pd.read_csv(
            tmp_path / "new" / "folder" / f"{records.name}.csv", keep_default_na=False, dtype=str
        )
        assert list(frame.columns) == list(records.columns)
        for name, kind in records.columns.items():
            for cell, value in zip(frame[name], records.column(name), strict=True):
                if kind is str:
                    assert restore(cell) == value
                elif kind is bool:
                    assert cell == str(value).lower()
                else:
                    assert (kind(cell) if cell else None) == value


def test_no_cell_of_a_hostile_story_begins_a_formula(hostile):
    for name, content in csv_files(hostile).items():
        for row in csv.reader(io.StringIO(content, newline="")):
            for cell in row:
                assert not cell.startswith(tuple("=+@\t\r＝＋－＠")), name
                assert not cell.startswith("-"), name


def test_a_workbook_is_read_back_by_openpyxl(full, tmp_path):
    write_workbook(full, tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    assert book.sheetnames == ["about", *TABLES]
    for records in records_of(full):
        head, *rows = book[records.name].iter_rows(values_only=True)
        assert head == tuple(records.columns)
        assert len(rows) == len(records.rows)
        for row, wanted in zip(rows, records.rows, strict=True):
            for cell, value in zip(row, wanted, strict=True):
                if isinstance(value, float):
                    assert math.isclose(cell, value, rel_tol=1e-12)
                else:
                    assert cell == (value if value != "" else None)


def test_no_cell_of_a_workbook_is_a_formula_or_a_link(hostile):
    book = openpyxl.load_workbook(io.BytesIO(workbook(hostile)))
    texts = [c for sheet in book for row in sheet.iter_rows() for c in row if c.data_type == "s"]
    assert not [
        c for sheet in book for row in sheet for c in row if c.data_type == "f" or c.hyperlink
    ]
    quoted = [c for c in texts if c.row > 1]
    assert all(c.quotePrefix for c in quoted)
    shown = {c.value for c in quoted}
    assert "=HYPERLINK(1)" in shown
    assert {"=1+1", "+49 30", "-2", "@SUM(A1)", "<b>&amp;", "_x0041_ stays"} <= shown
    assert "lone \ufffd half" in shown


def test_a_text_longer_than_a_cell_says_so(hostile):
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(hostile)))["statements"]
    (cell, *_) = (c.value for row in sheet for c in row if str(c.value).startswith("xxx"))
    assert cell.endswith("[cut here: 40000 characters]")
    assert len(cell) <= LONGEST_CELL


@given(st.text(st.characters(codec=None), max_size=60), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_writable_text_is_xml_and_fits(text, times):
    from lxml import etree

    long = text + "\U0001f600" * (LONGEST_CELL // 2 - 20) * times
    shown = writable(long)
    assert etree.fromstring(f"<a>{shown.translate({38: None, 60: None})}</a>".encode()) is not None
    assert len(shown.encode("utf-16-le")) // 2 <= LONGEST_CELL


def test_equal_results_give_equal_workbooks(full):
    assert workbook(full) == workbook(Comparison.from_json(full.to_json()))


def test_a_table_too_long_for_a_sheet_is_refused(full, monkeypatch):
    monkeypatch.setattr(excel, "_MOST_ROWS", 5)
    with pytest.raises(OptionError, match="CSV has no such limit"):
        workbook(full)


@given(anything)
def test_safe_names_are_safe(name):
    safe = safe_name(name)
    assert safe
    assert safe == os.path.basename(safe)
    assert set(safe) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not safe.startswith("-")


@pytest.mark.parametrize("name", ["../../etc/passwd", "CON", "a/b", "..", "", "\x00", "Ünï", "."])
def test_names_that_lose_something_stay_apart(name):
    assert safe_name(name) != safe_name(f"{name}/")
    assert safe_name("Evening Post") == "evening-post"


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    target = tmp_path / "out.txt"
    write_file(target, "old")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "disk full")))
    with pytest.raises(OptionError, match="disk full"):
        write_file(target, "new")
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out.txt"]


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to("real.txt")
    write_file(tmp_path / "link.txt", "new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"


def test_a_pipe_is_written_to_and_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    write_file(pipe, "through")
    reader.join()
    assert read == ["through"]
    assert pipe.is_fifo()


@pytest.mark.parametrize("name", ["../out", "a/b", "", ".."])
def test_a_folder_takes_plain_names_only(tmp_path, name):
    with pytest.raises(OptionError, match="without a path"):
        write_folder(tmp_path / "folder", {name: "x"})
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OptionError, match="wanted a place we may write to"):
        write_folder(tmp_path / "file" / "folder", {"a": "x"})


def test_other_files_of_a_folder_are_left_alone(full, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    write_csv(full, tmp_path)
    write_csv(full, tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1 + len(TABLES)


def test_exporting_loads_no_extra_before_it_is_asked():
    code = (
        "import sys, storydiff.exporting.frames, storydiff.exporting.excel\n"
        "print(sorted({'pandas', 'polars', 'xlsxwriter', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# ── One report in focus ──────────────────────────────────────────────────────


@pytest.fixture(scope="module", params=range(3))
def focused(request):
    story = harbour()
    report = story.reports[request.param]
    return story.focused(report.id), story.focus(report.id)


def test_the_focus_table_holds_every_finding_in_the_order_of_the_questions(focused):
    story, focus = focused
    *tables, table = records_of(story)
    assert [t.name for t in tables] == list(TABLES)
    wanted = {
        "left out": focus.left_out,
        "in part": focus.in_part,
        "conflict": focus.conflicts,
        "contradiction": focus.contradictions,
        "altered": focus.altered,
        "added": focus.added,
        "quoted": focus.quoted,
        "wording": focus.wording,
    }
    assert list(table.column("finding")) == [k for k, found in wanted.items() for _ in found]
    assert records_of(harbour(), focus=focus.outlet)[-1] == table
    assert len(records_of(harbour())) == len(TABLES)


def test_the_focus_table_has_our_side_first_and_its_words_are_spans(focused):
    story, focus = focused
    table = records_of(story)[-1]
    for row in table.rows:
        found = dict(zip(table.columns, row, strict=True))
        for side, mine in (("ours", True), ("theirs", False)):
            names = [x for x in found[side].split(";") if x]
            reports = {story.statement(x).report for x in names}
            assert reports <= {focus.report} if mine else focus.report not in reports
            if mine and names:
                text = story.report(focus.report).text
                spans = [x.split("-") for x in found["spans_ours"].split(";") if x]
                cuts = [text[int(a) : int(b)] for a, b in spans]
                assert " … ".join(cuts) == found["words_ours"]
        outlets = {story.statement(x).outlet for x in found["theirs"].split(";") if x}
        assert outlets == {x for x in found["outlets"].split(";") if x}
        assert 0 <= found["score"] <= 1


@pytest.mark.parametrize(("backend", "module"), [("pandas", pd), ("polars", pl)])
def test_the_focus_is_a_frame(backend, module):
    story = harbour()
    frame = story.to_frames(backend=backend, focus="Coast Radio").focus
    assert isinstance(frame, module.DataFrame)
    wanted = records_of(story, focus="Coast Radio")[-1]
    for name in wanted.columns:
        assert [None if x != x else x for x in frame[name]] == list(wanted.column(name))
    assert story.to_frames(backend=backend).focus is None
    with pytest.raises(OptionError, match="Coast Radio"):
        story.to_frames(backend=backend, focus="Coast Radoi")


def test_the_focus_is_a_file_and_a_sheet_that_others_read(focused, tmp_path):
    story, _ = focused
    wanted = records_of(story)[-1]
    write_csv(story, tmp_path)
    frame = pd.read_csv(tmp_path / "focus.csv", keep_default_na=False, dtype=str)
    assert list(frame.columns) == list(wanted.columns)
    write_workbook(story, tmp_path / "book.xlsx")
    head, *rows = openpyxl.load_workbook(tmp_path / "book.xlsx")["focus"].iter_rows(
        values_only=True
    )
    assert head == tuple(wanted.columns)
    assert len(frame) == len(rows) == len(wanted.rows)
    for line, row, record in zip(frame.itertuples(index=False), rows, wanted.rows, strict=True):
        for cell, value, known in zip(line, row, record, strict=True):
            if isinstance(known, str):
                assert restore(cell) == known == (value or "")
            elif known is None:
                assert (cell, value) == ("", None)
            else:
                assert math.isclose(float(cell), known)
                assert math.isclose(value, known)
