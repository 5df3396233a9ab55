"""Limits: what is over one is refused by name, what is at one goes through, and nothing is cut."""

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydiff import Limits, Report, cli
from storydiff.errors import FormatError, OptionError, ReportError, StoryError
from storydiff.pipeline import Bare, Pipeline
from storydiff.reading import read_bytes
from tests.fakes import WordEncoder, WordMatcher

ONE = "The ferry sank at dawn. Twelve were saved."
TWO = "At dawn the ferry sank. Divers saved twelve."


def bare_pipeline(**options):
    parts = {"annotator": Bare(), "encoder": WordEncoder(), "matcher": WordMatcher()}
    return Pipeline(**parts, **options)


def story(*texts):
    return [Report(outlet=f"Outlet {k}", text=text) for k, text in enumerate(texts)]


@given(st.sampled_from([f.name for f in fields(Limits)]), st.integers(max_value=0))
def test_a_limit_below_one_is_refused(name, value):
    with pytest.raises(OptionError, match=f"{name}: got {value}, wanted 1 or more"):
        Limits(**{name: value})


AT = {
    "reports": (2, StoryError, r"story: got 2 reports, wanted at most 1 \(Limits\(reports=…\)"),
    "report_characters": (
        44,
        ReportError,
        "report of 'Outlet 1': got 44 characters, wanted at most",
    ),
    "statements": (4, StoryError, "story: got 4 statements, wanted at most 3"),
    "statement_characters": (23, ReportError, "statement 0 of report 'outlet-0', 'The ferry sank"),
}


@pytest.mark.parametrize("name", AT)
def test_what_is_at_a_limit_goes_through_and_one_more_is_refused(name):
    most, error, message = AT[name]
    reports = story(ONE, TWO)
    through = bare_pipeline(limits=Limits(**{name: most})).compare(reports)
    assert [r.text for r in through.reports] == [ONE, TWO]
    with pytest.raises(error, match=message) as told:
        bare_pipeline(limits=Limits(**{name: most - 1})).compare(reports)
    assert f"--limit {name}=" in str(told.value)


def test_limits_are_no_part_of_a_signature():
    assert Pipeline(limits=Limits(reports=2)).signature == Pipeline().signature


def test_ten_thousand_reports_are_refused_before_any_is_read():
    with pytest.raises(StoryError, match="got 10,000 reports, wanted at most 1,000"):
        bare_pipeline().compare(story(*[ONE] * 10_000))


def test_a_sentence_of_ten_megabytes_is_refused():
    endless = "and then the ferry " * 550_000
    with pytest.raises(ReportError, match="report of 'Outlet 1': got 10,450,000 characters"):
        bare_pipeline().compare(story(ONE, endless))
    raised = bare_pipeline(limits=Limits(report_characters=20_000_000))
    with pytest.raises(ReportError, match="characters without an end of a sentence"):
        raised.compare(story(ONE, endless))


def test_settings_of_the_command_line():
    assert Limits.of([]) == Limits()
    assert Limits.of(["statements=7", "reports=3"]) == Limits(statements=7, reports=3)


@pytest.mark.parametrize(
    "setting", ["statements", "statements=", "statements=-1", "pages=3", "=3", "reports=²"]
)
def test_other_settings_are_refused(setting):
    with pytest.raises(OptionError, match=r"--limit: got .* wanted NAME=NUMBER, NAME one"):
        Limits.of([setting])


def test_the_command_line_names_the_limit(tmp_path, capsys):
    for k, text in enumerate((ONE, TWO)):
        (tmp_path / f"{k}.txt").write_text(text, encoding="utf-8")
    arguments = ["compare", str(tmp_path), "--no-cache", "--no-annotate", "--limit", "statements=3"]
    assert cli.main(arguments) == 2
    assert "got 4 statements, wanted at most 3" in capsys.readouterr().err
    assert cli.main([*arguments[:-1], "speed=3"]) == 2
    assert "--limit: got 'speed=3'" in capsys.readouterr().err


@given(st.text(min_size=1), st.integers(), st.integers())
def test_a_key_that_stands_twice_loses_neither_value_in_silence(key, first, second):
    name = json.dumps(key)
    text = f'{{"outlet": "Post", "text": "Rain.", "more": {{{name}: {first}, {name}: {second}}}}}'
    with pytest.raises(FormatError, match="wanted each key once in an object"):
        read_bytes(text, name="a.json", ending=".json")
