"""The words that can report, as data: verbs, nouns and adjectives with their frames."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from storydiff.datatypes import Polarity
from storydiff.lexicons import entries

_POLARITIES: dict[str, Polarity] = {
    "asserted": "asserted",
    "denied": "denied",
    "doubted": "doubted",
}


@dataclass(frozen=True, slots=True)
class Cue:
    """How one word takes what it reports.

    Attributes:
        sort: ``say``, ``judge``, ``think``, ``wish`` or ``show``; ``hold`` for
            nouns and adjectives.
        frames: letters, explained at the head of each list.
        prepositions: those that begin the content.
        polarity: what the word itself says of its content.
    """

    sort: str
    frames: str
    prepositions: frozenset[str]
    polarity: Polarity


@cache
def reporting_verbs() -> Mapping[str, Cue]:
    """Lemma → cue, from ``lexicons/reporting_verbs.txt``."""
    rows = (line.split() for line in entries("reporting_verbs"))
    return MappingProxyType({row[0]: _cue(row[1], *row[2:]) for row in rows})


@cache
def reporting_nouns() -> Mapping[str, Cue]:
    """Lemma → cue, from ``lexicons/reporting_nouns.txt``."""
    rows = (line.split() for line in entries("reporting_nouns"))
    return MappingProxyType({row[0]: _cue("hold", *row[1:]) for row in rows})


@cache
def reporting_adjectives() -> Mapping[str, Cue]:
    """Lemma → cue, from ``lexicons/reporting_adjectives.txt``."""
    rows = (line.split() for line in entries("reporting_adjectives"))
    return MappingProxyType({row[0]: _cue("hold", *row[1:]) for row in rows})


def _cue(sort: str, frames: str, prepositions: str, polarity: str) -> Cue:
    taken = frozenset() if prepositions == "-" else frozenset(prepositions.split(","))
    return Cue(sort, frames.replace("-", ""), taken, _POLARITIES[polarity])
