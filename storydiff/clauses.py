"""The parts of statements that links touch, and which of them tell one thing.

A statement often asserts several things, and a link shares only some of them.
Where in the statement its shared spans lie tells the links of a statement
apart: that part is a clause here. Spans are handled as bit masks over the
characters of their statement, so union, intersection and length are exact.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product

from storydiff.clustering import Edge, Grouping, group
from storydiff.datatypes import Link, Span, Statement
from storydiff.likelihoods import Likelihoods


def mask_of(spans: Sequence[Span], *, start: int, length: int) -> int:
    """Spans as a bit mask over a statement that begins at ``start``; none mean all of it."""
    if not spans:
        return (1 << length) - 1
    mask = 0
    for low, high in spans:
        mask |= ((1 << (high - low)) - 1) << (low - start)
    return mask


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


@dataclass(frozen=True, slots=True)
class Touch:
    """A link as one of its statements sees it: the other one, and the own characters shared."""

    other: int
    mask: int


@dataclass(frozen=True, slots=True)
class Clauses:
    """Parts of statements, told apart by the links that touch them.

    Attributes:
        statements: those of the story.
        links: the strongest first.
        places: for each link the indices of its two statements.
        masks: for each link the characters shared on its two sides.
        regions: the same with what lies between them, the parts that the link is about.
        node_of: statement index → its text's index (statements of one text are one).
        owners: text index → the reports that have it.
        ends: for each link the clauses (indices into ``texts``) of its two sides.
        texts: clause index → text index.
    """

    statements: tuple[Statement, ...]
    links: tuple[Link, ...]
    places: tuple[tuple[int, int], ...]
    masks: tuple[tuple[int, int], ...]
    regions: tuple[tuple[int, int], ...]
    node_of: tuple[int, ...]
    owners: tuple[frozenset[str], ...]
    ends: tuple[tuple[int, int], ...]
    texts: tuple[int, ...]

    @classmethod
    def of(
        cls, statements: Sequence[Statement], links: Sequence[Link], *, overlap: float, gap: int
    ) -> Clauses:
        """The clauses of a story.

        ``overlap`` is the least share of the smaller of two regions that makes
        them one clause; shared spans that are at most ``gap`` characters apart
        are one region.
        """
        index = {s.id: i for i, s in enumerate(statements)}
        ordered = sorted(links, key=lambda x: (-x.score, index[x.a], index[x.b]))
        places = tuple((index[x.a], index[x.b]) for x in ordered)
        masks = tuple(
            (region_of(statements[i], x.spans_a), region_of(statements[j], x.spans_b))
            for (i, j), x in zip(places, ordered, strict=True)
        )
        regions = tuple(
            (_region(statements[i], x.spans_a, gap), _region(statements[j], x.spans_b, gap))
            for (i, j), x in zip(places, ordered, strict=True)
        )
        known: dict[str, int] = {}
        node_of = tuple(known.setdefault(s.text, len(known)) for s in statements)
        owners: list[set[str]] = [set() for _ in known]
        for node, s in zip(node_of, statements, strict=True):
            owners[node].add(s.report)
        seeds: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        texts: list[int] = []

        def clause(i: int, mask: int) -> int:
            for number, seed in seeds[node_of[i]]:
                smaller = min(mask.bit_count(), seed.bit_count())
                if (mask & seed).bit_count() >= overlap * smaller:
                    return number
            seeds[node_of[i]].append((len(texts), mask))
            texts.append(node_of[i])
            return len(texts) - 1

        ends = tuple(
            (clause(i, ma), clause(j, mb)) for (i, j), (ma, mb) in zip(places, regions, strict=True)
        )
        return cls(
            tuple(statements),
            tuple(ordered),
            places,
            masks,
            regions,
            node_of,
            tuple(map(frozenset, owners)),
            ends,
            tuple(texts),
        )

    def bundles(
        self, probabilities: Likelihoods, *, join: float, cohesion: float
    ) -> list[tuple[int, ...]]:
        """Links by row: indices of the links whose two ends stand in one group of clauses."""
        owners = [self.owners[text] for text in self.texts]
        weights = self._weights(probabilities)
        edges: list[Edge] = [(i, j, w) for (i, j), w in weights.items()]
        grouping = Grouping(join=join, cohesion=cohesion)
        groups = group(owners, edges, barred=self._barred(), grouping=grouping)
        group_of = {clause: g for g, members in enumerate(groups) for clause in members}
        inside: defaultdict[int, list[int]] = defaultdict(list)
        for k, (a, b) in enumerate(self.ends):
            if group_of[a] == group_of[b]:
                inside[group_of[a]].append(k)
        return [tuple(inside[g]) for g in sorted(inside)]

    def loose(self, bundles: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
        """Links whose ends fell into different groups, each pair of texts in a row of its own."""
        placed = {k for bundle in bundles for k in bundle}
        rows: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for k, (i, j) in enumerate(self.places):
            low, high = sorted((self.node_of[i], self.node_of[j]))
            if k not in placed and (low == high or self.owners[low] != self.owners[high]):
                rows[low, high].append(k)
        return [tuple(members) for members in rows.values()]

    def touching(self) -> dict[int, list[Touch]]:
        """The links that each statement has."""
        touches: defaultdict[int, list[Touch]] = defaultdict(list)
        for (i, j), (mask_i, mask_j) in zip(self.places, self.regions, strict=True):
            touches[i].append(Touch(j, mask_i))
            touches[j].append(Touch(i, mask_j))
        return dict(touches)

    def rest(self, placed: set[int]) -> list[tuple[int, ...]]:
        """Content statements that stand in no row yet, those of one text together."""
        rows: defaultdict[int, list[int]] = defaultdict(list)
        for i, (node, s) in enumerate(zip(self.node_of, self.statements, strict=True)):
            if i not in placed and s.kinds != ("other",):
                rows[node].append(i)
        return [tuple(members) for members in rows.values()]

    def _weights(self, probabilities: Likelihoods) -> dict[tuple[int, int], float]:
        """Weight of each pair of clauses: its link's score, else how near their statements are."""
        first: dict[int, int] = {}
        for i, node in enumerate(self.node_of):
            first.setdefault(node, i)
        linked_texts = {tuple(sorted((self.texts[a], self.texts[b]))) for a, b in self.ends}
        weights: dict[tuple[int, int], float] = {}
        for (a, b), link in zip(self.ends, self.links, strict=True):
            if a != b:
                low, high = min(a, b), max(a, b)
                weights[low, high] = max(weights.get((low, high), 0.0), link.score)
        clauses_at: defaultdict[int, list[int]] = defaultdict(list)
        for clause, text in enumerate(self.texts):
            clauses_at[first[text]].append(clause)
        for i in clauses_at:
            for j, near in zip(*(x.tolist() for x in probabilities.row(i)), strict=True):
                if j not in clauses_at or j < i:
                    continue
                if tuple(sorted((self.node_of[i], self.node_of[j]))) in linked_texts:
                    continue
                for a, b in product(clauses_at[i], clauses_at[j]):
                    weights.setdefault((min(a, b), max(a, b)), near)
        return weights

    def _barred(self) -> set[tuple[int, int]]:
        """Clauses of one statement, and quotations of one speaker that no link joins."""
        by_text: defaultdict[int, list[int]] = defaultdict(list)
        by_speaker: defaultdict[str, set[int]] = defaultdict(set)
        speaker_of = {
            node: speaker
            for node, s in zip(self.node_of, self.statements, strict=True)
            if (speaker := _quoted_speaker(s))
        }
        for clause, text in enumerate(self.texts):
            by_text[text].append(clause)
            if text in speaker_of:
                by_speaker[speaker_of[text]].add(clause)
        joined = {tuple(sorted((self.texts[a], self.texts[b]))) for a, b in self.ends}
        barred = {pair for clauses in by_text.values() for pair in combinations(clauses, 2)}
        for clauses in by_speaker.values():
            for a, b in combinations(sorted(clauses), 2):
                apart = self.owners[self.texts[a]] != self.owners[self.texts[b]]
                if apart and tuple(sorted((self.texts[a], self.texts[b]))) not in joined:
                    barred.add((a, b))
        return barred


def region_of(statement: Statement, spans: Sequence[Span]) -> int:
    """Spans of the report as a bit mask over a statement; none mean all of it."""
    length = statement.end - statement.start
    return mask_of(spans, start=statement.start, length=length)


def _region(statement: Statement, spans: Sequence[Span], gap: int) -> int:
    """What a link is about in a statement: its shared spans and what stands between them."""
    closed: list[Span] = []
    for start, end in sorted(spans):
        if closed and start - closed[-1][1] <= gap:
            closed[-1] = (closed[-1][0], max(end, closed[-1][1]))
        else:
            closed.append((start, end))
    return region_of(statement, closed)


def _quoted_speaker(statement: Statement) -> str | None:
    """Who is quoted in a statement, where that is one known speaker."""
    speakers = {
        a.speaker for a in statement.attributions if a.mode in ("direct", "mixed") and a.speaker
    }
    return speakers.pop() if len(speakers) == 1 else None
