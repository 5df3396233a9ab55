"""A statement cut into propositions: each predicate with its arguments.

The rule. A predicate begins a proposition where it is the root of a sentence, a
verb coordinated with another verb, an adverbial clause ("when a store went up in
flames"; not one of purpose, "to save the grain"), a parenthesis, or a clause
that a comma parts from the noun it tells more of. All else stays with the
predicate above it: objects, modifiers, complement clauses, and so what somebody
says with the verb of saying. What is
quoted from one speaker is never cut. A proposition with fewer than two content
words joins the one above.

A coordinated verb without a subject of its own is shown with that of the verb
before it ("The fire … was put out around noon"); the subject itself belongs to
the first.

Without a parse a statement is one proposition of unknown parts, and nothing is
cut here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storydiff.datatypes import Span
from storydiff.words import Words

LEAST = 2
"""Content words without which a part of a sentence is no proposition of its own."""

_SUBJECTS = ("nsubj", "nsubjpass", "csubj", "csubjpass", "expl")
_APART = ("advcl", "parataxis")
_TELLING_MORE = ("relcl", "acl", "appos")
_EDGES = ("cc", "punct", "preconj")


@dataclass(frozen=True, slots=True)
class Proposition:
    """One predicate with its arguments: indices of words.

    Attributes:
        words: its words, in order; each word of a statement is in one proposition.
        shown: its words as they are shown, with a subject that it shares, without
            conjunctions and punctuation at its edges.
    """

    words: tuple[int, ...]
    shown: tuple[int, ...]


def propositions(words: Words, *, quoted: Iterable[Sequence[Span]] = ()) -> tuple[Proposition, ...]:
    """The propositions of a statement, in order; none where there is no parse.

    ``quoted`` are the spans of each quotation, as positions of ``words``.
    """
    if not any(words.relations):
        return ()
    top = _tops(words)
    for spans in quoted:
        _join_quoted(words, top, spans)
    _join_small(words, top)
    members: defaultdict[int, list[int]] = defaultdict(list)
    for i, head in enumerate(top):
        members[head].append(i)
    found = [
        Proposition(tuple(inside), _shown(words, head, inside)) for head, inside in members.items()
    ]
    return tuple(sorted(found, key=lambda p: p.words))


def spans_shown(words: Words, proposition: Proposition) -> tuple[Span, ...]:
    """A proposition as it is shown: spans as positions of ``words``."""
    spans: list[Span] = []
    last = -2
    for i in proposition.shown:
        start, end = int(words.starts[i]), int(words.ends[i])
        spans[-1:] = [(spans[-1][0], end)] if i == last + 1 else [*spans[-1:], (start, end)]
        last = i
    return tuple(spans)


def _tops(words: Words) -> list[int]:
    """For each word the predicate that it belongs to."""
    heads = words.heads.tolist()
    top = [-1] * len(words)
    for i in range(len(words)):
        path = []
        k = i
        while top[k] < 0:
            path.append(k)
            if _begins(words, k):
                top[k] = k
                break
            k = heads[k]
        for j in path:
            top[j] = top[k]
    return top


def _begins(words: Words, i: int) -> bool:
    """Whether a word is the predicate of a proposition of its own."""
    head = int(words.heads[i])
    if head == i:
        return True
    relation = words.relations[i]
    verbal = words.tags[i].startswith("VB")
    if relation == "conj":
        return verbal and words.tags[head].startswith("VB")
    if relation in _APART:
        return not _is_purpose(words, i)
    return relation in _TELLING_MORE and verbal and _after_comma(words, i)


def _is_purpose(words: Words, i: int) -> bool:
    """Whether a clause says what for ("to censure him"): it belongs to its verb."""
    return any(words.tags[k] == "TO" and int(words.heads[k]) == i for k in range(i))


def _after_comma(words: Words, i: int) -> bool:
    """Whether a comma stands between a clause and the noun before it."""
    head = int(words.heads[i])
    return any(words.tags[k] == "," for k in range(head + 1, i))


def _join_quoted(words: Words, top: list[int], spans: Sequence[Span]) -> None:
    """Make the propositions that one quotation touches one."""
    touched = {
        top[i]
        for i, (s, e) in enumerate(zip(words.starts.tolist(), words.ends.tolist(), strict=True))
        if words.content[i] and any(s < end and start < e for start, end in spans)
    }
    if len(touched) > 1:
        first = min(touched)
        top[:] = [first if head in touched else head for head in top]


def _join_small(words: Words, top: list[int]) -> None:
    """Give propositions of few content words to the one above, or to the one before."""
    while True:
        content = dict.fromkeys(top, 0)
        for i, head in enumerate(top):
            content[head] += int(words.content[i])
        small = [head for head, count in content.items() if count < LEAST]
        if not small or len(content) == 1:
            return
        head = max(small)
        above = top[int(words.heads[head])]
        if above == head:
            others = sorted(h for h in content if h != head)
            above = max((h for h in others if h < head), default=others[0])
        top[:] = [above if h == head else h for h in top]


def _shown(words: Words, head: int, inside: Sequence[int]) -> tuple[int, ...]:
    shown = list(inside)
    while shown and _joins(words, shown[0]):
        shown.pop(0)
    while shown and _joins(words, shown[-1]):
        shown.pop()
    if words.relations[head] == "conj" and not any(_is_subject(words, i, head) for i in inside):
        shown = sorted({*shown, *_subject_above(words, head)})
    return tuple(shown)


def _joins(words: Words, i: int) -> bool:
    """Whether a word only joins: a conjunction or a sign that is no quotation mark."""
    return words.relations[i] in _EDGES and words.tags[i] not in ("``", "''")


def _is_subject(words: Words, i: int, head: int) -> bool:
    return int(words.heads[i]) == head and words.relations[i] in _SUBJECTS


def _subject_above(words: Words, head: int) -> set[int]:
    """The words of the subject of the nearest verb above that has one."""
    heads = words.heads.tolist()
    while words.relations[head] == "conj":
        head = heads[head]
        for i in range(len(words)):
            if _is_subject(words, i, head):
                return {k for k in range(len(words)) if _below(heads, k, i)}
    return set()


def _below(heads: Sequence[int], k: int, top: int) -> bool:
    while k != top and heads[k] != k:
        k = heads[k]
    return k == top
