"""How much is taken at most: bounds that keep a stranger's input from taking the machine.

Nothing is ever cut to fit. What is over a limit is refused with an error that names
the limit, and whoever knows the input can raise it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from storydiff.datatypes import Report, Statement
from storydiff.errors import OptionError, ReportError, StoryError, unexpected


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The largest story that is compared; files have ``max_bytes`` of `storydiff.read_reports`.

    Design note 0120 says what the numbers cost.

    Attributes:
        reports: reports of one story.
        report_characters: characters of the text of one report.
        statements: statements of one story; time and memory grow with the pairs of them.
        statement_characters: characters of one statement: a text without sentences, such
            as a table pasted in one line, would otherwise be encoded as one.

    Raises `OptionError` for a limit below 1.
    """

    reports: int = 1_000
    report_characters: int = 2_000_000
    statements: int = 3_000
    statement_characters: int = 50_000

    def __post_init__(self) -> None:
        for field in fields(self):
            if (value := getattr(self, field.name)) < 1:
                raise OptionError(unexpected(field.name, got=value, wanted="1 or more"))

    @classmethod
    def of(cls, settings: Sequence[str]) -> Limits:
        """The limits that ``NAME=NUMBER`` settings change, the others as they are.

        Raises `OptionError` for a name that there is not and for what is no number.
        """
        known = [field.name for field in fields(cls)]
        changed = {}
        for setting in settings:
            name, _, number = setting.partition("=")
            if name not in known or not (number.isascii() and number.isdigit()):
                wanted = f"NAME=NUMBER, NAME one of {', '.join(known)}"
                raise OptionError(unexpected("--limit", got=setting, wanted=wanted))
            changed[name] = int(number)
        return cls(**changed)

    def check_reports(self, reports: Sequence[Report]) -> None:
        """Raise `StoryError` for too many reports and `ReportError` for one that is too long."""
        if len(reports) > self.reports:
            raise StoryError(_over("story", f"{len(reports):,} reports", self.reports, "reports"))
        for report in reports:
            if (length := len(report.text)) > (most := self.report_characters):
                what = f"report of {report.outlet!r}"
                raise ReportError(_over(what, f"{length:,} characters", most, "report_characters"))

    def check_statements(self, statements: Sequence[Statement]) -> None:
        """Raise `StoryError` for too many statements and `ReportError` for one too long."""
        for s in statements:
            if (length := s.end - s.start) > (most := self.statement_characters):
                what = f"statement {s.index} of report {s.report!r}, {s.text[:40]!r} …"
                got = f"{length:,} characters without an end of a sentence"
                raise ReportError(_over(what, got, most, "statement_characters"))
        if len(statements) > self.statements:
            got = f"{len(statements):,} statements"
            raise StoryError(_over("story", got, self.statements, "statements"))


def _over(what: str, got: str, most: int, name: str) -> str:
    raised = f"Limits({name}=…) or --limit {name}=… raises it"
    return f"{what}: got {got}, wanted at most {most:,} ({raised})"
