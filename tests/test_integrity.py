"""A result that was read holds together, or is refused by the place where it does not."""

import json

import pytest

from storydiff.comparison import Comparison
from storydiff.errors import FormatError


def changed(comparison, *path_and_value):
    """The JSON of a comparison with the value at a path replaced."""
    *path, last, value = path_and_value
    data = json.loads(comparison.to_json())
    place = data
    for step in path:
        place = place[step]
    place[last] = value
    return json.dumps(data)


FIRST = ("links", 0)
ROW = ("table", 0)


@pytest.mark.parametrize(
    ("where", "value", "named"),
    [
        (("statements", 0, "text"), "The bridge was blown up.", "statements.0.text"),
        (("statements", 0, "end"), 9_999, "statements.0.start"),
        (("statements", 0, "start"), -1, "statements.0.start"),
        (("statements", 0, "report"), "nobody", "statements.0.report"),
        (("statements", 0, "outlet"), "Radio", "statements.0.outlet"),
        (("statements", 0, "id"), "post:1", "statements: id"),
        (("reports", 0, "id"), "radio", "reports: id"),
        (("reports", 0, "id"), "", "reports: id"),
        (("statements", 0, "names"), [{"span": [0, 9999], "type": "other", "entity": "x"}], "st"),
        (("statements", 0, "dates"), [{"span": [5, 2]}], "statements.0"),
        (
            ("statements", 0, "quantities"),
            [{"span": [0, 1], "low": 1, "high": 1, "noun": [-4, 2]}],
            "statements.0",
        ),
        (
            ("statements", 0, "attributions"),
            [{"content": [[0, 2]], "mode": "direct", "chain": [{"span": [0, 9999]}]}],
            "statements.0",
        ),
        ((*FIRST, "a"), "post:99", "links.0.a"),
        ((*FIRST, "b"), "post:0", "links.0"),
        ((*FIRST, "spans_a"), [[0, 9999]], "links.0: spans of"),
        ((*FIRST, "added_b"), [[0, 9999]], "links.0: spans of"),
        ((*FIRST, "words"), [{"a": [0, 9999], "b": [0, 1], "similarity": 1}], "links.0"),
        (
            (*FIRST, "differences"),
            [{"type": "date", "conflict": True, "a": [[0, 9999]], "b": []}],
            "links.0.differences",
        ),
        ((*ROW, "statements"), [], "table.0.statements"),
        ((*ROW, "spans"), {}, "table.0.spans"),
        ((*ROW, "cells"), {}, "table.0.cells"),
        ((*ROW, "cells", "post", "statements"), [], "table.0.cells.post"),
        ((*ROW, "cells", "post", "statements"), ["radio:0"], "table.0.cells.post"),
        ((*ROW, "cells", "post", "missing"), [[0, 1]], "missing_in"),
        ((*ROW, "cells", "post", "nearest"), {"statement": "radio:0", "score": 1}, "cells.post"),
        (("added", 0, "row"), "nothing", "added.0.row"),
        (("left_out", 0, "report"), "nobody", "left_out.0.report"),
        (("left_out", 0, "nearest"), {"statement": "nothing", "score": 1}, "left_out.0"),
        (("origins",), [{"id": "o", "reports": ["nobody"]}], "origins.0.reports"),
        (("origins",), [{"id": "o", "reports": [], "evidence": [["post", [0, 9999]]]}], "origins"),
        (("contradictions",), [{"a": "post:0", "b": "post:1"}], "contradictions.0"),
        (("contradictions",), [{"a": "post:0", "b": "radio:0", "spans_b": [[0, 999]]}], "contra"),
        (
            ("contrasts",),
            [{"words_a": "x", "words_b": "y", "uses_a": [], "uses_b": [], "links": 1, "score": 1}],
            "contrasts.0: words",
        ),
        (("focus",), {"report": "nobody", "outlet": "x"}, "focus"),
        (("focus",), {"report": "post", "outlet": "Post"}, "focus"),
    ],
)
def test_what_does_not_hold_together_is_refused_by_its_place(comparison, where, value, named):
    with pytest.raises(FormatError, match=named.replace(".", r"\.")):
        Comparison.from_json(changed(comparison, *where, value))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("where", [("table", 0, "weight"), ("left_out", 0, "weight")])
def test_every_number_is_finite(comparison, where, number):
    with pytest.raises(FormatError, match="finite"):
        Comparison.from_json(changed(comparison, *where, number))


def test_what_we_wrote_ourselves_holds_together(comparison):
    assert Comparison.from_json(comparison.to_json()) == comparison
    focused = comparison.focused("Post")
    assert Comparison.from_json(focused.to_json()) == focused
