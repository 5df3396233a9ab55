"""Quantities of a statement: the number grammar, with spans of the report."""

from __future__ import annotations

from storydiff import quantities
from storydiff.datatypes import Quantity


def find_quantities(text: str, *, offset: int = 0) -> tuple[Quantity, ...]:
    """The quantities of ``text``, in order; spans are moved by ``offset``.

    Pass a statement's text and its start to get spans of the report's text.
    """
    found = quantities.find_quantities(text)
    if not offset:
        return found
    return tuple(_moved(quantity, offset) for quantity in found)


def _moved(quantity: Quantity, offset: int) -> Quantity:
    start, end = quantity.span
    noun = quantity.noun
    return quantity.model_copy(
        update={
            "span": (start + offset, end + offset),
            "noun": None if noun is None else (noun[0] + offset, noun[1] + offset),
        }
    )
