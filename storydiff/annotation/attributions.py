"""Attributions of one report: readings of its statements joined with its quotation marks.

A reading (see `storydiff.annotation.constructions`) says who reports what in one
statement; a quotation says which characters are someone else's words. Joined,
they give attributions whose content may run over several statements. An
attribution is attached to every statement that its content touches, with its
spans whole; `attributed_spans` clips them to one statement. Reasons and
figures: docs/design/0036-attributions.md.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from storydiff.annotation import comments, sources
from storydiff.annotation.constructions import read
from storydiff.annotation.drafts import Draft, join_spans
from storydiff.annotation.joining import Marks, attach_rest, find_blocks, join_quotations, tidy
from storydiff.annotation.quotations import SCARE, Quotation
from storydiff.annotation.readings import Reading
from storydiff.annotation.speakers import Cast
from storydiff.annotation.trees import Tree
from storydiff.datatypes import Attribution, Mode, Polarity, Source, Span, Statement

QUOTE = 3
"""Words between quotation marks from which on an attribution is direct or mixed."""


def attributed_spans(statement: Statement) -> tuple[Span, ...]:
    """The characters of a statement that are attributed content, clipped to it and joined.

    Spans are code points of the report's text, in order, none overlapping.
    """
    inside = [
        (max(start, statement.start), min(end, statement.end))
        for attribution in statement.attributions
        for start, end in attribution.content
    ]
    return join_spans(span for span in inside if span[0] < span[1])


def draft(
    text: str,
    statements: Sequence[Statement],
    trees: Sequence[Tree],
    quotations: Sequence[Quotation],
) -> list[Draft]:
    """The attributions of one report, in the order of their statements.

    ``trees`` are parallel to ``statements``; ``quotations`` are in order. The
    statements that are furniture should have been left out by the caller.
    """
    marks = Marks(text, statements, quotations)
    drafts = [
        made
        for number, tree in enumerate(trees)
        for made in _of_statement(number, statements[number], tree, marks)
    ]
    covered = join_quotations(drafts, marks)
    tidy(drafts, marks)
    covered.update(quotation for made in drafts for quotation in made.quoted)
    drafts = [made for made in drafts if made.content or made.rule == "bare"]
    drafts = attach_rest(drafts, marks, covered, statements, trees)
    drafts = [made for made in drafts if made.content]
    drafts += find_blocks(drafts, statements, trees)
    for made in drafts:
        made.content = list(join_spans(made.content))
        if made.rule == "alone" and not trees[made.statement].tags:
            made.mode = "direct"  # nothing but the marks was judged, and they hold all of it
        elif made.rule != "block":
            made.mode = _mode(text, made, quotations)
    return sorted(drafts, key=lambda made: (made.statement, made.content[0]))


def _of_statement(number: int, statement: Statement, tree: Tree, marks: Marks) -> list[Draft]:
    made = []
    for reading in read(tree):
        words = comments.cut(tree, reading)
        itself = len(words) == 1 and tree.words[words[0]].endswith(("self", "selves"))
        if _is_slight(tree, reading, words):
            continue
        if itself or (not words and reading.rule != "bare") or comments.within(tree, reading.head):
            continue
        cue = tree.spans(reading.cue)
        at = tree.span(reading.head, reading.head)
        if any(q.start <= at[0] and at[1] <= q.end and q.words >= SCARE for q in marks.near(*at)):
            continue
        if not reading.source:
            reading = replace(reading, source=sources.nearest_doer(tree, reading))
        elif issued := sources.issuer(tree, reading):
            reading = replace(reading, source=issued)
        source = _unquoted(tree.spans(reading.source), marks.text)
        named = _referent(tree, reading)
        if source and any(
            q.start <= source[0][0] and source[-1][1] <= q.end for q in marks.near(*source[0])
        ):
            source = named = _beside_cue(tree, reading, marks) or source
        made.append(
            Draft(
                number,
                statement.paragraph,
                source,
                cue,
                list(_whole(tree, words)),
                reading.rule,
                polarity=_polarity(reading),
                quotes=reading.quotes,
                sort=reading.entry.sort,
                lemma=tree.lemmas[reading.head],
                named=named,
                told=_told(tree, reading),
            )
        )
    return made


def _is_slight(tree: Tree, reading: Reading, words: Sequence[int]) -> bool:
    """Whether a content says next to nothing: "attacked him", "respect for the law"."""
    if reading.rule in ("noun-of", "noun-of-bare"):
        return len(words) <= 3
    one = len(words) == 1 and reading.rule in ("object", "preposition")
    return one and tree.tags[words[0]] in ("PRP", "DT", "WDT", "CD", "EX")


def _beside_cue(tree: Tree, reading: Reading, marks: Marks) -> tuple[Span, ...]:
    """The noun phrase outside quotation marks that stands right after or before a cue."""
    after, before = reading.cue[-1] + 1, reading.cue[0] - 1
    for word in range(len(tree)):
        if not tree.tags[word].startswith(("NN", "PRP")):
            continue
        at_cue = (word >= after and tree.left[word] == after) or (
            word <= before and tree.right[word] == before
        )
        span = tree.span(tree.left[word], tree.right[word])
        if at_cue and not marks.near(*span):
            return (span,)
    return ()


def _whole(tree: Tree, words: Sequence[int]) -> tuple[Span, ...]:
    """Spans of content words; a gap of punctuation alone is closed."""
    kept = set(words)
    for word in range(min(kept, default=0), max(kept, default=0)):
        if word not in kept and word - 1 in kept and tree.relations[word] == "punct":
            kept.add(word)
    runs = tree.spans(sorted(kept))
    return tuple(run for run in runs if run[1] - run[0] > 1 or len(runs) == 1)


def _polarity(reading: Reading) -> Polarity:
    """What the cue says of the content, negation included."""
    if not reading.negated:
        return reading.entry.polarity
    if reading.rule == "adjective":
        return "doubted" if reading.entry.polarity == "asserted" else "asserted"
    return {"asserted": "denied", "denied": "doubted", "doubted": "asserted"}[  # type: ignore[return-value]
        reading.entry.polarity
    ]


def _unquoted(spans: tuple[Span, ...], text: str) -> tuple[Span, ...]:
    """A source without the mark that ends the quotation before it, if the parse hung it on."""
    if not spans:
        return spans
    (start, end), *rest = spans
    while start < end and not text[start].isalnum() and text[start] not in "(#@":
        start += 1
    return ((start, end), *rest) if start < end else tuple(rest)


def _referent(tree: Tree, reading: Reading) -> tuple[Span, ...]:
    """Where the source is named: for "who" and "which", the noun that they stand for."""
    if len(reading.source) == 1 and tree.words[reading.source[0]] in ("who", "which", "that"):
        for above in tree.ancestors(reading.source[0]):
            if tree.relations[above] == "relcl":
                noun = tree.heads[above]
                named = [w for w in tree.subtree(noun, without=[above]) if w < reading.source[0]]
                while named and tree.words[named[-1]] == ",":
                    named.pop()
                return tree.spans(named)
    return tree.spans(reading.source)


def _told(tree: Tree, reading: Reading) -> Span | None:
    """The one told ("told the Gazette that …"), where the cue takes one."""
    if "r" not in reading.entry.frames:
        return None
    for child in tree.children[reading.head]:
        if tree.relations[child] in ("dobj", "dative") and child > reading.head:
            if tree.tags[child].startswith("NNP"):
                return tree.span(tree.left[child], tree.right[child])
            return None
    return None


def _mode(text: str, made: Draft, quotations: Sequence[Quotation]) -> Mode:
    """Direct where all content stands in quotation marks, mixed where a part does."""
    quoted = made.quoted
    if sum(quotation.words for quotation in quoted) < QUOTE:
        return "indirect"
    inside = total = 0
    for start, end in made.content:
        total += sum(not c.isspace() for c in text[start:end])
        for quotation in quoted:
            a, b = max(start, quotation.start), min(end, quotation.end)
            if a < b:
                inside += sum(not c.isspace() for c in text[a:b])
    if not inside:
        return "indirect"
    return "direct" if inside >= 0.9 * total else "mixed"


def spread(
    drafts: Sequence[Draft], statements: Sequence[Statement], cast: Cast
) -> Iterator[tuple[int, Attribution]]:
    """Finished attributions with the number of each statement that they touch, in order.

    ``drafts`` are in the order of the text, as `draft` gives them.
    """
    starts = [statement.start for statement in statements]
    speakers = {id(made): cast.resolve(made.named or made.source) for made in drafts}
    enclosing = _enclosing(drafts)
    for made in drafts:
        attribution = Attribution(
            source=made.source,
            cue=made.cue,
            content=tuple(made.content),
            mode=made.mode,
            speaker=speakers[id(made)],
            polarity=made.polarity,
            chain=_chain(made, enclosing, speakers, cast),
        )
        touched: set[int] = set()
        for start, end in made.content:
            first = max(0, bisect_right(starts, start) - 1)
            last = max(0, bisect_right(starts, end - 1) - 1)
            touched.update(
                n
                for n in range(first, last + 1)
                if max(start, statements[n].start) < min(end, statements[n].end)
            )
        for number in sorted(touched):
            yield number, attribution


def _enclosing(drafts: Sequence[Draft]) -> dict[int, Draft]:
    """The narrowest attribution whose content holds the source and cue of another."""
    holders: dict[int, Draft] = {}
    for i, made in enumerate(drafts):
        places = [*made.source, *made.cue]
        if not made.cue:
            continue
        for other in drafts[max(0, i - 12) : i + 12]:
            if other is made or not all(
                any(a <= start and end <= b for a, b in other.content) for start, end in places
            ):
                continue
            held = holders.get(id(made))
            if held is None or _size(other) < _size(held):
                holders[id(made)] = other
    return holders


def _size(made: Draft) -> int:
    return sum(end - start for start, end in made.content)


def _chain(
    made: Draft, enclosing: dict[int, Draft], speakers: dict[int, str | None], cast: Cast
) -> tuple[Source, ...]:
    """The sources of an attribution, outermost first, where there are two or more."""
    links: list[Source] = []
    at: Draft | None = made
    for _ in range(4):
        if at is None:
            break
        if at.source and not (links and links[-1].speaker == speakers[id(at)]):
            span = (at.source[0][0], at.source[-1][1])
            links.append(Source(span=span, speaker=speakers[id(at)]))
        if at.told is not None and (outlet := cast.outlet(at.told)) is not None:
            links.append(Source(span=at.told, speaker=outlet))
        at = enclosing.get(id(at))
    return tuple(reversed(links)) if len(links) > 1 else ()
