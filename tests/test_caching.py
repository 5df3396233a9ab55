"""A comparison is the same with and without what was kept, and reads nothing heavy when warm."""

import json
import subprocess
import sys

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

import storydiff
from storydiff.annotation import NewsAnnotator, parsing
from storydiff.annotation.cached import CachedParser
from storydiff.annotation.refusal import refused
from storydiff.cache import Cache
from storydiff.cli import main
from storydiff.datatypes import Report
from storydiff.errors import OptionError
from storydiff.pipeline import Pipeline
from storydiff.threads import cores, kept_to_threads, threads
from tests.fakes import WordEncoder

STORY = (
    Report(
        outlet="Post",
        text="The bridge over the Ronne was closed on Monday. “We saw it coming,” Anna Weil "
        "said. Mayor Weil put the damage at 3 million euros.\n\nTwo people were hurt.",
    ),
    Report(
        outlet="Radio",
        text="The Ronne bridge is closed. Anna Weil said the damage was 4 million euros. "
        "Two people were hurt.",
    ),
    Report(outlet="Gazette", text="Engineers had warned of rust. Weil, the mayor, did not reply."),
)


def test_kept_and_computed_results_are_equal(tmp_path):
    computed = storydiff.compare(STORY, cache=False).to_json()
    first = storydiff.compare(STORY[:2], cache=tmp_path)
    half = storydiff.compare(STORY, cache=tmp_path).to_json()
    warm = storydiff.compare(STORY, cache=Cache(tmp_path)).to_json()
    assert half == computed
    assert warm == computed
    assert first.to_json() == storydiff.compare(STORY[:2], cache=False).to_json()


def test_altered_entries_are_computed_again(tmp_path):
    computed = storydiff.compare(STORY, cache=tmp_path).to_json()
    paths = [p for kind in ("vectors", "parses") for p in (tmp_path / kind).glob("*/*")]
    assert len(paths) > 10
    for number, path in enumerate(paths):
        data = bytearray(path.read_bytes())
        data[-1 - number % 40] ^= 255
        path.write_bytes(data)
    assert storydiff.compare(STORY, cache=tmp_path).to_json() == computed


def test_a_warm_comparison_imports_no_model(tmp_path):
    story = tmp_path / "story.json"
    reports = [{"outlet": r.outlet, "text": r.text} for r in STORY]
    story.write_text(json.dumps({"reports": reports}), encoding="utf-8")
    code = (
        "import sys; from storydiff.cli import main\n"
        f"main(['compare', {str(story)!r}, '--cache', {str(tmp_path / 'kept')!r}, '-q',"
        f" '--output', {str(tmp_path / 'out.json')!r}])\n"
        "heavy = {'torch', 'spacy', 'thinc', 'onnxruntime', 'onnx', 'sentence_transformers'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    outputs, results = [], []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        outputs.append(done.stdout.strip())
        results.append((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert outputs == ["['onnx', 'onnxruntime', 'spacy', 'thinc']", "[]"]
    assert results[0] == results[1]


def test_what_does_not_say_what_it_depends_on_is_not_kept(tmp_path):
    class Parser:
        def parse(self, texts, *, offsets):
            return tuple(parsing.Parse.empty() for _ in texts)

    cache = Cache(tmp_path)
    annotator = NewsAnnotator(parser=Parser())
    pipeline = Pipeline(encoder=WordEncoder(), annotator=annotator).cached(cache)
    assert isinstance(pipeline.annotator.parser, CachedParser)
    assert len(pipeline.encoder.encode(["a b", "c"])) == 2
    assert len(pipeline.annotator.parser.parse(["a b", "c"], offsets=[0, 4])) == 2
    assert cache.size() == {}
    assert pipeline.cached(None) is pipeline


def test_the_command_tells_and_clears_what_is_kept(tmp_path, capsys, monkeypatch):
    Cache(tmp_path).put("vectors", {"a": b"x"})
    assert main(["cache", "--cache", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines() == [str(tmp_path), "vectors\t1\t0.0 MB"]
    assert main(["cache", "--cache", str(tmp_path), "--clear"]) == 0
    assert Cache(tmp_path).size() == {}
    monkeypatch.setenv("STORYDIFF_CACHE", "off")
    assert main(["cache", "-v"]) == 0
    assert "no cache" in capsys.readouterr().err


def test_a_refused_package_is_refused_here_and_only_in_the_block():
    before = list(sys.meta_path)
    with refused("colorsys"):
        sys.modules.pop("colorsys", None)
        with pytest.raises(ModuleNotFoundError, match="colorsys is not imported here"):
            __import__("colorsys")
        __import__("json")
    assert sys.meta_path == before
    assert __import__("colorsys").rgb_to_hsv


@pytest.mark.parametrize("said", ["0", "-1", "two", "1.5", "²"])
def test_threads_are_a_number_from_one(said, monkeypatch):
    monkeypatch.setenv("STORYDIFF_THREADS", said)
    with pytest.raises(OptionError, match="STORYDIFF_THREADS: got"):
        threads()


def test_threads_are_chosen_or_half_the_cores(monkeypatch):
    monkeypatch.setenv("STORYDIFF_THREADS", " 7 ")
    assert threads() == 7
    monkeypatch.delenv("STORYDIFF_THREADS")
    assert threads() == max(1, min(4, cores() // 2))
    assert cores() >= 1


def products():
    """The threads that matrix products may use now."""
    return {x["num_threads"] for x in threadpool_info() if x["user_api"] == "blas"}


def test_matrix_products_are_kept_to_the_threads_and_let_go_by_the_last(monkeypatch):
    monkeypatch.setenv("STORYDIFF_THREADS", "1")
    with threadpool_limits(limits=2, user_api="blas"):
        first, second = kept_to_threads(), kept_to_threads()
        first.__enter__()
        second.__enter__()
        assert products() == {1}
        first.__exit__(None, None, None)
        assert products() == {1}
        second.__exit__(None, None, None)
        assert products() == {2}


def test_a_comparison_keeps_its_products_to_the_threads(words, reports, monkeypatch):
    monkeypatch.setenv("STORYDIFF_THREADS", "1")
    seen = []
    with threadpool_limits(limits=2, user_api="blas"):
        words.compare(reports, progress=lambda _: seen.append(products()))
        assert products() == {2}
    assert seen == [{1}] * len(seen) != []
