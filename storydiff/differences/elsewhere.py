"""What a whole report tells: a value that it has in another sentence is no news to it.

Where each report knows the other's value too, the two values answer two
questions: the score before and after a goal, the day of the crime and of the
arrest (design note 0090).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from storydiff.calendar.agreement import interval_of
from storydiff.datatypes import DateMention, Statement
from storydiff.differences.figures import Figure, figures_in, same_value
from storydiff.differences.spelling import parts


@dataclass(frozen=True)
class Elsewhere:
    """The values of a report.

    Attributes:
        figures: of all its statements.
        dates: of all its statements.
        texts: of the dates, in lower case.
        sources: the words of those to whom it lays what is said.
    """

    figures: tuple[Figure, ...] = ()
    dates: tuple[DateMention, ...] = ()
    texts: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()

    @classmethod
    def of(cls, statements: Iterable[Statement], text: str) -> Elsewhere:
        """The values of the statements of a report."""
        kept = tuple(statements)
        dates = tuple(d for s in kept for d in s.dates)
        return cls(
            tuple(f for s in kept for f in figures_in(s, text)),
            dates,
            frozenset(text[slice(*d.span)].lower() for d in dates),
            frozenset(
                word
                for s in kept
                for x in s.attributions
                for span in x.source
                for word in parts(text[slice(*span)])
            ),
        )

    def has_figure(self, figure: Figure) -> bool:
        """Whether the report tells a figure to the digit."""
        return any(same_value(figure, x) for x in self.figures)

    def has_date(self, date: DateMention, text: str) -> bool:
        """Whether the report names a day, by its date or by the same words."""
        interval = interval_of(date)
        if interval is None:
            return text.lower() in self.texts
        return any(interval_of(x) == interval for x in self.dates)
