from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storydiff.clauses import mask_of, spans_of
from storydiff.datatypes import Attribution, Link, Report, Statement
from storydiff.likelihoods import Likelihoods
from storydiff.table import Table


def report(name, **fields):
    return Report(text="x" * 400, outlet=name, id=name, **fields)


def statement(name, index, text, **fields):
    start = 40 * index
    return Statement(
        id=f"{name}:{index}",
        report=name,
        outlet=name,
        index=index,
        start=start,
        end=start + len(text),
        text=text,
        kinds=fields.pop("kinds", ("fact",)),
        **fields,
    )


def rows_of(reports, statements, links, *, p=None, rule=None):
    n = len(statements)
    if p is None:
        p = np.zeros((n, n), np.float32)
        place = {s.id: i for i, s in enumerate(statements)}
        for link in links:
            i, j = place[link.a], place[link.b]
            p[i, j] = p[j, i] = link.score
    near = Likelihoods.of_dense(p)
    return (rule or Table()).rows(reports, statements, links, probabilities=near)


spans = st.lists(st.tuples(st.integers(0, 59), st.integers(1, 20)), max_size=6).map(
    lambda pairs: tuple((low, low + size) for low, size in pairs)
)


@given(spans)
def test_a_mask_holds_exactly_the_characters_of_its_spans(found):
    mask = mask_of([(s + 100, e + 100) for s, e in found], start=100, length=80)
    inside = {i for s, e in found for i in range(s, e)} if found else set(range(80))
    assert {i for i in range(80) if mask >> i & 1} == inside


@given(spans.filter(bool))
def test_the_spans_of_a_mask_are_its_runs(found):
    mask = mask_of(found, start=0, length=80)
    runs = spans_of(mask, start=7)
    assert all(a[1] < b[0] for a, b in pairwise(runs))
    assert mask_of([(s - 7, e - 7) for s, e in runs], start=0, length=80) == mask


def test_a_fact_told_by_three_is_one_row():
    reports = [report(name) for name in "abc"]
    statements = [statement(name, 0, f"A bridge fell in {name}.") for name in "abc"]
    links = [
        Link(a=f"{x}:0", b=f"{y}:0", relation="same", score=0.9) for x, y in combinations("abc", 2)
    ]
    (row,) = rows_of(reports, statements, links)
    assert row.support == 3
    assert {cell.state for cell in row.cells.values()} == {"told"}


def test_a_compound_sentence_stands_in_two_rows():
    reports = [report("a"), report("b")]
    statements = [
        statement("a", 0, "The bridge fell and the mayor quit."),
        statement("b", 0, "The bridge fell."),
        statement("b", 1, "The mayor quit."),
    ]
    links = [
        Link(
            a="a:0", b="b:0", relation="overlap", score=0.8, spans_a=((0, 15),), spans_b=((0, 16),)
        ),
        Link(
            a="a:0",
            b="b:1",
            relation="overlap",
            score=0.7,
            spans_a=((20, 35),),
            spans_b=((40, 55),),
        ),
    ]
    rows = rows_of(reports, statements, links)
    assert [row.statements for row in rows] == [("a:0", "b:0"), ("a:0", "b:1")]
    assert rows[0].spans["a:0"] == ((0, 15),)
    assert rows[1].spans["a:0"] == ((20, 35),)


def test_two_utterances_of_one_speaker_are_two_rows():
    def quote(name, index, text):
        said = Attribution(
            content=((40 * index, 40 * index + 5),), mode="direct", speaker="Ann Lee"
        )
        return statement(name, index, text, kinds=("quote",), attributions=(said,))

    reports = [report(name) for name in "abc"]
    statements = [
        quote("a", 0, "We will rebuild it, said Lee."),
        quote("b", 0, "We rebuild and we pay, Lee said."),
        quote("c", 0, "We shall pay for it, says Lee."),
    ]
    links = [
        Link(a="a:0", b="b:0", relation="overlap", score=0.9),
        Link(a="b:0", b="c:0", relation="overlap", score=0.9),
    ]
    p = np.full((3, 3), 0.6, np.float32)
    rows = rows_of(reports, statements, links, p=p)
    assert all(not {"a:0", "c:0"} <= set(row.statements) for row in rows)


def test_furniture_has_no_row():
    statements = [statement("a", 0, "Read more", kinds=("other",)), statement("b", 0, "It rained.")]
    rows = rows_of([report("a"), report("b")], statements, [])
    assert [row.statements for row in rows] == [("b:0",)]


def test_a_cell_that_is_not_found_names_the_nearest_miss():
    statements = [
        statement("a", 0, "It rained."),
        *(statement("b", i, f"Sun {i}.") for i in range(3)),
    ]
    p = np.zeros((4, 4), np.float32)
    p[0, 2] = p[2, 0] = 0.25
    cell = rows_of([report("a"), report("b")], statements, [], p=p)[0].cells["b"]
    assert (cell.state, cell.nearest.statement, cell.nearest.score) == ("not_found", "b:1", 0.25)


@pytest.mark.parametrize(
    ("fields", "said", "reason"),
    [
        ({"truncated": True}, 5, "the report is truncated"),
        ({"published": "2024-01-01"}, 5, "published 2024-01-01, before the first report of it"),
        ({}, 2, "a short item of 2 statements"),
    ],
)
def test_silence_that_tells_nothing_is_unknowable(fields, said, reason):
    reports = [report("a", published="2024-01-05"), report("b", **fields)]
    statements = [
        statement("a", 0, "It rained."),
        *(statement("b", i, f"Sun {i}.") for i in range(said)),
    ]
    cell = rows_of(reports, statements, [])[0].cells["b"]
    assert cell.state == "unknowable"
    assert cell.reason.startswith(reason)


def test_a_report_that_covers_little_of_a_fact_tells_it_partly():
    reports = [report(name) for name in "abc"]
    statements = [
        statement("a", 0, "The old iron bridge fell into the sea"),
        statement("b", 0, "An old iron bridge fell into the sea"),
        statement("c", 0, "A bridge fell"),
    ]
    links = [
        Link(a="a:0", b="b:0", relation="same", score=0.9),
        Link(a="a:0", b="c:0", relation="overlap", score=0.8, spans_a=((13, 24),)),
        Link(a="b:0", b="c:0", relation="overlap", score=0.8, spans_a=((12, 23),)),
    ]
    (row,) = rows_of(reports, statements, links)
    assert {name: cell.state for name, cell in row.cells.items()} == {
        "a": "told",
        "b": "told",
        "c": "partly",
    }
    assert row.cells["c"].missing == ((0, 13), (24, 37))
    assert row.cells["c"].missing_in == "a:0"


def test_what_is_told_next_door_is_not_called_left_out():
    reports = [report(name) for name in "abc"]
    words = {"a": "Ninety firemen fought it", "b": "Ninety firemen came", "c": "Ninety firemen won"}
    statements = [statement(name, 0, text) for name, text in words.items()]
    links = [
        Link(
            a="a:0",
            b=f"{x}:0",
            relation="overlap",
            score=0.9,
            spans_a=((0, 14),),
            spans_b=((0, 14),),
        )
        for x in "bc"
    ]
    rows = rows_of(reports, statements, links, rule=Table(cohesion=0.6))
    assert [row.statements for row in rows] == [("a:0", "b:0"), ("a:0", "c:0")]
    assert rows[0].cells["c"].state == "partly"
    assert rows[0].cells["c"].statements == ("c:0",)
    assert rows[0].support == 3


def test_a_link_by_other_words_is_not_near():
    reports = [report(name) for name in "abc"]
    statements = [
        statement("a", 0, "The bridge fell and the mayor quit."),
        statement("b", 0, "The bridge fell."),
        *(statement("c", i, f"The mayor quit {i}.") for i in range(3)),
    ]
    links = [
        Link(
            a="a:0", b="b:0", relation="overlap", score=0.9, spans_a=((0, 15),), spans_b=((0, 16),)
        ),
        Link(
            a="a:0", b="c:0", relation="overlap", score=0.8, spans_a=((20, 34),), spans_b=((0, 14),)
        ),
    ]
    rows = rows_of(reports, statements, links)
    assert rows[0].statements == ("a:0", "b:0")
    assert rows[0].cells["c"].state == "not_found"
    assert rows[0].cells["c"].nearest is None


@st.composite
def stories(draw):
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    words = st.sampled_from(["Rain fell.", "Snow fell.", "Wind rose.", "Ice broke.", "Fog came."])
    statements = [
        statement("abcd"[r], i, draw(words)) for r, size in enumerate(sizes) for i in range(size)
    ]
    pairs = [
        (i, j)
        for i, j in combinations(range(len(statements)), 2)
        if statements[i].report != statements[j].report
    ]
    chosen = sorted(draw(st.sets(st.sampled_from(pairs), max_size=8)))
    links = [
        Link(
            a=statements[i].id,
            b=statements[j].id,
            relation="overlap",
            score=draw(st.sampled_from([0.5, 0.6, 0.8, 0.95])),
            spans_a=draw(st.sampled_from([(), ((statements[i].start, statements[i].start + 4),)])),
            spans_b=draw(st.sampled_from([(), ((statements[j].start + 5, statements[j].end),)])),
        )
        for i, j in chosen
    ]
    return [report("abcd"[r]) for r in range(len(sizes))], statements, links


@settings(max_examples=200)
@given(stories())
def test_laws_of_the_table(story):
    reports, statements, links = story
    rows = rows_of(reports, statements, links)
    inside = [set(row.statements) for row in rows]
    text_of = {s.id: s.text for s in statements}
    owners = {}
    for s in statements:
        owners.setdefault(s.text, set()).add(s.report)
    for link in links:
        twins = owners[text_of[link.a]] == owners[text_of[link.b]]
        if not twins or text_of[link.a] == text_of[link.b]:
            assert any({link.a, link.b} <= members for members in inside), link
    assert set(text_of) == set().union(*inside)
    for row in rows:
        assert set(row.cells) == {r.id for r in reports}
        tellers = {name for name, cell in row.cells.items() if cell.statements}
        assert row.support == len(tellers) >= 1
        told = [s for cell in row.cells.values() for s in cell.statements]
        assert set(row.statements) <= set(told)
        for name, cell in row.cells.items():
            assert all(s.split(":")[0] == name for s in cell.statements)
            assert cell.state == "partly" or set(cell.statements) <= set(row.statements)
        for name, found in row.spans.items():
            s = next(x for x in statements if x.id == name)
            assert all(s.start <= low < high <= s.end for low, high in found)
            assert found


@settings(max_examples=100)
@given(stories())
def test_rows_do_not_depend_on_the_order_of_links(story):
    reports, statements, links = story
    assert rows_of(reports, statements, links) == rows_of(reports, statements, links[::-1])
