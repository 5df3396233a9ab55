"""A comparison as data frames of pandas or polars, whichever is there, through narwhals."""

from __future__ import annotations

import importlib.util
from typing import Any, Literal, NamedTuple

from storydiff.comparison import Comparison
from storydiff.errors import MissingDependencyError, OptionError, unexpected
from storydiff.exporting.records import Records, records_of
from storydiff.extras import optional

Backend = Literal["pandas", "polars"]
BACKENDS: tuple[Backend, ...] = ("pandas", "polars")


class Frames(NamedTuple):
    """The tables of a comparison; their columns are those of `storydiff.exporting.records`."""

    statements: Any
    links: Any
    differences: Any
    facts: Any
    coverage: Any
    focus: Any = None
    """The findings of one report against the others, where one is in focus."""


def frames_of(
    comparison: Comparison, *, backend: Backend | None = None, focus: str | None = None
) -> Frames:
    """The comparison as five data frames, and a sixth where a report is in focus.

    Args:
        comparison: what to export.
        backend: ``"pandas"`` or ``"polars"``; by default pandas where it is
            installed, else polars.
        focus: an outlet whose findings against the others make the frame ``focus``; by
            default the one of `Comparison.focused`, if any.

    Raises:
        MissingDependencyError: neither is installed, or not the one asked for.
        OptionError: another backend is asked for, or an outlet that is not there.
    """
    chosen = _backend(backend)
    return Frames(*(_frame(records, chosen) for records in records_of(comparison, focus=focus)))


def _backend(asked: str | None) -> str:
    if asked is not None:
        if asked not in BACKENDS:
            raise OptionError(
                unexpected("backend", got=asked, wanted=f"one of {', '.join(BACKENDS)}")
            )
        optional(asked, extra="frames" if asked == "pandas" else asked, purpose="to_frames()")
        return asked
    for name in BACKENDS:
        if importlib.util.find_spec(name):
            return name
    raise MissingDependencyError(
        "to_frames() needs pandas or polars, and neither is installed: "
        'pip install "storydiff[frames]"'
    )


def _frame(records: Records, backend: str) -> Any:
    import narwhals

    types = {
        str: narwhals.String,
        int: narwhals.Int64,
        float: narwhals.Float64,
        bool: narwhals.Boolean,
    }
    data = {name: list(records.column(name)) for name in records.columns}
    schema = {name: types[kind] for name, kind in records.columns.items()}
    return narwhals.from_dict(data, schema=schema, backend=backend).to_native()
