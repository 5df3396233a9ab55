"""No regular expression of the package can be made to run for ever."""

import json
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from storydiff.annotation.names import _BRACKETED
from storydiff.furniture import _CONTACT, _LINKS, is_furniture
from storydiff.reading.markdown import plain
from tests.patterns import written_in_functions

with warnings.catch_warnings():
    # It takes the names of sre's opcodes from where they were before Python 3.11.
    warnings.simplefilter("ignore", DeprecationWarning)
    from regexploit.ast.sre import SreOpParser
    from regexploit.redos import find

QUADRATIC = 2
"""The steepest growth allowed, as the power of the length: a search from each position to the end.

A cubic pattern stands still at a few thousand characters, an exponential one at thirty.
"""


class Parser(SreOpParser):
    """Knows the possessive repeats and atomic groups that Python has had since 3.11.

    What a possessive repeat took is never given back, so it adds no way to match: it
    counts as taken once. An atomic group counts as a plain one, which can only be worse.
    """

    def from_POSSESSIVE_REPEAT(self, arguments):
        least, _, element = arguments
        return self.from_MAX_REPEAT((min(least, 1), 1, element))

    def from_ATOMIC_GROUP(self, elements):
        return self.sequence_or_singleton(elements)


def steepest(pattern: str, flags: int) -> int:
    return max((r.starriness for r in find(Parser().parse_sre(pattern, flags))), default=0)


@pytest.fixture(scope="module")
def patterns():
    done = subprocess.run(
        [sys.executable, "-m", "tests.patterns"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent.parent,
    )
    return [tuple(x) for x in json.loads(done.stdout)]


def test_patterns_in_functions_are_written_out():
    """One put together of data would be seen by no check."""
    assert [place for place, text, _ in written_in_functions() if text is None] == []


def test_no_pattern_grows_faster_than_the_square(patterns):
    found = [*patterns, *written_in_functions()]
    assert len(found) > 80
    assert {
        f"{place}: {text}" for place, text, flags in found if steepest(text, flags) > QUADRATIC
    } == set()


@pytest.mark.parametrize(
    ("pattern", "power"),
    [
        (r"(a+)+b", 10),
        (r"(?>a+)(?>a+)b", 0),
        (r"a*a*a*b", 3),
        (r"\s+$", 0),
        (r"(?:a++)*b", 0),
        (r"a*+a*+a*+b", 0),
    ],
)
def test_the_check_sees_what_it_should(pattern, power):
    steep = steepest(pattern, 0)
    assert steep >= power if power else steep <= QUADRATIC


def test_every_pattern_ends_on_what_it_nearly_matches(patterns):
    """The static check sees no alternation whose branches overlap; sixty characters would show it.

    An exponential pattern takes 2**60 steps here: the process would be killed, not slow.
    """
    program = (
        "import json, re, sys\n"
        "found, units = json.load(sys.stdin)\n"
        "for pattern, flags in found:\n"
        "    for unit in units:\n"
        "        for text in (unit * 60, unit * 60 + chr(0), 'A' + unit * 60 + '!'):\n"
        "            re.compile(pattern, flags).search(text)\n"
        "print(len(found))\n"
    )
    units = [*" \n\t\"'aA1é.,;:-–_*#@/(<[\\&“”»", "Aa ", "a ", "a.", "1,", "1 ", "a-", "a@", "a/"]
    found = sorted({(text, flags) for _, text, flags in [*patterns, *written_in_functions()]})
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps([found, units]),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert int(done.stdout) == len(found)


@pytest.mark.parametrize("unit", ["a@", "a", "a.", " ", "@.", "a@a."])
def test_a_line_of_contacts_is_read_in_few_steps(unit):
    """Found by growth: these took a cube of steps on a line of furniture's full length."""
    line = "Contact " + unit * 300
    assert isinstance(is_furniture(line[:800]), bool)
    assert not _CONTACT.match(line + "!")


def test_what_contacts_look_like_is_as_before():
    assert _CONTACT.match("Contact the desk at jane.doe@post.example")
    assert _CONTACT.match("Email: desk@post.example.")
    assert not _CONTACT.match("Contact was lost. Ask desk@post.example")
    assert _LINKS.sub("", "see jane.doe@post.example").strip() == "see"


@pytest.mark.parametrize("unit", ["A", "A.", "A ", "Aa", "Aa of "])
def test_a_name_of_a_million_letters_is_searched_in_one_pass(unit):
    """With one step back for each letter this would be 10**12 steps and never end."""
    assert not _BRACKETED.search(unit * (1_000_000 // len(unit)))


def test_bracketed_short_forms_are_as_before():
    assert (
        _BRACKETED.search("The Harbour Rescue Service (HRS) said")[1]
        == "The Harbour Rescue Service "
    )
    assert _BRACKETED.search("“Board of Trade (BT)")[2] == "BT"


@pytest.mark.parametrize("unit", [" ", "\t", "# ", " #", "#", "x# "])
def test_a_heading_of_signs_alone_is_read_in_few_steps(unit):
    assert isinstance(plain("# " + unit * 20_000 + "x"), str)
    assert plain("## The bridge ##\nIt fell.").split() == ["The", "bridge", "It", "fell."]
    assert plain("#\tC").strip() == "C"
