"""Wording by contrast: one slot, two words.

The contrast is found by alignment: two words that are each other's best match,
of one part of speech, with what stands above or around them matching too. The
list ``lexicons/loaded.json`` only makes a contrast surer. No verdict: which word
is the plain one is not said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from rapidfuzz.distance import JaroWinkler

from storydiff.datatypes import Span
from storydiff.differences.candidates import Candidate
from storydiff.differences.polarity import is_opposite
from storydiff.differences.sides import SUBJECTS, Pair, Side
from storydiff.differences.slots import around, likeness

LISTED = 0.35
"""Similarity from which on two words of one group of the list are a contrast."""
FOUND = 0.5
"""Similarity from which on two other words are a contrast, if their slots match."""
SLOT = 0.55
"""How far the words around must match for a contrast that no list names."""
SAME = 0.5
"""Similarity from which on two subjects are one."""
ALIKE = 0.85
"""Jaro-Winkler similarity from which on two words are forms of one word."""

SURE = 0.6
"""Probability of the link from which on contrasts that no list names are shown."""

_SPEECH = ("NN", "VB", "JJ")
_PLAIN = frozenset({"be", "have", "do", "go", "get", "make", "take", "come", "put", "give"})


@cache
def groups() -> Mapping[str, frozenset[str]]:
    """Lemma → the groups of ``lexicons/loaded.json`` that hold it."""
    text = files("storydiff.lexicons").joinpath("loaded.json").read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for name, words in json.loads(text)["groups"].items():
        for word in words:
            found.setdefault(word, set()).add(name)
    return {word: frozenset(names) for word, names in found.items()}


@cache
def plain_verbs() -> frozenset[str]:
    """Verbs of saying that judge nothing: one for another is no contrast."""
    text = files("storydiff.lexicons").joinpath("loaded.json").read_text(encoding="utf-8")
    return frozenset(json.loads(text)["plain"])


def find(pair: Pair) -> Iterator[Candidate]:
    """The slots that the two sides fill with different words."""
    for i, k in pair.best:
        if not _comparable(pair, i, k):
            continue
        near = float(pair.table[i, k])
        listed = _listed(pair, i, k)
        slot = _slot(pair, i, k)
        if listed and near >= LISTED:
            yield _candidate(pair, i, k, "wording: one thing by two names", near, slot)
        elif near >= FOUND and slot >= SLOT and pair.score >= SURE:
            yield _candidate(pair, i, k, "wording: other word in one slot", near, slot)


def _listed(pair: Pair, i: int, k: int) -> bool:
    """Whether a list names both words for one thing; of verbs, whether one subject does it."""
    if pair.a.words.tags[i].startswith("VB"):
        subjects = pair.a.child(i, SUBJECTS), pair.b.child(k, SUBJECTS)
        if pair.nearness(*subjects) < SAME:
            return False
    ours = groups().get(pair.a.words.keys[i], frozenset())
    return bool(ours & groups().get(pair.b.words.keys[k], frozenset()))


def _candidate(pair: Pair, i: int, k: int, rule: str, near: float, slot: float) -> Candidate:
    return Candidate(
        type="wording",
        rule=rule,
        a=(_phrase(pair.a, i),),
        b=(_phrase(pair.b, k),),
        score=round(min(max((near + slot) / 2, 0.0), 1.0), 4),
    )


def _comparable(pair: Pair, i: int, k: int) -> bool:
    """Whether two words are content words of one part of speech and two words indeed."""
    a, b = pair.a.words, pair.b.words
    if not (a.content[i] and b.content[k]) or a.names[i] or b.names[k]:
        return False
    tag = a.tags[i][:2]
    if tag != b.tags[k][:2] or tag not in _SPEECH or "NNP" in a.tags[i] + b.tags[k]:
        return False
    ours, theirs = a.keys[i].lower(), b.keys[k].lower()
    if ours == theirs or {ours, theirs} & _PLAIN:
        return False
    if ours in b.keys or theirs in a.keys or is_opposite(ours, theirs):
        return False
    if ours in plain_verbs() and theirs in plain_verbs():
        return False
    return not one_word(ours, theirs)


def one_word(a: str, b: str) -> bool:
    """Whether two lemmas are forms or spellings of one word."""
    folded = a.replace("-", ""), b.replace("-", "")
    if folded[0] == folded[1]:
        return True
    stem = min(len(a), len(b), 5)
    return a[:stem] == b[:stem] and JaroWinkler.similarity(a, b) >= ALIKE


def _slot(pair: Pair, i: int, k: int) -> float:
    """How far what stands above and around two words matches, in [0, 1]."""
    above = pair.nearness(pair.a.head(i), pair.b.head(k))
    near = likeness(pair, around(pair.a, [i], width=3), around(pair.b, [k], width=3))
    same = float(pair.a.words.relations[i] == pair.b.words.relations[k])
    return (above + near + same) / 3


def _phrase(side: Side, i: int) -> Span:
    """A word with the modifiers that stand right before it."""
    first = i
    while (
        first > 0
        and side.head(first - 1) == i
        and side.words.relations[first - 1]
        in (
            "amod",
            "compound",
            "advmod",
        )
    ):
        first -= 1
    return side.span(first, i)
