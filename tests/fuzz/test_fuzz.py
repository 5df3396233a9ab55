"""A short, seeded run of every target, and the corpus once through each."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "fuzz" / "corpus"
SEED = 20261123
RUNS = 400


@pytest.mark.parametrize("name", TARGETS)
def test_the_corpus_keeps_every_promise(name):
    inputs = sorted((CORPUS / name).iterdir())
    assert inputs
    for path in inputs:
        data = path.read_bytes()
        for end in {len(data), len(data) // 2, 1, 0}:
            TARGETS[name](data[:end])


@pytest.mark.parametrize("name", TARGETS)
def test_a_short_run_finds_nothing(name, tmp_path):
    """The same inputs each time; `make fuzz` goes on for ten minutes a target."""
    limits = (f"--runs={RUNS}", "--seconds=60", f"--seed={SEED}", f"--found={tmp_path}")
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.run", name, *limits],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr[-4000:] + done.stdout[-2000:]
    executed = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    assert executed
    assert int(executed[1]) >= RUNS
