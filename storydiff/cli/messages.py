"""What the command line says besides results: messages and progress, on standard error."""

from __future__ import annotations

import argparse
import logging
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from storydiff.progress import progress_bar

log = logging.getLogger("storydiff")


@contextmanager
def messages(options: argparse.Namespace) -> Iterator[None]:
    """Show what is logged under ``storydiff``, as much of it as was asked for.

    Errors always; warnings unless ``--quiet``; with ``--verbose`` the stages and
    their times, with ``-vv`` all there is.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("storydiff: %(message)s"))
    # What other packages log is theirs to know: without a handler it would be printed.
    others = logging.NullHandler()
    logging.getLogger().addHandler(others)
    before = log.level
    log.addHandler(handler)
    log.setLevel(_level(getattr(options, "quiet", False), getattr(options, "verbose", 0)))
    try:
        yield
    finally:
        log.removeHandler(handler)
        logging.getLogger().removeHandler(others)
        log.setLevel(before)


@contextmanager
def progress(options: argparse.Namespace) -> Iterator[Callable[[str], None]]:
    """Something to tell each stage to: a bar on a terminal, log lines with ``--verbose``."""
    if _plain(options):
        with _timed() as tell:
            yield tell
        return
    with progress_bar() as tell:
        yield tell


@contextmanager
def counting(options: argparse.Namespace, names: Sequence[str]) -> Iterator[Callable[[str], None]]:
    """Something to tell each of ``names`` to when it is done: a bar on a terminal, else nothing."""
    if _plain(options):
        yield lambda name: None
        return
    with progress_bar(names) as tell:
        yield tell


def _plain(options: argparse.Namespace) -> bool:
    return bool(options.quiet or options.verbose or not sys.stderr.isatty())


@contextmanager
def _timed() -> Iterator[Callable[[str], None]]:
    """Log each stage when it ends, with the seconds it took."""
    current, since = "loading", time.monotonic()

    def tell(stage: str) -> None:
        nonlocal current, since
        now = time.monotonic()
        log.info("%s: %.1f s", current, now - since)
        current, since = stage, now

    yield tell
    tell("")


def _level(quiet: bool, verbose: int) -> int:
    if quiet:
        return logging.ERROR
    return (logging.WARNING, logging.INFO, logging.DEBUG)[min(verbose, 2)]
