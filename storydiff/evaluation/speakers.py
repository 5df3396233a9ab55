"""Whether the speaker that was found is the one that a reader named.

Readers name a speaker as they would in a note: the fullest name, then after a
comma who that is ("Mara Lind, mayor"). A text rarely says it so; design note
0115 states when the two are held for one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from storydiff.datatypes import Report, Statement, cut
from storydiff.evaluation.gold import Place

_WORD = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*")
_END = re.compile(r",|;|\(|\b(?:of|for|from|at|in|on|who|with)\b")
_EMPTY = frozenset({"a", "an", "the", "mr", "mrs", "ms", "s"})


def speakers_of(report: Report, statement: Statement) -> frozenset[str]:
    """Who is said to speak in a statement: names where they were resolved, else the words."""
    named = {
        attribution.speaker or " ".join(cut(report.text, attribution.source))
        for attribution in statement.attributions
    }
    return frozenset(name for name in named if name)


def one_speaker(found: str, marked: str) -> bool:
    """Whether the speaker that was found can be the one that a reader named.

    The head of either (what stands before a comma or a preposition) must end in
    the same word, and all words of one head must stand in the other's description.
    What is found may have its name after a comma ("its manager, Nils Roe"). Several
    marked speakers are parted by ";"; any of them will do.
    """
    parts = found.split(",")
    return any(_one(part, name) for part in parts for name in marked.split(";"))


def _one(found: str, marked: str) -> bool:
    head = _head(found)
    name, _, role = marked.partition(",")
    ends = {words[-1] for words in (_head(name), _head(role)) if words}
    if not head or head[-1] not in ends:
        return False
    whole = set(_words(marked))
    return set(head) <= whole or set(_head(name)) <= set(head)


def _head(text: str) -> list[str]:
    """The words before the first comma or preposition, possessors left out."""
    first = _END.split(text.strip(), maxsplit=1)[0]
    return _words(re.split(r"['’]s\s", first)[-1])


def _words(text: str) -> list[str]:
    return [w for w in (m[0].lower() for m in _WORD.finditer(text)) if w not in _EMPTY]


def count_speakers(
    said: Mapping[Place, Sequence[str]], marked: Mapping[Place, str | None], speaking: set[Place]
) -> tuple[int, int, int]:
    """Right, wrong and missed over the statements of a story.

    A statement is right if any speaker found in it is the marked one. One with a
    wrong speaker is both wrong and missed. ``speaking`` are the statements that
    readers hold for speech; one of them without a marked speaker counts nowhere.
    """
    right = wrong = missed = 0
    for place, name in marked.items():
        found = said.get(place, ())
        if not name:
            wrong += bool(found) and place not in speaking
        elif any(one_speaker(speaker, name) for speaker in found):
            right += 1
        else:
            wrong += bool(found)
            missed += 1
    return right, wrong, missed
