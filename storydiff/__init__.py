"""storydiff: which facts, quotes and opinions each outlet added, changed, contradicted or left out.

Give it several reports on one event; it splits them into statements, aligns the
statements that share a proposition, and says what each report tells that the
others do not, and the other way round. Every string of a result is an exact
span of a report.

    >>> from storydiff import Report, compare                       # doctest: +SKIP
    >>> comparison = compare([Report(text=a, outlet="Post"), Report(text=b, outlet="Radio")])
    >>> comparison.left_out_by("Post", support=1)

Importing this package loads neither torch nor spaCy nor sentence-transformers;
the first comparison does.
"""

import logging

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
from storydiff.many import Outcome, compare_many
from storydiff.pipeline import Pipeline, compare, match, matching_threshold
from storydiff.reading import read_reports
from storydiff.version import __version__

logging.getLogger("storydiff").addHandler(logging.NullHandler())

__all__ = [
    "Added",
    "Attribution",
    "Cell",
    "Comparison",
    "Contradiction",
    "Difference",
    "LeftOut",
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
