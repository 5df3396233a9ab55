"""Quotations: one utterance is one row in which each outlet's version stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydiff.comparison import Comparison
from storydiff.datatypes import Attribution, Cell, Link, Report, Row, Statement
from storydiff.rendering import html, markdown, text
from storydiff.rendering.page.places import Places
from storydiff.rendering.page.quoting import quotations_of
from storydiff.rendering.quotations import quoted_in, word_diff
from storydiff.utterances import quotations_of as quotations_in
from tests.pages import harbour

TOLD = {
    "whole": ("“We patched the old pier twice and nobody came to look,” Ida Berg said.", "direct"),
    "same": ("“We patched the old pier twice, and nobody came to look.”", "direct"),
    "short": ("“We patched the old pier twice,” Berg said.", "direct"),
    "other": (
        "“We patched the old pier thrice and nobody came to help,” said Berg.",
        "direct",
    ),
    "prose": ("Berg said her men had repaired the pier again and again.", "indirect"),
    "plain": ("The pier had been repaired before.", ""),
    "mute": ("Ferries left on time.", ""),
}
"""What each report says, and how it attributes that."""


def story(names=tuple(TOLD)) -> Comparison:
    """One statement a report; all but the last are one row, and each quotation meets the whole."""
    statements = []
    for name in names:
        words, mode = TOLD[name]
        end = words.index("”") + 1 if mode == "direct" else len(words)
        said = Attribution(content=((0, end),), mode=mode, speaker="Ida Berg") if mode else None
        fields = {"kinds": ("quote",) if mode == "direct" else ("fact",)}
        fields["attributions"] = (said,) if said else ()
        statements.append(
            Statement(
                id=f"{name}:0", report=name, outlet=name.title(), index=0, start=0,
                end=len(words), text=words, paragraph=0, **fields,
            )
        )  # fmt: skip
    tellers = [s for s in statements if s.report != "mute"]
    first, *others = tellers
    cells = {
        s.report: Cell(state="told" if s in tellers else "not_found", statements=(s.id,))
        if s in tellers
        else Cell(state="not_found")
        for s in statements
    }
    row = Row(
        id="f1",
        statements=tuple(s.id for s in tellers),
        spans={s.id: (s.span,) for s in tellers},
        cells=cells,
        kinds=("quote",),
        score=0.9,
        support=len(tellers),
        origins=len(tellers),
    )
    return Comparison(
        signature="test",
        reports=tuple(Report(text=TOLD[n][0], outlet=n.title(), id=n) for n in names),
        statements=tuple(statements),
        links=tuple(Link(a=first.id, b=s.id, relation="same", score=0.9) for s in others),
        table=(row,),
    )


def test_each_outlet_has_its_version_of_one_utterance():
    (found,) = quoted_in(story())
    assert {x.report: x.how for x in found.versions} == {
        "whole": "fullest",
        "same": "verbatim",
        "short": "shortened",
        "other": "altered",
        "prose": "paraphrased",
        "plain": "unsourced",
    }
    assert found.versions[0].how == "fullest"
    assert (found.missing, found.row, found.speaker) == (("mute",), "f1", "Ida Berg")
    alike = {x.report: x.alike for x in found.versions}
    assert alike["whole"] == alike["same"] == alike["prose"] == 1
    assert 0 < alike["other"] < 1


def test_a_shortened_quotation_marks_only_what_is_gone():
    (found,) = quoted_in(story())
    short = next(x for x in found.versions if x.how == "shortened")
    assert [(p.text, p.marks) for p in short.pieces] == [
        ("“We patched the old pier twice,”", ""),
        ("and nobody came to look,”", "gone"),
    ]


def test_words_are_spans_of_their_reports():
    for comparison in (story(), harbour()):
        for found in quoted_in(comparison):
            for x in found.versions:
                body = comparison.report(x.report).text
                assert all(part in body for part in x.words.split(" … "))


@pytest.mark.parametrize("comparison", [story(), harbour()], ids=["pier", "harbour"])
def test_every_quotation_is_a_version_of_one_utterance(comparison):
    quoted = [
        x.statement
        for found in quoted_in(comparison)
        for x in found.versions
        if x.how not in ("paraphrased", "unsourced")
    ]
    assert sorted(quoted) == sorted(q.statement for q in quotations_in(comparison.statements))


def test_a_report_without_quotations_is_shown_those_that_it_lacks():
    comparison = story()
    (found,) = quotations_of(Places.of(comparison), focus="mute")
    assert found.missing == ("Mute",)
    assert len(quoted_in(comparison, focus="plain")) == 1
    page = html.render(comparison, focus="mute")
    assert 'Quotations <span class="count">1</span>' in page
    assert "nobody came to help" in page


def test_what_we_quote_stands_before_what_we_lack():
    comparison = harbour()
    for report in comparison.reports:
        found = quoted_in(comparison, focus=report.id)
        ours = [report.id in x.reports for x in found]
        assert ours == sorted(ours, reverse=True)
        assert all(report.id in x.missing for x in found if report.id not in x.reports)


def test_one_version_alone_is_quoted_and_shown_only_where_it_lacks():
    comparison = story(("short", "mute"))
    (found,) = quoted_in(comparison)
    assert [x.how for x in found.versions] == ["quoted"]
    assert "QUOTATIONS" not in text.render(comparison)
    assert "not found in Mute" in text.render(comparison, focus="mute")
    assert "QUOTATIONS" not in text.render(comparison, focus="short")


def test_a_quotation_without_a_row_is_shown_without_a_link():
    bare = story().model_copy(update={"table": (), "links": ()})
    assert len(quoted_in(bare)) == 3
    assert {(x.row, x.missing) for x in quoted_in(bare)} == {("", ())}
    assert "nobody came to help" in html.render(bare)


def test_text_and_markdown_show_versions_with_marks_of_their_own():
    shown = " ".join(text.render(story()).split())
    assert (
        "Short [0] quotes it shortened, 71 % alike: “We patched the old pier twice,” [-and" in shown
    )
    assert "pier [-twice-] {+thrice+} and" in shown
    assert "not found in Mute" in shown
    shown = markdown.render(story())
    assert "pier ~~twice~~ **thrice** and" in shown
    assert "“Berg said her men had repaired the pier again and again.”" in shown
    assert "Quotations" not in markdown.render(story(), only="facts")


# ── Word diffs ───────────────────────────────────────────────────────────────

sentences = st.lists(
    st.sampled_from(["we", "used", "All", "four,", "of", "them", "“now”"]), max_size=9
)


@given(sentences, sentences)
def test_a_word_diff_holds_both_texts(a, b):
    cut, alike = word_diff(" ".join(a), " ".join(b))
    assert " ".join(p.text for p in cut if p.marks != "gone") == " ".join(b)
    kept = sum(len(p.text.split()) for p in cut if not p.marks)
    gone = sum(len(p.text.split()) for p in cut if p.marks == "gone")
    assert kept + gone == len(a)
    assert alike == (2 * kept / (len(a) + len(b)) if a or b else 1.0)
    assert 0 <= alike <= 1


def test_a_word_diff_marks_what_changed():
    cut, alike = word_diff("and we used all four of them", "and we needed all of them,")
    assert [(p.text, p.marks) for p in cut] == [
        ("and we", ""),
        ("used", "gone"),
        ("needed", "new"),
        ("all", ""),
        ("four", "gone"),
        ("of them,", ""),
    ]
    assert alike == pytest.approx(10 / 13)
