"""A progress bar for long comparisons, on a terminal or in a notebook.

>>> with progress_bar() as tell:                                # doctest: +SKIP
...     comparison = compare(reports, progress=tell)
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from html import escape
from typing import Any, Final

STAGES: Final = ("segmenting", "annotating", "encoding", "aligning", "tabulating")
"""The stages that a pipeline tells of, in order."""

Tell = Callable[[str], None]


@contextmanager
def progress_bar(stages: Sequence[str] = STAGES) -> Iterator[Tell]:
    """Something to tell each stage to: a bar in a notebook, else on standard error.

    The bar goes when the work is done. What it is told beyond ``stages`` (by
    default `STAGES`) only changes its text.
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    with (_in_notebook if hasattr(shell, "kernel") else _on_terminal)(stages) as tell:
        yield tell


@contextmanager
def _on_terminal(stages: Sequence[str]) -> Iterator[Tell]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    told = TextColumn("{task.description}", markup=False)
    columns = (SpinnerColumn(), told, BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        done, total = _counts(stages)
        task = bar.add_task("loading", total=total)
        yield lambda stage: bar.update(task, description=stage, completed=done.get(stage, 0))


@contextmanager
def _in_notebook(stages: Sequence[str]) -> Iterator[Tell]:
    # Only an IPython that runs gets here, so that it is no dependency of ours.
    from IPython.display import HTML, display

    done, total = _counts(stages)

    def bar(stage: str) -> str:
        value = f'max="{total}" value="{done.get(stage, 0)}"'
        return f"<label>{escape(stage)} <progress {value}></progress></label>"

    handle: Any = display(HTML(bar("loading")), display_id=True)
    yield lambda stage: handle.update(HTML(bar(stage)))
    handle.update(HTML(""))


def _counts(stages: Sequence[str]) -> tuple[dict[str, int], int]:
    """How far the bar is at each stage, and how long it is: a stage more, for the last one."""
    return {stage: k for k, stage in enumerate(stages, start=1)}, len(stages) + 1
