"""Polarity: one side says that it is so, the other that it is not.

Two words match across the sides and one of them stands under a negation, or two
opposite words fill one slot. Lists: ``lexicons/negators.json``,
``lexicons/opposites.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from storydiff.differences.candidates import Candidate
from storydiff.differences.sides import Pair, Side
from storydiff.differences.slots import slot_features

ALIGNED = 0.5
"""Similarity from which on two words are compared for their polarity."""
OPPOSED = 0.3
"""Similarity from which on two opposite words may fill one slot."""

_PREFIXES = ("un", "in", "im", "non", "dis", "il", "ir", "non-")
_GOVERNED = frozenset({"dobj", "xcomp", "ccomp", "pcomp", "nsubjpass", "attr", "acomp", "pobj"})


@dataclass(frozen=True, slots=True)
class Negators:
    """What negates: by itself, or as the verb, noun or adjective that governs a thing."""

    words: frozenset[str]
    governing: frozenset[str]
    idle: frozenset[str]


@cache
def negators() -> Negators:
    """From ``lexicons/negators.json``."""
    raw = _read("negators")
    governing = {*raw["verbs"], *raw["nouns"], *raw["adjectives"]}
    return Negators(frozenset(raw["words"]), frozenset(governing), frozenset(raw["idle"]))


@cache
def opposites() -> Mapping[str, frozenset[str]]:
    """Lemma → the lemmas that cannot be true together with it."""
    found: dict[str, set[str]] = {}
    for left, right in _read("opposites")["pairs"]:
        for word in left:
            found.setdefault(word, set()).update(right)
        for word in right:
            found.setdefault(word, set()).update(left)
    return {word: frozenset(others) for word, others in found.items()}


def _read(name: str) -> Any:
    text = files("storydiff.lexicons").joinpath(f"{name}.json").read_text(encoding="utf-8")
    return json.loads(text)


def is_opposite(a: str, b: str) -> bool:
    """Whether two lemmas are opposites by the list or by a negating prefix."""
    return b in opposed(a)


@lru_cache(maxsize=65536)
def opposed(lemma: str) -> frozenset[str]:
    """The lemmas that are opposite to one, by the list or by a negating prefix.

    A word of three letters or fewer has no opposite by prefix.
    """
    bare = {lemma.removeprefix(p) for p in _PREFIXES if lemma.startswith(p)}
    longer = {prefix + lemma for prefix in _PREFIXES if len(lemma) > 3}
    return opposites().get(lemma, frozenset()) | longer | {x for x in bare if len(x) > 3}


def is_negated(side: Side) -> bool:
    """Whether some word of a side stands under a negation."""
    known = negators()
    signs = known.words | known.governing
    # Either its letters or its relation make a word a negation.
    if signs.isdisjoint((*side.words.keys, *side.forms)) and "neg" not in side.words.relations:
        return False
    return any(negation(side, i) is not None for i in range(len(side)))


def negation(side: Side, i: int) -> int | None:
    """The word that negates word ``i``: below it, or governing it; None if there is none."""
    known = negators()
    for c in side.children[i]:
        negates = side.words.keys[c] in known.words or side.forms[c] in known.words
        if negates and not _is_idle(side, c):
            return c
    at = i
    for j in side.above(i):
        relation = side.words.relations[at]
        if relation not in _GOVERNED and relation not in ("prep", "conj", "aux", "agent", "amod"):
            return None
        if relation in _GOVERNED and side.words.keys[j] in known.governing:
            return j
        if side.words.keys[j] in known.words:
            return j
        if relation in ("dobj", "attr", "acomp", "nsubjpass", "xcomp", "oprd"):
            below = negation_below(side, j)
            if below is not None:
                return below
        if side.words.tags[j].startswith("VB"):
            return None
        at = j
    return None


def negation_below(side: Side, i: int) -> int | None:
    """A plain negation directly below word ``i``."""
    known = negators()
    plain = [c for c in side.children[i] if not _is_idle(side, c)]
    by_relation = (c for c in plain if side.words.relations[c] == "neg")
    by_form = (c for c in plain if side.forms[c] in known.words)
    return next(by_relation, next(by_form, None))


def _is_idle(side: Side, c: int) -> bool:
    """Whether a negation only begins a phrase such as "not only"."""
    return c + 1 < len(side) and side.forms[c + 1] in negators().idle


def find(pair: Pair) -> Iterator[Candidate]:
    """Words in one slot of which one is negated, and opposite words in one slot."""
    yield from _negated(pair)
    yield from _opposite(pair)


def _negated(pair: Pair) -> Iterator[Candidate]:
    seen_a, seen_b = set[int](), set[int]()
    for i, k in pair.best:
        if not (pair.a.words.content[i] and pair.b.words.content[k]):
            continue
        if not _verbal(pair.a, i) or not _verbal(pair.b, k):
            continue
        if pair.nearness(i, k) < ALIGNED:
            continue
        no_a, no_b = negation(pair.a, i), negation(pair.b, k)
        if (no_a is None) == (no_b is None) or no_a in seen_a or no_b in seen_b:
            continue
        if _denied_too(pair, no_a, no_b):
            continue
        if no_a is not None:
            seen_a.add(no_a)
        if no_b is not None:
            seen_b.add(no_b)
        yield Candidate(
            type="polarity",
            rule="polarity: negated on one side",
            a=_spans(pair.a, i, no_a),
            b=_spans(pair.b, k, no_b),
            features={
                **slot_features(pair, [i], [k], i, k),
                "negated": 1.0,
                "same word": float(pair.a.words.keys[i] == pair.b.words.keys[k]),
                "plain": float(
                    (no_a is not None and pair.a.words.relations[no_a] == "neg")
                    or (no_b is not None and pair.b.words.relations[no_b] == "neg")
                ),
                "quoted": float(pair.a.quoted[i] or pair.b.quoted[k]),
                "root": float(pair.a.head(i) == i and pair.b.head(k) == k),
                "reported": float(_reported(pair.a, i) or _reported(pair.b, k)),
            },
            clash=True,
        )


def _opposite(pair: Pair) -> Iterator[Candidate]:
    if not pair.table.size:
        return
    theirs = frozenset(pair.b.words.keys)
    for i, key in enumerate(pair.a.words.keys):
        if opposed(key).isdisjoint(theirs):
            continue
        for k, other in enumerate(pair.b.words.keys):
            if not is_opposite(key, other) or pair.table[i, k] < OPPOSED:
                continue
            if i in pair.a.in_values and k in pair.b.in_values:
                continue  # "at least 70" and "more than 70" are bounds
            if key in pair.b.words.keys or other in pair.a.words.keys:
                continue
            if (negation(pair.a, i) is None) != (negation(pair.b, k) is None):
                continue
            yield Candidate(
                type="polarity",
                rule="polarity: opposite words in one slot",
                a=(pair.a.span(i, i),),
                b=(pair.b.span(k, k),),
                features={
                    **slot_features(pair, [i], [k], i, k),
                    "opposite": 1.0,
                    "quoted": float(pair.a.quoted[i] or pair.b.quoted[k]),
                    "root": float(pair.a.head(i) == i and pair.b.head(k) == k),
                    "reported": float(_reported(pair.a, i) or _reported(pair.b, k)),
                },
                clash=True,
            )


def _denied_too(pair: Pair, no_a: int | None, no_b: int | None) -> bool:
    """Whether the negation stands on the other side as well, wherever the parser put it."""
    if no_a is not None:
        return pair.a.words.keys[no_a] in pair.b.words.keys
    return no_b is not None and pair.b.words.keys[no_b] in pair.a.words.keys


def _verbal(side: Side, i: int) -> bool:
    tag = side.words.tags[i]
    return tag.startswith(("VB", "JJ", "NN")) and not tag.startswith("NNP")


def _spans(side: Side, i: int, negator: int | None) -> tuple[tuple[int, int], ...]:
    if negator is None:
        return (side.span(i, i),)
    return tuple(side.span(w, w) for w in sorted((i, negator)))


def _reported(side: Side, i: int) -> bool:
    """Whether a word stands in what a source says."""
    start = side.statement.start + int(side.words.starts[i])
    return any(s <= start < e for x in side.statement.attributions for s, e in x.content)
