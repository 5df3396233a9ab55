"""What each detector sees in pairs of our own, measure by measure, to be read like code.

`test_differences_golden` holds what is shown; here stands what it is judged by: each
candidate with its measures, and how far apart two sides stand. Words must be equal,
numbers to two thousandths, for machines round. Write them anew, and read what changed, with

    PYTHONPATH=.:tests python tests/test_candidates_golden.py
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import pytest

from storydiff.datatypes import Report, cut
from storydiff.differences import candidates
from storydiff.differences.building import Builder
from storydiff.differences.sides import Pair
from storydiff.differences.stance import apart, denials
from storydiff.pipeline import Pipeline

FOLDER = Path(__file__).parent / "data"
GOLDEN = FOLDER / "candidates.txt"
_NUMBER = re.compile(r"(?<==)-?\d+\.\d+|(?<=apart )\d\.\d+")


@cache
def groups() -> Mapping[str, Sequence[tuple[str, str]]]:
    """The pairs of each group, in order."""
    out: dict[str, list[tuple[str, str]]] = {}
    name = ""
    for line in (FOLDER / "candidate_pairs.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            name = line[3:]
        elif not line.startswith("#"):
            a, b = line.split(" | ")
            out.setdefault(name, []).append((a, b))
    return out


def lines(name: str) -> Iterator[str]:
    """The candidates of each pair of a group, in both orientations where they differ."""
    pairs = groups()[name]
    reports = [
        Report.from_sentences(list(side), outlet=outlet, published=day)
        for side, outlet, day in zip(
            zip(*pairs, strict=True), ("Herald", "Ledger"), ("2024-05-14", "2024-05-15"),
            strict=True,
        )
    ]  # fmt: skip
    story, _ = Pipeline().prepare(reports)
    ours, theirs = (
        [i for i, s in enumerate(story.statements) if s.report == r.id] for r in story.reports
    )
    assert len(ours) == len(theirs) == len(pairs)
    builder = Builder(story)
    for n, (i, j) in enumerate(zip(ours, theirs, strict=True)):
        pair = builder.pair(i, j, score=0.75)
        denied = " | ".join(_words(denials(side)) for side in (pair.a, pair.b))
        yield f"{name} {n} apart {apart(pair)} {denied}"
        yield from (f"{name} {n} {line}" for line in _told(pair))


def _words(words: frozenset[str]) -> str:
    return " ".join(sorted(words)) or "-"


def _told(pair: Pair) -> Iterator[str]:
    for c in candidates(pair):
        a, b = (" … ".join(cut(s.text, spans)) for s, spans in ((pair.a, c.a), (pair.b, c.b)))
        measures = " ".join(f"{name}={value:.3f}" for name, value in sorted(c.features.items()))
        clash = " clash" if c.clash else ""
        yield f"{c.type} [{c.rule}]{clash} {c.score:.2f} {a} | {b} {{{measures}}}"


@pytest.mark.parametrize("name", list(groups()))
def test_candidates_are_those_that_were_read(name: str) -> None:
    kept = [x for x in GOLDEN.read_text(encoding="utf-8").splitlines() if x.startswith(f"{name} ")]
    found = list(lines(name))
    assert [_NUMBER.sub("#", x) for x in found] == [_NUMBER.sub("#", x) for x in kept]
    for line, wanted in zip(found, kept, strict=True):
        read, told = (list(map(float, _NUMBER.findall(x))) for x in (line, wanted))
        assert read == pytest.approx(told, abs=2e-3), line


if __name__ == "__main__":
    text = "".join(f"{line}\n" for name in groups() for line in lines(name))
    GOLDEN.write_text(text, encoding="utf-8")
