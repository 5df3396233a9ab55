"""storydiff: which facts, quotes and opinions each outlet added, changed, contradicted or left out.

Give it several reports on one event; it splits them into statements, aligns the
statements that share a proposition, and says what each report tells that the
others do not, and the other way round. Every string of a result is an exact
span of a report.

    >>> from storydiff import Report, compare                       # doctest: +SKIP
    >>> comparison = compare([Report(text=a, outlet="Post"), Report(text=b, outlet="Radio")])
    >>> comparison.left_out_by("Post", support=1)

Importing this package loads next to nothing: each name is fetched from its module
when it is first asked for, and the first comparison loads the models.
"""

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

from storydiff.version import __version__

if TYPE_CHECKING:
    from storydiff.comparison import Comparison
    from storydiff.datatypes import (
        Added,
        Attribution,
        Cell,
        Contradiction,
        Difference,
        LeftOut,
        Link,
        Origin,
        Report,
        Row,
        Statement,
    )
    from storydiff.errors import StorydiffError, StorydiffWarning
    from storydiff.limits import Limits
    from storydiff.many import Outcome, compare_many
    from storydiff.pipeline import Pipeline, compare, match, matching_threshold
    from storydiff.reading import read_reports

logging.getLogger("storydiff").addHandler(logging.NullHandler())

_HOME = {
    "Added": "storydiff.datatypes",
    "Attribution": "storydiff.datatypes",
    "Cell": "storydiff.datatypes",
    "Comparison": "storydiff.comparison",
    "Contradiction": "storydiff.datatypes",
    "Difference": "storydiff.datatypes",
    "LeftOut": "storydiff.datatypes",
    "Limits": "storydiff.limits",
    "Link": "storydiff.datatypes",
    "Origin": "storydiff.datatypes",
    "Outcome": "storydiff.many",
    "Pipeline": "storydiff.pipeline",
    "Report": "storydiff.datatypes",
    "Row": "storydiff.datatypes",
    "Statement": "storydiff.datatypes",
    "StorydiffError": "storydiff.errors",
    "StorydiffWarning": "storydiff.errors",
    "compare": "storydiff.pipeline",
    "compare_many": "storydiff.many",
    "match": "storydiff.pipeline",
    "matching_threshold": "storydiff.pipeline",
    "read_reports": "storydiff.reading",
}
"""Where each public name lives."""


def __getattr__(name: str) -> Any:
    """A public name, from its module (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'storydiff' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


__all__ = [
    "Added",
    "Attribution",
    "Cell",
    "Comparison",
    "Contradiction",
    "Difference",
    "LeftOut",
    "Limits",
    "Link",
    "Origin",
    "Outcome",
    "Pipeline",
    "Report",
    "Row",
    "Statement",
    "StorydiffError",
    "StorydiffWarning",
    "__version__",
    "compare",
    "compare_many",
    "match",
    "matching_threshold",
    "read_reports",
]
