"""A parser that keeps its parses on disk, text by text.

Parses are what annotation takes its time for, and each depends on its text
alone. What is made of them crosses statements and reports (a name is merged
with the same name elsewhere, a speaker is looked for in the sentences before),
so it is made anew each time: a kept annotation would need the whole story as
its key, and one more report would make it worthless.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from storydiff.annotation.parsing import Parser
from storydiff.cache import Cache
from storydiff.protocols import Parse

KIND = "parses"
FORMAT = "1"
"""Changes with every change of how a parse is made of what the parser says, or written here."""

_NUMBERS = ("starts", "ends", "heads")
_WORDS = ("lemmas", "tags", "relations", "names")


@dataclass(frozen=True)
class CachedParser:
    """A parser whose parses are kept by text; they are equal to those parsed anew.

    Attributes:
        parser: parses what is not kept yet, in one call. It must have a
            ``cache_key`` that says everything its parses depend on beside the
            text; where that is None or missing nothing is kept.
        cache: where parses are kept.
    """

    parser: Parser
    cache: Cache

    def __repr__(self) -> str:
        return repr(self.parser)

    def parse(self, texts: Sequence[str], *, offsets: Sequence[int]) -> tuple[Parse, ...]:
        """A parse of each text, in order; ``offsets[i]`` is added to the positions of text i."""
        said = getattr(self.parser, "cache_key", None)
        if said is None:
            return self.parser.parse(texts, offsets=offsets)
        keys = {text: f"{FORMAT} {said}\n{text}" for text in texts}
        kept = {text: self.cache.get(KIND, key) for text, key in keys.items()}
        found = {text: _read(data) for text, data in kept.items() if data is not None}
        new = [text for text in keys if text not in found]
        if new:
            parsed = self.parser.parse(new, offsets=[0] * len(new))
            found |= dict(zip(new, parsed, strict=True))
            self.cache.put(KIND, {keys[text]: _written(found[text]) for text in new})
        return tuple(
            _moved(found[text], offset) for text, offset in zip(texts, offsets, strict=True)
        )


def _moved(parse: Parse, offset: int) -> Parse:
    step = np.int32(offset)
    return replace(parse, starts=parse.starts + step, ends=parse.ends + step)


def _written(parse: Parse) -> bytes:
    numbers = {name: getattr(parse, name).tolist() for name in _NUMBERS}
    words = {name: getattr(parse, name) for name in _WORDS}
    return json.dumps(numbers | words, separators=(",", ":")).encode("ascii")


def _read(data: bytes) -> Parse:
    said = json.loads(data)
    fields: dict[str, Any] = {name: np.array(said[name], np.int32) for name in _NUMBERS}
    fields |= {name: tuple(said[name]) for name in _WORDS}
    return Parse(**fields)
