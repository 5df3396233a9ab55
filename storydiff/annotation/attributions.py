"""Attributions of one report: readings of its statements joined with its quotation marks.

A reading (see `storydiff.annotation.constructions`) says who reports what in one
statement; a quotation says which characters are someone else's words. Joined,
they give attributions whose content may run over several statements. An
attribution is attached to every statement that its content touches, with its
spans whole; `attributed_spans` clips them to one statement. Reasons and
figures: docs/design/0036-attributions.md.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from storydiff.annotation import comments
from storydiff.annotation.constructions import Reading, read
from storydiff.annotation.quotations import SCARE, Quotation, is_title
from storydiff.annotation.speakers import Cast
from storydiff.annotation.trees import Tree
from storydiff.datatypes import Attribution, Mode, Polarity, Source, Span, Statement


@dataclass(slots=True)
class Draft:
    """An attribution in the making; ``named`` is where its source is told apart best."""

    statement: int
    paragraph: int
    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: list[Span]
    rule: str
    polarity: Polarity = "asserted"
    quotes: bool = False
    sort: str = "say"
    lemma: str = ""
    named: tuple[Span, ...] = ()
    told: Span | None = None
    mode: Mode = "indirect"
    quoted: list[Quotation] = field(default_factory=list)


def attributed_spans(statement: Statement) -> tuple[Span, ...]:
    """The characters of a statement that are attributed content, clipped to it and joined.

    Spans are code points of the report's text, in order, none overlapping.
    """
    inside = [
        (max(start, statement.start), min(end, statement.end))
        for attribution in statement.attributions
        for start, end in attribution.content
    ]
    return join_spans(span for span in inside if span[0] < span[1])


def join_spans(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order, those that overlap or touch joined."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def draft(
    text: str,
    statements: Sequence[Statement],
    trees: Sequence[Tree],
    quotations: Sequence[Quotation],
) -> list[Draft]:
    """The attributions of one report, in the order of their statements.

    ``trees`` are parallel to ``statements``; ``quotations`` are in order. The
    statements that are furniture should have been left out by the caller.
    """
    marks = _Marks(text, statements, quotations)
    drafts = [
        made
        for number, tree in enumerate(trees)
        for made in _of_statement(number, statements[number], tree, marks)
    ]
    covered = _join_quotations(drafts, marks)
    drafts = [made for made in drafts if made.content or made.rule == "bare"]
    drafts = _attach_rest(drafts, marks, covered, statements)
    drafts = [made for made in drafts if made.content]
    for made in drafts:
        made.content = list(join_spans(made.content))
        made.mode = _mode(text, made, quotations)
    return sorted(drafts, key=lambda made: (made.statement, made.content[0]))


class _Marks:
    """The quotations of a report, looked up by place."""

    def __init__(
        self, text: str, statements: Sequence[Statement], quotations: Sequence[Quotation]
    ) -> None:
        self.text = text
        self.quotations = [q for q in quotations if q.words]
        self._starts = [q.start for q in self.quotations]
        self._statement_starts = [s.start for s in statements]

    def near(self, start: int, end: int) -> list[Quotation]:
        """The quotations that share a character with a span."""
        at = max(0, bisect_right(self._starts, start) - 1)
        found = []
        while at < len(self.quotations) and self.quotations[at].start < end:
            if self.quotations[at].end > start:
                found.append(self.quotations[at])
            at += 1
        return found

    def statement_at(self, place: int) -> int:
        """The number of the last statement that starts at or before a place."""
        return max(0, bisect_right(self._statement_starts, place) - 1)


def _of_statement(number: int, statement: Statement, tree: Tree, marks: _Marks) -> list[Draft]:
    made = []
    for reading in read(tree):
        words = comments.cut(tree, reading)
        if not words and reading.rule != "bare":
            continue
        cue = tree.spans(reading.cue)
        inside = marks.near(*cue[0])
        if inside and inside[0].start <= cue[0][0] and inside[0].words >= SCARE:
            continue
        made.append(
            Draft(
                number,
                statement.paragraph,
                tree.spans(reading.source),
                cue,
                list(_whole(tree, words)),
                reading.rule,
                polarity=_polarity(reading),
                quotes=reading.quotes,
                sort=reading.entry.sort,
                lemma=tree.lemmas[reading.head],
                named=_referent(tree, reading),
                told=_told(tree, reading),
            )
        )
    return made


def _whole(tree: Tree, words: Sequence[int]) -> tuple[Span, ...]:
    """Spans of content words; a gap of punctuation alone is closed."""
    kept = set(words)
    for word in range(min(kept, default=0), max(kept, default=0)):
        if word not in kept and word - 1 in kept and tree.relations[word] == "punct":
            kept.add(word)
    runs = tree.spans(sorted(kept))
    return tuple(run for run in runs if run[1] - run[0] > 1 or len(runs) == 1)


def _polarity(reading: Reading) -> Polarity:
    """What the cue says of the content, negation included."""
    if not reading.negated:
        return reading.entry.polarity
    if reading.rule == "adjective":
        return "doubted" if reading.entry.polarity == "asserted" else "asserted"
    return {"asserted": "denied", "denied": "doubted", "doubted": "asserted"}[  # type: ignore[return-value]
        reading.entry.polarity
    ]


def _referent(tree: Tree, reading: Reading) -> tuple[Span, ...]:
    """Where the source is named: for "who" and "which", the noun that they stand for."""
    if len(reading.source) == 1 and tree.words[reading.source[0]] in ("who", "which", "that"):
        for above in tree.ancestors(reading.source[0]):
            if tree.relations[above] == "relcl":
                noun = tree.heads[above]
                return tree.spans(tree.subtree(noun, without=[above]))
    return tree.spans(reading.source)


def _told(tree: Tree, reading: Reading) -> Span | None:
    """The one told ("told the Gazette that …"), where the cue takes one."""
    if "r" not in reading.entry.frames:
        return None
    for child in tree.children[reading.head]:
        if tree.relations[child] in ("dobj", "dative") and child > reading.head:
            if tree.tags[child].startswith("NNP"):
                return tree.span(tree.left[child], tree.right[child])
            return None
    return None


def _join_quotations(drafts: list[Draft], marks: _Marks) -> set[Quotation]:
    """Widen contents to the whole quotations that they share; which ones are covered."""
    covered: set[Quotation] = set()
    for made in drafts:
        for span in list(made.content):
            for quotation in marks.near(*span):
                if any(quotation.start <= a and b <= quotation.end for a, b in made.cue):
                    continue
                covered.add(quotation)
                made.quoted.append(quotation)
                shared = min(quotation.end, span[1]) - max(quotation.start, span[0])
                if made.quotes or shared * 2 > quotation.end - quotation.start:
                    made.content.append(quotation.span)
    return covered


def _attach_rest(
    drafts: list[Draft],
    marks: _Marks,
    covered: set[Quotation],
    statements: Sequence[Statement],
) -> list[Draft]:
    """Give every quotation that nothing covers yet to the one who most likely speaks."""
    by_statement: dict[int, list[Draft]] = {}
    for made in drafts:
        by_statement.setdefault(made.statement, []).append(made)
    last: Draft | None = None
    owners: dict[Quotation, Draft] = {q: made for made in drafts for q in made.quoted}
    for quotation in marks.quotations:
        if quotation in covered:
            last = owners.get(quotation, last)
            continue
        number = marks.statement_at(quotation.start)
        ending = marks.statement_at(max(quotation.start, quotation.end - 1))
        owner = _beside(by_statement, number, ending, quotation)
        paragraph = statements[number].paragraph
        if owner is None and quotation.words >= SCARE:
            owner = _before(by_statement, statements, number, quotation, marks)
            if (
                owner is None
                and last is not None
                and (quotation.continues or paragraph == last.paragraph)
            ):
                owner = last
        if owner is not None:
            owner.content.append(quotation.span)
            owner.quoted.append(quotation)
            last = owner
        elif quotation.words >= SCARE and not is_title(marks.text[slice(*quotation.span)]):
            last = _alone(quotation, number, paragraph, last)
            drafts.append(last)
            by_statement.setdefault(number, []).append(last)
    return drafts


def _beside(
    by_statement: dict[int, list[Draft]], number: int, ending: int, quotation: Quotation
) -> Draft | None:
    """The nearest cue in the quotation's own statements that can introduce a quotation."""
    candidates = [
        made
        for at in {number, ending}
        for made in by_statement.get(at, ())
        if made.quotes and made.cue
        and (made.rule == "bare" or quotation.words >= SCARE)
        and not (made.rule != "bare" and made.sort not in ("say",))
    ]
    if not candidates:
        return None
    return min(candidates, key=lambda made: _distance(made.cue[0], quotation.span))


def _distance(a: Span, b: Span) -> int:
    return max(a[0] - b[1], b[0] - a[1], 0)


def _before(
    by_statement: dict[int, list[Draft]],
    statements: Sequence[Statement],
    number: int,
    quotation: Quotation,
    marks: _Marks,
) -> Draft | None:
    """The cue of the statement before, where that introduces or shares the paragraph."""
    if number == 0:
        return None
    earlier = statements[number - 1]
    introduces = earlier.text.rstrip().endswith(":")
    if not introduces and earlier.paragraph != statements[number].paragraph:
        return None
    candidates = [made for made in by_statement.get(number - 1, ()) if made.quotes]
    if not introduces:
        candidates = [made for made in candidates if made.quoted]
    return max(candidates, key=lambda made: (made.cue or made.content)[0], default=None)


def _alone(quotation: Quotation, number: int, paragraph: int, last: Draft | None) -> Draft:
    """An attribution of a quotation with no cue, to the speaker of the quotation before."""
    near = last is not None and paragraph - last.paragraph <= 1
    return Draft(
        number,
        paragraph,
        last.source if near and last else (),
        (),
        [quotation.span],
        "alone",
        quotes=True,
        named=last.named if near and last else (),
        quoted=[quotation],
    )


def _mode(text: str, made: Draft, quotations: Sequence[Quotation]) -> Mode:
    """Direct where all content stands in quotation marks, mixed where a part does."""
    quoted = made.quoted
    inside = total = 0
    for start, end in made.content:
        total += sum(not c.isspace() for c in text[start:end])
        for quotation in quoted:
            a, b = max(start, quotation.start), min(end, quotation.end)
            if a < b:
                inside += sum(not c.isspace() for c in text[a:b])
    if not inside:
        return "indirect"
    return "direct" if inside >= 0.9 * total else "mixed"


def spread(
    drafts: Sequence[Draft], statements: Sequence[Statement], cast: Cast
) -> Iterator[tuple[int, Attribution]]:
    """Finished attributions with the number of each statement that they touch, in order.

    ``drafts`` are in the order of the text, as `draft` gives them.
    """
    starts = [statement.start for statement in statements]
    speakers = {id(made): cast.resolve(made.named or made.source) for made in drafts}
    enclosing = _enclosing(drafts)
    for made in drafts:
        attribution = Attribution(
            source=made.source,
            cue=made.cue,
            content=tuple(made.content),
            mode=made.mode,
            speaker=speakers[id(made)],
            polarity=made.polarity,
            chain=_chain(made, enclosing, speakers, cast),
        )
        touched: set[int] = set()
        for start, end in made.content:
            first = max(0, bisect_right(starts, start) - 1)
            last = max(0, bisect_right(starts, end - 1) - 1)
            touched.update(
                n
                for n in range(first, last + 1)
                if max(start, statements[n].start) < min(end, statements[n].end)
            )
        for number in sorted(touched):
            yield number, attribution


def _enclosing(drafts: Sequence[Draft]) -> dict[int, Draft]:
    """The narrowest attribution whose content holds the source and cue of another."""
    holders: dict[int, Draft] = {}
    for i, made in enumerate(drafts):
        places = [*made.source, *made.cue]
        if not made.cue:
            continue
        for other in drafts[max(0, i - 12) : i + 12]:
            if other is made or not all(
                any(a <= start and end <= b for a, b in other.content) for start, end in places
            ):
                continue
            held = holders.get(id(made))
            if held is None or _size(other) < _size(held):
                holders[id(made)] = other
    return holders


def _size(made: Draft) -> int:
    return sum(end - start for start, end in made.content)


def _chain(
    made: Draft, enclosing: dict[int, Draft], speakers: dict[int, str | None], cast: Cast
) -> tuple[Source, ...]:
    """The sources of an attribution, outermost first, where there are two or more."""
    links: list[Source] = []
    at: Draft | None = made
    for _ in range(4):
        if at is None:
            break
        if at.source:
            span = (at.source[0][0], at.source[-1][1])
            links.append(Source(span=span, speaker=speakers[id(at)]))
        if at.told is not None and (outlet := cast.outlet(at.told)) is not None:
            links.append(Source(span=at.told, speaker=outlet))
        at = enclosing.get(id(at))
    return tuple(reversed(links)) if len(links) > 1 else ()
