"""Copies planted among independent reports, to measure what finds origins.

    python -m benchmarks.copies [--show]

For each packaged story some reports get copies as outlets make them of a wire:
verbatim, trimmed, lightly edited, under a new lead. Beside them stand the
story's other reports, which tell the same event in their own words and share
its quotations, and reports that only quote another: these are no copies. Where two
reports of a story were written with one wire text in them, they count as copies.
Seeded; imports nothing of the library.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any, Literal

STORIES = Path(__file__).parents[1] / "storydiff" / "data" / "stories"
SEED = 20261124

Manner = Literal[
    "independent", "in the story", "verbatim", "trimmed", "edited", "new lead", "only quotes"
]
COPIES: tuple[Manner, ...] = ("verbatim", "trimmed", "edited", "new lead")

_EDITS = (
    ("said", "stated"),
    ("told", "informed"),
    ("about", "some"),
    ("also", "too"),
    ("more than", "over"),
    ("people", "persons"),
    ("began", "started"),
    ("after", "following"),
    ("because", "since"),
    ("but", "yet"),
    ("large", "big"),
    ("percent", "per cent"),
    ("kilometers", "km"),
    ("meters", "metres"),
    ("officials", "authorities"),
    ("police", "officers"),
    ("children", "youngsters"),
    ("home", "house"),
    ("during", "in the course of"),
    ("several", "a number of"),
    ("who", "that"),
    ("would", "will"),
    ("had been", "was"),
)
_EDITABLE = re.compile(r"\b(" + "|".join(word for word, _ in _EDITS) + r")\b")
_LEADS = (
    "{event}: what is known so far.",
    "It is the news that everyone here was talking about: {event}.",
    "{event} - our newsroom has gathered the main points.",
    "This is what happened, as far as we can tell today: {event}.",
)
_CREDITS = ("({outlet})", "Source: {outlet}", "With material from {outlet}.", "By {outlet} staff")
_OWN_WORDS = (
    "We asked around the office what to make of it, and nobody had a good answer.",
    "Readers have sent us dozens of letters since the first pictures came in.",
    "Our columnist will return to the matter in the weekend edition.",
    "It has been a long week, and there is surely more to come.",
    "What strikes an outsider is how little of this was new to those who live there.",
    "Three experts whom we rang up did not want to guess how it will end.",
    "Nobody at the breakfast table could talk about anything else.",
    "The rest will be for historians, or for the courts.",
)


@dataclass(frozen=True)
class Copied:
    """A report of a planted case.

    Attributes:
        id: unique within the case.
        outlet: the outlet's name, unique within the case.
        sentences: its text, sentence by sentence.
        manner: how it came about.
        source: the id of the report it was made from, "" for an independent one.
        date: the day of publication, ISO.
    """

    id: str
    outlet: str
    sentences: tuple[str, ...]
    manner: Manner
    source: str
    date: str

    @property
    def is_copy(self) -> bool:
        """Whether it carries the text of its source."""
        return self.manner in COPIES or self.manner == "in the story"


@dataclass(frozen=True)
class Case:
    """The reports of one event, some of them copies of others."""

    story: str
    reports: tuple[Copied, ...]

    def origins(self) -> tuple[tuple[str, ...], ...]:
        """The ids that share an origin, each original first; reports alone are groups of one."""
        known = {report.id: report for report in self.reports}
        groups: dict[str, list[str]] = {r.id: [r.id] for r in self.reports if not r.is_copy}
        for report in self.reports:
            root = report
            while root.is_copy:
                root = known[root.source]
            if root is not report:
                groups[root.id].append(report.id)
        return tuple(tuple(group) for group in groups.values())

    def same(self) -> frozenset[tuple[str, str]]:
        """The pairs of ids (in order of the reports) that share an origin."""
        order = {report.id: i for i, report in enumerate(self.reports)}
        pairs = (p for group in self.origins() for p in combinations(group, 2))
        return frozenset(tuple(sorted(pair, key=order.__getitem__)) for pair in pairs)  # type: ignore[misc]


def read_stories(folder: Path = STORIES) -> tuple[Mapping[str, Any], ...]:
    """The packaged stories, in the order of their files."""
    return tuple(json.loads(p.read_text(encoding="utf-8")) for p in sorted(folder.glob("*.json")))


def generate(stories: Iterable[Mapping[str, Any]], *, seed: int = SEED) -> tuple[Case, ...]:
    """One case a story: two originals with two to four copies each, and one that only quotes."""
    rng = random.Random(seed)
    return tuple(_case(story, rng) for story in stories)


def large(stories: Sequence[Mapping[str, Any]], *, size: int = 200, seed: int = SEED) -> Case:
    """One case of ``size`` reports: all stories together, filled up with copies.

    No event has so many reports here; what is measured is that copies are found
    among many, and that it does not take a comparison of all pairs.
    """
    rng = random.Random(seed)
    reports = [
        report for story in stories for report in _independent(story, prefix=f"{story['id']}/")
    ]
    originals = list(reports)
    events = {
        report.id: story["main_event"]
        for story in stories
        for report in _independent(story, prefix=f"{story['id']}/")
    }
    while len(reports) < size:
        source = rng.choice(originals)
        reports.append(_copy(source, rng.choice(COPIES), len(reports), events[source.id], rng))
    rng.shuffle(reports)
    return Case("all", tuple(reports[:size]) if size >= len(originals) else tuple(originals[:size]))


def _independent(story: Mapping[str, Any], *, prefix: str = "") -> list[Copied]:
    """The reports of a story; one that carries the wire text of an earlier one is its copy."""
    reports: list[Copied] = []
    for i, report in enumerate(story["reports"]):
        sentences = tuple(report["sentences"])
        wire = next((r.id for r in reports if _carries(sentences, r.sentences)), "")
        reports.append(
            Copied(
                id=f"{prefix}{i}",
                outlet=f"{prefix}{report['outlet']}",
                sentences=sentences,
                manner="in the story" if wire else "independent",
                source=wire,
                date=report.get("date", ""),
            )
        )
    return reports


def _carries(sentences: Sequence[str], others: Sequence[str]) -> bool:
    """Whether a quarter of the longer sentences stand in the other text, almost word for word."""
    longer = [set(s.lower().split()) for s in sentences if len(s) > 40]
    known = [set(s.lower().split()) for s in others if len(s) > 40]
    near = [any(len(a & b) > 0.6 * len(a | b) for b in known) for a in longer]
    return sum(near) >= 0.25 * len(near) > 0


def _case(story: Mapping[str, Any], rng: random.Random) -> Case:
    reports = _independent(story)
    for source in rng.sample(reports, 2):
        for manner in rng.sample(COPIES, rng.randint(2, 4)):
            reports.append(_copy(source, manner, len(reports), story["main_event"], rng))
    source = rng.choice([report for report in reports if not report.is_copy])
    reports.append(_quoting(source, len(reports), rng))
    return Case(story["id"], tuple(reports))


def _copy(source: Copied, manner: Manner, number: int, event: str, rng: random.Random) -> Copied:
    """A copy of a report in one manner, with a credit in a third of the cases."""
    make = {"verbatim": _verbatim, "trimmed": _trimmed, "edited": _edited, "new lead": _led}
    sentences = make[manner](source.sentences, event, rng)
    if rng.random() < 1 / 3:
        credit = rng.choice(_CREDITS).format(outlet=source.outlet)
        sentences = (*sentences, credit)
    return Copied(
        id=f"{source.id}+{number}",
        outlet=f"Outlet {number}",
        sentences=sentences,
        manner=manner,
        source=source.id,
        date=source.date,
    )


def _verbatim(sentences: tuple[str, ...], event: str, rng: random.Random) -> tuple[str, ...]:
    return sentences


def _trimmed(sentences: tuple[str, ...], event: str, rng: random.Random) -> tuple[str, ...]:
    """The first part of the text, 40 to 80 percent of it, and at times one sentence less."""
    kept = max(3, round(len(sentences) * rng.uniform(0.4, 0.8)))
    head = list(sentences[:kept])
    if len(head) > 5 and rng.random() < 0.5:
        del head[rng.randrange(1, len(head))]
    return tuple(head)


def _edited(sentences: tuple[str, ...], event: str, rng: random.Random) -> tuple[str, ...]:
    """One or two words changed in half of the sentences, and a tenth of them left out."""
    kept = [s for i, s in enumerate(sentences) if i == 0 or rng.random() > 0.1]
    return tuple(lightly_edited(s, rng) if rng.random() < 0.5 else s for s in kept)


def lightly_edited(sentence: str, rng: random.Random) -> str:
    """The sentence with at most two words in other words."""
    places = list(_EDITABLE.finditer(sentence))
    for match in sorted(rng.sample(places, min(2, len(places))), key=lambda m: -m.start()):
        after = dict(_EDITS)[match[1]]
        sentence = sentence[: match.start()] + after + sentence[match.end() :]
    return sentence


def _led(sentences: tuple[str, ...], event: str, rng: random.Random) -> tuple[str, ...]:
    """A lead of one's own for the first sentence, and the rest as it was."""
    lead = rng.choice(_LEADS).format(event=event)
    return (lead, *sentences[1:])


def _quoting(source: Copied, number: int, rng: random.Random) -> Copied:
    """A report of one's own words that quotes two sentences of another and names it."""
    plain = [s for s in source.sentences if '"' not in s and len(s) > 40]
    cited = rng.sample(plain, min(2, len(plain)))
    words = rng.sample(_OWN_WORDS, len(_OWN_WORDS))
    quoted = [f'{source.outlet} writes: "{sentence}"' for sentence in cited]
    sentences = [*words[:2], *quoted[:1], *words[2:5], *quoted[1:], *words[5:]]
    return Copied(
        id=f"{source.id}?{number}",
        outlet=f"Outlet {number}",
        sentences=tuple(sentences),
        manner="only quotes",
        source=source.id,
        date=source.date,
    )


def main() -> None:
    """Count the planted reports by manner, or show them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--show", action="store_true", help="print every copy beside its source")
    options = parser.parse_args()
    cases = generate(read_stories())
    for manner, n in sorted(Counter(r.manner for c in cases for r in c.reports).items()):
        print(manner, n)
    print("pairs of one origin", sum(len(case.same()) for case in cases))
    print("pairs", sum(len(c.reports) * (len(c.reports) - 1) // 2 for c in cases))
    if options.show:
        for case in cases:
            for report in case.reports:
                if report.source:
                    print(f"\n{case.story} {report.id} {report.manner}")
                    print("\n".join(report.sentences))


if __name__ == "__main__":
    main()
