"""A larger model by its folder: its own adapter, its own weights, and nothing for strangers.

The model here is of the family of all-mpnet-base-v2, but so small that it is made on the spot.
"""

import shutil

import numpy as np
import pytest
import torch

from benchmarks.train_encoder import adapter_of, learner
from benchmarks.training.fitting import Recipe
from storydiff import scoring
from storydiff.alignment import TrainedMatcher, uncalibrated
from storydiff.encoding import SentenceTransformerEncoder, adapter, load_encoder, reference
from storydiff.encoding.adapter import (
    SHIPPED,
    Shipped,
    adapter_file,
    read_adapter,
    shipped_adapter,
    write_adapter,
)
from storydiff.encoding.weights import WEIGHTS_SHA256, sha256_of
from storydiff.errors import ModelError
from storydiff.pipeline import matcher_for, pipeline_for
from storydiff.protocols import vectors_of
from storydiff.scoring import OTHERS, default_weights, weights_for

MPNET = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
WORDS = ("the", "ferry", "sank", "at", "dawn", "crew", "and", "divers", "saved", "twelve", "quay")
TEXTS = ["the ferry sank at dawn", "crew and divers saved twelve", "", "quay"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A sentence-transformers model of three layers, 16 wide, as a folder."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from tokenizers import Tokenizer, pre_tokenizers, processors
    from tokenizers.models import WordLevel
    from transformers import MPNetConfig, MPNetModel, PreTrainedTokenizerFast

    place = tmp_path_factory.mktemp("larger")
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    known = {word: k for k, word in enumerate(dict.fromkeys([*special, *WORDS]))}
    tokenizer = Tokenizer(WordLevel(known, unk_token=special[3]))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    torch.manual_seed(5)
    config = MPNetConfig(
        vocab_size=len(known),
        hidden_size=16,
        num_hidden_layers=3,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    MPNetModel(config).save_pretrained(place / "bare")
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token=special[1], unk_token=special[3]
    ).save_pretrained(place / "bare")
    reader = Transformer(str(place / "bare"), max_seq_length=32)
    pooling = Pooling(16)
    SentenceTransformer(modules=[reader, pooling], device="cpu").save(str(place / "model"))
    return place / "model"


@pytest.fixture
def known(folder, tmp_path, monkeypatch):
    """The folder, once an adapter of two layers has come with the package for it."""
    torch.manual_seed(6)
    one = learner(folder, recipe=Recipe(rank=2))
    with torch.no_grad():
        for name, delta in one.encoder.deltas.items():
            if name.endswith("_B"):
                delta.normal_(std=0.3)
    trained = adapter_of(one.encoder, base=one.base, family=one.family, layers=2)
    kept = {k: v for k, v in trained.pairs.items() if not k.startswith("encoder.layer.2.")}
    trained = adapter.Adapter(trained.base, 1.0, kept, trained.family, trained.layers)
    file = tmp_path / "small.safetensors"
    digest = write_adapter(file, trained, about={})
    table = {**SHIPPED, one.base: Shipped("small", one.base, str(file), digest)}
    monkeypatch.setattr(adapter, "SHIPPED", table)
    monkeypatch.setattr(reference, "SHIPPED", table)
    yield folder
    reference._load.cache_clear()


def test_a_folder_with_known_weights_gets_the_adapter_and_its_name(known):
    encoder = load_encoder(str(known))
    digest = sha256_of(known / "model.safetensors")
    assert encoder == SentenceTransformerEncoder(model=str(known), adapted=True)
    assert encoder.name.startswith(f"small@{digest[:12]}+")
    assert str(known) not in repr(encoder)
    bare = SentenceTransformerEncoder(model=str(known))
    assert bare.name == f"small@{digest[:12]}"
    ours, theirs = encoder.encode(TEXTS), bare.encode(TEXTS)
    assert ours.tokens.shape == theirs.tokens.shape == (11, 16)
    assert ((ours.tokens * theirs.tokens).sum(axis=1) < 0.9999).all()


def test_the_adapted_model_runs_only_its_layers_and_computes_what_was_trained(known):
    encoder = load_encoder(str(known))
    one = learner(known, recipe=Recipe(rank=2))
    trained = read_adapter(adapter_file(one.base))
    assert trained.layers == 2
    assert trained.family == "mpnet"
    one.encoder.model.encoder.layer = one.encoder.model.encoder.layer[:2]
    one.encoder.model.float()
    with torch.no_grad():
        for name, (a, b) in trained.pairs.items():
            stem = name.removesuffix(".weight")
            held = one.encoder.model.get_submodule(stem)
            held.a.copy_(torch.from_numpy(a))
            held.b.copy_(torch.from_numpy(b))
        text = "the ferry sank at dawn"
        from benchmarks.training.encoder import tokenize

        raw = one.encoder(one.encoder.prepare(tokenize(known, [text]))).numpy()
    raw /= np.linalg.norm(raw, axis=1, keepdims=True)
    # Training keeps the base in bfloat16: two decimals.
    assert np.allclose(raw, encoder.encode([text]).tokens, atol=0.02)


def test_an_unknown_folder_gets_no_adapter(folder):
    encoder = load_encoder(str(folder))
    assert encoder == SentenceTransformerEncoder(model=str(folder))
    assert "+" not in encoder.name
    with pytest.raises(ModelError, match=r"adapter: base weights: got .* wanted those of all-Mini"):
        SentenceTransformerEncoder(model=str(folder), adapted=True).encode(["quay"])


def test_vectors_of_a_folder_are_kept_until_one_of_its_files_changes(folder, tmp_path):
    copies = [shutil.copytree(folder, tmp_path / name / "model") for name in ("one", "two")]
    (copies[1] / "tokenizer.json").write_text(
        (copies[1] / "tokenizer.json").read_text() + " ", encoding="utf-8"
    )
    first, same, other = (
        SentenceTransformerEncoder(model=str(x)).cache_key for x in (folder, *copies)
    )
    assert first == same is not None
    assert other != first
    assert str(tmp_path) not in first
    assert SentenceTransformerEncoder(model="some-org/some-model").cache_key is None


def test_the_matcher_is_the_one_that_learnt_from_the_vectors(known, tmp_path, monkeypatch):
    encoder = load_encoder(str(known))
    data = tmp_path / "small.json"
    text = default_weights().as_text().replace(default_weights().encoder, encoder.name)
    data.write_text(text, encoding="utf-8")
    monkeypatch.setattr(scoring, "OTHERS", {encoder.name: str(data)})
    found = matcher_for(encoder)
    assert found.weights is not None
    assert found.weights.encoder == vectors_of(encoder)
    assert uncalibrated(found, encoder) is None
    assert (
        pipeline_for(model=str(known), cache=False).matcher.weights.sha256 == found.weights.sha256
    )
    assert matcher_for(load_encoder()).weights is None
    assert uncalibrated(matcher_for(SentenceTransformerEncoder()), SentenceTransformerEncoder())


def test_every_shipped_adapter_is_what_its_card_says():
    assert {one.model for one in SHIPPED.values()} == {"all-MiniLM-L6-v2", "all-mpnet-base-v2"}
    assert set(SHIPPED) == {WEIGHTS_SHA256, MPNET}
    for base in SHIPPED:
        file, said = adapter_file(base), shipped_adapter(base)
        card = file.with_suffix(".md").read_text(encoding="utf-8")
        assert said.base == base
        assert SHIPPED[base].sha256 in card
        assert base in card
        layers = {int(name.split(".")[2]) for name in said.pairs}
        assert layers == set(range(said.layers or 6))


def test_every_shipped_matcher_is_for_vectors_of_a_shipped_adapter():
    names = {f"{x.model}@{x.base[:12]}+{x.sha256[:12]}" for x in SHIPPED.values()}
    assert {default_weights().encoder, *OTHERS} == names
    for vectors in OTHERS:
        weights = weights_for(vectors)
        assert weights is not None
        assert weights.encoder == vectors
        assert weights.mean.shape == (768,)
        assert TrainedMatcher(weights=weights).calibrated_for == vectors
    assert weights_for(default_weights().encoder) is None
    assert weights_for("somebody else's") is None
