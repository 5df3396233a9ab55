"""What came of reading: reports, what was skipped and why, and what was noted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from storydiff.datatypes import Report
from storydiff.errors import InputError


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that gave no report: its name, and the error that says why."""

    name: str
    error: InputError

    @property
    def reason(self) -> str:
        """What was got and what was wanted, with the name, in one line."""
        return str(self.error)


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading some files, in their order.

    ``notes`` say what was decided or changed on the way: an encoding that was
    guessed, characters replaced, files of a folder left aside.
    """

    reports: tuple[Report, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()


def merged(readings: Iterable[Reading]) -> Reading:
    """Several readings as one, in order."""
    kept = tuple(readings)
    return Reading(
        reports=tuple(report for reading in kept for report in reading.reports),
        skipped=tuple(skip for reading in kept for skip in reading.skipped),
        notes=tuple(note for reading in kept for note in reading.notes),
    )


def skip(name: str, error: InputError) -> Reading:
    """The reading of something that gave no report."""
    return Reading(skipped=(Skipped(name, error),))
