"""The words of the house: frozen values that the stages hand to one another.

All positions are code points of a report's text, half-open: ``text[start:end]``.
Every string of a result is such a span; nothing is generated. These classes are
also the JSON contract: ``storydiff schema`` prints their JSON Schema.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from storydiff.errors import ReportError, unexpected
from storydiff.publication import day_of

SCHEMA: Final = "storydiff/1"

Span = tuple[int, int]
"""Half-open ``(start, end)`` in code points of the report's text."""

Kind = Literal["fact", "quote", "reported", "opinion", "other"]
KINDS: tuple[Kind, ...] = ("fact", "quote", "reported", "opinion", "other")

Role = Literal["headline", "body"]
Mode = Literal["direct", "indirect", "mixed"]
Polarity = Literal["asserted", "denied", "doubted"]
Relation = Literal["same", "overlap"]
CellState = Literal["told", "partly", "not_found", "unknowable"]
Bound = Literal["exact", "about", "at_least", "at_most", "more_than", "less_than", "range"]
NameType = Literal["person", "organisation", "place", "other"]
DifferenceType = Literal[
    "number",
    "date",
    "name",
    "polarity",
    "hedge",
    "attribution",
    "act",
    "quotation",
    "wording",
]

Probability = Annotated[float, Field(ge=0.0, le=1.0)]


class Value(BaseModel):
    """Base of all values: frozen, finite, and closed to keys that the contract does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Report(Value):
    """One outlet's text on the event.

    ``sentences`` are the spans of a report that came already split; a report
    without them is split by the segmenter. ``title`` is the headline: a text
    that begins with its title has it as statement 0.
    """

    text: str
    outlet: str
    id: str = ""
    title: str = ""
    published: str = ""
    url: str = ""
    language: str = ""
    truncated: bool = False
    sentences: tuple[Span, ...] | None = None

    @model_validator(mode="after")
    def _check(self) -> Report:
        if not self.outlet.strip():
            raise ReportError(unexpected("report: outlet", got=self.outlet, wanted="a name"))
        if self.sentences is not None:
            check_spans(self.sentences, length=len(self.text), what=f"report {self.outlet!r}")
        return self

    @classmethod
    def from_text(cls, text: str, *, outlet: str, title: str = "", **fields: str) -> Report:
        """A report whose first line is its title (put there if it is not)."""
        first = text.lstrip().partition("\n")[0].strip()
        if title and first != title.strip():
            text = f"{title}\n\n{text}"
        return cls.model_validate({**fields, "text": text, "outlet": outlet, "title": title})

    @classmethod
    def from_sentences(
        cls,
        sentences: Sequence[str],
        *,
        outlet: str,
        paragraph: Sequence[int] | None = None,
        **fields: str,
    ) -> Report:
        """A report that comes already split: statement ``i`` is sentence ``i``, exactly.

        The text is the sentences joined by one space, by a blank line where the
        paragraph number changes. An empty sentence keeps its index with a
        zero-length span. The title is metadata here, never a statement.

        Raises `ReportError` if ``paragraph`` has another length than ``sentences``.
        """
        if paragraph is not None and len(paragraph) not in (0, len(sentences)):
            raise ReportError(
                unexpected(
                    f"report {outlet!r}: paragraph",
                    got=len(paragraph),
                    wanted=f"{len(sentences)} numbers, one for each sentence",
                )
            )
        pieces: list[str] = []
        spans: list[Span] = []
        position = 0
        for i, sentence in enumerate(sentences):
            if i:
                gap = "\n\n" if paragraph and paragraph[i] != paragraph[i - 1] else " "
                pieces.append(gap)
                position += len(gap)
            pieces.append(sentence)
            spans.append((position, position + len(sentence)))
            position += len(sentence)
        return cls.model_validate(
            {**fields, "text": "".join(pieces), "outlet": outlet, "sentences": tuple(spans)}
        )

    @property
    def date(self) -> dt.date | None:
        """The day of publication, or None where it is missing or may mean more than one."""
        return day_of(self.published)


class Mention(Value):
    """A name where it stands, and the entity it was merged into."""

    span: Span
    type: NameType
    entity: str = Field(description="the fullest name of the entity in the story")


class Quantity(Value):
    """A number as told: a value or a range, how it is bounded, and what it counts."""

    span: Span
    low: float | None
    high: float | None
    bound: Bound = "exact"
    unit: str = ""
    noun: Span | None = None


class DateMention(Value):
    """A date or weekday, resolved to an interval of days (both inclusive) where possible."""

    span: Span
    start: str = ""
    end: str = ""


class Source(Value):
    """One link of a chain of sources: where it is named, and who that is."""

    span: Span
    speaker: str | None = None


class Attribution(Value):
    """Who says what: source, cue and content spans (the terms of PARC and PolNeAR).

    The source may lie in another statement of the same report. ``chain`` holds
    the sources outermost first where there are two or more ("a source told the
    Gazette that …": the Gazette, then its source).
    """

    source: tuple[Span, ...] = ()
    cue: tuple[Span, ...] = ()
    content: tuple[Span, ...]
    mode: Mode
    speaker: str | None = None
    polarity: Polarity = "asserted"
    chain: tuple[Source, ...] = ()


class Statement(Value):
    """One sentence of a report: ``report.text[start:end] == text``, always."""

    id: str
    report: str
    outlet: str
    index: int
    start: int
    end: int
    text: str
    paragraph: int = 0
    role: Role = "body"
    kinds: tuple[Kind, ...] = ()
    kind_scores: Mapping[Kind, Probability] = {}
    attributions: tuple[Attribution, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    dates: tuple[DateMention, ...] = ()
    names: tuple[Mention, ...] = ()

    @property
    def span(self) -> Span:
        """``(start, end)`` in the report's text."""
        return (self.start, self.end)


class Difference(Value):
    """What differs between the two sides of a link, with the span on each side.

    ``score`` says of a conflict how likely a reader calls it one, and of any other
    difference how likely both sides answer one question; 1 where a rule leaves no doubt.
    """

    type: DifferenceType
    conflict: bool
    a: tuple[Span, ...]
    b: tuple[Span, ...]
    score: Probability = 1.0
    rule: str = Field(default="", description="the stated rule that found it")


class Evidence(Value):
    """One part of the reason for a link: its name, its value, and its share of the log-odds."""

    part: str
    value: float
    weight: float


class AlignedWords(Value):
    """Two words that match, with the similarity of their vectors in [-1, 1]."""

    a: Span
    b: Span
    similarity: float


class Link(Value):
    """Two statements of different reports that share a proposition."""

    a: str
    b: str
    relation: Relation
    score: Probability
    same_score: Probability = 0.0
    spans_a: tuple[Span, ...] = ()
    spans_b: tuple[Span, ...] = ()
    added_a: tuple[Span, ...] = Field(default=(), description="what only a says, within a")
    added_b: tuple[Span, ...] = Field(default=(), description="what only b says, within b")
    unsure: bool = False
    differences: tuple[Difference, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    words: tuple[AlignedWords, ...] = ()
    flips: tuple[str, ...] = Field(
        default=(), description="changes under which it is gone, where stability was asked for"
    )

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from storydiff.rendering import notebook

        return notebook.link_html(self)


class Contradiction(Value):
    """Two statements that share no clause but cannot both be true."""

    a: str
    b: str
    spans_a: tuple[Span, ...] = ()
    spans_b: tuple[Span, ...] = ()
    score: Probability = 1.0
    rule: str = ""


class Nearest(Value):
    """The nearest miss: the statement of a report that comes closest to a fact, and how close."""

    statement: str
    score: Probability


class Cell(Value):
    """Whether one report tells one fact. ``not_found`` is a relation, never a verdict."""

    state: CellState
    statements: tuple[str, ...] = ()
    missing: tuple[Span, ...] = Field(
        default=(), description="told in part: spans of the statement missing_in that are not told"
    )
    missing_in: str = ""
    nearest: Nearest | None = None
    reason: str = Field(default="", description="why a cell is unknowable")


class Row(Value):
    """One fact: a proposition, the statements and spans that tell it, and a cell per report."""

    id: str
    statements: tuple[str, ...]
    spans: Mapping[str, tuple[Span, ...]]
    cells: Mapping[str, Cell]
    kinds: tuple[Kind, ...] = ()
    score: Probability = 1.0
    support: int = Field(description="reports that tell it, wholly or in part")
    origins: int = Field(description="origins that tell it: copies of one wire text count once")
    weight: float = 0.0


class Origin(Value):
    """Reports that carry one text, wholly or in a passage, with the runs that show it."""

    id: str
    reports: tuple[str, ...]
    whole: bool = True
    credit: str = ""
    evidence: tuple[tuple[str, Span], ...] = ()


class Added(Value):
    """A fact that one report alone tells."""

    report: str
    row: str


class LeftOut(Value):
    """A fact that others tell and that was not found in one report."""

    report: str
    row: str
    support: int
    origins: int
    weight: float
    nearest: Nearest | None = None
    flips: tuple[str, ...] = Field(
        default=(), description="changes under which it is gone, where stability was asked for"
    )


def check_spans(spans: Sequence[Span], *, length: int, what: str) -> None:
    """Check that spans are in order, do not overlap and lie in a text of ``length``.

    Raises `ReportError` naming the first that does not.
    """
    last = 0
    for start, end in spans:
        if not last <= start <= end <= length:
            raise ReportError(
                unexpected(
                    f"{what}: sentence span",
                    got=(start, end),
                    wanted=f"spans in order within 0..{length}, the next from {last} on",
                )
            )
        last = end


def cut(text: str, spans: Sequence[Span]) -> tuple[str, ...]:
    """The strings that spans cut from a text."""
    return tuple(text[start:end] for start, end in spans)
