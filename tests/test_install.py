"""Wheel and sdist build, install into an empty environment, and work from there alone.

These tests fetch packages and take minutes: `make test-install` runs them, the
default run leaves them out. They are the only ones that use the network.
"""

import json
import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.install

ROOT = Path(__file__).parent.parent
MADE = ("__pycache__", ".pyc")

POST = "The old bridge in Aldmoor fell on Monday.\nTwo people were hurt, the mayor said.\n"
RADIO = "A bridge in Aldmoor fell on Monday morning.\nThree people were hurt, the mayor said.\n"


def run(*command, cwd, **options):
    """Run a command outside the repository, with nothing of it on the path."""
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, env=kept, capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The sdist, and the wheel that was made of the sdist alone."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--outdir", out, ROOT, cwd=out)
    (sdist,), (wheel,) = out.glob("*.tar.gz"), out.glob("*.whl")
    return sdist, wheel


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    """An empty folder far from the repository."""
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="session")
def installed(built, tmp_path_factory):
    """The programs of an environment that holds the wheel and what it needs."""
    home = tmp_path_factory.mktemp("environment") / "venv"
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    constraints = ROOT / "constraints.txt"
    pip = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--upgrade", "pip>=24", cwd=home)
    run(*pip, "-c", constraints, built[1], cwd=home)
    return home / "bin"


def sources():
    found = (p for p in (ROOT / "storydiff").rglob("*") if p.is_file())
    return {str(p.relative_to(ROOT)) for p in found if not any(x in str(p) for x in MADE)}


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(built):
    with zipfile.ZipFile(built[1]) as wheel:
        names = {n for n in wheel.namelist() if ".dist-info/" not in n}
    assert names == sources()


def test_the_sdist_holds_the_package_its_licence_and_its_readme(built):
    with tarfile.open(built[0]) as sdist:
        names = {m.name.partition("/")[2] for m in sdist.getmembers() if m.isfile()}
    assert sources() | {"LICENSE", "README.md", "pyproject.toml"} <= names


def test_the_sdist_installs_to_what_the_wheel_installs(built, tmp_path):
    target = tmp_path / "target"
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile")
    run(*pip, "--target", target, built[0], cwd=tmp_path)
    found = (p for p in (target / "storydiff").rglob("*") if p.is_file())
    assert {str(p.relative_to(target)) for p in found} == sources()


def test_what_is_installed_is_no_checkout_and_fits_together(installed, place):
    where = run(
        installed / "python", "-c", "import storydiff; print(storydiff.__file__)", cwd=place
    )
    assert str(ROOT) not in where
    assert "site-packages" in where
    run(installed / "python", "-m", "pip", "check", cwd=place)


def test_the_demo_runs(installed, place):
    shown = run(installed / "storydiff", "demo", cwd=place)
    assert shown.startswith("5 reports, ")
    assert "CONFLICTS" in shown
    assert "signature storydiff:" in " ".join(shown.split())
    assert "error rates" in shown


def test_a_comparison_writes_json_and_a_page(installed, place):
    (place / "post.txt").write_text(POST, encoding="utf-8")
    (place / "radio.txt").write_text(RADIO, encoding="utf-8")
    command = installed / "storydiff"
    run(command, "compare", "post.txt", "radio.txt", "--output", "found.json", cwd=place)
    found = json.loads((place / "found.json").read_text(encoding="utf-8"))
    assert found["schema"] == "storydiff/1"
    assert found["links"]
    run(command, "render", "found.json", "--output", "page.html", cwd=place)
    assert "Aldmoor" in (place / "page.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["bench", "compare", "calibrate", "schema"])
def test_every_command_explains_itself(installed, place, name):
    assert f"storydiff {name}" in run(installed / "storydiff", name, "--help", cwd=place)


def test_the_library_runs_and_finds_its_data(installed, place):
    code = (
        "import warnings; warnings.simplefilter('error')\n"
        "import storydiff\n"
        "from storydiff.evaluation.bench import own_stories\n"
        "from storydiff.rates import published\n"
        "reports = [storydiff.Report(text=t, outlet=o) for t, o in "
        f"(({POST!r}, 'Post'), ({RADIO!r}, 'Radio'))]\n"
        "found = storydiff.compare(reports)\n"
        "assert storydiff.Comparison.from_json(found.to_json()) == found\n"
        "print(len(found.links), len(own_stories().stories), published().own.stories)\n"
    )
    links, stories, measured = run(installed / "python", "-c", code, cwd=place).split()
    assert int(links) >= 1
    assert stories == measured
