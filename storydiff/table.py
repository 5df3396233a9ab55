"""From links to facts: the table whose rows are propositions and whose columns are reports.

The rule. (1) Statements of one text are one, so a copied report changes nothing
but itself. (2) The links of a statement are sorted into clauses by where in the
statement their shared spans lie, strongest link first: a link belongs to the
first clause whose strongest link shares at least half of the smaller span with
it. (3) Clauses of different reports are grouped as `clustering` says, and two
clauses of one statement never stand in one group; nor do two quotations of one
speaker that no link joins. (4) A link whose ends fell into different groups
makes a row of its own. So a compound sentence stands in several rows, each
link between texts stands in at least one, and a lead chains nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from storydiff.clustering import Edge, Grouping, group
from storydiff.datatypes import (
    KINDS,
    Cell,
    Kind,
    Link,
    Nearest,
    Report,
    Row,
    Span,
    Statement,
)
from storydiff.protocols import Floats


@dataclass(frozen=True, slots=True)
class Table:
    """How links become rows, and rows become cells.

    Attributes:
        cohesion: least mean probability between two groups of clauses that join, in [0, 1].
        overlap: least share of the smaller of two spans that they must have in
            common to lie in one clause, in (0, 1].
        whole: least mean share of the others' spans that a report must cover to
            tell a fact wholly, not partly, in [0, 1].
        short: reports with fewer content statements than this are short items,
            whose silence tells nothing.
    """

    cohesion: float = 0.35
    overlap: float = 0.5
    whole: float = 0.5
    short: int = 3

    def rows(
        self,
        reports: Sequence[Report],
        statements: Sequence[Statement],
        links: Sequence[Link],
        *,
        probabilities: Floats,
        origin_of: Mapping[str, str] | None = None,
    ) -> tuple[Row, ...]:
        """The facts of a story, in the order in which they are first told.

        ``probabilities`` is float32 ``(n, n)``, parallel to ``statements``;
        ``origin_of`` names the origin of each report (by default its own).
        """
        clauses = _Clauses.of(statements, links, overlap=self.overlap)
        bundles = clauses.bundles(probabilities, cohesion=self.cohesion)
        loose = clauses.loose(bundles)
        view = _View(self, tuple(reports), tuple(statements), probabilities, origin_of or {})
        drafts = [view.draft(bundle, clauses) for bundle in (*bundles, *loose)]
        placed = {i for draft in drafts for i in draft.members}
        drafts += [view.alone(members) for members in clauses.rest(placed)]
        order = {report.id: k for k, report in enumerate(reports)}
        drafts.sort(
            key=lambda d: (
                min((statements[i].index, order[statements[i].report]) for i in d.members),
                d.members,
            )
        )
        return tuple(view.row(f"f{k}", draft) for k, draft in enumerate(drafts, start=1))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A row to be: its statements, their spans, and the links that make it."""

    members: tuple[int, ...]
    spans: Mapping[int, tuple[Span, ...]]
    links: tuple[tuple[int, int, Link], ...] = ()


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
class _Clauses:
    """Parts of statements, told apart by the links that touch them.

    Attributes:
        node_of: statement index → its text's index (statements of one text are one).
        owners: text index → the reports that have it.
        places: (statement, statement) of each link, in the order of ``links``.
        ends: for each link the clauses (indices into ``texts``) of its two sides.
        texts: clause index → text index.
    """

    statements: tuple[Statement, ...]
    links: tuple[Link, ...]
    places: tuple[tuple[int, int], ...]
    masks: tuple[tuple[int, int], ...]
    node_of: tuple[int, ...]
    owners: tuple[frozenset[str], ...]
    ends: tuple[tuple[int, int], ...]
    texts: tuple[int, ...]

    @classmethod
    def of(
        cls, statements: Sequence[Statement], links: Sequence[Link], *, overlap: float
    ) -> _Clauses:
        index = {s.id: i for i, s in enumerate(statements)}
        ordered = sorted(links, key=lambda x: (-x.score, index[x.a], index[x.b]))
        places = tuple((index[x.a], index[x.b]) for x in ordered)
        masks = tuple(
            (_region(statements[i], x.spans_a), _region(statements[j], x.spans_b))
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
            (clause(i, ma), clause(j, mb)) for (i, j), (ma, mb) in zip(places, masks, strict=True)
        )
        return cls(
            tuple(statements),
            tuple(ordered),
            places,
            masks,
            node_of,
            tuple(map(frozenset, owners)),
            ends,
            tuple(texts),
        )

    def bundles(self, probabilities: Floats, *, cohesion: float) -> list[tuple[int, ...]]:
        """Links by row: indices of the links whose two ends stand in one group of clauses."""
        owners = [self.owners[text] for text in self.texts]
        weights = self._weights(probabilities)
        edges: list[Edge] = [(i, j, w) for (i, j), w in weights.items()]
        joinable = [x.score for x in self.links]
        grouping = Grouping(join=min(joinable, default=1.0), cohesion=cohesion)
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

    def rest(self, placed: set[int]) -> list[tuple[int, ...]]:
        """Content statements that stand in no row yet, those of one text together."""
        rows: defaultdict[int, list[int]] = defaultdict(list)
        for i, (node, s) in enumerate(zip(self.node_of, self.statements, strict=True)):
            if i not in placed and s.kinds != ("other",):
                rows[node].append(i)
        return [tuple(members) for members in rows.values()]

    def _weights(self, probabilities: Floats) -> dict[tuple[int, int], float]:
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
        places = np.array([first[text] for text in self.texts], np.intp)
        near = probabilities[np.ix_(places, places)] if len(places) else np.zeros((0, 0))
        for a, b in np.argwhere(np.triu(near, 1) > 0).tolist():
            if tuple(sorted((self.texts[a], self.texts[b]))) not in linked_texts:
                weights.setdefault((a, b), float(near[a, b]))
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


def _region(statement: Statement, spans: Sequence[Span]) -> int:
    length = statement.end - statement.start
    return mask_of(spans, start=statement.start, length=length)


def _quoted_speaker(statement: Statement) -> str | None:
    """Who is quoted in a statement, where that is one known speaker."""
    speakers = {
        a.speaker for a in statement.attributions if a.mode in ("direct", "mixed") and a.speaker
    }
    return speakers.pop() if len(speakers) == 1 else None


@dataclass(frozen=True, slots=True)
class _View:
    """What is needed to turn drafts into rows."""

    rule: Table
    reports: tuple[Report, ...]
    statements: tuple[Statement, ...]
    probabilities: Floats
    origin_of: Mapping[str, str]

    def draft(self, bundle: Sequence[int], clauses: _Clauses) -> _Draft:
        """The row that some links make: each statement with the union of their shared spans."""
        masks: defaultdict[int, int] = defaultdict(int)
        links = []
        for k in bundle:
            for i, mask in zip(clauses.places[k], clauses.masks[k], strict=True):
                masks[i] |= mask
            links.append((*clauses.places[k], clauses.links[k]))
        spans = {i: spans_of(masks[i], start=self.statements[i].start) for i in sorted(masks)}
        return _Draft(tuple(sorted(masks)), spans, tuple(links))

    def alone(self, members: Sequence[int]) -> _Draft:
        """The row of statements that nothing links."""
        return _Draft(tuple(members), {i: (self.statements[i].span,) for i in members})

    def row(self, name: str, draft: _Draft) -> Row:
        """A draft with a cell for every report."""
        ids = {i: self.statements[i].id for i in draft.members}
        tellers: defaultdict[str, list[int]] = defaultdict(list)
        for i in draft.members:
            tellers[self.statements[i].report].append(i)
        cells = {r.id: self._cell(r, draft, tellers) for r in self.reports}
        origins = {self.origin_of.get(report, report) for report in tellers}
        sure = [link.score for _, _, link in draft.links]
        score = round(sum(sure) / len(sure), 6) if sure else 1.0
        return Row(
            id=name,
            statements=tuple(ids.values()),
            spans={ids[i]: spans for i, spans in draft.spans.items()},
            cells=cells,
            kinds=self._kinds(draft.members),
            score=score,
            support=len(tellers),
            origins=len(origins),
            weight=round(self._weight(draft, len(origins), score), 6),
        )

    def _kinds(self, members: Sequence[int]) -> tuple[Kind, ...]:
        present = {kind for i in members for kind in self.statements[i].kinds}
        return tuple(kind for kind in KINDS if kind in present)

    def _weight(self, draft: _Draft, origins: int, score: float) -> float:
        """How weighty a fact is, in [0, 1]: share of origins × sureness × how early it stands."""
        total = len({self.origin_of.get(r.id, r.id) for r in self.reports})
        last = {s.report: s.index for s in self.statements}
        first: dict[str, float] = {}
        for i in draft.members:
            s = self.statements[i]
            first.setdefault(s.report, s.index / max(1, last[s.report]))
        early = 1 - 0.5 * sum(first.values()) / len(first)
        return origins / max(1, total) * score * early

    def _cell(self, report: Report, draft: _Draft, tellers: Mapping[str, Sequence[int]]) -> Cell:
        if report.id in tellers:
            missing = self._missing(report.id, draft)
            return Cell(
                state="partly" if missing else "told",
                statements=tuple(self.statements[i].id for i in tellers[report.id]),
                missing=missing,
            )
        reason = self._unknowable(report, tellers)
        return Cell(
            state="unknowable" if reason else "not_found",
            nearest=self._nearest(report.id, draft.members),
            reason=reason,
        )

    def _missing(self, report: str, draft: _Draft) -> tuple[Span, ...]:
        """What the others' spans hold beyond this report, where it covers less than ``whole``."""
        covered: defaultdict[int, int] = defaultdict(int)
        for i, j, link in draft.links:
            for mine, other, spans in ((i, j, link.spans_b), (j, i, link.spans_a)):
                if self.statements[mine].report == report:
                    covered[other] |= _region(self.statements[other], spans)
        if not covered:
            return ()
        full = {i: _region(self.statements[i], draft.spans[i]) for i in covered}
        shares = [(covered[i] & full[i]).bit_count() / max(1, full[i].bit_count()) for i in full]
        if sum(shares) / len(shares) >= self.rule.whole:
            return ()
        first = min(covered)
        return spans_of(full[first] & ~covered[first], start=self.statements[first].start)

    def _unknowable(self, report: Report, tellers: Mapping[str, Sequence[int]]) -> str:
        """Why a report's silence tells nothing, or the empty string."""
        if report.truncated:
            return "the report is truncated"
        content = sum(1 for s in self.statements if s.report == report.id and s.kinds != ("other",))
        if content < self.rule.short:
            return f"a short item of {content} statements"
        dates = [r.date for r in self.reports if r.id in tellers]
        known = [d for d in dates if d is not None]
        if report.date and known and len(known) == len(dates) and report.date < min(known):
            return f"published {report.date}, before the first report of it on {min(known)}"
        return ""

    def _nearest(self, report: str, members: Sequence[int]) -> Nearest | None:
        """The report's statement that comes closest to the row, and how close."""
        own = [i for i, s in enumerate(self.statements) if s.report == report]
        if not own:
            return None
        block = self.probabilities[np.ix_(own, list(members))].max(axis=1)
        best = int(block.argmax())
        if block[best] <= 0:
            return None
        return Nearest(statement=self.statements[own[best]].id, score=round(float(block[best]), 6))
