"""A sentence to plant in, an edit of it, and what must be left alone."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

QUOTED = re.compile(r'"[^"]*"?|“[^”]*”?')


@dataclass(frozen=True)
class Sentence:
    """One sentence of a story with what an edit may need to know of the story."""

    text: str
    story: str
    outlet: str
    index: int
    published: dt.date | None
    people: tuple[str, ...] = ()
    titles: tuple[tuple[str, str], ...] = ()

    def free(self, start: int, end: int) -> bool:
        """Whether a span lies outside all quotation marks."""
        return all(end <= m.start() or m.end() <= start for m in QUOTED.finditer(self.text))


@dataclass(frozen=True)
class Edit:
    """One change: ``text[at:at + len(before)] == before`` becomes ``after``.

    Attributes:
        what: what was changed, in words of a reader ("value", "bound", "weekday" …).
    """

    at: int
    before: str
    after: str
    what: str

    def apply(self, text: str) -> str:
        """The text with the edit made."""
        return text[: self.at] + self.after + text[self.at + len(self.before) :]


Planter = Callable[[Sentence, random.Random], Iterator[Edit]]
"""All edits of one kind that a sentence allows; the generator draws from them."""


def cased(new: str, old: str) -> str:
    """``new`` with a capital where ``old`` has one."""
    return new[0].upper() + new[1:] if old[:1].isupper() else new
