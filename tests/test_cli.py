import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from storydiff import cli
from storydiff.comparison import Comparison

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture
def saved(tmp_path, comparison):
    path = tmp_path / "result.json"
    path.write_text(comparison.to_json(), encoding="utf-8")
    return path


def test_a_saved_result_is_rendered_without_recomputing(saved, capfd, comparison):
    assert cli.main(["render", str(saved)]) == 0
    assert capfd.readouterr().out == comparison.to_text()
    assert cli.main(["render", str(saved), "--format", "markdown"]) == 0
    assert capfd.readouterr().out == comparison.to_markdown()
    assert cli.main(["render", str(saved), "--format", "json"]) == 0
    assert Comparison.from_json(capfd.readouterr().out) == comparison


def test_support_only_and_focus_reach_the_renderer(saved, capfd):
    assert cli.main(["render", str(saved), "--support", "3", "--focus", "Radio"]) == 0
    out = capfd.readouterr().out
    assert "told by 3 or more" in out
    assert "ONLY Post" not in out


def test_the_output_goes_to_a_file_and_nothing_else_is_left(saved, tmp_path, capfd):
    target = tmp_path / "out.md"
    target.write_text("old")
    arguments = ["render", str(saved), "--format", "markdown", "--output", str(target)]
    assert cli.main(arguments) == 0
    assert target.read_text(encoding="utf-8").startswith("# Comparison")
    assert capfd.readouterr().out == ""
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.md", "result.json"]


def test_the_schema_is_json(capfd):
    assert cli.main(["schema"]) == 0
    assert json.loads(capfd.readouterr().out)["title"] == "storydiff comparison (storydiff/1)"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["render", "no-such.json"], "no-such.json: got "),
        (["compare", "no-such.txt", "nor-this.txt"], "no-such.txt"),
        (["compare", "https://paper.example/a.html"], "save the page"),
    ],
)
def test_bad_input_ends_with_2_and_a_message(arguments, message, capfd):
    assert cli.main(arguments) == 2
    captured = capfd.readouterr()
    assert captured.out == ""
    assert "storydiff: " in captured.err
    assert message in captured.err
    assert "Traceback" not in captured.err


def test_bad_options_of_a_good_result_end_with_2(saved, tmp_path, capfd):
    assert cli.main(["render", str(saved), "--support", "0"]) == 2
    assert cli.main(["render", str(saved), "--focus", "Nobody"]) == 2
    assert "wanted one of post, radio, gazette" in capfd.readouterr().err
    assert cli.main(["render", str(saved), "--output", str(tmp_path / "no" / "such")]) == 2
    assert "--output: got" in capfd.readouterr().err


def test_a_file_that_is_no_result_is_refused(tmp_path, capfd):
    broken = tmp_path / "broken.json"
    broken.write_text('{"schema": ')
    assert cli.main(["render", str(broken)]) == 2
    assert "Invalid JSON" in capfd.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["compare"]])
def test_wrong_usage_ends_with_2(arguments, capfd):
    with pytest.raises(SystemExit) as stop:
        cli.main(arguments)
    assert stop.value.code == 2
    assert "usage: storydiff" in capfd.readouterr().err


def test_help_shows_examples(capfd):
    with pytest.raises(SystemExit) as stop:
        cli.main(["compare", "--help"])
    assert stop.value.code == 0
    assert "storydiff compare post.txt radio.html agency.json" in capfd.readouterr().out


def test_three_files_of_different_formats(capfd):
    folder = EXAMPLES / "harbour-fire"
    files = [str(folder / n) for n in ("lessing-courier.txt", "coast-radio.html", "nordwire.json")]
    assert cli.main(["compare", *files, "--format", "json"]) == 0
    result = Comparison.from_json(capfd.readouterr().out)
    assert [r.outlet for r in result.reports] == ["Lessing Courier", "Coast Radio", "NordWire"]
    assert result.links


def test_one_bad_file_of_many_loses_nothing(tmp_path, capfd):
    folder = EXAMPLES / "harbour-fire"
    files = [str(folder / "lessing-courier.txt"), str(folder / "nordwire.json")]
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    assert cli.main(["compare", *files, str(bad), "--no-annotate"]) == 0
    captured = capfd.readouterr()
    assert "bad.json" in captured.err
    assert "NordWire" in captured.out
    assert cli.main(["compare", *files, str(bad), "--strict"]) == 2
    assert cli.main(["compare", files[0], str(bad)]) == 2


def test_standard_input_and_given_links(tmp_path, capfd, monkeypatch):
    story = {
        "reports": [
            {"outlet": "Post", "sentences": ["It rained.", "The mayor left."]},
            {"outlet": "Radio", "sentences": ["The sun shone.", "Nobody came."]},
        ]
    }
    links = tmp_path / "links.json"
    links.write_text(json.dumps({"links": [{"a": ["Post", 1], "b": ["Radio", 0]}]}))
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps(story).encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    arguments = ["compare", "-", "--links", str(links), "--no-annotate", "--format", "json"]
    assert cli.main(arguments) == 0
    (link,) = Comparison.from_json(capfd.readouterr().out).links
    assert (link.a, link.b) == ("post:1", "radio:0")


@pytest.mark.parametrize(
    ("content", "message"),
    [("{", "line 1"), ('{"links": 3}', "wanted a list of objects"), ("[1]", "a list of objects")],
)
def test_links_that_are_none_are_refused(tmp_path, capfd, content, message):
    links = tmp_path / "links.json"
    links.write_text(content)
    files = [str(EXAMPLES / "harbour-fire" / n) for n in ("nordwire.json", "evening-post.txt")]
    assert cli.main(["compare", *files, "--links", str(links)]) == 2
    assert message.split()[0] in capfd.readouterr().err


def test_the_module_is_the_command_line():
    done = subprocess.run(
        [sys.executable, "-m", "storydiff", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "storydiff 0.1.0\n"


def test_other_keys_of_a_story_change_nothing(capfd, monkeypatch):
    story = json.loads((EXAMPLES / "council-budget" / "story.json").read_text(encoding="utf-8"))
    bare = {"reports": story["reports"]}
    noisy = {**story, "links": [{"a": 1}], "statements": [], "readers": 2, "id": 7}
    results = []
    for given in (bare, noisy):
        stdin = io.TextIOWrapper(io.BytesIO(json.dumps(given).encode()))
        monkeypatch.setattr(sys, "stdin", stdin)
        assert cli.main(["compare", "-", "--format", "json", "--no-annotate"]) == 0
        results.append(capfd.readouterr().out)
    assert results[0] == results[1]
