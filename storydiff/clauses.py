"""The parts of statements that links tie together, and which of them tell one thing.

A statement often asserts several things, and a link shares only some of them.
The parts that links tie together (`storydiff.ties`) are clauses here; clauses of
different reports that tell one thing make a row of the table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product

from storydiff.clustering import Edge, Grouping, group
from storydiff.datatypes import Link, Statement
from storydiff.likelihoods import Likelihoods
from storydiff.ties import Parts, Tie, region_of
from storydiff.utterances import quotations_of, utterances_of


@dataclass(frozen=True, slots=True)
class Touch:
    """A tie as one of its statements sees it: the other one, and the own characters shared.

    ``apart`` says that the two quote different utterances of one speaker.
    """

    other: int
    mask: int
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Clauses:
    """Parts of statements, told apart by the ties that touch them.

    Attributes:
        statements: those of the story.
        links: the strongest first.
        ties: what they tie together, in their order.
        node_of: statement index → its text's index (statements of one text are one).
        owners: text index → the reports that have it.
        ends: for each tie the clauses (indices into ``texts``) of its two sides.
        texts: clause index → text index.
        barred: pairs of clauses that never stand in one row.
        joined: pairs of clauses that hold one utterance.
    """

    statements: tuple[Statement, ...]
    links: tuple[Link, ...]
    ties: tuple[Tie, ...]
    node_of: tuple[int, ...]
    owners: tuple[frozenset[str], ...]
    ends: tuple[tuple[int, int], ...]
    texts: tuple[int, ...]
    barred: frozenset[tuple[int, int]]
    joined: frozenset[tuple[int, int]]

    @classmethod
    def of(cls, parts: Parts, links: Sequence[Link], *, overlap: float) -> Clauses:
        """The clauses of a story.

        ``overlap`` is the least share of the smaller of two regions that makes
        them one clause, if the two ties share some of the same words there; a
        quotation counts as a whole.
        """
        statements = parts.statements
        index = {s.id: i for i, s in enumerate(statements)}
        ordered = sorted(links, key=lambda x: (-x.score, index[x.a], index[x.b]))
        ties = [
            tie
            for k, link in enumerate(ordered)
            for tie in parts.ties(k, index[link.a], index[link.b], link)
        ]
        known: dict[str, int] = {}
        node_of = tuple(known.setdefault(s.text, len(known)) for s in statements)
        owners: list[set[str]] = [set() for _ in known]
        for node, s in zip(node_of, statements, strict=True):
            owners[node].add(s.report)
        seeds: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
        texts: list[int] = []
        regions: list[int] = []

        def clause(i: int, mask: int, shared: int) -> int:
            for number, seed, said in seeds[node_of[i]]:
                smaller = min(mask.bit_count(), seed.bit_count())
                if (mask & seed).bit_count() >= overlap * smaller and shared & said:
                    regions[number] |= mask
                    return number
            seeds[node_of[i]].append((len(texts), mask, shared))
            texts.append(node_of[i])
            regions.append(mask)
            return len(texts) - 1

        ends = tuple(
            (
                clause(t.places[0], t.regions[0], parts.said(t.places[0], t.shared[0])),
                clause(t.places[1], t.regions[1], parts.said(t.places[1], t.shared[1])),
            )
            for t in ties
        )
        joined, apart = _utterances(statements, ordered, node_of, texts, regions)
        by_text: defaultdict[int, list[int]] = defaultdict(list)
        for number, text in enumerate(texts):
            by_text[text].append(number)
        of_one = {pair for clauses in by_text.values() for pair in combinations(clauses, 2)}
        return cls(
            statements,
            tuple(ordered),
            tuple(ties),
            node_of,
            tuple(map(frozenset, owners)),
            ends,
            tuple(texts),
            frozenset(of_one | apart),
            frozenset(joined),
        )

    def bundles(
        self, probabilities: Likelihoods, *, join: float, cohesion: float
    ) -> list[tuple[int, ...]]:
        """Ties by row: indices of the ties whose two ends stand in one group of clauses."""
        owners = [self.owners[text] for text in self.texts]
        weights = self._weights(probabilities)
        edges: list[Edge] = [(i, j, w) for (i, j), w in weights.items()]
        grouping = Grouping(join=join, cohesion=cohesion)
        groups = group(owners, edges, barred=self.barred, grouping=grouping)
        group_of = {clause: g for g, members in enumerate(groups) for clause in members}
        inside: defaultdict[int, list[int]] = defaultdict(list)
        for k, (a, b) in enumerate(self.ends):
            if group_of[a] == group_of[b]:
                inside[group_of[a]].append(k)
        return [tuple(inside[g]) for g in sorted(inside)]

    def loose(self, bundles: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
        """Ties whose ends fell into different groups, those between the same two in one row.

        Only those of links that stand in no row yet; and not those of two utterances
        of one speaker, which make none. A clause without a row is a group of its own.
        A tie goes into the first row of its two groups that has no clause barred from
        its own, so near-copies of one sentence are not told pair by pair.
        """
        placed = {self.ties[k].link for bundle in bundles for k in bundle}
        row_of = {c: g for g, bundle in enumerate(bundles) for k in bundle for c in self.ends[k]}
        group_of = [row_of.get(c, len(bundles) + c) for c in range(len(self.texts))]
        rows: defaultdict[tuple[int, int], list[tuple[set[int], list[int]]]] = defaultdict(list)
        for k, (a, b) in enumerate(self.ends):
            low, high = sorted((self.texts[a], self.texts[b]))
            if self.ties[k].link in placed or self.apart(k):
                continue
            if low == high or self.owners[low] != self.owners[high]:
                between = rows[min(group_of[a], group_of[b]), max(group_of[a], group_of[b])]
                found = next((x for x in between if not self._bars(x[0], {a, b})), None)
                if found is None:
                    between.append(found := (set(), []))
                found[0].update((a, b))
                found[1].append(k)
        return [tuple(members) for between in rows.values() for _, members in between]

    def _bars(self, some: set[int], others: set[int]) -> bool:
        """Whether a clause of some is barred from one of others."""
        return any((min(a, b), max(a, b)) in self.barred for a in some for b in others)

    def apart(self, tie: int) -> bool:
        """Whether a tie joins two different utterances of one speaker."""
        a, b = self.ends[tie]
        return self.texts[a] != self.texts[b] and (min(a, b), max(a, b)) in self.barred

    def touching(self) -> dict[int, list[Touch]]:
        """The ties that each statement has."""
        touches: defaultdict[int, list[Touch]] = defaultdict(list)
        for k, tie in enumerate(self.ties):
            (i, j), apart = tie.places, self.apart(k)
            touches[i].append(Touch(j, tie.shared[0], apart))
            touches[j].append(Touch(i, tie.shared[1], apart))
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
        for (a, b), tie in zip(self.ends, self.ties, strict=True):
            if a != b:
                low, high = min(a, b), max(a, b)
                score = self.links[tie.link].score
                weights[low, high] = max(weights.get((low, high), 0.0), score)
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
        return weights | dict.fromkeys(self.joined, 1.0)


def _utterances(
    statements: Sequence[Statement],
    links: Sequence[Link],
    node_of: Sequence[int],
    texts: Sequence[int],
    regions: Sequence[int],
) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Pairs of clauses that hold one utterance, and pairs that hold two of one speaker."""
    quotations = quotations_of(statements)
    utterance_of = {
        k: u for u, members in enumerate(utterances_of(quotations, links)) for k in members
    }
    place = {s.id: i for i, s in enumerate(statements)}
    quoting: defaultdict[int, list[int]] = defaultdict(list)
    for k, q in enumerate(quotations):
        quoting[node_of[place[q.statement]]].append(k)
    held: dict[int, set[tuple[str | None, int]]] = {}
    for clause, (text, region) in enumerate(zip(texts, regions, strict=True)):
        for k in quoting.get(text, ()):
            q = quotations[k]
            if region & region_of(statements[place[q.statement]], q.spans):
                held.setdefault(clause, set()).add((q.speaker, utterance_of[k]))
    joined, apart = set(), set()
    for a, b in combinations(sorted(held), 2):
        if {u for _, u in held[a]} & {u for _, u in held[b]}:
            joined.add((a, b))
        elif {s for s, _ in held[a] if s} & {s for s, _ in held[b] if s}:
            apart.add((a, b))
    return joined, apart
