import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storydiff.datatypes import Attribution, Report, Statement
from storydiff.origins import Origins, credits_of

WIRE = (
    "A storm tore the roof off the market hall in Brennick on Friday and injured three traders, "
    "the town said. The hall, built in 1911, had been repaired only last year for 4 million "
    "crowns. Engineers will decide next week whether the walls can be saved. Trade moves to the "
    "old tram depot until then, and the fish sellers get tents on the quay."
)
OWN = (
    "Three people were hurt when the wind lifted the roof of the Brennick market on Friday. Stall "
    "holders told this paper that the beams had groaned for weeks. Repairs last year cost four "
    "million crowns. The fire brigade closed two streets and the mayor promised new tents."
)


def report(name, text):
    return Report(text=text, outlet=name, id=name)


def statements_of(*reports):
    out = []
    for r in reports:
        start = 0
        for index, part in enumerate(r.text.split(". ")):
            begin = r.text.index(part, start)
            start = begin + len(part)
            out.append(
                Statement(
                    id=f"{r.id}:{index}",
                    report=r.id,
                    outlet=r.outlet,
                    index=index,
                    start=begin,
                    end=start,
                    text=part,
                )
            )
    return out


def find(*reports, rule=None):
    return (rule or Origins()).find(reports, statements_of(*reports))


def edited(text, every):
    words = text.split()
    return " ".join("indeed" if k % every == every - 1 else w for k, w in enumerate(words))


@pytest.mark.parametrize(
    "copy",
    [
        WIRE,
        WIRE[: len(WIRE) // 2],
        "What a night at the quay! Our reporter saw it all. " + WIRE,
        edited(WIRE, 14),
        WIRE.upper(),
    ],
    ids=["verbatim", "trimmed", "new lead", "light edits", "capitals"],
)
def test_a_copy_is_one_origin(copy):
    a, b, c = report("a", WIRE), report("b", OWN), report("c", copy)
    (origin,) = find(a, b, c)
    assert origin.reports == ("a", "c")
    assert origin.whole
    for name, (start, end) in origin.evidence:
        shown = {"a": a, "c": c}[name].text[start:end].lower()
        assert shown in WIRE.lower()
        assert len(shown.split()) >= 5


def test_independent_reports_are_their_own_origins():
    assert find(report("a", WIRE), report("b", OWN)) == ()


def test_a_text_that_only_quotes_another_is_no_copy():
    speech = WIRE[:240]
    a = report("a", f"“{speech}” said the mayor in a speech. He then left for his holidays in May.")
    b = report("b", f"The mayor spoke at noon to a small crowd by the sea. “{speech}” he told it.")
    statements = []
    for r in (a, b):
        begin = r.text.index("“")
        content = (begin, r.text.index("”") + 1)
        statements.append(
            Statement(
                id=f"{r.id}:0",
                report=r.id,
                outlet=r.outlet,
                index=0,
                start=0,
                end=len(r.text),
                text=r.text,
                attributions=(Attribution(content=(content,), mode="direct"),),
            )
        )
    assert Origins().find((a, b), statements) == ()


def test_a_shared_passage_is_one_origin_for_its_statements_alone():
    rule = Origins()
    passage = " ".join(WIRE.split()[:34])
    a = report("a", f"{passage}. {OWN} Nothing else was known at noon.")
    b = report(
        "b", f"{passage}. The rest of this text is about the weather, which {'was bad ' * 40}."
    )
    statements = statements_of(a, b)
    (origin,) = rule.find((a, b), statements)
    assert not origin.whole
    of = rule.of_statements([origin], statements)
    assert of["a:0"] == of["b:0"]
    assert of["a:3"] == "a"
    assert of["b:2"] == "b"


def test_reports_of_one_wire_count_as_one_origin_for_every_statement():
    rule = Origins()
    reports = (report("a", WIRE), report("b", OWN), report("c", WIRE))
    statements = statements_of(*reports)
    of = rule.of_statements(rule.find(reports, statements), statements)
    assert len({of[f"a:{k}"] for k in range(3)} | {of["c:0"]}) == 1
    assert of["b:0"] == "b"


def test_a_shared_credit_lowers_the_bar():
    part = " ".join(WIRE.split()[:22])
    a = report("a", f"BRENNICK (NordWire) - {part}. {OWN}")
    b = report("b", f"BRENNICK (NordWire) - {part}. {'A word of our own here, not theirs. ' * 5}")
    (origin,) = find(a, b)
    assert (origin.whole, origin.credit) == (True, "NordWire")
    plain = [report(r.id, r.text.replace("(NordWire)", "")) for r in (a, b)]
    assert not any(o.whole for o in find(*plain))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("PORT LESSING (NordWire) - Fire broke out.", {"NordWire"}),
        ("A fire.\n\nReuters contributed to this report.", {"Reuters"}),
        ("The mayor (pictured) spoke - at length.", set()),
        ("Reuters is a news agency.", set()),
    ],
)
def test_credits(text, named):
    assert credits_of(text) == named


def test_the_order_of_reports_is_irrelevant():
    a, b, c = report("a", WIRE), report("b", OWN), report("c", WIRE)
    one, other = find(a, b, c), find(c, b, a)
    assert {frozenset(o.reports) for o in one} == {frozenset(o.reports) for o in other}


def test_two_hundred_copies_are_one_origin():
    reports = [report(f"r{k}", edited(WIRE, 15 + k)) for k in range(200)]
    (origin,) = find(*reports)
    assert len(origin.reports) == 200


@settings(max_examples=60)
@given(st.lists(st.text("abc .\n", max_size=200), min_size=2, max_size=5))
def test_any_text_has_spans_inside_its_report(texts):
    reports = [report(f"r{k}", text) for k, text in enumerate(texts)]
    for origin in Origins().find(reports, ()):
        for name, (start, end) in origin.evidence:
            assert 0 <= start < end <= len(texts[int(name[1:])])
