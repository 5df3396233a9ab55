"""The corridor: from reports to a comparison, one room after the other.

read → segment → annotate → encode → align → table. Nothing flows back: what
needs vectors is finished after the one encode call.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storydiff.alignment import (
    UNCALIBRATED,
    LateInteraction,
    TrainedMatcher,
    match_pairs,
    pairs_threshold,
    uncalibrated,
)
from storydiff.annotation import NewsAnnotator
from storydiff.annotation.cached import CachedParser
from storydiff.cache import Cache, chosen_cache
from storydiff.comparison import Comparison
from storydiff.contrasts import contrasts_of
from storydiff.datatypes import Added, LeftOut, Link, Report, Row, Statement
from storydiff.differences import Differences
from storydiff.differences.building import Builder
from storydiff.encoding import CachedEncoder, encode_distinct, load_encoder, take, vectors_of
from storydiff.errors import OptionError, StorydiffWarning, unexpected
from storydiff.given import given_links, with_spans
from storydiff.limits import Limits
from storydiff.origins import Origins
from storydiff.protocols import (
    Annotated,
    Annotator,
    Encoded,
    Encoder,
    Matched,
    Matcher,
    Parse,
    Segmenter,
    Story,
)
from storydiff.rates import rates_note
from storydiff.reading.story import check_story
from storydiff.scoring import Weights, read_weights, weights_for
from storydiff.segmentation import Sentences
from storydiff.stability import MOVED, marked
from storydiff.table import Table
from storydiff.threads import cores, kept_to_threads
from storydiff.version import __version__

TOGETHER = 1000
"""Pairs that `match` holds against one another at a time."""

COVERED = 0.6
"""Similarity from which on a word of a link that came without spans counts as shared."""

Progress = Callable[[str], None]
"""Told the name of each stage as it begins."""


@dataclass(frozen=True, slots=True)
class Bare:
    """The annotator that adds nothing: statements and vectors alone."""

    def annotate(self, reports: Sequence[Report], statements: Sequence[Statement]) -> Annotated:
        """The statements as they are, with empty parses."""
        parses = tuple(Parse.empty() for _ in statements)
        return Annotated(tuple(statements), parses, ("statements were not annotated",))

    def finish(self, annotated: Annotated, encoded: Encoded) -> tuple[Statement, ...]:
        """The statements as they are."""
        return annotated.statements


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The parts of a comparison; each can be exchanged for any that fulfils its protocol."""

    segmenter: Segmenter = field(default_factory=Sentences)
    annotator: Annotator = field(default_factory=NewsAnnotator)
    encoder: Encoder = field(default_factory=load_encoder)
    matcher: Matcher = field(default_factory=TrainedMatcher)
    differences: Differences = field(default_factory=Differences)
    origins: Origins = field(default_factory=Origins)
    table: Table = field(default_factory=Table)
    limits: Limits = field(default_factory=Limits)

    @property
    def signature(self) -> str:
        """The version and every part with its parameters: equal signatures, equal results.

        Limits are no part of it: they refuse, and change no result.
        """
        parts = (part.name for part in fields(self) if part.name != "limits")
        said = "|".join(f"{name}:{getattr(self, name)!r}" for name in parts)
        return f"storydiff:{__version__}|{said}"

    def cached(self, cache: Cache | None) -> Pipeline:
        """The same pipeline with vectors and parses kept on disk; None leaves it as it is.

        Results and their signature are the same. Parts that do not say what their
        results depend on (``cache_key``) are not kept.
        """
        if cache is None:
            return self
        annotator = self.annotator
        if isinstance(annotator, NewsAnnotator):
            annotator = replace(annotator, parser=CachedParser(annotator.parser, cache))
        return replace(self, annotator=annotator, encoder=CachedEncoder(self.encoder, cache))

    def prepare(
        self, reports: Sequence[Report], *, progress: Progress | None = None
    ) -> tuple[Story, tuple[str, ...]]:
        """Everything that is known of a story before alignment, and notes on what is not.

        Raises `StoryError` if the reports are no story or over the limits, `ReportError`
        if one of them is, and `VectorError` if the encoder's vectors cannot be compared.
        """
        tell = progress or _silent
        self.limits.check_reports(reports)
        checked = check_story(reports)
        tell("segmenting")
        statements = [s for report in checked for s in self.segmenter.segment(report)]
        self.limits.check_statements(statements)
        texts = [s.text for s in statements]
        # Annotation and encoding know nothing of one another: where there are cores for
        # both, they run and load their models at the same time.
        with _beside(partial(encode_distinct, self.encoder, texts)) as encoding:
            tell("annotating")
            annotated = self.annotator.annotate(checked, statements)
            tell("encoding")
            encoded = encoding()
        finished = self.annotator.finish(annotated, encoded)
        return Story(checked, finished, annotated.parses, encoded), annotated.notes

    def compare(
        self,
        reports: Sequence[Report],
        *,
        links: Sequence[Link | Mapping[str, Any]] | None = None,
        stability: bool = False,
        other: Pipeline | None = None,
        progress: Progress | None = None,
    ) -> Comparison:
        """Compare reports on one event.

        Args:
            reports: at least two, of one event.
            links: matches that are known already; the rest is done by us.
            stability: mark the links, conflicts and omissions that are gone when
                thresholds move by .05; vectors are computed once.
            other: a pipeline with another encoder, say; findings that it does not
                make are marked as well.
            progress: told the name of each stage as it begins.

        Raises `StoryError` if the reports are no story, and `OptionError` for
        stability of links that were given, which hang on no threshold.
        """
        if links is not None and (stability or other is not None):
            raise OptionError("stability: got it with links, which hang on no threshold of ours")
        tell = progress or _silent
        with kept_to_threads():
            story, notes = self.prepare(reports, progress=progress)
            tell("aligning")
            matched = self._matched(story)
            if links is not None:
                given = with_spans(story, given_links(story, links), covered=COVERED)
                matched = replace(matched, links=given)
            tell("tabulating")
            found = self.assemble(story, matched, notes=notes)
            changed = self._moved(story, matched) if stability else {}
        if other is not None:
            changed["another encoder"] = other.compare(reports)
        return marked(found, changed) if changed else found

    def _moved(self, story: Story, matched: Matched) -> dict[str, Comparison]:
        """The comparison with its thresholds up and down, under the name of each change."""
        base = LateInteraction() if UNCALIBRATED in matched.notes else self.matcher
        if not isinstance(base, TrainedMatcher | LateInteraction):
            wanted = "one whose threshold can be moved: TrainedMatcher or LateInteraction"
            raise OptionError(unexpected("stability: matcher", got=repr(base), wanted=wanted))
        changed = {}
        for by in (-MOVED, MOVED):
            join = min(1.0, max(0.0, self.table.join + by))
            moved = replace(self, matcher=base.moved(by), table=replace(self.table, join=join))
            name = f"thresholds {by:+.2f}"
            changed[name] = moved.assemble(story, moved.matcher.match(story))
        return changed

    def _matched(self, story: Story) -> Matched:
        """What the matcher finds, with a warning if it learnt from another encoder's vectors."""
        matched = self.matcher.match(story)
        foreign = uncalibrated(self.matcher, self.encoder)
        if foreign is None or UNCALIBRATED in matched.notes:
            return matched
        warnings.warn(foreign, StorydiffWarning, stacklevel=3)
        return replace(matched, notes=(*matched.notes, foreign))

    def assemble(self, story: Story, matched: Matched, *, notes: Sequence[str] = ()) -> Comparison:
        """The comparison of a story whose matches are known."""
        builder = Builder(story)
        links = self.differences.find(story, matched.links, builder=builder)
        contradictions = self.differences.contradictions(
            story, links, matched.probabilities, builder=builder
        )
        origins = self.origins.find(story.reports, story.statements)
        rows = self.table.rows(
            story.reports,
            story.statements,
            links,
            probabilities=matched.probabilities,
            parses=story.parses,
            origin_of=self.origins.of_statements(origins, story.statements),
        )
        return Comparison(
            signature=self.signature,
            reports=story.reports,
            statements=story.statements,
            links=links,
            table=rows,
            contradictions=(*matched.contradictions, *contradictions),
            origins=origins,
            added=_added(rows),
            left_out=_left_out(rows),
            contrasts=contrasts_of(story.reports, story.statements, links),
            notes=(*notes, *matched.notes, rates_note(self.signature)),
        )


def compare(
    reports: Sequence[Report],
    *,
    model: str | None = None,
    annotate: bool = True,
    links: Sequence[Link | Mapping[str, Any]] | None = None,
    calibration: str | Path | None = None,
    cache: Cache | str | Path | bool = True,
    limits: Limits | None = None,
    neighbours: int | None = None,
    stability: bool = False,
    second_model: str | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Compare reports on one event with the default pipeline.

    Args:
        reports: at least two, of one event.
        model: a sentence-transformers model in place of the default one: a
            folder, or a name on a model hub.
        annotate: False leaves out kinds, attributions, quantities and names,
            and needs no parser.
        links: matches that are known already, as `Link` or as dicts with the
            keys ``a`` and ``b``.
        calibration: a file that ``storydiff calibrate`` wrote for the model; without
            it, probabilities of another model than ours may be off, and a
            `StorydiffWarning` says so.
        cache: where vectors and parses are kept for the next time: a folder, True
            for the one that `storydiff.cache.default_cache` names, False for none.
        limits: the largest story that is taken; by default those of `Limits`.
        neighbours: for stories of thousands of statements: compare each statement
            only with so many nearest ones, by late interaction alone, which links a
            little less well (`LateInteraction`) and costs far less. None: with all.
        stability: mark the links, conflicts and omissions that are gone when
            thresholds move by .05 (``flips``).
        second_model: another model, as ``model``; findings that it does not make
            are marked as well.
        progress: told the name of each stage as it begins.

    Raises `InputError` for reports that cannot be compared and `ModelError` for
    a model or a calibration that cannot be used.
    """
    kept = chosen_cache(cache)
    pipeline = pipeline_for(
        model=model,
        annotate=annotate,
        calibration=calibration,
        cache=kept or False,
        limits=limits,
        neighbours=neighbours,
    )
    other = None
    if second_model:
        second = load_encoder(second_model)
        known = weights_for(vectors_of(second))
        swapped = known and neighbours is None
        matcher = TrainedMatcher(weights=known) if swapped else pipeline.matcher
        other = replace(pipeline, encoder=second, matcher=matcher).cached(kept)
    return pipeline.compare(
        reports, links=links, stability=stability, other=other, progress=progress
    )


def pipeline_for(
    *,
    model: str | None = None,
    annotate: bool = True,
    calibration: str | Path | None = None,
    cache: Cache | str | Path | bool = True,
    limits: Limits | None = None,
    neighbours: int | None = None,
) -> Pipeline:
    """The pipeline that `compare` takes for these options, which are explained there.

    Raises `ModelError` for a model or a calibration that cannot be used, and
    `OptionError` for a calibration where only neighbours are compared, which it is not for.
    """
    if neighbours is not None and calibration is not None:
        raise OptionError("neighbours: got them with a calibration, which is for all pairs")
    kept = chosen_cache(cache)
    encoder = load_encoder(model, cache=kept or False)
    return Pipeline(
        annotator=NewsAnnotator() if annotate else Bare(),
        encoder=encoder,
        matcher=matcher_for(encoder, calibration=calibration, neighbours=neighbours),
        limits=limits or Limits(),
    ).cached(kept)


def matcher_for(
    encoder: Encoder,
    *,
    calibration: str | Path | None = None,
    neighbours: int | None = None,
) -> Matcher:
    """The matcher with the weights of a calibration, or those that come with us for the encoder.

    Without either it has the default encoder's, and a comparison says so. With
    ``neighbours`` it is late interaction over so many. Raises `ModelError` for a
    calibration that cannot be used.
    """
    if neighbours is not None:
        return LateInteraction(neighbours=neighbours)
    return TrainedMatcher(weights=_weights_for(encoder, calibration))


def _weights_for(encoder: Encoder, calibration: str | Path | None) -> Weights | None:
    """What was learnt for an encoder: None for the default one, and where nothing was."""
    return read_weights(calibration) if calibration else weights_for(vectors_of(encoder))


def match(
    texts_a: Sequence[str],
    texts_b: Sequence[str],
    *,
    model: str | None = None,
    calibration: str | Path | None = None,
) -> NDArray[np.float64]:
    """How likely each pair of texts shares a proposition, where the pairs are no story.

    Text ``k`` of ``texts_a`` is held against text ``k`` of ``texts_b``. What is
    rare and what is usual is counted over the texts of one call (of up to
    `TOGETHER` pairs in a row), so give what belongs together in one call.

    Gives float64 ``(n,)`` in [0, 1]; `matching_threshold` says from which
    probability on two texts match. ``model`` and ``calibration`` are those of `compare`.

    Raises `OptionError` if there are not as many texts on either side, and
    `VectorError` if the model's vectors have another size than those that the
    probabilities were calibrated for.
    """
    if len(texts_a) != len(texts_b):
        wanted = f"as many as texts_a, {len(texts_a)}"
        raise OptionError(unexpected("texts_b", got=f"{len(texts_b)} texts", wanted=wanted))
    encoder = load_encoder(model)
    weights = _weights_for(encoder, calibration)
    if foreign := uncalibrated(TrainedMatcher(weights=weights), encoder):
        warnings.warn(foreign, StorydiffWarning, stacklevel=2)
    with kept_to_threads():
        parts = [
            _match(encoder, weights, texts_a[k : k + TOGETHER], texts_b[k : k + TOGETHER])
            for k in range(0, len(texts_a), TOGETHER)
        ]
    return np.concatenate(parts) if parts else np.zeros(0)


def matching_threshold(*, calibration: str | Path | None = None) -> float:
    """The probability of `match` from which on two texts match, learnt on gold stories."""
    return pairs_threshold(read_weights(calibration) if calibration else None)


def _match(
    encoder: Encoder, weights: Weights | None, texts_a: Sequence[str], texts_b: Sequence[str]
) -> NDArray[np.float64]:
    left, right = list(dict.fromkeys(texts_a)), list(dict.fromkeys(texts_b))
    encoded = encode_distinct(encoder, [*left, *right])
    sides = (
        take(encoded, range(len(left))),
        take(encoded, range(len(left), len(left) + len(right))),
    )
    table = match_pairs(left, right, *sides, weights=weights)
    place_a, place_b = ({text: k for k, text in enumerate(x)} for x in (left, right))
    pairs = zip(texts_a, texts_b, strict=True)
    return np.array([table[place_a[a], place_b[b]] for a, b in pairs])


def _added(rows: Sequence[Row]) -> tuple[Added, ...]:
    return tuple(
        Added(report=report, row=row.id)
        for row in rows
        if row.support == 1
        for report, cell in row.cells.items()
        if cell.state in ("told", "partly")
    )


def _left_out(rows: Sequence[Row]) -> tuple[LeftOut, ...]:
    """Facts not found in a report, the weightiest and surest first.

    The weight of an omission is that of its fact times how far the nearest
    statement is: what may well be told in other words weighs little.
    """
    found = [
        LeftOut(
            report=report,
            row=row.id,
            support=row.support,
            origins=row.origins,
            weight=round(row.weight * (1 - (cell.nearest.score if cell.nearest else 0.0)), 6),
            nearest=cell.nearest,
        )
        for row in rows
        for report, cell in row.cells.items()
        if cell.state == "not_found"
    ]
    return tuple(sorted(found, key=lambda x: -x.weight))


@contextmanager
def _beside(work: Callable[[], Encoded]) -> Iterator[Callable[[], Encoded]]:
    """Something that gives what ``work`` gives, begun in a thread of its own if there are cores."""
    if cores() < 2:
        yield work
        return
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(work).result


def _silent(stage: str) -> None:
    """The progress of those who did not ask for any."""
