"""The room of differences: what differs between the two sides of a link.

One file a type; each finds candidates in a `Pair` and knows nothing of the
others. Here they are composed: judged, turned into values, put in order.

**Reversal.** A pair is always looked at in one orientation, whichever side the
link names first, and turned round at the end. So swapping the sides of a link
swaps the sides of each difference and nothing else. Statements of one text have
no differences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields

from storydiff.datatypes import Contradiction, Difference, Link, Span
from storydiff.differences import (
    acts,
    attribution,
    dates,
    hedges,
    names,
    numbers,
    polarity,
    quotations,
    twins,
    wording,
)
from storydiff.differences.building import Builder
from storydiff.differences.candidates import Candidate
from storydiff.differences.choosing import slot
from storydiff.differences.contradictions import find_contradictions
from storydiff.differences.judging import WEIGHTS, Judge, default_judge
from storydiff.differences.sides import Pair
from storydiff.likelihoods import Likelihoods
from storydiff.protocols import Story
from storydiff.shipped import mark

__all__ = ["Differences"]

_TYPES = (
    "number", "date", "name", "polarity", "hedge", "attribution", "act", "quotation", "wording",
)  # fmt: skip
AFFECTED = 0.6
"""Score of two acts told of one named person: dismissed here, stepped down there; a stated rule."""
OPEN = 0.5
"""How like the slots of two opposed words, or two acts, must be to be shown; a stated rule."""
RESTATED = 0.75
"""How like two statements must be, and the clauses of two names, for other names or days in
them to be a conflict though the words were put in another order; a stated rule."""
_ALIKE = ", all else alike"
_SAID_AGAIN = ", all else restated"
_DETECTORS: tuple[Callable[[Pair], Iterator[Candidate]], ...] = (
    numbers.find,
    dates.find,
    names.find,
    polarity.find,
    twins.find,
    hedges.find,
    attribution.find,
    acts.find,
    quotations.find,
    wording.find,
)


@dataclass(frozen=True)
class Differences:
    """Finds what differs between linked statements, and contradictions without a link.

    Attributes:
        twin: how far two statements must be one but for a value (or a negation) for
            that to be a conflict by rule, in [0, 1].
        least: the slot probability from which on other values are shown as a
            difference at all, in [0, 1].
        quotation: the probability from which on a quotation's difference is shown, in [0, 1].
    """

    twin: float = 0.95
    least: float = 0.5
    quotation: float = 0.25

    def __repr__(self) -> str:
        chosen = ", ".join(f"{x.name}={getattr(self, x.name)!r}" for x in fields(self))
        return f"Differences(weights={mark(WEIGHTS)!r}, {chosen})"

    def find(
        self, story: Story, links: Sequence[Link], *, builder: Builder | None = None
    ) -> tuple[Link, ...]:
        """The links with their differences, in the order given.

        Each difference has spans within its two statements. Links of statements
        with one text have none. A ``builder`` of the story that is handed to
        `contradictions` too computes words once for both.
        """
        builder = builder or Builder(story)
        return tuple(
            link.model_copy(update={"differences": self.of_link(builder, link)}) for link in links
        )

    def of_link(self, builder: Builder, link: Link) -> tuple[Difference, ...]:
        """The differences of one link."""
        i, j = builder.index[link.a], builder.index[link.b]
        return self.of_pair(builder, i, j, score=link.score)

    def of_pair(
        self, builder: Builder, i: int, j: int, *, score: float = 1.0
    ) -> tuple[Difference, ...]:
        """The differences of statements ``i`` and ``j``, ``a`` being the first.

        ``score`` is how likely the two share a proposition, in [0, 1].
        """
        pair, turned = builder.oriented(i, j, score=score)
        found = _once([d for c in candidates(pair) if (d := self._judged(c)) is not None])
        if turned:
            found = [d.model_copy(update={"a": d.b, "b": d.a}) for d in found]
        return tuple(sorted(found, key=_order))

    def contradictions(
        self,
        story: Story,
        links: Sequence[Link],
        probabilities: Likelihoods,
        *,
        builder: Builder | None = None,
    ) -> tuple[Contradiction, ...]:
        """Pairs of statements without a link that cannot both be true.

        ``probabilities`` says how likely each pair of statements shares a proposition;
        ``builder`` is as for `find`.
        """
        return find_contradictions(builder or Builder(story), links, probabilities)

    def _judged(self, candidate: Candidate) -> Difference | None:
        """A candidate as a difference; None where it is too unsure to be shown."""
        judge = default_judge()
        features = candidate.features
        if candidate.type == "quotation" and features:
            score = judge.probability("quotation", features)
            return _difference(candidate, score=score) if score >= self.quotation else None
        if not candidate.clash:
            return _difference(candidate, score=candidate.score)
        conflict, score, rule = self.verdict(judge, candidate)
        if not conflict and candidate.type in ("polarity", "act"):
            likeness = min(slot(features), 1.0) if len(features) > 1 else 1.0
            return _difference(candidate, score=round(likeness, 4)) if likeness >= OPEN else None
        if not conflict:
            # That the two differ is as sure as that they answer one question.
            alike = judge.slot(candidate.type, features)
            return _difference(candidate, score=alike) if alike >= self.least else None
        return _difference(candidate, conflict=True, score=score, rule=rule)

    def verdict(self, judge: Judge, candidate: Candidate) -> tuple[bool, float, str]:
        """Whether a clash is a conflict, how likely, and by which rule."""
        features = candidate.features
        twin = features["twin"]
        bar = judge.bars.get(candidate.type, 1.01)
        score = judge.probability(candidate.type, features)
        if score >= bar:
            return True, score, candidate.rule
        if twin >= self.twin and (twin == 1.0 or candidate.type in ("number", "date", "name")):
            rule = candidate.rule.removesuffix(_ALIKE) + _ALIKE
            return True, max(score, round(twin, 4)), rule
        if twin >= RESTATED and _is_restated(judge, candidate):
            return True, max(score, round(twin, 4)), candidate.rule + _SAID_AGAIN
        if features.get("one affected"):
            return True, max(score, AFFECTED), "act: other act befell one"
        return False, score, candidate.rule


def _is_restated(judge: Judge, candidate: Candidate) -> bool:
    """Whether two days fill one slot, or two names stand at one verb in one clause."""
    if candidate.type == "date":
        return judge.slot("date", candidate.features) >= OPEN
    features = candidate.features
    return candidate.type == "name" and features["clause"] >= RESTATED and features["verb"] >= OPEN


def candidates(pair: Pair) -> Iterator[Candidate]:
    """All that the detectors find in a pair."""
    if pair.a.statement.text == pair.b.statement.text:
        return
    for detector in _DETECTORS:
        yield from detector(pair)


def _once(found: Sequence[Difference]) -> list[Difference]:
    """Of differences of one type at one place the first conflict, else the first."""
    kept: list[Difference] = []
    for d in sorted(found, key=lambda d: (not d.conflict, -d.score)):
        if not any(d.type == x.type and _meet(d.a, x.a) and _meet(d.b, x.b) for x in kept):
            kept.append(d)
    return kept


def _meet(first: tuple[Span, ...], second: tuple[Span, ...]) -> bool:
    return any(s < d and c < e for s, e in first for c, d in second)


def _difference(
    candidate: Candidate, *, score: float, conflict: bool = False, rule: str = ""
) -> Difference:
    return Difference(
        type=candidate.type,
        conflict=conflict,
        a=_ordered(candidate.a),
        b=_ordered(candidate.b),
        score=min(max(score, 0.0), 1.0),
        rule=rule or candidate.rule,
    )


def _ordered(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    return tuple(sorted(set(spans)))


def _order(difference: Difference) -> tuple[bool, bool, int, float, str, tuple[Span, ...]]:
    """Conflicts first, then by type, the surest first, the minor last; sides do not count."""
    spans = sorted((difference.a, difference.b))
    flat = tuple(s for side in spans for s in side)
    return (
        not difference.conflict,
        difference.rule == attribution.OWN_VOICE,
        _TYPES.index(difference.type),
        -difference.score,
        difference.rule,
        flat,
    )
