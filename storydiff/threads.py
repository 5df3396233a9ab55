"""One knob for how many threads a computation may use: ``STORYDIFF_THREADS``.

Encoding and parsing read it each time they start, and matrix products are kept to it
while a comparison runs. By default it is half the
cores that this process may use, at least one and at most four: on a machine
that others share, threads that wait for a core are slower than fewer threads.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from storydiff.errors import OptionError, unexpected

VARIABLE = "STORYDIFF_THREADS"
"""The environment variable with the number of threads."""


def threads() -> int:
    """How many threads a computation may use.

    Raises `OptionError` if ``STORYDIFF_THREADS`` is set to anything but a number from 1.
    """
    said = os.environ.get(VARIABLE, "").strip()
    if not said:
        return max(1, min(4, cores() // 2))
    if not said.isascii() or not said.isdigit() or int(said) < 1:
        raise OptionError(unexpected(VARIABLE, got=said, wanted="a whole number from 1"))
    return int(said)


def cores() -> int:
    """The cores that this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


class _Products:
    """How many blocks keep matrix products to few threads, and what lets them go again."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.blocks = 0
        self.limit: Any = None


_PRODUCTS = _Products()


@contextmanager
def kept_to_threads() -> Iterator[None]:
    """Keep the matrix products of this process (BLAS) to `threads` threads in the block.

    Small products on many threads are slower than on one, and take the cores from
    whoever works beside. The number is one for the whole process: blocks of several
    threads may overlap, and the last one to end gives back what the first one found.
    """
    from threadpoolctl import threadpool_limits

    with _PRODUCTS.lock:
        if not _PRODUCTS.blocks:
            _PRODUCTS.limit = threadpool_limits(limits=threads(), user_api="blas")
        _PRODUCTS.blocks += 1
    try:
        yield
    finally:
        with _PRODUCTS.lock:
            _PRODUCTS.blocks -= 1
            if not _PRODUCTS.blocks:
                _PRODUCTS.limit.restore_original_limits()
