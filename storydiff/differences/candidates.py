"""What a detector hands on: a possible difference, with the measures that will judge it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from storydiff.datatypes import DifferenceType, Span


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible difference of a pair.

    Attributes:
        type, rule, a, b: as in `storydiff.datatypes.Difference`.
        features: measures in about [-1, 1] that a fitted model weighs; none where the
            rule stands by itself.
        clash: the two sides cannot both be right if this is what it seems to be.
        score: of a rule that stands by itself.
    """

    type: DifferenceType
    rule: str
    a: tuple[Span, ...]
    b: tuple[Span, ...]
    features: Mapping[str, float] = field(default_factory=dict)
    clash: bool = False
    score: float = 1.0
