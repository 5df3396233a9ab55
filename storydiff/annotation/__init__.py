"""The annotation room: what statements carry, and who says it.

`NewsAnnotator` fulfils `storydiff.protocols.Annotator`. It composes one file a
subject: `parsing`, `quotations`, `attributions`, `sources` and `speakers`,
`names` and `bodies`, `quantities`, `dates`, `kinds`. Importing it loads no model.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from storydiff.annotation import attributions, quotations, trees
from storydiff.annotation.attributions import attributed_spans
from storydiff.annotation.dates import find_dates
from storydiff.annotation.kinds import HEADS, finish_kinds, label_kinds
from storydiff.annotation.language import is_english
from storydiff.annotation.names import find_names
from storydiff.annotation.parsing import LONGEST, Parser, SpacyParser
from storydiff.annotation.quantities import find_quantities
from storydiff.annotation.speakers import Cast
from storydiff.datatypes import Attribution, Mention, Report, Span, Statement
from storydiff.protocols import Annotated, Encoded, Parse
from storydiff.shipped import mark

__all__ = ["NewsAnnotator", "attribute", "attributed_spans"]


@dataclass(frozen=True)
class NewsAnnotator:
    """Kinds, attributions, names, quantities and dates of news in English.

    Of reports in other languages it finds the quotations alone, without their
    speakers, and says so in a note.

    Attributes:
        parser: gives the words, tags and dependencies of English statements.
    """

    parser: Parser = field(default_factory=SpacyParser)

    def __repr__(self) -> str:
        return f"NewsAnnotator(parser={self.parser!r}, kinds={mark(HEADS)!r})"

    def annotate(self, reports: Sequence[Report], statements: Sequence[Statement]) -> Annotated:
        """Statements with annotations, in the same order, and a parse for each.

        ``statements`` are those of ``reports`` (by ``statement.report``, each
        report's in order). Statements of the kind "other" get no annotations.
        Raises `MissingDependencyError` where the parser's model is not installed.
        """
        english = {report.id for report in reports if is_english(report)}
        parses = self.parse(statements, english=english)
        names = find_names(statements, parses)
        marked = list(statements)
        for report in reports:
            own = [i for i, s in enumerate(statements) if s.report == report.id]
            group = [statements[i] for i in own]
            found = attribute(report, group, [parses[i] for i in own], [names[i] for i in own])
            for i, attributed in zip(own, found, strict=True):
                marked[i] = _with_values(report, statements[i], attributed, names[i], english)
        labelled = label_kinds(tuple(marked), parses)
        return Annotated(tuple(labelled), parses, _notes(reports, statements, english))

    def finish(self, annotated: Annotated, encoded: Encoded) -> tuple[Statement, ...]:
        """The statements with the kinds that could only be told once there were vectors."""
        return tuple(finish_kinds(annotated.statements, annotated.parses, encoded))

    def parse(
        self, statements: Sequence[Statement], *, english: Collection[str] | None = None
    ) -> tuple[Parse, ...]:
        """A parse of each statement, empty for furniture.

        ``english`` are the ids of the reports to parse; all where None.
        """
        wanted = [
            i
            for i, s in enumerate(statements)
            if _is_news(s) and (english is None or s.report in english)
        ]
        parses = [Parse.empty() for _ in statements]
        done = self.parser.parse(
            [statements[i].text for i in wanted], offsets=[statements[i].start for i in wanted]
        )
        for i, parse in zip(wanted, done, strict=True):
            parses[i] = parse
        return tuple(parses)


def attribute(
    report: Report,
    statements: Sequence[Statement],
    parses: Sequence[Parse],
    names: Sequence[Sequence[Mention]],
) -> list[tuple[Attribution, ...]]:
    """The attributions of each statement of one report, whole wherever they begin.

    An attribution stands with every statement that its content touches.
    ``parses`` and ``names`` are parallel to ``statements``.
    """
    news = [i for i, statement in enumerate(statements) if _is_news(statement)]
    chosen = [statements[i] for i in news]
    forest = [trees.grow(parses[i], report.text) for i in news]
    marks = quotations.find_quotations(report.text, _paragraphs(chosen))
    drafts = attributions.draft(report.text, chosen, forest, marks)
    cast = Cast(report.text, chosen, [names[i] for i in news])
    grouped: list[list[Attribution]] = [[] for _ in statements]
    for number, attribution in attributions.spread(drafts, chosen, cast):
        grouped[news[number]].append(attribution)
    return [tuple(group) for group in grouped]


def _is_news(statement: Statement) -> bool:
    return statement.kinds != ("other",)


def _paragraphs(statements: Sequence[Statement]) -> list[Span]:
    """The spans of the paragraphs that statements stand in."""
    spans: list[Span] = []
    number = None
    for statement in statements:
        if spans and statement.paragraph == number:
            spans[-1] = (spans[-1][0], statement.end)
        else:
            spans.append(statement.span)
        number = statement.paragraph
    return spans


def _with_values(
    report: Report,
    statement: Statement,
    attributed: tuple[Attribution, ...],
    names: tuple[Mention, ...],
    english: set[str],
) -> Statement:
    """A statement with its attributions, names, quantities and dates."""
    if not _is_news(statement):
        return statement
    update: dict[str, object] = {"attributions": attributed, "names": names}
    if report.id in english:
        update["quantities"] = find_quantities(statement.text, offset=statement.start)
        update["dates"] = find_dates(statement.text, offset=statement.start, published=report.date)
    return statement.model_copy(update=update)


def _notes(
    reports: Sequence[Report], statements: Sequence[Statement], english: set[str]
) -> tuple[str, ...]:
    """What could not be judged, one note a report."""
    notes = [
        f"report {report.outlet!r} is not in English: quotation marks alone were judged, "
        "not names, quantities, dates or indirect speech"
        for report in reports
        if report.id not in english
    ]
    notes += [
        f"statement {s.id} of report {s.outlet!r} has more than {LONGEST} characters "
        "and was not parsed"
        for s in statements
        if len(s.text) > LONGEST and s.report in english and _is_news(s)
    ]
    return tuple(notes)
