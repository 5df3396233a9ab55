"""Which statements are page furniture: captions, credits, bylines, boxes, no part of the story.

Rules over the form of a line and a lexicon of phrases; no model. A line is
furniture if it is a stamp (only words of dates, times and posting), if a phrase
of furniture makes it up, begins it or ends it, or if its shape is that of a
byline, a credit, a link, a signature. A quotation or a finished sentence is
given the benefit of the doubt. Rules and figures: docs/design/0031-furniture.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from storydiff.datatypes import Statement
from storydiff.lexicons import words

_LONGEST = 60  # words; no line of furniture is longer
_LENGTH = 800  # code points, for lines of very long words
_TOKEN = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]+)*|\d+")
_YEAR_OR_TIME = re.compile(
    r"\b(?:1[89]|20)\d\d\b|\b\d{1,2}[:.h]\s?\d\d\b|\b\d{1,2}\s?[./]\s?\d{1,2}\b"
)
_NAME = r"(?:[A-ZÀ-Þ][\w'’-]*\.?|[A-Z]\.(?:[A-Z]\.)?|de|van|von|der|al|el|bin|da|di|la)"
_BYLINE = re.compile(
    rf"(?:By|BY|Von|Par|Por|Text:|Story by|Words by)\s+{_NAME}(?:\s+{_NAME}){{1,3}}"
    rf"(?:(?:\s*[,&|/–—-]\s*|\s+(?:and|AND|und|et|y|e|и)\s+)"
    rf"{_NAME}(?:\s+{_NAME}){{0,5}}){{0,5}}(?:\s+(?:at|in|for)\s+{_NAME}(?:\s+{_NAME}){{0,2}})?"
)
_AGENCY = (
    r"(?:AP|A\.P\.|Reuters|REUTERS|AFP|EPA|UPI|PA|DPA|dpa|Getty(?: Images)?|Bloomberg|imago|TASS"
    r"|Shutterstock|(?:The )?Associated Press|The New York Times|Pool|POOL|Handout|File|FILE)"
)
_CREDIT = re.compile(
    rf"[\w\s.'’,&/()-]{{0,80}}"
    rf"(?:[/,(]\s*{_AGENCY}(?:\s*[/,]\s*{_AGENCY})*(?:\s+(?:Photo|Images))?\)?)"
    rf"(?:,? via {_AGENCY})?"
)
_GLUED_CREDIT = re.compile(
    rf"(?:Credit(?::\s?)?[A-ZÀ-Þ][\w.'’-]+(?:[\s/]+[\w.'’-]+){{0,7}}"
    rf"|\({_AGENCY}(?: Photo)?/[^()]{{2,60}}\)"
    rf"|\([^()]{{2,60}}/{_AGENCY}\)"
    rf"|\((?:Photo|Image|Picture)s?(?: by|:)[^()]{{2,80}}\))\s*$"
)
_PLACES = re.compile(r"\((?:L|R|C|L-R|left|right|from left|pictured|file)\)", re.IGNORECASE)
_DATELINE = re.compile(
    rf"[A-ZÀ-Þ][A-ZÀ-Þ.'’ -]+(?:,\s*[\w. ]{{2,20}})?\s*"
    rf"(?:\((?:{_AGENCY}|CNN)\))?\s*[-–—]{{0,2}}"
)
_LINKS = re.compile(
    r"https?\s?:\s?/\s?/\s?\S+|\bpic\.twitter\.com/\S+|\bwww\.\s?\S+|[^\s@]+@[^\s@]+\.\w+|[#@]\w+"
)
_CONTACT = re.compile(
    r"(?:Contact|Reach|Write to|E-?mail|Send)\b[^.,;@]*(?<=[\s:<(])[^\s@]+@[^\s@]+\.\w+\.?$",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"[—–-]{1,2}\s*[^()]{1,60}\(@\w+\)\s*[\w ,.]{0,30}$")
_TOLD = re.compile(r",\s((?:[\w.'’-]+\s?){1,5})")
_QUOTED = re.compile(r"[\"“”„«»]")
_STOP = re.compile(r"[.!?…][\"”’)\]]*$")
_BIO = re.compile(
    rf"{_NAME}(?:\s+{_NAME}){{0,3}}\s+is\s+(?:an?|the)\s+((?:[\w'’-]+\s+){{0,5}}?[\w'’-]+)"
    r"(?:\s+(?:for|at|of|with|based in|covering|who covers)\s[^.]{2,80})\.?"
)
_TAIL = 4  # statements at the end of a report among which a writer is presented


@dataclass(frozen=True, slots=True)
class _Lexicon:
    stamps: frozenset[str]
    dates: frozenset[str]
    whole: frozenset[str]
    begins: tuple[str, ...]
    weak: frozenset[str]
    ends: tuple[str, ...]
    contains: tuple[str, ...]
    jobs: frozenset[str]


@cache
def _lexicon() -> _Lexicon:
    path = files("storydiff.lexicons").joinpath("furniture.json")
    found = json.loads(path.read_text(encoding="utf-8"))
    return _Lexicon(
        stamps=frozenset(found["stamp_words"]) | frozenset(found["date_words"]),
        dates=frozenset(found["date_words"]),
        whole=frozenset(found["whole"]),
        begins=tuple(found["begins"]),
        weak=frozenset(found["weak_begins"]),
        ends=tuple(found["ends"]),
        contains=tuple(found["contains"]),
        jobs=frozenset(found["jobs"]),
    )


def furniture(statements: Sequence[Statement]) -> tuple[bool, ...]:
    """For each statement, whether it is furniture.

    The statements of one report stand together, in order. A headline never is.
    """
    last: dict[str, int] = {}
    for statement in statements:
        last[statement.report] = max(statement.index, last.get(statement.report, 0))
    return tuple(
        statement.role != "headline"
        and is_furniture(statement.text, from_end=last[statement.report] - statement.index)
        for statement in statements
    )


def is_furniture(text: str, *, from_end: int = 0) -> bool:
    """Whether a line is furniture; ``from_end`` is how many lines of the report follow it."""
    if len(text) > _LENGTH:
        return not any(character.isalnum() for character in text)
    line = " ".join(text.split()).replace("’", "'")
    tokens = _TOKEN.findall(line)
    if not any(word[0].isalpha() for word in tokens):
        return not any(word.isdigit() and len(word) > 2 for word in tokens) or _is_stamp(
            line, tokens
        )
    if len(tokens) > _LONGEST:
        return False
    return (
        _is_stamp(line, tokens)
        or _is_phrase(line, len(tokens))
        or _is_credit(line, len(tokens))
        or _is_byline(line)
        or _is_link(line)
        or (from_end < _TAIL and _presents_writer(line))
    )


def _is_stamp(line: str, tokens: Sequence[str]) -> bool:
    """Only words of dates, times and posting, with a date or a time among them."""
    if len(tokens) > (18 if _YEAR_OR_TIME.search(line) else 4):
        return False
    known = _lexicon().stamps
    plain = [word.lower() for word in tokens]
    if "ago" in plain and plain[0].isdigit() and len(plain) == 3:
        return True
    dated = any(word in _lexicon().dates for word in plain) or bool(_YEAR_OR_TIME.search(line))
    return (
        dated and any(w.isdigit() for w in plain) and all(w in known or w.isdigit() for w in plain)
    )


def _is_phrase(line: str, length: int) -> bool:
    lexicon = _lexicon()
    plain = line.lower().strip("*•-–—>»[]() ")
    bare = plain.rstrip(".:!…› ")
    if bare in lexicon.whole:
        return True
    if _QUOTED.search(line) and not plain.startswith(("a version of this", "file", "photo")):
        return False
    if any(phrase in plain for phrase in lexicon.contains):
        return True
    if _is_told(line):
        return False
    begun = _begun(line, plain)
    if begun and (begun not in lexicon.weak or (length <= 16 and not _STOP.search(line))):
        return True
    return length <= 12 and bare.endswith(lexicon.ends)


def _begun(line: str, plain: str) -> str:
    """The phrase that begins a line; one that ends in ``^`` wants a capital behind it."""
    for phrase in _lexicon().begins:
        stem = phrase.rstrip("^")
        if plain.startswith(stem):
            follower = line[line.lower().find(stem) + len(stem) :].lstrip()[:1]
            if stem == phrase or follower.isupper():
                return phrase
    return ""


def _is_told(line: str) -> bool:
    """Whether someone is said to say the line (", she told the class")."""
    told = words("speech_tags")
    return any(told.intersection(_TOKEN.findall(match[1])) for match in _TOLD.finditer(line))


def _is_credit(line: str, length: int) -> bool:
    if _GLUED_CREDIT.search(line) or (_PLACES.search(line) and not _STOP.search(line)):
        return True
    return length <= 14 and bool(_CREDIT.fullmatch(line.rstrip(".")))


def _is_byline(line: str) -> bool:
    if _STOP.search(line):
        return False
    return bool(_BYLINE.fullmatch(line)) or (
        line.endswith(("-", "–", "—", ")")) and bool(_DATELINE.fullmatch(line))
    )


def _is_link(line: str) -> bool:
    """Nothing is left but punctuation once links, handles and a post's signature are gone."""
    if not _LINKS.search(line) and not _SIGNATURE.search(line):
        return False
    if _CONTACT.match(line):
        return True
    rest = _LINKS.sub(" ", _SIGNATURE.sub(" ", line))
    return len(_TOKEN.findall(rest)) <= 1


def _presents_writer(line: str) -> bool:
    match = _BIO.fullmatch(line)
    return bool(match) and match[1].split()[-1].lower() in _lexicon().jobs if match else False
