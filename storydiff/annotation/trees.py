"""A statement's words as a tree, with the few questions that rules ask of it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from storydiff.datatypes import Span
from storydiff.protocols import Parse

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass"})
CLAUSES = frozenset({"ccomp", "xcomp"})


@dataclass(frozen=True, slots=True)
class Tree:
    """The parse of one statement, indexed for rules.

    Words are indices ``0 … n - 1``. ``left[i]:right[i] + 1`` is the extent of the
    subtree of word ``i`` (which may hold gaps where a tree is not projective).
    """

    words: tuple[str, ...]
    lemmas: tuple[str, ...]
    tags: tuple[str, ...]
    relations: tuple[str, ...]
    heads: tuple[int, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    children: tuple[tuple[int, ...], ...]
    left: tuple[int, ...]
    right: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.words)

    def child(self, word: int, relations: Container[str]) -> int | None:
        """The first child of a word in one of the given relations."""
        for child in self.children[word]:
            if self.relations[child] in relations:
                return child
        return None

    def ancestors(self, word: int) -> Iterator[int]:
        """The heads above a word, nearest first."""
        while self.heads[word] != word:
            word = self.heads[word]
            yield word

    def subtree(self, word: int, *, without: Iterable[int] = ()) -> list[int]:
        """The words below and including a word, in order, leaving out some branches."""
        left_out = set(without)
        found: list[int] = []
        stack = [word]
        while stack:
            at = stack.pop()
            if at in left_out:
                continue
            found.append(at)
            stack.extend(self.children[at])
        return sorted(found)

    def span(self, first: int, last: int) -> Span:
        """The characters from one word to another, both included."""
        return (self.starts[first], self.ends[last])

    def spans(self, words: Iterable[int]) -> tuple[Span, ...]:
        """The characters of words, neighbouring words joined."""
        runs: list[list[int]] = []
        for word in sorted(words):
            if runs and word == runs[-1][1] + 1:
                runs[-1][1] = word
            else:
                runs.append([word, word])
        return tuple(self.span(first, last) for first, last in runs)


def grow(parse: Parse, text: str) -> Tree:
    """The tree of a parse whose positions are code points of ``text``."""
    n = len(parse)
    heads = tuple(parse.heads.tolist())
    starts, ends = tuple(parse.starts.tolist()), tuple(parse.ends.tolist())
    children: list[list[int]] = [[] for _ in range(n)]
    for i, head in enumerate(heads):
        if head != i:
            children[head].append(i)
    left, right = list(range(n)), list(range(n))
    for i in _deepest_first(heads, children):
        for child in children[i]:
            left[i] = min(left[i], left[child])
            right[i] = max(right[i], right[child])
    return Tree(
        words=tuple(text[a:b].lower() for a, b in zip(starts, ends, strict=True)),
        lemmas=parse.lemmas,
        tags=parse.tags,
        relations=parse.relations,
        heads=heads,
        starts=starts,
        ends=ends,
        children=tuple(map(tuple, children)),
        left=tuple(left),
        right=tuple(right),
    )


def _deepest_first(heads: tuple[int, ...], children: list[list[int]]) -> list[int]:
    """The words in an order in which every child comes before its head."""
    order = [i for i, head in enumerate(heads) if head == i]
    for i in order:
        order.extend(children[i])
    return order[::-1]
