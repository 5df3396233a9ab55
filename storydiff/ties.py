"""What a link ties together: a part of one statement and a part of the other.

Where there is a parse, the parts are propositions (`storydiff.propositions`), and
a link between compound statements ties each proposition that it shares to the
one whose words match its own. Without a parse a link ties what its shared spans
enclose. Parts are bit masks over the characters of their statement, so union,
intersection and length are exact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from storydiff.datatypes import Link, Span, Statement
from storydiff.propositions import propositions, spans_shown
from storydiff.protocols import Parse
from storydiff.words import Words, words_of


def mask_of(spans: Iterable[Span], *, start: int, length: int) -> int:
    """Spans as a bit mask over a statement that begins at ``start``; none mean all of it."""
    mask = 0
    for low, high in spans:
        mask |= ((1 << (high - low)) - 1) << (low - start)
    return mask or (1 << length) - 1


def spans_of(mask: int, *, start: int) -> tuple[Span, ...]:
    """The runs of a bit mask, as spans of the report."""
    spans = []
    position = start
    while mask:
        skip = (mask & -mask).bit_length() - 1
        mask >>= skip
        run = (~mask & (mask + 1)).bit_length() - 1
        spans.append((position + skip, position + skip + run))
        mask >>= run
        position += skip + run
    return tuple(spans)


def region_of(statement: Statement, spans: Sequence[Span]) -> int:
    """Spans of the report as a bit mask over a statement; none mean all of it."""
    return mask_of(spans, start=statement.start, length=statement.end - statement.start)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a statement: its own characters, those shown for it, those of content words.

    ``size`` counts its content words.
    """

    own: int
    shown: int
    content: int
    size: int


@dataclass(frozen=True, slots=True)
class Tie:
    """What a link shares between two parts.

    Attributes:
        link: index of the link.
        places: indices of the two statements.
        shared: the characters that the link shares on either side.
        regions: the characters of the two parts.
        shown: the characters to show for them.
    """

    link: int
    places: tuple[int, int]
    shared: tuple[int, int]
    regions: tuple[int, int]
    shown: tuple[int, int]


@dataclass(frozen=True)
class Parts:
    """The statements of a story with their words and propositions, each looked at once.

    Attributes:
        statements: those of the story.
        parses: parallel to them; empty where nothing could parse.
        gap: characters between two shared spans that still make them one region, where
            there is no parse.
        least: least share of the content of a proposition that a link must share to
            tie it.
    """

    statements: tuple[Statement, ...]
    parses: tuple[Parse, ...]
    gap: int
    least: float
    _words: dict[int, Words] = field(default_factory=dict, repr=False)
    _parts: dict[str, tuple[Part, ...]] = field(default_factory=dict, repr=False)

    def words(self, i: int) -> Words:
        """The words of a statement."""
        if i not in self._words:
            s = self.statements[i]
            parse = self.parses[i] if self.parses else Parse.empty()
            self._words[i] = words_of(s.text, parse, start=s.start)
        return self._words[i]

    def content(self, i: int) -> int:
        """The characters of the content words of a statement; all where it has none."""
        words = self.words(i)
        spans = [
            (int(s), int(e))
            for s, e, c in zip(words.starts, words.ends, words.content, strict=True)
            if c
        ]
        return mask_of(spans, start=0, length=len(self.statements[i].text))

    def parts(self, i: int) -> tuple[Part, ...]:
        """The propositions of a statement; those of one text are the same. None without a parse."""
        s = self.statements[i]
        if s.text not in self._parts:
            self._parts[s.text] = tuple(self._cut(i))
        return self._parts[s.text]

    def _cut(self, i: int) -> Iterator[Part]:
        s, words, content = self.statements[i], self.words(i), self.content(i)
        length = len(s.text)
        quoted = [[(a - s.start, b - s.start) for a, b in spans] for spans in quoted_in(s)]
        for proposition in propositions(words, quoted=quoted):
            own = [(int(words.starts[k]), int(words.ends[k])) for k in proposition.words]
            mask = mask_of(own, start=0, length=length)
            shown = mask_of(spans_shown(words, proposition), start=0, length=length)
            size = int(words.content[list(proposition.words)].sum())
            yield Part(mask, shown, (mask & content) or mask, size)

    def ties(self, k: int, i: int, j: int, link: Link) -> Iterator[Tie]:
        """What link ``k`` ties together in statements ``i`` and ``j``; at least one tie."""
        shared = (
            region_of(self.statements[i], link.spans_a),
            region_of(self.statements[j], link.spans_b),
        )
        chosen = self._chosen(i, shared[0]), self._chosen(j, shared[1])
        if not self.parts(i) or not self.parts(j):
            regions = tuple(
                _union(p.own for p in parts) if parts else self._enclosed(place, spans)
                for place, parts, spans in zip(
                    (i, j), chosen, (link.spans_a, link.spans_b), strict=True
                )
            )
            shown = tuple(
                _union(p.shown for p in parts) if parts else mask
                for parts, mask in zip(chosen, shared, strict=True)
            )
            yield Tie(k, (i, j), shared, (regions[0], regions[1]), (shown[0], shown[1]))
            return
        for a, b in self._paired(i, j, link, *chosen):
            yield Tie(
                k,
                (i, j),
                (shared[0] & a.own or a.own, shared[1] & b.own or b.own),
                (a.own, b.own),
                (a.shown, b.shown),
            )

    def _chosen(self, i: int, shared: int) -> list[Part]:
        """The propositions that a link shares enough of, or the one that it shares most of."""
        parts = self.parts(i)
        amounts = [(p.content & shared).bit_count() for p in parts]
        found = [
            p
            for p, amount in zip(parts, amounts, strict=True)
            if amount >= self.least * p.content.bit_count()
        ]
        return found or [parts[amounts.index(max(amounts))]] if parts else []

    def _paired(
        self, i: int, j: int, link: Link, mine: Sequence[Part], theirs: Sequence[Part]
    ) -> list[tuple[Part, Part]]:
        """Each chosen proposition with the chosen one whose words match its own best.

        Only where enough of the smaller one's words match; else the best pair alone.
        """
        counts: defaultdict[tuple[int, int], float] = defaultdict(float)
        for word in link.words:
            a, b = region_of(self.statements[i], [word.a]), region_of(self.statements[j], [word.b])
            for x, p in enumerate(mine):
                for y, q in enumerate(theirs):
                    if p.own & a and q.own & b:
                        counts[x, y] += word.similarity
        across, down = range(len(mine)), range(len(theirs))
        best = {(x, max((counts[x, y], -y, y) for y in down)[2]) for x in across}
        best |= {(max((counts[x, y], -x, x) for x in across)[2], y) for y in down}
        enough = {
            (x, y)
            for x, y in best
            if counts[x, y] >= self.least * min(mine[x].size, theirs[y].size) > 0
        }
        most = max(sorted(best), key=lambda pair: counts[pair])
        return [(mine[x], theirs[y]) for x, y in sorted(enough or {most})]

    def _enclosed(self, i: int, spans: Sequence[Span]) -> int:
        """Shared spans with what stands between them, and the whole of what is quoted there."""
        s = self.statements[i]
        closed: list[Span] = []
        for start, end in sorted(spans):
            if closed and start - closed[-1][1] <= self.gap:
                closed[-1] = (closed[-1][0], max(end, closed[-1][1]))
            else:
                closed.append((start, end))
        return self.said(i, region_of(s, closed))

    def said(self, i: int, mask: int) -> int:
        """Characters of a statement with the whole of each quotation that they touch."""
        s = self.statements[i]
        for quoted in quoted_in(s):
            quotation = region_of(s, quoted)
            mask |= quotation if quotation & mask else 0
        return mask


def quoted_in(statement: Statement) -> list[tuple[Span, ...]]:
    """The spans of each quotation in a statement, as positions of the report."""
    found = []
    for a in statement.attributions:
        if a.mode != "indirect":
            spans = [(max(s, statement.start), min(e, statement.end)) for s, e in a.content]
            inside = tuple((s, e) for s, e in spans if s < e)
            found += [inside] if inside else []
    return found


def _union(masks: Iterable[int]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union
