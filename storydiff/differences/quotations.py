"""One utterance in two reports: verbatim, shortened, altered, without marks, in another mouth.

What each version tells is compared in `storydiff.differences.versions`; here it is said
which quotations of two statements are versions of one utterance, how they stand in
their sentences, and what that makes of the difference (design note 0071).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from storydiff.datatypes import Span
from storydiff.differences.candidates import Candidate
from storydiff.differences.sides import Pair, Side
from storydiff.differences.versions import (
    CORE_RUN,
    LONG_RUN,
    Diff,
    Utterance,
    is_one_utterance,
    measures,
    utterance,
    word_diff,
)

SHORTEST = 2
"""Quotations of fewer words are not compared: a quoted word may be anything."""
NEAR = 0.62
"""Mean similarity of content words from which on other words say one utterance."""

AROUND = 400
"""Code points around a quotation in which dropped words count as told next door."""


def utterances(side: Side) -> tuple[Utterance, ...]:
    """The quotations of a statement that are long enough to be compared."""
    found = (utterance(side.text, span) for span in side.quotations)
    return tuple(u for u in found if len(u) >= SHORTEST)


def find(pair: Pair) -> Iterator[Candidate]:
    """The utterances that the two sides quote in different words, or put differently."""
    quotes_a, quotes_b = utterances(pair.a), utterances(pair.b)
    met_a, met_b = set[int](), set[int]()
    for (i, qa), (k, qb) in product(enumerate(quotes_a), enumerate(quotes_b)):
        diff = word_diff(qa, qb)
        if is_one_utterance(qa, qb, diff):
            met_a.add(i)
            met_b.add(k)
            yield from _compared(pair, qa, qb, diff)
    lone_a = [q for i, q in enumerate(quotes_a) if i not in met_a]
    lone_b = [q for k, q in enumerate(quotes_b) if k not in met_b]
    yield from _otherwise(pair, lone_a, lone_b)


def _compared(pair: Pair, qa: Utterance, qb: Utterance, diff: Diff) -> Iterator[Candidate]:
    outer_a, outer_b = _dropped(pair, qa, qb, diff)
    features = {**measures(qa, qb, diff), **_manner(pair, qa, qb, outer_a, outer_b)}
    changed_a = [(s, e) for (s, e), _ in diff.inner if e > s]
    changed_b = [(s, e) for _, (s, e) in diff.inner if e > s]
    kind = _kind(bool(changed_a), bool(changed_b), bool(outer_a), bool(outer_b))
    if kind:
        altered = kind == "altered"
        runs_a = changed_a if altered else [*changed_a, *outer_a]
        runs_b = changed_b if altered else [*changed_b, *outer_b]
        yield Candidate(
            type="quotation",
            rule=f"quotation: {kind}",
            a=tuple(sorted(qa.run(*run) for run in runs_a)) or (qa.span,),
            b=tuple(sorted(qb.run(*run) for run in runs_b)) or (qb.span,),
            features=features,
        )
    if _other_mouth(pair, qa, qb, diff):
        yield Candidate(
            type="quotation",
            rule="quotation: in another mouth",
            a=(qa.span,),
            b=(qb.span,),
        )


def _kind(inner_a: bool, inner_b: bool, outer_a: bool, outer_b: bool) -> str:
    """Verbatim is no difference: an empty string."""
    if inner_a and inner_b:
        return "altered"
    if inner_a or inner_b:
        return "altered" if (inner_a and outer_b) or (inner_b and outer_a) else "shortened"
    if outer_a or outer_b:
        return "shortened" if outer_a != outer_b else "cut differently"
    return ""


def _outside(core: tuple[int, int], length: int) -> list[tuple[int, int]]:
    return [run for run in ((0, core[0]), (core[1], length)) if run[1] > run[0]]


def _dropped(
    pair: Pair, qa: Utterance, qb: Utterance, diff: Diff
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """The runs outside the core that the other report does not have close by either."""
    return (
        [run for run in _outside(diff.core_a, len(qa)) if not _nearby(qa, run, pair.b, qb)],
        [run for run in _outside(diff.core_b, len(qb)) if not _nearby(qb, run, pair.a, qa)],
    )


def _nearby(quote: Utterance, run: tuple[int, int], other: Side, theirs: Utterance) -> bool:
    """Whether a run of words stands in the other report, close to its quotation."""
    start, end = theirs.span
    around = utterance(other.text, (max(start - AROUND, 0), min(end + AROUND, len(other.text))))
    wanted = " ".join(quote.words[slice(*run)])
    return f" {wanted} " in f" {' '.join(around.words)} "


def _manner(
    pair: Pair,
    qa: Utterance,
    qb: Utterance,
    outer_a: list[tuple[int, int]],
    outer_b: list[tuple[int, int]],
) -> dict[str, float]:
    """How the shorter quotation stands in its sentence, and where words were dropped."""
    side, quote = (pair.a, qa) if len(qa) <= len(qb) else (pair.b, qb)
    start, end = quote.span
    speakers = speaker_of(pair.a, qa.span), speaker_of(pair.b, qb.span)
    tail = side.text[end : end + 3]
    dropped = [(run, len(q)) for q, runs in ((qa, outer_a), (qb, outer_b)) for run in runs]
    return {
        "fragment": float(side.text[start].islower()),
        "piece": float(side.text[start].islower() and bool(dropped)),
        "begins": float(side.text[start].isupper() and any(r[0] == 0 for r, _ in dropped)),
        "ended": float(any(c in tail for c in ".!?")),
        "dropped first": float(any(run[0] == 0 for run, _ in dropped)),
        "dropped last": float(any(run[1] == n for run, n in dropped)),
        "dropped": min(sum(run[1] - run[0] for run, _ in dropped), 12) / 12,
        "one speaker": float(bool(speakers[0]) and speakers[0] == speakers[1]),
    }


def speaker_of(side: Side, span: Span) -> str | None:
    """Who is said to say a quotation: the innermost attribution that covers its middle."""
    middle = (span[0] + span[1]) // 2
    covering = [
        (min(e - s for s, e in x.content), x.speaker)
        for x in side.statement.attributions
        if x.speaker and any(s <= middle < e for s, e in x.content)
    ]
    return min(covering)[1] if covering else None


def _other_mouth(pair: Pair, qa: Utterance, qb: Utterance, diff: Diff) -> bool:
    """Whether two persons, each named beside the quotation, are said to say the same words."""
    if diff.shared < LONG_RUN:
        return False
    first, second = _named(pair.a, qa.span), _named(pair.b, qb.span)
    return bool(first and second and not first & second)


def _named(side: Side, span: Span) -> set[str]:
    """The words of the name of the person who says a quotation; none if a pronoun stands there."""
    middle = (span[0] + span[1]) // 2
    for attribution in side.statement.attributions:
        if not any(s <= middle < e for s, e in attribution.content):
            continue
        for source in attribution.source:
            people = [
                m
                for m in side.statement.names
                if m.type == "person" and source[0] <= m.span[0] and m.span[1] <= source[1]
            ]
            if people:
                return set(people[0].entity.lower().replace(".", "").split())
    return set()


def _otherwise(pair: Pair, lone_a: list[Utterance], lone_b: list[Utterance]) -> Iterator[Candidate]:
    """Quotations whose words the other side does not quote, but says."""
    for qa, qb in product(lone_a, lone_b):
        if min(len(qa), len(qb)) < LONG_RUN or _other_names(pair, qa, qb):
            continue
        near = min(_coverage(pair, qa, qb), _coverage(pair, qa, qb, back=True))
        if near >= NEAR:
            yield Candidate(
                type="quotation",
                rule="quotation: paraphrase in quotation marks",
                a=(qa.span,),
                b=(qb.span,),
                features={"shared": 0.0, "near": near},
            )
    for quotes, other, swapped in ((lone_a, pair.b, False), (lone_b, pair.a, True)):
        for quote in quotes:
            yield from _unmarked(pair, quote, other, swapped)


def _other_names(pair: Pair, qa: Utterance, qb: Utterance) -> bool:
    first, second = speaker_of(pair.a, qa.span), speaker_of(pair.b, qb.span)
    return bool(first and second and not set(first.split()) & set(second.split()))


def _coverage(pair: Pair, qa: Utterance, qb: Utterance, *, back: bool = False) -> float:
    """Mean similarity of one quotation's content words to their best matches in the other."""
    rows = [i for i in pair.a.inside(qa.span) if pair.a.words.content[i]]
    columns = [k for k in pair.b.inside(qb.span) if pair.b.words.content[k]]
    if not rows or not columns:
        return 0.0
    part = pair.table[rows][:, columns]
    return float(part.max(axis=0 if back else 1).mean())


def _unmarked(pair: Pair, quote: Utterance, other: Side, swapped: bool) -> Iterator[Candidate]:
    """A quotation that the other side says without marks, in its words or in others."""
    if len(quote) < LONG_RUN or not other.statement.attributions:
        return
    for attribution in other.statement.attributions:
        if attribution.mode != "indirect":
            continue
        for content in attribution.content:
            start = max(content[0], other.statement.start)
            end = min(content[1], other.statement.end)
            if start >= end or any(s < end and e > start for s, e in other.quotations):
                continue
            plain = utterance(other.text, (start, end))
            if len(plain) < CORE_RUN:
                continue
            first, second = (plain, quote) if swapped else (quote, plain)
            if _other_names(pair, first, second):
                continue
            near = _coverage(pair, first, second, back=swapped)
            if near >= NEAR:
                diff = word_diff(first, second)
                same = diff.shared >= 0.8 * min(len(first), len(second)) >= 4
                name = "without marks, verbatim" if same else "paraphrased without marks"
                yield Candidate(
                    type="quotation",
                    rule=f"quotation: {name}",
                    a=(first.span,),
                    b=(second.span,),
                )
                return
