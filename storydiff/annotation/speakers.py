"""Who a source is: the fullest name in the report for a surname, a title or a pronoun."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from storydiff.annotation.names import first_names, titles
from storydiff.datatypes import Mention, Span, Statement
from storydiff.lexicons import words as lexicon

_GENDER = {"he": "m", "him": "m", "his": "m", "himself": "m", "she": "f", "her": "f", "hers": "f"}
_THINGS = frozenset({"it", "its", "itself"})
_GROUPS = frozenset({"they", "them", "their", "themselves"})
_OWN = frozenset({"i", "we", "you", "me", "us", "my", "our", "who", "that", "which", "one", "this"})
_WORD = re.compile(r"[^\W_][\w'’-]*")
_BREAK = re.compile(
    r"\s(?:of|for|from|in|at|on|with|by|to|who|that|which|whose|close|familiar)\s|,|\(",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"\([^()]*\)")

_LOOK_BACK = 300
"""Names that are looked back over for a pronoun or a role."""


@dataclass(slots=True)
class _Person:
    entity: str
    gender: str = ""
    roles: set[str] = field(default_factory=set)
    known_as: set[str] = field(default_factory=set)


class Cast:
    """The people of one report, as far as they have been named; asked in reading order."""

    def __init__(
        self, text: str, statements: Sequence[Statement], names: Sequence[Sequence[Mention]]
    ) -> None:
        self._text = text
        self._statements = statements
        self._mentions = [m for group in names for m in group]
        self._starts = [m.span[0] for m in self._mentions]
        self._people: dict[str, _Person] = {}
        self._speakers: list[str] = []
        for mention in self._mentions:
            if mention.type == "person":
                self._introduce(mention)

    def resolve(self, spans: Sequence[Span]) -> str | None:
        """Who the source at these spans is: a name, or the source's own words; None if nobody."""
        if not spans:
            return None
        start, end = spans[0][0], spans[-1][1]
        words = self._text[start:end]
        speaker = self._who(words, start, end)
        if speaker in self._people:
            self._speakers.append(speaker)
        return speaker

    def outlet(self, span: Span) -> str | None:
        """The body told at a span ("told the Gazette"), if it is a body and not a person."""
        for mention in self._mentions[bisect_left(self._starts, span[0]) :]:
            if mention.span[0] >= span[1]:
                break
            if mention.span[1] <= span[1]:
                return None if mention.type == "person" else mention.entity
        return None

    def _who(self, words: str, start: int, end: int) -> str | None:
        plain = words.strip(" ,;:\"'“”’").lower()
        if plain in _GENDER:
            return self._last_person(start, _GENDER[plain])
        if plain in _THINGS or plain in _GROUPS:
            return self._last_body(start) if plain in _THINGS else None
        if plain in _OWN or not plain:
            return None
        named = self._named(words, start, end)
        if named is not None:
            return named
        if plain.startswith(("the ", "this ", "that ")):
            by_role = self._by_role(words.strip(" ,;:"), start)
            if by_role is not None:
                return by_role
        return words.strip(" ,;:\n")

    def _named(self, words: str, start: int, end: int) -> str | None:
        """The person at the head of a source, or the body that is the whole of it."""
        first_at, last_at = bisect_left(self._starts, start), bisect_left(self._starts, end)
        inside = [m for m in self._mentions[first_at:last_at] if m.span[1] <= end]
        if not inside:
            return None
        for mention in inside:
            if mention.type != "person":
                continue
            before = _BRACKETS.sub(" ", self._text[start : mention.span[0]])
            after = self._text[mention.span[1] : mention.span[1] + 2]
            if after[:2] in ("'s", "’s") and mention.span[1] + 2 < end:
                continue
            opened = _BREAK.search(before + " ")
            if opened is None or self._apposition(before):
                return mention.entity
            break
        first = next((m for m in inside if m.type in ("organisation", "place")), None)
        if first is not None:
            rest = self._text[first.span[1] : end].strip(" ,.;:\n")
            lead = self._text[start : first.span[0]].strip().lower()
            if lead in ("", "the") and (not rest or rest[0] in "(,"):
                return first.entity
        return None

    @staticmethod
    def _apposition(before: str) -> bool:
        """Whether a role and a comma come before a name: "a spokeswoman, Ada Jones"."""
        head = before.rstrip()
        return head.endswith(",") and any(
            w in lexicon("roles") for w in _WORD.findall(head.lower())
        )

    def _introduce(self, mention: Mention) -> None:
        """Learn a person's gender and roles from the words around a mention."""
        person = self._people.setdefault(mention.entity, _Person(mention.entity))
        start, end = mention.span
        before = _WORD.findall(self._text[max(0, start - 80) : start].rpartition("\n")[2].lower())
        after = self._text[end : end + 90].partition("\n")[0]
        for word in before[-1:]:
            person.gender = titles().get(word, "") or person.gender
        if not person.gender:
            person.gender = first_names().get(mention.entity.split()[0].lower(), "")
        line = self._text[max(0, start - 80) : start].rpartition("\n")[2]
        if before and before[-1] in lexicon("roles"):
            person.roles.update(word for word in before[-3:] if word in lexicon("roles"))
            person.known_as.update(_capitals(line))
        if after.startswith((",", " (")):
            described = after[1:].partition(",")[0]
            person.roles.update(_roles(described))
            person.known_as.update(_capitals(described))
        for role in person.roles:
            if not person.gender and role.endswith(("man", "woman")):
                person.gender = "f" if role.endswith("woman") else "m"

    def _last_person(self, place: int, gender: str) -> str | None:
        """The person last named before a place whom the pronoun fits, a speaker first."""
        seen: list[str] = []
        for mention in self._before(place):
            if mention.type != "person":
                continue
            if self._fits(mention.entity, gender):
                seen.append(mention.entity)
            if len(seen) > 5 or place - mention.span[0] > 1_500:
                break
        if self._speakers and self._speakers[-1] in seen[:2]:
            return self._speakers[-1]
        return seen[0] if seen else None

    def _fits(self, entity: str, gender: str) -> bool:
        return self._people[entity].gender in ("", gender)

    def _last_body(self, place: int) -> str | None:
        for mention in self._before(place):
            if mention.type == "organisation":
                return mention.entity
        return None

    def _before(self, place: int) -> Iterator[Mention]:
        """The mentions that begin before a place, nearest first, as far as one looks back."""
        at = bisect_left(self._starts, place)
        for i in range(at - 1, max(-1, at - 1 - _LOOK_BACK), -1):
            yield self._mentions[i]

    def _by_role(self, plain: str, place: int) -> str | None:
        """The person last named before who bears a role: "the spokesman"."""
        role = plain.lower().split()[-1]
        wanted = _capitals(plain) - {"the", "this", "that"}
        for mention in self._before(place):
            if mention.type != "person":
                continue
            person = self._people[mention.entity]
            if role in person.roles and (not wanted or wanted & person.known_as):
                return mention.entity
        return None


def _roles(described: str) -> set[str]:
    """The roles in an apposition: "a marine engineer at the port", "chairwoman of …"."""
    head = _WORD.findall(_BREAK.split(described + " ", maxsplit=1)[0].lower())[:8]
    roles = {word for word in head if word in lexicon("roles")}
    if head and head[0] in ("a", "an", "the", "another", "one"):
        roles.add(head[-1])
    return roles


def _capitals(text: str) -> set[str]:
    """The capitalised words of a text in lower case."""
    return {word.lower() for word in _WORD.findall(text) if word[0].isupper()}
