"""Grouping under constraints: which parts of statements tell one thing.

The rule, in full. Edges of at least ``join`` are taken from the strongest to the
weakest (ties: smaller indices first). An edge joins the groups of its two ends if

1. no member of one is barred from a member of the other, and
2. the mean weight over all comparable pairs, one member of each group, is at
   least ``cohesion``; a pair without an edge weighs 0, and two members are
   comparable when they have different owners.

Connected components would need one link to chain two groups; here a lead that
names everyone joins a group only if it is near to all of it (average linkage,
Sokal and Michener 1958, under cannot-link constraints, Wagstaff et al. 2001).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from storydiff.errors import OptionError, unexpected

ROUNDING = 1e-9
"""Sums of one set of weights differ by less than this, in whatever order they are taken."""

Edge = tuple[int, int, float]
"""Two members (smaller index first) and a weight in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """How near members must be to stand in one group.

    Attributes:
        join: least weight of an edge that may join two groups, in [0, 1].
        cohesion: least mean weight between two groups that join, in [0, 1].
    """

    join: float
    cohesion: float

    def __post_init__(self) -> None:
        for name in ("join", "cohesion"):
            value = getattr(self, name)
            if not 0 <= value <= 1:
                raise OptionError(unexpected(name, got=value, wanted="a number in [0, 1]"))


class _Groups:
    """Groups with the sums of weights between them, kept up to date as they join."""

    def __init__(self, owners: Sequence[Hashable], edges: Iterable[Edge]) -> None:
        self.of = list(range(len(owners)))
        self.members = [[i] for i in range(len(owners))]
        self.owners = [Counter([owner]) for owner in owners]
        self.sums: list[dict[int, float]] = [{} for _ in owners]
        self.barred: list[set[int]] = [set() for _ in owners]
        for i, j, weight in edges:
            if owners[i] != owners[j]:
                self.sums[i][j] = self.sums[j][i] = weight

    def bar(self, i: int, j: int) -> None:
        self.barred[i].add(j)
        self.barred[j].add(i)

    def mean(self, g: int, h: int) -> float:
        """Mean weight over the comparable pairs of two groups; 0 where there are none."""
        few, many = sorted((self.owners[g], self.owners[h]), key=len)
        shared = sum(count * many[owner] for owner, count in few.items())
        pairs = len(self.members[g]) * len(self.members[h]) - shared
        return self.sums[g].get(h, 0.0) / pairs if pairs else 0.0

    def join(self, g: int, h: int) -> None:
        """Pour group ``h`` into group ``g``."""
        for member in self.members[h]:
            self.of[member] = g
        self.members[g] += self.members[h]
        self.members[h] = []
        self.owners[g] += self.owners[h]
        for k, total in self.sums[h].items():
            del self.sums[k][h]
            if k != g:
                self.sums[g][k] = self.sums[k][g] = self.sums[g].get(k, 0.0) + total
        self.sums[h] = {}
        for k in self.barred[h]:
            self.barred[k].discard(h)
            self.bar(g, k)
        self.barred[h] = set()


def group(
    owners: Sequence[Hashable],
    edges: Sequence[Edge],
    *,
    barred: Iterable[tuple[int, int]] = (),
    grouping: Grouping,
) -> tuple[tuple[int, ...], ...]:
    """Groups of ``range(len(owners))`` under the rule above, each and all in order.

    ``edges`` name each pair at most once. The result does not depend on their order.
    """
    groups = _Groups(owners, edges)
    for i, j in barred:
        groups.bar(i, j)
    for i, j, weight in sorted(edges, key=lambda edge: (-edge[2], edge[0], edge[1])):
        if weight < grouping.join:
            break
        g, h = sorted((groups.of[i], groups.of[j]))
        if g == h or h in groups.barred[g] or owners[i] == owners[j]:
            continue
        if groups.mean(g, h) >= grouping.cohesion - ROUNDING:
            groups.join(g, h)
    return tuple(sorted(tuple(sorted(members)) for members in groups.members if members))
