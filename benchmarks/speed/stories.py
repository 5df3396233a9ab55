"""Stories of any size, made of our own: told again by many reports, in other words and names.

Nothing here is news and nothing is drawn from elsewhere, so anyone can run what
is measured on it. Everything follows from a seed.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from storydiff.datatypes import Report

_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{2,}")
_PLAIN = re.compile(r"\b[a-z]{5,}\b")
_NUMBER = re.compile(r"\b\d{1,3}\b")
_SYLLABLES = [
    "ba",
    "den",
    "kor",
    "li",
    "mar",
    "no",
    "pel",
    "ri",
    "sa",
    "tor",
    "ul",
    "ven",
    "wes",
    "yan",
    "zo",
]


@cache
def own_stories() -> tuple[tuple[tuple[str, ...], ...], ...]:
    """The sentences of the stories that come with the package: by story, by report."""
    folder = files("storydiff") / "data" / "stories"
    read = [json.loads(path.read_text(encoding="utf-8")) for path in folder.iterdir()]
    stories = sorted(read, key=lambda story: str(story["id"]))
    return tuple(tuple(tuple(r["sentences"]) for r in story["reports"]) for story in stories)


@cache
def vocabulary() -> tuple[str, ...]:
    """The longer plain words of our stories, in order."""
    found = {w for story in own_stories() for r in story for s in r for w in _PLAIN.findall(s)}
    return tuple(sorted(found))


def gold_size(
    count: int, *, reports: int = 3, statements: int = 25, seed: int = 0
) -> Iterator[tuple[Report, ...]]:
    """Stories of the size of a usual one, each of another chapter."""
    for number in range(count):
        chapter = [list(r) for r in _chapter(number, seed=seed)]
        following = _chapter(number + len(own_stories()), seed=seed)
        yield tuple(
            Report.from_sentences(
                (chapter[k % len(chapter)] + list(following[k % len(following)]))[:statements],
                outlet=f"outlet-{k}",
            )
            for k in range(reports)
        )


def crowd(reports: int, statements: int, *, facts: int = 200, seed: int = 0) -> tuple[Report, ...]:
    """One event told by many: each report tells some of its facts, in slightly other words."""
    rng = random.Random(seed)
    pool = [s for story in own_stories() for report in story for s in report][:facts]
    words = vocabulary()
    told = []
    for k in range(reports):
        chosen = sorted(rng.sample(range(len(pool)), min(statements, len(pool))))
        sentences = [_reworded(pool[i], words, rng, share=0.15) for i in chosen]
        told.append(Report.from_sentences(sentences, outlet=f"outlet-{k}"))
    return tuple(told)


def chronicle(reports: int, statements: int, *, seed: int = 0) -> tuple[Report, ...]:
    """One long event in chapters, each told by a few reports: facts grow with statements."""
    told: list[list[str]] = [[] for _ in range(reports)]
    number = 0
    while min(map(len, told)) < statements:
        shortest = sorted(range(reports), key=lambda k: (len(told[k]), k))
        for place, sentences in zip(shortest, _chapter(number, seed=seed), strict=False):
            told[place] += sentences
        number += 1
    return tuple(
        Report.from_sentences(sentences[:statements], outlet=f"outlet-{k}")
        for k, sentences in enumerate(told)
    )


def _chapter(number: int, *, seed: int) -> tuple[tuple[str, ...], ...]:
    """One of our stories; from the second round on with other names, numbers and nouns."""
    story = own_stories()[number % len(own_stories())]
    if number < len(own_stories()):
        return story
    rng = random.Random(f"{seed}-{number}")
    names: dict[str, str] = {}
    plain = {w: rng.choice(vocabulary()) for w in vocabulary() if rng.random() < 0.35}
    shift = rng.randrange(1, 90)

    def renamed(match: re.Match[str]) -> str:
        made = "".join(rng.choice(_SYLLABLES) for _ in range(rng.choice((2, 3))))
        return names.setdefault(match[0], made.capitalize())

    def told(sentence: str) -> str:
        sentence = _NAME.sub(renamed, sentence)
        sentence = _PLAIN.sub(lambda m: plain.get(m[0], m[0]), sentence)
        return _NUMBER.sub(lambda m: str(int(m[0]) + shift), sentence)

    return tuple(tuple(told(s) for s in report) for report in story)


def _reworded(sentence: str, words: tuple[str, ...], rng: random.Random, *, share: float) -> str:
    return _PLAIN.sub(lambda m: rng.choice(words) if rng.random() < share else m[0], sentence)
