"""What tells a company from its owner and a town from a body: the words around a name.

A founder and his company often bear one surname. The company is known by its
ending ("Murdoch Media") or by what it has ("Dell shares", "the carmaker Ford").
A parser without a name list also takes small towns for bodies; "in Barrow" says
what they are. Reasons: docs/design/0047-persons-and-bodies.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from storydiff.lexicons import words as lexicon

_OWNED = re.compile(
    r"(?:['’]s)?\s(?:shares?|stocks?|shareholders|executives?|employees|stores|products?"
    r"|customers|profits?|earnings|revenues?|headquarters|factory|factories|plants?|subsidiary)\b"
)
_IS_BODY = re.compile(r"\b(?:company|firm|maker|carmaker|giant|retailer|chain|group|bank)\s$")
_IN_TOWN = re.compile(r"(?<!\S)(\S+\s)?(?:in|near|outside)\s$", re.IGNORECASE)
_NOT_TOWN = frozenset({"share", "shares", "stake", "stakes", "stock", "investors", "investment"})
_CONTEXT = 30
"""Characters around a name that are looked at."""


def is_body(words: Sequence[str]) -> bool:
    """Whether a name of several words ends as the names of companies and offices do."""
    return len(words) > 1 and words[-1].lower().rstrip(".") in lexicon("bodies")


def is_owner(text: str, start: int, end: int) -> bool:
    """Whether the name at ``text[start:end]`` has what only a company has, or is called one."""
    before = text[max(0, start - _CONTEXT) : start]
    return bool(_OWNED.match(text, end, end + _CONTEXT) or _IS_BODY.search(before))


def is_town(text: str, start: int, end: int) -> bool:
    """Whether the single word at ``text[start:end]`` stands where a town does: "in Barrow"."""
    word = text[start:end]
    if word.isupper() or not word.isalpha() or word.lower() in lexicon("bodies"):
        return False
    found = _IN_TOWN.search(text[max(0, start - _CONTEXT) : start])
    return found is not None and (found[1] or "").strip().lower() not in _NOT_TOWN
