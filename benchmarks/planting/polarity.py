"""Planted polarity: a negation put in or taken out, or a verb turned into its opposite."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from benchmarks.planting.sentences import Edit, Sentence, cased

OPPOSITES = (
    ("denied", "admitted"),
    ("confirmed", "denied"),
    ("approved", "rejected"),
    ("rejected", "accepted"),
    ("accepted", "refused"),
    ("refused", "agreed"),
    ("agreed", "refused"),
    ("convicted", "acquitted"),
    ("guilty", "not guilty"),
    ("won", "lost"),
    ("lost", "won"),
    ("rose", "fell"),
    ("fell", "rose"),
    ("survived", "died"),
    ("supported", "opposed"),
    ("opposed", "supported"),
    ("backed", "opposed"),
    ("failed", "managed"),
    ("increased", "decreased"),
    ("welcomed", "condemned"),
    ("praised", "criticised"),
    ("voted for", "voted against"),
    ("voted against", "voted for"),
)
_OPPOSITE = re.compile(
    r"(?<!the )(?<!one )(?<! a )\b("
    + "|".join(word for word, _ in OPPOSITES)
    + r")\b(?! (?:in|apart|silent|to|on|over|under|from|theirs|his|more|nearly|about|some|\$|\d))"
)
_AUXILIARY = re.compile(
    r"\b(was|were|is|are|has been|had been|have been|will|would|could|has|had)\b"
    r"(?! (?:not|n't|no|never|nothing|none|nobody|only|also|a|an|the|to|their|his|her|it|they)\b)"
    r"(?= [a-z]+)"
)
_NEGATION = re.compile(
    r"\b(was|were|is|are|has|had|have|will|would|could|did|does|do) not\b(?! only)"
)
_SUBORDINATE = re.compile(
    r"\b(?:if|whether|who|which|that|when|while|because|after|before|as|although)\b", re.IGNORECASE
)


_NO = re.compile(r"\b(?:no|not|none|nobody|nothing|never|neither)\b", re.IGNORECASE)


def negated(sentence: Sentence, rng: random.Random) -> Iterator[Edit]:
    """The first auxiliary of the main clause with a negation put in."""
    for match in _AUXILIARY.finditer(sentence.text):
        head = sentence.text[: match.start()]
        if not sentence.free(*match.span()) or _SUBORDINATE.search(head) or _NO.search(head):
            return
        word = match[1]
        first, _, rest = word.partition(" ")
        yield Edit(match.start(), word, f"{first} not{' ' + rest if rest else ''}", "negation")
        return


def affirmed(sentence: Sentence, rng: random.Random) -> Iterator[Edit]:
    """A negation taken out."""
    for match in _NEGATION.finditer(sentence.text):
        if sentence.free(*match.span()):
            yield Edit(match.start(), match[0], match[1], "negation taken out")


def opposite(sentence: Sentence, rng: random.Random) -> Iterator[Edit]:
    """A verb turned into its opposite."""
    turned = dict(OPPOSITES)
    for match in _OPPOSITE.finditer(sentence.text):
        negation = re.search(r"\b(?:not|never|no|n't)\b", sentence.text[: match.start()])
        if sentence.free(*match.span()) and not negation:
            yield Edit(match.start(), match[1], cased(turned[match[1]], match[1]), "opposite")
