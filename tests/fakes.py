"""Small, exact stand-ins for the parts that cost seconds to load."""

import hashlib
import re
from dataclasses import dataclass

import numpy as np

from storydiff.datatypes import Link, Report, Statement
from storydiff.likelihoods import Likelihoods
from storydiff.protocols import Encoded, Matched

WORD = re.compile(r"\S+")


def word_vector(word: str, dimension: int = 32) -> np.ndarray:
    """A fixed unit vector for a word: the same word is near itself and nothing else."""
    seed = int.from_bytes(hashlib.sha256(word.lower().encode("utf-8", "replace")).digest()[:8])
    vector = np.random.default_rng(seed).normal(size=dimension)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


@dataclass(frozen=True)
class WordEncoder:
    """Each word is a token; its vector depends on the word alone."""

    dimension: int = 32

    def encode(self, texts):
        found = [list(WORD.finditer(text)) for text in texts]
        counts = [len(words) for words in found]
        flat = [m for words in found for m in words]
        tokens = np.array([word_vector(m[0], self.dimension) for m in flat], np.float32)
        tokens = tokens.reshape(-1, self.dimension)
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        pooled = np.zeros((len(texts), self.dimension), np.float32)
        for i in range(len(texts)):
            rows = tokens[offsets[i] : offsets[i + 1]]
            if len(rows):
                mean = rows.mean(axis=0)
                pooled[i] = mean / np.linalg.norm(mean)
        return Encoded(
            pooled=pooled,
            tokens=tokens,
            starts=np.array([m.start() for m in flat], np.int32),
            ends=np.array([m.end() for m in flat], np.int32),
            offsets=offsets,
        )


@dataclass(frozen=True)
class WordMatcher:
    """Two statements match as much as the smaller one shares of its words."""

    least: float = 0.5

    def match(self, story):
        bags = [set(re.findall(r"\w+", s.text.lower())) for s in story.statements]
        n = len(bags)
        p = np.zeros((n, n), np.float32)
        links = []
        for i in range(n):
            for j in range(i + 1, n):
                a, b = story.statements[i], story.statements[j]
                smaller = min(len(bags[i]), len(bags[j]))
                if a.report == b.report or not smaller:
                    continue
                share = len(bags[i] & bags[j]) / smaller
                p[i, j] = p[j, i] = share
                if share >= self.least:
                    relation = "same" if bags[i] == bags[j] else "overlap"
                    spans_a = shared_words(a, bags[j])
                    spans_b = shared_words(b, bags[i])
                    links.append(
                        Link(
                            a=a.id,
                            b=b.id,
                            relation=relation,
                            score=share,
                            spans_a=spans_a,
                            spans_b=spans_b,
                        )
                    )
        return Matched(tuple(links), Likelihoods.of_dense(p))


def shared_words(statement: Statement, bag):
    return tuple(
        (statement.start + m.start(), statement.start + m.end())
        for m in re.finditer(r"\w+", statement.text)
        if m[0].lower() in bag
    )


@dataclass(frozen=True)
class Lines:
    """Each line of a report is a statement, or each sentence of one that comes split."""

    def segment(self, report: Report):
        lines = [m.span() for m in re.finditer(r"[^\n]+", report.text) if m[0].strip()]
        return tuple(
            Statement(
                id=f"{report.id}:{i}",
                report=report.id,
                outlet=report.outlet,
                index=i,
                start=start,
                end=end,
                text=report.text[start:end],
                kinds=("fact",),
            )
            for i, (start, end) in enumerate(report.sentences or lines)
        )
