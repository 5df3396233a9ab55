"""The kinds of a statement: fact, quote, reported, opinion, other, each with a score.

Two passes. `label_kinds` judges by form alone, before there are vectors.
`finish_kinds` judges again with the vectors of the words that are not
attributed, so that opinion is only ever found in the outlet's own voice, and
leans a little on how opinionated the rest of the report is. Each kind has a
small logistic regression, trained by ``python -m benchmarks.train_kinds`` and
shipped as ``data/kinds.json``. Reasons and figures: docs/design/0032-kinds.md.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storydiff.annotation.attributions import attributed_spans
from storydiff.annotation.kind_features import features, quoted_by_statement
from storydiff.datatypes import KINDS, Kind, Statement
from storydiff.errors import ModelError, unexpected
from storydiff.protocols import Encoded, Floats, Parse
from storydiff.shipped import shipped

HEADS = "kinds.json"
"""The file of the shipped heads."""

JUDGED: tuple[Kind, ...] = ("fact", "quote", "reported", "opinion")
"""The kinds that have a head; "other" is told by `storydiff.furniture`."""

QUOTED_WORDS = 3
"""A quotation of so many words makes a statement a quote."""

_SHRINK = 3.0  # statements that the mean of a report's other statements is shrunk by


@dataclass(frozen=True)
class Head:
    """A logistic regression for one kind.

    Attributes:
        bias: what a row of zeros gives, in log-odds.
        threshold: the probability from which a statement has the kind.
        form: float64 ``(f,)``, weights of the features of form.
        voice: float64 ``(d,)``, weights of the unit vector of the outlet's own
            voice; empty for a head that judges by form alone.
        around: weights ``(own, others)`` for the head's own log-odds less their
            mean ``level`` and for the shrunk mean of the report's other statements.
        level: the mean log-odds of the head on the statements that it learned from.
    """

    bias: float
    threshold: float
    form: NDArray[np.float64]
    voice: NDArray[np.float64]
    around: tuple[float, float, float] | None = None
    level: float = 0.0

    def odds(self, form: Floats, voice: Floats | None = None) -> NDArray[np.float64]:
        """Log-odds ``(n,)`` of statements with features ``(n, f)`` and voices ``(n, d)``."""
        found: NDArray[np.float64] = form.astype(np.float64) @ self.form + self.bias
        if voice is not None and len(self.voice):
            found = found + voice.astype(np.float64) @ self.voice
        return found


@dataclass(frozen=True)
class Heads:
    """The heads of all kinds: by form alone, and with vectors."""

    features: tuple[str, ...]
    width: int
    form: Mapping[Kind, Head]
    full: Mapping[Kind, Head]


def label_kinds(statements: Sequence[Statement], parses: Sequence[Parse]) -> tuple[Statement, ...]:
    """The statements with kinds and scores as far as form tells them.

    ``statements`` carry their attributions; those of one report stand together.
    Furniture keeps the kind "other". Of a statement without a parse only the
    kind "quote" is judged, by its marks.
    """
    judged = _judged(statements, parses)
    heads = load_heads()
    form = _form([statements[i] for i in judged], [parses[i] for i in judged], heads)
    odds = np.stack([heads.form[kind].odds(form) for kind in JUDGED], axis=1)
    labelled = [_by_marks(s, q) for s, q in _with_quotations(statements)]
    for i, statement in _decided(statements, judged, odds, heads.form):
        labelled[i] = statement
    return tuple(labelled)


def finish_kinds(
    statements: Sequence[Statement], parses: Sequence[Parse], encoded: Encoded
) -> tuple[Statement, ...]:
    """The statements with kinds and scores from form and vectors together.

    ``encoded`` holds the vectors of the statements' texts, in their order. With
    vectors of another width than those of the heads the statements stay as they are.
    """
    heads = load_heads()
    if encoded.tokens.shape[1] != heads.width:
        return tuple(statements)
    judged = _judged(statements, parses)
    chosen = [statements[i] for i in judged]
    form = _form(chosen, [parses[i] for i in judged], heads)
    voice = own_voice(statements, encoded)[judged]
    columns = []
    for kind in JUDGED:
        head = heads.full[kind]
        odds = head.odds(form, voice)
        columns.append(_with_report(head, odds, [s.report for s in chosen]))
    finished = list(statements)
    for i, statement in _decided(statements, judged, np.stack(columns, axis=1), heads.full):
        finished[i] = statement
    return tuple(finished)


def own_voice(statements: Sequence[Statement], encoded: Encoded) -> Floats:
    """The mean vector of each statement's words outside attributed content.

    float32 ``(n, d)``, unit length; zeros where all is attributed.
    """
    voices = np.zeros((len(statements), encoded.tokens.shape[1]), np.float32)
    for i, statement in enumerate(statements):
        rows = encoded.rows(i)
        starts = encoded.starts[rows] + statement.start
        ends = encoded.ends[rows] + statement.start
        kept = np.ones(len(starts), bool)
        for start, end in attributed_spans(statement):
            kept &= ~((starts < end) & (start < ends))
        total = encoded.tokens[rows][kept].sum(axis=0)
        length = float(np.linalg.norm(total))
        if length > 0:
            voices[i] = total / length
    return voices


def others_lean(
    odds: NDArray[np.float64], reports: Sequence[str], level: float
) -> NDArray[np.float64]:
    """For each statement, how far the others of its report lie above ``level``, ``(n,)``.

    The mean of their log-odds less the level, shrunk as if three more
    statements lay at the level; 0 for a statement alone.
    """
    totals: dict[str, float] = defaultdict(float)
    counts: dict[str, int] = defaultdict(int)
    for report, value in zip(reports, odds.tolist(), strict=True):
        totals[report] += value - level
        counts[report] += 1
    return np.array(
        [
            (totals[report] - (value - level)) / (counts[report] - 1 + _SHRINK)
            for report, value in zip(reports, odds.tolist(), strict=True)
        ],
        np.float64,
    )


@cache
def load_heads() -> Heads:
    """The shipped heads.

    Raises `ModelError` if the file does not fit the features of this version.
    """
    return read_heads(json.loads(shipped(HEADS)))


def read_heads(raw: Mapping[str, Any]) -> Heads:
    """Heads from what ``data/kinds.json`` holds.

    Raises `ModelError` if they were trained on other features than ours.
    """
    names = features([], [])[0]
    if tuple(raw["features"]) != names:
        raise ModelError(
            unexpected(
                "data/kinds.json: features", got=raw["features"], wanted=f"{len(names)} of ours"
            )
        )
    form = {kind: _head(raw["form"][kind]) for kind in JUDGED}
    full = {kind: _head(raw["full"][kind]) for kind in JUDGED}
    return Heads(names, len(full["opinion"].voice), form, full)


def _head(raw: Mapping[str, Any]) -> Head:
    around = raw.get("around")
    return Head(
        bias=float(raw["bias"]),
        threshold=float(raw["threshold"]),
        form=np.array(raw["form"], np.float64),
        voice=np.array(raw.get("voice", ()), np.float64),
        around=(float(around[0]), float(around[1]), float(around[2])) if around else None,
        level=float(raw.get("level", 0.0)),
    )


def _judged(statements: Sequence[Statement], parses: Sequence[Parse]) -> list[int]:
    """The statements that the heads can judge: parsed, and no furniture."""
    return [
        i
        for i, (statement, parse) in enumerate(zip(statements, parses, strict=True))
        if len(parse) and statement.kinds != ("other",)
    ]


def _form(statements: Sequence[Statement], parses: Sequence[Parse], heads: Heads) -> Floats:
    return features(statements, parses)[1].reshape(len(statements), len(heads.features))


def _with_report(
    head: Head, odds: NDArray[np.float64], reports: Sequence[str]
) -> NDArray[np.float64]:
    if head.around is None:
        return odds
    own, others, bias = head.around
    lean = others_lean(odds, reports, head.level)
    result: NDArray[np.float64] = own * (odds - head.level) + others * lean + bias
    return result


def _decided(
    statements: Sequence[Statement],
    judged: Sequence[int],
    odds: NDArray[np.float64],
    heads: Mapping[Kind, Head],
) -> list[tuple[int, Statement]]:
    """The judged statements with their kinds; the likeliest where none reaches its threshold."""
    chances = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    limits = np.array([heads[kind].threshold for kind in JUDGED])
    held = chances >= limits
    margins = odds - np.log(limits / (1 - limits))
    held[np.arange(len(held)), margins.argmax(axis=1)] = True
    return [
        (i, _with_kinds(statements[i], dict(zip(JUDGED, row, strict=True)), keep))
        for i, row, keep in zip(judged, chances.round(4).tolist(), held.tolist(), strict=True)
    ]


def _with_kinds(
    statement: Statement, scores: Mapping[Kind, float], held: Sequence[bool]
) -> Statement:
    kept = {kind for kind, keep in zip(JUDGED, held, strict=True) if keep}
    kinds = tuple(kind for kind in KINDS if kind in kept)
    return statement.model_copy(update={"kinds": kinds, "kind_scores": dict(scores)})


def _with_quotations(statements: Sequence[Statement]) -> list[tuple[Statement, int]]:
    """Each statement with the words of its longest quotation."""
    found = quoted_by_statement(statements)
    words = [max((q.words for q in quoted), default=0) for quoted in found]
    return list(zip(statements, words, strict=True))


def _by_marks(statement: Statement, words: int) -> Statement:
    """A statement that nothing can parse: a quote if its marks say so, else without a kind."""
    if statement.kinds == ("other",):
        return statement
    quote = words >= QUOTED_WORDS
    return statement.model_copy(
        update={"kinds": ("quote",) if quote else (), "kind_scores": {"quote": float(quote)}}
    )
