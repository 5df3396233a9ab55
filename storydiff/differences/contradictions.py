"""Contradictions without a link: two statements that share no clause but cannot both be true.

Precision comes first. Only pairs of different reports are looked at that the
matcher found near but did not link, and only clashes whose slot matches beyond
doubt count (design note 0074).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING

from storydiff.datatypes import Contradiction, Link
from storydiff.likelihoods import Likelihoods

if TYPE_CHECKING:
    from storydiff.differences.building import Builder
    from storydiff.differences.candidates import Candidate
    from storydiff.differences.judging import Judge

NEAREST = 0.03
"""Probability of a link below which a pair is not looked at."""
SURE = 0.6
"""Probability of a conflict from which on a clash of one person's values is a contradiction."""


def find_contradictions(
    builder: Builder, links: Sequence[Link], probabilities: Likelihoods
) -> tuple[Contradiction, ...]:
    """Pairs near but not linked whose values clash in one slot, in the order of the statements."""
    from storydiff.differences import dates, numbers, polarity, twins
    from storydiff.differences.judging import default_judge

    judge = default_judge()
    linked = {frozenset((x.a, x.b)) for x in links}
    statements = builder.story.statements
    found = []
    for i, j, _ in probabilities.pairs(NEAREST):
        a, b = statements[i], statements[j]
        if a.report == b.report or frozenset((a.id, b.id)) in linked or a.text == b.text:
            continue
        if not _possible(builder, i, j):
            continue
        pair, turned = builder.oriented(i, j)
        detectors = (twins, numbers, dates, polarity)
        for candidate in chain.from_iterable(d.find(pair) for d in detectors):
            if not candidate.clash:
                continue
            score = _certainty(judge, candidate)
            if score < SURE:
                continue
            first, second = (candidate.b, candidate.a) if turned else (candidate.a, candidate.b)
            found.append(
                Contradiction(
                    a=a.id,
                    b=b.id,
                    spans_a=tuple(sorted(set(first))),
                    spans_b=tuple(sorted(set(second))),
                    score=score,
                    rule=candidate.rule,
                )
            )
            break
    return tuple(found)


def _possible(builder: Builder, i: int, j: int) -> bool:
    """Whether `_certainty` could reach `SURE` for anything that the two tell.

    Only twins, statements alike in every other word, and statements that name one
    person can.
    """
    from storydiff.differences.grounds import alike_tokens

    a, b = builder.grounds(i), builder.grounds(j)
    if a.may_be_twin(b):
        return True
    if not a.may_clash(b):
        return False
    return a.one_person(b) or alike_tokens(builder.tokens(i), builder.tokens(j))


def _certainty(judge: Judge, candidate: Candidate) -> float:
    """1 for twins; else the judge's probability where the value belongs to one person."""
    features = candidate.features
    if features["twin"] == 1.0:
        return 1.0
    if features["nearest name"] < 1.0 or features["clause names"] < 0.0:
        return 0.0
    return judge.probability(candidate.type, features)
