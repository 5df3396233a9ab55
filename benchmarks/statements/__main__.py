"""How well single statements are read.

    python -m benchmarks.statements [--gold DIR] [--checkthat FILE] [--polnear FILE] [--json FILE]

Runs the tables whose data is given; the number phrases are in the repository and
always run. Results name a set and its hash, never where it lies.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.statements import attributions, kinds, numbers, speed


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tables and print them."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.statements",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--gold", type=Path, help="a folder of gold stories: kinds, furniture")
    parser.add_argument("--checkthat", type=Path, help="sentences marked SUBJ or OBJ, JSON lines")
    parser.add_argument("--polnear", type=Path, help="documents with attributions, JSON lines")
    parser.add_argument("--speed", action="store_true", help="time annotation on the gold stories")
    parser.add_argument("--json", type=Path, help="keep the figures in this file")
    options = parser.parse_args(arguments)
    results: dict[str, Any] = {"numbers": numbers.evaluate()}
    print(listed("number phrases", results["numbers"]))
    if options.gold:
        results["kinds"] = kinds.evaluate(options.gold)
        print(kinds.table(results["kinds"]))
    if options.gold and options.speed:
        results["speed"] = speed.evaluate(options.gold)
        print(listed("speed", results["speed"]))
    if options.checkthat:
        results["opinion"] = kinds.evaluate_opinion(options.checkthat)
        print(kinds.table_opinion(results["opinion"]))
    if options.polnear:
        results["attributions"] = attributions.evaluate(options.polnear)
        print(listed("attributions", results["attributions"]))
    if options.json:
        text = json.dumps(results, indent=1, ensure_ascii=False)
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0


def listed(title: str, result: Mapping[str, Any]) -> str:
    """Figures as indented lines, one a key."""
    lines = [title]
    for name, value in result.items():
        if isinstance(value, Mapping):
            lines.append(f"  {name}")
            lines += [f"    {key}: {_shown(inner)}" for key, inner in value.items()]
        else:
            lines.append(f"  {name}: {_shown(value)}")
    return "\n".join(lines)


def _shown(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main())
