from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storydiff.clauses import Clauses
from storydiff.datatypes import Attribution, Link, Report, Statement
from storydiff.likelihoods import Likelihoods
from storydiff.table import Table
from storydiff.ties import Parts, mask_of, spans_of
from storydiff.utterances import quotations_of, utterances_of
from storydiff.words import function_words


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


def rows_of(reports, statements, links, *, p=None, rule=None, origin_of=None):
    n = len(statements)
    if p is None:
        p = np.zeros((n, n), np.float32)
        place = {s.id: i for i, s in enumerate(statements)}
        for link in links:
            i, j = place[link.a], place[link.b]
            p[i, j] = p[j, i] = link.score
    near = Likelihoods.of_dense(p)
    return (rule or Table()).rows(
        reports, statements, links, probabilities=near, origin_of=origin_of
    )


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
        statement("a", 0, "The old iron bridge fell into the cold sea at dawn"),
        statement("b", 0, "An old iron bridge fell into the cold sea at dawn"),
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
    assert row.cells["c"].missing == ((4, 12), (34, 50))
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


@settings(max_examples=200)
@given(stories(), st.data())
def test_the_weight_of_a_row_is_origins_times_sureness_times_how_early(story, data):
    reports, statements, links = story
    origin_of = {
        s.id: data.draw(st.sampled_from(["wire", s.report]), label=s.id) for s in statements
    }
    by_id = {s.id: s for s in statements}
    last = {r.id: max(s.index for s in statements if s.report == r.id) for r in reports}
    for row in rows_of(reports, statements, links, origin_of=origin_of):
        told = {s for cell in row.cells.values() for s in cell.statements}
        sources = {r.id: {origin_of[s] for s in told if by_id[s].report == r.id} for r in reports}
        assert row.origins == count_groups([x for x in sources.values() if x])
        begins = {}
        for name in sorted(row.statements, key=lambda s: by_id[s].index):
            one = by_id[name]
            begins.setdefault(one.report, one.index / last[one.report] if one.index else 0.0)
        early = 1 - sum(begins.values()) / len(begins) / 2
        share = row.origins / len(set(origin_of.values()))
        assert row.weight == pytest.approx(share * row.score * early, abs=2e-6)


def count_groups(sets):
    """How many groups there are when sets that share a member are one."""
    names = set().union(*sets)
    groups = [{x} for x in names]
    for one in sets:
        groups = [
            *(g for g in groups if not g & one),
            set().union(*(g for g in groups if g & one)),
        ]
    return len(groups)


@settings(max_examples=150)
@given(stories(), st.integers(0, 2**32 - 1))
def test_the_nearest_miss_is_what_a_look_at_every_pair_says(story, seed):
    reports, statements, _ = story
    n = len(statements)
    rng = np.random.default_rng(seed)
    p = np.triu(rng.choice([0.0, 0.1, 0.2, 0.4], (n, n)), 1)
    apart = np.array([[a.report != b.report for b in statements] for a in statements])
    p = ((p + p.T) * apart).astype(np.float32)
    place = {s.id: i for i, s in enumerate(statements)}
    for row in rows_of(reports, statements, [], p=p):
        members = [place[s] for s in row.statements]
        for r in reports:
            theirs = [
                (p[m, i], -i) for m in members for i in range(n) if statements[i].report == r.id
            ]
            best, where = max(theirs, default=(0.0, 0))
            found = row.cells[r.id].nearest
            if row.cells[r.id].state in ("told", "partly"):
                continue
            assert (found is None) == (best == 0.0)
            if found is not None:
                assert found.score == pytest.approx(float(best), abs=1e-6)
                assert found.statement == statements[-where].id


def test_a_row_is_as_sure_as_its_links_are_on_average_each_counted_once():
    reports = [report(name) for name in "abc"]
    statements = [statement(name, 0, f"A bridge fell in {name}.") for name in "abc"]
    links = [
        Link(a=f"{x}:0", b=f"{y}:0", relation="same", score=score)
        for (x, y), score in zip(combinations("abc", 2), (0.9, 0.8, 0.6), strict=True)
    ]
    (row,) = rows_of(reports, statements, links)
    assert row.score == pytest.approx((0.9 + 0.8 + 0.6) / 3, abs=1e-6)
    alone, *_ = rows_of(reports, statements, [])
    assert alone.score == 1.0


@settings(max_examples=100)
@given(stories())
def test_rows_do_not_depend_on_the_order_of_links(story):
    reports, statements, links = story
    assert rows_of(reports, statements, links) == rows_of(reports, statements, links[::-1])


@settings(max_examples=300)
@given(stories())
def test_ties_between_the_same_two_groups_make_one_row_unless_it_is_barred(story):
    _, statements, links = story
    clauses = Clauses.of(Parts(tuple(statements), (), 12, 0.4), links, overlap=0.5)
    near = Likelihoods.of_dense(np.zeros((len(statements),) * 2, np.float32))
    bundles = clauses.bundles(near, join=0.5, cohesion=0.45)
    rows = clauses.loose(bundles)

    def groups(tie):
        """The two groups of a tie, by name: a row's number, or a clause that has none."""
        return {
            next((("row", g) for g, b in enumerate(bundles) for k in b if c in clauses.ends[k]), c)
            for c in clauses.ends[tie]
        }

    def ends(ties):
        return {c for k in ties for c in clauses.ends[k]}

    def bars(some, others):
        return any((min(x, y), max(x, y)) in clauses.barred for x in some for y in others)

    told = {clauses.ties[k].link for b in bundles for k in b}
    expected = {
        k
        for k, (a, b) in enumerate(clauses.ends)
        if clauses.ties[k].link not in told
        and not clauses.apart(k)
        and (
            clauses.texts[a] == clauses.texts[b]
            or clauses.owners[clauses.texts[a]] != clauses.owners[clauses.texts[b]]
        )
    }
    assert sorted(k for row in rows for k in row) == sorted(expected)
    for row in rows:
        assert all(groups(k) == groups(row[0]) for k in row)
        assert not any(bars(ends(row[:i]), ends(row[i : i + 1])) for i in range(1, len(row)))
    for first, second in combinations(rows, 2):
        if groups(first[0]) == groups(second[0]):
            assert bars(ends(first), ends(second[:1]))


def test_near_copies_of_two_facts_are_not_told_pair_by_pair():
    reports = [report(name) for name in "abcd"]
    statements = [
        statement("a", 0, "Two were hurt."),
        statement("b", 0, "Two people were hurt."),
        statement("c", 0, "Two hurt in fire."),
        statement("d", 0, "A fire hurt two."),
    ]
    score = {"ab": 0.9, "cd": 0.9, "ac": 0.6, "bd": 0.6}
    links = [
        Link(a=f"{x}:0", b=f"{y}:0", relation="overlap", score=p) for (x, y), p in score.items()
    ]
    rows = rows_of(reports, statements, links)
    assert [row.statements for row in rows] == [
        ("a:0", "b:0"),
        ("a:0", "b:0", "c:0", "d:0"),
        ("c:0", "d:0"),
    ]


SPEAKERS = ("Ann Lee", "Bo Roe", None)


@st.composite
def quoting_stories(draw):
    """Stories of quotations whose links share the quoted words, the cue, or both."""
    said, statements = ["we will rebuild", "we must all pay", "nobody is to blame"], []
    for r in range(draw(st.integers(2, 4))):
        for i in range(draw(st.integers(1, 3))):
            words = draw(st.sampled_from(said)) + draw(st.sampled_from(["", " and soon"]))
            name = "abcd"[r]
            text = f"{name}{i} she said {words}"
            start = 40 * i + len(f"{name}{i} she said ")
            quoted = Attribution(
                content=((start, 40 * i + len(text)),),
                mode=draw(st.sampled_from(["direct", "mixed"])),
                speaker=draw(st.sampled_from(SPEAKERS)),
            )
            statements.append(statement(name, i, text, kinds=("quote",), attributions=(quoted,)))
    pairs = [(x, y) for x, y in combinations(statements, 2) if x.report != y.report]
    links = []
    for x, y in [
        pairs[k] for k in sorted(draw(st.sets(st.integers(0, len(pairs) - 1), max_size=7)))
    ]:
        spans = []
        for s in (x, y):
            cue, content = (s.start, s.start + 11), s.attributions[0].content[0]
            spans.append(draw(st.sampled_from([(cue,), (content,), (cue, content)])))
        score = draw(st.sampled_from([0.6, 0.8, 0.95]))
        links.append(
            Link(
                a=x.id, b=y.id, relation="overlap", score=score, spans_a=spans[0], spans_b=spans[1]
            )
        )
    return [report(name) for name in sorted({s.report for s in statements})], statements, links


def quoted_in_row(row, s):
    """Whether a row shows some quoted words of a statement."""
    (low, high) = s.attributions[0].content[0]
    return any(start < high and low < end for start, end in row.spans[s.id])


@settings(max_examples=300)
@given(quoting_stories())
def test_a_row_never_holds_two_utterances_of_one_speaker(story):
    reports, statements, links = story
    of_name = {s.id: s for s in statements}
    groups = slow_utterances(statements, links)
    for row in rows_of(reports, statements, links):
        for x, y in combinations([of_name[name] for name in row.statements], 2):
            speakers = {x.attributions[0].speaker, y.attributions[0].speaker}
            if len(speakers) == 1 and None not in speakers and x.text != y.text:
                both = quoted_in_row(row, x) and quoted_in_row(row, y)
                assert not both or any({x.id, y.id} <= group for group in groups)


@settings(max_examples=300)
@given(quoting_stories())
def test_utterances_are_those_of_the_slow_rule(story):
    _, statements, links = story
    quotations = quotations_of(statements)
    found = [{quotations[k].statement for k in group} for group in utterances_of(quotations, links)]
    assert sorted(map(sorted, found)) == sorted(map(sorted, slow_utterances(statements, links)))


def slow_utterances(statements, links):
    """The rule of `storydiff.utterances`, word by word: the fullest takes its versions."""
    content = {}
    for s in statements:
        ((low, high),) = s.attributions[0].content
        place, words = low, {}
        for word in s.text[low - s.start : high - s.start].split(" "):
            words[place] = word
            place += len(word) + 1
        content[s.id] = words
    kept = {
        name: {k: w for k, w in words.items() if w not in function_words()} or words
        for name, words in content.items()
    }
    of_name = {s.id: s for s in statements}

    def share(name, spans):
        if not spans:
            return 1
        touched = [
            any(start < k + len(w) and k < end for start, end in spans)
            for k, w in kept[name].items()
        ]
        return sum(touched) / len(touched)

    def versions(x, y):
        if list(content[x].values()) == list(content[y].values()):
            return True
        if of_name[x].report == of_name[y].report:
            return False
        short, long = (x, y) if len(kept[x]) <= len(kept[y]) else (y, x)
        for link in links:
            if {link.a, link.b} == {x, y}:
                spans = {link.a: link.spans_a, link.b: link.spans_b}
                if share(short, spans[short]) >= 0.5 and share(long, spans[long]) > 0:
                    return True
        return False

    order = [s.id for s in statements]
    left = sorted(order, key=lambda name: (-len(kept[name]), order.index(name)))
    groups = []
    while left:
        first = left[0]
        group = {name for name in left if name == first or versions(first, name)}
        groups.append(group)
        left = [name for name in left if name not in group]
    return groups


def test_two_halves_of_one_utterance_stand_in_one_row():
    def quote(name, text):
        said = Attribution(content=((0, len(text)),), mode="direct", speaker="Ann Lee")
        return statement(name, 0, text, kinds=("quote",), attributions=(said,))

    whole = "Rebuild the bridge now. Tax the harbour owners later."
    statements = [quote("a", whole), quote("b", whole[:23]), quote("c", whole[24:])]
    links = [
        Link(
            a="a:0", b="b:0", relation="overlap", score=0.9, spans_a=((0, 22),), spans_b=((0, 22),)
        ),
        Link(
            a="a:0", b="c:0", relation="overlap", score=0.9, spans_a=((24, 52),), spans_b=((0, 28),)
        ),
    ]
    (row,) = rows_of([report(name) for name in "abc"], statements, links)
    assert row.statements == ("a:0", "b:0", "c:0")


def test_another_utterance_of_the_speaker_is_near_but_not_told():
    def quote(name, index, text, words):
        low = 40 * index + text.index(words)
        said = Attribution(content=((low, low + len(words)),), mode="direct", speaker="Ann Lee")
        return statement(name, index, text, kinds=("quote",), attributions=(said,))

    statements = [
        quote("a", 0, "Lee told us: repair the dam wall at once", "repair the dam wall at once"),
        quote("b", 0, "Lee told us: repair the dam wall at once", "repair the dam wall at once"),
        quote("c", 0, "Lee told us: hire more old guards", "hire more old guards"),
        statement("c", 1, "Rain fell."),
        statement("c", 2, "Fog came."),
    ]
    links = [
        Link(a="a:0", b="b:0", relation="same", score=0.9),
        Link(
            a="a:0",
            b="c:0",
            relation="overlap",
            score=0.7,
            spans_a=((0, 11), (13, 19)),
            spans_b=((0, 11), (13, 17)),
        ),
    ]
    rows = rows_of([report(name) for name in "abc"], statements, links)
    assert rows[0].statements == ("a:0", "b:0")
    assert rows[0].cells["c"].state == "not_found"
    assert rows[1].statements == ("c:0",)
