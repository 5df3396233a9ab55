"""Numbers that cannot both be right: other values of one quantity.

Bounds and ranges decide (`storydiff.quantities.compatible`), rounding is none.
A number that the other side tells too, anywhere, contradicts nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from storydiff.differences.candidates import Candidate
from storydiff.differences.choosing import Among, everything, one_to_one
from storydiff.differences.figures import Figure, agree, tells
from storydiff.differences.sides import Pair, Side
from storydiff.differences.slots import slot_features

_DURATIONS = frozenset({"year", "month", "week", "day", "hour", "minute", "second"})
_SHARES = {"fraction": 1.0, "percent": 100.0}
_OTHERS = re.compile(r"\b(?:another|other|additional|further|remaining)\s+$", re.IGNORECASE)
_MORE = re.compile(
    r"(?:\s+[a-z]+)?\s+(?:more\b(?! than)|(?:sooner|later|earlier|ago|younger|older|apart)\b)",
    re.IGNORECASE,
)
_HYPHEN = re.compile(r"[-‑]([A-Za-z]{3,})")
COUNTED = 1000
"""Numbers below this may be the sum of others that the other side counts."""
ONE_THING = 0.4
"""Similarity of the nouns counted below which a number does not tell the other's."""


def find(pair: Pair) -> Iterator[Candidate]:
    """Each number of one side with its likeliest counterpart, where the two cannot be one."""
    ours, theirs = pair.a.figures, pair.b.figures
    if not ours or not theirs:
        return
    open_a = {f.span for f in ours if not _told(pair, f, theirs)}
    open_b = {f.span for f in theirs if not _told(pair, f, ours, back=True)}
    open_a -= {f.span for f in ours if is_sum(f, pair.b)}
    open_b -= {f.span for f in theirs if is_sum(f, pair.a)}

    def open_to(fa: Figure, fb: Figure, same: bool) -> bool:
        return not same and fa.span in open_a and fb.span in open_b and _clash(pair, fa, fb)

    scored = [(features, fa, fb) for features, fa, fb, _ in compared(pair, among=open_to)]
    met = len(ours) - len(open_a)
    chosen = one_to_one(scored)
    for features, fa, fb in chosen:
        yield Candidate(
            type="number",
            rule="number: other value in one slot",
            a=(fa.span,),
            b=(fb.span,),
            features={
                **features,
                "shared numbers": min(met, 3) / 3,
                "other clashes": min(len(chosen) - 1, 3) / 3,
                "elsewhere": (pair.b.elsewhere.has_figure(fa) + pair.a.elsewhere.has_figure(fb))
                / 2,
            },
            clash=True,
        )


def _told(pair: Pair, figure: Figure, others: tuple[Figure, ...], *, back: bool = False) -> bool:
    """Whether one of the other side's figures tells this one: one number of one thing."""
    return any(
        tells(figure, x) and _one_thing(pair, *((x, figure) if back else (figure, x)))
        for x in others
    )


def _one_thing(pair: Pair, fa: Figure, fb: Figure) -> bool:
    """Whether two numbers count one thing as far as their nouns tell: 12 sons are not 12 shots."""
    nouns = thing(pair.a, fa), thing(pair.b, fb)
    return None in nouns or pair.nearness(*nouns) >= ONE_THING


def thing(side: Side, figure: Figure) -> int | None:
    """The noun that a number counts, else the noun that it hangs on ("a mother of 12")."""
    noun = counted(side, figure)
    if noun is not None or figure.quantity is None or figure.quantity.unit:
        return noun
    top = side.top(figure.span)
    if top is None or side.words.tags[top].startswith("NN"):
        return top
    for j in side.above(top):
        if side.words.tags[j].startswith("NN"):
            return j
        if side.words.tags[j].startswith("VB"):
            return None
    return None


def counted(side: Side, figure: Figure) -> int | None:
    """The noun that a number counts; None where it has none."""
    noun = None if figure.quantity is None else figure.quantity.noun
    return None if noun is None else side.top(noun)


def is_sum(figure: Figure, side: Side) -> bool:
    """Whether a number is the sum of what a side counts: three, told as two women and a man.

    Counts without a unit that are joined by "and", "a man" being one.
    """
    whole = figure.size
    if not _is_count(figure) or not 2 <= whole < COUNTED:
        return False
    counts = {side.top(f.span): f.size for f in side.figures if _is_count(f)}
    for i in list(counts):
        if i is None:
            continue
        noun = side.head(i)
        while side.words.relations[noun] == "conj":
            noun = side.head(noun)
        parts = [noun, *joined(side, noun)]
        if len(parts) > 1 and sum(_count(side, x, counts) for x in parts) == whole:
            return True
    return False


def _is_count(figure: Figure) -> bool:
    q = figure.quantity
    return q is not None and not q.unit and q.low == float(int(q.low or 0))


def joined(side: Side, i: int) -> Iterator[int]:
    """The words that are joined to word ``i`` by "and" or commas, one to the next."""
    for c in side.children[i]:
        if side.words.relations[c] in ("conj", "appos"):
            yield c
            yield from joined(side, c)


def _count(side: Side, noun: int, counts: Mapping[int | None, float]) -> float:
    """How many of a noun a side counts: its number, or one with an article."""
    for c in side.children[noun]:
        if c in counts:
            return counts[c]
    return float(any(side.forms[c] in ("a", "an", "another") for c in side.children[noun]))


def _clash(pair: Pair, fa: Figure, fb: Figure) -> bool:
    """Whether two figures can answer one question at all, by the words at the figures."""
    if fa.kind == "score" and fa.interim | fb.interim:
        return fa.interim and fb.interim and moment(pair) > 0
    sides = (pair.a, fa), (pair.b, fb)
    if len({_relative(*x) for x in sides}) > 1 or complete(fa, fb):
        return False
    first, second = (_joined_word(*x) for x in sides)
    return first is None or second is None or first == second or first[:4] == second[:4]


def _relative(side: Side, figure: Figure) -> bool:
    """Whether a number tells how many more, or how much earlier: not how many there are."""
    start, end = side.statement.span
    before = side.text[max(figure.span[0] - 14, start) : figure.span[0]]
    after = side.text[figure.span[1] : min(figure.span[1] + 24, end)]
    return bool(_OTHERS.search(before) or _MORE.match(after))


def _joined_word(side: Side, figure: Figure) -> str | None:
    """The word that a hyphen joins to a number ("a 38-word oath"), else the noun it counts."""
    if figure.quantity is None or figure.quantity.unit:
        return None
    found = _HYPHEN.match(side.text, figure.span[1], side.statement.end)
    if found:
        return found.group(1).lower()
    other = counted(side, figure)
    return None if other is None else side.forms[other]


def complete(fa: Figure, fb: Figure) -> bool:
    """Whether two shares make one whole: one in three lose where two in three win."""
    a, b = fa.quantity, fb.quantity
    if a is None or b is None or a.unit != b.unit or a.unit not in _SHARES:
        return False
    return math.isclose(fa.size + fb.size, _SHARES[a.unit], rel_tol=1e-6)


def compared(
    pair: Pair, *, among: Among[Figure] = everything
) -> Iterator[tuple[dict[str, float], Figure, Figure, bool]]:
    """All pairs of figures of one kind, with their measures and whether they agree."""
    for fa in pair.a.figures:
        for fb in pair.b.figures:
            same = agree(fa, fb)
            if same is None or not among(fa, fb, same):
                continue
            features = _features(pair, fa, fb)
            if features is not None:
                yield features, fa, fb, same


def moment(pair: Pair) -> float:
    """1 where both sides stop a clock at one time of the game, -1 at two, 0 without clocks."""
    clocks = [[f for f in side.figures if f.kind == "game"] for side in (pair.a, pair.b)]
    if not all(clocks):
        return 0.0
    return 1.0 if any(agree(x, y) for x in clocks[0] for y in clocks[1]) else -1.0


def _features(pair: Pair, fa: Figure, fb: Figure) -> dict[str, float] | None:
    """Measures of two figures of one kind; None where one has no word."""
    i, k = pair.a.top(fa.span), pair.b.top(fb.span)
    if i is None or k is None:
        return None
    taken_a, taken_b = pair.a.inside(fa.span), pair.b.inside(fb.span)
    gap = _gap(fa, fb)
    return {
        **slot_features(pair, taken_a, taken_b, i, k),
        **_units(pair, fa, fb),
        "gap": gap,
        "close": float(gap < 0.05),
        "score": float(fa.kind == "score"),
        "interim": float(fa.interim != fb.interim),
        "record": float(fa.kind == "record"),
        "half score": float(
            fa.kind in ("score", "record") and bool(set(fa.values) & set(fb.values))
        ),
        "moment": moment(pair),
        "clock": float(fa.kind == "clock"),
        "game": float(fa.kind == "game"),
        "small": float(min(fa.size, fb.size) <= 2),
    }


def _units(pair: Pair, fa: Figure, fb: Figure) -> dict[str, float]:
    """What two quantities measure and count."""
    qa, qb = fa.quantity, fb.quantity
    if qa is None or qb is None:
        return {}
    noun_a, noun_b = counted(pair.a, fa), counted(pair.b, fb)
    return {
        "noun": pair.nearness(noun_a, noun_b),
        "nouns": float(noun_a is not None and noun_b is not None),
        "same noun": float(pair.nearness(noun_a, noun_b) == 1.0),
        "one noun": float((noun_a is None) != (noun_b is None)),
        "same unit": float(qa.unit == qb.unit and bool(qa.unit)),
        "one unit": float(bool(qa.unit) != bool(qb.unit)),
        "other unit": float(qa.unit != qb.unit and bool(qa.unit) and bool(qb.unit)),
        "money": float(qa.unit.isupper() or qb.unit.isupper()),
        "age": float("years old" in (qa.unit, qb.unit)),
        "duration": float(qa.unit in _DURATIONS or qb.unit in _DURATIONS),
        "bound": float(qa.bound != "exact" or qb.bound != "exact"),
    }


def _gap(fa: Figure, fb: Figure) -> float:
    """How far apart two numbers are, as the logarithm of their ratio, in [0, 1]."""
    a, b = fa.size, fb.size
    if a <= 0 or b <= 0 or not (math.isfinite(a) and math.isfinite(b)):
        return 1.0
    return min(abs(math.log(a / b)), 3.0) / 3.0
