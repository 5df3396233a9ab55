"""Hedges: one side says that it is so, the other that it may be (``lexicons/hedges.json``)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from storydiff.differences.candidates import Candidate
from storydiff.differences.sides import Pair, Side

ALIGNED = 0.55
"""Similarity from which on two words tell one thing."""

_OPEN = frozenset({"xcomp", "ccomp"})


@cache
def hedges() -> frozenset[str]:
    """All words that hedge what they stand above or beside."""
    text = files("storydiff.lexicons").joinpath("hedges.json").read_text(encoding="utf-8")
    raw: dict[str, list[str]] = json.loads(text)
    return frozenset(w for name in ("modals", "adverbs", "adjectives") for w in raw[name])


@cache
def hedging_verbs() -> frozenset[str]:
    """Verbs that hedge the clause they govern."""
    text = files("storydiff.lexicons").joinpath("hedges.json").read_text(encoding="utf-8")
    return frozenset(json.loads(text)["verbs"])


def hedge(side: Side, i: int) -> int | None:
    """The word that hedges word ``i``: below it, or the verb that governs its clause."""
    for c in side.children[i]:
        told = side.words.keys[c] in hedges() or side.forms[c] in hedges()
        if told and c not in side.in_values:  # "13 May" hedges nothing
            return c
    at = i
    for j in side.above(i):
        relation = side.words.relations[at]
        if relation in _OPEN and side.words.keys[j] in hedging_verbs():
            return j
        if relation not in (*_OPEN, "aux", "auxpass", "attr", "acomp"):
            return None
        at = j
    return None


def find(pair: Pair) -> Iterator[Candidate]:
    """Words that match across the sides, of which one alone is hedged."""
    seen = set[tuple[int | None, int | None]]()
    for i, k in pair.best:
        tags = pair.a.words.tags[i][:2], pair.b.words.tags[k][:2]
        if tags[0] != tags[1] or tags[0] not in ("VB", "NN"):
            continue
        if pair.nearness(i, k) < ALIGNED or not pair.a.words.content[i]:
            continue
        first, second = hedge(pair.a, i), hedge(pair.b, k)
        if (first is None) == (second is None) or (first, second) in seen:
            continue
        seen.add((first, second))
        yield Candidate(
            type="hedge",
            rule="hedge: on one side only",
            a=_spans(pair.a, i, first),
            b=_spans(pair.b, k, second),
        )


def _spans(side: Side, i: int, found: int | None) -> tuple[tuple[int, int], ...]:
    words = {i} if found is None else {i, found}
    return tuple(side.span(w, w) for w in sorted(words))
