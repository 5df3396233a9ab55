"""Which values of two statements stand against each other, one to one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from storydiff.datatypes import Span


class Placed(Protocol):
    """Anything that stands at a span."""

    @property
    def span(self) -> Span:
        """Where it stands."""
        ...


P = TypeVar("P", bound=Placed)
Scored = tuple[Mapping[str, float], P, P]
Among = Callable[[P, P, bool], bool]
"""Whether two values, and whether they are one, are to be measured at all."""

_SLOT = ("self", "above", "verb", "near", "clause")


def slot(features: Mapping[str, float]) -> float:
    """How far two values seem to fill one slot, before any weights: a plain mean in [0, 1]."""
    base = sum(features[part] for part in _SLOT) / len(_SLOT)
    return base + 0.2 * features.get("noun", 0.0) + 0.2 * features.get("nearest name", 0.0)


def everything(a: object, b: object, same: bool) -> bool:
    """The choice that leaves out nothing."""
    return True


def one_to_one(scored: Sequence[Scored[P]]) -> list[Scored[P]]:
    """The best pairs of values, no value twice; ties go to the earlier spans."""
    ranked = sorted(scored, key=lambda x: (-slot(x[0]), x[1].span, x[2].span))
    used_a, used_b = set[Span](), set[Span]()
    chosen = []
    for features, a, b in ranked:
        if a.span in used_a or b.span in used_b:
            continue
        used_a.add(a.span)
        used_b.add(b.span)
        chosen.append((features, a, b))
    return chosen
