"""One knob for how many threads a computation may use: ``STORYDIFF_THREADS``.

Encoding and parsing read it each time they start. By default it is half the
cores that this process may use, at least one and at most four: on a machine
that others share, threads that wait for a core are slower than fewer threads.
"""

from __future__ import annotations

import os

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
