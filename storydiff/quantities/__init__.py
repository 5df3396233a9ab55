"""Numbers as told: found in a text, and compared.

A pure core: strings in, values with spans out. `find_quantities` is the number
grammar, `compatible` says whether two quantities can be the same number.
"""

from storydiff.quantities.agreement import compatible
from storydiff.quantities.grammar import find_quantities

__all__ = ["compatible", "find_quantities"]
