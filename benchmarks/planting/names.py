"""Planted names: another person or place; and the same person under another form of the name."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from benchmarks.planting.sentences import Edit, Sentence

STRANGERS = (
    "Edwin Harrowby",
    "Petra Lundqvist",
    "Amos Whitlock",
    "Joana Teixeira",
    "Cyril Maddox",
    "Ilse Brandauer",
    "Tobias Renwick",
    "Nadine Okoro",
    "Rafael Quintero",
    "Greta Solheim",
)
ELSEWHERE = (
    "Tarnbeck",
    "Oskerby",
    "Port Ailsa",
    "Dunmarra",
    "Venloe",
    "Marlow Heath",
    "Kirkholm",
    "Sandover",
    "Castlebridge",
    "Ellerton",
)
_PAIR = re.compile(r"(?<![\w.] )(?<!^)\b([A-Z][a-z]+) ([A-Z][a-z]+(?:-[A-Z][a-z]+)?)\b(?! [A-Z])")
_SPEAKS = re.compile(
    r"\b([A-Z][a-z]+(?:-[A-Z][a-z]+)?)(?:,[^,]{3,60},)? "
    r"(?:said|told|says|added|called|denied|asked|wrote|wants|has|had|was|did|went|took|gave)\b"
)
_COMMON = """
the a an in on at of and but for to from with by as if it he she they we i his her their monday
tuesday wednesday thursday friday saturday sunday january february march april may june july august
september october november december city council ledger gazette wire radio house party league bank
court river road street bridge park hall university school college hospital island bay port north
south east west united national state county police office ministry minister president mayor judge
general attorney captain coach professor doctor chief director secretary senator governor
commissioner detective officer sergeant inspector union line lines group company water shipping
museum station times herald post news daily evening morning festival film shield crown cup final new
old great row partners falls first flats electric highway airport valley canyon harbour harbor
"""
_NO_PERSON = frozenset(_COMMON.split())
_PLACE = re.compile(
    r"\b(?:in|near|outside|from|at) ([A-Z][a-z]+(?: [A-Z][a-z]+)?)(?![\w'’-])(?! [A-Z])"
)
_TITLED = re.compile(
    r"\b((?:Attorney General|Council President|Judge|Mayor|Captain|Coach|Professor|Dr\.|Mr\.|Ms\."
    r"|Mrs\.|Senator|Governor|Minister|President|Chief|Detective|Sergeant|Inspector|Councilman"
    r"|Councilwoman|Commissioner|Justice|Father|Sister|Officer|Secretary|Chancellor)) "
    r"([A-Z][a-z]+(?: [A-Z][a-z]+)?)\b"
)


def people_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Full names of a story: two capitals whose second speaks or acts alone somewhere too."""
    joined = "\n".join(texts)
    alone = {match[1] for match in _SPEAKS.finditer(joined)}
    pairs = Counter(match[0] for match in _PAIR.finditer(joined))
    people = {name for name in pairs if not set(name.lower().split()) & _NO_PERSON}
    return tuple(sorted(name for name in people if name.split()[1] in alone))


def titles_of(texts: Iterable[str], people: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Titles that a story gives its people: (full name, title)."""
    known = {name.split()[1]: name for name in people}
    found = {
        known[match[2].split()[-1]]: match[1]
        for match in _TITLED.finditer("\n".join(texts))
        if match[2].split()[-1] in known
    }
    return tuple(sorted(found.items()))


def _mentions(sentence: Sentence) -> Iterator[tuple[int, str, str]]:
    """Where people are named, as written, and the full name; none named twice in a sentence."""
    for name in sentence.people:
        last = name.split()[1]
        found = list(re.finditer(rf"\b{re.escape(last)}\b", sentence.text))
        if len(found) != 1 or not sentence.free(*found[0].span()):
            continue
        start = found[0].start()
        full = sentence.text[:start].endswith(name.split()[0] + " ")
        at = start - len(name.split()[0]) - 1 if full else start
        before = sentence.text[:at].split()[-1:]
        if not full and before and before[0][:1].isupper() and before[0] not in _TITLES:
            continue
        yield at, name if full else last, name


_TITLES = ("Judge", "Mayor", "Captain", "Coach", "Dr.", "Mr.", "Ms.", "Mrs.", "Chief", "President")


def other_person(sentence: Sentence, rng: random.Random) -> Iterator[Edit]:
    """Another person of the story, or a stranger, in the place of one."""
    for at, written, name in _mentions(sentence):
        others = [p for p in sentence.people if p.split()[1] not in sentence.text]
        pool = [*others, rng.choice(STRANGERS)]
        other = rng.choice(pool)
        after = other if written == name else other.split()[1]
        if not set(other.split()) & set(name.split()):
            yield Edit(at, written, after, "person")


def other_place(sentence: Sentence, rng: random.Random) -> Iterator[Edit]:
    """A place that the story does not know in the place of one that it names."""
    for match in _PLACE.finditer(sentence.text):
        words = set(match[1].lower().split())
        is_person = any(match[1].split()[-1] in name.split() for name in sentence.people)
        if words & _NO_PERSON or is_person or not sentence.free(*match.span()):
            continue
        yield Edit(match.start(1), match[1], rng.choice(ELSEWHERE), "place")


# --- harmless ----------------------------------------------------------------


def other_form(sentence: Sentence, rng: random.Random) -> Iterator[Edit]:
    """The same person with a title, an initial, or by surname or full name."""
    titles = dict(sentence.titles)
    for at, written, name in _mentions(sentence):
        before = sentence.text[:at]
        genitive = sentence.text[at + len(written) :].startswith(("'s", "’s"))
        if re.search(r"(?:[A-Z][a-z]*\.?) $", before) or genitive:
            continue
        first, last = name.split()
        if written == name:
            yield Edit(at, written, last, "surname")
            yield Edit(at, written, f"{first} {rng.choice('ABDEHJKLMRT')}. {last}", "initial")
        else:
            yield Edit(at, written, name, "full name")
        if name in titles and titles[name].lower() not in sentence.text.lower():
            yield Edit(at, written, f"{titles[name]} {written}", "title")
