"""A progress bar for long comparisons, on a terminal or in a notebook.

>>> with progress_bar() as tell:                                # doctest: +SKIP
...     comparison = compare(reports, progress=tell)
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Any, Final

STAGES: Final = ("segmenting", "annotating", "encoding", "aligning", "tabulating")
"""The stages that a pipeline tells of, in order."""

Tell = Callable[[str], None]


@contextmanager
def progress_bar() -> Iterator[Tell]:
    """Something to tell each stage to: a bar in a notebook, else on standard error.

    The bar goes when the work is done. What it is told beyond `STAGES` only
    changes its text.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    with _in_notebook() if hasattr(shell, "kernel") else _on_terminal() as tell:
        yield tell


@contextmanager
def _on_terminal() -> Iterator[Tell]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("loading", total=len(STAGES) + 1)
        yield lambda stage: bar.update(task, description=stage, completed=_done(stage))


@contextmanager
def _in_notebook() -> Iterator[Tell]:
    # Only an IPython that runs gets here, so that it is no dependency of ours.
    from IPython.display import HTML, display

    handle: Any = display(HTML(_bar("loading")), display_id=True)
    yield lambda stage: handle.update(HTML(_bar(stage)))
    handle.update(HTML(""))


def _bar(stage: str) -> str:
    return (
        f'<label>{escape(stage)} <progress max="{len(STAGES) + 1}" value="{_done(stage)}">'
        "</progress></label>"
    )


def _done(stage: str) -> int:
    return STAGES.index(stage) + 1 if stage in STAGES else 0
