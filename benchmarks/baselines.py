"""What simple methods make of the same pairs: the scores to beat.

Each gives a symmetric matrix of scores over the statements of a story. Their
thresholds are the best ones on the very data they are measured on, which
flatters them.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from rapidfuzz import fuzz, process

from storydiff.protocols import Floats, Story

WORD = re.compile(r"\w+")


def cosine(story: Story) -> Floats:
    """Cosine of the pooled sentence vectors."""
    vectors = story.encoded.pooled
    return vectors @ vectors.T


def idf_overlap(story: Story) -> Floats:
    """Share of a statement's IDF weight that the other has, in the smaller direction."""
    bags = [set(WORD.findall(s.text.lower())) for s in story.statements]
    idf = _idf(bags)
    weights = [sum(idf[w] for w in bag) for bag in bags]
    scores = np.zeros((len(bags), len(bags)), np.float32)
    for i, a in enumerate(bags):
        for j in range(i):
            shared = sum(idf[w] for w in a & bags[j])
            largest = max(weights[i], weights[j])
            scores[i, j] = scores[j, i] = shared / largest if largest else 0.0
    return scores


def token_set(story: Story) -> Floats:
    """The token set ratio of rapidfuzz, in [0, 1]."""
    texts = [s.text for s in story.statements]
    return process.cdist(texts, texts, scorer=fuzz.token_set_ratio).astype(np.float32) / 100


def _idf(bags: Sequence[set[str]]) -> Mapping[str, float]:
    counts = Counter(word for bag in bags for word in bag)
    return {word: math.log(1 + len(bags) / count) for word, count in counts.items()}


BASELINES: Mapping[str, Callable[[Story], Floats]] = {
    "sentence cosine": cosine,
    "IDF overlap": idf_overlap,
    "rapidfuzz token set": token_set,
}
