"""The planted conflicts and rewrites: seeded, enough, and each as it says."""

import ast
import random
import re
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import planted
from benchmarks.planting import numbers, sentences
from benchmarks.planting.sentences import Edit, Sentence

PAIRS = planted.generate(planted.read_sentences())
FOLDER = Path(planted.__file__).parent


def test_there_are_enough_of_both_halves_and_of_every_type():
    halves = Counter(p.conflict for p in PAIRS)
    assert halves[True] >= 300
    assert halves[False] >= 300
    types = Counter((p.conflict, p.type) for p in PAIRS)
    for kind in ("number", "date", "name", "polarity"):
        assert types[True, kind] >= 60
    for kind in ("number", "date", "name", "wording"):
        assert types[False, kind] >= 15


def test_the_same_seed_plants_the_same_and_another_seed_other_pairs():
    sentences = planted.read_sentences()
    assert planted.generate(sentences) == PAIRS
    assert planted.generate(sentences, seed=1) != PAIRS


def test_fewer_sentences_give_fewer_pairs():
    few = planted.read_sentences()[:3]
    pairs = planted.generate(few)
    assert 0 < len(pairs) < 100
    assert planted.generate(()) == ()


def test_the_changed_string_is_in_each_side():
    for p in PAIRS:
        assert p.before in p.a
        assert p.before != p.after
        assert p.a != p.b
        if not p.noise:
            assert p.after in p.b
            start = next(i for i in range(len(p.a)) if p.a[: i + 1] != p.b[: i + 1])
            where = [m.start() for m in re.finditer(re.escape(p.before), p.a)]
            assert any(
                at <= start and p.a[:at] + p.after + p.a[at + len(p.before) :] == p.b
                for at in where
            )


def test_half_of_the_conflicts_are_reworded_besides():
    share = sum(bool(p.noise) for p in PAIRS if p.conflict) / sum(p.conflict for p in PAIRS)
    assert 0.25 < share < 0.6


def test_no_sentence_is_used_twice_by_one_planter():
    used = Counter(
        (p.story, p.outlet, p.index, p.conflict, p.type, p.what, p.before) for p in PAIRS
    )
    assert max(used.values()) == 1


@pytest.mark.parametrize("what", ["value", "bound"])
def test_other_values_are_far_and_bounds_exclude_the_first(what):
    """By an own slow reading of digits and words."""
    seen = 0
    for p in PAIRS:
        if not p.conflict or p.what != what:
            continue
        seen += 1
        told = value_of(p.before)
        limit = value_of(p.after)
        if what == "value":
            assert abs(limit - told) >= 0.2 * min(told, limit)
        elif re.match(r"at least|no fewer|more than", p.after, re.IGNORECASE):
            assert told < limit
        else:
            assert re.match(r"at most|no more|fewer than", p.after, re.IGNORECASE)
            assert told > limit
    assert seen >= 15


def test_roundings_are_near():
    near = [p for p in PAIRS if p.what == "rounding"]
    assert len(near) >= 10
    for p in near:
        assert abs(value_of(p.before) - value_of(p.after)) <= 0.04 * value_of(p.before)


def test_weekdays_told_as_dates_are_the_day_before_publication():
    for p in PAIRS:
        if p.what in ("weekday as date", "date of another day"):
            assert p.published
            assert (p.what == "weekday as date") != p.conflict


def value_of(written):
    last = written.replace("$", "").replace("£", "").split()[-1]
    if last[0].isdigit():
        return float(last.replace(",", ""))
    return float(numbers.WORDS[last.lower()])


def test_quoted_words_are_left_alone():
    """What is quoted stays as quoted: changing it would be another type of difference."""
    for p in PAIRS:
        if p.conflict and not p.noise:
            quoted = re.findall(r'"[^"]*"', p.a)
            assert re.findall(r'"[^"]*"', p.b) == quoted


def test_an_edit_changes_its_place_alone():
    edit = Edit(4, "two", "five", "value")
    assert edit.apply("The two men") == "The five men"
    sentence = Sentence('He said "two men" had met two women.', "s", "o", 0, None)
    assert [at for at, *_ in numbers.told(sentence)] == [26]
    assert sentences.cased("five", "Two") == "Five"
    assert [e.after for e in numbers.other_value(sentence, random.Random(0))]


@pytest.mark.parametrize(
    "path",
    [FOLDER / "planted.py", FOLDER / "copies.py", *sorted((FOLDER / "planting").glob("*.py"))],
    ids=lambda p: p.name,
)
def test_the_generators_import_nothing_of_the_library(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        assert not any(name.split(".")[0] == "storydiff" for name in names)
