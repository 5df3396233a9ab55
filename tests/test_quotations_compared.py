"""Two versions of one utterance: what is said of them, and every measure, counted by hand."""

from functools import cache

import pytest
from fakes import WordEncoder

from storydiff.datatypes import Report, cut
from storydiff.differences.building import Builder
from storydiff.differences.judging import Judge, Linear
from storydiff.differences.quotations import find, speaker_of, utterances
from storydiff.differences.versions import measures, utterance, word_diff
from storydiff.pipeline import Pipeline

WHOLE = '"We will rebuild every house on this street before the snow comes," Ada Moss said.'


@cache
def pair_of(a: str, b: str):
    reports = [Report(text=text, outlet=name) for text, name in ((a, "a"), (b, "b"))]
    story, _ = Pipeline(encoder=WordEncoder(64)).prepare(reports)
    places = [next(i for i, s in enumerate(story.statements) if s.report == r) for r in "ab"]
    return Builder(story).pair(*places)


def told(a: str, b: str) -> list[tuple[str, str, str]]:
    """Rule, and the words on either side, of every candidate."""
    pair = pair_of(a, b)
    return [
        (
            c.rule.removeprefix("quotation: "),
            " … ".join(cut(pair.a.text, c.a)),
            " … ".join(cut(pair.b.text, c.b)),
        )
        for c in find(pair)
    ]


CASES = {
    "verbatim is no difference": (
        WHOLE,
        'Ada Moss said: "We will rebuild every house on this street before the snow comes."',
        [],
    ),
    "punctuation and case are no difference": (
        WHOLE,
        '"we will rebuild every house - on this street - before the snow comes", Moss said.',
        [],
    ),
    "its end is gone": (
        WHOLE,
        '"We will rebuild every house on this street," Ada Moss said.',
        [("shortened", "before the snow comes", "We will rebuild every house on this street")],
    ),
    "its beginning is gone": (
        '"Rebuild every house on this street before the snow comes," Ada Moss said.',
        WHOLE,
        [("shortened", "Rebuild every house on this street before the snow comes", "We will")],
    ),
    "each lacks another end": (
        '"We will rebuild every house on this street," Ada Moss said.',
        '"Every house on this street before the snow comes," Ada Moss said.',
        [("cut differently", "We will rebuild", "before the snow comes")],
    ),
    "one word is another": (
        WHOLE,
        '"We will rebuild every barn on this street before the snow comes," Ada Moss said.',
        [("altered", "house", "barn")],
    ),
    "a word is gone within": (
        WHOLE,
        '"We will rebuild every house on street before the snow comes," Ada Moss said.',
        [("shortened", "this", "We will rebuild every house on street before the snow comes")],
    ),
    "what an editor put in brackets is no word of the speaker": (
        WHOLE,
        '"We will rebuild every house on this street [in Lund] before the snow comes," '
        "Ada Moss said.",
        [],
    ),
    "another is said to have said it": (
        WHOLE,
        '"We will rebuild every house on this street before the snow comes," Karl Brandt said.',
        [
            (
                "in another mouth",
                "We will rebuild every house on this street before the snow comes",
                "We will rebuild every house on this street before the snow comes",
            )
        ],
    ),
    "who is only a pronoun is nobody else": (
        WHOLE,
        '"We will rebuild every house on this street before the snow comes," she said.',
        [],
    ),
    "without marks in the same words": (
        WHOLE,
        "Ada Moss said that we will rebuild every house on this street before the snow comes.",
        [
            (
                "without marks, verbatim",
                "We will rebuild every house on this street before the snow comes",
                "that we will rebuild every house on this street before the snow comes",
            )
        ],
    ),
    "what stands next door is not gone": (
        WHOLE,
        '"We will rebuild every house on this street," Ada Moss said. '
        '"Before the snow comes," she added.',
        [],
    ),
    "one word in marks may be anything": (WHOLE, 'Ada Moss spoke of a "house" by the sea.', []),
    "other words are another utterance": (
        WHOLE,
        '"Nobody told me about the flood until the water stood in my kitchen," Ada Moss said.',
        [],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_said_of_two_versions(name: str) -> None:
    a, b, wanted = CASES[name]
    assert told(a, b) == wanted


@pytest.mark.parametrize("name", [n for n in CASES if "mouth" not in n])
def test_the_sides_turned_are_the_same_turned(name: str) -> None:
    a, b, wanted = CASES[name]
    assert sorted(told(b, a)) == sorted((rule, y, x) for rule, x, y in wanted)


def of(text: str):
    return utterance(text, (0, len(text)))


def test_every_measure_of_two_versions_counted_by_hand() -> None:
    # Core: "rebuild every house … this street" with one word altered; 2 words before, 4 after.
    a = of("We will rebuild every house on this street before the snow comes")
    b = of("rebuild every barn on this street")
    diff = word_diff(a, b)
    assert diff.shared == 5
    assert diff.longest == 3
    assert (diff.core_a, diff.core_b) == ((2, 8), (0, 6))
    assert diff.inner == (((4, 5), (2, 3)),)
    found = measures(a, b, diff)
    assert found == pytest.approx(
        {
            "shared": 5 / 12,
            "longest": 3 / 12,
            "share": 5 / 6,
            "altered": 1.0,
            "replaced": 1.0,
            "altered words": 1 / 12,
            "outside both": 0.0,
            "outside one": 1.0,
            "outside words": 6 / 12,
            "outside shorter": 0.0,
            "short": 0.0,
            "content shared": 3 / 8,
            "content share": 3 / 4,
            "density": 5 / 6,
        }
    )


def test_measures_of_what_only_one_side_adds_within() -> None:
    a, b = of("old stone bridge fell"), of("old bridge fell down here")
    diff = word_diff(a, b)
    found = measures(a, b, diff)
    assert diff.inner == (((1, 2), (1, 1)),)
    assert (found["altered"], found["replaced"]) == (1.0, 0.0)
    assert (found["outside one"], found["outside both"]) == (1.0, 0.0)
    assert found["outside words"] == pytest.approx(2 / 12)
    assert found["short"] == 1.0
    assert found["density"] == pytest.approx(3 / 4)


MANNER = ("fragment", "piece", "begins", "ended", "dropped first", "dropped last", "dropped")


@pytest.mark.parametrize(
    ("shorter", "wanted"),
    [
        ('"We will rebuild every house on this street," Ada Moss said.', (0, 0, 0, 0, 0, 1, 4)),
        ('"Rebuild every house on this street before the snow comes."', (0, 0, 1, 1, 1, 0, 2)),
        ('Ada Moss said she would "rebuild every house on this street".', (1, 1, 0, 1, 1, 1, 6)),
    ],
)
def test_how_the_shorter_stands_in_its_sentence(shorter: str, wanted: tuple[int, ...]) -> None:
    pair = pair_of(WHOLE, shorter)
    (found,) = [c for c in find(pair) if c.features]
    got = [found.features[name] for name in MANNER]
    assert got == pytest.approx([*wanted[:-1], wanted[-1] / 12])


def test_one_speaker_is_one_by_name() -> None:
    short = '"We will rebuild every house on this street," {} said.'
    same = next(find(pair_of(WHOLE, short.format("Ada Moss"))))
    other = next(find(pair_of(WHOLE, short.format("Karl Brandt"))))
    assert same.features["one speaker"] == 1.0
    assert other.features["one speaker"] == 0.0


def test_who_speaks_is_the_innermost() -> None:
    side = pair_of(
        'Karl Brandt said Ada Moss had promised: "We will rebuild every house on this street."',
        WHOLE,
    ).a
    (quote,) = utterances(side)
    assert speaker_of(side, quote.span) == "Ada Moss"
    assert speaker_of(side, (0, 4)) is None


def test_weights_are_read_by_their_names() -> None:
    raw = {
        "slots": {"number": {"intercept": -1.0, "weights": {"near": 2.0}}},
        "models": {"number": {"intercept": 0.5, "weights": {"slot": 1.0, "gap": -3.0}}},
        "bars": {"number": 0.4},
    }
    judge = Judge.of(raw)
    assert judge.slots == {"number": Linear(-1.0, {"near": 2.0})}
    assert judge.bars == {"number": 0.4}
    features = {"near": 0.75, "gap": 0.5}
    assert judge.with_slot("number", features) == {**features, "slot": 0.5}
    assert judge.with_slot("date", features) == {**features, "slot": 0.0}
    assert judge.slot("number", features) == pytest.approx(0.6225)
    # .5 + .5 - 1.5 = -.5
    assert judge.probability("number", features) == pytest.approx(0.3775)
    assert judge.probability("date", features) == judge.slot("date", features) == 0.0
    assert Linear(99.0, {}).probability({}) == 1.0
    assert Linear(-99.0, {}).probability({}) == 0.0
