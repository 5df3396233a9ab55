"""Keeping an optional package out while another one is imported.

spaCy imports torch wherever torch is installed, through thinc, to be ready for
models that need it. Ours does not, and torch takes longer to import than all
else that a comparison does (design note 0082).
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from types import ModuleType


@contextmanager
def refused(*packages: str) -> Iterator[None]:
    """Within the block, in this thread, importing these packages fails as if they were not there.

    A package that is already loaded is left alone, other threads import what
    they like, and after the block everything is as it was.
    """
    finder = _Refusing(packages, threading.get_ident())
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Refusing:
    """A finder that refuses some packages to one thread and leaves the others to the next finder.

    It has the method of `importlib.abc.MetaPathFinder`, the base class would add nothing.
    """

    def __init__(self, packages: Sequence[str], thread: int) -> None:
        self.packages = frozenset(packages)
        self.thread = thread

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        if name in self.packages and threading.get_ident() == self.thread:
            raise ModuleNotFoundError(f"{name} is not imported here", name=name)
        return None
