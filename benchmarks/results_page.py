"""The page of figures, made of the files in benchmarks/results and of nothing else.

    python -m benchmarks.results_page > evaluation.md

A file of `benchmarks.alignment` becomes a table for each set of stories; any
other file becomes a table of its keys and values. The published rates of the
package become one table of two columns.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from storydiff.rates import Interval, Measured, Published, Rate, percent, published

RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """Print the page."""
    print(rates_table(published()))
    print(results_page(RESULTS))
    return 0


def results_page(folder: Path) -> str:
    """All results of a folder as Markdown, one section a file, in the order of their names."""
    files = sorted(folder.glob("*.json"))
    if not files:
        return "No results are kept in this version.\n"
    return "\n".join(line for path in files for line in _section(path.stem, _load(path)))


def rates_table(rates: Published) -> str:
    """The published error rates: for each finding both columns, each share with its interval."""
    columns = (rates.own, rates.held_out)
    head = ("finding", "own stories: precision", "recall", "real stories: precision", "recall")
    known = [c.rates for c in columns if c is not None]
    names = list(dict.fromkeys(name for column in known for name in column))
    rows = [(name, *(cell for c in columns for cell in _rate(c, name))) for name in names]
    if not rows:
        return "No error rates are published in this version.\n"
    lines = [*_table(head, rows), ""]
    lines += [*_source("Own stories", rates.own), *_source("Held-out real stories", rates.held_out)]
    return "\n".join(lines)


def _rate(column: Measured | None, name: str) -> tuple[str, str]:
    if column is None:
        return ("not yet measured",) * 2
    rate: Rate | None = column.rates.get(name)  # type: ignore[call-overload]
    if rate is None:
        return ("not measured",) * 2
    return (
        _share(rate.precision, rate.precision_interval, rate.right + rate.wrong),
        _share(rate.recall, rate.recall_interval, rate.right + rate.missed),
    )


def _share(share: float | None, interval: Interval | None, cases: int) -> str:
    if share is None or interval is None:
        return "–"
    return f"{percent(share)} ({percent(interval[0])} to {percent(interval[1])}) of {cases}"


def _source(kind: str, column: Measured | None) -> Iterator[str]:
    if column is None:
        yield from (f"{kind}: not yet measured.", "")
        return
    yield (
        f"{kind}: {_plain(column.name)}, {column.stories} stories, readers {column.readers}, "
        f"{column.date}, sha256 `{column.sha256}`, measured with `{column.signature}`"
    )
    yield ""


def thresholds_table(folder: Path) -> str:
    """What a threshold on the probability of a match keeps, from the bins of calibration.

    For each set of stories: of the pairs with at least this probability, how
    many match; and of the matches with a probability of .1 or more, how many
    are kept.
    """
    lines: list[str] = []
    for path in sorted(folder.glob("*.json")):
        for measured in _sets(_load(path)):
            bins = measured.get("calibration", {}).get("bins", [])
            if bins:
                lines += ["", f"**{_plain(measured['name'])}**, {measured['stories']} stories", ""]
                lines += _table(("from about", "pairs kept", "of these right", "kept"), _kept(bins))
    return "\n".join(lines) or "No results are kept in this version.\n"


def _kept(bins: Sequence[Mapping[str, float]]) -> Iterator[Sequence[object]]:
    """Rows of the table: probability, pairs, precision, recall over the pairs in the bins."""
    right = sum(b["pairs"] * b["seen"] for b in bins)
    for i, first in enumerate(bins):
        pairs = sum(b["pairs"] for b in bins[i:])
        true = sum(b["pairs"] * b["seen"] for b in bins[i:])
        share = true / right if right else 0.0
        yield f"{first['said']:.2f}", pairs, f"{true / max(1, pairs):.2f}", f"{share:.2f}"


def _section(name: str, result: Mapping[str, Any]) -> Iterator[str]:
    sets = _sets(result)
    if not sets:
        yield from (f"## {_plain(name)}", "", *_table(("figure", "value"), _flat(result)), "")
        return
    for measured in sets:
        yield f"## {_plain(measured['name'])}"
        counts = f"{measured['stories']} stories, {measured['pairs']} pairs of statements"
        yield from ("", f"{counts}, sha256 `{measured['sha256'][:16]}`", "")
        yield from _ranking(measured.get("ranking", {}))
        yield from _findings(measured.get("figures", {}))
        yield from _calibration(measured.get("calibration", {}))
    if "signature" in result:
        yield from (f"Measured with `{result['signature']}`", "")


def _ranking(ranking: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    if ranking:
        rows = [
            (_plain(name), f"{r['average_precision']:.3f}", f"{r['best_f1']:.3f}")
            for name, r in ranking.items()
        ]
        yield from _table(("ranking of pairs", "average precision", "best F1"), rows)
        yield ""


def _findings(figures: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    if figures:
        keys = ("precision", "recall", "f1", "balanced_accuracy", "low", "high")
        rows = [
            (_plain(name), *(f"{f[key]:.3f}" if key in f else "" for key in keys))
            for name, f in figures.items()
        ]
        head = ("finding", "precision", "recall", "F1", "balanced accuracy", "95 % from", "to")
        yield from _table(head, rows)
        yield ""


def _calibration(calibration: Mapping[str, Any]) -> Iterator[str]:
    if calibration:
        ece, skill = calibration["ece"], calibration["brier_skill"]
        yield f"Calibration: expected error {ece:.3f}, Brier skill {skill:.3f}."
        yield ""
        rows = [(b["pairs"], f"{b['said']:.2f}", f"{b['seen']:.2f}") for b in calibration["bins"]]
        yield from _table(("pairs", "probability said", "share seen"), rows)
        yield ""


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{name} › {key}" if name else str(key))
    elif isinstance(value, list) and any(isinstance(x, (dict, list)) for x in value):
        for i, inner in enumerate(value):
            yield from _flat(inner, f"{name} › {i}")
    else:
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        yield _plain(name), _plain(shown)


def _table(
    head: Sequence[str], rows: Iterator[Sequence[object]] | Sequence[Sequence[object]]
) -> list[str]:
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    return [*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows)]


def _sets(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The sets of a result of `benchmarks.alignment`; none in any other."""
    sets = result.get("sets", [])
    return sets if all(isinstance(x, dict) and "sha256" in x and "pairs" in x for x in sets) else []


def _load(path: Path) -> Mapping[str, Any]:
    found: Any = json.loads(path.read_text(encoding="utf-8"))
    return found if isinstance(found, dict) else {"result": found}


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


if __name__ == "__main__":
    sys.exit(main())
