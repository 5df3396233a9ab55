"""What every backend must keep: one contract, run over all of them."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from storydiff.cache import Cache, default_cache
from storydiff.encoding import (
    CachedEncoder,
    LightEncoder,
    SentenceTransformerEncoder,
    check_encoded,
    graph,
    light,
    load_encoder,
    vectors_of,
)
from storydiff.errors import MissingDependencyError, ModelError, OptionError, StorydiffWarning
from storydiff.protocols import Encoded

TEXTS = (
    "The bridge over the Ronne was closed on Monday.",
    "“We saw it coming,” the mayor said.",
    "",
    " ",
    "Bridge closed",
    "Engineers had warned of rust, the council's own report says.",
    "Der Bürgermeister trat zurück; 12.000 Menschen jubelten.",
    "a\ud800b",
    "Fans 😀👩‍👩‍👧 sang “Ça va” at 5 p.m.\u200b in Łódź",
    "\x00\t\n",
    "市長は月曜日に辞任した。",
    "rain and wind " * 400,
    "A" * 300,
)

BACKENDS = {
    "reference": SentenceTransformerEncoder(adapted=True),
    "reference, bare": SentenceTransformerEncoder(),
    "int8": LightEncoder(),
    "fp32": LightEncoder(precision="fp32"),
    "int8, bare": LightEncoder(adapted=False),
}


@pytest.fixture(scope="module", params=BACKENDS)
def encoder(request):
    encoder = BACKENDS[request.param]
    return replace(encoder, cache=default_cache()) if "8" in request.param else encoder


@pytest.fixture(scope="module")
def encoded(encoder):
    return encoder.encode(TEXTS)


def same(a, b):
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in Encoded.__slots__)


def test_vectors_are_what_the_protocol_promises(encoded):
    checked = check_encoded(encoded, texts=len(TEXTS))
    assert {checked.tokens.dtype, checked.pooled.dtype} == {np.dtype(np.float32)}
    assert np.allclose(np.linalg.norm(checked.tokens, axis=1), 1, atol=1e-5)
    for i, text in enumerate(TEXTS):
        rows = checked.rows(i)
        starts, ends = checked.starts[rows], checked.ends[rows]
        assert (starts < ends).all()
        assert (ends <= len(text)).all()
        assert (starts[1:] >= ends[:-1]).all()
        covered = {k for s, e in zip(starts, ends, strict=True) for k in range(s, e)}
        assert {k for k, c in enumerate(text) if c.isalnum()} <= covered
        norm = float(len(starts) > 0)
        assert np.linalg.norm(checked.pooled[i]) == pytest.approx(norm, abs=1e-5)


def test_a_vector_depends_on_its_text_alone(encoder, encoded):
    for i, text in enumerate(TEXTS):
        alone = encoder.encode([text])
        assert np.array_equal(alone.tokens, encoded.tokens[encoded.rows(i)])
        assert np.array_equal(alone.pooled[0], encoded.pooled[i])


@pytest.mark.parametrize("budget", [16, 300, 100_000])
def test_neither_order_nor_batch_change_a_vector(encoder, budget):
    generator = np.random.default_rng(budget)
    # Many texts of one length beside one another, some of them loud and some quiet.
    words = ["rain", "wind", "500", "!!!!", "mayor", "%", "the", "Ronne"]
    made = [" ".join(generator.choice(words, size=k % 9 + 3)) for k in range(60)]
    texts = list(dict.fromkeys(made))
    straight = encoder.encode(texts)
    order = generator.permutation(len(texts))
    if isinstance(encoder, LightEncoder):
        encoder = replace(encoder, budget=budget)
    other = encoder.encode([texts[i] for i in order])
    for place, i in enumerate(order):
        assert np.array_equal(other.pooled[place], straight.pooled[i])
        assert np.array_equal(other.tokens[other.rows(place)], straight.tokens[straight.rows(i)])


def test_nor_does_the_number_of_threads(encoder, encoded, monkeypatch):
    monkeypatch.setenv("STORYDIFF_THREADS", "3")
    assert same(encoder.encode(TEXTS), encoded)


def test_nor_does_the_state_of_the_cache(encoder, encoded, tmp_path):
    kept = CachedEncoder(encoder, Cache(tmp_path))
    half = kept.encode(TEXTS[::2])
    assert same(half, encoder.encode(TEXTS[::2]))
    assert same(kept.encode(TEXTS), encoded)
    assert same(kept.encode(TEXTS), encoded)
    assert repr(kept) == repr(encoder)
    assert vectors_of(kept) == vectors_of(encoder)


@pytest.mark.parametrize(
    ("backend", "least"), [("fp32", 0.9999), ("int8", 0.97), ("int8, bare", 0.97)]
)
def test_light_agrees_with_the_reference(backend, least):
    found = BACKENDS[backend].encode(TEXTS)
    wanted = BACKENDS["reference, bare" if "bare" in backend else "reference"].encode(TEXTS)
    for name in ("starts", "ends", "offsets"):
        assert np.array_equal(getattr(found, name), getattr(wanted, name))
    assert (found.tokens * wanted.tokens).sum(axis=1).min() >= least
    both = (found.pooled * wanted.pooled).sum(axis=1)[np.linalg.norm(wanted.pooled, axis=1) > 0]
    assert both.min() >= least


def test_weights_of_seven_bits_serve_where_eight_overflow():
    state = light.merge(light._tensors(light.default_folder()), light.shipped_adapter())
    rows = np.random.default_rng(0).normal(size=(1, 9, 384)).astype(np.float32)
    exact, eight, seven = (
        light._session(graph.build(state, **how), 1).run(["tokens"], {"embedded": rows})[0][0]
        for how in ({"precision": "fp32"}, {"precision": "int8"}, {"precision": "int8", "bits": 7})
    )
    for got in (eight, seven):
        norms = np.linalg.norm(got, axis=1) * np.linalg.norm(exact, axis=1)
        assert ((got * exact).sum(axis=1) / norms).min() > 0.95
    assert not np.array_equal(eight, seven)


def test_the_bits_of_weights_are_those_that_this_machine_multiplies_without_loss(monkeypatch):
    assert light.weight_bits() in (7, 8)

    class Saturating:
        def run(self, _, inputs):
            exact = inputs["rows"].astype(np.int32) @ inputs["weights"].astype(np.int32)
            return [np.minimum(exact, 64 // 2 * 32767)]

    monkeypatch.setattr(light, "_session", lambda data, number: Saturating())
    assert light.weight_bits() == 7


def test_auto_is_light_for_our_model_and_says_so():
    assert repr(load_encoder()).startswith("LightEncoder(model='all-MiniLM-L6-v2@53aa51172d14+")
    assert repr(load_encoder()).endswith(", precision='int8')")
    assert isinstance(load_encoder("all-MiniLM-L6-v2"), SentenceTransformerEncoder)
    assert isinstance(load_encoder("all-MiniLM-L6-v2", backend="light"), LightEncoder)
    assert vectors_of(load_encoder(backend="sentence-transformers")) == vectors_of(load_encoder())


def test_without_its_packages_auto_falls_back_with_a_warning(monkeypatch):
    monkeypatch.setattr(light, "NEEDED", ("onnx", "no_such_runtime"))
    with pytest.warns(StorydiffWarning, match="pip install no_such_runtime"):
        assert isinstance(load_encoder(), SentenceTransformerEncoder)
    chosen = LightEncoder(overlap=63)
    light._load.cache_clear()
    with pytest.raises(MissingDependencyError, match="or choose backend='sentence-transformers'"):
        chosen.encode(["a"])


def test_a_backend_that_cannot_run_the_model_is_refused():
    with pytest.raises(OptionError, match="model of the light backend: got 'some-org/some'"):
        load_encoder("some-org/some", backend="light")
    with pytest.raises(OptionError, match="backend: got 'torch'"):
        load_encoder(backend="torch")
    with pytest.raises(OptionError, match="precision: got 'int4'"):
        LightEncoder(precision="int4")


def test_a_graph_that_cannot_run_is_named():
    with pytest.raises(ModelError, match=r"light encoder, graph [0-9a-f]{12}: got"):
        light._session(b"no graph", 1)


def test_encoding_lightly_imports_neither_torch_nor_onnx_once_the_graph_is_kept():
    load_encoder().encode(["a"])
    code = (
        "import sys; from storydiff.encoding import load_encoder\n"
        "load_encoder().encode(['A bridge fell.'])\n"
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'spacy', 'onnx'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_kept_graph_is_made_again_where_it_is_altered(tmp_path):
    cache = Cache(tmp_path)
    light._load.cache_clear()
    first = LightEncoder(cache=cache).encode(TEXTS[:1])
    entries = sorted(tmp_path.glob("models/*/*"))
    assert len(entries) == 2
    for entry in entries:
        whole = entry.read_bytes()
        entry.write_bytes(whole[: len(whole) // 2])
    light._load.cache_clear()
    assert same(LightEncoder(cache=cache).encode(TEXTS[:1]), first)
    assert sorted(p.stat().st_size for p in tmp_path.glob("models/*/*"))[1] > 10_000_000


def test_without_a_cache_the_graph_is_built_in_memory(tmp_path, monkeypatch):
    monkeypatch.setenv("STORYDIFF_CACHE", "off")
    light._load.cache_clear()
    assert load_encoder().cache is None
    assert len(load_encoder().encode(TEXTS[:1])) == 1
