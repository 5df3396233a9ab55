"""Metrics of a comparison against a gold story, and their intervals over stories.

Counts are added over stories before ratios are taken (micro average). Intervals
are 95 %, by bootstrap over stories with a fixed seed (Efron 1979), because
statements of one story are not independent.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from storydiff.comparison import Comparison
from storydiff.datatypes import KINDS
from storydiff.errors import FormatError, unexpected
from storydiff.evaluation.gold import GoldStory, Pair, Place, pair
from storydiff.evaluation.speakers import count_speakers, speakers_of
from storydiff.protocols import Floats

DIFFERING = {"quote_differs": "quotation", "attribution_differs": "attribution"}
"""What readers mark on a link, and the type of difference that says the same."""


@dataclass(frozen=True, slots=True)
class Count:
    """Right, wrong and missed findings of one kind."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """Share of the findings that are right; 0 where there are none."""
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Share of what there is that was found; 0 where there is nothing."""
        return self.right / max(1, self.right + self.missed)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)


Counts = Mapping[str, Count]


def counts_of(gold: GoldStory, comparison: Comparison) -> dict[str, Count]:
    """Counts of one story, by the name of the finding.

    ``pair`` linked or not, ``same`` links of that relation, ``told`` and
    ``left_out`` for every content statement and other outlet, ``conflict``,
    ``contradiction``, ``quote_differs`` and ``attribution_differs`` for links,
    ``speaker`` for statements, ``origin`` for pairs of reports, and one for each kind.

    Raises `FormatError` if the comparison is not of this story.
    """
    place = {s.id: (s.outlet, s.index) for s in comparison.statements}
    if set(place.values()) != set(gold.kinds):
        wanted = f"the {len(gold.kinds)} statements of {gold.id}"
        raise FormatError(unexpected("comparison", got=f"{len(place)} statements", wanted=wanted))
    said = {pair(place[x.a], place[x.b]): x for x in comparison.links}
    sure, unsure = gold.sure, gold.open
    guess = set(said) - unsure
    unsure_relation = unsure | {k for k, x in sure.items() if not x.get("relation_agreed", True)}
    same = {k for k, x in sure.items() if x["relation"] == "same"} - unsure_relation
    guess_same = {k for k, x in said.items() if x.relation == "same"} - unsure_relation
    conflict = {k for k, x in sure.items() if x.get("conflict")}
    soft = unsure | {k for k in conflict if not sure[k].get("conflict_agreed", True)}
    guess_conflict = {k for k, x in said.items() if any(d.conflict for d in x.differences)} - soft
    found = {pair(place[x.a], place[x.b]) for x in comparison.contradictions}
    differing = {
        name: {k for k, x in said.items() if any(d.type == kind for d in x.differences)} - unsure
        for name, kind in DIFFERING.items()
    }
    told, left_out = _coverage(gold, set(said))
    kinds = {(s.outlet, s.index): set(s.kinds) for s in comparison.statements}
    return {
        "pair": _count(guess, set(sure)),
        "same": _count(guess_same, same),
        "told": told,
        "left_out": left_out,
        "conflict": _count(guess_conflict, conflict - soft),
        "contradiction": _count(found, set(gold.contradictions)),
        **{
            name: _count(guess, {k for k, x in sure.items() if x.get(name)})
            for name, guess in differing.items()
        },
        "speaker": _speakers(gold, comparison),
        "origin": _origins(gold, comparison),
        **{f"kind_{kind}": _kind(gold, kinds, kind) for kind in KINDS},
    }


def _count(guess: set[Pair], truth: set[Pair]) -> Count:
    return Count(len(guess & truth), len(guess - truth), len(truth - guess))


def _coverage(gold: GoldStory, said: set[Pair]) -> tuple[Count, Count]:
    """Counts of told and of left out, over content statements and other outlets."""

    def told(pairs: set[Pair]) -> set[tuple[Place, str]]:
        return {(s, o[0]) for a, b in pairs for s, o in ((a, b), (b, a))}

    truth = told(set(gold.sure))
    maybe = told(set(gold.open)) - truth
    content = [place for place, kinds in gold.kinds.items() if kinds != {"other"}]
    cells = {(s, o) for s in content for o in gold.outlets if o != s[0]} - maybe
    guess = told(said)
    right = len(cells & truth & guess)
    wrong = len((cells & guess) - truth)
    missed = len((cells & truth) - guess)
    return (
        Count(right, wrong, missed),
        Count(len(cells) - right - wrong - missed, missed, wrong),
    )


def _kind(gold: GoldStory, kinds: Mapping[Place, Collection[str]], kind: str) -> Count:
    total = Count()
    for place, truth in gold.kinds.items():
        if kind not in gold.disputed[place]:
            g, p = kind in truth, kind in kinds[place]
            total += Count(g and p, p and not g, g and not p)
    return total


def _speakers(gold: GoldStory, comparison: Comparison) -> Count:
    said = {
        (s.outlet, s.index): sorted(speakers_of(comparison.report(s.report), s))
        for s in comparison.statements
    }
    speech = {place for place, kinds in gold.kinds.items() if kinds & {"quote", "reported"}}
    disputed = {place for place, kinds in gold.disputed.items() if kinds & {"quote", "reported"}}
    return Count(*count_speakers(said, gold.speakers, speech | disputed))


def _origins(gold: GoldStory, comparison: Comparison) -> Count:
    """Over pairs of reports; nothing where no reader looked for origins."""
    if gold.origins is None:
        return Count()
    outlet = {report.id: report.outlet for report in comparison.reports}
    found = {
        frozenset((outlet[a], outlet[b]))
        for origin in comparison.origins
        if origin.whole
        for a, b in combinations(origin.reports, 2)
    }
    truth = gold.origins
    return Count(len(found & truth), len(found - truth), len(truth - found))


def add_up(stories: Sequence[Counts]) -> dict[str, Count]:
    """The counts of all stories together."""
    return {name: sum((s[name] for s in stories), Count()) for name in stories[0]}


def balanced_accuracy(counts: Counts) -> float:
    """Mean recall of told and of left out: .5 is chance."""
    return (counts["told"].recall + counts["left_out"].recall) / 2


def interval(
    stories: Sequence[Counts],
    figure: Callable[[Counts], float],
    *,
    draws: int = 2000,
    seed: int = 0,
) -> tuple[float, float]:
    """The 95 % interval of a figure, by bootstrap over stories."""
    rng = random.Random(seed)  # noqa: S311 - resampling, nothing secret
    values = sorted(figure(add_up(rng.choices(stories, k=len(stories)))) for _ in range(draws))
    return values[int(0.025 * draws)], values[int(0.975 * draws)]


def average_precision(scores: Floats, truth: Sequence[bool]) -> float:
    """Area under the precision-recall curve of a ranking: mean precision at each true pair."""
    order = np.argsort(-np.asarray(scores), kind="stable")
    hits = np.asarray(truth, bool)[order]
    if not hits.any():
        return 0.0
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].mean())


def best_f1(scores: Floats, truth: Sequence[bool]) -> tuple[float, float]:
    """The best F1 over all thresholds, and the threshold that gives it."""
    order = np.argsort(-np.asarray(scores), kind="stable")
    hits = np.cumsum(np.asarray(truth, bool)[order])
    total = max(1, int(np.sum(truth)))
    f1 = 2 * hits / (np.arange(1, len(hits) + 1) + total)
    best = int(np.argmax(f1))
    return float(f1[best]), float(np.asarray(scores)[order][best])


@dataclass(frozen=True, slots=True)
class Bin:
    """One bin of a reliability diagram."""

    pairs: int
    predicted: float
    observed: float


def reliability(
    probabilities: Floats, truth: Sequence[bool], *, least: float = 0.1, bins: int = 10
) -> tuple[Bin, ...]:
    """Bins of equal mass over the pairs with at least ``least``: said against seen."""
    p, y = np.asarray(probabilities, np.float64), np.asarray(truth, bool)
    kept = np.flatnonzero(p >= least)
    kept = kept[np.argsort(p[kept], kind="stable")]
    parts = [part for part in np.array_split(kept, bins) if len(part)]
    return tuple(Bin(len(k), float(p[k].mean()), float(y[k].mean())) for k in parts)


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: mean distance of said and seen, weighted by pairs."""
    total = max(1, sum(b.pairs for b in bins))
    return sum(b.pairs * abs(b.predicted - b.observed) for b in bins) / total


def brier_skill(probabilities: Floats, truth: Sequence[bool], *, least: float = 0.1) -> float:
    """One less the Brier score over that of the base rate, over pairs of at least ``least``."""
    p, y = np.asarray(probabilities, np.float64), np.asarray(truth, np.float64)
    kept = p >= least
    if not kept.any():
        return 0.0
    p, y = p[kept], y[kept]
    base = float(((y.mean() - y) ** 2).mean())
    return 1 - float(((p - y) ** 2).mean()) / base if base else 0.0
