"""Results kept on disk under the hash of what they were made from.

An entry is a file: the sha256 of its content, then the content. It is written
beside its place and moved there in one step, so whoever reads finds a whole
entry or none, however many processes write; an entry that does not fit its
hash is taken away and made again. Nothing is ever unpickled. A folder that
cannot be written costs a warning and the time saved, never a result.

Keys say everything that a content depends on, so nothing here ever goes stale:
what is no longer asked for is dropped when room is needed, oldest use first.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from storydiff.errors import OptionError, StorydiffWarning, unexpected

VARIABLE = "STORYDIFF_CACHE"
"""The environment variable with the folder; ``off`` for no cache."""

LIMIT = 1 << 30
"""Bytes of each kind that are kept by default."""

SHELVES = 64
"""Folders that the entries of a kind are spread over; each is kept within its share."""

ABANDONED = 3600.0
"""Seconds after which a file that was begun and never finished is taken away."""

_DIGEST = 32
_BEGUN = ".begun-"


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of entries by kind and key.

    Attributes:
        folder: made when the first entry is written.
        limit: bytes kept of each kind.
    """

    folder: Path
    limit: int = LIMIT

    def __post_init__(self) -> None:
        if self.limit < 0:
            raise OptionError(unexpected("cache: limit", got=self.limit, wanted="0 bytes or more"))

    def get(self, kind: str, key: str) -> bytes | None:
        """The content under a key; None where there is none, or none that is whole."""
        path = self._path(kind, key)
        try:
            data = path.read_bytes()
            if hashlib.sha256(data[_DIGEST:]).digest() == data[:_DIGEST]:
                os.utime(path)
                return data[_DIGEST:]
            path.unlink(missing_ok=True)
        except FileNotFoundError:
            return None
        except OSError as error:
            _tell(self.folder, f"{type(error).__name__}: {error.strerror}")
        return None

    def put(self, kind: str, entries: Mapping[str, bytes]) -> None:
        """Keep contents by their keys, and make room for them.

        Whatever goes wrong is told by one `StorydiffWarning` a process and folder.
        """
        share = self.limit // SHELVES
        try:
            shelves = {
                _write(self._path(kind, key), content)
                for key, content in entries.items()
                if len(content) + _DIGEST <= share
            }
            for shelf in shelves:
                _make_room(shelf, share)
        except OSError as error:
            _tell(self.folder, f"{type(error).__name__}: {error.strerror}")

    def size(self) -> Mapping[str, tuple[int, int]]:
        """Kind → how many entries there are, and their bytes."""
        sizes: dict[str, tuple[int, int]] = {}
        for path in self._files():
            kind = path.relative_to(self.folder).parts[0]
            number, total = sizes.get(kind, (0, 0))
            sizes[kind] = (number + 1, total + path.stat().st_size)
        return dict(sorted(sizes.items()))

    def clear(self) -> int:
        """Take every entry away; gives how many there were. Other files are left alone."""
        number = 0
        for path in list(self._files()):
            path.unlink(missing_ok=True)
            number += 1
        return number

    def _files(self) -> Iterator[Path]:
        return (p for p in sorted(self.folder.glob("*/[0-9a-f][0-9a-f]/*")) if p.is_file())

    def _path(self, kind: str, key: str) -> Path:
        name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        return self.folder / kind / f"{int(name[:4], 16) % SHELVES:02x}" / name[4:]


def default_cache() -> Cache | None:
    """The cache that ``STORYDIFF_CACHE`` names, else the user's own; None where that is ``off``."""
    said = os.environ.get(VARIABLE, "").strip()
    if said.lower() == "off":
        return None
    return Cache(Path(said).expanduser() if said else _of_the_user() / "storydiff")


def chosen_cache(cache: Cache | str | Path | bool) -> Cache | None:
    """What an option says of the cache: True the default one, False none, else a folder."""
    if isinstance(cache, bool):
        return default_cache() if cache else None
    return cache if isinstance(cache, Cache) else Cache(Path(cache).expanduser())


def _of_the_user() -> Path:
    """Where the system wants the caches of a user."""
    home = Path(os.path.expanduser("~"))
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    if sys.platform == "darwin":
        return home / "Library" / "Caches"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache")


def _write(path: Path, content: bytes) -> Path:
    """Write an entry in one step; gives the shelf it stands on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, begun = tempfile.mkstemp(prefix=_BEGUN, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(content).digest())
            file.write(content)
        os.replace(begun, path)
    except BaseException:
        Path(begun).unlink(missing_ok=True)
        raise
    return path.parent


def _make_room(shelf: Path, share: int) -> None:
    """Drop the entries whose last use is longest ago, until the others fit into the share."""
    entries: list[tuple[float, int, Path]] = []
    with os.scandir(shelf) as found:
        for entry in found:
            stat = _stat(entry)
            if stat is None:
                continue
            if not entry.name.startswith(_BEGUN):
                entries.append((stat.st_mtime, stat.st_size, Path(entry.path)))
            elif stat.st_mtime < time.time() - ABANDONED:
                Path(entry.path).unlink(missing_ok=True)
    for path in _beyond(sorted(entries), share):
        path.unlink(missing_ok=True)


def _stat(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat()
    except FileNotFoundError:
        # Another process took it away: that is room made.
        return None


def _beyond(entries: Iterable[tuple[float, int, Path]], share: int) -> Iterator[Path]:
    """Of entries by age, the oldest ones without which the others fit into the share."""
    kept = list(entries)
    total = sum(size for _, size, _ in kept)
    for _, size, path in kept:
        if total <= share:
            return
        total -= size
        yield path


@lru_cache(maxsize=64)
def _tell(folder: Path, reason: str) -> None:
    warnings.warn(
        f"the cache in {folder} cannot be used ({reason}): results are computed anew; "
        f"set {VARIABLE} to a folder that can be written, or to off",
        StorydiffWarning,
        stacklevel=4,
    )
