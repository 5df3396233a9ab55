"""Wordings of one slot over a whole story."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from storydiff.contrasts import contrasts_of
from storydiff.datatypes import Difference, Link, Report, Statement

TEXTS = {
    "post": "The leader spoke. The leader left.",
    "radio": "The dictator spoke. The Dictator left.",
    "gazette": "The leader spoke. The despot left.",
}
REPORTS = [Report(text=text, outlet=name, id=name) for name, text in TEXTS.items()]
STATEMENTS = [
    Statement(
        id=f"{name}:{k}",
        report=name,
        outlet=name,
        index=k,
        start=start,
        end=start + len(part),
        text=part,
    )
    for name, text in TEXTS.items()
    for k, part in enumerate(x + "." for x in text.rstrip(".").split(". "))
    for start in [text.index(part)]
]
WORDS = {
    s.id: (s.start + 4, s.start + 4 + len(s.text.split()[1])) for s in STATEMENTS
}  # the word after "The"


def link(a, b, *, kind="wording", score=0.8):
    found = Difference(type=kind, conflict=False, a=(WORDS[a],), b=(WORDS[b],), score=score)
    return Link(a=a, b=b, relation="same", score=0.9, differences=(found,))


LINKS = [
    link("post:0", "radio:0"),
    link("post:1", "radio:1", score=0.9),
    link("gazette:0", "radio:0"),
    link("post:1", "gazette:1"),
    link("radio:1", "gazette:1", kind="name"),
]


def test_a_contrast_counts_who_uses_which_word_and_how_often():
    first, second = contrasts_of(REPORTS, STATEMENTS, LINKS)
    assert (first.words_a, first.words_b) == ("dictator", "leader")
    assert {u.report: u.count for u in first.uses_a} == {"radio": 2}
    assert {u.report: u.count for u in first.uses_b} == {"post": 2, "gazette": 1}
    assert (first.links, first.count, first.score) == (3, 5, 0.9)
    assert first.uses_b[1].places == (("gazette:0", (WORDS["gazette:0"],)),)
    assert (second.words_a, second.words_b) == ("despot", "leader")


def test_only_differences_of_wording_are_contrasts():
    assert contrasts_of(REPORTS, STATEMENTS, LINKS[-1:]) == ()


@given(st.permutations(LINKS), st.lists(st.booleans(), min_size=len(LINKS), max_size=len(LINKS)))
def test_order_and_direction_of_links_do_not_matter(links, turns):
    turned = [
        x.model_copy(
            update={
                "a": x.b,
                "b": x.a,
                "differences": tuple(
                    d.model_copy(update={"a": d.b, "b": d.a}) for d in x.differences
                ),
            }
        )
        if turn
        else x
        for x, turn in zip(links, turns, strict=True)
    ]
    assert contrasts_of(REPORTS, STATEMENTS, turned) == contrasts_of(REPORTS, STATEMENTS, LINKS)


@given(st.lists(st.sampled_from(LINKS[:4]), max_size=8))
def test_counts_are_those_of_a_slow_count(links):
    seen = Counter()
    places = set()
    for x in links:
        for name, (start, end) in ((x.a, x.differences[0].a[0]), (x.b, x.differences[0].b[0])):
            other = x.b if name == x.a else x.a
            report, against = name.split(":")[0], other
            word = TEXTS[report][start:end].lower()
            pair = frozenset((word, _word(against)))
            if (pair, name) not in places:
                places.add((pair, name))
                seen[pair, word, report] += 1
    found = Counter()
    for c in contrasts_of(REPORTS, STATEMENTS, links):
        pair = frozenset((c.words_a.lower(), c.words_b.lower()))
        for word, uses in ((c.words_a, c.uses_a), (c.words_b, c.uses_b)):
            for use in uses:
                found[pair, word.lower(), use.report] += use.count
    assert found == seen


def _word(name):
    report = name.split(":")[0]
    start, end = WORDS[name]
    return TEXTS[report][start:end].lower()
