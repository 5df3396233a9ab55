import json
import warnings
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from fakes import Lines, WordEncoder

from storydiff import cli
from storydiff.alignment import TrainedMatcher
from storydiff.errors import FormatError, StoryError
from storydiff.evaluation.calibrating import FOLDS, calibrate, deal
from storydiff.evaluation.gold import GoldStory
from storydiff.pipeline import Bare, Pipeline
from storydiff.scoring import read_weights

NAMES = ("own-ferry", "own-recall", "own-strike")


def small(name):
    """The first two reports of a story of ours, with the links between them."""
    path = Path(str(files("storydiff") / "data" / "stories" / f"{name}.json"))
    raw = json.loads(path.read_text(encoding="utf-8"))
    raw["reports"] = raw["reports"][:2]
    outlets = {report["outlet"] for report in raw["reports"]}
    raw["links"] = [x for x in raw["links"] if {x["a"][0], x["b"][0]} <= outlets]
    return raw


@pytest.fixture(scope="module")
def stories():
    return [GoldStory(id=name, source="ours", raw=small(name)) for name in NAMES]


@pytest.fixture(scope="module")
def pipeline():
    return Pipeline(segmenter=Lines(), annotator=Bare(), encoder=WordEncoder(24))


@pytest.fixture(scope="module")
def learnt(stories, pipeline):
    return calibrate(stories, pipeline)


def test_what_is_learnt_is_for_the_encoder_at_hand(learnt, stories, pipeline, tmp_path):
    path = tmp_path / "mine.json"
    path.write_text(learnt.weights.as_text(), encoding="utf-8")
    weights = read_weights(path)
    assert weights.encoder == repr(WordEncoder(24))
    assert weights.mean.shape == (24,)
    assert weights.as_json() == learnt.weights.as_json()
    fitted = replace(pipeline, matcher=TrainedMatcher(weights=weights))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = fitted.compare(stories[0].reports)
    assert found.links
    assert weights.sha256[:12] in found.signature


def test_words_that_agree_are_learnt_from(learnt):
    table, p = learnt.second.table, learnt.second.probabilities
    match = table.match == 1
    assert p[match].mean() > 3 * p[table.match == 0].mean()
    f1, error = learnt.figures()
    assert 0.3 < f1 <= 1
    assert 0 <= error < 0.3


def test_the_order_of_stories_changes_nothing(learnt, stories, pipeline):
    told = []
    again = calibrate(stories[::-1], pipeline, progress=told.append)
    assert told == list(NAMES[::-1])
    assert again.weights.min_probability == pytest.approx(learnt.weights.min_probability, abs=1e-3)
    values = learnt.second.table.values[:50]
    first, other = (x.weights.first.probabilities(values) for x in (learnt, again))
    np.testing.assert_allclose(first, other, atol=2e-3)


def test_stories_are_dealt_evenly_and_by_name_alone():
    linked = {"links": [{"a": ["A", 0], "b": ["B", 0], "relation": "same"}]}
    stories = [GoldStory(id=f"s{k}", source="", raw=linked) for k in range(12)]
    folds = deal(stories)
    assert deal(stories[::-1]) == folds
    counts = np.bincount(list(folds.values()))
    assert len(counts) == FOLDS
    assert counts.max() - counts.min() <= 1


def test_too_few_stories_are_refused(stories, pipeline):
    with pytest.raises(StoryError, match="got 2, wanted at least 3"):
        calibrate(stories[:2], pipeline)
    bare = [replace(s, raw={**s.raw, "links": []}) for s in stories]
    with pytest.raises(StoryError, match="got 0, wanted at least 3"):
        calibrate(bare, pipeline)


def test_two_stories_of_one_name_are_refused(stories, pipeline):
    with pytest.raises(StoryError, match="'own-ferry' twice"):
        calibrate([stories[0], *stories], pipeline)


def test_links_of_one_relation_teach_nothing(stories, pipeline):
    alike = [
        replace(s, raw={**s.raw, "links": [{**x, "relation": "same"} for x in s.raw["links"]]})
        for s in stories
    ]
    with pytest.raises(StoryError, match="wanted some that match, both same and overlap"):
        calibrate(alike, pipeline)


def test_a_link_to_nowhere_is_named(stories, pipeline):
    link = {"a": ["Nobody", 3], "b": ["Nowhere", 4], "relation": "same"}
    lost = replace(stories[0], raw={**stories[0].raw, "links": [link]})
    with pytest.raises(FormatError, match=r"own-ferry: link.*Nobody"):
        calibrate([lost, *stories[1:]], pipeline)


def test_the_command_line_fits_and_uses_a_model(tmp_path, monkeypatch, capfd):

    def words(model: str, **options: object) -> WordEncoder:
        return WordEncoder(int(model))

    monkeypatch.setattr("storydiff.encoding.load_encoder", words)
    monkeypatch.setattr("storydiff.pipeline.load_encoder", words)
    gold = tmp_path / "gold"
    gold.mkdir()
    for name in NAMES:
        (gold / f"{name}.json").write_text(json.dumps(small(name)), encoding="utf-8")
    fitted = tmp_path / "fitted.json"
    arguments = ["calibrate", "--gold", str(gold), "--model", "24", "--output", str(fitted), "-v"]
    assert cli.main(arguments) == 0
    assert "calibrated for WordEncoder(dimension=24) on 3 stories" in capfd.readouterr().err
    reports = tmp_path / "reports"
    reports.mkdir()
    for name, text in (("post", "The pier closed on Monday."), ("radio", "On Monday it closed.")):
        (reports / f"{name}.txt").write_text(text, encoding="utf-8")
    compare = ["compare", str(reports), "--no-annotate", "--model", "24", "--format", "json"]
    assert cli.main([*compare, "--calibration", str(fitted)]) == 0
    found = json.loads(capfd.readouterr().out)
    assert read_weights(fitted).sha256[:12] in found["signature"]
    assert not any("calibrated for" in note for note in found["notes"])
    assert cli.main([*compare, "--calibration", str(tmp_path / "none.json")]) == 2
    assert "none.json: got" in capfd.readouterr().err
    assert cli.main(["calibrate", "--gold", str(reports), "--output", str(fitted)]) == 2
    assert "wanted gold stories" in capfd.readouterr().err
    assert cli.main(["calibrate", "--gold", str(tmp_path), "--output", str(fitted)]) == 2
    assert "wanted a gold story" in capfd.readouterr().err
