"""What only one side of a link says, as whole clauses and modifiers.

The rule. A phrase is a word with all that depends on it. A phrase is added when
it holds a content word and the other side covers none of its content words; the
largest such phrases are taken whole, with the articles and prepositions that
belong to them. A word that nothing covers but whose phrase is partly covered (a
new verb over known arguments) is added by itself, with its auxiliaries,
negation and particle. A name is covered where any of its words is; the first part
of a compound ("fire service") is covered only where its noun is. Neighbouring
pieces are one span, across commas too.
Punctuation, conjunctions and function words that belong to nothing inside a
span are cut off its edges, so that no span ends in a stray "the" or "of".

Without a parse, runs of words that nothing covers stand for this.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from storydiff.datatypes import Span
from storydiff.words import Words, runs

_WITH_VERB = frozenset({"aux", "auxpass", "neg", "prt"})
"""Relations of small words that go with the verb or adjective that they depend on."""
_BETWEEN = frozenset({",", "CC"})
"""Tags of the words over which a span goes on."""
_LINKING = frozenset({"cc", "preconj", "punct"})
"""Relations of words that join phrases and belong to none."""


def added_spans(words: Words, covered: NDArray[np.bool_]) -> tuple[Span, ...]:
    """The phrases of a statement that the other side does not cover.

    ``covered`` is bool ``(n,)``, parallel to ``words``. Each span begins and ends
    at a word, holds an uncovered content word and no covered one; they are in
    order and do not touch. Positions are those of ``words``.
    """
    if not any(words.relations):
        return runs(words, ~covered)
    children = _children(words)
    covered = _whole(words, covered)
    chosen = _phrases(words, covered, children)
    chosen |= _lone(words, covered, children, chosen)
    spans = []
    for run in _joined(words, chosen):
        first, last = _trimmed(words, run, children)
        if first <= last:
            spans.append((int(words.starts[first]), int(words.ends[last])))
    return tuple(spans)


def _children(words: Words) -> list[list[int]]:
    below: list[list[int]] = [[] for _ in range(len(words))]
    for i, head in enumerate(words.heads.tolist()):
        if head != i:
            below[head].append(i)
    return below


def _whole(words: Words, covered: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The covered words when names and compounds are no longer covered by halves."""
    whole = covered.copy()
    for i in range(len(words) - 1, -1, -1):
        if words.relations[i] == "compound" and not words.names[i]:
            whole[i] &= whole[int(words.heads[i])]
    start = 0
    for end in range(1, len(words) + 1):
        if end == len(words) or not words.names[end]:
            if words.names[start]:
                whole[start:end] |= whole[start:end].any()
            start = end
        elif not words.names[start]:
            start = end
    return whole


def _subtree(i: int, children: list[list[int]]) -> list[int]:
    """A word and all that depends on it, each before those that depend on it."""
    found, stack = [], [i]
    while stack:
        at = stack.pop()
        found.append(at)
        stack.extend(children[at])
    return found


def _phrases(words: Words, covered: NDArray[np.bool_], children: list[list[int]]) -> set[int]:
    """The words of the largest phrases with content that the other side covers nothing of."""
    tells, known = words.content.tolist(), (words.content & covered).tolist()
    roots = [i for i, head in enumerate(words.heads.tolist()) if head == i]
    # Whoever depends on a word comes after it, so backwards each phrase is whole in time.
    for i in reversed([k for root in roots for k in _subtree(root, children)]):
        tells[i] = tells[i] or any(tells[k] for k in children[i])
        known[i] = known[i] or any(known[k] for k in children[i])
    chosen: set[int] = set()
    while roots:
        i = roots.pop()
        if tells[i] and not known[i]:
            chosen.update(_subtree(i, children))
        elif tells[i]:
            roots.extend(children[i])
    return chosen


def _lone(
    words: Words, covered: NDArray[np.bool_], children: list[list[int]], taken: Collection[int]
) -> set[int]:
    """Uncovered content words of phrases that are partly covered, each with its small words."""
    found: set[int] = set()
    for i in np.flatnonzero(words.content & ~covered).tolist():
        if i not in taken:
            found.add(i)
            found.update(
                k
                for k in children[i]
                if words.relations[k] in _WITH_VERB
                and not children[k]
                and not (words.content[k] and covered[k])
            )
    return found


def _joined(words: Words, chosen: Collection[int]) -> list[tuple[int, int]]:
    """Runs of chosen words; one run goes on over words that only join phrases."""
    members = sorted(chosen)
    found: list[tuple[int, int]] = []
    for i in members:
        between = range(found[-1][1] + 1, i) if found else ()
        if found and all(words.tags[k] in _BETWEEN for k in between):
            found[-1] = (found[-1][0], i)
        else:
            found.append((i, i))
    return found


def _trimmed(words: Words, run: tuple[int, int], children: list[list[int]]) -> tuple[int, int]:
    """A run without words at its edges that belong to nothing inside it."""
    first, last = run
    while first <= last and _stray(words, first, (first, last), children):
        first += 1
    while first <= last and _stray(words, last, (first, last), children):
        last -= 1
    return first, last


def _stray(words: Words, i: int, run: tuple[int, int], children: list[list[int]]) -> bool:
    """Whether an edge of a run is a joining word, or a function word parted from its phrase."""
    if words.relations[i] in _LINKING:
        return not words.content[i]
    if words.content[i]:
        return False
    inside = [k for k in (int(words.heads[i]), *children[i]) if k != i and run[0] <= k <= run[1]]
    return not inside
