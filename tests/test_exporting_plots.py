"""Figures: what they draw is counted from the parts they are made of."""

import sys
from collections import Counter

import matplotlib
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle

from storydiff.datatypes import Difference, Report
from storydiff.errors import MissingDependencyError, OptionError
from storydiff.exporting import plots


def patches_of(figure, kind):
    return [p for axes in figure.axes for p in axes.patches if isinstance(p, kind)]


def test_a_heat_map_has_a_box_for_every_fact_and_report(comparison):
    figure = plots.coverage(comparison)
    assert isinstance(figure, Figure)
    boxes = patches_of(figure, Rectangle)
    assert len(boxes) == len(comparison.table) * len(comparison.reports)
    drawn = Counter(to_hex(box.get_facecolor()) for box in boxes)
    states = Counter(cell.state for row in comparison.table for cell in row.cells.values())
    assert {plots._STATES[state][0]: n for state, n in states.items()} == dict(drawn)
    (axes,) = figure.axes
    assert [t.get_text() for t in axes.get_xticklabels()] == ["Post", "Radio", "Gazette"]
    assert all(
        row.id in t.get_text()
        for row, t in zip(comparison.table, axes.get_yticklabels(), strict=True)
    )


def test_states_differ_in_more_than_colour():
    marks = [
        (hatch, matplotlib.colors.to_rgb(colour)) for colour, hatch, _ in plots._STATES.values()
    ]
    light = [0.2126 * r + 0.7152 * g + 0.0722 * b for _, (r, g, b) in marks]
    for i, (hatch, _) in enumerate(marks):
        for j in range(i):
            assert hatch != marks[j][0] or abs(light[i] - light[j]) > 0.3


def test_a_heat_map_of_the_weightiest_says_so(comparison):
    figure = plots.coverage(comparison, most=2)
    assert "2 of" in figure.get_suptitle()
    assert len(patches_of(figure, Rectangle)) == 2 * len(comparison.reports)


def test_the_bars_of_an_upset_plot_add_up(comparison):
    figure = plots.upset(comparison)
    bars, dots, totals = figure.axes
    assert sum(bar.get_height() for bar in bars.patches) == len(comparison.table)
    told = {
        r.outlet: sum(row.cells[r.id].state in ("told", "partly") for row in comparison.table)
        for r in comparison.reports
    }
    names = [t.get_text() for t in totals.get_yticklabels()]
    widths = [bar.get_width() for bar in totals.patches]
    assert dict(zip(names, widths, strict=True)) == told
    assert widths == sorted(widths, reverse=True)
    assert len(dots.lines) == len(bars.patches)


def test_an_upset_plot_says_what_it_leaves_out(comparison):
    figure = plots.upset(comparison, most=1)
    assert "1 largest of" in figure.get_suptitle()
    assert len(figure.axes[0].patches) == 1


def test_a_ribbon_for_every_link_of_the_two(comparison):
    figure = plots.ribbon(comparison, "Post", "Radio")
    wanted = [x for x in comparison.links if {x.a[:4], x.b[:4]} == {"post", "radi"}]
    assert len(patches_of(figure, PathPatch)) == len(wanted)
    swapped = plots.ribbon(comparison, "Radio", "Post")
    assert len(patches_of(swapped, PathPatch)) == len(wanted)


def test_a_conflict_has_an_edge_of_its_own(comparison):
    link = next(x for x in comparison.links if {x.a[:4], x.b[:4]} == {"post", "radi"})
    difference = Difference(type="number", conflict=True, a=link.spans_a, b=link.spans_b)
    marked = link.model_copy(update={"differences": (difference,)})
    links = tuple(marked if x is link else x for x in comparison.links)
    figure = plots.ribbon(comparison.model_copy(update={"links": links}), "post", "radio")
    edged = [p for p in patches_of(figure, PathPatch) if p.get_edgecolor()[3] > 0]
    assert len(edged) == 1
    assert edged[0].get_linestyle() in ("--", "dashed")


@pytest.mark.parametrize("ending", plots.ENDINGS)
def test_equal_figures_give_equal_files(comparison, tmp_path, ending):
    for name in ("one", "two"):
        plots.save(plots.coverage(comparison), tmp_path / f"{name}{ending}")
    one, two = (tmp_path / f"{name}{ending}" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    begin = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}[ending]
    assert one.read_bytes().startswith(begin)


def test_hostile_text_is_drawn_as_it_is(words, tmp_path):
    text = "It cost $5 and $\\frac{1}{$.\nLine \u202e turned\nx" + "y" * 500
    found = words.compare([Report(text=text, outlet=f"$\\alpha$ {i}<script>") for i in range(2)])
    for figure in (
        plots.coverage(found),
        plots.upset(found),
        plots.ribbon(found, *(r.id for r in found.reports)),
    ):
        plots.save(figure, tmp_path / "figure.svg")
        svg = (tmp_path / "figure.svg").read_text(encoding="utf-8")
        assert "<script" not in svg
        assert "$\\alpha$ 0" in svg


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda c: plots.coverage(c, support=9), "support: got 9"),
        (lambda c: plots.upset(c, support=9), "support: got 9"),
        (lambda c: plots.coverage(c, most=0), "most: got 0"),
        (lambda c: plots.ribbon(c, "Post", "Nobody"), "got 'Nobody'"),
        (lambda c: plots.ribbon(c, "Post", "post"), "two different reports"),
        (lambda c: plots.save(plots.upset(c), "figure.gif"), "wanted a name ending in .png"),
    ],
)
def test_what_cannot_be_drawn_is_refused(comparison, draw, message):
    with pytest.raises(OptionError, match=message):
        draw(comparison)


def test_without_matplotlib_the_command_is_named(comparison, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingDependencyError, match=r'pip install "storydiff\[plot\]"'):
        plots.upset(comparison)
