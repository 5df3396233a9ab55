import os

import pytest
from hypothesis import settings

from storydiff.datatypes import Report
from storydiff.pipeline import Bare, Pipeline
from tests import network
from tests.fakes import Lines, WordEncoder, WordMatcher

# How long an example takes says something of the machine, nothing of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

POST = """\
Bridge falls in Aldmoor
The bridge in Aldmoor fell on Monday.
Two people were hurt.
The mayor quit on Tuesday.
"""
RADIO = """\
The bridge in Aldmoor fell on Monday.
The mayor quit.
Engineers had warned of rust.
"""
GAZETTE = """\
Nobody was surprised.
Engineers had warned of rust in the bridge.
Two people were hurt.
"""


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory):
    """Tests, and the processes they start, keep nothing in the cache of whoever runs them."""
    before = os.environ.get("STORYDIFF_CACHE")
    os.environ["STORYDIFF_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    yield
    if before is None:
        del os.environ["STORYDIFF_CACHE"]
    else:
        os.environ["STORYDIFF_CACHE"] = before


@pytest.fixture(autouse=True)
def no_network(request):
    """Every test is kept to this machine, but those marked ``install``."""
    with pytest.MonkeyPatch.context() as patch:
        if request.node.get_closest_marker("install") is None:
            network.guard(patch)
        yield


@pytest.fixture(scope="session")
def words():
    """A pipeline of exact stand-ins: lines, words, and shared words."""
    return Pipeline(
        segmenter=Lines(), annotator=Bare(), encoder=WordEncoder(), matcher=WordMatcher(least=0.8)
    )


@pytest.fixture(scope="session")
def reports():
    return (
        Report(text=POST, outlet="Post", title="Bridge falls in Aldmoor"),
        Report(text=RADIO, outlet="Radio"),
        Report(text=GAZETTE, outlet="Gazette"),
    )


@pytest.fixture(scope="session")
def comparison(words, reports):
    return words.compare(reports)
