"""The result: one frozen value that holds everything found, with its evidence.

A `Comparison` is also the JSON contract (``storydiff/1``): ``to_json`` writes
it, ``from_json`` reads it back, ``storydiff schema`` prints its JSON Schema.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import ConfigDict, Field, ValidationError
from rapidfuzz.distance import JaroWinkler

from storydiff import focus as focusing
from storydiff.contrasts import Contrast
from storydiff.datatypes import (
    SCHEMA,
    Added,
    Contradiction,
    LeftOut,
    Link,
    Origin,
    Report,
    Row,
    Statement,
    Value,
)
from storydiff.errors import FormatError, OptionError, unexpected
from storydiff.findings import Finding, findings_of
from storydiff.focus import Focus
from storydiff.integrity import check

if TYPE_CHECKING:
    from storydiff.exporting.frames import Frames


class Comparison(Value):
    """What several reports on one event share, and where they differ.

    All collections are in a stated order: reports as given, statements by report
    and place, links by their statements, rows by where they are first told,
    omissions by weight.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_: Literal["storydiff/1"] = Field(default=SCHEMA, alias="schema")
    signature: str
    reports: tuple[Report, ...]
    statements: tuple[Statement, ...]
    links: tuple[Link, ...]
    table: tuple[Row, ...]
    contradictions: tuple[Contradiction, ...] = ()
    origins: tuple[Origin, ...] = ()
    added: tuple[Added, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    contrasts: tuple[Contrast, ...] = Field(
        default=(), description="wordings of one slot over the whole story, and who uses which"
    )
    focus_: Focus | None = Field(
        default=None, alias="focus", description="one report against the others, where asked for"
    )
    notes: tuple[str, ...] = Field(default=(), description="what could not be judged, and why")

    @cached_property
    def _statement_of(self) -> Mapping[str, Statement]:
        return {s.id: s for s in self.statements}

    @cached_property
    def _row_of(self) -> Mapping[str, Row]:
        return {row.id: row for row in self.table}

    @cached_property
    def _report_of(self) -> Mapping[str, Report]:
        return {report.id: report for report in self.reports}

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some fields changed, which finds its own statements, rows and reports by id.

        What a comparison has looked up is not handed on: the copy may hold others.
        """
        copied = super().model_copy(update=update, deep=deep)
        for kept in ("_statement_of", "_row_of", "_report_of"):
            copied.__dict__.pop(kept, None)
        return copied

    def report(self, name: str) -> Report:
        """The report with this id, or the only one of this outlet.

        Raises `OptionError` naming the reports there are, those of a like name first.
        """
        if name in self._report_of:
            return self._report_of[name]
        found = [r for r in self.reports if r.outlet == name]
        if len(found) == 1:
            return found[0]
        wanted = "one of " + ", ".join(_names(self.reports, like=name))
        raise OptionError(unexpected("report", got=name, wanted=wanted))

    def statement(self, name: str) -> Statement:
        """The statement with this id; raises `OptionError` if there is none."""
        try:
            return self._statement_of[name]
        except KeyError:
            raise OptionError(
                unexpected("statement", got=name, wanted="an id of this comparison")
            ) from None

    def row(self, name: str) -> Row:
        """The row of the table with this id; raises `OptionError` if there is none."""
        try:
            return self._row_of[name]
        except KeyError:
            raise OptionError(
                unexpected("row", got=name, wanted="an id of this comparison's table")
            ) from None

    def statements_of(self, report: str) -> tuple[Statement, ...]:
        """The statements of one report, in order."""
        name = self.report(report).id
        return tuple(s for s in self.statements if s.report == name)

    def added_by(self, report: str) -> tuple[Row, ...]:
        """Facts that this report alone tells."""
        name = self.report(report).id
        return tuple(self.row(a.row) for a in self.added if a.report == name)

    def left_out_by(self, report: str, support: int = 2) -> tuple[LeftOut, ...]:
        """Facts that at least ``support`` other reports tell and that were not found here.

        The weightiest first. Not found is a relation, never a verdict: each names
        the nearest statement of this report and how near it is.
        """
        if support < 1:
            raise OptionError(unexpected("support", got=support, wanted="a whole number from 1 on"))
        name = self.report(report).id
        return tuple(x for x in self.left_out if x.report == name and x.support >= support)

    def focus(self, outlet: str) -> Focus:
        """One report against the others: the questions that its editor would ask.

        What it leaves out (the weightiest first, each with the nearest miss), tells
        in part (and which part is missing), contradicts or tells otherwise, adds
        alone, quotes differently, and the words it uses against theirs. Its own
        side comes first in every finding.

        Args:
            outlet: the outlet's name, or the id of its report.

        Raises `OptionError` naming the outlets there are, those of a like name first.
        """
        report = self.report(outlet)
        owner = {s.id: s.report for s in self.statements}
        found = focusing.against(self.links, owner, report.id)
        calm = [x for x in found if not x.difference.conflict]
        return Focus(
            report=report.id,
            outlet=report.outlet,
            left_out=self.left_out_by(report.id, support=1),
            in_part=focusing.in_part(self.table, report.id),
            conflicts=tuple(x for x in found if x.difference.conflict),
            contradictions=focusing.contradicting(self.contradictions, owner, report.id),
            altered=tuple(x for x in calm if x.difference.type not in ("quotation", "wording")),
            added=tuple(a for a in self.added if a.report == report.id),
            quoted=tuple(x for x in calm if x.difference.type == "quotation"),
            wording=focusing.wording(self.contrasts, report.id),
        )

    def focused(self, outlet: str) -> Comparison:
        """The same comparison with `focus` of an outlet under the key ``focus`` of its JSON."""
        return self.model_copy(update={"focus_": self.focus(outlet)})

    @property
    def conflicts(self) -> tuple[Link, ...]:
        """Links whose two sides cannot both be right as stated."""
        return tuple(x for x in self.links if any(d.conflict for d in x.differences))

    def findings(self) -> tuple[Finding, ...]:
        """The differences of all links, each thing once: conflicts first.

        Two differences are one finding when they are of one type and rule and
        have an end in common; see `storydiff.findings`.
        """
        return findings_of(self.reports, self.statements, self.links)

    @property
    def quotes(self) -> tuple[Row, ...]:
        """Rows in which at least one report quotes directly."""
        return tuple(row for row in self.table if "quote" in row.kinds)

    def links_of(self, statement: str) -> Iterator[Link]:
        """The links that one statement has."""
        return (x for x in self.links if statement in (x.a, x.b))

    def to_dict(self) -> dict[str, Any]:
        """The comparison as plain dicts, lists, strings and numbers."""
        return self.model_dump(mode="json", by_alias=True)

    def to_json(self, *, indent: int | None = 1) -> str:
        """The comparison as JSON text; `from_json` reads it back to an equal value."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    def to_text(self, *, support: int = 2, width: int = 100) -> str:
        """The comparison as plain text for a terminal of ``width`` columns."""
        from storydiff.rendering import text

        return text.render(self, support=support, width=width)

    def to_markdown(self, *, support: int = 2) -> str:
        """The comparison as Markdown."""
        from storydiff.rendering import markdown

        return markdown.render(self, support=support)

    def to_html(self, *, support: int = 2, focus: str | None = None) -> str:
        """The comparison as one HTML page that needs nothing else and asks nothing of the network.

        Raises `OptionError` for a support below 1 or a report that is not there.
        """
        from storydiff.rendering import html

        return html.render(self, support=support, focus=focus)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from storydiff.rendering import notebook

        return notebook.comparison_html(self)

    def to_frames(
        self, *, backend: Literal["pandas", "polars"] | None = None, focus: str | None = None
    ) -> Frames:
        """The comparison as tidy data frames of pandas or polars, one more with a focus.

        See `storydiff.exporting.frames.frames_of`.
        """
        from storydiff.exporting.frames import frames_of

        return frames_of(self, backend=backend, focus=focus)

    @classmethod
    def from_json(cls, text: str) -> Comparison:
        """A comparison from the JSON that `to_json` wrote.

        Raises `FormatError` naming the place where the JSON is broken, is not the
        contract, or does not hold together: an id that names nothing, a span
        outside its text, a statement that is not what its report says there.
        """
        try:
            found = cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "the text"
            raise FormatError(
                unexpected(f"comparison: {place}", got=first.get("input"), wanted=first["msg"])
            ) from error
        check(found)
        asked = found.focus_
        known = asked is None or asked.report in found._report_of
        if asked is not None and not (known and asked == found.focus(asked.report)):
            wanted = "what the comparison itself says of that report"
            raise FormatError(unexpected("comparison: focus", got=found.focus_, wanted=wanted))
        return found


def _names(reports: Sequence[Report], *, like: str) -> list[str]:
    """What reports are called, the likest first: their outlets, or ids where outlets repeat."""
    outlets = Counter(report.outlet for report in reports)
    asked = like.casefold()

    def unlike(report: Report) -> float:
        return min(JaroWinkler.distance(asked, x.casefold()) for x in (report.outlet, report.id))

    return [r.outlet if outlets[r.outlet] == 1 else r.id for r in sorted(reports, key=unlike)]


def json_schema() -> dict[str, Any]:
    """The JSON Schema of the contract, draft 2020-12."""
    schema = Comparison.model_json_schema(by_alias=True, mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"storydiff comparison ({SCHEMA})",
        **{key: value for key, value in schema.items() if key != "title"},
    }
