"""The command line, and the only place that prints.

Results go to standard output, everything else to standard error. Exit codes:
0 fine, 2 bad input or usage, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from storydiff.cli.arguments import parser
from storydiff.cli.messages import log, messages
from storydiff.errors import StorydiffError

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; gives the exit code."""
    options = parser().parse_args(arguments)
    with messages(options), _warnings_told():
        try:
            options.run(options)
            sys.stdout.flush()
        except StorydiffError as error:
            log.error("error: %s", error)
            return 2
        except BrokenPipeError:
            # The reader has seen enough; nothing more can be written.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except KeyboardInterrupt:
            log.error("interrupted")
            return 130
    return 0


@contextmanager
def _warnings_told() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.showwarning = _tell
        yield


def _tell(message: Warning | str, *_: object, **__: object) -> None:
    log.warning("warning: %s", message)
