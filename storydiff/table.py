"""From links to facts: the table whose rows are propositions and whose columns are reports.

The rule. (0) A link tells when it is more likely than not; a weaker one is a
near miss. (1) Statements of one text are one, so a copied report changes nothing
but itself. (2) A link ties together propositions of its two statements, each a
predicate with its arguments, as `ties` says; without a parse it ties together
what its shared spans enclose, and ties belong to one clause where they share at
least half of the smaller region and say some of the same words there, strongest
link first (one tie shares "detained two", the other "during a protest": two clauses).
(3) Clauses of different reports are grouped as `clustering` says, and two clauses of one
statement never stand in one group. Versions of one utterance (`utterances`) weigh
as surely one; different utterances of one speaker never stand in one row. (4) Ties
whose ends fell into different groups make further rows if their links stand in no row
yet, unless they are two utterances of one speaker: those between the same two groups
make one row, as far as (3) lets their clauses stand together. So a compound
sentence stands in several rows and a lead chains nothing. (5) A report without a
statement in a row still tells its fact in part where a tie of it shares at least half
of the words that the row's own ties share there: what is told next door is never
called not found.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from storydiff.clauses import Clauses, Touch
from storydiff.datatypes import (
    KINDS,
    Cell,
    CellState,
    Kind,
    Link,
    Nearest,
    Report,
    Row,
    Span,
    Statement,
)
from storydiff.details import added_spans
from storydiff.likelihoods import Likelihoods
from storydiff.protocols import Parse
from storydiff.ties import Parts, Tie, region_of, spans_of


@dataclass(frozen=True, slots=True)
class Table:
    """How links become rows, and rows become cells.

    Attributes:
        join: least probability of a link that counts as telling, in [0, 1]; a
            weaker one is shown as a near miss.
        cohesion: least mean probability between two groups of clauses that join, in [0, 1].
        overlap: least share of the smaller of two regions that they must have in
            common to lie in one clause, in (0, 1].
        gap: characters between two shared spans that still make them one region, where
            there is no parse.
        part: least share of the content words of a proposition that a link must share
            to tie it, in [0, 1].
        whole: least mean share of the others' content words that a report must cover
            to tell a fact wholly, not partly, in [0, 1].
        short: reports with fewer content statements than this are short items,
            whose silence tells nothing.
    """

    join: float = 0.5
    cohesion: float = 0.45
    overlap: float = 0.5
    gap: int = 12
    part: float = 0.4
    whole: float = 0.4
    short: int = 3

    def rows(
        self,
        reports: Sequence[Report],
        statements: Sequence[Statement],
        links: Sequence[Link],
        *,
        probabilities: Likelihoods,
        parses: Sequence[Parse] | None = None,
        origin_of: Mapping[str, str] | None = None,
    ) -> tuple[Row, ...]:
        """The facts of a story, in the order in which they are first told.

        ``probabilities`` is parallel to ``statements``, and so are ``parses`` (without
        them statements are cut by their shared spans alone); ``origin_of`` names the
        origin of each statement (by default its report's).
        """
        likely = [link for link in links if link.score >= self.join]
        parts = Parts(tuple(statements), tuple(parses or ()), self.gap, self.part)
        clauses = Clauses.of(parts, likely, overlap=self.overlap)
        bundles = clauses.bundles(probabilities, join=self.join, cohesion=self.cohesion)
        loose = clauses.loose(bundles)
        view = _View(
            self,
            tuple(reports),
            tuple(statements),
            probabilities,
            origin_of or {},
            clauses.touching(),
            parts,
            Counter(s.report for s in statements if s.kinds != ("other",)),
            {s.report: s.index for s in statements},
            len({(origin_of or {}).get(s.id, s.report) for s in statements}),
        )
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
    """A row to be: its statements, their spans, and the ties that make it, with their links."""

    members: tuple[int, ...]
    spans: Mapping[int, tuple[Span, ...]]
    ties: tuple[tuple[Tie, Link], ...] = ()


@dataclass(frozen=True, slots=True)
class _View:
    """What is needed to turn drafts into rows.

    ``content`` counts the content statements of each report, ``last`` is the index of
    its last statement, ``told`` is the number of origins in all.
    """

    rule: Table
    reports: tuple[Report, ...]
    statements: tuple[Statement, ...]
    probabilities: Likelihoods
    origin_of: Mapping[str, str]
    touching: Mapping[int, Sequence[Touch]]
    parts: Parts
    content: Mapping[str, int]
    last: Mapping[str, int]
    told: int

    def draft(self, bundle: Sequence[int], clauses: Clauses) -> _Draft:
        """The row that some ties make: each statement with what is shown for them."""
        masks: defaultdict[int, int] = defaultdict(int)
        ties = tuple(clauses.ties[k] for k in bundle)
        for tie in ties:
            for i, mask in zip(tie.places, tie.shown, strict=True):
                masks[i] |= mask
        spans = {i: spans_of(masks[i], start=self.statements[i].start) for i in sorted(masks)}
        linked = tuple((tie, clauses.links[tie.link]) for tie in ties)
        return _Draft(tuple(sorted(masks)), spans, linked)

    def alone(self, members: Sequence[int]) -> _Draft:
        """The row of statements that nothing links."""
        return _Draft(tuple(members), {i: (self.statements[i].span,) for i in members})

    def row(self, name: str, draft: _Draft) -> Row:
        """A draft with a cell for every report."""
        ids = {i: self.statements[i].id for i in draft.members}
        shares = self._shares(draft)
        nearest = self._nearest(draft.members, shares)
        cells = {r.id: self._cell(r, draft, shares, nearest) for r in self.reports}
        tellers = [name for name, cell in cells.items() if cell.state in ("told", "partly")]
        origins = self._origins(cells)
        sure = [x.score for x in {tie.link: link for tie, link in draft.ties}.values()]
        score = round(sum(sure) / len(sure), 6) if sure else 1.0
        return Row(
            id=name,
            statements=tuple(ids.values()),
            spans={ids[i]: spans for i, spans in draft.spans.items()},
            cells=cells,
            kinds=self._kinds(draft.members),
            score=score,
            support=len(tellers),
            origins=origins,
            weight=round(self._weight(draft, origins, score), 6),
        )

    def _kinds(self, members: Sequence[int]) -> tuple[Kind, ...]:
        present = {kind for i in members for kind in self.statements[i].kinds}
        return tuple(kind for kind in KINDS if kind in present)

    def _origins(self, cells: Mapping[str, Cell]) -> int:
        """How many origins tell a fact: reports that share one count once."""
        groups: list[set[str]] = []
        for name, cell in cells.items():
            keys = {self.origin_of.get(s, name) for s in cell.statements}
            touched = [group for group in groups if group & keys]
            groups = [group for group in groups if not group & keys]
            if keys:
                groups.append(keys.union(*touched))
        return len(groups)

    def _weight(self, draft: _Draft, origins: int, score: float) -> float:
        """How weighty a fact is, in [0, 1]: share of origins × sureness × how early it stands."""
        first: dict[str, float] = {}
        for i in draft.members:
            s = self.statements[i]
            first.setdefault(s.report, s.index / max(1, self.last[s.report]))
        early = 1 - 0.5 * sum(first.values()) / len(first)
        return origins / max(1, self.told) * score * early

    def _shares(self, draft: _Draft) -> dict[tuple[int, int], float]:
        """How much of the row each linked statement shares: (statement, member) → [0, 1].

        Another utterance of one speaker shares nothing.
        """
        shares: dict[tuple[int, int], float] = {}
        told: defaultdict[int, int] = defaultdict(int)
        for tie, _ in draft.ties:
            for i, mask in zip(tie.places, tie.shared, strict=True):
                told[i] |= mask
        for member in draft.members:
            row = told[member] or region_of(self.statements[member], draft.spans[member])
            for touch in self.touching.get(member, ()):
                if touch.apart:
                    shares.setdefault((touch.other, member), 0.0)
                    continue
                smaller = max(1, min(row.bit_count(), touch.mask.bit_count()))
                share = (row & touch.mask).bit_count() / smaller
                shares[touch.other, member] = max(share, shares.get((touch.other, member), 0.0))
        return shares

    def _cell(
        self,
        report: Report,
        draft: _Draft,
        shares: Mapping[tuple[int, int], float],
        nearest: Mapping[str, Nearest],
    ) -> Cell:
        mine = tuple(i for i in draft.members if self.statements[i].report == report.id)
        if mine:
            holder, missing = self._missing(report.id, draft)
            return self._told(mine, "partly" if missing else "told", missing, holder)
        beside = sorted(
            {
                i
                for (i, _), share in shares.items()
                if share >= self.rule.overlap and self.statements[i].report == report.id
            }
        )
        if beside:
            return self._told(beside, "partly")
        tellers = {self.statements[i].report for i in draft.members}
        reason = self._unknowable(report, tellers)
        return Cell(
            state="unknowable" if reason else "not_found",
            nearest=nearest.get(report.id),
            reason=reason,
        )

    def _told(
        self,
        places: Sequence[int],
        state: CellState,
        missing: tuple[Span, ...] = (),
        holder: str = "",
    ) -> Cell:
        statements = tuple(self.statements[i].id for i in places)
        return Cell(state=state, statements=statements, missing=missing, missing_in=holder)

    def _missing(self, report: str, draft: _Draft) -> tuple[str, tuple[Span, ...]]:
        """What a statement of the row says beyond this report, and which statement that is.

        Whole phrases, as `details` cuts them. Nothing where the report covers at least
        ``whole`` of the content of the others' words.
        """
        covered: defaultdict[int, int] = defaultdict(int)
        for tie, _ in draft.ties:
            for side in (0, 1):
                if self.statements[tie.places[side]].report == report:
                    covered[tie.places[1 - side]] |= tie.shared[1 - side]
        if not covered:
            return "", ()
        full = {i: self._content(i, draft) for i in covered}
        shares = [(covered[i] & full[i]).bit_count() / max(1, full[i].bit_count()) for i in full]
        if sum(shares) / len(shares) >= self.rule.whole:
            return "", ()
        first = min(covered)
        missing = self._phrases(first, full[first] & ~covered[first])
        return (self.statements[first].id, missing) if missing else ("", ())

    def _content(self, i: int, draft: _Draft) -> int:
        """The characters of content words in what the row shows of a statement."""
        shown = region_of(self.statements[i], draft.spans[i])
        return shown & self.parts.content(i) or shown

    def _phrases(self, i: int, missing: int) -> tuple[Span, ...]:
        """The whole phrases of a statement that hold characters and nothing else of content."""
        words, start = self.parts.words(i), self.statements[i].start
        covered = np.array(
            [
                not missing & region_of(self.statements[i], [(start + int(s), start + int(e))])
                for s, e in zip(words.starts, words.ends, strict=True)
            ],
            bool,
        )
        return tuple((start + s, start + e) for s, e in added_spans(words, covered))

    def _unknowable(self, report: Report, tellers: Collection[str]) -> str:
        """Why a report's silence tells nothing, or the empty string."""
        if report.truncated:
            return "the report is truncated"
        content = self.content.get(report.id, 0)
        if content < self.rule.short:
            return f"a short item of {content} statements"
        dates = [r.date for r in self.reports if r.id in tellers]
        known = [d for d in dates if d is not None]
        if report.date and known and len(known) == len(dates) and report.date < min(known):
            return f"published {report.date}, before the first report of it on {min(known)}"
        return ""

    def _nearest(
        self, members: Sequence[int], shares: Mapping[tuple[int, int], float]
    ) -> dict[str, Nearest]:
        """For each report its statement that comes closest to the row, and how close.

        A statement that a link joins to the row by other words than the row's is
        as near as its probability times the share of the row that it shares.
        """
        best: dict[str, tuple[float, int]] = {}
        for member in members:
            for i, p in zip(*(x.tolist() for x in self.probabilities.row(member)), strict=True):
                near = p * shares.get((i, member), 1.0)
                known = best.get(self.statements[i].report, (0.0, -1))
                if near > known[0] or (near == known[0] and i < known[1]):
                    best[self.statements[i].report] = (near, i)
        return {
            report: Nearest(statement=self.statements[i].id, score=round(near, 6))
            for report, (near, i) in best.items()
        }
