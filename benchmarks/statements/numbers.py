"""Number phrases with value, bound and unit all right, on the lists that we wrote.

The first list was committed before the grammar; the others were written after
it, the second to fourth without a look at the code, and were then used to mend
it, so only the figures of their first runs (in docs/design/0040-number-grammar.md)
say how the grammar does on phrases it has not seen.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from storydiff.datatypes import Quantity
from storydiff.quantities import find_quantities

PHRASES = Path(__file__).parents[2] / "tests" / "data_quantities"
LISTS = (
    "phrases",
    "phrases_second",
    "phrases_third",
    "phrases_fourth",
    "phrases_fifth",
    "phrases_sixth",
)


def evaluate() -> dict[str, Any]:
    """For each list: phrases, those wholly right, their share, and the ones that are wrong."""
    return {name: _score(name) for name in LISTS}


def _score(name: str) -> dict[str, Any]:
    rows = json.loads((PHRASES / f"{name}.json").read_text(encoding="utf-8"))["phrases"]
    wrong = [text for text, *wanted in rows if not right(text, wanted)]
    spans = sum(_spans_right(text, wanted) for text, *wanted in rows)
    nouns = sum(_nouns_right(text, wanted) for text, *wanted in rows)
    good = len(rows) - len(wrong)
    return {
        "phrases": len(rows),
        "value_bound_unit_right": good,
        "share": round(good / len(rows), 3),
        "spans_right_too": spans,
        "nouns_right_too": nouns,
        "wrong": wrong,
    }


def right(text: str, wanted: list[list[Any]]) -> bool:
    """Whether exactly the wanted quantities are found, each with its value, bound and unit."""
    found = find_quantities(text)
    return len(found) == len(wanted) and all(map(_same, found, wanted))


def _same(quantity: Quantity, wanted: list[Any]) -> bool:
    _, low, high, bound, unit, _ = wanted
    near = _near(quantity.low, low) and _near(quantity.high, high)
    return near and quantity.bound == bound and quantity.unit == unit


def _near(a: float | None, b: float | None) -> bool:
    """Whether two ends are both open, or equal to four digits (as the lists write thirds)."""
    if a is None or b is None:
        return a is b
    return abs(a - b) <= 1e-3 * abs(b)


def _spans_right(text: str, wanted: list[list[Any]]) -> bool:
    found = find_quantities(text)
    return right(text, wanted) and all(
        text[slice(*quantity.span)] == want[0] for quantity, want in zip(found, wanted, strict=True)
    )


def _nouns_right(text: str, wanted: list[list[Any]]) -> bool:
    found = find_quantities(text)
    nouns = [text[slice(*quantity.noun)] if quantity.noun else "" for quantity in found]
    return right(text, wanted) and nouns == [want[5] for want in wanted]
