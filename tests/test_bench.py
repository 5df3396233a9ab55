"""Error rates: measured, kept with their signature, shown with every result."""

import datetime as dt
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.results_page import rates_table
from storydiff.cli import main
from storydiff.datatypes import Attribution, Report
from storydiff.evaluation import bench
from storydiff.evaluation.gold import GoldSet, GoldStory
from storydiff.evaluation.metrics import Count, counts_of
from storydiff.evaluation.speakers import count_speakers, one_speaker, speakers_of
from storydiff.pipeline import Pipeline
from storydiff.rates import IN_LINE, Measured, Published, as_text, published, rates_note


def story(**marks):
    """Two reports of one event; the first sentences match and both quote the mayor."""
    reports = [
        {"outlet": "Post", "sentences": ["The old bridge fell on Monday.", "Lind wept."]},
        {"outlet": "Radio", "sentences": ["The old bridge fell on Monday.", "Rust was to blame."]},
    ]
    return {
        "id": "bridge",
        "source": "invented",
        "reports": reports,
        "links": [{"a": ["Post", 0], "b": ["Radio", 0], "relation": "same"}],
        "statements": [
            {"outlet": r["outlet"], "index": i, "kinds": ["fact"], "speaker": None}
            for r in reports
            for i in range(2)
        ],
        **marks,
    }


def gold_set(*raws):
    return GoldSet(
        "ours", "0" * 64, tuple(GoldStory(raw["id"], raw["source"], raw) for raw in raws)
    )


@pytest.fixture
def measured(words):
    return bench.measure(gold_set(story()), words)


def test_what_the_bridge_stories_measure(measured, words):
    assert measured.signature == words.signature
    assert (measured.stories, measured.readers) == (1, 1)
    assert dt.date.fromisoformat(measured.date)
    link = measured.rates["link"]
    assert (link.right, link.wrong, link.missed) == (1, 0, 0)
    assert (link.precision, link.recall, link.f1) == (1.0, 1.0, 1.0)


def test_what_nobody_marked_is_not_measured(measured):
    unmarked = {"conflict", "contradiction", "quotation", "quotation differs", "origin", "opinion"}
    unmarked |= {"attribution differs", "speaker", "reported"}
    assert {name for name, rate in measured.rates.items() if rate is None} == unmarked


def test_what_is_marked_is_measured(words):
    raw = story(contradictions=[], origins=[["Post", "Radio"]])
    raw["links"][0] |= {"conflict": "x", "quote_differs": "y", "attribution_differs": True}
    for mark in raw["statements"]:
        mark["kinds"] = ["fact", "quote", "reported", "opinion"]
        mark["speaker"] = "Lind, mayor"
    rates = bench.measure(gold_set(raw), words).rates
    assert None not in rates.values()
    assert (rates["origin"].right, rates["origin"].missed) == (0, 1)
    assert rates["speaker"].missed == 4
    assert rates["conflict"].missed == rates["quotation differs"].missed == 1


def test_progress_names_the_stories(words):
    told = []
    bench.measure(gold_set(story(), story(id="again")), words, progress=told.append)
    assert told == ["bridge", "again"]


counts = st.lists(
    st.builds(Count, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)),
    min_size=1,
    max_size=8,
)


@given(counts)
def test_a_rate_is_what_its_counts_say_and_lies_in_its_interval(found):
    rate, total = bench.rate_of(found), sum(found, Count())
    assert (rate.right, rate.wrong, rate.missed) == (total.right, total.wrong, total.missed)
    for share, interval, cases, value in (
        (rate.precision, rate.precision_interval, total.right + total.wrong, total.precision),
        (rate.recall, rate.recall_interval, total.right + total.missed, total.recall),
        (rate.f1, rate.f1_interval, total.right + total.wrong + total.missed, total.f1),
    ):
        if cases:
            assert share == pytest.approx(value, abs=1e-4)
            assert interval[0] - 1e-4 <= share <= interval[1] + 1e-4
            assert interval[0] >= 0
            assert interval[1] <= 1
            assert interval[0] < interval[1]
        else:
            assert (share, interval) == (None, None)


def test_two_findings_that_are_right_promise_no_certainty():
    low, high = bench.rate_of([Count(2, 0, 0), Count()]).precision_interval
    assert low == pytest.approx(0.3424, abs=1e-4)
    assert high == 1.0


@given(st.integers(1, 200), st.data())
def test_the_score_interval_solves_its_equation(cases, data):
    right = data.draw(st.integers(0, cases))
    for bound in bench.wilson(right, cases):
        spread = np.sqrt(bound * (1 - bound) / cases)
        assert abs(right / cases - bound) == pytest.approx(1.959964 * spread, abs=1e-6)


# --- speakers ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "marked", "one"),
    [
        ("Roe", "Ada Roe, retired judge", True),
        ("Judge Roe", "Ada Roe, retired judge", True),
        ("the judge", "Ada Roe, retired judge", True),
        ("its manager, Nils Hart", "Nils Hart, manager of the port", True),
        ("the port's manager", "Nils Hart, manager of the port", True),
        ("Bo Roe", "Ada Roe, retired judge", False),
        ("Ada Roe", "spokesman for Ada Roe", False),
        ("A spokesman for Roe", "spokesman for Ada Roe", True),
        ("she", "Ada Roe", False),
        ("the", "Ada Roe", False),
        ("Hart", "Ada Roe; Nils Hart", True),
        ("police", "police", True),
    ],
)
def test_when_two_descriptions_are_one_speaker(found, marked, one):
    assert one_speaker(found, marked) is one


def test_speakers_are_names_or_the_words_of_the_source(comparison):
    report = Report(text="Lind said it fell. She wept.", outlet="Post", id="r")
    plain = comparison.statements[0]
    said = [
        Attribution(source=((0, 4),), content=((10, 17),), mode="indirect", speaker="Mara Lind"),
        Attribution(source=((19, 22),), content=((10, 17),), mode="indirect"),
        Attribution(content=((10, 17),), mode="direct"),
    ]
    statement = plain.model_copy(update={"attributions": tuple(said)})
    assert speakers_of(report, statement) == {"Mara Lind", "She"}


def test_counts_of_speakers():
    marked = {("P", 0): "Lind", ("P", 1): "Lind", ("P", 2): None, ("P", 3): None, ("P", 4): "Lind"}
    said = {("P", 0): ["Roe", "Lind"], ("P", 1): ["Roe"], ("P", 2): ["Roe"], ("P", 3): ["Roe"]}
    # 1 names another, 2 is no speech, 3 is speech that the reader left open, 4 is missed
    assert count_speakers(said, marked, speaking={("P", 3)}) == (1, 2, 2)


def test_a_copied_report_is_an_origin():
    lines = [
        "The old stone bridge over the river Alder fell into the water on Monday.",
        "Two men who had been painting the railing were pulled out of the water by a ferry.",
        "Engineers had warned the town for three years that rust was eating its arches.",
        "A temporary crossing for cars will be ready in the spring, so the road office thinks.",
    ]
    raw = story(origins=[["Post", "Radio"]])
    for report in raw["reports"]:
        report["sentences"] = lines
    raw["statements"] = [
        {"outlet": o, "index": i, "kinds": ["fact"]} for o in ("Post", "Radio") for i in range(4)
    ]
    gold = gold_set(raw).stories[0]
    from storydiff.pipeline import Bare
    from tests.fakes import Lines, WordEncoder, WordMatcher

    room = Pipeline(Lines(), Bare(), WordEncoder(), WordMatcher())
    assert counts_of(gold, room.compare(gold.reports))["origin"] == Count(1, 0, 0)


# --- what is published ---------------------------------------------------------


def test_the_note_shows_the_rates_of_its_signature_alone(measured):
    rates = Published(own=measured)
    line = rates_note(measured.signature, rates)
    assert "link 100 %/100 %" in line
    assert "origin not measured" in line
    assert measured.sha256[:12] in line
    assert "on held-out real stories not yet measured" in line
    assert all(name in line for name in IN_LINE)
    other = rates_note("storydiff:other", rates)
    assert "not measured with these settings" in other
    assert "%" not in other
    assert rates_note("x", Published()).count("not yet measured") == 2


def test_every_result_and_every_format_carries_the_note(comparison):
    note = rates_note(comparison.signature)
    assert comparison.notes[-1] == note
    words = note.split("(")[0].strip()
    for shown in (comparison.to_text(width=10_000), comparison.to_markdown(), comparison.to_html()):
        assert words in shown
    assert words in comparison._repr_html_()


def test_published_rates_survive_their_file(measured):
    rates = Published(own=measured, held_out=measured)
    assert Published.model_validate_json(as_text(rates)) == rates


def test_the_packaged_rates_belong_to_these_stories_and_settings():
    own = published().own
    assert own is not None
    assert own.sha256 == bench.own_stories().sha256
    assert own.signature == Pipeline().signature, "run `make rates`"
    assert own.rates.keys() == bench.COUNTED.keys()


def test_the_packaged_held_out_column_is_empty_or_whole():
    column = published().held_out
    assert column is None or (
        len(column.sha256) == 64 and column.name and dt.date.fromisoformat(column.date)
    )


def test_both_columns_become_a_table(measured):
    table = rates_table(Published(own=measured))
    assert "| link | 100 % (21 % to 100 %) of 1 | 100 % (21 % to 100 %) of 1 " in table
    assert "| not yet measured | not yet measured |" in table
    assert "| origin | not measured | not measured |" in table
    assert "Held-out real stories: not yet measured." in table
    assert measured.sha256 in table
    assert "No error rates" in rates_table(Published())


# --- the command ---------------------------------------------------------------


@pytest.fixture
def gold_folder(tmp_path):
    folder = tmp_path / "gold"
    folder.mkdir()
    (folder / "bridge.json").write_text(json.dumps(story()), encoding="utf-8")
    return folder


def test_bench_measures_anybodys_gold_and_publishes_a_column(gold_folder, tmp_path, capsys):
    figures, rates = tmp_path / "figures.json", tmp_path / "rates.json"
    call = ["bench", "-q", "--gold", str(gold_folder), "--name", "bridges"]
    publish = ["--json", str(figures), "--publish", str(rates), "--held-out"]
    assert main([*call, *publish]) == 0
    printed = capsys.readouterr().out
    assert "bridges: 1 stories" in printed
    assert "not measured: nobody marked it" in printed
    assert str(tmp_path) not in printed + figures.read_text() + rates.read_text()
    kept = Published.model_validate_json(rates.read_text(encoding="utf-8"))
    assert kept.own is None
    assert kept.held_out == Measured.model_validate_json(figures.read_text(encoding="utf-8"))
    assert kept.held_out.signature == Pipeline().signature


@pytest.mark.parametrize(
    "options",
    [
        ["--name", "x"],
        ["--held-out"],
        ["--gold", "g", "--publish", "p"],
        ["--gold", "g", "--publish", "p", "--held-out"],
    ],
)
def test_options_that_do_not_go_together(options, capsys):
    assert main(["bench", *options]) == 2
    assert "wanted" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["{", '{"own": 3}'])
def test_a_file_that_holds_no_rates_is_left_alone(content, gold_folder, tmp_path, capsys):
    rates = tmp_path / "rates.json"
    rates.write_text(content)
    call = ["bench", "-q", "--gold", str(gold_folder), "--name", "b", "--held-out"]
    assert main([*call, "--publish", str(rates)]) == 2
    assert "wanted published rates" in capsys.readouterr().err
    assert rates.read_text() == content
    (tmp_path / "folder").mkdir()
    assert main([*call, "--publish", str(tmp_path / "folder")]) == 2
    assert "wanted a file" in capsys.readouterr().err
