"""How often findings are wrong: the rates that are published with the library.

Measured by ``storydiff bench`` and kept in ``data/rates.json``, in two columns:
our own stories, which anybody can measure again, and real stories that no part
of the library was ever fitted or tuned on. Rates hold for one signature; a
result with another has none, and says so (docs/design/0115-error-rates.md).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import Field

from storydiff.datatypes import Probability, Value

Finding = Literal[
    "link",
    "same",
    "told",
    "left out",
    "conflict",
    "contradiction",
    "quotation",
    "quotation differs",
    "attribution differs",
    "speaker",
    "opinion",
    "reported",
    "fact",
    "origin",
]
Interval = tuple[Probability, Probability]

IN_LINE: tuple[Finding, ...] = (
    "link",
    "same",
    "left out",
    "conflict",
    "quotation",
    "speaker",
    "opinion",
    "origin",
)
"""The findings whose rates stand in the line of a report."""


class Rate(Value):
    """How often one kind of finding is right.

    Attributes:
        right, wrong, missed: findings that are right and wrong, and those that should be there.
        precision: share of what is said that is right; None where nothing is said.
        recall: share of what there is that is said; None where there is nothing.
        f1: their harmonic mean.
        precision_interval, recall_interval, f1_interval: 95 %, by bootstrap over stories.
    """

    right: Annotated[int, Field(ge=0)]
    wrong: Annotated[int, Field(ge=0)]
    missed: Annotated[int, Field(ge=0)]
    precision: Probability | None
    recall: Probability | None
    f1: Probability | None
    precision_interval: Interval | None
    recall_interval: Interval | None
    f1_interval: Interval | None


class Measured(Value):
    """The rates of one signature on one set of stories.

    A finding without a rate is one that no reader of these stories marked.
    ``readers`` is how many read each story; ``date`` the day of measurement, ISO.
    """

    name: str
    sha256: str
    stories: int
    readers: int
    date: str
    signature: str
    rates: Mapping[Finding, Rate | None]


class Published(Value):
    """Both columns; a column is None until it was measured."""

    own: Measured | None = None
    held_out: Measured | None = None


@cache
def published() -> Published:
    """The rates that came with this version."""
    text = (files("storydiff") / "data" / "rates.json").read_text(encoding="utf-8")
    return Published.model_validate_json(text)


def rates_note(signature: str, rates: Published | None = None) -> str:
    """One line: the rates that apply to a result with this signature.

    A column that was measured with another signature does not apply, and the
    line says so instead of showing it.
    """
    known = rates or published()
    return (
        f"error rates (precision/recall): {_column('invented stories', known.own, signature)}; "
        f"{_column('held-out real stories', known.held_out, signature)}"
    )


def _column(kind: str, measured: Measured | None, signature: str) -> str:
    if measured is None:
        return f"on {kind} not yet measured"
    if measured.signature != signature:
        return f"on {kind} not measured with these settings"
    shares = ", ".join(_share(name, measured.rates.get(name)) for name in IN_LINE)
    return f"on {measured.stories} {kind} ({measured.date}, sha256 {measured.sha256[:12]}) {shares}"


def _share(name: str, rate: Rate | None) -> str:
    if rate is None:
        return f"{name} not measured"
    return f"{name} {percent(rate.precision)}/{percent(rate.recall)}"


def percent(share: float | None) -> str:
    """A share as per cent, "–" where there is none."""
    return "–" if share is None else f"{100 * share:.0f} %"


def as_text(rates: Published) -> str:
    """What ``data/rates.json`` holds."""
    return json.dumps(rates.model_dump(mode="json"), indent=1, ensure_ascii=False) + "\n"
