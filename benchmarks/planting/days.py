"""Planted days: another weekday, month, day or year; and the same day told otherwise."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Iterator

from benchmarks.planting.sentences import Edit, Sentence

WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_YEAR_OF_MONTHS = """
January February March April May June July August September October November December
"""
MONTHS = tuple(_YEAR_OF_MONTHS.split())

_WEEKDAY = re.compile(r"\b(" + "|".join(WEEK) + r")\b(?!'|’|,? (?:" + "|".join(MONTHS) + r"))")
_DATE = re.compile(r"\b(" + "|".join(MONTHS) + r") (\d{1,2})\b(?!,? \d{4})(?!-)")
_MONTH_YEAR = re.compile(r"\b(?:in|since|of) (" + "|".join(MONTHS) + r")\b(?! \d{1,2}\b)")
_YEAR = re.compile(r"\b(?:in|since|until|of|from) ((?:19|20)\d\d)\b(?!-)")
_AHEAD = re.compile(
    r"\b(?:will|would|next|by|until|to be|due|expected|scheduled|set|plans?|may|could|should|shall"
    r"|before|tomorrow|every|each|last|this|ahead|since|through|from|for)\b|'ll\b"
)


def other_weekday(sentence: Sentence, rng: random.Random) -> Iterator[Edit]:
    """Another day of the week."""
    for match in _WEEKDAY.finditer(sentence.text):
        if sentence.free(*match.span()):
            step = rng.choice([1, 2, 3, 4, 5, 6])
            other = WEEK[(WEEK.index(match[1]) + step) % 7]
            yield Edit(match.start(), match[1], other, "weekday")


def other_date(sentence: Sentence, rng: random.Random) -> Iterator[Edit]:
    """Another day of the same month, another month, or another year."""
    for match in _DATE.finditer(sentence.text):
        if sentence.free(*match.span()):
            days = [d for d in range(1, 29) if abs(d - int(match[2])) > 1]
            yield Edit(match.start(2), match[2], str(rng.choice(days)), "day of the month")
            months = [m for m in MONTHS if m != match[1]]
            yield Edit(match.start(1), match[1], rng.choice(months), "month")
    for match in _MONTH_YEAR.finditer(sentence.text):
        if sentence.free(*match.span()):
            months = [m for m in MONTHS if m != match[1]]
            yield Edit(match.start(1), match[1], rng.choice(months), "month")
    for match in _YEAR.finditer(sentence.text):
        if sentence.free(*match.span()):
            year = int(match[1]) + rng.choice([-7, -4, -3, -2, -1, 1, 2, 3])
            yield Edit(match.start(1), match[1], str(year), "year")


def day_meant(sentence: Sentence, weekday: str) -> dt.date | None:
    """The day of a weekday in a sentence that looks back; None where it may look ahead."""
    if sentence.published is None or _AHEAD.search(sentence.text):
        return None
    back = (sentence.published.weekday() - WEEK.index(weekday)) % 7
    return sentence.published - dt.timedelta(days=back)


def dated_weekday(sentence: Sentence, rng: random.Random) -> Iterator[Edit]:
    """A weekday that looks back as the date it was, or with the part of the day."""
    for match in _WEEKDAY.finditer(sentence.text):
        if not sentence.free(*match.span()) or match.start() == 0:
            continue
        day = day_meant(sentence, match[1])
        bare = not re.match(r" (?:night|morning|evening|afternoon)", sentence.text[match.end() :])
        if day is None or not bare or sentence.text[: match.start()].endswith(("the ", "'s ")):
            continue
        on = sentence.text[: match.start()].lower().endswith("on ")
        month = f"{MONTHS[day.month - 1]} {day.day}"
        after = month if on else f"on {month}"
        yield Edit(match.start(), match[1], after, "weekday as date")
        yield Edit(
            match.start(),
            match[1],
            f"{match[1]} {rng.choice(['morning', 'evening'])}",
            "part of the day",
        )


def conflicting_date(sentence: Sentence, rng: random.Random) -> Iterator[Edit]:
    """A weekday that looks back as the date of another day."""
    for edit in dated_weekday(sentence, rng):
        if edit.what != "weekday as date":
            continue
        day = day_meant(sentence, edit.before)
        if day is not None:
            other = day + dt.timedelta(days=rng.choice([-9, -4, -3, -2, -1]))
            written = f"{MONTHS[other.month - 1]} {other.day}"
            prefix = "on " if edit.after.startswith("on ") else ""
            yield Edit(edit.at, edit.before, prefix + written, "date of another day")


def reworded_date(sentence: Sentence, rng: random.Random) -> Iterator[Edit]:
    """The same date in the other order, or with its month cut short."""
    for match in _DATE.finditer(sentence.text):
        if not sentence.free(*match.span()):
            continue
        forms = [f"{match[2]} {match[1]}", f"the {match[2]}{_suffix(int(match[2]))} of {match[1]}"]
        if len(match[1]) > 5:
            forms.append(f"{match[1][:3]}. {match[2]}")
        yield Edit(match.start(), match[0], rng.choice(forms), "date reworded")


def _suffix(n: int) -> str:
    return "th" if 10 < n < 14 else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
