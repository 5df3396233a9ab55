import contextlib
import fcntl
import io
import json
import os
import pty
import shutil
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from rich.console import Console

import storydiff
from storydiff import cli
from storydiff.cli import terminal
from storydiff.comparison import Comparison
from storydiff.datatypes import Report
from storydiff.evaluation.gold import read_gold
from storydiff.rendering.view import view_of
from tests.pages import harbour

BASH = shutil.which("bash") or "/bin/bash"
EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture
def saved(tmp_path, comparison):
    path = tmp_path / "result.json"
    path.write_text(comparison.to_json(), encoding="utf-8")
    return path


def test_a_saved_result_is_rendered_without_recomputing(saved, capfd, comparison):
    assert cli.main(["render", str(saved)]) == 0
    assert capfd.readouterr().out == comparison.to_text()
    assert cli.main(["render", str(saved), "--format", "markdown"]) == 0
    assert capfd.readouterr().out == comparison.to_markdown()
    assert cli.main(["render", str(saved), "--format", "json"]) == 0
    assert Comparison.from_json(capfd.readouterr().out) == comparison


def test_support_only_and_focus_reach_the_renderer(saved, capfd):
    assert cli.main(["render", str(saved), "--support", "3", "--focus", "Radio"]) == 0
    out = capfd.readouterr().out
    assert "told by 3 or more" in out
    assert "ONLY Post" not in out


def test_the_output_goes_to_a_file_and_nothing_else_is_left(saved, tmp_path, capfd):
    target = tmp_path / "out.md"
    target.write_text("old")
    arguments = ["render", str(saved), "--format", "markdown", "--output", str(target)]
    assert cli.main(arguments) == 0
    assert target.read_text(encoding="utf-8").startswith("# Comparison")
    assert capfd.readouterr().out == ""
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.md", "result.json"]


def test_the_schema_is_json(capfd):
    assert cli.main(["schema"]) == 0
    assert json.loads(capfd.readouterr().out)["title"] == "storydiff comparison (storydiff/1)"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["render", "no-such.json"], "no-such.json: got "),
        (["compare", "no-such.txt", "nor-this.txt"], "no-such.txt"),
        (["compare", "https://paper.example/a.html"], "save the page"),
    ],
)
def test_bad_input_ends_with_2_and_a_message(arguments, message, capfd):
    assert cli.main(arguments) == 2
    captured = capfd.readouterr()
    assert captured.out == ""
    assert "storydiff: " in captured.err
    assert message in captured.err
    assert "Traceback" not in captured.err


def test_bad_options_of_a_good_result_end_with_2(saved, tmp_path, capfd):
    assert cli.main(["render", str(saved), "--support", "0"]) == 2
    assert cli.main(["render", str(saved), "--focus", "Nobody"]) == 2
    assert "Gazette" in capfd.readouterr().err
    assert cli.main(["render", str(saved), "--output", str(tmp_path / "no" / "such")]) == 2
    assert "output: got" in capfd.readouterr().err


def test_a_file_that_is_no_result_is_refused(tmp_path, capfd):
    broken = tmp_path / "broken.json"
    broken.write_text('{"schema": ')
    assert cli.main(["render", str(broken)]) == 2
    assert "Invalid JSON" in capfd.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["compare"]])
def test_wrong_usage_ends_with_2(arguments, capfd):
    with pytest.raises(SystemExit) as stop:
        cli.main(arguments)
    assert stop.value.code == 2
    assert "usage: storydiff" in capfd.readouterr().err


def test_help_shows_examples(capfd):
    with pytest.raises(SystemExit) as stop:
        cli.main(["compare", "--help"])
    assert stop.value.code == 0
    assert "storydiff compare post.txt radio.html agency.json" in capfd.readouterr().out


def test_three_files_of_different_formats(capfd):
    folder = EXAMPLES / "harbour-fire"
    files = [str(folder / n) for n in ("lessing-courier.txt", "coast-radio.html", "nordwire.json")]
    assert cli.main(["compare", *files, "--format", "json"]) == 0
    result = Comparison.from_json(capfd.readouterr().out)
    assert [r.outlet for r in result.reports] == ["Lessing Courier", "Coast Radio", "NordWire"]
    assert result.links


def test_one_bad_file_of_many_loses_nothing(tmp_path, capfd):
    folder = EXAMPLES / "harbour-fire"
    files = [str(folder / "lessing-courier.txt"), str(folder / "nordwire.json")]
    bad = tmp_path / "bad.json"
    bad.write_text("{")
    assert cli.main(["compare", *files, str(bad), "--no-annotate"]) == 0
    captured = capfd.readouterr()
    assert "bad.json" in captured.err
    assert "NordWire" in captured.out
    assert cli.main(["compare", *files, str(bad), "--strict"]) == 2
    assert cli.main(["compare", files[0], str(bad)]) == 2


def test_standard_input_and_given_links(tmp_path, capfd, monkeypatch):
    story = {
        "reports": [
            {"outlet": "Post", "sentences": ["It rained.", "The mayor left."]},
            {"outlet": "Radio", "sentences": ["The sun shone.", "Nobody came."]},
        ]
    }
    links = tmp_path / "links.json"
    links.write_text(json.dumps({"links": [{"a": ["Post", 1], "b": ["Radio", 0]}]}))
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps(story).encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    arguments = ["compare", "-", "--links", str(links), "--no-annotate", "--format", "json"]
    assert cli.main(arguments) == 0
    (link,) = Comparison.from_json(capfd.readouterr().out).links
    assert (link.a, link.b) == ("post:1", "radio:0")


@pytest.mark.parametrize(
    ("content", "message"),
    [("{", "line 1"), ('{"links": 3}', "wanted a list of objects"), ("[1]", "a list of objects")],
)
def test_links_that_are_none_are_refused(tmp_path, capfd, content, message):
    links = tmp_path / "links.json"
    links.write_text(content)
    files = [str(EXAMPLES / "harbour-fire" / n) for n in ("nordwire.json", "evening-post.txt")]
    assert cli.main(["compare", *files, "--links", str(links)]) == 2
    assert message.split()[0] in capfd.readouterr().err


def test_the_module_is_the_command_line():
    done = subprocess.run(
        [sys.executable, "-m", "storydiff", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "storydiff 0.1.0\n"


def test_other_keys_of_a_story_change_nothing(capfd, monkeypatch):
    story = json.loads((EXAMPLES / "council-budget" / "story.json").read_text(encoding="utf-8"))
    bare = {"reports": story["reports"]}
    noisy = {**story, "links": [{"a": 1}], "statements": [], "readers": 2, "id": 7}
    results = []
    for given in (bare, noisy):
        stdin = io.TextIOWrapper(io.BytesIO(json.dumps(given).encode()))
        monkeypatch.setattr(sys, "stdin", stdin)
        assert cli.main(["compare", "-", "--format", "json", "--no-annotate"]) == 0
        results.append(capfd.readouterr().out)
    assert results[0] == results[1]


def test_what_was_noted_is_told_and_quiet_keeps_it(tmp_path, capfd):
    folder = tmp_path / "story"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.txt").write_text(f"Outlet: {name}\n\nThe bridge fell on Monday.")
    (folder / "picture.gif").write_bytes(b"GIF89a")
    (folder / "empty.txt").write_text("")
    assert cli.main(["compare", str(folder), "--no-annotate", "--format", "json"]) == 0
    told = capfd.readouterr().err
    assert "storydiff: note: " in told
    assert "picture.gif: left aside" in told
    assert "storydiff: skipped: " in told
    assert cli.main(["compare", str(folder), "--no-annotate", "--format", "json", "-q"]) == 0
    assert capfd.readouterr().err == ""
    assert cli.main(["compare", str(folder), "--no-annotate", "--format", "json", "-v"]) == 0
    told = capfd.readouterr().err
    for stage in ("segmenting", "annotating", "encoding", "aligning", "tabulating"):
        assert f"storydiff: {stage}: " in told


def test_the_demo_compares_the_packaged_example(capfd):
    packaged = Path(storydiff.__file__).parent / "data" / "example"
    source = EXAMPLES / "harbour-fire"
    names = sorted(path.name for path in source.iterdir())
    assert sorted(path.name for path in packaged.iterdir()) == names
    assert all((packaged / n).read_bytes() == (source / n).read_bytes() for n in names)
    assert cli.main(["demo", "--format", "json"]) == 0
    assert len(Comparison.from_json(capfd.readouterr().out).reports) == len(names)


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("out.txt", b"3 reports"),
        ("out.md", b"# Comparison"),
        ("out.json", b"{"),
        ("out.html", b"<!doctype html>"),
        ("out.xlsx", b"PK"),
        ("out.jsonld", b"{"),
    ],
)
def test_the_name_of_the_output_says_the_format(saved, tmp_path, capfd, name, begins):
    assert cli.main(["render", str(saved), "--output", str(tmp_path / name)]) == 0
    assert (tmp_path / name).read_bytes().lower().startswith(begins.lower())
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("csv", {"statements.csv", "links.csv", "differences.csv", "facts.csv", "coverage.csv"}),
        ("labelstudio", {"tasks.json", "config.xml"}),
    ],
)
def test_folders_are_written(saved, tmp_path, capfd, name, files):
    assert cli.main(["render", str(saved), "--format", name, "--output", str(tmp_path / "f")]) == 0
    assert {path.name for path in (tmp_path / "f").iterdir()} == files
    assert cli.main(["render", str(saved), "--format", name]) == 2
    assert "wanted a folder to write to" in capfd.readouterr().err


def test_a_workbook_can_be_piped(saved, capfdbinary):
    assert cli.main(["render", str(saved), "--format", "xlsx"]) == 0
    assert capfdbinary.readouterr().out.startswith(b"PK")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--format", "json", "--only", "quotes"],
        ["--format", "webannotation", "--focus", "Radio"],
        ["--format", "html", "--only", "quotes"],
        ["--format", "xlsx", "--support", "2"],
    ],
)
def test_options_that_a_format_does_not_know_are_refused(saved, capfd, arguments):
    assert cli.main(["render", str(saved), *arguments]) == 2
    assert (
        f"got it with --format {arguments[1]}, wanted one of text, markdown"
        in capfd.readouterr().err
    )


def test_json_holds_the_focus(saved, capfd, comparison):
    assert cli.main(["render", str(saved), "--format", "json", "--focus", "Radio"]) == 0
    assert Comparison.from_json(capfd.readouterr().out).focus_ == comparison.focus("Radio")


def test_tables_hold_the_focus(saved, tmp_path, comparison):
    folder = tmp_path / "tables"
    arguments = ["render", str(saved), "--format", "csv", "--output", str(folder)]
    assert cli.main([*arguments, "--focus", "Radio"]) == 0
    written = (folder / "focus.csv").read_text(encoding="utf-8").splitlines()
    assert written[0].startswith("finding,type,fact,ours,theirs,outlets")
    assert {line.split(",")[0] for line in written[1:]} <= {
        *("left out", "in part", "conflict", "contradiction", "altered", "added", "quoted"),
        "wording",
    }
    assert len(written) > 1


def test_html_takes_the_focus(saved, capfd, comparison):
    from storydiff.rendering import html

    assert cli.main(["render", str(saved), "--format", "html", "--focus", "Radio"]) == 0
    assert capfd.readouterr().out == html.render(comparison, focus="Radio")


def test_a_result_is_read_from_standard_input(saved, capfd, monkeypatch, comparison):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(saved.read_bytes())))
    assert cli.main(["render", "-"]) == 0
    assert capfd.readouterr().out == comparison.to_text()


@pytest.mark.parametrize("kind", ["coverage", "upset", "ribbon"])
def test_figures_are_drawn(saved, tmp_path, kind):
    target = tmp_path / "figure.png"
    assert cli.main(["plot", str(saved), "--kind", kind, "--output", str(target)]) == 0
    assert target.read_bytes().startswith(b"\x89PNG")


def test_figures_that_cannot_be_are_refused(saved, tmp_path, capfd):
    assert cli.main(["plot", str(saved), "--output", str(tmp_path / "figure.gif")]) == 2
    assert "wanted a name ending in .png, .svg, .pdf" in capfd.readouterr().err
    arguments = ["--kind", "ribbon", "--reports", "Post", "Nobody", "--output"]
    assert cli.main(["plot", str(saved), *arguments, str(tmp_path / "figure.png")]) == 2
    assert "Gazette" in capfd.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["result.json"]


def test_corrected_tasks_become_gold(saved, tmp_path, capfd):
    tasks = tmp_path / "tasks"
    arguments = ["--format", "labelstudio", "--output", str(tasks)]
    assert cli.main(["render", str(saved), *arguments]) == 0
    (task,) = json.loads((tasks / "tasks.json").read_text(encoding="utf-8"))
    export = tmp_path / "export.json"
    export.write_text(json.dumps([{**task, "annotations": task["predictions"]}]))
    assert cli.main(["gold", str(export), "--output", str(tmp_path / "gold")]) == 0
    (story,) = read_gold(tmp_path / "gold").stories
    assert story.outlets == ("Post", "Radio", "Gazette")
    export.write_text("{}")
    assert cli.main(["gold", str(export), "--output", str(tmp_path / "gold")]) == 2
    assert "wanted a list of tasks" in capfd.readouterr().err


def on_a_terminal(arguments, **environment):
    """What the command writes when its standard output is a terminal of 100 columns."""
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 100, 0, 0))
    done = subprocess.Popen(
        [sys.executable, "-m", "storydiff", *arguments],
        stdout=side,
        stderr=subprocess.PIPE,
        env={**os.environ, "TERM": "xterm-256color", **environment},
    )
    os.close(side)
    written = b""
    # Linux ends the reading of a terminal that nobody writes to with an error.
    with open(main, "rb", buffering=0) as stream, contextlib.suppress(OSError):
        while piece := stream.read(4096):
            written += piece
    assert done.wait() == 0, done.stderr.read()
    done.stderr.close()
    return written.decode()


def test_a_terminal_gets_tables(saved):
    shown = on_a_terminal(["render", str(saved)])
    assert "\x1b[1m" in shown
    assert "\x1b[32m" in shown
    assert "● told" in shown
    assert "Not found in Post, the weightiest first" in shown
    colourless = on_a_terminal(["render", str(saved)], NO_COLOR="1")
    assert "● told" in colourless
    assert "\x1b[32m" not in colourless


def test_a_dumb_terminal_gets_plain_text(saved, comparison):
    shown = on_a_terminal(["render", str(saved)], TERM="dumb")
    assert shown.replace("\r\n", "\n") == comparison.to_text()


def tables(comparison, **options):
    console = Console(width=120, file=io.StringIO(), color_system=None)
    terminal.show(comparison, console=console, **options)
    return console.file.getvalue()


def test_tables_show_each_version_of_an_utterance():
    shown = " ".join(tables(harbour()).split())
    for how in ("quotes it most fully", "quotes it altered", "paraphrases it"):
        assert how in shown
    assert "Quotations: one utterance" not in tables(harbour(), only="opinions")


def test_tables_show_what_the_view_holds(comparison):
    shown = " ".join(tables(comparison).split())
    view = view_of(comparison)
    for fact in view.shared:
        assert f" {fact.id} " in shown
    for column in view.reports:
        assert f"{column.told} of {len(view.shared)}" in shown
    assert "Only Radio tells" not in tables(comparison, focus="Post")


def test_tables_of_many_reports_count_instead(words):
    reports = [Report(text="The bridge fell.", outlet=f"Paper {i}") for i in range(9)]
    assert "9 of 9" in tables(words.compare(reports))


def test_hostile_text_is_no_markup_and_moves_no_cursor(words):
    text = "[red]The[/red] bridge \u202efell.\n[link=http://x.example]x[/link] and more"
    found = words.compare([Report(text=text, outlet=name) for name in ("[bold]A", "B\u202e")])
    shown = tables(found)
    assert "[red]The[/red]" in shown
    assert "[bold]A" in shown
    assert "\u202e" not in shown


def completed(line, tmp_path):
    """What bash offers at the end of a line, by our script."""
    script = tmp_path / "completion.bash"
    with script.open("w") as stream:
        subprocess.run(
            [sys.executable, "-m", "storydiff", "completion", "bash"], stdout=stream, check=True
        )
    *words, last = line.split(" ")
    array = " ".join(f"'{word}'" for word in (*words, last))
    code = (
        f"source {script}; COMP_WORDS=({array}); COMP_CWORD={len(words)}; "
        '_storydiff; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run([BASH, "--norc", "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_bash_completes_what_the_parser_knows(tmp_path):
    assert completed("storydiff comp", tmp_path) == {"compare", "completion"}
    assert completed("storydiff compare --fo", tmp_path) == {"--format", "--focus"}
    assert completed("storydiff compare --format x", tmp_path) == {"xlsx"}
    assert completed("storydiff plot r.json --kind ", tmp_path) == {"coverage", "upset", "ribbon"}
    assert completed("storydiff completion z", tmp_path) == {"zsh"}


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_every_command_and_option(shell, capfd):
    assert cli.main(["completion", shell]) == 0
    script = capfd.readouterr().out
    for word in ("compare", "demo", "render", "plot", "gold", "schema", "webannotation", "fish"):
        assert word in script
    assert ("bashcompinit" in script) == (shell == "zsh")


def test_a_closed_pipe_is_no_error(saved):
    command = f"{sys.executable} -m storydiff render {saved} | head -1"
    done = subprocess.run(
        [BASH, "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.returncode == 0
