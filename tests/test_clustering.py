import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storydiff.clustering import Grouping, group
from storydiff.errors import OptionError


@st.composite
def graphs(draw):
    n = draw(st.integers(0, 12))
    owners = draw(st.lists(st.sampled_from("abcd"), min_size=n, max_size=n))
    pairs = [(i, j) for j in range(n) for i in range(j)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    weights = draw(
        st.lists(
            st.sampled_from([0.05, 0.2, 0.4, 0.55, 0.7, 0.9, 1.0]),
            min_size=len(chosen),
            max_size=len(chosen),
        )
    )
    barred = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=5)) if pairs else []
    edges = [(i, j, w) for (i, j), w in zip(chosen, weights, strict=True)]
    grouping = Grouping(
        join=draw(st.sampled_from([0.0, 0.3, 0.5])), cohesion=draw(st.sampled_from([0.0, 0.3, 0.6]))
    )
    return owners, edges, barred, grouping


def slow_group(owners, edges, barred, grouping):
    """The rule word for word: every mean is taken anew over all pairs of members."""
    weight = {(i, j): w for i, j, w in edges}
    groups = [{i} for i in range(len(owners))]
    forbidden = {frozenset(pair) for pair in barred}
    for i, j, w in sorted(edges, key=lambda e: (-e[2], e[0], e[1])):
        g = next(x for x in groups if i in x)
        h = next(x for x in groups if j in x)
        if w < grouping.join or g is h or owners[i] == owners[j]:
            continue
        if any(frozenset((a, b)) in forbidden for a in g for b in h):
            continue
        pairs = [(min(a, b), max(a, b)) for a in g for b in h if owners[a] != owners[b]]
        if sum(weight.get(p, 0.0) for p in pairs) / len(pairs) >= grouping.cohesion - 1e-9:
            groups = [x for x in groups if x is not g and x is not h] + [g | h]
    return tuple(sorted(tuple(sorted(g)) for g in groups))


@settings(max_examples=400)
@given(graphs())
def test_groups_are_those_of_the_slow_reference(graph):
    owners, edges, barred, grouping = graph
    fast = group(owners, edges, barred=barred, grouping=grouping)
    assert fast == slow_group(owners, edges, barred, grouping)


@given(graphs(), st.randoms())
def test_the_order_of_edges_is_irrelevant(graph, rng):
    owners, edges, barred, grouping = graph
    shuffled = list(edges)
    rng.shuffle(shuffled)
    one = group(owners, edges, barred=barred, grouping=grouping)
    assert one == group(owners, shuffled, barred=barred, grouping=grouping)


@given(graphs())
def test_every_member_is_in_one_group_and_bars_hold(graph):
    owners, edges, barred, grouping = graph
    groups = group(owners, edges, barred=barred, grouping=grouping)
    assert sorted(i for g in groups for i in g) == list(range(len(owners)))
    assert not any(i in g and j in g for g in groups for i, j in barred)


@given(graphs())
def test_more_cohesion_never_leaves_fewer_groups_of_two(graph):
    owners, edges, barred, _ = graph
    loose = group(owners, edges, barred=barred, grouping=Grouping(join=0.0, cohesion=0.0))
    strict = group(owners, edges, barred=barred, grouping=Grouping(join=0.0, cohesion=1.0))
    assert len(strict) >= len(loose)


def test_a_lead_near_everything_chains_nothing():
    # 0 is a lead; 1 and 2 tell different things, each near the lead.
    edges = [(0, 1, 0.8), (0, 2, 0.7)]
    groups = group(["a", "b", "c"], edges, grouping=Grouping(join=0.5, cohesion=0.5))
    assert groups == ((0, 1), (2,))


@pytest.mark.parametrize("field", ["join", "cohesion"])
def test_values_outside_the_range_are_refused(field):
    with pytest.raises(OptionError, match=rf"{field}: got 1.5, wanted a number in \[0, 1\]"):
        Grouping(**{"join": 0.5, "cohesion": 0.5, field: 1.5})
