"""A folder of stories on the command line: one result each, whatever fails, and going on."""

import json

import pytest

from storydiff import pipeline
from storydiff.cli import main
from storydiff.comparison import Comparison
from storydiff.reading import read_reports


@pytest.fixture(autouse=True)
def quick(words, monkeypatch):
    monkeypatch.setattr(pipeline, "pipeline_for", lambda **_: words)


@pytest.fixture
def stories(tmp_path):
    folder = tmp_path / "stories"
    for name, told in (("flood", "The river rose on Monday."), ("strike", "Drivers walked out.")):
        (folder / name).mkdir(parents=True)
        for outlet in ("a", "b"):
            (folder / name / f"{outlet}.txt").write_text(f"{told}\nOnly {outlet} says this.\n")
    one = [{"outlet": "a", "text": "The wall fell."}, {"outlet": "b", "text": "The wall fell."}]
    (folder / "wall.json").write_text(json.dumps(one))
    (folder / "readme.txt").write_text("no story")
    return folder


def many(stories, output, *more):
    return main(["many", str(stories), "--output", str(output), *more])


def test_each_story_of_a_folder_has_its_result(words, stories, tmp_path, capfd):
    out = tmp_path / "out"
    assert many(stories, out) == 0
    assert "readme.txt: left aside" in capfd.readouterr().err
    assert sorted(path.name for path in out.iterdir()) == ["flood.json", "strike.json", "wall.json"]
    found = Comparison.from_json((out / "flood.json").read_text(encoding="utf-8"))
    alone = words.compare(read_reports(stories / "flood"))
    assert found == alone


def test_what_is_done_is_not_done_again_unless_asked_for(stories, tmp_path, capfd):
    out = tmp_path / "out"
    out.mkdir()
    (out / "wall.json").write_text("kept")
    assert many(stories, out, "--verbose") == 0
    assert "3 stories, 1 of them done before" in capfd.readouterr().err
    assert (out / "wall.json").read_text() == "kept"
    assert many(stories, out, "--again") == 0
    assert (out / "wall.json").read_text() != "kept"


def test_a_story_that_fails_stops_no_other(stories, tmp_path, capfd):
    (stories / "empty").mkdir()
    (stories / "flood" / "c.json").write_text("{")
    out = tmp_path / "out"
    assert many(stories, out, "--format", "markdown") == 2
    told = capfd.readouterr().err
    assert "2 of 4 stories failed: empty, flood" in told
    assert "flood: failed: " in told
    assert sorted(path.name for path in out.iterdir()) == ["strike.md", "wall.md"]


def test_stories_that_cannot_be_named_apart_are_refused(stories, tmp_path, capfd):
    (tmp_path / "file").write_text("")
    assert many(stories, tmp_path / "file") == 2
    assert "output: got" in capfd.readouterr().err
    (stories / "wall").mkdir()
    assert many(stories, tmp_path / "out") == 2
    assert "wall and wall.json" in capfd.readouterr().err
    assert many(tmp_path / "stories" / "wall", tmp_path / "out") == 2
    assert "got 'no story'" in capfd.readouterr().err
