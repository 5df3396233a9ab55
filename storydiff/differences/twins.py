"""Twins: two statements that are one but for a few words, and what those words are.

Where nearly all words of two statements are the same, in the same order, what
stands between them fills one slot without further proof: reports from one
source, one of them wrong. The words are compared by the edit operations of
their longest common subsequence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import Indel

from storydiff.datatypes import DifferenceType, Quantity, Span
from storydiff.differences.candidates import Candidate
from storydiff.differences.figures import Figure, agree
from storydiff.differences.names import one_in_other, spelt_alike
from storydiff.differences.numbers import complete
from storydiff.differences.polarity import is_opposite, negators
from storydiff.differences.sides import Pair, Side
from storydiff.differences.spelling import parts
from storydiff.lexicons import words as lexicon
from storydiff.quantities import compatible

ALIKE = 0.65
"""Share of the content words of either side that must stand on both for twins."""
LEAST = 2
"""Content words that they must have in common, at least."""


_OPEN = frozenset({"xcomp"})
_FORMS = frozenset({"mr", "mrs", "ms", "miss", "sir", "madam", "dame", "lady", "lord", "dr"})


@dataclass(frozen=True, slots=True)
class Block:
    """Words of a and words of b that stand against each other; either may be none."""

    a: range
    b: range


def find(pair: Pair) -> Iterator[Candidate]:
    """What two twins tell differently: figures, names, negations."""
    for block in blocks_of(pair) or ():
        yield from _figures(pair, block)
        yield from _names(pair, block)
    blocks = blocks_of(pair, plain=True) or []
    for block in blocks:
        yield from _opposites(pair, block)
    yield from _negations(pair, blocks)


def blocks_of(pair: Pair, *, plain: bool = False) -> list[Block] | None:
    """What differs between twins; None where the two are none.

    ``plain`` compares verbs by their lemma, as a negation asks for: "passed", "did not pass".
    """
    a, b = (pair.a.plain, pair.b.plain) if plain else (pair.a.forms, pair.b.forms)
    equal = [o for o in Indel.opcodes(a, b) if o.tag == "equal"]
    same = sum(int(pair.a.words.content[o.src_start : o.src_end].sum()) for o in equal)
    either = max(int(pair.a.words.content.sum()), int(pair.b.words.content.sum()))
    if same < LEAST or same < ALIKE * either:
        return None
    edges = [(0, 0, 0, 0)]
    edges += [(o.src_start, o.src_end, o.dest_start, o.dest_end) for o in equal]
    edges.append((len(a), len(a), len(b), len(b)))
    blocks = [
        Block(range(left[1], right[0]), range(left[3], right[2])) for left, right in pairwise(edges)
    ]
    return [x for x in blocks if x.a or x.b]


def _within(side: Side, words: range) -> list[Figure]:
    members = set(words)
    return [f for f in side.figures if members & set(side.inside(f.span))]


def _figures(pair: Pair, block: Block) -> Iterator[Candidate]:
    ours, theirs = _within(pair.a, block.a), _within(pair.b, block.b)
    if not ours or len(ours) != len(theirs):
        return
    for fa, fb in zip(ours, theirs, strict=True):
        if complete(fa, fb) and _shares_turned(pair, block):
            continue
        if agree(fa, fb) is False or _other_unit(fa, fb):
            yield _clash("number", "number: other value, all else alike", (fa.span,), (fb.span,))
        elif _other_bound(fa, fb):
            rule = "number: other bound, all else alike"
            yield Candidate(type="number", rule=rule, a=(fa.span,), b=(fb.span,))


def _other_bound(fa: Figure, fb: Figure) -> bool:
    """Whether both give a bound of one sort at another number: "at least 31", "at least 65".

    Both can be true, so it is no conflict; but it is not the same told twice.
    """
    a, b = fa.quantity, fb.quantity
    if a is None or b is None or a.bound != b.bound or (a.low is None) != (b.low is None):
        return False
    if (a.low is None) == (a.high is None):
        return False
    return compatible(_at(a), _at(b)) is False


def _at(quantity: Quantity) -> Quantity:
    """The number that a bound names, as if it were told exactly."""
    number = quantity.high if quantity.low is None else quantity.low
    return quantity.model_copy(update={"low": number, "high": number, "bound": "exact"})


def _shares_turned(pair: Pair, block: Block) -> bool:
    """Whether another word differs besides two shares that make one whole: lose here, win there."""
    others = blocks_of(pair) or []
    return any(
        x != block and (_has_content(pair.a, x.a) or _has_content(pair.b, x.b)) for x in others
    )


def _has_content(side: Side, words: range) -> bool:
    return any(side.words.content[i] for i in words)


def _other_unit(fa: Figure, fb: Figure) -> bool:
    """Whether both measure, but in units that nothing converts (dollars, pounds)."""
    if fa.quantity is None or fb.quantity is None or agree(fa, fb) is not None:
        return False
    return bool(fa.quantity.unit and fb.quantity.unit)


def _names(pair: Pair, block: Block) -> Iterator[Candidate]:
    ours, theirs = _proper(pair.a, block.a), _proper(pair.b, block.b)
    if not ours or not theirs:
        return
    span_a, span_b = pair.a.span(ours[0], ours[-1]), pair.b.span(theirs[0], theirs[-1])
    first, second = parts(pair.a.cut(span_a)), parts(pair.b.cut(span_b))
    if not first or not second or set(first) & set(second) or _one_entity(pair, ours, theirs):
        return
    if any(spelt_alike(x, y) or x[0] == y or y[0] == x for x in first for y in second):
        return
    if one_in_other(pair.a.cut(span_a), pair.b.cut(span_b)):
        return
    initials = "".join(x[0] for x in first), "".join(y[0] for y in second)
    if initials[0] in second or initials[1] in first:
        return
    yield _clash("name", "name: other name, all else alike", (span_a,), (span_b,))


def _proper(side: Side, words: range) -> list[int]:
    """The proper nouns among words that are no titles and stand in no date or figure."""
    titles = _FORMS | {w.lower().rstrip(".") for w in lexicon("titles")}
    return [
        i
        for i in words
        if side.words.tags[i].startswith("NNP")
        and side.cut(side.span(i, i))[:1].isupper()
        and side.forms[i].rstrip(".") not in titles
        and i not in side.in_values
    ]


def _one_entity(pair: Pair, ours: list[int], theirs: list[int]) -> bool:
    """Whether the names were merged into one entity when the story was annotated."""
    first = _entities(pair.a, pair.a.span(ours[0], ours[-1]))
    second = _entities(pair.b, pair.b.span(theirs[0], theirs[-1]))
    return bool(first & second)


def _entities(side: Side, span: Span) -> set[str]:
    return {m.entity for m in side.statement.names if m.span[0] < span[1] and span[0] < m.span[1]}


def _opposites(pair: Pair, block: Block) -> Iterator[Candidate]:
    for i in block.a:
        for k in block.b:
            if _are_opposite(pair, i, k):
                rule = "polarity: opposite words, all else alike"
                yield _clash("polarity", rule, (pair.a.span(i, i),), (pair.b.span(k, k),))


def _are_opposite(pair: Pair, i: int, k: int) -> bool:
    """By lemma, or as they stand: "related" is a verb's form, "unrelated" is none."""
    if i in pair.a.in_values and k in pair.b.in_values:
        return False
    keys = pair.a.words.keys[i], pair.b.words.keys[k]
    return is_opposite(*keys) or is_opposite(pair.a.forms[i], pair.b.forms[k])


def _negations(pair: Pair, blocks: list[Block]) -> Iterator[Candidate]:
    """Negations that stand on one side only, each alone in its block or with few words."""
    lone_a = [i for x in blocks for i in _negating(pair, x)]
    lone_b = [k for x in blocks for k in _negating(pair, x, back=True)]
    if (len(lone_a) + len(lone_b)) % 2 == 0:
        return
    i = lone_a[0] if lone_a else _against(blocks, lone_b[0], back=True)
    k = lone_b[0] if lone_b else _against(blocks, lone_a[0])
    i, k = min(i, len(pair.a) - 1), min(k, len(pair.b) - 1)
    spans = (pair.a.span(i, i),), (pair.b.span(k, k),)
    yield _clash("polarity", "polarity: negated on one side, all else alike", *spans)


def _negating(pair: Pair, block: Block, *, back: bool = False) -> list[int]:
    """The negations of one side of a block in which no content word stands besides.

    "Not one person but" corrects, it does not deny; "can't" and "cant" are one word.
    """
    if any(_is_told(pair.a, i) for i in block.a) or any(_is_told(pair.b, k) for k in block.b):
        return []
    letters = ["".join(filter(str.isalnum, "".join(f))) for f in _forms(pair, block)]
    if letters[0] == letters[1]:
        return []
    side, words = (pair.b, block.b) if back else (pair.a, block.a)
    return [i for i in words if _denies(side, i) and i not in side.in_values]


def _denies(side: Side, i: int) -> bool:
    """Whether a word negates: by itself, or as a verb with another below it ("failed to win")."""
    if side.forms[i] in negators().words:
        return True
    return side.words.keys[i] in negators().governing and side.child(i, _OPEN) is not None


def _is_told(side: Side, i: int) -> bool:
    return bool(side.words.content[i]) and not _denies(side, i)


def _forms(pair: Pair, block: Block) -> tuple[list[str], list[str]]:
    return [pair.a.forms[i] for i in block.a], [pair.b.forms[k] for k in block.b]


def _against(blocks: list[Block], word: int, *, back: bool = False) -> int:
    """The word that follows on the other side where one side has a negation."""
    for block in blocks:
        here, there = (block.b, block.a) if back else (block.a, block.b)
        if word in here:
            return there.stop
    return 0


def _clash(kind: DifferenceType, rule: str, a: tuple[Span, ...], b: tuple[Span, ...]) -> Candidate:
    return Candidate(type=kind, rule=rule, a=a, b=b, features={"twin": 1.0}, clash=True)
