"""Every difference of our own stories and of planted pairs, word by word, to be read like code.

Vectors are made of words (`fakes.WordEncoder`), so no rounding of a machine can move a
line; what the default encoder finds is measured by ``benchmarks.differences``. A change
of a rule shows as a change of lines. Write them anew, and read what changed, with

    PYTHONPATH=.:tests python tests/test_differences_golden.py
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from fakes import WordEncoder

from benchmarks.planted import generate, read_sentences
from storydiff.datatypes import Report, Span, cut
from storydiff.differences import Differences
from storydiff.differences.building import Builder
from storydiff.evaluation.bench import own_stories
from storydiff.likelihoods import Likelihoods
from storydiff.pipeline import Pipeline
from storydiff.protocols import Story

GOLDEN = Path(__file__).parent / "data" / "differences.txt"
EVERY = 5
"""One in so many of the planted pairs."""

Pairs = tuple[tuple[int, int], ...]


@cache
def stories() -> Mapping[str, tuple[Story, Pairs, Pairs]]:
    """Stories by name; pairs that readers, or a generator, linked; pairs that contradict."""
    pipeline = Pipeline(encoder=WordEncoder(64))
    out = {}
    for gold in own_stories().stories:
        story, _ = pipeline.prepare(gold.reports)
        place = {(s.outlet, s.index): i for i, s in enumerate(story.statements)}
        linked, apart = (
            tuple(sorted((place[a], place[b]) for a, b in pairs))
            for pairs in (gold.sure, gold.contradictions)
        )
        out[gold.id] = story, linked, apart
    for k, pair in enumerate(generate(read_sentences())):
        if k % EVERY == 0:
            reports = [
                Report.from_sentences([text], outlet=outlet, published=pair.published)
                for text, outlet in ((pair.a, "a"), (pair.b, "b"))
            ]
            out[f"planted-{k}"] = pipeline.prepare(reports)[0], ((0, 1),), ((0, 1),)
    return out


def lines(name: str) -> Iterator[str]:
    """The differences of a story's links, and what contradicts without one."""
    story, linked, apart = stories()[name]
    room, builder = Differences(), Builder(story)
    for i, j in linked:
        for d in room.of_pair(builder, i, j):
            verdict = "conflict" if d.conflict else "differs"
            yield f"{name} {i}-{j} {verdict} {d.type} [{d.rule}] {said(story, i, d.a, j, d.b)}"
    first, second = np.array(apart, np.int32).reshape(-1, 2).T
    near = Likelihoods.of_pairs(len(story.statements), first, second, np.full(len(apart), 0.2))
    place = {s.id: i for i, s in enumerate(story.statements)}
    for c in room.contradictions(story, [], near, builder=builder):
        i, j = place[c.a], place[c.b]
        yield f"{name} {i}-{j} contradiction [{c.rule}] {said(story, i, c.spans_a, j, c.spans_b)}"


def said(story: Story, i: int, a: tuple[Span, ...], j: int, b: tuple[Span, ...]) -> str:
    """The words of both sides."""
    texts = {report.id: report.text for report in story.reports}
    sides = (cut(texts[story.statements[k].report], spans) for k, spans in ((i, a), (j, b)))
    return " | ".join(" … ".join(side) for side in sides)


@pytest.mark.parametrize("name", [*(x.id for x in own_stories().stories), "planted"])
def test_differences_are_those_that_were_read(name: str) -> None:
    kept = GOLDEN.read_text(encoding="utf-8").splitlines()
    wanted = [line for line in kept if line.startswith(name)]
    found = [line for story in stories() if story.startswith(name) for line in lines(story)]
    assert found == wanted


def test_what_is_no_conflict_is_as_sure_as_that_both_answer_one_question() -> None:
    room = Differences()
    told = [
        d
        for story, linked, _ in stories().values()
        for i, j in linked
        for d in room.of_pair(Builder(story), i, j)
        if d.type in ("number", "date", "name") and not d.conflict and "slot" in d.rule
    ]
    assert len(told) > 10
    assert all(d.score >= room.least for d in told)


if __name__ == "__main__":
    text = "".join(f"{line}\n" for name in stories() for line in lines(name))
    GOLDEN.write_text(text, encoding="utf-8")
