"""Comparisons and links as small HTML fragments for a notebook.

A fragment brings its own style, bound to its own class, and no script. Article
text is escaped and its control characters are visible, as on the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from storydiff.comparison import Comparison
from storydiff.datatypes import Link
from storydiff.rates import rates_note
from storydiff.rendering.escaping import visible
from storydiff.rendering.page.differing import NAMES, Contrast, contrasts_of
from storydiff.rendering.page.overview import Outlet, omissions_of, outlets_of
from storydiff.rendering.page.places import Places

SHOWN = 5
"""How many conflicts and omissions a fragment lists; it says how many there are."""

_STYLE = Markup(
    "<style>"
    ".storydiff-note{font-size:13px;line-height:1.5;max-width:64em}"
    ".storydiff-note table{border-collapse:collapse;margin:.4em 0}"
    ".storydiff-note th,.storydiff-note td{text-align:left;padding:.15em 1.2em .15em 0}"
    ".storydiff-note th{font-weight:600}"
    ".storydiff-note p{margin:.6em 0 .1em}"
    ".storydiff-note ul{margin:.1em 0 .4em;padding-left:1.4em}"
    "</style>"
)


def comparison_html(comparison: Comparison, *, support: int = 2) -> str:
    """A comparison in one screen: who tells how much, first conflicts, first omissions."""
    places = Places.of(comparison)
    conflicts = [c for c in contrasts_of(places) if c.conflict]
    omissions, count = omissions_of(places, support=support)
    shared = sum(row.support >= support for row in comparison.table)
    return _fragment(
        _line(f"{len(places.labels)} reports, {shared} facts told by {support} or more"),
        _table(
            ("report", "statements", "shared facts", "not found", "alone"),
            (_figures(o) for o in outlets_of(places, support=support)),
        ),
        _list(
            f"{len(conflicts)} conflicts",
            len(conflicts),
            (_conflict(c) for c in conflicts[:SHOWN]),
        ),
        _list(
            "told by others, not found in",
            count,
            (
                _text(", ".join(m.label for m in o.missed), ": “", _words(o.told.pieces), "”")
                for o in omissions[:SHOWN]
            ),
        ),
        _line(rates_note(comparison.signature)),
        _line(f"signature {visible(comparison.signature)}"),
    )


def link_html(link: Link) -> str:
    """A link: its statements, how sure it is, what differs, and the evidence."""
    return _fragment(
        _line(f"{link.a} and {link.b}: {link.relation}, p {link.score:.2f}"),
        _table(
            ("", link.a, link.b, "p"),
            (
                ("shared", _spans(link.spans_a), _spans(link.spans_b), f"{link.score:.2f}"),
                *(
                    (
                        NAMES[d.type] + (" (conflict)" if d.conflict else ""),
                        _spans(d.a),
                        _spans(d.b),
                        f"{d.score:.2f}",
                    )
                    for d in link.differences
                ),
            ),
        ),
        _table(
            ("evidence", "value", "log-odds"),
            ((e.part, f"{e.value:.2f}", f"{e.weight:+.2f}") for e in link.evidence),
        ),
    )


def _fragment(*parts: Markup) -> str:
    return str(
        Markup('<div class="storydiff-note">') + _STYLE + Markup("").join(parts) + Markup("</div>")
    )


def _text(*parts: str) -> str:
    return visible("".join(parts))


def _line(text: str) -> Markup:
    return Markup("<p><b>{}</b></p>").format(visible(text))


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Markup:
    """A table, or nothing where it has no rows."""
    body = Markup("").join(_row("td", row) for row in rows)
    if not body:
        return body
    return Markup("<table><thead>{}</thead><tbody>{}</tbody></table>").format(
        _row("th", head), body
    )


def _row(tag: str, cells: Iterable[str]) -> Markup:
    cell = Markup(f"<{tag}>{{}}</{tag}>")  # noqa: S704 - one of our two tags
    inner = Markup("").join(cell.format(visible(c)) for c in cells)
    return Markup("<tr>{}</tr>").format(inner)


def _list(title: str, count: int, items: Iterable[str]) -> Markup:
    lines = [Markup("<li>{}</li>").format(item) for item in items]
    if not lines:
        return Markup("")
    rest = f" (the first {len(lines)} of {count})" if count > len(lines) else ""
    return _line(title + rest) + Markup("<ul>{}</ul>").format(Markup("").join(lines))


def _figures(o: Outlet) -> tuple[str, ...]:
    return (o.label, *map(str, (o.statements, o.shared, o.missed, o.alone)))


def _conflict(c: Contrast) -> str:
    sides = ", ".join(f"{side.places[0].label} “{side.words}”" for side in c.sides)
    return _text(f"{c.name}, p {c.score:.2f}: {sides}")


def _words(pieces: Iterable[Any]) -> str:
    return "".join(piece.text for piece in pieces)


def _spans(spans: Iterable[tuple[int, int]]) -> str:
    return ", ".join(f"{start}:{end}" for start, end in spans)
