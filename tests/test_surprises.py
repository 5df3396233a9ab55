"""No surprises: no network, no pickles, no files but those asked for, and a clean stop."""

import ast
import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import storydiff
from storydiff.datatypes import Report
from tests.network import NetworkForbidden

PACKAGE = Path(storydiff.__file__).parent
EXAMPLE = PACKAGE / "data" / "example"
MODULES = sorted(PACKAGE.rglob("*.py"))

# ── The network ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "reach",
    [
        lambda: socket.create_connection(("192.0.2.1", 80), timeout=1),
        lambda: socket.socket().connect(("192.0.2.1", 443)),
        lambda: socket.socket().connect_ex(("192.0.2.1", 443)),
        lambda: socket.socket(socket.AF_INET6).connect(("2001:db8::1", 443)),
        lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53)),
        lambda: socket.getaddrinfo("news.example", 80),
        lambda: socket.create_connection(("news.example", 80), timeout=1),
    ],
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_suite_reaches_nothing_but_this_machine(reach):
    with pytest.raises(NetworkForbidden):
        reach()


def test_this_machine_is_reached():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()[:2], timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()


def test_who_may_use_the_network_is_listed():
    """The tests that are marked ``install``, by file: the list grows only on purpose."""
    marked = {
        path.name
        for path in Path(__file__).parent.rglob("test_*.py")
        if "mark.install" in path.read_text(encoding="utf-8") and path != Path(__file__)
    }
    assert marked <= {"test_install.py"}


# ── What a comparison touches ────────────────────────────────────────────────

# Audit events of one process, from its first line on: what is written, moved, connected to, run.
HOOK = """
import json, os, sys
seen = {"written": [], "other": []}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
def hook(event, arguments):
    if event == "open" and (arguments[2] or 0) & WRITING:
        seen["written"].append(str(arguments[0]))
    elif event in ("os.rename", "os.remove", "os.mkdir", "os.symlink", "os.link", "os.truncate"):
        seen["written"].append(str(arguments[0]))
    elif event.startswith(("socket.connect", "socket.getaddrinfo", "socket.sendto", "pickle.",
                           "subprocess.", "os.system", "os.exec", "marshal.load")):
        seen["other"].append(event)
sys.addaudithook(hook)
sys.dont_write_bytecode = True
"""
RUN = """
from storydiff.cli import main
assert main(sys.argv[2:]) == 0
import marshal
with open(sys.argv[1], "w") as stream:
    json.dump(seen, stream)
"""


def touched(tmp_path, *arguments):
    """What the command line writes and reaches, seen from inside the process."""
    log = tmp_path.parent / f"{tmp_path.name}-audit.json"
    temporary = tmp_path.parent / f"{tmp_path.name}-temporary"
    temporary.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", HOOK + RUN, str(log), *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    assert done.returncode == 0, done.stderr
    # torch makes an empty folder there when it is imported. A file there would be that of
    # ONNX Runtime's session, which it notes if it means to report its use.
    assert [path.name for path in temporary.rglob("*") if path.is_file()] == []
    return json.loads(log.read_text())


def test_a_comparison_writes_its_output_alone_and_reaches_nothing(tmp_path):
    seen = touched(tmp_path, "compare", EXAMPLE, "--output", tmp_path / "out.json")
    cache = os.environ["STORYDIFF_CACHE"]
    outside = [
        name
        for name in seen["written"]
        if not name.startswith((str(tmp_path), "/dev/", cache)) and not name.isdigit()
    ]
    assert outside == []
    assert [name for name in seen["other"] if not name.startswith("marshal")] == []
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


FORBIDDEN = {
    ("pickle", None),
    ("dill", None),
    ("joblib", None),
    ("shelve", None),
    ("marshal", None),
    ("torch", "load"),
    ("np", "load"),
    ("numpy", "load"),
    ("os", "system"),
    ("urllib", None),
    ("requests", None),
    ("httpx", None),
    ("socket", None),
}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_module_unpickles_evaluates_or_calls_out(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("eval", "exec", "compile", "__import__"), node.lineno
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert (node.value.id, node.attr) not in FORBIDDEN, node.lineno
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            # urllib.parse takes addresses apart; it opens nothing.
            assert (name.partition(".")[0], None) not in FORBIDDEN or name == "urllib.parse", name


# ── Being stopped, and being silent ──────────────────────────────────────────


def test_an_interrupt_ends_with_130_no_traceback_and_no_half_file(tmp_path):
    target = tmp_path / "out.html"
    target.write_text("old")
    pipe = tmp_path / "reports.txt"
    os.mkfifo(pipe)
    process = subprocess.Popen(
        [sys.executable, "-m", "storydiff", "compare", str(pipe), "--output", str(target)],
        stderr=subprocess.PIPE,
        text=True,
    )
    # Once somebody reads the pipe the command is at work, and waits for more.
    with pipe.open("wb"):
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in said
    assert "Traceback" not in said
    assert target.read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.html", "reports.txt"]


def test_a_kill_while_writing_leaves_the_old_file(tmp_path):
    target = tmp_path / "out.json"
    target.write_text("old")
    code = (
        "import os, signal, sys\n"
        "from storydiff.exporting.files import write_file\n"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "write_file(sys.argv[1], 'new' * 1_000_000)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(target)])
    assert done.returncode == -signal.SIGKILL
    assert target.read_text() == "old"


def test_the_library_is_silent(tmp_path):
    """What is logged is shown to those who ask for it; nothing is printed by default."""
    code = (
        "import logging, storydiff\n"
        "logging.getLogger('storydiff').error('not for you')\n"
        "print(any(isinstance(h, logging.NullHandler)\n"
        "          for h in logging.getLogger('storydiff').handlers))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("True", "")


# ── Threads and processes ────────────────────────────────────────────────────


def test_threads_share_one_pipeline(words, reports):
    alone = words.compare(reports)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: words.compare(reports), range(16)))
    assert all(other == alone for other in found)


def test_threads_share_the_real_parts():
    """Two stories in four threads give what each gives alone."""
    stories = [
        [Report(text=f"The ferry left {place} on Monday.\n\n“It was late,” said Mara Velling.",
                outlet=name) for name in ("Post", "Echo")]
        for place in ("Ostrand", "Tilby")
    ]  # fmt: skip
    alone = [storydiff.compare(story) for story in stories]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(storydiff.compare, stories * 2))
    assert found == alone * 2


def test_another_process_with_another_seed_of_hashes_gives_the_same_bytes(tmp_path):
    outputs = []
    for seed in ("0", "4242"):
        done = subprocess.run(
            [sys.executable, "-m", "storydiff", "compare", str(EXAMPLE), "--format", "json", "-q"],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": "1"},
        )
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1]
