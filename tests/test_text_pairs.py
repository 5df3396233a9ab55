"""Propositions that readers wrote down, against clauses of the statements that tell them."""

from __future__ import annotations

import numpy as np
import pytest

from storydiff.evaluation.examples import labelled
from storydiff.evaluation.gold import GoldStory
from storydiff.evaluation.propositions import CLAUSES, PROPOSITIONS, Pool, pool_of
from storydiff.pipeline import Pipeline
from tests.fakes import WordEncoder

FERRY = [
    "The ferry sank off the northern cape on Monday, and divers found its bell in the mud.",
    "Nobody was hurt.",
]
BELL = [
    "Divers have brought up the bell of the ferry.",
    "The owner, who had bought the ship in spring, wept on the quay.",
]


def gold(**link: object) -> GoldStory:
    links = [{"a": ["harbour", 0], "b": ["mail", 0], "relation": "overlap", "agreed": True, **link}]
    reports = [
        {"outlet": "harbour", "sentences": FERRY},
        {"outlet": "mail", "sentences": BELL},
    ]
    return GoldStory(
        "ferry", "written by us", {"reports": reports, "links": links, "statements": []}
    )


def pool(**link: object) -> Pool | None:
    story, pipeline = gold(**link), Pipeline(encoder=WordEncoder(dimension=16))
    prepared, _ = pipeline.prepare(story.reports)
    match = labelled(story, 0, prepared).match
    return pool_of(story, prepared, match, pipeline.encoder)


def test_the_clause_that_tells_a_proposition_matches_and_the_other_clause_does_not():
    found = pool(shared="divers found the bell of the ferry")
    assert found is not None
    said = dict(zip(found.clauses, found.match[0].tolist(), strict=True))
    assert said["Divers have brought up the bell of the ferry."] == 1
    assert [value for text, value in said.items() if "divers found its bell" in text] == [1]
    assert not any("wept" in text for text in found.clauses), "of linked statements alone"


def test_every_text_has_its_vectors():
    found = pool(shared="divers found the bell of the ferry")
    assert found is not None
    assert found.match.shape == (len(found.propositions), len(found.clauses))
    assert len(found.left.pooled) == len(found.propositions) <= PROPOSITIONS
    assert len(found.right.pooled) == len(found.clauses) <= CLAUSES
    assert set(np.unique(found.match).tolist()) <= {-1, 0, 1}


@pytest.mark.parametrize("link", [{}, {"shared": " "}, {"shared": "x", "agreed": False}])
def test_where_readers_wrote_down_nothing_there_is_no_pool(link):
    assert pool(**link) is None
