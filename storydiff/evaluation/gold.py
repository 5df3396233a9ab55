"""Gold stories: reports split into sentences, with the matching statements marked.

One JSON file a story: ``reports`` (outlet, title, date, sentences, paragraph),
``links`` (``a``, ``b`` = [outlet, index], relation, agreed …), ``contradictions``,
``statements`` (kinds, speaker) and ``origins`` (lists of outlets that carry one
text). A link that only one of two readers marked is neither right nor wrong and
counts nowhere; what no reader looked for is not measured.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import Any

from storydiff.datatypes import KINDS, Kind, Report
from storydiff.errors import FormatError, UnreadableError, unexpected

Place = tuple[str, int]
"""An outlet and the index of a sentence in its report."""

Pair = tuple[Place, Place]
"""Two places of different outlets, the smaller first."""


def pair(a: Place, b: Place) -> Pair:
    """Two places in order."""
    return (a, b) if a <= b else (b, a)


@dataclass(frozen=True)
class GoldStory:
    """One story with what its readers marked."""

    id: str
    source: str
    raw: Mapping[str, Any]

    @cached_property
    def reports(self) -> tuple[Report, ...]:
        """The reports, already split, with nothing of what the readers marked."""
        return tuple(
            Report.from_sentences(
                r["sentences"],
                outlet=r["outlet"],
                paragraph=r.get("paragraph") or None,
                title=r.get("title") or "",
                published=r.get("date") or "",
                url=r.get("url") or "",
            )
            for r in self.raw["reports"]
        )

    @cached_property
    def outlets(self) -> tuple[str, ...]:
        """The outlets in the order of the story."""
        return tuple(r["outlet"] for r in self.raw["reports"])

    @cached_property
    def sure(self) -> Mapping[Pair, Mapping[str, Any]]:
        """Links that all readers marked."""
        return {_pair_of(x): x for x in self.raw["links"] if x.get("agreed", True)}

    @cached_property
    def open(self) -> frozenset[Pair]:
        """Links that only some readers marked."""
        return frozenset(_pair_of(x) for x in self.raw["links"] if not x.get("agreed", True))

    @cached_property
    def contradictions(self) -> frozenset[Pair]:
        """Pairs that share no clause and cannot both be true."""
        return frozenset(
            pair(_place(x["a"]), _place(x["b"])) for x in self.raw.get("contradictions", ())
        )

    @cached_property
    def kinds(self) -> Mapping[Place, frozenset[Kind]]:
        """The kinds of each statement that the readers agreed on."""
        return {
            (s["outlet"], s["index"]): frozenset(k for k in KINDS if k in s["kinds"])
            for s in self.raw["statements"]
        }

    @cached_property
    def disputed(self) -> Mapping[Place, frozenset[str]]:
        """The kinds of each statement that the readers did not agree on."""
        return {
            (s["outlet"], s["index"]): frozenset(s.get("disputed_kinds", ()))
            for s in self.raw["statements"]
        }

    @cached_property
    def speakers(self) -> Mapping[Place, str | None]:
        """Who speaks in each statement; None where nobody does."""
        return {(s["outlet"], s["index"]): s.get("speaker") for s in self.raw["statements"]}

    @cached_property
    def origins(self) -> frozenset[frozenset[str]] | None:
        """Pairs of outlets that carry one text; None where no reader looked for them."""
        if "origins" not in self.raw:
            return None
        groups = self.raw["origins"]
        return frozenset(frozenset(two) for group in groups for two in combinations(group, 2))

    def marks(self, name: str) -> bool:
        """Whether any link of the story carries a mark: ``conflict``, ``quote_differs`` …"""
        return any(link.get(name) for link in self.raw["links"])


def _pair_of(link: Mapping[str, Any]) -> Pair:
    a, b = link["a"], link["b"]
    return pair((a[0], a[1]), (b[0], b[1]))


def _place(text: str) -> Place:
    outlet, index = text.rsplit(":", 1)
    return outlet, int(index)


@dataclass(frozen=True)
class GoldSet:
    """Gold stories under a public name, with the hash of what was read."""

    name: str
    sha256: str
    stories: tuple[GoldStory, ...]


def read_gold(folder: Path, *, name: str = "") -> GoldSet:
    """The gold stories of a folder, in the order of their file names.

    The name is by default made of the sources that the stories give. The hash
    covers the names and contents of the files, not where they lie.

    Raises `UnreadableError` for a folder without stories and `FormatError` for
    a file that is none.
    """
    digest = hashlib.sha256()
    stories = []
    for path in sorted(folder.glob("*.json")):
        content = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + content + b"\0")
        stories.append(_story(path, content))
    if not stories:
        raise UnreadableError(unexpected(str(folder), got="no .json file", wanted="gold stories"))
    sources = sorted({story.source for story in stories})
    return GoldSet(name or " + ".join(sources), digest.hexdigest(), tuple(stories))


def _story(path: Path, content: bytes) -> GoldStory:
    try:
        raw = json.loads(content)
        if missing := {"reports", "links"} - raw.keys():
            raise ValueError(f"nothing under {', '.join(sorted(missing))}")
        return GoldStory(id=raw.get("id", path.stem), source=raw.get("source", ""), raw=raw)
    except (ValueError, AttributeError) as error:
        raise FormatError(unexpected(path.name, got=str(error), wanted="a gold story")) from error
