import pytest

from storydiff.rendering.notebook import comparison_html, link_html
from tests.pages import harbour, hostile, large
from tests.test_html import Elements


def test_a_comparison_says_who_tells_how_much_and_names_its_conflicts():
    comparison = harbour()
    shared = sum(row.support >= 2 for row in comparison.table)
    text = comparison_html(comparison)
    assert shared > 5
    assert f"3 reports, {shared} facts told by 2 or more" in text
    assert "Number, p 0.87: Lessing Courier “12”, Coast Radio “Fifteen”" in text
    assert all(report.outlet in text for report in harbour().reports)


def test_long_lists_say_how_long_they_are():
    comparison = large(12, 10, 40)
    rows = {x.row for x in comparison.left_out if x.support >= 2}
    assert f"(the first 5 of {len(rows)})" in comparison_html(comparison)


def test_a_link_shows_its_differences_and_its_evidence():
    link = next(x for x in harbour().links if x.differences)
    text = link_html(link)
    assert f"p {link.score:.2f}" in text
    assert "Number (conflict)" in text
    assert "<td>covered words</td><td>0.71</td><td>+1.93</td>" in text


@pytest.mark.parametrize("text", [comparison_html(hostile()), link_html(hostile().links[0])])
def test_fragments_hold_no_markup_from_outside(text):
    tags = {tag for tag, _ in Elements(text).found}
    assert tags <= {
        "div",
        "style",
        "p",
        "b",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "ul",
        "li",
    }
    assert text.encode()
    assert "\u202e" not in text


def test_fragments_are_small_and_bring_no_script():
    assert len(comparison_html(large(30, 20, 400))) < 12_000
    assert "<script" not in comparison_html(harbour())
