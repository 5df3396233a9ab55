"""Propositions that readers wrote down, and the clauses that tell them.

For each link a gold story gives in a few words what both statements assert. Such
a text against the clauses of the linked statements is what two spans of no story
are like: short, without what stands around them. Which clause tells it is not
marked; it is taken to be the one of the linked statement that has most of its words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from storydiff.datatypes import Statement
from storydiff.encoding import encode_distinct, take
from storydiff.evaluation.gold import GoldStory
from storydiff.features.sides import clauses_of
from storydiff.protocols import Encoded, Encoder, Parse, Story
from storydiff.words import function_words, words_of

PROPOSITIONS, CLAUSES = 40, 90
"""Of one story at most, chosen by the hash of their text."""

WORDS = 14
"""A statement of so many words is one clause."""

MOST, LITTLE = 0.4, 0.2
"""Share of a proposition's words from which on a clause of a linked statement tells it, and
up to which it does not."""


@dataclass(frozen=True, eq=False)
class Pool:
    """Texts of one story that are no statements, with their vectors.

    Attributes:
        propositions, clauses: n and m distinct texts.
        match: int8 ``(n, m)``, whether the clause tells the proposition: 1, 0, or -1 for
            not known.
        left, right: their vectors.
    """

    propositions: tuple[str, ...]
    clauses: tuple[str, ...]
    match: NDArray[np.int8]
    left: Encoded
    right: Encoded


def pool_of(
    gold: GoldStory, story: Story, match: NDArray[np.int8], encoder: Encoder
) -> Pool | None:
    """The propositions of a story's sure links against clauses of the linked statements.

    ``match`` is int8 ``(n, n)`` over the statements: 1 match, 0 none, -1 open. None where
    the readers wrote down nothing.
    """
    place = {(s.outlet, s.index): k for k, s in enumerate(story.statements)}
    told: dict[str, set[int]] = defaultdict(set)
    for (a, b), link in gold.sure.items():
        if text := link.get("shared", "").strip():
            told[text].update((place[a], place[b]))
    if not told:
        return None
    linked = sorted(
        set().union(*told.values()), key=lambda k: (_mixed(story.statements[k].text), k)
    )
    owners: dict[str, int] = {}
    for k in linked:
        for clause in _cut(story.statements[k], story.parses[k]):
            if len(owners) < CLAUSES:
                owners.setdefault(clause, k)
    propositions = tuple(sorted(told, key=_mixed)[:PROPOSITIONS])
    clauses = tuple(owners)
    of = np.array(list(owners.values()), np.int32)
    labels = np.stack([_row(p, told[p], clauses, of, match) for p in propositions])
    encoded = encode_distinct(encoder, [*propositions, *clauses])
    n = len(propositions)
    left, right = take(encoded, range(n)), take(encoded, range(n, n + len(clauses)))
    return Pool(propositions, clauses, labels, left, right)


def _row(
    proposition: str,
    ends: set[int],
    clauses: tuple[str, ...],
    of: NDArray[np.int32],
    match: NDArray[np.int8],
) -> NDArray[np.int8]:
    """Labels of one proposition: int8 ``(m,)``."""
    stems = _stems(proposition)
    share = np.array([len(stems & _stems(c)) / max(len(stems), 1) for c in clauses])
    out = np.zeros(len(clauses), np.int8)
    near = np.flatnonzero((match[sorted(ends)] != 0).any(axis=0))
    # What else a neighbour of the link tells is known only if they have no word in common.
    out[np.isin(of, near) & (share > 0)] = -1
    for end in ends:
        members = np.flatnonzero(of == end)
        if not len(members):
            continue
        best = members[share[members].argmax()]
        sure = len(members) == 1 or share[best] >= MOST
        out[members] = np.where(sure & (share[members] <= LITTLE), 0, -1)
        out[best] = 1 if sure else -1
    return out


def _cut(statement: Statement, parse: Parse) -> list[str]:
    """The clauses of a statement that have three content words, or the statement."""
    text = statement.text
    if len(text.split()) <= WORDS or not len(parse):
        return [text]
    words = words_of(text, parse, start=statement.start)
    out = []
    for group in clauses_of(words, np.arange(len(words), dtype=np.int32)):
        if words.content[group].sum() < 3:
            continue
        runs = np.split(group, np.flatnonzero(np.diff(group) > 1) + 1)
        parts = [text[words.starts[run[0]] : words.ends[run[-1]]] for run in runs]
        out.append(" ".join(parts).strip(' ,;"“”'))
    return out or [text]


def _stems(text: str) -> frozenset[str]:
    found = (word.lower() for word in re.findall(r"\w+", text))
    return frozenset(word[:5] for word in found if word not in function_words())


def _mixed(text: str) -> str:
    return sha256(text.encode()).hexdigest()
