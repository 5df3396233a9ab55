"""Coverage-guided runs of the targets.

    python -m tests.fuzz.run TARGET [--seconds 600] [--runs -1] [--seed 1] [--found FOLDER]

What is executed, and how often, libFuzzer prints at the end. An input that breaks a
promise stops the run and is kept in FOLDER (``fuzz-found`` by default) as
``crash-…``; new inputs that reach new code are kept there too.
"""

import argparse
import sys
from pathlib import Path

import atheris

CORPUS = Path(__file__).parent / "corpus"


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("target")
    options.add_argument("--seconds", type=int, default=600)
    options.add_argument("--runs", type=int, default=-1)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--found", type=Path, default=Path("fuzz-found"))
    chosen = options.parse_args()
    with atheris.instrument_imports(include=["storydiff"]):
        from tests.fuzz.targets import TARGETS

    found = chosen.found / chosen.target
    found.mkdir(parents=True, exist_ok=True)
    atheris.Setup(
        [
            sys.argv[0],
            f"-max_total_time={chosen.seconds}",
            f"-runs={chosen.runs}",
            f"-seed={chosen.seed}",
            "-max_len=4096",
            "-timeout=20",
            "-rss_limit_mb=4096",
            "-print_final_stats=1",
            f"-artifact_prefix={found}/",
            str(found),
            str(CORPUS / chosen.target),
        ],
        TARGETS[chosen.target],
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
