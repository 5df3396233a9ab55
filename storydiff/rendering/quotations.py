"""Every utterance once, with each outlet's version of it: what all renderers show.

An utterance is a group of quotations (`storydiff.utterances`). The fullest one is
the measure; each other quotation has the same words (verbatim), lacks some of
them (shortened) or has other ones (altered). A report that does not quote it, but
tells it in a row of the table that holds at least half of the utterance,
paraphrases it, with a source or without one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import Levenshtein

from storydiff.comparison import Comparison
from storydiff.datatypes import Row, Span, cut
from storydiff.rendering.page.marks import Piece, bridged, merge
from storydiff.utterances import HALF, Quotation, shared, utterances_of
from storydiff.utterances import quotations_of as quotations_in

How = Literal["quoted", "fullest", "verbatim", "shortened", "altered", "paraphrased", "unsourced"]

TELLS = 0.5
"""Least probability of a link that makes two quotations one utterance, as in the table."""

_WORD = re.compile(r"\S+")
_EDGES = re.compile(r"^\W+|\W+$")


@dataclass(frozen=True, slots=True)
class Version:
    """What one statement makes of an utterance; ``quoted`` alone, or ``fullest`` of several.

    ``pieces`` are its words; beside the fullest version, words marked ``gone`` are
    that one's alone and words marked ``new`` this one's alone. ``alike`` is the
    share of words kept, in [0, 1]; a paraphrase is not measured (1).
    """

    statement: str
    report: str
    speaker: str
    how: How
    words: str
    pieces: tuple[Piece, ...]
    alike: float = 1.0


@dataclass(frozen=True, slots=True)
class Utterance:
    """What somebody said: its versions, the fullest first, and who was not found to have it.

    ``row`` is the row of the table that holds most of its quotations, or empty
    where none does; ``score`` is that row's.
    """

    speaker: str
    row: str
    score: float
    versions: tuple[Version, ...]
    missing: tuple[str, ...]

    @property
    def reports(self) -> frozenset[str]:
        """The reports that have a version."""
        return frozenset(x.report for x in self.versions)


def quoted_in(comparison: Comparison, *, focus: str | None = None) -> tuple[Utterance, ...]:
    """The utterances of a story: those that most reports have first.

    With a report in ``focus``: those that it has a version of, then those that were
    not found in it.
    """
    quotations = quotations_in(comparison.statements)
    links = [link for link in comparison.links if link.score >= TELLS]
    rows = defaultdict(list)
    for row in comparison.table:
        for name in row.statements:
            rows[name].append(row)
    found = [
        _utterance(comparison, [quotations[k] for k in members], rows)
        for members in utterances_of(quotations, links)
    ]
    if focus is not None:
        found = [u for u in found if focus in u.reports or focus in u.missing]
    return tuple(sorted(found, key=lambda u: (focus not in u.reports, -len(u.reports))))


def _utterance(
    comparison: Comparison, members: Sequence[Quotation], rows_of: dict[str, list[Row]]
) -> Utterance:
    fullest = max(members, key=lambda q: len(q.words))
    quoted = [_quoted(comparison, q, fullest, several=len(members) > 1) for q in members]
    rows = _rows(members, rows_of)
    ours = {q.report for q in members}
    told: dict[str, Version] = {}
    for row in rows:
        for version in _told(comparison, row):
            if version.report not in ours:
                kept = told.setdefault(version.report, version)
                if kept.how == "unsourced" and version.how == "paraphrased":
                    told[version.report] = version
    rank = {"quoted": 0, "fullest": 0, "paraphrased": 2, "unsourced": 3}
    versions = sorted((*quoted, *told.values()), key=lambda x: (rank.get(x.how, 1), -x.alike))
    have = {x.report for x in versions}
    return Utterance(
        speaker=fullest.speaker or next((x.speaker for x in versions if x.speaker), ""),
        row=rows[0].id if rows else "",
        score=rows[0].score if rows else 0.0,
        versions=tuple(versions),
        missing=tuple(
            report
            for report, cell in (rows[0].cells.items() if rows else ())
            if report not in have and cell.state == "not_found"
        ),
    )


def _rows(members: Sequence[Quotation], rows_of: dict[str, list[Row]]) -> list[Row]:
    """The rows that hold at least half of a version, those that hold most versions first."""
    held: dict[str, tuple[Row, set[str]]] = {}
    for q in members:
        for row in rows_of.get(q.statement, ()):
            if shared(q, row.spans[q.statement]) >= HALF:
                held.setdefault(row.id, (row, set()))[1].add(q.statement)
    return [row for row, _ in sorted(held.values(), key=lambda x: -len(x[1]))]


def _quoted(comparison: Comparison, q: Quotation, fullest: Quotation, *, several: bool) -> Version:
    words, measure = (_words(comparison, x.report, x.spans) for x in (q, fullest))
    how = _manner(q, fullest, several=several)
    pieces: tuple[Piece, ...] = (Piece(words),)
    alike = 1.0
    if how in ("shortened", "altered"):
        pieces, alike = word_diff(measure, words)
    return Version(q.statement, q.report, q.speaker or "", how, words, pieces, alike)


def _manner(q: Quotation, fullest: Quotation, *, several: bool) -> How:
    if q is fullest:
        return "fullest" if several else "quoted"
    if q.text == fullest.text:
        return "verbatim"
    ops = Levenshtein.editops(fullest.text.split(), q.text.split())
    return "shortened" if all(op.tag == "delete" for op in ops) else "altered"


def _told(comparison: Comparison, row: Row) -> Iterator[Version]:
    """What the statements of a row say without quoting; who quotes has an utterance."""
    for name in row.statements:
        s = comparison.statement(name)
        touching = [a for a in s.attributions if _meet(a.content, row.spans[name])]
        if any(a.mode != "indirect" for a in touching):
            continue
        first = touching[0] if touching else None
        spans = merge((*(first.content if first else ()), *row.spans[name]))
        words = _words(comparison, s.report, spans)
        how: How = "paraphrased" if first else "unsourced"
        speaker = first.speaker if first else None
        yield Version(name, s.report, speaker or "", how, words, (Piece(words),))


def _words(comparison: Comparison, report: str, spans: Sequence[Span]) -> str:
    text = comparison.report(report).text
    return " … ".join(cut(text, bridged(text, spans)))


def _meet(a: Sequence[Span], b: Sequence[Span]) -> bool:
    return any(x[0] < y[1] and y[0] < x[1] for x in a for y in b)


def word_diff(a: str, b: str) -> tuple[tuple[Piece, ...], float]:
    """Text ``b`` with its differences from ``a`` marked, and the share of words kept.

    Words are compared without case and punctuation at their edges. Pieces marked
    ``gone`` are words of ``a`` alone, ``new`` words of ``b`` alone; the others
    are ``b``'s. The share is 2 · kept / (words of a + words of b), in [0, 1].
    """
    old, new = _WORD.findall(a), _WORD.findall(b)
    if not old and not new:
        return (), 1.0
    runs: list[Piece] = []
    kept = 0
    for op in Levenshtein.opcodes([_plain(w) for w in old], [_plain(w) for w in new]):
        before = " ".join(old[op.src_start : op.src_end])
        after = " ".join(new[op.dest_start : op.dest_end])
        if op.tag == "equal":
            kept += op.dest_end - op.dest_start
            runs.append(Piece(after))
            continue
        if before:
            runs.append(Piece(before, "gone"))
        if after:
            runs.append(Piece(after, "new"))
    return tuple(runs), 2 * kept / (len(old) + len(new))


def _plain(word: str) -> str:
    return _EDGES.sub("", word).casefold().replace("’", "'") or word
