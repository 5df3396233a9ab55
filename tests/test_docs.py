"""What the README and the pages show is run here; the pages are built strictly."""

import ast
import json
import re
import shlex
from pathlib import Path

import pytest

from benchmarks.results_page import results_page, thresholds_table
from storydiff.cli.arguments import parser

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    path
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md"))
    if path.parent.name != "design"
)
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)


def blocks(path, *languages):
    return [
        body for name, body in FENCE.findall(path.read_text(encoding="utf-8")) if name in languages
    ]


def pages_with(*languages):
    found = [path for path in PAGES if blocks(path, *languages)]
    return pytest.mark.parametrize("path", found, ids=lambda p: str(p.relative_to(ROOT)))


@pages_with("python")
def test_python_runs(path, monkeypatch, capsys):
    """The blocks of a page run one after the other, as a reader would run them."""
    monkeypatch.chdir(ROOT)
    names = {"__name__": "page"}
    for number, block in enumerate(blocks(path, "python")):
        code = compile(ast.parse(block), f"{path.name}, block {number}", "exec")
        exec(code, names)  # noqa: S102 (our own pages)
    assert len(names) > 1


def commands(path):
    """The lines of a page that call storydiff, without what a shell does around them."""
    for block in blocks(path, "bash", "sh", ""):
        for line in block.splitlines():
            for call in re.findall(r"(?<![\w/.])storydiff(?: [^|>)#]*)", line):
                yield call.strip()


def pages_with_commands():
    found = [path for path in PAGES if list(commands(path))]
    return pytest.mark.parametrize("path", found, ids=lambda p: str(p.relative_to(ROOT)))


@pages_with_commands()
def test_commands_are_understood(path):
    for call in commands(path):
        words = shlex.split(call)[1:]
        assert parser().parse_args(words).run, call


def test_the_help_shows_commands_that_are_understood(capsys):
    from storydiff.cli.arguments import EXAMPLES

    lines = [line.strip() for line in EXAMPLES.splitlines() if "storydiff " in line]
    assert len(lines) > 5
    for line in lines:
        call = line.partition("| ")[2] or line
        assert parser().parse_args(shlex.split(call.partition(" >")[0])[1:]).run


def test_the_pages_build_strictly_and_load_nothing(tmp_path, monkeypatch, recwarn):
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("NO_MKDOCS_2_WARNING", "1")
    build(load_config(str(ROOT / "mkdocs.yml"), strict=True, site_dir=str(tmp_path / "site")))
    built = {str(p.relative_to(tmp_path / "site")) for p in (tmp_path / "site").rglob("*.html")}
    assert {"index.html", "evaluation.html", "example.html", "reference/result.html"} <= built
    assert len([name for name in built if name.startswith("design/")]) == len(
        list((ROOT / "docs" / "design").glob("*.md"))
    )
    loads = re.compile(
        r"<(?:script|img|iframe|source)[^>]+src=\"?(?:https?:)?//"
        r"|<link[^>]+rel=\"?(?:stylesheet|preconnect|icon)[^>]+href=\"?(?:https?:)?//"
    )
    for name in built:
        page = (tmp_path / "site" / name).read_text(encoding="utf-8")
        assert not loads.search(page), name
        assert "<!-- put:" not in page, name


def alignment_result():
    bins = [{"pairs": 100, "said": 0.2, "seen": 0.25}, {"pairs": 50, "said": 0.9, "seen": 0.8}]
    figures = {
        "pair": {"precision": 0.5, "recall": 0.25, "f1": 0.3333, "low": 0.2, "high": 0.4},
        "coverage": {"balanced_accuracy": 0.7, "low": 0.6, "high": 0.8},
    }
    measured = {
        "name": "stories | of <ours>",
        "sha256": "0123456789abcdef" * 4,
        "stories": 3,
        "pairs": 1000,
        "figures": figures,
        "ranking": {"storydiff": {"average_precision": 0.6, "best_f1": 0.61}},
        "calibration": {"ece": 0.01, "brier_skill": 0.5, "bins": bins},
    }
    return {"signature": "storydiff:0|x", "python": "3.11", "sets": [measured]}


def test_results_become_tables(tmp_path):
    (tmp_path / "alignment.json").write_text(json.dumps(alignment_result()))
    (tmp_path / "speed.json").write_text(json.dumps({"large": {"load_ms": 607, "x": [1, 2]}}))
    page = results_page(tmp_path)
    for cell in (
        "## stories \\| of &lt;ours>",
        "| pair | 0.500 | 0.250 | 0.333 |  | 0.200 | 0.400 |",
        "| coverage |  |  |  | 0.700 | 0.600 | 0.800 |",
        "| storydiff | 0.600 | 0.610 |",
        "| 50 | 0.90 | 0.80 |",
        "| large › load_ms | 607 |",
        "| large › x | 1, 2 |",
    ):
        assert cell in page.splitlines()


def test_the_cost_of_a_threshold_is_counted_from_the_bins(tmp_path):
    (tmp_path / "alignment.json").write_text(json.dumps(alignment_result()))
    rows = [line for line in thresholds_table(tmp_path).splitlines() if line.startswith("| 0.")]
    # 25 of 100 and 40 of 50 match: 65 of 150 from .2 on, 40 of 50 from .9 on, which keeps 40 of 65.
    assert rows == ["| 0.20 | 150 | 0.43 | 1.00 |", "| 0.90 | 50 | 0.80 | 0.62 |"]


def test_without_results_the_page_says_so(tmp_path):
    assert results_page(tmp_path) == thresholds_table(tmp_path)
    assert "No results are kept" in results_page(tmp_path)
