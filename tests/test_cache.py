import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydiff import cache as room
from storydiff.cache import SHELVES, Cache, chosen_cache, default_cache
from storydiff.errors import OptionError, StorydiffWarning


@pytest.fixture(autouse=True)
def untold():
    room._tell.cache_clear()


def files(folder):
    return sorted(p for p in folder.rglob("*") if p.is_file())


def test_what_is_put_is_got_by_its_kind_and_key(tmp_path):
    cache = Cache(tmp_path / "new")
    assert cache.get("words", "a") is None
    cache.put("words", {"a": b"one", "b": b"", "\ud800": b"\x00" * 9})
    assert [cache.get("words", key) for key in ("a", "b", "\ud800")] == [b"one", b"", b"\x00" * 9]
    assert cache.get("others", "a") is None
    cache.put("words", {"a": b"two"})
    assert cache.get("words", "a") == b"two"
    assert cache.size() == {"words": (3, 3 * 32 + 3 + 9)}
    (tmp_path / "new" / "mine.txt").write_text("not ours")
    assert cache.clear() == 3
    assert [p.name for p in files(tmp_path)] == ["mine.txt"]


@given(at=st.integers(0, 40), value=st.integers(1, 255))
def test_a_changed_entry_is_taken_away(tmp_path_factory, at, value):
    folder = tmp_path_factory.mktemp("cache")
    cache = Cache(folder)
    cache.put("words", {"a": b"nine bytes"})
    [path] = files(folder)
    data = bytearray(path.read_bytes())
    data[at] ^= value
    path.write_bytes(data)
    assert cache.get("words", "a") is None
    assert files(folder) == []


@pytest.mark.parametrize("length", [0, 1, 31, 32, 40])
def test_so_is_a_cut_one(tmp_path, length):
    cache = Cache(tmp_path)
    cache.put("words", {"a": b"nine bytes"})
    [path] = files(tmp_path)
    path.write_bytes(path.read_bytes()[:length])
    assert cache.get("words", "a") is None
    assert files(tmp_path) == []


def test_each_shelf_keeps_its_share_and_drops_what_was_used_longest_ago(tmp_path):
    cache = Cache(tmp_path, limit=SHELVES * 300)
    keys = [str(k) for k in range(400)]
    cache.put("words", dict.fromkeys(keys, b"x" * 68))
    shelves = list((tmp_path / "words").iterdir())
    assert len(shelves) > SHELVES // 2
    assert all(sum(p.stat().st_size for p in shelf.iterdir()) <= 300 for shelf in shelves)
    shelf = max(shelves, key=lambda s: len(list(s.iterdir())))
    on_it = [k for k in keys if cache._path("words", k).parent == shelf]
    kept = [k for k in on_it if cache._path("words", k).exists()]
    for age, key in enumerate(kept):
        os.utime(cache._path("words", key), (1000.0 - age, 1000.0 - age))
    assert cache.get("words", kept[-1]) is not None
    again = next(k for k in on_it if k not in kept)
    cache.put("words", {again: b"x" * 68})
    assert cache._path("words", kept[-1]).exists()
    assert cache._path("words", again).exists()
    assert not cache._path("words", kept[-2]).exists()


def test_what_is_larger_than_a_share_is_not_kept(tmp_path):
    cache = Cache(tmp_path, limit=0)
    cache.put("words", {"a": b"one"})
    assert files(tmp_path) == []
    with pytest.raises(OptionError, match="cache: limit: got -1"):
        Cache(tmp_path, limit=-1)


def test_what_a_killed_process_left_is_taken_away_in_time(tmp_path):
    cache = Cache(tmp_path)
    cache.put("words", {"a": b"one"})
    shelf = cache._path("words", "a").parent
    old, new = shelf / ".begun-old", shelf / ".begun-new"
    for path in (old, new):
        path.write_bytes(b"half")
    long_ago = time.time() - 2 * room.ABANDONED
    os.utime(old, (long_ago, long_ago))
    cache.put("words", {"a": b"one"})
    assert not old.exists()
    assert new.exists()


def test_a_folder_that_cannot_be_made_costs_one_warning(tmp_path):
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file" / "cache")
    with pytest.warns(StorydiffWarning, match="results are computed anew"):
        cache.put("words", {"a": b"one"})
    # Another warning would be an error.
    cache.put("words", {"b": b"two"})
    assert cache.get("words", "a") is None
    assert cache.size() == {}
    assert cache.clear() == 0


def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(room.os, "replace", full)
    with pytest.warns(StorydiffWarning, match="No space left on device"):
        Cache(tmp_path).put("words", {"a": b"one"})
    assert files(tmp_path) == []


def test_many_writers_and_readers_never_see_half_an_entry(tmp_path):
    cache = Cache(tmp_path, limit=SHELVES * 4000)

    def work(number):
        for turn in range(40):
            key = str(turn % 5)
            cache.put("words", {key: key.encode() * 1000})
            got = cache.get("words", key)
            assert got in (None, key.encode() * 1000), number
        return number

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == list(range(8))
    assert not [p for p in files(tmp_path) if p.name.startswith(".begun")]


def test_the_folder_is_chosen_by_variable_or_system(monkeypatch, tmp_path):
    monkeypatch.setenv("STORYDIFF_CACHE", str(tmp_path))
    assert default_cache() == Cache(tmp_path)
    monkeypatch.setenv("STORYDIFF_CACHE", "off")
    assert default_cache() is None
    monkeypatch.setenv("STORYDIFF_CACHE", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    monkeypatch.setenv("HOME", str(tmp_path))
    for platform, folder in {
        "linux": tmp_path / "xdg",
        "win32": tmp_path / "local",
        "darwin": tmp_path / "Library" / "Caches",
    }.items():
        monkeypatch.setattr(room.sys, "platform", platform)
        assert default_cache() == Cache(folder / "storydiff")
    assert chosen_cache(False) is None
    assert chosen_cache("~/x") == Cache(Path("~/x").expanduser())
    assert chosen_cache(Cache(tmp_path)) == Cache(tmp_path)
    assert chosen_cache(True) == default_cache()
