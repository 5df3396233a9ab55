"""Figures of a comparison: coverage heat map, UpSet plot, alignment ribbon.

Each function returns a matplotlib ``Figure`` that belongs to no window and no
state of ``pyplot``; `save` writes one. Colours are told apart with colour-blind
eyes and in grey (Okabe and Ito), and no meaning rests on colour alone.
"""

from __future__ import annotations

import io
import os
import textwrap
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from storydiff.comparison import Comparison
from storydiff.datatypes import CellState, Link, Row, Statement, cut
from storydiff.errors import OptionError, unexpected
from storydiff.exporting.files import write_file
from storydiff.extras import optional
from storydiff.rendering.escaping import visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ENDINGS: Final = (".png", ".svg", ".pdf")

_STATES: Final[dict[CellState, tuple[str, str, str]]] = {
    "told": ("#0072b2", "", "told"),
    "partly": ("#9ecae1", "//", "told in part"),
    "not_found": ("#ffffff", "", "not found"),
    "unknowable": ("#d9d9d9", "..", "cannot know"),
}
_FEWEST_WORDS: Final = 4
_SAME, _OVERLAP, _CONFLICT = "#0072b2", "#999999", "#d55e00"
_INK, _PALE = "#222222", "#dddddd"


def coverage(
    comparison: Comparison, *, support: int = 1, most: int = 60, width: int = 60
) -> Figure:
    """A heat map of facts (rows) and reports (columns): told, in part, not found, cannot know.

    The facts are in the order of the table, so that what is told early stands
    above.

    Args:
        comparison: what to draw.
        support: only facts that at least so many reports tell.
        most: the largest number of facts that are drawn, the weightiest of all;
            the title says how many there are.
        width: characters of a fact's words that are shown.

    Raises:
        MissingDependencyError: matplotlib is not installed.
        OptionError: no fact has this support, or an option is below 1.
    """
    _at_least_one(support=support, most=most, width=width)
    facts = [row for row in comparison.table if row.support >= support]
    if not facts:
        raise OptionError(unexpected("support", got=support, wanted="one that some fact has"))
    heavy = {row.id for row in sorted(facts, key=lambda row: -row.weight)[:most]}
    rows = [row for row in facts if row.id in heavy]
    columns = len(comparison.reports)
    figure = _figure(width=1.6 + 0.062 * width + 0.5 * columns, height=1.9 + 0.26 * len(rows))
    axes = figure.add_subplot()
    for y, row in enumerate(rows):
        for x, report in enumerate(comparison.reports):
            colour, hatch, _ = _STATES[row.cells[report.id].state]
            axes.add_patch(_box(x + 0.04, y + 0.06, 0.92, 0.88, colour, hatch))
    axes.set(xlim=(0, columns), ylim=(len(rows), 0))
    axes.set_yticks([y + 0.5 for y in range(len(rows))])
    axes.set_yticklabels([_words(comparison, row, width) for row in rows], fontsize=8)
    axes.set_xticks([x + 0.5 for x in range(columns)])
    axes.set_xticklabels(_labels(comparison), rotation=40, ha="left", fontsize=9)
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.spines[:].set_visible(False)
    boxes = [_box(0, 0, 1, 1, colour, hatch) for colour, hatch, _ in _STATES.values()]
    names = [name for *_, name in _STATES.values()]
    figure.legend(boxes, names, loc="outside lower center", ncols=4, frameon=False, fontsize=8)
    shown = f"{len(rows)} of {len(facts)} facts" if len(rows) < len(facts) else f"{len(rows)} facts"
    told = f" told by {support} or more" if support > 1 else ""
    figure.suptitle(f"Who tells what: {shown}{told}", fontsize=11)
    return figure


def upset(comparison: Comparison, *, support: int = 1, most: int = 25) -> Figure:
    """An UpSet plot: how many facts each combination of reports tells, wholly or in part.

    Source: Lex, Gehlenborg, Strobelt, Vuillemot and Pfister, *UpSet: Visualization
    of Intersecting Sets*, IEEE TVCG 2014.

    Args:
        comparison: what to draw.
        support: only facts that at least so many reports tell.
        most: the largest number of combinations drawn, the largest first.

    Raises:
        MissingDependencyError: matplotlib is not installed.
        OptionError: no fact has this support, or an option is below 1.
    """
    _at_least_one(support=support, most=most)
    who = Counter(
        frozenset(r for r, cell in row.cells.items() if cell.state in ("told", "partly"))
        for row in comparison.table
        if row.support >= support
    )
    if not who:
        raise OptionError(unexpected("support", got=support, wanted="one that some fact has"))
    ids = [report.id for report in comparison.reports]
    sizes = {r: sum(n for tellers, n in who.items() if r in tellers) for r in ids}
    order = sorted(ids, key=lambda r: -sizes[r])
    sets = sorted(who.items(), key=lambda item: (-item[1], [r not in item[0] for r in order]))
    shown = sets[:most]
    figure = _figure(width=3.6 + 0.42 * len(shown), height=2.6 + 0.34 * len(ids))
    grid = figure.add_gridspec(
        2, 2, width_ratios=(1.3, 0.42 * len(shown)), height_ratios=(2.0, 0.34 * len(ids))
    )
    bars, dots, totals = (figure.add_subplot(grid[at]) for at in ((0, 1), (1, 1), (1, 0)))
    _intersections(bars, [n for _, n in shown])
    _dots(dots, [tellers for tellers, _ in shown], order)
    _totals(totals, [sizes[r] for r in order], _labels(comparison, order))
    dots.sharex(bars)
    hidden = len(sets) - len(shown)
    more = f" (the {len(shown)} largest of {len(sets)} combinations)" if hidden else ""
    figure.suptitle(f"Who shares what: facts told by exactly these reports{more}", fontsize=11)
    return figure


def ribbon(comparison: Comparison, a: str, b: str, *, width: int = 58) -> Figure:
    """Two reports beside each other, with a ribbon between statements that match.

    The wider the ribbon, the more probable the match. Blue is the same, grey an
    overlap, and a conflict is orange with a dashed edge.

    Args:
        comparison: what to draw.
        a: the report on the left: its id, or its outlet.
        b: the report on the right.
        width: characters of a statement that are shown.

    Raises:
        MissingDependencyError: matplotlib is not installed.
        OptionError: a report is not there, or both are one, or ``width`` is below 1.
    """
    _at_least_one(width=width)
    left, right = comparison.report(a), comparison.report(b)
    if left.id == right.id:
        raise OptionError(unexpected("reports", got=(a, b), wanted="two different reports"))
    sides = [comparison.statements_of(report.id) for report in (left, right)]
    links = [x for x in comparison.links if {_report(comparison, x.a), _report(comparison, x.b)} ==
             {left.id, right.id}]  # fmt: skip
    longest = max(map(len, sides))
    figure = _figure(width=2 * (0.085 * width) + 3.4, height=1.6 + 0.27 * longest)
    axes = figure.add_subplot()
    place = {s.id: _height(i, len(side), longest) for side in sides for i, s in enumerate(side)}
    for link in sorted(links, key=lambda x: (_conflicts(x), x.score)):
        ends = (link.a, link.b) if _report(comparison, link.a) == left.id else (link.b, link.a)
        axes.add_patch(_band(place[ends[0]], place[ends[1]], link))
    linked = {end for link in links for end in (link.a, link.b)}
    labels = _labels(comparison, [left.id, right.id])
    for x, side, label in ((0.0, sides[0], labels[0]), (1.0, sides[1], labels[1])):
        _side(axes, x, side, label, place=place, linked=linked, width=width)
    axes.set(xlim=(-0.02, 1.02), ylim=(longest, -1.2))
    axes.axis("off")
    handles = [
        _box(0, 0, 1, 1, _SAME, ""),
        _box(0, 0, 1, 1, _OVERLAP, ""),
        _box(0, 0, 1, 1, _CONFLICT, "", dashed=True),
    ]
    names = ["same", "overlap", "conflict"]
    figure.legend(handles, names, loc="outside lower center", ncols=3, frameon=False, fontsize=8)
    figure.suptitle(f"{len(links)} matches between {' and '.join(labels)}", fontsize=11)
    return figure


def save(figure: Figure, path: str | os.PathLike[str]) -> None:
    """Write a figure as PNG, SVG or PDF, by the ending of the file's name, in one step.

    Equal figures give equal files. Raises `OptionError` for another ending, or if
    the file cannot be written.
    """
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS:
        wanted = f"a name ending in {', '.join(ENDINGS)}"
        raise OptionError(unexpected("figure", got=os.fspath(path), wanted=wanted))
    matplotlib = optional("matplotlib", extra="plot", purpose="a figure")
    dated = {".png": {}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None}}[ending]
    content = io.BytesIO()
    # Text of an SVG stays text, and its names do not change from run to run.
    with matplotlib.rc_context({"svg.hashsalt": "storydiff", "svg.fonttype": "none"}):
        figure.savefig(content, format=ending[1:], dpi=150, metadata=dated)
    write_file(path, content.getvalue())


def _figure(*, width: float, height: float) -> Figure:
    """A figure of this many inches; at most what can still be drawn (65,535 pixels at 150 dpi)."""
    module = optional("matplotlib.figure", extra="plot", purpose="a figure")
    size = (min(width, 400.0), min(height, 400.0))
    figure: Figure = module.Figure(figsize=size, layout="constrained", facecolor="white")
    return figure


def _box(
    x: float,
    y: float,
    width: float,
    height: float,
    colour: str,
    hatch: str,
    *,
    dashed: bool = False,
) -> Any:
    patches = optional("matplotlib.patches", extra="plot", purpose="a figure")
    return patches.Rectangle(
        (x, y),
        width,
        height,
        facecolor=colour,
        hatch=hatch,
        edgecolor=_INK if dashed else "#888888",
        linewidth=0.8 if dashed else 0.5,
        linestyle="--" if dashed else "-",
    )


def _intersections(axes: Axes, counts: Sequence[int]) -> None:
    axes.bar(range(len(counts)), counts, color=_INK, width=0.6)
    for x, count in enumerate(counts):
        axes.annotate(
            str(count), (x, count), (0, 2), textcoords="offset points", ha="center", fontsize=8
        )
    axes.set_ylabel("facts", fontsize=9)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.tick_params(bottom=False, labelbottom=False, labelsize=8)
    axes.margins(y=0.12)
    axes.locator_params(axis="y", integer=True, nbins=6)


def _dots(axes: Axes, sets: Sequence[frozenset[str]], order: Sequence[str]) -> None:
    for y in range(0, len(order), 2):
        axes.axhspan(y - 0.5, y + 0.5, color="#f2f2f2", zorder=0)
    for x, tellers in enumerate(sets):
        inside = [y for y, report in enumerate(order) if report in tellers]
        axes.plot([x, x], [inside[0], inside[-1]], color=_INK, linewidth=2, zorder=2)
        axes.scatter([x] * len(order), range(len(order)), s=45, color=_PALE, zorder=1)
        axes.scatter([x] * len(inside), inside, s=45, color=_INK, zorder=3)
    axes.set_ylim(len(order) - 0.5, -0.5)
    axes.set_xlim(-0.6, len(sets) - 0.4)
    axes.tick_params(bottom=False, labelbottom=False, left=False, labelleft=False)
    axes.spines[:].set_visible(False)


def _totals(axes: Axes, sizes: Sequence[int], labels: Sequence[str]) -> None:
    axes.barh(range(len(sizes)), sizes, color=_SAME, height=0.6)
    for y, size in enumerate(sizes):
        axes.annotate(
            f"{size} ", (size, y), ha="right", va="center", fontsize=8, annotation_clip=False
        )
    axes.set_yticks(range(len(labels)), labels, fontsize=9)
    axes.set_ylim(len(sizes) - 0.5, -0.5)
    axes.set_xlim(max(sizes) * 1.3, 0)
    axes.tick_params(left=False, labelleft=False, right=False, labelright=True, bottom=False)
    axes.tick_params(labelbottom=False)
    axes.spines[:].set_visible(False)


def _side(
    axes: Axes,
    x: float,
    side: Sequence[Statement],
    label: str,
    *,
    place: dict[str, float],
    linked: set[str],
    width: int,
) -> None:
    align = "right" if x == 0.0 else "left"
    shift = (-8 if x == 0.0 else 8, 0)
    for s in side:
        ink = _INK if s.id in linked else "#767676"
        words = textwrap.shorten(_drawable(s.text), width, placeholder=" …") or "…"
        axes.plot([x], [place[s.id]], "o", markersize=4, color=ink, clip_on=False)
        axes.annotate(
            f"{words}  {s.index}" if x == 0.0 else f"{s.index}  {words}",
            (x, place[s.id]),
            shift,
            textcoords="offset points",
            ha=align,
            va="center",
            fontsize=8,
            color=ink,
            style="normal" if s.id in linked else "italic",
            annotation_clip=False,
        )
    axes.annotate(
        label,
        (x, -0.9),
        shift,
        textcoords="offset points",
        ha=align,
        va="center",
        fontsize=10,
        weight="bold",
        annotation_clip=False,
    )


def _band(y_left: float, y_right: float, link: Link) -> Any:
    """A ribbon between two heights, as wide as its match is probable."""
    path = optional("matplotlib.path", extra="plot", purpose="a figure")
    patches = optional("matplotlib.patches", extra="plot", purpose="a figure")
    half = 0.05 + 0.27 * link.score
    points = [
        (0.0, y_left - half),
        *((0.4, y_left - half), (0.6, y_right - half), (1.0, y_right - half)),
        (1.0, y_right + half),
        *((0.6, y_right + half), (0.4, y_left + half), (0.0, y_left + half)),
        (0.0, y_left - half),
    ]
    code = path.Path
    codes = [code.MOVETO, *[code.CURVE4] * 3, code.LINETO, *[code.CURVE4] * 3, code.CLOSEPOLY]
    conflict = _conflicts(link)
    colour = _CONFLICT if conflict else _SAME if link.relation == "same" else _OVERLAP
    return patches.PathPatch(
        path.Path(points, codes),
        facecolor=colour,
        alpha=0.25 + 0.5 * link.score,
        edgecolor=_INK if conflict else "none",
        linestyle="--",
        linewidth=0.8 if conflict else 0.0,
        zorder=1 if not conflict else 2,
    )


def _height(index: int, count: int, longest: int) -> float:
    """Statements of the shorter report are spread over the height of the longer."""
    return index * (longest - 1) / max(1, count - 1)


def _conflicts(link: Link) -> bool:
    return any(d.conflict for d in link.differences)


def _report(comparison: Comparison, statement: str) -> str:
    return comparison.statement(statement).report


def _words(comparison: Comparison, row: Row, width: int) -> str:
    first = comparison.statement(row.statements[0])
    spans = row.spans.get(first.id, ()) or (first.span,)
    words = " … ".join(cut(comparison.report(first.report).text, spans))
    if len(words.split()) < _FEWEST_WORDS:
        words = first.text  # a word or two out of a sentence name no fact to a reader
    shown = textwrap.shorten(_drawable(words), width, placeholder=" …") or "…"
    return f"{shown}  {row.id}"


def _labels(comparison: Comparison, order: Sequence[str] | None = None) -> list[str]:
    times = Counter(report.outlet for report in comparison.reports)
    reports = [comparison.report(name) for name in order or [r.id for r in comparison.reports]]
    names = [r.outlet if times[r.outlet] == 1 else f"{r.outlet} ({r.id})" for r in reports]
    return [textwrap.shorten(_drawable(name), 28, placeholder=" …") or "…" for name in names]


def _drawable(text: str) -> str:
    """Text that matplotlib draws as it is: no controls, and no dollar that begins a formula."""
    return visible(text).replace("$", r"\$")


def _at_least_one(**options: int) -> None:
    for name, value in options.items():
        if value < 1:
            raise OptionError(unexpected(name, got=value, wanted="a whole number from 1 on"))
