"""Whatever was learnt stands in the signature by its hash."""

from hashlib import sha256
from importlib.resources import files

import pytest

from storydiff.encoding.adapter import SHIPPED
from storydiff.pipeline import Pipeline
from storydiff.scoring import OTHERS
from storydiff.shipped import mark, shipped

DATA = files("storydiff") / "data"
LEARNT = ("adapter.safetensors", "differences.json", "kinds.json", "matcher.json")


@pytest.mark.parametrize("name", LEARNT)
def test_the_signature_names_each_file_that_was_learnt_by_its_hash(name):
    digest = sha256((DATA / name).read_bytes()).hexdigest()
    assert digest[:12] in Pipeline().signature
    assert mark(name) == digest[:12]
    assert shipped(name) == (DATA / name).read_bytes()


def test_no_other_file_of_numbers_comes_with_the_package():
    found = {x.name for x in DATA.iterdir() if x.name.endswith((".json", ".safetensors"))}
    larger = {x.file for x in SHIPPED.values()} | set(OTHERS.values())
    assert found == {*LEARNT, *larger, "rates.json"}
