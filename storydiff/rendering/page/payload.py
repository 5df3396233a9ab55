"""What the script needs: links, differences and rows as lists of numbers.

Positions are UTF-16 units in a statement's shown text. Statements, reports and
rows are numbers in the comparison's order. The script finds all words in the
page itself.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from storydiff.datatypes import KINDS, Cell, Difference, Evidence, Link, Row, Span
from storydiff.rendering.escaping import visible
from storydiff.rendering.page.articles import STATES, alone_of, differing_rows, quotes_of
from storydiff.rendering.page.differing import NAMES
from storydiff.rendering.page.marks import shown_offsets
from storydiff.rendering.page.places import Places

_TYPES = {name: k for k, name in enumerate(NAMES)}

EVIDENCE = 3
"""How many parts of the evidence of a link are shown, the heaviest first."""


def payload_of(places: Places, *, support: int, first: Sequence[int]) -> str:
    """The data as JSON that may stand inside a script element.

    ``first`` are the reports whose articles are shown at the start.
    """
    data = _Payload(places).data()
    return _json({**data, "support": support, "first": list(first)})


class _Payload:
    """Turns a comparison into numbers; holds what is looked up again and again."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.offsets = {s.id: shown_offsets(s.text) for s in places.comparison.statements}
        self.ranks = _ranks(places)
        self.parts: dict[str, int] = {}
        self.reasons: dict[str, int] = {}

    def data(self) -> dict[str, Any]:
        comparison = self.places.comparison
        statements = comparison.statements
        alone, quotes = alone_of(self.places), quotes_of(self.places)
        flags = differing_rows(self.places)
        data = {
            "labels": [visible(label) for label in self.places.labels],
            "anchors": [self.places.place(s.id).anchor for s in statements],
            "kinds": list(KINDS),
            "states": STATES,
            "types": list(NAMES.values()),
            "alone": self._by_statement(alone),
            "quotes": self._by_statement(quotes),
            "links": [self._link(link) for link in comparison.links],
            "contradictions": [
                [
                    self._at(x.a),
                    self._at(x.b),
                    _percent(x.score),
                    self._spans(x.a, x.spans_a),
                    self._spans(x.b, x.spans_b),
                ]
                for x in comparison.contradictions
            ],
            "rows": [self._row(row, flags[row.id]) for row in comparison.table],
        }
        return {**data, "parts": list(self.parts), "reasons": list(self.reasons)}

    def _at(self, name: str) -> int:
        return self.places.order[name]

    def _spans(self, name: str, spans: Sequence[Span]) -> list[int]:
        offsets = self.offsets[name]
        return [offsets[x] for span in self.places.within(name, spans) for x in span]

    def _by_statement(self, spans: dict[str, tuple[Span, ...]]) -> list[list[Any]]:
        return [
            [self._at(name), self._spans(name, found)] for name, found in spans.items() if found
        ]

    def _link(self, link: Link) -> list[Any]:
        # The constant is the same for all links, so it is no reason for one.
        told = (e for e in link.evidence if e.part != "constant")
        parts = sorted(told, key=lambda e: -abs(e.weight))[:EVIDENCE]
        return [
            self._at(link.a),
            self._at(link.b),
            int(link.relation == "same"),
            _percent(link.score),
            int(link.unsure),
            self._spans(link.a, link.spans_a),
            self._spans(link.b, link.spans_b),
            self._spans(link.a, link.added_a),
            self._spans(link.b, link.added_b),
            [self._difference(link, d) for d in link.differences],
            [self._part(e) for e in parts],
        ]

    def _difference(self, link: Link, d: Difference) -> list[Any]:
        return [
            _TYPES[d.type],
            int(d.conflict),
            _percent(d.score),
            self._spans(link.a, d.a),
            self._spans(link.b, d.b),
        ]

    def _part(self, e: Evidence) -> list[Any]:
        part = self.parts.setdefault(visible(e.part), len(self.parts))
        return [part, round(e.value, 2), round(e.weight, 2)]

    def _row(self, row: Row, flags: tuple[bool, bool]) -> dict[str, Any]:
        reports = self.places.reports
        cells = row.cells.items()
        return {
            "i": visible(row.id),
            "k": [KINDS.index(kind) for kind in row.kinds],
            "n": row.support,
            "o": row.origins,
            "c": _percent(row.score),
            "w": round(row.weight, 3),
            "f": int(flags[0]) + 2 * int(flags[1]),
            "s": [[self._at(name), *self._spans(name, row.spans[name])] for name in row.statements],
            "p": [
                [reports[r], self._at(cell.statements[0]), *self._missing(cell)]
                for r, cell in cells
                if cell.state == "partly"
            ],
            "x": [x for cell in self._cells(row) for x in self._nearest(cell)],
            "u": [
                [reports[r], self.reasons.setdefault(visible(cell.reason), len(self.reasons))]
                for r, cell in cells
                if cell.state == "unknowable"
            ],
        }

    def _cells(self, row: Row) -> list[Cell]:
        """The cells that were not found, in the order of the reports."""
        cells = (row.cells[r.id] for r in self.places.comparison.reports)
        return [cell for cell in cells if cell.state == "not_found"]

    def _nearest(self, cell: Cell) -> tuple[int, int]:
        """The nearest statement's place in its report and how near, or -1 and 0."""
        if cell.nearest is None:
            return (-1, 0)
        return (self.ranks[cell.nearest.statement], _percent(cell.nearest.score))

    def _missing(self, cell: Cell) -> list[int]:
        """The statement that missing spans lie in, and the spans; nothing where there are none."""
        if not cell.missing:
            return []
        return [self._at(cell.missing_in), *self._spans(cell.missing_in, cell.missing)]


def _ranks(places: Places) -> dict[str, int]:
    """How many statements of its report stand before each statement."""
    seen: Counter[str] = Counter()
    ranks = {}
    for s in places.comparison.statements:
        ranks[s.id] = seen[s.report]
        seen[s.report] += 1
    return ranks


def _percent(probability: float) -> int:
    """Hundredths, rounded as the template rounds: one figure must not read in two ways."""
    return round(100 * float(f"{probability:.2f}"))


def _json(data: Any) -> str:
    """JSON in which no character can end a script element or a line of it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
