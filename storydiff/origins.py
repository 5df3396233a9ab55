"""Origins: reports, or passages of them, that carry one text.

Five outlets that print one wire story are one witness. Two reports are copies
when enough of the shorter one's own words (direct quotations aside, because
independent reporters quote alike) lie in runs of at least `run` words that the
other has too; less is enough where both name one agency. Where two reports are
no copies but share a long run, that passage is one origin.

Shared runs are found through an index of all word n-grams (Broder, *On the
resemblance and containment of documents*, 1997, without the sampling), so only
reports that share something are compared. The shares are set in
docs/design/0005-origins.md.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from storydiff.datatypes import Origin, Report, Span, Statement
from storydiff.lexicons import entries

_WORD = re.compile(r"\w+")
_DATELINE = re.compile(r"^[^\n()]{2,60}\(([^()\n]{2,40})\)\s*[-–—]", re.MULTILINE)
_CONTRIBUTED = re.compile(r"([A-Z][\w .'’-]{1,40}?) contributed to this (?:report|story|article)")

Gram = tuple[str, ...]
_Passage = tuple[tuple[str, str], tuple[tuple[str, Span], ...]]


@dataclass(frozen=True, slots=True)
class Origins:
    """When two texts are one.

    Attributes:
        run: words in a row that must be shared for them to count.
        copied: least share of the shorter report's own words in such runs, in [0, 1].
        credited: the same where both reports name one agency.
        passage: least number of own words in a row for a shared passage.
        told: least share of a statement's words in a passage for it to be told from there.
    """

    run: int = 5
    copied: float = 0.42
    credited: float = 0.25
    passage: int = 25
    told: float = 0.8

    def find(
        self, reports: Sequence[Report], statements: Sequence[Statement]
    ) -> tuple[Origin, ...]:
        """Texts that two or more reports carry: whole copies first, then passages."""
        texts = [_Text.of(report, statements, run=self.run) for report in reports]
        copies = _Sets(len(texts))
        runs: dict[tuple[int, int], tuple[list[Span], list[Span]]] = {}
        passages: list[_Passage] = []
        for i, j in _candidates(texts):
            if copies.root(i) == copies.root(j):
                continue
            a, b = texts[i], texts[j]
            in_a, in_b = a.covered(b), b.covered(a)
            least = self.credited if a.credits & b.credits else self.copied
            if max(a.own_share(in_a), b.own_share(in_b)) >= least:
                copies.join(i, j)
                runs[i, j] = (a.runs(in_a), b.runs(in_b))
            else:
                passages += self._passages(reports[i].id, a, b, reports[j].id)
        whole = [
            self._origin(f"o{k}", [reports[i] for i in members], texts, members, runs)
            for k, members in enumerate(copies.groups(), start=1)
        ]
        part = [
            Origin(id=f"o{k}", reports=names, whole=False, evidence=evidence)
            for k, (names, evidence) in enumerate(passages, start=len(whole) + 1)
        ]
        return (*whole, *part)

    def _passages(self, name_a: str, a: _Text, b: _Text, name_b: str) -> list[_Passage]:
        """Long runs of own words that two reports share, with both places of each."""
        return [
            ((name_a, name_b), ((name_a, span), (name_b, other)))
            for span in a.runs(a.covered(b), least=self.passage)
            for other in b.places_of(_WORD.findall(a.text[span[0] : span[1]].lower()))
        ]

    def _origin(
        self,
        name: str,
        reports: Sequence[Report],
        texts: Sequence[_Text],
        members: Sequence[int],
        runs: Mapping[tuple[int, int], tuple[list[Span], list[Span]]],
    ) -> Origin:
        credits_ = Counter(credit for i in members for credit in texts[i].credits)
        shared = [credit for credit, count in sorted(credits_.items()) if count > 1]
        ids = {i: report.id for i, report in zip(members, reports, strict=True)}
        evidence: dict[tuple[str, Span], None] = {}
        for (i, j), (in_i, in_j) in sorted(runs.items()):
            if i in ids:
                evidence.update({(ids[i], span): None for span in in_i})
                evidence.update({(ids[j], span): None for span in in_j})
        return Origin(
            id=name,
            reports=tuple(ids.values()),
            credit=(shared or sorted(credits_) or [""])[0],
            evidence=tuple(sorted(evidence)),
        )

    def of_statements(
        self, origins: Sequence[Origin], statements: Sequence[Statement]
    ) -> dict[str, str]:
        """The origin of each statement: its passage's, else its report's."""
        whole = {r: origin.id for origin in origins if origin.whole for r in origin.reports}
        place = {s.id: k for k, s in enumerate(statements)}
        by_report: defaultdict[str, list[Statement]] = defaultdict(list)
        for s in statements:
            by_report[s.report].append(s)
        passages = _Sets(len(statements))
        inside = set()
        for origin in origins:
            if origin.whole:
                continue
            touched = [
                place[s.id]
                for report, span in origin.evidence
                for s in by_report[report]
                if _inside(s, span) >= self.told
            ]
            inside.update(touched)
            for k in touched[1:]:
                passages.join(touched[0], k)
        return {
            s.id: f"passage-{passages.root(k)}" if k in inside else whole.get(s.report, s.report)
            for k, s in enumerate(statements)
        }


def _inside(statement: Statement, span: Span) -> float:
    low, high = max(statement.start, span[0]), min(statement.end, span[1])
    return max(0, high - low) / max(1, statement.end - statement.start)


@dataclass(frozen=True, slots=True)
class _Text:
    """A report as words: where they stand, which are its own, and its n-grams."""

    text: str
    words: tuple[str, ...]
    spans: tuple[Span, ...]
    own: tuple[bool, ...]
    grams: frozenset[Gram]
    credits: frozenset[str]
    run: int

    @classmethod
    def of(cls, report: Report, statements: Sequence[Statement], *, run: int) -> _Text:
        found = list(_WORD.finditer(report.text))
        words = tuple(m[0].lower() for m in found)
        quoted = [
            span
            for s in statements
            if s.report == report.id
            for a in s.attributions
            if a.mode == "direct"
            for span in a.content
        ]
        own = tuple(not any(s <= m.start() < e for s, e in quoted) for m in found)
        grams = frozenset(words[k : k + run] for k in range(len(words) - run + 1))
        spans = tuple(m.span() for m in found)
        return cls(report.text, words, spans, own, grams, credits_of(report.text), run)

    def covered(self, other: _Text) -> list[bool]:
        """Which words lie in a run that the other text has too."""
        out = [False] * len(self.words)
        for k in range(len(self.words) - self.run + 1):
            if self.words[k : k + self.run] in other.grams:
                out[k : k + self.run] = [True] * self.run
        return out

    def own_share(self, covered: Sequence[bool]) -> float:
        """The share of the text's own words that are covered; 0 where it has too few to tell."""
        own = sum(self.own)
        hit = sum(c and o for c, o in zip(covered, self.own, strict=True))
        return hit / own if own >= 4 * self.run else 0.0

    def runs(self, covered: Sequence[bool], *, least: int = 0) -> list[Span]:
        """Covered words in a row, as spans, with at least so many own words."""
        out: list[Span] = []
        start = None
        for k in range(len(covered) + 1):
            inside = k < len(covered) and covered[k]
            if inside and start is None:
                start = k
            elif not inside and start is not None:
                if sum(self.own[start:k]) >= least:
                    out.append((self.spans[start][0], self.spans[k - 1][1]))
                start = None
        return out

    def places_of(self, words: Sequence[str]) -> Iterable[Span]:
        """Where these words stand in a row."""
        wanted = tuple(words)
        for k in range(len(self.words) - len(wanted) + 1):
            if self.words[k : k + len(wanted)] == wanted:
                yield (self.spans[k][0], self.spans[k + len(wanted) - 1][1])


class _Sets:
    """Disjoint sets of indices."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def root(self, i: int) -> int:
        while self._parent[i] != i:
            self._parent[i] = i = self._parent[self._parent[i]]
        return i

    def join(self, i: int, j: int) -> None:
        low, high = sorted((self.root(i), self.root(j)))
        self._parent[high] = low

    def groups(self) -> list[list[int]]:
        """Sets of two or more, each and all in order."""
        members: defaultdict[int, list[int]] = defaultdict(list)
        for i in range(len(self._parent)):
            members[self.root(i)].append(i)
        return [group for group in members.values() if len(group) > 1]


def _candidates(texts: Sequence[_Text]) -> list[tuple[int, int]]:
    """Pairs of texts that share n-grams, those that share most first."""
    holders: defaultdict[Gram, list[int]] = defaultdict(list)
    for i, text in enumerate(texts):
        for gram in text.grams:
            holders[gram].append(i)
    # N-grams of one wire text have the same holders: each set of holders is paired once.
    together = Counter(tuple(held) for held in holders.values() if len(held) > 1)
    shared: Counter[tuple[int, int]] = Counter()
    for held, count in together.items():
        for pair in combinations(held, 2):
            shared[pair] += count
    return sorted(shared, key=lambda pair: (-shared[pair], pair))


def credits_of(text: str) -> frozenset[str]:
    """Agencies that a text credits: in a dateline, or as contributors."""
    named = {m[1].strip() for m in _DATELINE.finditer(text)}
    contributed = [m[1] for m in _CONTRIBUTED.finditer(text)]
    named |= {name for name in entries("agencies") for who in contributed if name in who}
    return frozenset(named)
