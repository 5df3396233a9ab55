"""How long a start takes, in processes of their own that take turns; medians.

    python -m benchmarks.speed.cold

- importing storydiff beside importing what it cannot do without;
- ``storydiff compare`` of three reports of 25 statements, the graph built and
  nothing kept of the texts, and again with everything kept, beside a script that
  imports sentence-transformers and spaCy, loads both models and encodes the text;
- the very first use, which builds the graph, apart.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.speed.encoding import sentences

RUNS = 5
REPORTS, STATEMENTS = 3, 25

NEEDED = "import numpy, pydantic, rapidfuzz"
OURS = "import storydiff; storydiff.Report"
OTHERS = """
import json, sys
from sentence_transformers import SentenceTransformer
import spacy
reports = json.load(open(sys.argv[1]))["reports"]
texts = [sentence for report in reports for sentence in report["sentences"]]
SentenceTransformer(sys.argv[2], device="cpu").encode(texts)
spacy.load(sys.argv[3])
"""


def measure() -> dict[str, Any]:
    """Seconds and ratios of imports and of cold, warm and first comparisons."""
    with tempfile.TemporaryDirectory() as folder:
        return _measured(Path(folder))


def _measured(folder: Path) -> dict[str, Any]:
    from storydiff.annotation.parsing import SpacyParser, _folder
    from storydiff.encoding.weights import default_folder

    story, kept = folder / "story.json", folder / "kept"
    story.write_text(json.dumps({"reports": reports()}), encoding="utf-8")
    python, out = [sys.executable], ["-q", "--output", str(folder / "out.json")]
    compare = [*python, "-m", "storydiff", "compare", str(story), *out]
    models = [str(default_folder()), str(_folder(SpacyParser().package))]
    taken: dict[str, list[float]] = {}
    for run in range(RUNS + 1):
        shutil.rmtree(kept, ignore_errors=True)
        once = {"first": timed(compare, kept)}
        for kind in ("vectors", "parses"):
            shutil.rmtree(kept / kind)
        once["cold"] = timed(compare, kept)
        once["warm"] = timed(compare, kept)
        once["others"] = timed([*python, "-c", OTHERS, str(story), *models], kept)
        once["needed"] = timed([*python, "-c", NEEDED], kept)
        once["ours"] = timed([*python, "-c", OURS], kept)
        if run:
            for name, seconds in once.items():
                taken.setdefault(name, []).append(seconds)
    median = {name: statistics.median(times) for name, times in taken.items()}
    return {
        "seconds": {name: round(seconds, 3) for name, seconds in median.items()},
        "import_ratio": round(median["ours"] / median["needed"], 3),
        "cold_ratio": round(median["cold"] / median["others"], 3),
        "warm_ratio": round(median["warm"] / median["others"], 3),
        "first_ratio": round(median["first"] / median["others"], 3),
    }


def reports() -> list[dict[str, Any]]:
    """Three reports of 25 sentences each, from the stories in the repository."""
    chosen = sentences()
    parts = [chosen[k * STATEMENTS : (k + 1) * STATEMENTS] for k in range(REPORTS)]
    return [
        {"outlet": f"Outlet {k + 1}", "text": "\n\n".join(part), "sentences": part}
        for k, part in enumerate(parts)
    ]


def timed(command: list[str], kept: Path) -> float:
    """Seconds that a command takes, from its start to its end."""
    environment = {**os.environ, "STORYDIFF_CACHE": str(kept)}
    start = time.perf_counter()
    subprocess.run(  # noqa: S603 - our own commands
        command, check=True, env=environment, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(), indent=1) + "\n")
