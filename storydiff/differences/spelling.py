"""The words of a name or a source that tell it from others."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
_SMALL = frozenset({"the", "of", "and", "in", "at", "for", "on", "de", "la", "van", "von", "al"})


@lru_cache(maxsize=4096)
def parts(text: str) -> tuple[str, ...]:
    """The words of a name that tell it from others, folded."""
    words = (w.lower().removesuffix("'s").removesuffix("’s") for w in _WORD.findall(text))
    return tuple(w.replace(".", "") for w in words if w not in _SMALL)
