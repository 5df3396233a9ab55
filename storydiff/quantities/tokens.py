"""Tokens of a text with their places, and the lexicons of the grammars.

Nothing here backtracks: the token pattern has one way to read each string.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

TOKEN = re.compile(
    r"\d+(?:(?:[.'’\u00a0\u202f\u2009]|,(?!\d{4}))\d+)*"  # a numeral; "May 3,2013" is two
    r"|[^\W\d_]+(?:['’.][^\W\d_]+)*"  # a word: o'clock, p.m, U.S
    r"|\S"
)
GAPS = " \u00a0\u202f\u2009"


@cache
def lexicon(name: str) -> Mapping[str, Any]:
    """The packaged lexicon ``name``: a JSON object whose "about" names its source."""
    file = files("storydiff.lexicons") / f"{name}.json"
    value: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return value


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text cut into tokens: parallel lists, ``text[starts[i]:ends[i]]`` is token i.

    ``words`` are the tokens in lower case; a position outside gives an empty word.
    """

    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]

    def word(self, i: int) -> str:
        """Token ``i`` in lower case, "" outside the text."""
        return self.words[i] if 0 <= i < len(self.words) else ""

    def raw(self, i: int) -> str:
        """Token ``i`` as written, "" outside the text."""
        return self.text[self.starts[i] : self.ends[i]] if 0 <= i < len(self.words) else ""

    def joined(self, i: int) -> bool:
        """Whether tokens ``i`` and ``i + 1`` both exist and touch."""
        return 0 <= i < len(self.words) - 1 and self.ends[i] == self.starts[i + 1]

    def capital(self, i: int) -> bool:
        """Whether token ``i`` begins with a capital letter."""
        return 0 <= i < len(self.words) and self.text[self.starts[i]].isupper()

    def opens(self, i: int) -> bool:
        """Whether token ``i`` begins a sentence, as far as the token before it tells."""
        return i <= 0 or self.words[i - 1] in _OPENERS


_OPENERS = frozenset('.!?:;"“”«»‘(–—•')


def tokenise(text: str) -> Tokens:
    """Cut a text into numerals, words and single signs."""
    spans = [match.span() for match in TOKEN.finditer(text)]
    return Tokens(
        text=text,
        words=[text[start:end].lower() for start, end in spans],
        starts=[start for start, _ in spans],
        ends=[end for _, end in spans],
    )
