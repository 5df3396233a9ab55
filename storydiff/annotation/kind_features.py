"""What a statement's form says about its kinds: one row of numbers a statement.

Three views: what stands in quotation marks, what is attributed to a source, and
what is left when attributed content is removed, the outlet's own voice. The last
is described by the words of stance in it, by word classes and by marks. Reasons
and figures: docs/design/0032-kinds.md.
"""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from storydiff.annotation.cues import reporting_nouns, reporting_verbs
from storydiff.annotation.quotations import Quotation, count_words, find_quotations, is_title
from storydiff.datatypes import Attribution, Span, Statement
from storydiff.protocols import Floats, Parse

_WORD = re.compile(r"\w+(?:['’.-]\w+)*")
_ALONE = 5  # a report of fewer statements says nothing by a statement's place
_SORTS = ("say", "judge", "think", "wish", "show", "hold")
_SPOKEN = frozenset({"say", "mute"})
_TAGS = ("JJ", "JJR", "JJS", "RB", "RBR", "RBS", "MD", "PRP", "NNP", "CD", "VBD", "VBZ", "VBP")
_SCARE = 2


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a statement, and whether it is quoted, attributed, or part of a cue or source.

    ``sorts`` are those of the cues that attribute it; ``root`` marks the main word.
    """

    text: str
    lemma: str
    tag: str
    quoted: bool
    attributed: bool
    cue: bool
    source: bool
    sorts: frozenset[str] = frozenset()
    root: bool = False


@cache
def stances() -> dict[str, frozenset[str]]:
    """The categories of ``lexicons/stance.json``: words with which an outlet takes a stance."""
    path = files("storydiff.lexicons").joinpath("stance.json")
    found = json.loads(path.read_text(encoding="utf-8"))
    return {name: frozenset(words) for name, words in found.items() if name != "source"}


def features(
    statements: Sequence[Statement], parses: Sequence[Parse]
) -> tuple[tuple[str, ...], Floats]:
    """The names of the features, and float32 ``(n, f)``, finite, a row a statement.

    The statements of one report stand together, in order.
    """
    rows: list[dict[str, float]] = []
    quotations = quoted_by_statement(statements)
    sizes: dict[str, int] = defaultdict(int)
    for statement in statements:
        sizes[statement.report] += 1
    for statement, parse, quoted in zip(statements, parses, quotations, strict=True):
        words = list(_words(statement, parse, quoted))
        row = _of_quotation(statement, quoted)
        row.update(_of_attribution(statement, words))
        row.update(_of_rest(statement, words, quoted))
        row.update(_of_place(statement, sizes[statement.report]))
        rows.append(row)
    names = tuple(_names())
    table = [[row[name] for name in names] for row in rows]
    return names, np.array(table, np.float32).reshape(len(rows), len(names))


@cache
def _names() -> tuple[str, ...]:
    """The names of all features in their order."""
    blank = Statement(id="", report="", outlet="", index=0, start=0, end=0, text="")
    row = _of_quotation(blank, ())
    row.update(_of_attribution(blank, []))
    row.update(_of_rest(blank, [], ()))
    row.update(_of_place(blank, 1))
    return tuple(row)


def quoted_by_statement(statements: Sequence[Statement]) -> list[tuple[Quotation, ...]]:
    """The quotations that touch each statement, clipped to it, found report by report."""
    found: list[tuple[Quotation, ...]] = [()] * len(statements)
    groups: dict[str, list[int]] = defaultdict(list)
    for i, statement in enumerate(statements):
        if statement.kinds != ("other",):
            groups[statement.report].append(i)
    for group in groups.values():
        chosen = [statements[i] for i in group]
        text = _rebuilt(chosen)
        quotations = find_quotations(text, _paragraphs(chosen))
        at = 0
        for i, statement in zip(group, chosen, strict=True):
            while at and quotations[at - 1].end > statement.start:
                at -= 1
            while at < len(quotations) and quotations[at].end <= statement.start:
                at += 1
            found[i] = tuple(_clipped(quotations, at, statement))
    return found


def _rebuilt(statements: Sequence[Statement]) -> str:
    """The report's text, white space where no statement is."""
    pieces = []
    position = 0
    for statement in statements:
        pieces.append(" " * (statement.start - position))
        pieces.append(statement.text)
        position = statement.end
    return "".join(pieces)


def _paragraphs(statements: Sequence[Statement]) -> list[Span]:
    spans: list[Span] = []
    last = -1
    for statement in statements:
        if spans and statement.paragraph == last:
            spans[-1] = (spans[-1][0], statement.end)
        else:
            spans.append(statement.span)
        last = statement.paragraph
    return spans


def _clipped(quotations: Sequence[Quotation], at: int, statement: Statement) -> Iterator[Quotation]:
    while at < len(quotations) and quotations[at].start < statement.end:
        quotation = quotations[at]
        start, end = max(quotation.start, statement.start), min(quotation.end, statement.end)
        if start < end:
            text = statement.text[start - statement.start : end - statement.start]
            whole = (start, end) == quotation.span
            yield Quotation(start, end, count_words(text), not whole, quotation.closed)
        at += 1


def _words(statement: Statement, parse: Parse, quoted: Sequence[Quotation]) -> Iterator[Word]:
    tokens = list(_tokens(statement, parse))
    lemmas = {start: lemma for start, _, lemma, _, _ in tokens}
    contents = [(a.content, _sort(a, lemmas)) for a in statement.attributions]
    cues = [span for a in statement.attributions for span in a.cue]
    sources = [span for a in statement.attributions for span in a.source]
    marks = [quotation.span for quotation in quoted]
    for start, end, lemma, tag, root in tokens:
        text = statement.text[start - statement.start : end - statement.start].lower()
        sorts = frozenset(sort for spans, sort in contents if _inside(start, end, spans))
        yield Word(
            text,
            lemma or text,
            tag,
            _inside(start, end, marks),
            bool(sorts),
            _inside(start, end, cues),
            _inside(start, end, sources),
            sorts,
            root,
        )


def _sort(attribution: Attribution, lemmas: Mapping[int, str]) -> str:
    """The sort of an attribution's cue; "mute" without a cue in the statement."""
    verbs = reporting_verbs()
    found = [lemma for a, b in attribution.cue for at, lemma in lemmas.items() if a <= at < b]
    for lemma in found:
        if lemma in verbs:
            return verbs[lemma].sort
    return "hold" if found else "mute"


def _tokens(statement: Statement, parse: Parse) -> Iterator[tuple[int, int, str, str, bool]]:
    if not len(parse):
        for match in _WORD.finditer(statement.text):
            yield match.start() + statement.start, match.end() + statement.start, "", "", False
        return
    columns = (parse.starts.tolist(), parse.ends.tolist(), parse.lemmas, parse.tags)
    heads = parse.heads.tolist()
    for i, (start, end, lemma, tag) in enumerate(zip(*columns, strict=True)):
        if statement.text[start - statement.start].isalnum():
            yield start, end, lemma, tag, heads[i] == i


def _inside(start: int, end: int, spans: Sequence[Span]) -> bool:
    return any(a <= start and end <= b for a, b in spans)


def _of_quotation(statement: Statement, quoted: Sequence[Quotation]) -> dict[str, float]:
    longest = max(quoted, key=lambda q: q.words, default=None)
    words = longest.words if longest else 0
    contents = [(a, span) for a in statement.attributions for span in a.content]
    covered = [
        (q.words, a.mode)
        for q in quoted
        for a, span in contents
        if span[0] < q.end and q.start < span[1]
    ]
    direct = max((count for count, mode in covered if mode == "direct"), default=0)
    any_mode = max((count for count, _ in covered), default=0)
    text = ""
    if longest:
        text = statement.text[longest.start - statement.start : longest.end - statement.start]
    return {
        "quoted words": math.log1p(words),
        "3 words quoted": float(words >= 3),
        "4 words quoted": float(words >= 4),
        "6 words quoted": float(words >= 6),
        "quoted words attributed": math.log1p(any_mode),
        "3 quoted words attributed": float(any_mode >= 3),
        "quoted words directly attributed": math.log1p(direct),
        "3 quoted words directly attributed": float(direct >= 3),
        "quoted title": float(bool(text) and is_title(text)),
        "quotation unattributed": float(words >= 3 and any_mode < 3),
        "quotation goes on": float(any(q.continues for q in quoted)),
        "quotation unclosed": float(any(not q.closed for q in quoted)),
        "quotations": math.log1p(len(quoted)),
        "scare quotations": math.log1p(sum(q.words <= _SCARE for q in quoted)),
    }


def _of_attribution(statement: Statement, words: Sequence[Word]) -> dict[str, float]:
    total = max(1, len(words))
    indirect = sum(w.attributed and not w.quoted for w in words)
    quoted = sum(w.quoted for w in words)
    cues = [w for w in words if w.cue]
    verbs, nouns = reporting_verbs(), reporting_nouns()
    sorts = [verbs[w.lemma].sort if w.lemma in verbs else "hold" for w in cues]
    loose = [w for w in words if not w.attributed and not w.cue]
    own = statement.attributions
    row = {
        "indirect words": math.log1p(indirect),
        "3 indirect words": float(indirect >= 3),
        "6 indirect words": float(indirect >= 6),
        "indirect share": indirect / total,
        "quoted share": quoted / total,
        "attributed share": sum(w.attributed or w.quoted for w in words) / total,
        "attributions": math.log1p(len(own)),
        "indirect attribution": float(any(a.mode == "indirect" for a in own)),
        "mixed attribution": float(any(a.mode == "mixed" for a in own)),
        "direct attribution": float(any(a.mode == "direct" for a in own)),
        "no speaker": float(any(a.speaker is None for a in own)),
        "denied or doubted": float(any(a.polarity != "asserted" for a in own)),
        "chain": float(any(a.chain for a in own)),
        "cue elsewhere": float(bool(own) and not cues),
        "source here": float(any(w.source for w in words)),
        "according": float(any(w.text == "according" for w in words)),
        "loose saying verbs": math.log1p(
            sum(w.lemma in verbs and verbs[w.lemma].sort == "say" and not w.quoted for w in loose)
        ),
        "loose reporting nouns": math.log1p(sum(w.lemma in nouns and not w.quoted for w in loose)),
    }
    for sort in _SORTS:
        row[f"cue of {sort}"] = float(sort in sorts)
    for sort in (*_SORTS, "mute"):
        count = sum(sort in w.sorts and not w.quoted for w in words)
        row[f"indirect words of {sort}"] = math.log1p(count)
    spoken = sum(w.quoted or bool(w.sorts & _SPOKEN) for w in words)
    row["spoken share"] = spoken / total
    row["unspoken words"] = math.log1p(
        sum(not (w.quoted or w.cue or w.source or w.sorts & _SPOKEN) for w in words)
    )
    roots = [w for w in words if w.root]
    row["main word is a cue"] = float(any(w.cue for w in roots))
    row["main word is attributed"] = float(any(w.attributed for w in roots))
    row["main word is spoken"] = float(any(w.quoted or bool(w.sorts & _SPOKEN) for w in roots))
    row["main word says"] = float(
        any(w.lemma in verbs and verbs[w.lemma].sort == "say" for w in roots)
    )
    row["main word is past"] = float(any(w.tag in ("VBD", "VBN") for w in roots))
    row["main word is present"] = float(any(w.tag in ("VBZ", "VBP") for w in roots))
    return row


def _of_rest(
    statement: Statement, words: Sequence[Word], quoted: Sequence[Quotation]
) -> dict[str, float]:
    """The outlet's own voice: what neither is attributed nor stands in a longer quotation."""
    scare = [q.words <= _SCARE for q in quoted]
    rest = [w for w in words if not w.attributed and not (w.quoted and not all(scare))]
    size = len(rest)
    free = [w for w in rest if not w.cue and not w.source]
    text = _rest_text(statement)
    row = {
        "words": math.log1p(len(words)),
        "own words": math.log1p(size),
        "own words without cue": math.log1p(len(free)),
        "4 own words without cue": float(len(free) >= 4),
        "9 own words without cue": float(len(free) >= 9),
        "own share": size / max(1, len(words)),
        "own verbs": math.log1p(sum(w.tag in ("VBD", "VBZ", "VBP", "MD") for w in free)),
        "no verb": float(bool(words) and not any(w.tag.startswith(("VB", "MD")) for w in words)),
        "question": float("?" in text),
        "exclamation": float("!" in text),
        "colon at end": float(text.rstrip().endswith(":")),
        "dash": float(bool(re.search(r"\s[-–—]{1,2}\s|—|--", text))),
        "brackets": float("(" in text),
        "semicolon": float(";" in text),
        "ellipsis": float("…" in text or "..." in text),
        "small beginning": float(words[0].text in _CONJUNCTIONS if words else False),
        "negation": math.log1p(sum(w.text in _NEGATIONS for w in rest)),
        "adverbs in -ly": math.log1p(sum(len(w.text) > 4 and w.text.endswith("ly") for w in rest)),
    }
    for tag in _TAGS:
        count = sum(w.tag == tag for w in rest)
        row[f"own {tag}"] = math.log1p(count)
    for name, listed in stances().items():
        count = sum(w.lemma in listed or w.text in listed for w in rest)
        row[f"own {name}"] = math.log1p(count)
        row[f"rate of {name}"] = count / (size + 5)
    return row


_CONJUNCTIONS = frozenset({"but", "and", "so", "yet", "still", "or", "nor", "because", "instead"})
_NEGATIONS = frozenset({"not", "n't", "n’t", "no", "never", "nor", "neither", "without", "hardly"})


def _rest_text(statement: Statement) -> str:
    """The statement with attributed content blanked."""
    characters = list(statement.text)
    for attribution in statement.attributions:
        for start, end in attribution.content:
            a, b = max(0, start - statement.start), min(len(characters), end - statement.start)
            if a < b:
                characters[a:b] = " " * (b - a)
    return "".join(characters)


def _of_place(statement: Statement, size: int) -> dict[str, float]:
    placed = size >= _ALONE
    return {
        "first": float(placed and statement.index == 0),
        "second": float(placed and statement.index == 1),
        "among the first five": float(placed and statement.index < 5),
        "last": float(placed and statement.index >= size - 1),
        "among the last three": float(placed and statement.index >= size - 3),
        "place": statement.index / size - 0.5 if placed else 0.0,
        "headline": float(statement.role == "headline"),
    }
