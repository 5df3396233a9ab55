"""Writing files whole or not at all, under names that harm nobody.

A file is written beside its target under a name of its own and then put in its
place in one step, so that a kill in the middle leaves the old file as it was.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from storydiff.errors import OptionError, unexpected

LONGEST_NAME = 80
"""Code points of a file name made of an outlet's name, without its ending."""

_KEPT = re.compile(r"[^a-z0-9]+")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])")


def safe_name(name: str) -> str:
    """A file name made of any string: lower-case ASCII letters, digits and single hyphens.

    Never empty, never a path, never hidden, never one of the device names of
    Windows. Where anything but case and spacing was lost, six hexadecimal
    digits of a hash keep different names apart.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    kept = _KEPT.sub("-", plain)[:LONGEST_NAME].strip("-")
    same = kept == re.sub(r"\s+", "-", name.strip().lower())
    if same and kept and not _DEVICE.fullmatch(kept):
        return kept
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    return f"{kept}-{digest}" if kept else digest


def write_file(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write a file, whole or not at all; text as UTF-8.

    What stands at the path is replaced; a link keeps pointing where it does, and
    a device or pipe is written to, never replaced.

    Raises `OptionError` if it cannot be written.
    """
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    target = Path(os.path.realpath(path))
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(data)
            return
        _replace(target, data)
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from error


def write_folder(path: str | os.PathLike[str], files: Mapping[str, str | bytes]) -> None:
    """Write files into a folder, each whole or not at all; other files there are left alone.

    Names are plain file names. Raises `OptionError` if one is not, or if the
    folder cannot be made.
    """
    for name in files:
        if name != Path(name).name or name in ("", ".", ".."):
            raise OptionError(unexpected("file name", got=name, wanted="a name without a path"))
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from error
    for name, content in files.items():
        write_file(folder / name, content)


def _replace(target: Path, data: bytes) -> None:
    draft = target.with_name(f".{target.name[:100]}.{os.getpid()}.part")
    try:
        with draft.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _unwritable(path: str | os.PathLike[str], error: Exception) -> OptionError:
    reason = getattr(error, "strerror", None) or str(error)
    wanted = f"a place we may write to ({reason})"
    return OptionError(unexpected("output", got=os.fspath(path), wanted=wanted))
