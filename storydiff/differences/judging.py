"""Weights for what a detector found: does it fill one slot, would readers call it a conflict.

Two linear models a type, both shipped in ``data/differences.json``. The *slot*
model was learned from values that agree: where both sides tell one number, date
or name, it stands in one slot. So it needed no conflicts, which are rare. The
*judge* turns the slot's log-odds and a few measures of the values themselves
into a probability (design note 0073). Learned from gold stories by
``benchmarks/train_differences.py``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from storydiff.shipped import shipped

WEIGHTS = "differences.json"
"""The file of the shipped weights."""

LEAKING = frozenset(
    {
        "self", "mutual", "gap", "close", "score", "half score", "small", "apart", "next day",
        "resolved", "other clashes", "shared numbers", "shared dates", "wide", "bound",
        "other unit", "shared names", "open names", "weekdays",
        "elsewhere", "interim", "moment", "lag",
    }
)  # fmt: skip
"""Measures that know whether two values agree; a slot must be told without them."""

JUDGED: Mapping[str, tuple[str, ...]] = {
    "number": ("slot", "gap", "nearer", "half score", "bound", "small", "other clashes"),
    "date": ("slot", "apart", "elsewhere", "next day", "said", "above", "near"),
}  # fmt: skip
"""What the judge of each type weighs."""


@dataclass(frozen=True)
class Linear:
    """A logistic model over named measures; a missing measure is 0."""

    intercept: float
    weights: Mapping[str, float]

    def log_odds(self, features: Mapping[str, float]) -> float:
        """The weighted sum."""
        return self.intercept + sum(w * features.get(n, 0.0) for n, w in self.weights.items())

    def probability(self, features: Mapping[str, float]) -> float:
        """In [0, 1], to four digits."""
        odds = min(max(self.log_odds(features), -30.0), 30.0)
        return round(1.0 / (1.0 + math.exp(-odds)), 4)


@dataclass(frozen=True)
class Judge:
    """The shipped weights.

    Attributes:
        slots: per type, whether two values fill one slot.
        models: per type, whether readers would call it a conflict (quotation: a difference).
        bars: per type, the probability from which on a difference is a conflict.
    """

    slots: Mapping[str, Linear] = field(default_factory=dict)
    models: Mapping[str, Linear] = field(default_factory=dict)
    bars: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Judge:
        """From what the JSON file holds."""
        return cls(
            {k: Linear(v["intercept"], v["weights"]) for k, v in raw["slots"].items()},
            {k: Linear(v["intercept"], v["weights"]) for k, v in raw["models"].items()},
            dict(raw["bars"]),
        )

    def with_slot(self, kind: str, features: Mapping[str, float]) -> dict[str, float]:
        """The measures with the log-odds of the slot."""
        slot = self.slots.get(kind)
        return {**features, "slot": 0.0 if slot is None else slot.log_odds(features)}

    def slot(self, kind: str, features: Mapping[str, float]) -> float:
        """How likely two values fill one slot, in [0, 1]."""
        model = self.slots.get(kind)
        return 0.0 if model is None else model.probability(features)

    def probability(self, kind: str, features: Mapping[str, float]) -> float:
        """How likely readers would call it so, in [0, 1]."""
        model = self.models.get(kind)
        return 0.0 if model is None else model.probability(self.with_slot(kind, features))


@cache
def default_judge() -> Judge:
    """The weights in ``data/differences.json``."""
    return Judge.of(json.loads(shipped(WEIGHTS)))
