"""Gold stories as a table of pairs: what a matcher learns from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storydiff.errors import FormatError, unexpected
from storydiff.evaluation.gold import GoldStory
from storydiff.evaluation.propositions import Pool
from storydiff.features import PairFeatures
from storydiff.features.competition import Pair
from storydiff.protocols import Floats, Story

FLOOR = 0.2
"""Pairs of less coverage are not learnt from: they are most of all pairs and hardly ever match."""


@dataclass
class Example:
    """One story with its labels: 1 match, 0 none, -1 open; and likewise for `same`.

    ``pool`` holds what the readers wrote down of it, where it is to be learnt from.
    """

    id: str
    fold: int
    story: Story
    match: NDArray[np.int8]
    same: NDArray[np.int8]
    pool: Pool | None = None


@dataclass
class Table:
    """All pairs of all stories in rows; ``blocks`` says which rows are which pair of reports."""

    names: tuple[str, ...]
    values: Floats
    match: NDArray[np.int8]
    same: NDArray[np.int8]
    fold: NDArray[np.int32]
    story: NDArray[np.int32]
    blocks: list[tuple[int, Pair, PairFeatures, slice]]

    @property
    def folds(self) -> tuple[int, ...]:
        """The folds of train, in order."""
        return tuple(sorted({*self.fold[self.fold >= 0].tolist()}))

    def usable(self, fold: int | None = None) -> NDArray[np.bool_]:
        """Rows to learn from: labelled, of train, not of the fold that is left out."""
        near = self.values[:, self.names.index("cover")] >= FLOOR
        usable: NDArray[np.bool_] = (self.match >= 0) & (self.fold >= 0) & near
        return usable if fold is None else usable & (self.fold != fold)


def labelled(gold: GoldStory, fold: int, story: Story) -> Example:
    """A prepared story with the labels of its readers.

    Raises `FormatError` for a link to a statement that the story does not have.
    """
    place = {(s.outlet, s.index): k for k, s in enumerate(story.statements)}
    for named in (*gold.sure, *gold.open):
        for end in named:
            if end not in place:
                wanted = "the outlet and the number of a sentence"
                raise FormatError(unexpected(f"{gold.id}: link", got=end, wanted=wanted))
    match = np.zeros((len(place), len(place)), np.int8)
    same = np.zeros_like(match)
    for (a, b), link in gold.sure.items():
        i, j = place[a], place[b]
        match[i, j] = match[j, i] = 1
        agreed = link.get("relation_agreed", True)
        same[i, j] = same[j, i] = (link["relation"] == "same") if agreed else -1
    for a, b in gold.open:
        i, j = place[a], place[b]
        match[i, j] = match[j, i] = same[i, j] = same[j, i] = -1
    return Example(gold.id, fold, story, match, same)


def tabulate(examples: Sequence[Example], features: Sequence[Mapping[Pair, PairFeatures]]) -> Table:
    """The pairs of stories as one table."""
    blocks: list[tuple[int, Pair, PairFeatures, slice]] = []
    position = 0
    for k, own in enumerate(features):
        for pair, found in own.items():
            rows = slice(position, position + len(found.values))
            blocks.append((k, pair, found, rows))
            position = rows.stop

    def gather(of: Callable[[int, PairFeatures], Any]) -> Any:
        return np.concatenate([of(k, found) for k, _, found, _ in blocks])

    return Table(
        names=blocks[0][2].names,
        values=gather(lambda _, f: f.values),
        match=gather(lambda k, f: examples[k].match[f.rows, f.columns]),
        same=gather(lambda k, f: examples[k].same[f.rows, f.columns]),
        fold=gather(lambda k, f: np.full(len(f.values), examples[k].fold, np.int32)),
        story=gather(lambda k, f: np.full(len(f.values), k, np.int32)),
        blocks=blocks,
    )
