"""What was learnt and comes with the package: plain files of numbers, and their hashes.

The hash stands in the signature of whatever uses the file: equal signatures must
mean equal results, and other weights are another result.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files


@cache
def shipped(name: str) -> bytes:
    """The content of a file in the package's folder of data, read once."""
    return (files("storydiff") / "data" / name).read_bytes()


@cache
def mark(name: str) -> str:
    """The first twelve hexadecimal digits of the sha256 of such a file."""
    return sha256(shipped(name)).hexdigest()[:12]
