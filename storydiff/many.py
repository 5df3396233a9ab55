"""Many stories: results one after the other, as they are ready, in the order of the stories.

Stories are taken in batches. The sentences of a batch are encoded in one call,
each distinct one once; a vector depends on its sentence alone, so a story's
result is the same as by `compare`. A story that fails is reported and the others
go on. Nothing is held but the batches at work, so there may be any number.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice

from storydiff.comparison import Comparison
from storydiff.datatypes import Report
from storydiff.encoding import encode_distinct, take
from storydiff.errors import OptionError, unexpected
from storydiff.pipeline import Pipeline, pipeline_for
from storydiff.protocols import Encoded, Encoder, vectors_of
from storydiff.threads import VARIABLE, threads

Story = Sequence[Report] | Callable[[], Sequence[Report]]
"""The reports of a story, or a function that reads them when their turn has come."""

Keyed = tuple[str, Story]
Told = Callable[[int, "Outcome"], None]
"""Told after each story: how many are done, and what came of the last."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one story.

    Attributes:
        key: of the story; its number, from 0, where it was given none.
        comparison: the result; None where there is none.
        error: why there is none: the kind of error and its message; else empty.
    """

    key: str
    comparison: Comparison | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Recalled:
    """An encoder that has the vectors of some texts already, and asks another for the rest."""

    encoder: Encoder
    places: Mapping[str, int]
    known: Encoded

    def __repr__(self) -> str:
        return repr(self.encoder)

    @property
    def vectors(self) -> str:
        """What the vectors are: see `storydiff.protocols.vectors_of`."""
        return vectors_of(self.encoder)

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Vectors of the texts, in their order."""
        if all(text in self.places for text in texts):
            return take(self.known, [self.places[text] for text in texts])
        return self.encoder.encode(texts)


def compare_many(
    stories: Mapping[str, Story] | Iterable[Story],
    *,
    pipeline: Pipeline | None = None,
    done: Collection[str] = (),
    together: int = 8,
    workers: int = 1,
    progress: Told | None = None,
) -> Iterator[Outcome]:
    """Compare many stories, each by itself; outcomes in the order of the stories.

    Args:
        stories: reports by key, or sequences of reports, whose keys are their numbers.
            An iterator is read as far as it is worked on. In place of its reports a
            story may be a function that reads them, called when its turn has come; for
            several workers it must be one that can be pickled.
        pipeline: by default that of `compare`.
        done: keys of stories to be passed over, so that a run that broke off goes on:
            keep the keys of the outcomes that you stored.
        together: stories encoded in one call.
        workers: processes; 1 works in this one. Each loads the models anew, about a
            second, so they pay from some ten stories a process on. The threads of
            `storydiff.threads` are shared out among them. They are spawned: call this
            under ``if __name__ == "__main__"``.
        progress: told after each story.

    Yields an `Outcome` a story. A story that cannot be compared has an error in place
    of a comparison and stops nothing.

    Raises `OptionError` for ``together`` or ``workers`` below 1, at once.
    """
    for name, value in (("together", together), ("workers", workers)):
        if value < 1:
            raise OptionError(unexpected(name, got=value, wanted="a number of 1 or more"))
    return _told(_run(stories, pipeline or pipeline_for(), done, together, workers), progress)


def _told(outcomes: Iterator[Outcome], progress: Told | None) -> Iterator[Outcome]:
    for number, outcome in enumerate(outcomes, start=1):
        if progress is not None:
            progress(number, outcome)
        yield outcome


def _run(
    stories: Mapping[str, Story] | Iterable[Story],
    pipeline: Pipeline,
    done: Collection[str],
    together: int,
    workers: int,
) -> Iterator[Outcome]:
    skipped = frozenset(done)
    keyed: Iterable[Keyed] = (
        stories.items()
        if isinstance(stories, Mapping)
        else ((str(k), reports) for k, reports in enumerate(stories))
    )
    batches = _batches((item for item in keyed if item[0] not in skipped), together)
    if workers == 1:
        for batch in batches:
            yield from _stream(pipeline, batch)
        return
    # Spawned, not forked: a fork of a process with threads of its own may hang.
    context = multiprocessing.get_context("spawn")
    share = max(1, threads() // workers)
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=_begin, initargs=(pipeline, share)
    ) as pool:
        waiting: deque[Future[list[Outcome]]] = deque()
        for batch in batches:
            waiting.append(pool.submit(_work, batch))
            if len(waiting) > workers:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()


_ours: list[Pipeline] = []
"""In a process that `compare_many` started: its pipeline, so that models are loaded once."""


def _begin(pipeline: Pipeline, share: int) -> None:
    """Make ready a process, which takes no more than its share of the threads."""
    os.environ[VARIABLE] = str(share)
    _ours[:] = [pipeline]


def _work(batch: Sequence[Keyed]) -> list[Outcome]:
    return compare_batch(_ours[0], batch)


def _batches(stories: Iterable[Keyed], size: int) -> Iterator[list[Keyed]]:
    left = iter(stories)
    while batch := list(islice(left, size)):
        yield batch


def compare_batch(pipeline: Pipeline, batch: Sequence[Keyed]) -> list[Outcome]:
    """The outcomes of some stories that are encoded together: stories in, results out.

    A plain function of values that can be pickled, for any engine that spreads work.
    """
    return list(_stream(pipeline, batch))


def _stream(pipeline: Pipeline, batch: Sequence[Keyed]) -> Iterator[Outcome]:
    read = [(key, _read(story)) for key, story in batch]
    stories = [reports for _, reports in read if not isinstance(reports, Exception)]
    ready = _recalling(pipeline, stories)
    for key, reports in read:
        yield _outcome(ready, key, reports)


def _read(story: Story) -> Sequence[Report] | Exception:
    """The reports, or why there are none."""
    try:
        return story() if callable(story) else story
    except Exception as error:  # noqa: BLE001 - one story's failure must not end the others
        return error


def _recalling(pipeline: Pipeline, stories: Sequence[Sequence[Report]]) -> Pipeline:
    """The pipeline with the vectors of the batch at hand.

    If the batch cannot be encoded, the pipeline as it was: then each story says for
    itself what is wrong with it.
    """
    try:
        texts = dict.fromkeys(
            statement.text
            for reports in stories
            for report in reports
            for statement in pipeline.segmenter.segment(report)
        )
        known = encode_distinct(pipeline.encoder, list(texts))
    except Exception:  # noqa: BLE001 - whatever it is, the story that causes it reports it
        return pipeline
    places = {text: k for k, text in enumerate(texts)}
    return replace(pipeline, encoder=Recalled(pipeline.encoder, places, known))


def _outcome(pipeline: Pipeline, key: str, reports: Sequence[Report] | Exception) -> Outcome:
    try:
        if isinstance(reports, Exception):
            raise reports
        return Outcome(key, pipeline.compare(reports))
    except Exception as error:  # noqa: BLE001 - one story's failure must not end the others
        return Outcome(key, error=f"{type(error).__name__}: {error}")
