"""Quotation marks joined with readings: whole quotations, continued ones, and blocks.

What `storydiff.annotation.constructions` reads off one statement is widened to
the whole quotation that it shares; every quotation that is left goes to the one
who most likely speaks. See docs/design/0036-attributions.md.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from storydiff.annotation import sources
from storydiff.annotation.drafts import Draft, join_spans
from storydiff.annotation.quotations import SCARE, Quotation, is_title
from storydiff.annotation.readings import subject_of
from storydiff.annotation.trees import Tree
from storydiff.datatypes import Span, Statement
from storydiff.lexicons import words as lexicon

_BLOCK = 4
"""Paragraphs that a block quotation without marks has at most."""


class Marks:
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

    def speaks(self, quotation: Quotation) -> bool:
        """Whether a quotation is speech by its looks: its length, or ``“Quiet,”`` and ``“No!”``."""
        if quotation.words >= SCARE:
            return True
        inner = self.text[quotation.start : quotation.end].strip("\"“”„‟«»'‘’`＂ ")
        before = self.text[max(0, quotation.start - 3) : quotation.start].rstrip()
        uttered = inner[-1:] in (",", "?", "!") or (inner[-1:] == "." and before[-1:] in (",", ":"))
        return uttered and inner[:1].isupper() and not is_title(inner)

    def sentence_start(self, quotation: Quotation) -> int:
        """Where a quotation begins if it begins a sentence after a comma or colon, or else 0."""
        inner = self.text[quotation.start : quotation.end].strip("\"“”„‟«»'‘’`＂ ")
        before = self.text[max(0, quotation.start - 3) : quotation.start].rstrip()
        return quotation.start if inner[:1].isupper() and before[-1:] in (",", ":", "(") else 0

    def statement_at(self, place: int) -> int:
        """The number of the last statement that starts at or before a place."""
        return max(0, bisect_right(self._statement_starts, place) - 1)


def join_quotations(drafts: Sequence[Draft], marks: Marks) -> set[Quotation]:
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


def tidy(drafts: Sequence[Draft], marks: Marks) -> None:
    """Put right what a parse gets wrong beside quotation marks.

    A quotation that ends right before "she said" is the whole content, so what
    follows unquoted is not; nor is what follows a quotation that ends with a
    comma before its mark. "Called the plan "a sham"" takes the quoted predicate.
    """
    for made in drafts:
        if not made.cue:
            continue
        if made.lemma in lexicon("naming_verbs") and made.rule in ("object", "name", "bare"):
            _take_predicate(made, marks)
        if made.quotes and made.content:
            _drop_unquoted(made, marks)


def _take_predicate(made: Draft, marks: Marks) -> None:
    after = made.cue[-1][1]
    reach = max([after, *(end for _, end in made.content)])
    for quotation in marks.near(reach, reach + 60):
        between = marks.text[reach : quotation.start]
        if quotation.start >= reach and not set(between) & set(".;:\n"):
            start = min([a for a, _ in made.content if a >= after] or [after + 1])
            made.content = [(start, quotation.end)]
            made.quoted.append(quotation)
            return


def _drop_unquoted(made: Draft, marks: Marks) -> None:
    _free_source(made, marks)
    low = min(start for start, _ in [*made.cue, *made.source])
    high = max(end for _, end in made.cue)
    spans = join_spans(made.content)
    fronted = [q for q in made.quoted if marks.speaks(q) and 0 <= low - q.end <= 2]
    if fronted:
        spans = tuple(s for s in spans if s[0] < low or _is_said(s, marks))
        begun = marks.sentence_start(fronted[0])
        if begun:
            spans = tuple((max(a, begun), b) for a, b in spans if b > begun)
    if any(0 <= q.start - high <= 2 and marks.sentence_start(q) for q in made.quoted):
        spans = tuple(s for s in spans if s[1] > low or _is_said(s, marks))
    last = max(made.quoted, key=lambda q: q.end, default=None)
    if last is not None and marks.speaks(last) and high <= last.start:
        ends_with_comma = marks.text[last.start : last.end].rstrip("\"”'’").endswith(",")
        if ends_with_comma and last.end < spans[-1][1]:
            spans = tuple((a, min(b, last.end)) for a, b in spans if a < last.end)
    made.content = list(spans)


def _is_said(span: Span, marks: Marks) -> bool:
    """Whether a span holds a quotation that is no title: "“Yes,” he said on “Good Day”"."""
    return any(not is_title(marks.text[slice(*q.span)]) for q in marks.near(*span))


def _free_source(made: Draft, marks: Marks) -> None:
    """Give back to the source what a parse made content: "“Yes,” Ada Byron, a clerk, said"."""
    start = made.cue[0][0]
    if made.source and not any(a <= made.source[0][0] < b for a, b in made.content):
        return
    for quotation in made.quoted:
        between = (quotation.end, start)
        if not marks.speaks(quotation) or not 3 < between[1] - between[0] < 200:
            continue
        if quotation.closed and any(a < start and b > quotation.end + 3 for a, b in made.content):
            text = marks.text[slice(*between)]
            if set(text) & set(".;:\n") or not text.strip():
                continue
            left = len(text) - len(text.lstrip())
            source = (between[0] + left, between[0] + len(text.rstrip()))
            made.source = made.named = (source,)
            made.content = [span for span in made.content if span[0] >= start]
            made.content.append(quotation.span)
            return


def attach_rest(
    drafts: list[Draft],
    marks: Marks,
    covered: set[Quotation],
    statements: Sequence[Statement],
    trees: Sequence[Tree],
) -> list[Draft]:
    """Give every quotation that nothing covers yet to the one who most likely speaks."""
    by_statement: dict[int, list[Draft]] = {}
    for made in drafts:
        by_statement.setdefault(made.statement, []).append(made)
    owners: dict[Quotation, Draft] = {q: made for made in drafts for q in made.quoted}
    last: Draft | None = None
    for quotation in marks.quotations:
        if quotation in covered:
            last = owners.get(quotation, last)
            continue
        number = marks.statement_at(quotation.start)
        ending = marks.statement_at(max(quotation.start, quotation.end - 1))
        owner = _beside(by_statement, number, ending, quotation, marks)
        speaks = marks.speaks(quotation)
        fresh = None
        if owner is None and speaks:
            fresh = _alone(quotation, number, statements[number], trees[number])
            if not (
                fresh.source
                and marks.text[max(0, quotation.start - 3) : quotation.start].rstrip()[-1:]
                in (":", ",")
            ):
                fresh = None
        if not trees[number].tags:
            # Who speaks cannot be told without a parse: only what the marks join is one.
            same = last is not None and (quotation.continues or last.statement == number)
            owner = last if speaks and same else None
        elif owner is None and speaks and fresh is None:
            owner = _before(by_statement, statements, number)
            if owner is None and last is not None:
                owner = last if _carries_on(last, quotation, number, ending, statements) else None
        if owner is not None:
            _take(owner, quotation)
            if owner.cue:
                _drop_unquoted(owner, marks)
            last = owner
        elif speaks and not is_title(marks.text[slice(*quotation.span)]):
            last = fresh or _alone(quotation, number, statements[number], trees[number])
            if not last.source:
                last.source = last.named = sources.likely_speaker(
                    quotation, number, statements, trees
                )
            drafts.append(last)
            by_statement.setdefault(number, []).append(last)
    return drafts


def _take(owner: Draft, quotation: Quotation) -> None:
    """Add a quotation to a content."""
    owner.content.append(quotation.span)
    owner.quoted.append(quotation)


def _beside(
    by_statement: dict[int, list[Draft]],
    number: int,
    ending: int,
    quotation: Quotation,
    marks: Marks,
) -> Draft | None:
    """The nearest cue in the quotation's own statements that can introduce a quotation."""
    candidates = [
        made
        for at in {number, ending}
        for made in by_statement.get(at, ())
        if made.quotes and made.cue and _introduces(made, quotation, marks)
    ]
    return min(candidates, key=lambda made: _gap(made.cue[0], quotation.span), default=None)


def _introduces(made: Draft, quotation: Quotation, marks: Marks) -> bool:
    """Whether a cue can take one more quotation of its statement.

    A few quoted words need a verb of speech right at them.
    """
    if not marks.speaks(quotation):
        edges = [*made.cue, *made.source]
        near = min(_gap(edge, quotation.span) for edge in edges) <= 3
        return made.rule == "bare" and made.sort == "say" and near
    return made.rule == "bare" or made.sort in ("say", "show") or made.rule == "clause"


def _gap(a: Span, b: Span) -> int:
    return max(a[0] - b[1], b[0] - a[1], 0)


def _before(
    by_statement: dict[int, list[Draft]], statements: Sequence[Statement], number: int
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
    return max(candidates, key=_prominence, default=None)


def _prominence(made: Draft) -> tuple[bool, Span]:
    """Whoever has been quoted at length comes first, then whoever spoke last."""
    long = any(quotation.words >= SCARE for quotation in made.quoted)
    return (long, (made.cue or made.content)[0])


def _carries_on(
    last: Draft,
    quotation: Quotation,
    number: int,
    ending: int,
    statements: Sequence[Statement],
) -> bool:
    """Whether a quotation goes on where the speaker of the one before left off.

    So it does in the same paragraph, and where it is the whole of the next one.
    """
    paragraph = statements[number].paragraph
    if quotation.continues or paragraph == last.paragraph:
        return True
    end = max(b for _, b in last.content)
    previous = [s for s in statements[max(0, number - 3) : number] if s.end >= end]
    whole = quotation.start <= statements[number].start and quotation.end >= statements[ending].end
    return whole and len(previous) <= 1 and statements[number - 1].paragraph + 1 == paragraph


def _alone(quotation: Quotation, number: int, statement: Statement, tree: Tree) -> Draft:
    """An attribution of a quotation with no cue, to the subject of its statement if any."""
    source: tuple[Span, ...] = ()
    cue: tuple[Span, ...] = ()
    before = [
        word
        for word, tag in enumerate(tree.tags)
        if tag.startswith("VB") and tree.ends[word] <= quotation.start
    ]
    if before and tree.relations[before[-1]] not in ("aux", "auxpass", "amod"):
        subject = subject_of(tree, before[-1])
        cue = (tree.span(before[-1], before[-1]),)
        if subject is not None:
            source = (tree.span(tree.left[subject], subject),)
    return Draft(
        number,
        statement.paragraph,
        source,
        cue,
        [quotation.span],
        "alone",
        quotes=True,
        named=source,
        quoted=[quotation],
    )


def find_blocks(
    drafts: Sequence[Draft], statements: Sequence[Statement], trees: Sequence[Tree]
) -> list[Draft]:
    """Block quotations without marks: paragraphs after a source and a colon.

    A block ends before a paragraph that begins with a quotation mark or that
    names a new source, and has four paragraphs at most.
    """
    by_statement: dict[int, list[Draft]] = {}
    for made in drafts:
        by_statement.setdefault(made.statement, []).append(made)
    blocks: list[Draft] = []
    covered_to = -1
    for number, statement in enumerate(statements[:-1]):
        last_of_paragraph = statements[number + 1].paragraph != statement.paragraph
        if (
            number <= covered_to
            or not last_of_paragraph
            or not statement.text.rstrip().endswith(":")
        ):
            continue
        introducing = [made for made in by_statement.get(number, ()) if made.source and made.cue]
        end = _block_end(number + 1, by_statement, statements, trees)
        if not introducing or end == number + 1:
            continue
        first = min(introducing, key=lambda made: made.source[0])
        covered_to = end - 1
        content = [(statements[number + 1].start, statements[end - 1].end)]
        blocks.append(
            Draft(
                number,
                statement.paragraph,
                first.source,
                first.cue,
                content,
                "block",
                quotes=True,
                named=first.named,
                mode="direct",
            )
        )
    return blocks


def _block_end(
    start: int,
    by_statement: dict[int, list[Draft]],
    statements: Sequence[Statement],
    trees: Sequence[Tree],
) -> int:
    """The number of the first statement after a block that starts at ``start``."""
    at = start
    paragraphs = 0
    while at < len(statements) and paragraphs < _BLOCK:
        if statements[at].text[:1] in set("\"“„«''•-*") or _names_source(at, by_statement, trees):
            break
        paragraph = statements[at].paragraph
        while at < len(statements) and statements[at].paragraph == paragraph:
            at += 1
        paragraphs += 1
    return at


def _names_source(number: int, by_statement: dict[int, list[Draft]], trees: Sequence[Tree]) -> bool:
    """Whether a statement begins with a named source of its own."""
    tree = trees[number]
    for made in by_statement.get(number, ()):
        if made.sort not in ("say", "show") or not made.source:
            continue
        start, end = made.source[0]
        heads = [
            w
            for w in range(len(tree))
            if start <= tree.starts[w] < end and not start <= tree.starts[tree.heads[w]] < end
        ]
        if any(tree.tags[w].startswith("NNP") or tree.tags[w] == "PRP" for w in heads):
            return True
    return False
