"""What speaks for or against two statements telling the same: named features of pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from storydiff.features.interaction import interaction
from storydiff.features.pairs import Matrix, block_of
from storydiff.features.place import against_all, place, twin_table, untwinned
from storydiff.features.sides import Side
from storydiff.features.telling import lexical, predicates, quantities, who
from storydiff.protocols import Floats, Ints

__all__ = ["PairFeatures", "pair_features", "plain"]


@dataclass(frozen=True, slots=True)
class PairFeatures:
    """Features of all pairs of two reports.

    Attributes:
        names: one a feature, in a stated order.
        rows, columns: int32 ``(p,)``, indices of the statements in the story.
        values: float32 ``(p, f)``.
        shape: statements of both sides; pairs are in row-major order.
    """

    names: tuple[str, ...]
    rows: Ints
    columns: Ints
    values: Floats
    shape: tuple[int, int]


PLAIN = ("cover", "clause", "lemmas", "stems", "runs", "matched", "window", "pooled", "numbers")
"""Beginnings of the features that need nothing but vectors and letters."""


def plain(names: Sequence[str]) -> Ints:
    """Columns of the features that can be had without parse and place: int32."""
    apart = ("names", "quoted", "spoken", "verbs", "nouns", "root", "beside", "lead")
    chosen = [
        k
        for k, name in enumerate(names)
        if name.startswith(PLAIN) and not any(word in name for word in apart)
    ]
    return np.array(chosen, np.int32)


def pair_features(
    a: Side, b: Side, *, mean: Floats, power: float = 1.5, twins: bool = False
) -> PairFeatures:
    """Features of every statement of a with every one of b; the same with a and b exchanged.

    ``twins`` says that a text may stand on both sides, so that it is no rival of itself.
    """
    block = block_of(a, b, mean=mean, power=power)
    table: dict[str, Matrix] = {}
    for part in (interaction, lexical, who, quantities, predicates, place):
        table.update(part(block))
    cover = (table["cover, less"] + table["cover, more"]) / 2
    table["cover"] = cover
    words = (table["lemmas, less"] + table["lemmas, more"]) / 2
    same = twin_table(a.texts, b.texts) if twins else None
    for name, scores in (("cover", cover), ("clause", table["clause mean"]), ("lemmas", words)):
        table.update(against_all(name, scores if same is None else untwinned(scores, same)))
    names = tuple(table)
    values = np.stack([table[name].ravel() for name in names], axis=1)
    shape = (len(a), len(b))
    return PairFeatures(
        names=names,
        rows=np.repeat(a.statements, shape[1]),
        columns=np.tile(b.statements, shape[0]),
        values=np.round(values, 5).astype(np.float32),
        shape=shape,
    )
