"""What storydiff rests on: bounded, with a reason, under a known licence; and what it promises."""

import importlib.util
import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import storydiff

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = ("documents", "excel", "frames", "plot", "polars")
NEEDED = [
    *map(Requirement, PROJECT["dependencies"]),
    *(Requirement(x) for e in EXTRAS for x in PROJECT["optional-dependencies"][e]),
]


def spec(path):
    loaded = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(loaded)
    loaded.loader.exec_module(module)
    return module


def column(note, head, number):
    """The names in one column of the table with this first heading."""
    rows = note.split(f"| {head} |", 1)[1].partition("\n\n")[0].splitlines()[2:]
    cells = [row.split("|")[number] for row in rows]
    return {canonicalize_name(name.strip()) for cell in cells for name in cell.split(",")}


@pytest.mark.parametrize("needed", NEEDED, ids=lambda r: r.name)
def test_every_dependency_is_bounded_on_both_sides(needed):
    signs = {s.operator for s in needed.specifier}
    assert signs == {"=="} or signs == {">=", "<"}


def test_every_dependency_has_its_reason_and_no_reason_is_left_over():
    note = (ROOT / "docs" / "design" / "0003-dependencies.md").read_text(encoding="utf-8")
    direct = {canonicalize_name(Requirement(x).name) for x in PROJECT["dependencies"]}
    assert column(note, "package", 1) == direct
    extras = {
        canonicalize_name(Requirement(x).name)
        for extra in (*EXTRAS, "docs")
        for x in PROJECT["optional-dependencies"][extra]
    }
    assert column(note, "extra", 2) == extras


def test_constraints_pin_exactly():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(x) for x in lines if x and not x.startswith("#")]
    assert "torch" in {p.name for p in pins}
    assert all([s.operator for s in p.specifier] == ["=="] for p in pins)


def test_the_page_of_licences_says_what_the_packages_say():
    script = spec(ROOT / "docs" / "licences.py")
    page = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    for needed in NEEDED:
        name = canonicalize_name(needed.name)
        told = script.licence(distribution(name))
        assert told != "unknown"
        assert f"| {name} | {told} | storydiff |" in page.splitlines()
    assert "| unknown |" not in page


def test_the_page_of_licences_names_every_package_and_all_weights():
    script = spec(ROOT / "docs" / "licences.py")
    page = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    direct = {canonicalize_name(r.name) for r in NEEDED}
    assert direct <= script.closure()
    assert script.page().startswith("# Licences")
    data = ROOT / "storydiff" / "data"
    weights = {p.name for p in data.glob("*.safetensors")}
    weights |= {p.name for p in data.glob("*.json")} - {"rates.json"}
    assert all(f"`data/{name}`" in page for name in weights)


def test_versions_are_one():
    assert PROJECT["version"] == storydiff.__version__
    assert f"version: {storydiff.__version__}" in (ROOT / "CITATION.cff").read_text("utf-8")


def test_the_public_names_are_those_of_the_reference():
    pages = [p.read_text(encoding="utf-8") for p in (ROOT / "docs" / "reference").glob("*.md")]
    documented = {
        name
        for page in pages
        for name in re.findall(r"^::: storydiff(?:\.\w+)*\.(\w+)$", page, re.MULTILINE)
    }
    modules = {
        m for page in pages for m in re.findall(r"^::: (storydiff[\w.]*)$", page, re.MULTILINE)
    }
    missing = {
        name
        for name in storydiff.__all__
        if not name.startswith("__")
        and name not in documented
        and getattr(getattr(storydiff, name), "__module__", "") not in modules
    }
    assert missing == set()
