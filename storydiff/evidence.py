"""Why a pair was linked: the parts of its log-odds, told against a typical pair.

The scorer is additive, so the parts sum to the log-odds exactly. What the first
reading gave to the second is handed on to the parts of the first in proportion.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import numpy as np

from storydiff.datatypes import Evidence
from storydiff.matching import Additive
from storydiff.protocols import Floats
from storydiff.scoring import Scores, Weights

PARTS: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "speech": (
            "speaker shared",
            ("speaker", "quoted share", "cover quoted", "cover spoken"),
        ),
        "names": ("names shared", ("names", "people", "pronouns", "cover names")),
        "numbers": ("numbers shared", ("numbers", "days")),
        "predicates": (
            "verbs and arguments",
            ("verbs", "subjects", "objects", "cover root", "cover verbs"),
        ),
        "place": ("position apart", ("position", "length", "leads", "early")),
        "other statements": ("cover: csls", ("cover:", "clause:", "lemmas:")),
        "clauses": ("clause mean", ("clause",)),
        "letters": ("lemmas, more", ("lemmas", "stems", "runs")),
        "words": ("cover", ("cover", "context", "matched", "window", "pooled")),
        "rivals": ("rivals: share, less", ("rivals", "reports")),
        "neighbours": ("neighbours: diagonal", ("neighbours",)),
        "third reports": ("third: best chain", ("third",)),
    }
)
"""Part of the evidence → the feature shown as its value, and how its features begin.

The first part that fits takes a feature.
"""

FIRST = ("first: log-odds", "first: probability")


@cache
def part_of(name: str) -> str:
    """The part of the evidence that a feature belongs to."""
    return next(part for part, (_, begins) in PARTS.items() if name.startswith(begins))


def explain(scores: Scores, weights: Weights, i: int, j: int) -> tuple[Evidence, ...]:
    """The parts of the log-odds of statements i and j, the weightiest first, then a constant."""
    row = scores.row(i, j)
    if row is None:
        return (Evidence(part="copies of one report", value=1.0, weight=0.0),)
    slope, intercept = weights.line
    base, shares = _by_part(weights.second, row)
    passed = shares.pop("first reading", 0.0)
    _, first_shares = _by_part(weights.first, row[:, : len(weights.first.names)])
    total = sum(first_shares.values())
    if abs(total) > 1e-6:
        for part, share in first_shares.items():
            shares[part] = shares.get(part, 0.0) + passed * share / total
    else:
        base += passed
    values = dict(zip(weights.second.names, row[0].tolist(), strict=True))
    parts = [
        Evidence(part=part, value=round(values[PARTS[part][0]], 4), weight=round(slope * share, 4))
        for part, share in shares.items()
    ]
    constant = Evidence(part="constant", value=1.0, weight=round(slope * base + intercept, 4))
    return (*sorted(parts, key=lambda e: (-abs(e.weight), e.part)), constant)


def _by_part(model: Additive, row: Floats) -> tuple[float, dict[str, float]]:
    base, shares = model.shares(row)
    out: dict[str, float] = {}
    for name, share in zip(model.names, np.asarray(shares)[0].tolist(), strict=True):
        part = "first reading" if name in FIRST else part_of(name)
        out[part] = out.get(part, 0.0) + share
    return base, out
