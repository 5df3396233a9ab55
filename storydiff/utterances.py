"""Which quotations are one utterance: the same words of somebody, however they are quoted.

The rule. A quotation is the content of a direct or mixed attribution. Two
quotations of different reports are versions of one utterance where a link that
tells shares at least half of the content words of the shorter one (the longer
may have said more) and some word of the longer. Two quotations whose words are
the same are, too, wherever they stand. Versions are gathered around the fullest
one: quotations are taken from the longest to the shortest (ties: in the order of
the story); each that no fuller one has taken takes all free ones that are
versions of it. So verbatim, shortened and altered quotations stand together, two
halves of one utterance meet in the whole, and two utterances of one speaker are
not chained by a third that quotes a little of both.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from storydiff.datatypes import Link, Span, Statement
from storydiff.words import function_words

HALF = 0.5
"""Least share of the shorter quotation's content words that a link must share."""

_WORD = re.compile(r"\w+(?:['’]\w+)*")


@dataclass(frozen=True, slots=True)
class Quotation:
    """One quotation: its statement's id, its speaker if known, and where its words stand.

    ``words`` are its content words, or all its words where it has no other; ``text``
    are all its words in lower case.
    """

    statement: str
    report: str
    speaker: str | None
    spans: tuple[Span, ...]
    words: tuple[Span, ...]
    text: str


def quotations_of(statements: Sequence[Statement]) -> tuple[Quotation, ...]:
    """The quotations of a story, in order; those without a word are none."""
    found = []
    for s in statements:
        for a in s.attributions:
            if a.mode not in ("direct", "mixed"):
                continue
            spans = [(max(b, s.start), min(e, s.end)) for b, e in a.content]
            inside = tuple((b, e) for b, e in spans if b < e)
            every = [
                (s.start + m.start(), s.start + m.end())
                for b, e in inside
                for m in _WORD.finditer(s.text, b - s.start, e - s.start)
            ]
            forms = [s.text[b - s.start : e - s.start].casefold() for b, e in every]
            content = tuple(
                w for w, form in zip(every, forms, strict=True) if form not in function_words()
            )
            if every:
                words = content or tuple(every)
                found.append(Quotation(s.id, s.report, a.speaker, inside, words, " ".join(forms)))
    return tuple(found)


def utterances_of(
    quotations: Sequence[Quotation], links: Sequence[Link]
) -> tuple[tuple[int, ...], ...]:
    """The utterances of a story: indices of ``quotations``, each group and all in order.

    ``links`` are those that tell. Each quotation is in exactly one utterance.
    """
    between: defaultdict[tuple[str, str], list[Link]] = defaultdict(list)
    for link in links:
        between[link.a, link.b].append(link)
        between[link.b, link.a].append(link)
    order = sorted(range(len(quotations)), key=lambda k: (-len(quotations[k].words), k))
    free = dict.fromkeys(order)
    groups = []
    for k in order:
        if k not in free:
            continue
        taken = [j for j in free if j == k or are_versions(quotations[k], quotations[j], between)]
        for j in taken:
            del free[j]
        groups.append(tuple(sorted(taken)))
    return tuple(sorted(groups))


def are_versions(
    x: Quotation, y: Quotation, between: Mapping[tuple[str, str], Sequence[Link]]
) -> bool:
    """Whether two quotations are versions of one utterance, by the rule above."""
    if x.text == y.text:
        return True
    if x.report == y.report:
        return False
    short, long = (x, y) if len(x.words) <= len(y.words) else (y, x)
    for link in between.get((x.statement, y.statement), ()):
        of_a, of_b = (short, long) if link.a == short.statement else (long, short)
        sides = {of_a.statement: link.spans_a, of_b.statement: link.spans_b}
        if (
            shared(short, sides[short.statement]) >= HALF
            and shared(long, sides[long.statement]) > 0
        ):
            return True
    return False


def shared(quotation: Quotation, spans: Sequence[Span]) -> float:
    """The share of a quotation's words that spans touch; no spans mean the whole statement."""
    if not spans:
        return 1.0
    touched = sum(any(s < e and b < t for b, e in spans) for s, t in quotation.words)
    return touched / len(quotation.words)
