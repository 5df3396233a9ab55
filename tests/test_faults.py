"""What may go wrong around first use: kills, races, folders that cannot be written, old caches.

Each first use is a process of its own, as it is for whoever runs the command.
"""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storydiff.cache import Cache
from storydiff.encoding import light
from storydiff.encoding.light import LightEncoder

TEXT = "The ferry sank at dawn off Skagen."
FIRST_USE = """
import hashlib, pathlib, sys
from storydiff.cache import Cache
from storydiff.encoding.light import LightEncoder
found = LightEncoder(cache=Cache(pathlib.Path(sys.argv[1]))).encode([sys.argv[2]])
print(hashlib.sha256(found.tokens.tobytes()).hexdigest())
"""
KILLED = "import os, signal\nos.replace = lambda a, b: os.kill(os.getpid(), signal.SIGKILL)\n"
NEWS = (
    "The ferry sank at dawn off Skagen. Twelve people were saved.",
    "Off Skagen the ferry sank at dawn. Divers saved twelve people.",
)


def first_use(folder, *, before=""):
    arguments = [sys.executable, "-c", before + FIRST_USE, str(folder), TEXT]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def wanted():
    """The hash of the vectors, computed without any cache."""
    light._load.cache_clear()
    found = LightEncoder(cache=None).encode([TEXT])
    return hashlib.sha256(found.tokens.tobytes()).hexdigest()


def entries(folder):
    return sorted(p for p in Path(folder).glob("models/*/*") if not p.name.startswith("."))


def test_a_first_use_that_is_killed_leaves_nothing_that_is_used(tmp_path, wanted):
    killed = first_use(tmp_path, before=KILLED)
    killed.communicate(timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert entries(tmp_path) == []
    assert list(tmp_path.glob("models/*/.begun-*"))
    said, errors = (again := first_use(tmp_path)).communicate(timeout=120)
    assert (again.returncode, said.strip(), errors) == (0, wanted, "")
    assert len(entries(tmp_path)) == 2


def test_two_processes_at_first_use_give_the_same_and_keep_whole_entries(tmp_path, wanted):
    both = [first_use(tmp_path) for _ in range(2)]
    for process in both:
        said, errors = process.communicate(timeout=240)
        assert (process.returncode, said.strip(), errors) == (0, wanted, "")
    assert len(entries(tmp_path)) == 2
    for entry in entries(tmp_path):
        data = entry.read_bytes()
        assert hashlib.sha256(data[32:]).digest() == data[:32]
    assert not list(tmp_path.glob("models/*/.begun-*"))


def test_a_graph_of_an_older_version_is_left_alone_and_another_is_made(
    tmp_path, monkeypatch, wanted
):
    cache = Cache(tmp_path)
    monkeypatch.setattr(light, "GRAPH_VERSION", "0")
    light._kept("some weights int8 8", lambda: b"a graph of long ago", cache)
    monkeypatch.undo()
    old = entries(tmp_path)
    assert len(old) == 1
    made = light._kept("some weights int8 8", lambda: b"a graph of today", cache)
    assert made == b"a graph of today"
    assert len(entries(tmp_path)) == 2
    assert old[0].read_bytes()[32:] == b"a graph of long ago"


def compared(tmp_path, **environment):
    """The command on two reports, in a process with these variables."""
    for k, text in enumerate(NEWS):
        (tmp_path / f"{k}.txt").write_text(text, encoding="utf-8")
    known = {k: v for k, v in os.environ.items() if k not in ("STORYDIFF_CACHE", "XDG_CACHE_HOME")}
    return subprocess.run(
        [sys.executable, "-m", "storydiff", "compare", str(tmp_path), "--format", "json"],
        capture_output=True,
        text=True,
        env={**known, **environment},
        timeout=240,
    )


def test_a_home_that_cannot_be_written_costs_a_warning_and_no_result(tmp_path):
    usual = compared(tmp_path, STORYDIFF_CACHE="off")
    blocked = compared(tmp_path, HOME="/dev/null")
    assert usual.returncode == blocked.returncode == 0
    assert blocked.stdout == usual.stdout
    assert usual.stdout.startswith("{")
    assert "cannot be used" in blocked.stderr
    assert "Traceback" not in blocked.stderr
