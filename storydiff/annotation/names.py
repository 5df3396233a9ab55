"""People, organisations and places: found, told apart, and merged within a story.

The parser finds candidate names; here each gets a type by what it is called in
full, short forms are merged into the fullest name of the story that fits
(surname, acronym, alias, spelling variant), and surnames that the parser missed
are found again. Reasons and figures: docs/design/0037-names.md.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from rapidfuzz.distance import JaroWinkler
from rapidfuzz.distance.DamerauLevenshtein import distance

from storydiff.annotation import bodies
from storydiff.datatypes import Mention, NameType, Span, Statement
from storydiff.lexicons import entries
from storydiff.lexicons import words as lexicon
from storydiff.protocols import Parse

_TYPES: Mapping[str, NameType] = {
    "PERSON": "person",
    "ORG": "organisation",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "NORP": "other",
    "EVENT": "other",
    "PRODUCT": "other",
    "WORK_OF_ART": "other",
    "LAW": "other",
}
_WORD = re.compile(r"[^\W_][\w.&'’-]*")
_BRACKETED = re.compile(
    r"(?<![\w.&'’-])"
    r"((?:[A-Z][\w.&'’-]*+\s(?:of\s|for\s|the\s|and\s|on\s)*){1,7})\(([A-Z][A-Z.&]{1,7})\)"
)
_SUFFIXES = frozenset({"jr", "sr", "jr.", "sr.", "ii", "iii", "iv"})
_TOWN_VOTES = 3  # "in Barrow" says more than the parser does
_VARIANT = 4
"""Letters from which on a surname with one letter changed may be one name spelt twice."""


@dataclass(slots=True)
class _Found:
    """A name where it stands: ``words`` without titles, as written."""

    statement: int
    report: str
    span: Span
    words: tuple[str, ...]
    type: NameType
    entity: str = ""
    company: bool = False
    town: bool = False


def find_names(
    statements: Sequence[Statement], parses: Sequence[Parse]
) -> tuple[tuple[Mention, ...], ...]:
    """The names in each statement of a story, merged over all its reports.

    ``parses`` are parallel to ``statements``; a statement of furniture has no
    names. `Mention.entity` is the fullest name that occurs in the story.
    """
    found = list(_candidates(statements, parses))
    _settle_types(found)
    people = _People(found)
    told = _bracketed(statements)
    found.extend(_missed(statements, parses, found, people, told))
    found.sort(key=lambda name: (name.statement, name.span))
    for name in found:
        if name.type == "person":
            people.place(name)
    _merge_bodies([name for name in found if name.type != "person"], told)
    grouped: list[list[Mention]] = [[] for _ in statements]
    for name in found:
        grouped[name.statement].append(
            Mention(span=name.span, type=name.type, entity=name.entity or " ".join(name.words))
        )
    return tuple(map(tuple, grouped))


@cache
def titles() -> Mapping[str, str]:
    """Title → ``m``, ``f`` or nothing, from ``lexicons/titles.txt``."""
    rows = (line.split() for line in entries("titles"))
    return {row[0]: row[1] if len(row) > 1 else "" for row in rows}


@cache
def first_names() -> Mapping[str, str]:
    """First name in lower case → ``m`` or ``f``, from ``lexicons/first_names.txt``."""
    return {
        name: row[0]
        for row in (line.split() for line in entries("first_names"))
        for name in row[1:]
    }


@cache
def _aliases() -> Mapping[str, str]:
    pairs = (line.split(" = ") for line in entries("aliases"))
    return {alias.strip(): full.strip() for alias, full in pairs}


def _candidates(statements: Sequence[Statement], parses: Sequence[Parse]) -> Iterator[_Found]:
    """The parser's names, cleared of articles, titles and possessive endings."""
    for number, (statement, parse) in enumerate(zip(statements, parses, strict=True)):
        if statement.kinds == ("other",):
            continue
        for first, last, label in _runs(parse.names):
            kind = _TYPES.get(label)
            if kind is None:
                continue
            span = (int(parse.starts[first]), int(parse.ends[last]))
            name = _clean(statement, span, number, kind)
            if name is not None:
                yield name


def _runs(labels: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """First word, last word and label of each name in B-/I- notation."""
    start = None
    for i, label in enumerate([*labels, ""]):
        if start is not None and not label.startswith("I-"):
            yield start, i - 1, labels[start][2:]
            start = None
        if label and start is None:
            start = i


def _clean(statement: Statement, span: Span, number: int, kind: NameType) -> _Found | None:
    base = statement.start
    text = statement.text[span[0] - base : span[1] - base]
    words = list(_WORD.finditer(text))
    while words and (
        words[0][0].lower() == "the"
        or (kind == "person" and len(words) > 1 and _is_title(words[0][0]))
    ):
        words.pop(0)
    while words and words[-1][0].lower() in lexicon("name_particles") | {"s"}:
        words.pop()
    if not words or not any(word[0][0].isupper() for word in words):
        return None
    end = words[-1].end()
    last = words[-1][0]
    if last.endswith(("'s", "’s")):
        end, last = end - 2, last[:-2]
    if not last:
        return None
    plain = (*(word[0] for word in words[:-1]), last)
    place = (span[0] + words[0].start(), span[0] + end)
    own = statement.text, place[0] - base, place[1] - base
    company = bodies.is_body(plain) or bodies.is_owner(*own)
    if company and kind != "place":
        kind = "organisation"
    town = kind == "organisation" and len(plain) == 1 and bodies.is_town(*own)
    kind = "place" if town else kind
    return _Found(number, statement.report, place, plain, kind, company=company, town=town)


def _is_title(word: str) -> bool:
    return word.lower().rstrip(".") in titles()


def _settle_types(found: Iterable[_Found]) -> None:
    """One type for one name: the majority of its mentions, longer names first.

    A single word that ends a full name of a person in its report is that person,
    whatever the parser calls it; so is one that begins it (family names stand
    first in some), unless the parser takes it for a place.
    """
    found = list(found)
    votes: dict[tuple[str, ...], Counter[NameType]] = defaultdict(Counter)
    for name in found:
        votes[name.words][name.type] += _TOWN_VOTES if name.town else 1
    for name in found:
        if not name.company:
            name.type = max(votes[name.words].items(), key=lambda vote: vote[1])[0]
    edges: set[tuple[str, str]] = set()
    fronts: set[tuple[str, str]] = set()
    for name in found:
        if name.type == "person" and len(name.words) > 1:
            edges.add((name.report, _surname(name.words)))
            fronts.add((name.report, name.words[0].lower()))
    for name in found:
        key = (name.report, name.words[0].lower())
        if name.company:
            continue
        if len(name.words) == 1 and (key in edges or (key in fronts and name.type != "place")):
            name.type = "person"


def _surname(words: tuple[str, ...]) -> str:
    """The last word of a name in lower case, without "Jr." and the like."""
    plain = [word.lower().rstrip(".,") for word in words]
    while len(plain) > 1 and plain[-1] in _SUFFIXES:
        plain.pop()
    return plain[-1]


class _People:
    """The full names of a story, grouped into persons, and short names placed among them."""

    def __init__(self, found: Sequence[_Found]) -> None:
        counts: Counter[tuple[str, ...]] = Counter(
            name.words for name in found if name.type == "person" and len(name.words) > 1
        )
        self._full: dict[tuple[str, ...], str] = {}
        groups: dict[str, list[list[tuple[str, ...]]]] = defaultdict(list)
        beginnings: dict[str, set[str]] = defaultdict(set)
        for words in sorted(counts, key=lambda w: (-len(w), w)):
            for group in self._close(groups, beginnings, _surname(words)):
                if any(_same_person(words, other) for other in group):
                    group.append(words)
                    break
            else:
                groups[_surname(words)].append([words])
                beginnings[_surname(words)[:2]].add(_surname(words))
        self._by_part: dict[str, list[str]] = defaultdict(list)
        for group in (group for same in groups.values() for group in same):
            fullest = max(group, key=lambda w: (counts[w] > 0, len(w), counts[w], w))
            entity = " ".join(fullest)
            for words in group:
                self._full[words] = entity
                for part in {_surname(words), words[0].lower()}:
                    if entity not in self._by_part[part]:
                        self._by_part[part].append(entity)
        self._beginnings: dict[str, list[str]] = defaultdict(list)
        for part in self._by_part:
            self._beginnings[part[:2]].append(part)
        self._latest: dict[tuple[str, str], str] = {}

    @staticmethod
    def _close(
        groups: Mapping[str, list[list[tuple[str, ...]]]],
        beginnings: Mapping[str, set[str]],
        surname: str,
    ) -> list[list[tuple[str, ...]]]:
        near = [
            key for key in sorted(beginnings.get(surname[:2], ())) if _spelt_alike(key, surname)
        ]
        return [group for key in near for group in groups[key]]

    def knows(self, word: str) -> bool:
        """Whether a word is the surname of a person of the story."""
        return any(
            _surname(tuple(entity.split())) == word.lower()
            for entity in self._by_part.get(word.lower(), ())
        )

    def place(self, name: _Found) -> None:
        """Say who a name is; called in the order of the text."""
        if len(name.words) > 1 and name.words in self._full:
            name.entity = self._full[name.words]
        else:
            name.entity = self._short(name)
        for part in {_surname(name.words), name.words[0].lower()}:
            if len(name.words) > 1:
                self._latest[name.report, part] = name.entity

    def _short(self, name: _Found) -> str:
        """The person whom a surname or first name stands for: last named in full, or else known."""
        part = _surname(name.words)
        if (name.report, part) in self._latest:
            return self._latest[name.report, part]
        known = self._by_part.get(part) or self._variants(part)
        by_surname = [e for e in known if _surname(tuple(e.split())) == part] or known
        return by_surname[0] if by_surname else " ".join(name.words)

    def _variants(self, part: str) -> list[str]:
        if len(part) < 5:
            return []
        alike = [key for key in self._beginnings.get(part[:2], ()) if _spelt_alike(part, key)]
        return list(self._by_part[alike[0]]) if len(alike) == 1 else []


def _spelt_alike(a: str, b: str) -> bool:
    """Whether two surnames are one, give or take a letter (two in a long name)."""
    if a == b:
        return True
    shorter = min(len(a), len(b))
    return shorter >= _VARIANT and distance(a, b) <= 1 + (shorter >= 2 * _VARIANT)


def _same_person(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Whether two full names can be one person's: surnames alike, first names alike or initials."""
    if not _spelt_alike(_surname(a), _surname(b)) or (a[-1].lower() in _SUFFIXES) != (
        b[-1].lower() in _SUFFIXES
    ):
        return False
    first, second = a[0].lower().rstrip("."), b[0].lower().rstrip(".")
    if first == second:
        return True
    if min(len(first), len(second)) == 1:
        return first[0] == second[0]
    return (
        JaroWinkler.similarity(first, second) >= 0.92
        or first.startswith(second)
        or (second.startswith(first))
    )


def _missed(
    statements: Sequence[Statement],
    parses: Sequence[Parse],
    found: Sequence[_Found],
    people: _People,
    told: Mapping[str, str],
) -> Iterator[_Found]:
    """Surnames of known people, and acronyms told in brackets, that the parser passed over."""
    taken = {place for name in found for place in range(*name.span)}
    for number, (statement, parse) in enumerate(zip(statements, parses, strict=True)):
        if statement.kinds == ("other",):
            continue
        for i, tag in enumerate(parse.tags):
            if not tag.startswith("NNP"):
                continue
            start, end = int(parse.starts[i]), int(parse.ends[i])
            word = statement.text[start - statement.start : end - statement.start]
            if start in taken or len(word) < 2:
                continue
            owner = bodies.is_owner(statement.text, start - statement.start, end - statement.start)
            if (people.knows(word) and not owner) or word.lower() in told:
                kind: NameType = "person" if people.knows(word) else "organisation"
                yield _Found(number, statement.report, (start, end), (word,), kind)


def _merge_bodies(found: Sequence[_Found], told: Mapping[str, str]) -> None:
    """Merge organisations, places and the rest: acronym, alias, tail of a longer name."""
    fullest: dict[str, str] = {}
    names = Counter(" ".join(name.words) for name in found)
    for text, times in names.items():
        key = text.lower()
        if key not in fullest or times > names[fullest[key]]:
            fullest[key] = text
    short = _acronyms(fullest, told)
    tails: dict[str, set[str]] = defaultdict(set)
    for key in fullest:
        words = key.split()
        for i in range(1, len(words) - 1):
            tails[" ".join(words[i:])].add(key)
    by_alias: dict[str, str] = {}
    for key in sorted(fullest, key=len, reverse=True):
        if (full := _aliases().get(key)) is not None:
            by_alias.setdefault(full, fullest.get(full.lower(), fullest[key]))
    for name in found:
        key = " ".join(name.words).lower()
        if key in short:
            name.entity = short[key]
            longer = tails.get(short[key].lower(), ())
            if len(longer) == 1:
                name.entity = fullest[next(iter(longer))]
        elif key in _aliases():
            name.entity = by_alias[_aliases()[key]]
        elif len(name.words) > 1 and len(tails[key]) == 1:
            name.entity = fullest[next(iter(tails[key]))]
        else:
            name.entity = fullest[key]


def _bracketed(statements: Sequence[Statement]) -> dict[str, str]:
    """Acronym in lower case → the name that it follows in brackets."""
    found: dict[str, str] = {}
    for statement in statements:
        if "(" not in statement.text or statement.kinds == ("other",):
            continue
        for match in _BRACKETED.finditer(statement.text):
            letters = match[2].replace(".", "").lower()
            words = match[1].split()
            for i in range(len(words)):
                if _initials(words[i:]) == letters and words[i].lower() not in lexicon(
                    "name_particles"
                ):
                    found.setdefault(match[2].lower(), " ".join(words[i:]))
                    break
    return found


def _acronyms(fullest: Mapping[str, str], told: Mapping[str, str]) -> dict[str, str]:
    """Acronym in lower case → the name it stands for, told in brackets or by its initials."""
    found = dict(told)
    initials = {_initials(name.split()): name for name in fullest.values() if len(name.split()) > 1}
    for key, name in fullest.items():
        plain = key.replace(".", "")
        if len(plain) > 1 and name.isupper() and plain in initials and key not in found:
            found[key] = initials[plain]
    return found


def _initials(words: Sequence[str]) -> str:
    return "".join(
        word[0].lower() for word in words if word.lower() not in lexicon("name_particles")
    )
