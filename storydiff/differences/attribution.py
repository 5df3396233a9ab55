"""Attribution: what one side says by itself the other lays to a source, or to another source.

Reports lay claims to sources and drop the source in the next sentence, so a source
against the own voice is told only where the claim itself is what both share, and as
minor: its score is low, and it stands last (design note 0092).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from storydiff.datatypes import Attribution, Span
from storydiff.differences.candidates import Candidate
from storydiff.differences.sides import Pair, Side
from storydiff.differences.spelling import parts

ALIGNED = 0.55
"""Similarity from which on two words carry one content."""
COVERED = 0.6
"""Share of the words in common that stand in what a source says."""
BARE = 0.2
"""At most this share of them, where a report speaks in its own voice."""
CLAIMED = 0.9
"""Share of them that stands in what a source says, where the other speaks in its own voice."""
MINOR = 0.3
"""Score of a source against the own voice, which is seldom news; a stated rule."""
OWN_VOICE = "attribution: a source against the own voice"
ONE = 0.6
"""Share of the content words of what two sources say that must match for one claim."""
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
LEAST = 3
"""Content words in common, at least."""


def find(pair: Pair) -> Iterator[Candidate]:
    """The sources of what both sides say, where they differ."""
    cues = _cues(pair.a), _cues(pair.b)
    shared = [
        (i, k)
        for i, k in pair.best
        if pair.a.words.content[i] and pair.b.words.content[k] and pair.nearness(i, k) >= ALIGNED
        if i not in cues[0] and k not in cues[1]
    ]
    if len(shared) < LEAST:
        return
    rows, columns = [i for i, _ in shared], [k for _, k in shared]
    ours, theirs = _says(pair.a, rows), _says(pair.b, columns)
    if (ours is None or theirs is None) and (claim := _one_claim(pair, shared)) is not None:
        ours, theirs = claim
    if ours and theirs:
        if not _may_be_one(pair, ours, theirs):
            yield Candidate(
                type="attribution",
                rule="attribution: other source",
                a=_named(ours, pair.a, rows),
                b=_named(theirs, pair.b, columns),
            )
    elif ours and _is_claim(ours, pair.a, rows, pair.b, columns):
        yield Candidate(
            type="attribution",
            rule=OWN_VOICE,
            a=_named(ours, pair.a, rows),
            b=(_extent(pair.b, columns),),
            score=MINOR,
        )
    elif theirs and _is_claim(theirs, pair.b, columns, pair.a, rows):
        yield Candidate(
            type="attribution",
            rule=OWN_VOICE,
            a=(_extent(pair.a, rows),),
            b=_named(theirs, pair.b, columns),
            score=MINOR,
        )


def _cues(side: Side) -> frozenset[int]:
    """The words that lay something to a source ("said"); they are no part of what is said."""
    spans = (span for x in side.statement.attributions for span in x.cue)
    return frozenset(i for span in spans for i in side.inside(span))


def _one_claim(
    pair: Pair, shared: Sequence[tuple[int, int]]
) -> tuple[Attribution, Attribution] | None:
    """What a source on each side says, where it is one claim within longer sentences."""
    found = []
    for x in pair.a.statement.attributions:
        for y in pair.b.statement.attributions:
            if not (x.source or x.speaker) or not (y.source or y.speaker):
                continue
            here, there = _inside(pair.a, x), _inside(pair.b, y)
            met = sum(bool(here[i] and there[k]) for i, k in shared)
            told = [int((m & s.words.content).sum()) for m, s in ((here, pair.a), (there, pair.b))]
            if met >= LEAST and met >= ONE * max(told):
                found.append((met, x, y))
    best = max(found, key=lambda claim: claim[0], default=None)
    return None if best is None else best[1:]


def _is_claim(
    said: Attribution, side: Side, words: list[int], other: Side, theirs: list[int]
) -> bool:
    """Whether what both share is a claim that one side lays to a source and the other tells.

    Its words, a verb among them, stand in what the source says, and none of the other
    side's in what anyone says. A source without a name of its own ("police") that the
    other report has as well, for whatever else, is routine: nothing is told by its lack.
    """
    inside = _inside(side, said)[words]
    if inside.mean() < CLAIMED or _share(other, theirs) > BARE:
        return False
    pairs = zip(words, theirs, strict=True)
    if not any(
        side.words.tags[i].startswith("VB") and other.words.tags[k].startswith("VB")
        for (i, k), held in zip(pairs, inside, strict=True)
        if held
    ):
        return False
    return _is_person(said, side) or not _who(said, side) & other.elsewhere.sources


def _is_person(attribution: Attribution, side: Side) -> bool:
    """Whether a source is a person by name."""
    return any(
        m.type == "person" and m.span[0] < e and s < m.span[1]
        for s, e in attribution.source
        for m in side.statement.names
    )


def _inside(side: Side, attribution: Attribution) -> NDArray[np.bool_]:
    """Which words of a statement stand in the content of an attribution."""
    mask = np.zeros(len(side), bool)
    for span in attribution.content:
        mask[side.inside(span)] = True
    return mask


def _says(side: Side, words: list[int]) -> Attribution | None:
    """The attribution that holds most of the words and has a source, the outermost of equals."""
    held = [
        (float(_inside(side, x)[words].mean()), -n, x)
        for n, x in enumerate(side.statement.attributions)
        if x.source or x.speaker
    ]
    share, _, found = max(held, key=lambda x: x[:2], default=(0.0, 0, None))
    return found if share >= COVERED else None


def _share(side: Side, words: list[int]) -> float:
    """The share of words that stand in what anyone says."""
    mask = np.zeros(len(side), bool)
    for attribution in side.statement.attributions:
        mask |= _inside(side, attribution)
    return float(mask[words].mean())


def _may_be_one(pair: Pair, ours: Attribution, theirs: Attribution) -> bool:
    """Whether two sources may be one: by name, by a word in common, or since one is unnamed.

    Where both are persons by name their names alone count: many a president is one.
    """
    people = _people(ours, pair.a), _people(theirs, pair.b)
    if all(people):
        return any(_may_be_one_person(x, y) for x in people[0] for y in people[1])
    first, second = _who(ours, pair.a), _who(theirs, pair.b)
    if not first or not second or first & second:
        return True
    return not (_is_named(ours, pair.a) and _is_named(theirs, pair.b))


def _people(attribution: Attribution, side: Side) -> set[tuple[str, ...]]:
    """The names of the persons in a source."""
    return {
        name
        for m in side.statement.names
        if m.type == "person"
        and any(m.span[0] < e and s < m.span[1] for s, e in attribution.source)
        and (name := tuple(w for w in parts(m.entity) if w not in _SUFFIXES))
    }


def _may_be_one_person(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether two names have a word in common, and not merely a first name."""
    if len(a) > 1 and len(b) > 1:
        return a[-1] == b[-1]
    return not set(a).isdisjoint(b)


def _who(attribution: Attribution, side: Side) -> set[str]:
    words = set(parts(attribution.speaker or ""))
    for source in attribution.chain:
        words |= set(parts(source.speaker or ""))
    for span in attribution.source:
        words |= set(parts(side.cut(span)))
    return words


def _is_named(attribution: Attribution, side: Side) -> bool:
    """Whether a source stands there by name."""
    return any(
        m.span[0] < e and s < m.span[1] for s, e in attribution.source for m in side.statement.names
    )


def _named(attribution: Attribution, side: Side, words: list[int]) -> tuple[Span, ...]:
    """Where the statement names the source, else its cue, else the words themselves."""
    start, end = side.statement.span
    for spans in (attribution.source, attribution.cue):
        within = tuple(x for x in spans if start <= x[0] and x[1] <= end)
        if within:
            return within
    return (_extent(side, words),)


def _extent(side: Side, words: list[int]) -> Span:
    return side.span(min(words), max(words))
