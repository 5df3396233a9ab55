"""The words of a statement, and what of them another statement covers.

A word joins what a parser sees (lemma, tag, head) with the token vectors that
lie in it. Positions are code points within the statement. Without a parse,
words are runs of letters and digits and nothing is known of them but their
letters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from storydiff.datatypes import Span
from storydiff.protocols import Ints, Parse

_WORD = re.compile(r"\w+(?:[.'’]\w+)*|[^\w\s]")
_CONTENT = ("NN", "VB", "JJ", "RB", "CD", "FW")


@dataclass(frozen=True, slots=True)
class Words:
    """Words of one statement; parallel, one entry a word.

    Attributes:
        starts, ends: int32 ``(n,)``, code points within the statement, half-open.
        keys: what a word is compared by: its lemma, else its lower-cased letters.
        content: bool ``(n,)``; neither a function word nor punctuation.
        heads: int32 ``(n,)``, index of the head, itself for a root or where unknown.
        tags, relations: as the parser gives them, or empty strings.
        names: inside a name.
    """

    starts: Ints
    ends: Ints
    keys: tuple[str, ...]
    content: NDArray[np.bool_]
    heads: Ints
    tags: tuple[str, ...]
    relations: tuple[str, ...]
    names: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.starts)


@lru_cache(maxsize=1)
def function_words() -> frozenset[str]:
    """English words that carry no proposition of their own (compiled by us, see the file)."""
    path = resources.files("storydiff") / "lexicons" / "function_words.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def words_of(text: str, parse: Parse, *, start: int) -> Words:
    """The words of a statement that begins at code point ``start`` of its report."""
    if len(parse):
        return _parsed(text, parse, start)
    spans = [match.span() for match in _WORD.finditer(text)]
    keys = tuple(text[s:e].lower() for s, e in spans)
    n = len(spans)
    bounds = np.array(spans, np.int32).reshape(-1, 2)
    return Words(
        starts=bounds[:, 0].copy(),
        ends=bounds[:, 1].copy(),
        keys=keys,
        content=np.array([_is_content(key, "") for key in keys], bool),
        heads=np.arange(n, dtype=np.int32),
        tags=("",) * n,
        relations=("",) * n,
        names=np.zeros(n, bool),
    )


def _parsed(text: str, parse: Parse, start: int) -> Words:
    starts = (parse.starts - start).astype(np.int32)
    ends = (parse.ends - start).astype(np.int32)
    keys = tuple(
        lemma or text[s:e].lower()
        for lemma, s, e in zip(parse.lemmas, starts.tolist(), ends.tolist(), strict=True)
    )
    return Words(
        starts=starts,
        ends=ends,
        keys=keys,
        content=np.array([_is_content(k, t) for k, t in zip(keys, parse.tags, strict=True)], bool),
        heads=parse.heads,
        tags=parse.tags,
        relations=parse.relations,
        names=np.array([bool(name) for name in parse.names], bool),
    )


@lru_cache(maxsize=65536)
def _is_content(key: str, tag: str) -> bool:
    if not any(c.isalnum() for c in key) or key in function_words():
        return False
    return not tag or tag.startswith(_CONTENT)


def word_of_token(words: Words, starts: Ints, ends: Ints) -> Ints:
    """Index of the word that a token lies in, or -1: int32 ``(t,)``.

    ``starts`` and ``ends`` are the tokens' code points within the statement. A
    token between two words or across both belongs to the first that it touches.
    """
    index = np.searchsorted(words.ends, starts, side="right")
    inside = index < len(words)
    safe = np.minimum(index, max(len(words) - 1, 0))
    if len(words):
        inside &= words.starts[safe] < ends
    return np.where(inside, safe, -1).astype(np.int32)


def runs(words: Words, chosen: NDArray[np.bool_]) -> tuple[Span, ...]:
    """Spans of the words chosen, as long as can be, each from content word to content word.

    A run goes on over words that are no content words, and ends at a content
    word that was not chosen. ``chosen`` is bool ``(n,)``.
    """
    spans: list[Span] = []
    open_at = last = -1
    for i in np.flatnonzero(words.content).tolist():
        if chosen[i]:
            open_at = i if open_at < 0 else open_at
            last = i
        elif open_at >= 0:
            spans.append((int(words.starts[open_at]), int(words.ends[last])))
            open_at = -1
    if open_at >= 0:
        spans.append((int(words.starts[open_at]), int(words.ends[last])))
    return tuple(spans)
