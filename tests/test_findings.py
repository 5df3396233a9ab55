"""One thing that differs is one finding, however many links it stands in."""

import random

from hypothesis import given
from hypothesis import strategies as st

from storydiff.datatypes import Difference, Link, Report, Statement
from storydiff.findings import components, findings_of

TEXTS = {
    "post": "Twelve were hurt. The mayor quit.",
    "radio": "Fifteen were hurt. The mayor left.",
    "gazette": "TWELVE were hurt. A mayor was fired.",
}
REPORTS = [Report(text=text, outlet=name, id=name) for name, text in TEXTS.items()]
STATEMENTS = [
    Statement(
        id=f"{name}:{k}",
        report=name,
        outlet=name,
        index=k,
        start=text.index(part),
        end=text.index(part) + len(part),
        text=part,
    )
    for name, text in TEXTS.items()
    for k, part in enumerate(x.rstrip(".") + "." for x in text.split(". "))
]
FIRST = {s.id: (s.start, s.start + len(s.text.split()[0])) for s in STATEMENTS}
CLAIMS = (("number", True), ("number", False), ("act", True))


def link(a, b, kind="number", *, conflict=True, spans=None, score=0.8, flips=()):
    ours, theirs = spans or ((FIRST[a],), (FIRST[b],))
    d = Difference(type=kind, conflict=conflict, a=ours, b=theirs, score=score, rule=kind)
    return Link(a=a, b=b, relation="same", score=0.9, differences=(d,), flips=flips)


def found(*links):
    return findings_of(REPORTS, STATEMENTS, links)


def test_a_number_that_one_gives_otherwise_is_one_finding_with_two_versions():
    (finding,) = found(
        link("post:0", "radio:0", flips=("x", "y")),
        link("gazette:0", "radio:0", score=0.9, flips=("y",)),
    )
    assert [version.words for version in finding.versions] == ["Twelve", "Fifteen"]
    assert [[s for s, _ in v.places] for v in finding.versions] == [
        ["post:0", "gazette:0"],
        ["radio:0"],
    ]
    assert (finding.links, finding.score, finding.flips) == (2, 0.9, ("y",))
    assert finding.statements == ("post:0", "gazette:0", "radio:0")


def test_other_words_of_a_statement_another_type_and_another_verdict_are_other_findings():
    radio = link("post:0", "radio:0", spans=(((0, 3),), (FIRST["radio:0"],)))
    gazette = link("post:0", "gazette:0", spans=(((4, 6),), (FIRST["gazette:0"],)))
    assert len(found(radio, gazette)) == 2
    assert len(found(*(link("post:0", "radio:0", k, conflict=c) for k, c in CLAIMS))) == 3


def test_conflicts_come_first_then_what_stands_in_most_links():
    calm = [link("post:0", b, conflict=False, score=1.0) for b in ("radio:0", "gazette:0")]
    order = found(*calm, link("post:1", "radio:1", "act"))
    assert [(f.conflict, f.links) for f in order] == [(True, 1), (False, 2)]


def test_no_spans_mean_the_whole_statement():
    whole = [link("post:0", b, "attribution", spans=((), ())) for b in ("radio:0", "gazette:0")]
    (finding,) = found(*whole)
    assert [v.words for v in finding.versions] == [""]


ENDS = st.tuples(
    st.sampled_from("abcd"),
    st.lists(st.integers(0, 6).map(lambda k: (k, k + 2)), max_size=2, unique=True).map(
        lambda x: tuple(sorted(x))
    ),
)


def common(p, q):
    """Whether two pairs have an end in common, character by character."""

    def meet(x, y):
        if x[0] != y[0] or not (x[1] and y[1]):
            return x == y
        inside = [{i for a, b in end[1] for i in range(a, b)} for end in (x, y)]
        return bool(inside[0] & inside[1])

    return any(meet(x, y) for x in p for y in q)


@given(st.lists(st.tuples(ENDS, ENDS), max_size=9))
def test_components_are_those_of_a_slow_walk(pairs):
    left, expected = set(range(len(pairs))), []
    while left:
        part, todo = set(), [min(left)]
        while todo:
            k = todo.pop()
            part.add(k)
            todo += [j for j in left - part if common(pairs[k], pairs[j])]
        left -= part
        expected.append(sorted(part))
    assert components(pairs) == expected


LINKS = st.lists(
    st.builds(
        lambda ends, claim, score: link(*ends, claim[0], conflict=claim[1], score=score),
        st.lists(
            st.sampled_from(STATEMENTS), min_size=2, max_size=2, unique_by=lambda s: s.report
        ).map(lambda x: [s.id for s in x]),
        st.sampled_from(CLAIMS),
        st.sampled_from([0.5, 0.75]),
    ),
    max_size=8,
)


@given(LINKS, st.integers(0, 99))
def test_every_difference_is_in_one_finding_and_the_order_of_links_is_nothing(links, seed):
    findings = found(*links)
    assert sum(f.links for f in findings) == len(links)
    told = {s for f in findings for s in f.statements}
    assert told == {s for x in links for s in (x.a, x.b)}
    shuffled = list(links)
    random.Random(seed).shuffle(shuffled)
    assert found(*shuffled) == findings


def test_a_comparison_has_findings(words, reports):
    comparison = words.compare(reports)
    assert comparison.findings() == findings_of(
        comparison.reports, comparison.statements, comparison.links
    )
