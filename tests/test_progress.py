"""The progress bar: told each stage, on a terminal and in a notebook."""

import io
import sys
from types import ModuleType

from rich import console

from storydiff.progress import STAGES, progress_bar


def test_the_stages_are_those_a_pipeline_tells(words, reports):
    told = []
    words.compare(reports, progress=told.append)
    assert tuple(told) == STAGES


def test_on_a_terminal_the_bar_comes_and_goes(words, reports, monkeypatch):
    written = io.StringIO()
    real = console.Console
    monkeypatch.setattr(
        console, "Console", lambda **_: real(file=written, force_terminal=True, width=80)
    )
    with progress_bar() as tell:
        words.compare(reports, progress=tell)
    shown = written.getvalue()
    assert "tabulating" in shown
    assert shown.rstrip().endswith("\x1b[2K")


def test_other_stages_may_be_counted_and_their_names_are_no_markup(monkeypatch):
    written = io.StringIO()
    real = console.Console
    monkeypatch.setattr(
        console, "Console", lambda **_: real(file=written, force_terminal=True, width=80)
    )
    with progress_bar(["one", "[red]two"]) as tell:
        tell("[red]two")
    assert "[red]two" in written.getvalue()


class Shown:
    """What IPython's display gives back: it can be changed in place."""

    def __init__(self, content):
        self.contents = [content]

    def update(self, content):
        self.contents.append(content)


def test_in_a_notebook_one_place_is_changed(words, reports, monkeypatch):
    shown = []
    ipython, display = ModuleType("IPython"), ModuleType("IPython.display")
    ipython.get_ipython = lambda: type("Shell", (), {"kernel": object()})()
    display.HTML = str
    display.display = lambda content, display_id: shown.append(Shown(content)) or shown[-1]
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    with progress_bar() as tell:
        words.compare(reports, progress=tell)
        tell("<b>other</b>")
    (place,) = shown
    values = [c.partition('value="')[2].partition('"')[0] for c in place.contents[:-2]]
    assert place.contents[-2].count('value="0"') == 1
    assert values == [str(i) for i in range(len(STAGES) + 1)]
    assert "&lt;b&gt;" in place.contents[-2]
    assert place.contents[-1] == ""
