"""The rules of the house: imports point down, and importing loads nothing heavy."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import storydiff

PACKAGE = Path(storydiff.__file__).parent

FLOORS = (
    {"datatypes", "errors", "publication", "version"},
    {
        "cache",
        "extras",
        "likelihoods",
        "search",
        "progress",
        "threads",
        "protocols",
        "similarity",
        "matching",
        "features",
        "furniture",
        "scoring",
        "shipped",
        "evidence",
        "shared",
        "clauses",
        "clustering",
        "contrasts",
        "details",
        "findings",
        "focus",
        "integrity",
        "interaction",
        "limits",
        "propositions",
        "ties",
        "utterances",
        "quantities",
        "numerals",
        "calendar",
        "paragraphs",
        "rates",
        "words",
        "lexicons",
        "data",
    },
    {"comparison"},
    {
        "reading",
        "segmentation",
        "annotation",
        "encoding",
        "alignment",
        "differences",
        "origins",
        "table",
        "given",
        "stability",
        "rendering",
        "exporting",
    },
    {"pipeline"},
    {"many"},
    {"evaluation"},
    {"cli", "__init__", "__main__"},
)

# A comparison shows itself: its methods call the renderers when they are called.
UPWARD = {("comparison", "rendering"), ("comparison", "exporting"), ("datatypes", "rendering")}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    """The rooms that a module imports, wherever in the module it does."""
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            names = [f"{base}.{alias.name}" for alias in node.names] if base else []
            assert node.level == 0, f"{path}: imports are absolute"
        else:
            continue
        rooms |= {n.split(".")[1] for n in names if n.startswith("storydiff.")}
    return rooms


MODULES = sorted(PACKAGE.rglob("*.py"))


def test_every_room_has_a_floor():
    known = set().union(*FLOORS)
    assert {room_of(path) for path in MODULES} <= known


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path):
    floor = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
    here = room_of(path)
    for room in imported_rooms(path) - {here}:
        assert floor[room] <= floor[here] or (here, room) in UPWARD, (
            f"{here} must not import {room}"
        )


def test_rooms_do_not_import_one_another_in_a_circle():
    graph = {}
    for path in MODULES:
        graph.setdefault(room_of(path), set()).update(imported_rooms(path) - {room_of(path)})
    for lower, upper in UPWARD:
        graph[lower].discard(upper)
    done: set[str] = set()
    while len(done) < len(graph):
        free = {room for room, needs in graph.items() if room not in done and needs <= done}
        assert free, f"a circle among {sorted(set(graph) - done)}"
        done |= free


def test_importing_loads_nothing_heavy():
    code = (
        "import sys, storydiff; storydiff.Report; storydiff.compare\n"
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'spacy', 'sklearn', "
        "'onnxruntime', 'onnx', 'tokenizers'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_public_names_are_sorted_and_there():
    assert storydiff.__all__ == sorted(storydiff.__all__)
    assert all(hasattr(storydiff, name) for name in storydiff.__all__)


def test_every_public_name_is_fetched_from_its_home_and_no_other_name_is():
    import storydiff

    assert {*storydiff._HOME, "__version__"} == set(storydiff.__all__)
    assert storydiff.__all__ == sorted(storydiff.__all__)
    for name in storydiff.__all__:
        assert getattr(storydiff, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = storydiff.nothing
