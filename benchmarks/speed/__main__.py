"""``python -m benchmarks.speed``: all figures of speed in one run, as JSON.

Run with OMP_NUM_THREADS=1, so that what is compared has one thread each.
"""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.speed.machine import machine

PARTS = ("after", "search", "growth", "many", "encoding", "cold")
"""Modules with a function ``measure``."""


def main() -> None:
    """Measure the parts asked for and print or keep the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--json", type=Path, help="a file to keep the figures in")
    arguments = parser.parse_args()
    there = [name for name in PARTS if find_spec(f"benchmarks.speed.{name}")]
    if unknown := set(arguments.parts) - set(there):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(there)}")
    found: dict[str, Any] = {"machine": machine()}
    for name in arguments.parts or there:
        sys.stderr.write(f"{name} …\n")
        found[name] = import_module(f"benchmarks.speed.{name}").measure()
    text = json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    if arguments.json is None:
        sys.stdout.write(text)
    else:
        arguments.json.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
