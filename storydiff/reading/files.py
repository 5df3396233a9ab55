"""Paths to bytes: the only place where files, folders and standard input are opened."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import IO

from storydiff.errors import InputError, UnreadableError
from storydiff.reading.cleaning import REPLACEMENT

_URL = re.compile(r"(?:https?|ftp|file):/|www\.", re.IGNORECASE)


def shown(name: str | os.PathLike[str]) -> str:
    """A file's name as it may be printed, whatever characters it has."""
    return "".join(c if c.isprintable() else REPLACEMENT for c in os.fspath(name))


def refuse_url(path: str) -> None:
    """Raise `InputError` for an address: nothing is ever fetched."""
    if _URL.match(path) and not os.path.exists(path):
        raise InputError(
            f"{shown(path)}: got a web address, wanted a file; nothing is fetched here: "
            "save the page first, then name the saved file"
        )


def load(path: Path, *, max_bytes: int) -> bytes:
    """The bytes of a file, at most ``max_bytes``.

    Raises `UnreadableError` if it cannot be opened or is larger.
    """
    name = shown(path)
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            data = stream.read(max_bytes + 1)
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UnreadableError(f"{name}: cannot be read ({reason})") from error
    if len(data) > max_bytes:
        raise _too_large(name, size, max_bytes=max_bytes)
    return data


def load_stream(stream: IO[bytes] | IO[str], *, name: str, max_bytes: int) -> bytes | str:
    """All of an open stream, at most ``max_bytes`` (characters, if it is one of text).

    Raises `UnreadableError` if it cannot be read or is larger.
    """
    source: IO[bytes] | IO[str] = getattr(stream, "buffer", stream)
    try:
        data = source.read(max_bytes + 1)
    except (OSError, ValueError) as error:
        raise UnreadableError(f"{name}: cannot be read ({error})") from error
    if len(data) > max_bytes:
        raise _too_large(name, 0, max_bytes=max_bytes)
    return data


def _too_large(name: str, size: int, *, max_bytes: int) -> UnreadableError:
    """The error for more bytes than the limit; a pipe does not know how many there are."""
    got = f"{size:,}" if size > max_bytes else f"more than {max_bytes:,}"
    wanted = f"at most {max_bytes:,} (one report a file; or raise max_bytes)"
    return UnreadableError(f"{name}: got {got} bytes, wanted {wanted}")


def entries(folder: Path) -> tuple[Path, ...]:
    """What stands in a folder, hidden names left out, sorted by name.

    Raises `UnreadableError` if the folder cannot be read.
    """
    try:
        found = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
    except OSError as error:
        raise UnreadableError(f"{shown(folder)}: cannot be read ({error.strerror})") from error
    return tuple(sorted(found))
