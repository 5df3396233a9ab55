"""Conflicts planted into our own stories, and rewrites that are none.

    python -m benchmarks.planted [--count N] [--show]

Each pair is a sentence of a packaged story and the same sentence with one
thing changed: a value, a bound, a unit, a weekday or date, a name, a polarity
(conflict), or a rounding, a spelling, a title, an order, a word (harmless).
Half of the conflicts carry a harmless rewording too, so that the changed thing
is not the only difference. Seeded: the same stories give the same pairs.

The generator shares no lexicon and no template with the library, and imports
nothing of it. Its own lists are small on purpose; another generator with other
wording is the test of what is tuned here.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.planting import days, names, numbers, polarity, wording
from benchmarks.planting.sentences import Edit, Planter, Sentence

STORIES = Path(__file__).parents[1] / "storydiff" / "data" / "stories"
SEED = 20261123

CONFLICTS: Mapping[str, Sequence[Planter]] = {
    "number": (numbers.other_value, numbers.other_bound, numbers.other_unit),
    "date": (days.other_weekday, days.other_date, days.conflicting_date),
    "name": (names.other_person, names.other_place),
    "polarity": (polarity.negated, polarity.affirmed, polarity.opposite),
}
HARMLESS: Mapping[str, Sequence[Planter]] = {
    "number": (numbers.rounded, numbers.respelled, numbers.allowing_bound, numbers.dozen),
    "date": (days.dated_weekday, days.reworded_date),
    "name": (names.other_form,),
    "wording": (wording.reordered, wording.reworded, wording.led_in),
}
NOISE: Sequence[Planter] = (wording.reworded, wording.led_in)


@dataclass(frozen=True)
class Planted:
    """A pair of sentences, and what was planted in the second.

    Attributes:
        a, b: the sentence of the story, and the changed one.
        type: number, date, name, polarity; for harmless pairs also wording.
        conflict: whether the two cannot both be true.
        what: what was changed ("value", "bound", "title" …).
        before, after: the changed string in ``a`` and in ``b``.
        noise: what was reworded besides, "" for nothing.
        published: the day both reports appeared, ISO, "" if unknown.
        story, outlet, index: where ``a`` stands.
    """

    a: str
    b: str
    type: str
    conflict: bool
    what: str
    before: str
    after: str
    noise: str
    published: str
    story: str
    outlet: str
    index: int


def read_sentences(folder: Path = STORIES) -> tuple[Sentence, ...]:
    """The sentences of the packaged stories, in the order of file, report and sentence."""
    stories = [
        json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))
    ]
    return tuple(s for story in stories for s in sentences_of(story))


def sentences_of(story: Mapping[str, Any]) -> Iterable[Sentence]:
    """The sentences of one story with the people and titles that it knows."""
    texts = [text for report in story["reports"] for text in report["sentences"]]
    people = names.people_of(texts)
    titles = names.titles_of(texts, people)
    for report in story["reports"]:
        day = dt.date.fromisoformat(report["date"][:10]) if report.get("date") else None
        for index, text in enumerate(report["sentences"]):
            yield Sentence(text, story["id"], report["outlet"], index, day, people, titles)


def generate(
    sentences: Sequence[Sentence], *, count: int = 320, seed: int = SEED
) -> tuple[Planted, ...]:
    """``count`` conflicts and as many harmless rewrites, spread evenly over types and planters.

    Args:
        sentences: what to plant in; of each, at most one pair of a planter is used.
        count: pairs of each half; fewer come where the sentences do not allow so many.
        seed: of every random choice.
    """
    rng = random.Random(seed)
    conflicts = _drawn(sentences, CONFLICTS, count, rng)
    harmless = _drawn(sentences, HARMLESS, count, rng)
    noisy = [
        _noised(sentence, edit, rng) if i % 2 else (edit.apply(sentence.text), "")
        for i, (_, sentence, edit) in enumerate(conflicts)
    ]
    pairs = [
        _planted(kind, sentence, edit, *text, conflict=True)
        for (kind, sentence, edit), text in zip(conflicts, noisy, strict=True)
    ]
    pairs += [
        _planted(kind, sentence, edit, edit.apply(sentence.text), "", conflict=False)
        for kind, sentence, edit in harmless
    ]
    return tuple(pairs)


Drawn = tuple[str, Sentence, Edit]


def _drawn(
    sentences: Sequence[Sentence],
    planters: Mapping[str, Sequence[Planter]],
    count: int,
    rng: random.Random,
) -> list[Drawn]:
    """Edits drawn in turn from every type, and within a type from every planter in turn."""
    queues = {
        kind: [_queue(sentences, planter, kind, rng) for planter in group]
        for kind, group in planters.items()
    }
    drawn: list[Drawn] = []
    turn = 0
    while len(drawn) < count and any(any(group) for group in queues.values()):
        kind = list(queues)[turn % len(queues)]
        filled = [queue for queue in queues[kind] if queue]
        if filled:
            drawn.append(filled[turn // len(queues) % len(filled)].pop())
        turn += 1
    return drawn


def _queue(
    sentences: Sequence[Sentence], planter: Planter, kind: str, rng: random.Random
) -> list[Drawn]:
    """One edit of the planter for each sentence that allows one, in random order."""
    queue = []
    for sentence in sentences:
        edits = list(planter(sentence, rng))
        if edits:
            queue.append((kind, sentence, rng.choice(edits)))
    rng.shuffle(queue)
    return queue


def _noised(sentence: Sentence, edit: Edit, rng: random.Random) -> tuple[str, str]:
    """The text with the edit and, where one fits apart from it, a harmless rewording."""
    changed = edit.apply(sentence.text)
    start, end = edit.at, edit.at + len(edit.after)
    for planter in rng.sample(NOISE, len(NOISE)):
        for noise in planter(replace(sentence, text=changed), rng):
            apart = noise.at + len(noise.before) <= start or noise.at >= end
            if apart and noise.before != sentence.text:
                return noise.apply(changed), noise.what
    return changed, ""


def _planted(
    kind: str, sentence: Sentence, edit: Edit, text: str, noise: str, *, conflict: bool
) -> Planted:
    return Planted(
        a=sentence.text,
        b=text,
        type=kind,
        conflict=conflict,
        what=edit.what,
        before=edit.before,
        after=edit.after,
        noise=noise,
        published=sentence.published.isoformat() if sentence.published else "",
        story=sentence.story,
        outlet=sentence.outlet,
        index=sentence.index,
    )


def main() -> None:
    """Count the pairs by type and change, or show them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=320, help="pairs of each half")
    parser.add_argument("--show", action="store_true", help="print every pair")
    options = parser.parse_args()
    pairs = generate(read_sentences(), count=options.count)
    for key, n in sorted(Counter((p.conflict, p.type, p.what) for p in pairs).items()):
        print("conflict" if key[0] else "harmless", *key[1:], n)
    if options.show:
        for p in pairs:
            print(f"\n{p.type}/{p.what} {'CONFLICT' if p.conflict else 'harmless'} {p.noise}")
            print(f"  {p.a}\n  {p.b}")


if __name__ == "__main__":
    main()
