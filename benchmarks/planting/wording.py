"""Harmless rewording: another order, another word, a contraction."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from benchmarks.planting.sentences import Edit, Sentence, cased

SAME = (
    ("about", "roughly"),
    ("said", "stated"),
    ("began", "started"),
    ("largest", "biggest"),
    ("wounded", "hurt"),
    ("bought", "purchased"),
    ("because of", "owing to"),
    ("did not", "didn't"),
    ("was not", "wasn't"),
    ("had not", "hadn't"),
    ("has not", "hasn't"),
    ("would not", "wouldn't"),
    ("will not", "won't"),
    ("could not", "couldn't"),
    ("is not", "isn't"),
    ("nearly", "almost"),
    ("showed", "revealed"),
    ("wants", "would like"),
    ("children", "kids"),
    ("residents", "inhabitants"),
    ("workers", "employees"),
    ("lawyer", "attorney"),
    ("attorney", "lawyer"),
    ("several", "a number of"),
)
_SAME = re.compile(r"(?<!\ba )\b(" + "|".join(w for w, _ in SAME) + r")\b")
_DAY = r"[Oo]n (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day(?: night| morning)?"
_SAID_LAST = re.compile(r"^([A-Z][^\"“,]{20,160}), ([a-z]*[A-Z]?[^\",]{2,60}?) (said|says)\.$")
_DAY_LAST = re.compile(rf"^([A-Z][^\"“]{{15,200}}?) ({_DAY})\.$")
_DAY_FIRST = re.compile(rf"^({_DAY}),? ([^\"“]{{15,200}})\.$")


# A day or a speaker that belongs to a part of the sentence cannot be moved; nor can a dateline.
_WOVEN = re.compile(r" [-–—] |\b(?:where|when|who|which|whose|that|after|before|until)\b")


def reordered(sentence: Sentence, rng: random.Random) -> Iterator[Edit]:
    """The speaker before the speech, or the day at the other end."""
    text = sentence.text
    if _WOVEN.search(text):
        return
    said = _SAID_LAST.match(text)
    if said:
        yield Edit(0, text, f"{cased(said[2], 'A')} {said[3]} that {_lower(said[1])}.", "order")
    day = _DAY_LAST.match(text)
    if day:
        yield Edit(0, text, f"{cased(day[2], 'A')}, {_lower(day[1])}.", "order")
    first = _DAY_FIRST.match(text)
    if first:
        yield Edit(0, text, f"{cased(first[2], 'A')} {_lower(first[1])}.", "order")


def _lower(clause: str) -> str:
    """A clause that no longer begins the sentence; names keep their capital."""
    first = clause.split()[0]
    return clause[0].lower() + clause[1:] if first in _FUNCTION else clause


_OPENING = "The A An In On At It He She They No More Some There Its His Her Their Two Three Four"
_FUNCTION = frozenset(_OPENING.split())


def reworded(sentence: Sentence, rng: random.Random) -> Iterator[Edit]:
    """A word of the same meaning in its place, or a contraction."""
    same = dict(SAME)
    for match in _SAME.finditer(sentence.text):
        counted = sentence.text[match.end() + 1 : match.end() + 2].isdigit()
        if sentence.free(*match.span()) and (counted or match[1] not in ("about", "nearly")):
            yield Edit(match.start(), match[1], same[match[1]], "synonym")


def led_in(sentence: Sentence, rng: random.Random) -> Iterator[Edit]:
    """A colourless lead before a sentence that begins with a function word."""
    first = sentence.text.split()[0] if sentence.text.split() else ""
    if (
        first in ("The", "It", "He", "She", "They", "No", "Some", "Its", "A", "An")
        and len(first) < 5
    ):
        lead = rng.choice(["Meanwhile,", "In the end,", "So far,", "By all accounts,"])
        yield Edit(0, first, f"{lead} {first.lower()}", "lead-in")
