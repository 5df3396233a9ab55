"""Two versions of one utterance, word by word: what they share and what differs within it.

The words between quotation marks are compared by the edit operations of their
longest common subsequence (rapidfuzz). The part of an utterance that both
versions carry is its core; what lies outside the core was left out by one of
them, what differs within it was altered (design note 0071).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import Indel

from storydiff.datatypes import Span
from storydiff.words import function_words

CORE_RUN = 3
"""Words in a row that make two quotations one utterance if half of the shorter is shared."""
LONG_RUN = 5
"""Words in a row that make two quotations one utterance by themselves."""
SHARED = 0.5
"""The share of the shorter quotation's words that one utterance has in common."""
RIM = 3
"""At most so many words at one end on both sides count as altered, not as dropped."""

_WORD = re.compile(r"[^\W_]+(?:['’*][ ]?[\w*]+|[.][^\W\d_](?![^\W_]{2}))*|&")
_ASIDE = re.compile(r"[(\[][^()\[\]]{0,60}[)\]]")
_DROPPED = str.maketrans("", "", "'’‘. ")


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words with their spans in the report.

    Attributes:
        words: folded for comparison.
        spans: where they stand.
        asides: which of them an editor put in brackets.
    """

    words: tuple[str, ...]
    spans: tuple[Span, ...]
    asides: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(self.words)

    @property
    def span(self) -> Span:
        """From the first word to the last."""
        return (self.spans[0][0], self.spans[-1][1])

    def told(self, run: tuple[int, int]) -> str:
        """The letters of a run without spaces and without what stands in brackets."""
        return "".join(self.words[i] for i in range(*run) if i not in self.asides)

    def run(self, first: int, last: int) -> Span:
        """The span of the words from ``first`` up to but without ``last``."""
        return (self.spans[first][0], self.spans[last - 1][1])


@dataclass(frozen=True, slots=True)
class Diff:
    """How two utterances differ, as runs of words ``(first, last)`` on each side.

    Attributes:
        shared: words in common within the core.
        longest: the longest run of them.
        core_a, core_b: the runs that hold the core; empty where there is none.
        inner: what differs within the core, a's run and b's run (either may be empty).
    """

    shared: int
    longest: int
    core_a: tuple[int, int]
    core_b: tuple[int, int]
    inner: tuple[tuple[tuple[int, int], tuple[int, int]], ...]


def utterance(text: str, span: Span) -> Utterance:
    """The words of a span of the text, folded."""
    brackets = [m.span() for m in _ASIDE.finditer(text, span[0], span[1])]
    found = [
        (m.group().translate(_DROPPED).lower().replace("&", "and"), m.span())
        for m in _WORD.finditer(text, span[0], span[1])
    ]
    asides = (i for i, (_, at) in enumerate(found) if any(s <= at[0] < e for s, e in brackets))
    return Utterance(tuple(w for w, _ in found), tuple(s for _, s in found), frozenset(asides))


def word_diff(a: Utterance, b: Utterance) -> Diff:
    """The core that two utterances share, and what differs within it."""
    equal = [
        (o.src_start, o.src_end, o.dest_start, o.dest_end)
        for o in Indel.opcodes(a.words, b.words)
        if o.tag == "equal"
    ]
    kept = _core(equal, a.words)
    if not kept:
        return Diff(0, 0, (0, 0), (0, 0), ())
    between = (((left[1], right[0]), (left[3], right[2])) for left, right in pairwise(kept))
    inner = [(x, y) for x, y in between if a.told(x) != b.told(y)]
    first, last = kept[0], kept[-1]
    core_a, core_b = (first[0], last[1]), (first[2], last[3])
    if _is_rim(core_a[0], core_b[0]):
        inner.insert(0, ((0, core_a[0]), (0, core_b[0])))
        core_a, core_b = (0, core_a[1]), (0, core_b[1])
    if _is_rim(len(a) - core_a[1], len(b) - core_b[1]):
        inner.append(((core_a[1], len(a)), (core_b[1], len(b))))
        core_a, core_b = (core_a[0], len(a)), (core_b[0], len(b))
    lengths = [block[1] - block[0] for block in kept]
    return Diff(
        shared=sum(lengths),
        longest=max(lengths),
        core_a=core_a,
        core_b=core_b,
        inner=tuple(inner),
    )


def _is_rim(ours: int, theirs: int) -> bool:
    """Whether both have a few other words where the utterance begins or ends."""
    return 0 < ours <= RIM and 0 < theirs <= RIM


Block = tuple[int, int, int, int]


def _core(equal: list[Block], words: tuple[str, ...]) -> list[Block]:
    """Blocks in common without those at the rim that only function words make."""
    kept = list(equal)
    while kept and not _carries(kept[0], words):
        kept.pop(0)
    while kept and not _carries(kept[-1], words):
        kept.pop()
    return kept


def _carries(block: Block, words: tuple[str, ...]) -> bool:
    run = words[block[0] : block[1]]
    return len(run) >= CORE_RUN or any(w not in function_words() for w in run)


def is_one_utterance(a: Utterance, b: Utterance, diff: Diff) -> bool:
    """Whether two quotations carry one utterance, by the words in common."""
    shorter = min(len(a), len(b))
    if diff.longest >= LONG_RUN:
        return True
    content = _content(a.words[slice(*diff.core_a)]) & _content(b.words[slice(*diff.core_b)])
    if not content or diff.shared < SHARED * shorter:
        return False
    return diff.longest >= min(CORE_RUN, shorter) or len(content) >= 2


def _content(words: tuple[str, ...]) -> set[str]:
    return {w for w in words if w not in function_words()}


def measures(a: Utterance, b: Utterance, diff: Diff) -> dict[str, float]:
    """What decides whether readers would say that a quotation differs."""
    shorter = min(len(a), len(b))
    ours, theirs = _content(a.words), _content(b.words)
    common = len(ours & theirs)
    inner = [max(x[1] - x[0], y[1] - y[0]) for x, y in diff.inner]
    both = [min(x[1] - x[0], y[1] - y[0]) for x, y in diff.inner]
    outer_a = len(a) - (diff.core_a[1] - diff.core_a[0])
    outer_b = len(b) - (diff.core_b[1] - diff.core_b[0])
    return {
        "shared": min(diff.shared, 12) / 12,
        "longest": min(diff.longest, 12) / 12,
        "share": diff.shared / shorter,
        "altered": float(bool(inner)),
        "replaced": float(any(both)),
        "altered words": min(sum(inner), 12) / 12,
        "outside both": float(outer_a > 0 and outer_b > 0),
        "outside one": float((outer_a > 0) != (outer_b > 0)),
        "outside words": min(outer_a + outer_b, 12) / 12,
        "outside shorter": min(outer_a, outer_b) / max(shorter, 1),
        "short": float(shorter < 5),
        "content shared": min(common, 8) / 8,
        "content share": common / max(min(len(ours), len(theirs)), 1),
        "density": diff.shared
        / max(diff.core_a[1] - diff.core_a[0], diff.core_b[1] - diff.core_b[0], 1),
    }
