"""Acts and their order: one outcome by another act, one order of two events turned round."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from storydiff.differences.candidates import Candidate
from storydiff.differences.sides import SUBJECTS, Pair, Side
from storydiff.differences.slots import names_in, slot_features

NEAR = 0.3
"""Similarity from which on two acts may fill one slot."""
SAME = 0.6
"""Similarity from which on two subjects, or what two words of order govern, are one."""

_ORDER = {"before": "after", "after": "before"}


@cache
def other_acts(kind: str = "acts") -> Mapping[str, frozenset[str]]:
    """Lemma → other ways to one outcome ("acts") or other steps of one affair ("stages")."""
    text = files("storydiff.lexicons").joinpath("acts.json").read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for left, right in json.loads(text)[kind]:
        for word in left:
            found.setdefault(word, set()).update(right)
        for word in right:
            found.setdefault(word, set()).update(left)
    return {word: frozenset(others) for word, others in found.items()}


def find(pair: Pair) -> Iterator[Candidate]:
    """Acts of one subject that are told differently; "before" where the other says "after"."""
    for i, key in enumerate(pair.a.words.keys):
        others = other_acts().get(key, frozenset())
        stages = other_acts("stages").get(key, frozenset())
        turned = _ORDER.get(key)
        for k, other in enumerate(pair.b.words.keys):
            if other in others and _one_act(pair, i, k):
                yield _candidate(pair, i, k, "act: other act in one slot")
            elif other in stages and _one_act(pair, i, k):
                yield _candidate(pair, i, k, "act: other stage")
            elif other == turned and _one_order(pair, i, k):
                yield _candidate(pair, i, k, "act: other order")


def _candidate(pair: Pair, i: int, k: int, rule: str) -> Candidate:
    features = slot_features(pair, [i], [k], i, k)
    if rule.endswith("slot") and _of_one(pair, i, k):
        features["one affected"] = 1.0
    return Candidate(
        type="act",
        rule=rule,
        a=(pair.a.span(i, i),),
        b=(pair.b.span(k, k),),
        features=features,
        clash=True,
    )


def _one_act(pair: Pair, i: int, k: int) -> bool:
    """Whether neither side tells both acts, and their subjects or patients match."""
    ours, theirs = pair.a.words.keys, pair.b.words.keys
    if ours[i] in theirs or theirs[k] in ours:
        return False
    if _of_one(pair, i, k):
        return True
    subjects = pair.a.child(i, SUBJECTS), pair.b.child(k, SUBJECTS)
    if None in subjects:
        return float(pair.table[i, k]) >= NEAR
    return pair.nearness(*subjects) >= SAME


def _of_one(pair: Pair, i: int, k: int) -> bool:
    """Whether two verbs tell what became of one person or thing: by name, or by one noun."""
    tags = pair.a.words.tags[i], pair.b.words.tags[k]
    if not all(t.startswith("VB") for t in tags):
        return False
    ours, theirs = affected(pair.a, i), affected(pair.b, k)
    if ours is None or theirs is None:
        return False
    if names_in(pair.a, [ours]) & names_in(pair.b, [theirs]):
        return True
    noun = pair.a.words.tags[ours].startswith("NN")
    return noun and pair.a.words.keys[ours] == pair.b.words.keys[theirs]


def affected(side: Side, i: int) -> int | None:
    """Whom an act befalls: its object, else its subject; for "whom he fired" the word before."""
    thing = side.child(i, frozenset({"dobj", "nsubjpass"}))
    if thing is None:
        thing = side.child(i, SUBJECTS)
    if thing is not None and side.words.tags[thing].startswith("W"):
        return side.head(i) if side.words.relations[i] == "relcl" else None
    return thing


def _one_order(pair: Pair, i: int, k: int) -> bool:
    """Whether what stands above and below two words of order matches."""
    below_a = next(iter(pair.a.children[i]), None)
    below_b = next(iter(pair.b.children[k]), None)
    above = pair.nearness(pair.a.head(i), pair.b.head(k))
    return pair.nearness(below_a, below_b) >= SAME and above >= SAME
