"""What two statements tell, by their letters: lemmas, names, numbers, speakers, predicates."""

from __future__ import annotations

from collections.abc import Sequence, Set

import numpy as np

from storydiff.features.pairs import Block, Matrix, overlap_table, shared_table, symmetric
from storydiff.features.sides import RUNS, Side
from storydiff.protocols import Floats, Ints
from storydiff.similarity import segment_max
from storydiff.words import Words

Features = dict[str, Matrix]

_PRONOUNS = frozenset(["he", "she", "they", "it", "him", "her", "them", "his", "their", "its"])


def lexical(block: Block) -> Features:
    """Shared lemmas, stems and runs of words, weighed by rarity."""
    out: Features = {}
    out.update(_overlap("lemmas", block.a.lemmas, block.b.lemmas))
    out.update(_overlap("stems", block.a.stems, block.b.stems))
    for size in RUNS:
        out[f"runs of {size}"] = np.log1p(shared_table(block.a.runs[size], block.b.runs[size]))
    return out


def who(block: Block) -> Features:
    """Shared names, names that only one side has, shared speakers, pronouns for names."""
    a, b = block.a, block.b
    out: Features = {}
    shared, mass = overlap_table(a.names, b.names)
    out["names shared"] = shared
    out.update(
        symmetric("names alone", mass[: len(a), None] - shared, mass[None, len(a) :] - shared)
    )
    out["people shared"] = shared_table(a.people, b.people)
    spoken, mass = overlap_table(a.speakers, b.speakers)
    has_a, has_b = mass[: len(a), None] > 0, mass[None, len(a) :] > 0
    out["speaker shared"] = (spoken > 0).astype(np.float64)
    out["speaker differs"] = ((spoken == 0) & has_a & has_b).astype(np.float64)
    out["speaker on one side"] = (has_a ^ has_b).astype(np.float64)
    pronoun_a = np.array([_pronouns(w) for w in a.words])[:, None]
    pronoun_b = np.array([_pronouns(w) for w in b.words])[None, :]
    out.update(symmetric("pronouns", pronoun_a + 0 * pronoun_b, pronoun_b + 0 * pronoun_a))
    quoted_a, quoted_b = _share(a, a.in_quote)[:, None], _share(b, b.in_quote)[None, :]
    out.update(symmetric("quoted share", quoted_a + 0 * quoted_b, quoted_b + 0 * quoted_a))
    return out


def quantities(block: Block) -> Features:
    """Numbers that both give, and numbers that differ."""
    a, b = block.a, block.b
    shared = np.array([[len(x & y) for y in b.numbers] for x in a.numbers], np.float64)
    count_a = np.array([len(x) for x in a.numbers], np.float64)[:, None]
    count_b = np.array([len(y) for y in b.numbers], np.float64)[None, :]
    shared = shared.reshape(len(a), len(b))
    both = (count_a > 0) & (count_b > 0)
    days = np.array([[len(x & y) for y in b.days] for x in a.days], np.float64).reshape(both.shape)
    dated = np.array([[bool(x) and bool(y) for y in b.days] for x in a.days], bool)
    return {
        "days shared": np.minimum(days, 2.0),
        "days differ": (dated.reshape(both.shape) & (days == 0)).astype(np.float64),
        "numbers shared": np.minimum(shared, 3.0),
        "numbers differ": (both & (shared == 0)).astype(np.float64),
        "numbers on one side": ((count_a > 0) ^ (count_b > 0)).astype(np.float64),
    }


def predicates(block: Block) -> Features:
    """The most similar verbs of both, alone and with their subjects and objects."""
    a, b = block.a.predicates, block.b.predicates
    table = block.similarity
    verb = _words_table(table, block, a[0], b[0])
    subject = _words_table(table, block, a[1], b[1])
    target = _words_table(table, block, a[2], b[2])
    arguments = np.maximum(subject, 0.0) + np.maximum(target, 0.0)
    framed: Floats = (verb + arguments / 2).astype(np.float32)

    def top(values: Floats) -> Matrix:
        wide = segment_max(values, b[3])
        out: Matrix = segment_max(wide.T.copy(), a[3]).T.astype(np.float64)
        return out

    return {
        "verbs": top(verb),
        "verbs and arguments": top(framed),
        "subjects": top(subject),
        "objects": top(target),
    }


def _overlap(name: str, left: Sequence[Set[str]], right: Sequence[Set[str]]) -> Features:
    shared, mass = overlap_table(left, right)
    mass_a, mass_b = mass[: len(left), None], mass[None, len(left) :]
    out = symmetric(name, shared / (mass_a + 2.0), shared / (mass_b + 2.0))
    out[f"{name} shared"] = np.log1p(shared)
    return out


def _pronouns(words: Words) -> float:
    return float(sum(key in _PRONOUNS for key in words.keys))


def _share(side: Side, flags: np.ndarray) -> Matrix:
    total = np.diff(side.token_offsets)
    counts = np.concatenate([[0], np.cumsum(flags)])
    inside = counts[side.token_offsets[1:]] - counts[side.token_offsets[:-1]]
    return np.asarray(inside / np.maximum(total, 1), np.float64)


def _words_table(table: Floats, block: Block, left: Ints, right: Ints) -> Floats:
    """Similarity of flat words by the first of their tokens; 0 where there is none."""
    rows, columns = block.a.first_tokens[left], block.b.first_tokens[right]
    out = (
        table[np.maximum(rows, 0)][:, np.maximum(columns, 0)]
        if table.size
        else np.zeros((len(left), len(right)), np.float32)
    )
    return np.where((rows >= 0)[:, None] & (columns >= 0)[None, :], out, 0.0).astype(np.float32)
