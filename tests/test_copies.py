"""The planted copies: seeded, of every manner, and each as its manner says."""

from collections import Counter

import pytest
from rapidfuzz.distance import Indel

from benchmarks import copies

STORIES = copies.read_stories()
CASES = copies.generate(STORIES)


def of_manner(manner):
    return [
        (report, next(r for r in case.reports if r.id == report.source))
        for case in CASES
        for report in case.reports
        if report.manner == manner
    ]


def told(report):
    """The sentences without the credit line that a copy may have."""
    source = next(
        r
        for case in CASES
        for r in case.reports
        if r.id == report.source and report in case.reports
    )
    lines = {credit.format(outlet=source.outlet) for credit in copies._CREDITS}
    return report.sentences[:-1] if report.sentences[-1] in lines else report.sentences


def test_every_manner_is_there_and_ids_are_unique():
    manners = Counter(report.manner for case in CASES for report in case.reports)
    assert set(manners) == {*copies.COPIES, "independent", "in the story", "only quotes"}
    assert min(manners[m] for m in (*copies.COPIES, "independent", "only quotes")) >= 10
    for case in CASES:
        assert len({r.id for r in case.reports}) == len(case.reports)
        assert len({r.outlet for r in case.reports}) == len(case.reports)


def test_seeded():
    assert copies.generate(STORIES) == CASES
    assert copies.generate(STORIES, seed=1) != CASES


def test_origins_are_a_partition_and_pairs_follow_from_it():
    for case in CASES:
        groups = case.origins()
        assert sorted(i for group in groups for i in group) == sorted(r.id for r in case.reports)
        assert len(case.same()) == sum(len(g) * (len(g) - 1) // 2 for g in groups)
        quoting = [r.id for r in case.reports if r.manner == "only quotes"]
        assert all((q,) in groups for q in quoting)


def test_reports_of_a_story_that_carry_one_wire_text_are_one_origin():
    pairs = {(report.outlet, source.outlet) for report, source in of_manner("in the story")}
    assert ("Harbour Post", "Eastbank Times") in pairs
    wire = {
        "id": "x",
        "main_event": "A",
        "reports": [
            {
                "outlet": o,
                "sentences": ["The old mill by the river burned down on Monday night."] * 3,
            }
            for o in "abc"
        ],
    }
    (case,) = copies.generate([wire])
    assert len(case.origins()) == 2


def test_verbatim_copies_are_equal():
    assert all(told(copy) == source.sentences for copy, source in of_manner("verbatim"))


def test_trimmed_copies_are_parts_in_order():
    for copy, source in of_manner("trimmed"):
        rest = iter(source.sentences)
        assert all(sentence in rest for sentence in told(copy))
        assert 3 <= len(told(copy)) < len(source.sentences)


def test_edited_copies_are_near_but_not_equal():
    for copy, source in of_manner("edited"):
        near = [
            max(Indel.normalized_similarity(s, t) for t in source.sentences) for s in told(copy)
        ]
        assert min(near) > 0.6
        assert sum(near) / len(near) > 0.9
        assert told(copy) != source.sentences


def test_new_leads_are_new_and_the_rest_is_not():
    for copy, source in of_manner("new lead"):
        assert told(copy)[0] not in source.sentences
        assert told(copy)[1:] == source.sentences[1:]


def test_who_only_quotes_has_the_other_text_in_quotation_marks_alone():
    for quoting, source in of_manner("only quotes"):
        shared = [s for s in source.sentences if any(s in t for t in quoting.sentences)]
        assert len(shared) == 2
        assert not set(quoting.sentences) & set(source.sentences)
        assert all(any(f'"{s}"' in t for t in quoting.sentences) for s in shared)


@pytest.mark.parametrize("size", [10, 200])
def test_the_large_case_has_its_size(size):
    case = copies.large(STORIES, size=size)
    assert len(case.reports) == size
    if size == 200:
        assert len(case.same()) > 100
        known = {report.id for report in case.reports}
        assert all(report.source in known for report in case.reports if report.source)
