"""Measure how often each kind of finding is right, on anybody's gold stories."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from storydiff.evaluation.gold import GoldSet, GoldStory, read_gold
from storydiff.evaluation.metrics import Count, Counts, counts_of
from storydiff.pipeline import Pipeline
from storydiff.rates import Finding, Interval, Measured, Rate, percent

OWN = "storydiff stories (invented, in the package)"
DRAWS = 2000

Shares = NDArray[np.float64]

COUNTED: Mapping[Finding, str] = {
    "link": "pair",
    "same": "same",
    "told": "told",
    "left out": "left_out",
    "conflict": "conflict",
    "contradiction": "contradiction",
    "quotation": "kind_quote",
    "quotation differs": "quote_differs",
    "attribution differs": "attribution_differs",
    "speaker": "speaker",
    "opinion": "kind_opinion",
    "reported": "kind_reported",
    "fact": "kind_fact",
    "origin": "origin",
}
"""The findings that are measured, and the name of their counts."""


def own_stories() -> GoldSet:
    """The invented stories that come with the library, with what was marked in them."""
    return read_gold(Path(str(files("storydiff") / "data" / "stories")), name=OWN)


def measure(
    gold: GoldSet, pipeline: Pipeline, *, progress: Callable[[str], None] | None = None
) -> Measured:
    """The rates of a pipeline on gold stories.

    ``progress`` is told the name of each story as it is compared. Raises
    `StoryError` and `FormatError` for stories that cannot be compared or are
    marked amiss.
    """
    counts = []
    for story in gold.stories:
        if progress is not None:
            progress(story.id)
        counts.append(counts_of(story, pipeline.compare(story.reports)))
    return Measured(
        name=gold.name,
        sha256=gold.sha256,
        stories=len(gold.stories),
        readers=min(int(story.raw.get("readers", 1)) for story in gold.stories),
        date=dt.date.today().isoformat(),
        signature=pipeline.signature,
        rates=rates_of(gold.stories, counts),
    )


def rates_of(stories: Sequence[GoldStory], counts: Sequence[Counts]) -> dict[Finding, Rate | None]:
    """The rate of each finding; None where no reader of any of the stories marked it."""
    return {
        name: rate_of([count[key] for count in counts]) if is_marked(stories, name) else None
        for name, key in COUNTED.items()
    }


def is_marked(stories: Sequence[GoldStory], finding: Finding) -> bool:
    """Whether readers of any of the stories looked for a finding, as far as their marks tell."""
    if finding == "contradiction":
        return any("contradictions" in story.raw for story in stories)
    if finding == "speaker":
        return any(name for story in stories for name in story.speakers.values())
    if finding == "origin":
        return any(story.origins is not None for story in stories)
    key = COUNTED[finding]
    if key.startswith("kind_"):
        kind = key.removeprefix("kind_")
        return any(kind in kinds for story in stories for kinds in story.kinds.values())
    if finding in ("conflict", "quotation differs", "attribution differs"):
        return any(story.marks(key) for story in stories)
    return any(story.sure for story in stories)


def rate_of(counts: Sequence[Count]) -> Rate:
    """The rate over stories, each with its count, and the intervals of its shares.

    An interval is the wider of two: bootstrap over stories with a fixed seed
    (statements of one story are not independent; draws in which a share has no
    meaning are left out), and Wilson's over the cases (1927), because resampling
    two findings that are both right would promise certainty.
    """
    table = np.array([(c.right, c.wrong, c.missed) for c in counts], np.int64)
    drawn = np.random.default_rng(0).integers(len(table), size=(DRAWS, len(table)))
    whole, draws = _shares(table.sum(axis=0)[None]), _shares(table[drawn].sum(axis=1))
    right, wrong, missed = (int(n) for n in table.sum(axis=0))
    precision, recall, f1 = (_known(share[0]) for share in whole)
    cases = (right + wrong, right + missed, right + wrong + missed)
    bounds = [wilson(right, n) if n else None for n in cases]
    if bounds[2] is not None:
        low, high = bounds[2]
        bounds[2] = (2 * low / (1 + low), 2 * high / (1 + high))  # of Jaccard's share, as F1
    intervals = [_wider(draw, bound) for draw, bound in zip(draws, bounds, strict=True)]
    return Rate(
        right=right,
        wrong=wrong,
        missed=missed,
        precision=precision,
        recall=recall,
        f1=f1,
        precision_interval=intervals[0],
        recall_interval=intervals[1],
        f1_interval=intervals[2],
    )


def wilson(right: int, cases: int) -> Interval:
    """The 95 % score interval of a share (Wilson, 1927); ``cases`` is 1 or more."""
    z = 1.959964
    share, spread = right / cases, z * z / cases
    middle = (share + spread / 2) / (1 + spread)
    reach = z * math.sqrt(share * (1 - share) / cases + spread / (4 * cases)) / (1 + spread)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _shares(sums: NDArray[np.int64]) -> tuple[Shares, Shares, Shares]:
    """Precision, recall and F1 of ``(n, 3)`` sums; not a number where there is nothing."""
    right, wrong, missed = sums.T.astype(np.float64)
    with np.errstate(invalid="ignore"):
        return (
            right / (right + wrong),
            right / (right + missed),
            2 * right / (2 * right + wrong + missed),
        )


def _known(share: float) -> float | None:
    return None if np.isnan(share) else round(float(share), 4)


def _wider(draws: Shares, bound: Interval | None) -> Interval | None:
    if bound is None:
        return None
    low, high = (float(x) for x in np.nanquantile(draws, (0.025, 0.975)))
    return round(min(low, bound[0]), 4), round(max(high, bound[1]), 4)


def report_of(measured: Measured) -> str:
    """The rates as lines for a terminal."""
    lines = [
        f"{measured.name}: {measured.stories} stories, readers {measured.readers}",
        f"sha256 {measured.sha256}",
        "",
        f"  {'finding':20s} {'precision':>24s} {'recall':>24s} {'F1':>24s}  right wrong missed",
    ]
    for name, rate in measured.rates.items():
        if rate is None:
            lines.append(f"  {name:20s} not measured: nobody marked it in these stories")
            continue
        cells = "".join(
            f" {_cell(share, interval):>24s}"
            for share, interval in (
                (rate.precision, rate.precision_interval),
                (rate.recall, rate.recall_interval),
                (rate.f1, rate.f1_interval),
            )
        )
        lines.append(f"  {name:20s}{cells}  {rate.right:5d} {rate.wrong:5d} {rate.missed:6d}")
    lines += [
        "",
        "In brackets: 95 % intervals, over stories or over cases, whichever is wider.",
        "",
    ]
    return "\n".join([*lines, f"signature {measured.signature}", ""])


def _cell(share: float | None, interval: Interval | None) -> str:
    if share is None or interval is None:
        return "–"
    return f"{percent(share)} [{percent(interval[0])}, {percent(interval[1])}]"
