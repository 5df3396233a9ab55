"""Pairs that are no story: answers of outlets, proposition spans, chunks of headlines.

Three public sets are measured where their files are given; none of them is in
this repository.

- NAnCo (Laban et al., Findings of EMNLP 2022): do two paragraphs give the same
  answer? Balanced accuracy over the pairs of each question, mean over questions.
- SuperPAL, Multi-News part (Ernst et al., CoNLL 2021): do two spans state the
  same information? F1 over the pairs of all topics; "..." joins the parts of a
  span.
- iSTS headlines (Agirre et al., SemEval 2016): which chunks of two headlines
  correspond? With the readers' chunks given, two chunks correspond where a link
  aligns a word of one with a word of the other; F1 over the pairs of words in
  corresponding chunks.

Thresholds come from the gold stories that the matcher was trained on, never
from these sets.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from storydiff.datatypes import Report
from storydiff.evaluation.metrics import Count, average_precision, best_f1
from storydiff.pipeline import Pipeline, match, matching_threshold

DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Scored:
    """Pairs of one question or topic, with what we say of them and what is so."""

    scores: np.ndarray
    truth: np.ndarray


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The records of a JSON lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def same_answers(path: Path) -> dict[str, Any]:
    """NAnCo: are two answer paragraphs of one group?"""
    threshold = matching_threshold()
    groups = []
    for question in read_lines(path):
        answers = question["answers"]
        pairs = list(combinations(range(len(answers)), 2))
        texts = [answer["paragraph"] for answer in answers]
        scores = match([texts[i] for i, _ in pairs], [texts[j] for _, j in pairs])
        truth = [answers[i]["cluster"] == answers[j]["cluster"] for i, j in pairs]
        groups.append(Scored(np.asarray(scores), np.array(truth)))
    each = [balanced_accuracy(g, threshold) for g in groups]
    low, high = interval(each)
    return {
        "name": "NAnCo",
        "sha256": sha256(path.read_bytes()).hexdigest(),
        "questions": len(groups),
        "pairs": sum(len(g.truth) for g in groups),
        "balanced_accuracy": round(float(np.mean(each)), 4),
        "low": low,
        "high": high,
        "threshold": threshold,
        "best_threshold_would_give": round(
            max(
                float(np.mean([balanced_accuracy(g, t) for g in groups]))
                for t in np.linspace(0.01, 0.99, 99)
            ),
            4,
        ),
    }


def balanced_accuracy(group: Scored, threshold: float) -> float:
    """Mean recall of the pairs that belong together and of those that do not."""
    said = group.scores >= threshold
    return float((said[group.truth].mean() + (~said[~group.truth]).mean()) / 2)


def same_spans(path: Path) -> dict[str, Any]:
    """SuperPAL: do two spans state the same information?"""
    threshold = matching_threshold()
    topics = []
    for topic in read_lines(path):
        left = [plain(s["text"]) for s in topic["summary_spans"]]
        right = [plain(s["text"]) for s in topic["doc_spans"]]
        pairs = [(i, j) for i in range(len(left)) for j in range(len(right))]
        scores = match([left[i] for i, _ in pairs], [right[j] for _, j in pairs])
        aligned = {tuple(pair) for pair in topic["alignments"]}
        topics.append(Scored(np.asarray(scores), np.array([p in aligned for p in pairs])))
    counts = [count_of(t, threshold) for t in topics]
    rng = random.Random(0)
    draws = sorted(sum(rng.choices(counts, k=len(counts)), Count()).f1 for _ in range(DRAWS))
    scores = np.concatenate([t.scores for t in topics])
    truth = np.concatenate([t.truth for t in topics])
    return {
        "name": "SuperPAL, Multi-News",
        "sha256": sha256(path.read_bytes()).hexdigest(),
        "topics": len(topics),
        "pairs": len(truth),
        "f1": round(sum(counts, Count()).f1, 4),
        "low": round(draws[int(0.025 * DRAWS)], 4),
        "high": round(draws[int(0.975 * DRAWS)], 4),
        "average_precision": round(average_precision(scores, truth.tolist()), 4),
        "threshold": threshold,
        "best_threshold_would_give": round(best_f1(scores, truth.tolist())[0], 4),
    }


def plain(span: str) -> str:
    """A span's words: its parts are joined by "..." in the set."""
    return " ".join(part.strip() for part in span.split("..."))


def count_of(group: Scored, threshold: float) -> Count:
    """Counts of the pairs said to match."""
    said = group.scores >= threshold
    return Count(
        int((said & group.truth).sum()),
        int((said & ~group.truth).sum()),
        int((~said & group.truth).sum()),
    )


def aligned_words(path: Path) -> dict[str, Any]:
    """ISTS headlines: chunks that the aligned words of a link join."""
    counts = []
    pipeline = Pipeline()
    for pair in read_lines(path):
        sides = [pair["tokens_a"], pair["tokens_b"]]
        reports = [
            Report.from_sentences([" ".join(words)], outlet=name)
            for name, words in zip("ab", sides, strict=True)
        ]
        comparison = pipeline.compare(reports, links=[{"a": ["a", 0], "b": ["b", 0]}])
        starts = [starts_of(words) for words in sides]
        chunk_a, chunk_b = (chunk_of(pair["alignments"], side) for side in "ab")
        met = {
            (chunk_a.get(starts[0][w.a[0]]), chunk_b.get(starts[1][w.b[0]]))
            for link in comparison.links
            for w in link.words
            if w.a[0] in starts[0] and w.b[0] in starts[1]
        }
        said = {(i, j) for x, y in met if x and y for i in x for j in y}
        truth = {(i, j) for x in pair["alignments"] for i in x["a"] for j in x["b"]}
        counts.append(Count(len(said & truth), len(said - truth), len(truth - said)))
    total = sum(counts, Count())
    return {
        "name": "iSTS headlines",
        "sha256": sha256(path.read_bytes()).hexdigest(),
        "pairs": len(counts),
        "precision": round(total.precision, 4),
        "recall": round(total.recall, 4),
        "f1": round(total.f1, 4),
    }


def chunk_of(alignments: Sequence[Mapping[str, Any]], side: str) -> dict[int, tuple[int, ...]]:
    """The chunk that each word of a headline stands in, as the readers cut it."""
    return {word: tuple(x[side]) for x in alignments for word in x[side]}


def starts_of(words: Sequence[str]) -> Mapping[int, int]:
    """Where each word begins when they are joined by spaces → its index."""
    out, position = {}, 0
    for index, word in enumerate(words):
        out[position] = index
        position += len(word) + 1
    return out


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of a mean, by bootstrap with a fixed seed."""
    rng = random.Random(0)
    means = sorted(float(np.mean(rng.choices(values, k=len(values)))) for _ in range(DRAWS))
    return round(means[int(0.025 * DRAWS)], 4), round(means[int(0.975 * DRAWS)], 4)
