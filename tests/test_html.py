"""The HTML report without a browser: what it holds, what it can never hold, and how it is cut."""

import base64
import hashlib
import json
import re
import zlib
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydiff.datatypes import Difference
from storydiff.errors import OptionError
from storydiff.rendering import html
from storydiff.rendering.escaping import visible
from storydiff.rendering.html import render
from storydiff.rendering.page import articles
from storydiff.rendering.page.articles import articles_of, differing_rows
from storydiff.rendering.page.differing import contrasts_of
from storydiff.rendering.page.marks import bridged, merge, pieces, shown_offsets, trimmed, without
from storydiff.rendering.page.overview import SHOWN_OMISSIONS, omissions_of, outlets_of
from storydiff.rendering.page.places import Places, safe_language, safe_url
from storydiff.rendering.page.quoting import quotations_of
from tests.pages import HOSTILE, harbour, hostile, large

spans = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 20)).map(lambda x: (x[0], x[0] + x[1])), max_size=8
)


def points(found):
    return {x for start, end in found for x in range(start, end)}


class Elements(HTMLParser):
    """The elements of a page with their attributes, and the text of scripts and styles."""

    def __init__(self, text):
        super().__init__()
        self.found, self.raw, self.open = [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        self.open = tag if tag in ("script", "style") else None
        if self.open:
            self.raw.append([tag, dict(attributes), ""])

    def handle_endtag(self, tag):
        self.open = None

    def handle_data(self, data):
        if self.open:
            self.raw[-1][2] += data


# ── Marks ────────────────────────────────────────────────────────────────────


@given(st.text(max_size=60), spans, spans)
def test_pieces_are_the_text_cut_where_marks_change(text, shared, added):
    cut = pieces(text, {"shared": shared, "added": added})
    assert "".join(p.text for p in cut) == text
    position = 0
    for piece in cut:
        here = set(range(position, position + len(piece.text)))
        for name, found in (("shared", shared), ("added", added)):
            assert (
                here <= points(found) if name in piece.marks.split() else not here & points(found)
            )
        position += len(piece.text)


@given(st.text(min_size=1, max_size=60), spans)
def test_each_marked_stretch_begins_once(text, found):
    inside = [s for s in merge(found) if s[0] < len(text)]
    begins = [p for p in pieces(text, {"shared": found}) if "start-shared" in p.marks]
    assert len(begins) == len(inside)


@given(spans, spans)
def test_span_arithmetic_is_that_of_sets(a, b):
    assert points(merge(a)) == points(a)
    assert points(without(a, b)) == points(a) - points(b)
    joined = merge(a)
    assert all(x[1] < y[0] for x, y in pairwise(joined))


@given(st.text(alphabet="ab ,.", max_size=60), spans)
def test_passages_are_joined_over_what_is_no_word(text, found):
    passages = bridged(text, found)
    extra = points(passages) - points(found)
    assert points(found) <= points(passages)
    assert not any(text[x : x + 1].isalnum() for x in extra)
    assert all(re.search("[ab]", text[x[1] : y[0]]) for x, y in pairwise(passages))


@given(st.text(max_size=40))
def test_offsets_count_as_a_browser_does(text):
    offsets = shown_offsets(text)
    units = [len(visible(text[:k]).encode("utf-16-le")) // 2 for k in range(len(text) + 1)]
    assert list(offsets) == units


@given(
    st.text(" a\n\u2003b", max_size=20), st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)))
)
def test_a_trimmed_span_begins_and_ends_with_a_word(text, spans):
    spans = [(a, b) for a, b in spans if a <= b <= len(text)]
    cuts = [text[a:b].strip() for a, b in spans]
    assert [text[a:b] for a, b in trimmed(text, spans)] == [x for x in cuts if x]


# ── What the page may hold ───────────────────────────────────────────────────


@pytest.mark.parametrize("comparison", [harbour(), hostile()], ids=["harbour", "hostile"])
def test_the_policy_names_the_hash_of_every_script_and_style(comparison):
    page = Elements(render(comparison))
    policies = [a["content"] for t, a in page.found if a.get("http-equiv")]
    assert len(policies) == 1
    rules = dict(rule.split(" ", 1) for rule in policies[0].split("; "))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in policies[0]
    for tag, attributes, text in page.raw:
        if attributes.get("type") == "application/json":
            continue
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in rules[f"{tag}-src"].split()
    assert [t for t, _, _ in page.raw] == ["style", "script", "script", "script"]


@pytest.mark.parametrize("comparison", [harbour(), hostile()], ids=["harbour", "hostile"])
def test_nothing_is_loaded_and_nothing_runs_from_an_attribute(comparison):
    page = Elements(render(comparison))
    loading = {"img", "link", "iframe", "object", "embed", "video", "audio", "source", "base"}
    assert not loading & {tag for tag, _ in page.found}
    for tag, attributes in page.found:
        assert not {a for a in attributes if a.startswith("on") or a in ("src", "style", "srcset")}
        if "href" in attributes:
            assert re.match(r"#|https?://", attributes["href"]), (tag, attributes)


@pytest.mark.parametrize("comparison", [harbour(), hostile(), large(8, 12, 60)], ids=range(3))
def test_every_link_into_the_page_has_its_target_and_ids_are_unique(comparison):
    page = Elements(render(comparison))
    ids = [a["id"] for _, a in page.found if "id" in a]
    assert len(ids) == len(set(ids))
    for _, attributes in page.found:
        for target in (attributes.get("href", ""), "#" + attributes.get("data-with", "main")):
            if target.startswith("#"):
                assert target[1:] in ids


def test_hostile_text_comes_out_as_text():
    text = render(hostile())
    assert text.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e\u2028\ud800]", text)
    tags = {tag for tag, _ in Elements(text).found}
    assert not tags & {"img", "b", "i"}
    assert "&lt;img src=x onerror=" in text
    assert "&lt;U+202E&gt;dekcah" in text


def test_the_data_are_json_that_cannot_end_their_script():
    page = Elements(render(hostile()))
    (raw,) = (text for _, a, text in page.raw if a.get("type") == "application/json")
    assert not set(raw) & set("<>&\u2028\u2029")
    data = json.loads(raw)
    assert data["labels"][0] == "<b onmouseover=alert(1)>A</b>\"' </script>"
    assert data["parts"] == ["</script><img src=x>"]


def test_much_data_is_packed_and_unpacks_to_the_same(monkeypatch):
    plain = render(harbour())
    monkeypatch.setattr(html, "PLAIN", 0)
    packed = render(harbour())
    ((attributes, raw),) = (
        (a, t) for _, a, t in Elements(packed).raw if a.get("type") == "application/json"
    )
    assert "data-packed" in attributes
    (kept,) = (t for _, a, t in Elements(plain).raw if a.get("type") == "application/json")
    assert zlib.decompress(base64.b64decode(raw, validate=True)).decode() == kept


def test_a_large_table_is_written_in_part_and_says_so(monkeypatch):
    comparison = harbour()
    whole = render(comparison)
    monkeypatch.setattr(articles, "CELLS", 0)
    monkeypatch.setattr(articles, "ROWS", 3)
    part = render(comparison)
    assert sum(t == "tr" and "fact-" in a.get("id", "") for t, a in Elements(part).found) == 3
    note = f"The first 3 of {len(comparison.table)} facts are written here"
    assert note in part
    assert "facts are written here" not in whole


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://outlet.example/a?b=c#d", True),
        ("HTTP://OUTLET.EXAMPLE", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//outlet.example", False),
        ("https://a.example\njavascript:1", False),
        (' https://a.example" onclick="x', False),
        ("", False),
    ],
)
def test_only_the_web_is_linked(url, safe):
    assert safe_url(url) == (url if safe else "")


def test_only_language_tags_are_languages():
    assert [safe_language(x) for x in ("en", "pt-BR", 'en" x="', "")] == ["en", "pt-BR", "", ""]


def test_a_page_is_the_same_each_time():
    assert render(harbour()) == render(harbour())


def test_words_of_the_wrong_options():
    with pytest.raises(OptionError, match="support: got 0"):
        render(harbour(), support=0)
    with pytest.raises(OptionError, match="nobody"):
        render(harbour(), focus="nobody")


def test_sizes():
    assert len(render(harbour()).encode()) <= 300_000
    assert len(render(large()).encode()) <= 6_000_000


# ── What the page says ───────────────────────────────────────────────────────


def test_articles_hold_every_statement_in_order():
    for comparison in (harbour(), hostile()):
        for report, paragraphs in zip(
            comparison.reports, articles_of(Places.of(comparison)), strict=True
        ):
            told = ["".join(p.text for p in s.pieces) for x in paragraphs for s in x.sentences]
            assert told == [s.text for s in comparison.statements_of(report.id)]


def test_the_same_contrast_is_told_once_with_all_its_places():
    comparison = large(12, 10, 40)
    d = Difference(type="wording", conflict=False, a=(), b=())
    links = []
    for link in comparison.links:
        a, b = (comparison.statement(x) for x in (link.a, link.b))
        words = d.model_copy(
            update={"a": ((a.start, a.start + 5),), "b": ((b.start, b.start + 5),)}
        )
        links.append(link.model_copy(update={"differences": (words,)}))
    changed = comparison.model_copy(update={"links": tuple(links)})
    found = contrasts_of(Places.of(changed))
    assert sum(c.links for c in found) == len(links)
    keys = [frozenset(side.words.casefold() for side in c.sides) for c in found]
    assert len(keys) == len(set(keys))


def test_conflicts_and_contradictions_stand_first():
    found = contrasts_of(Places.of(harbour()))
    conflicts = [c.conflict for c in found]
    assert conflicts == sorted(conflicts, reverse=True)
    assert [c.type for c in found if c.conflict] == ["number", "number", "contradiction"]


def test_a_focus_keeps_what_concerns_one_report():
    comparison = harbour()
    places = Places.of(comparison)
    name = comparison.report("Coast Radio").id
    for c in contrasts_of(places, focus=name):
        assert 1 in {p.report for side in c.sides for p in side.places}
    omissions, count = omissions_of(places, support=2, focus=name)
    assert count == len(comparison.left_out_by(name))
    assert all(m.label == "Coast Radio" for o in omissions for m in o.missed)


def test_omissions_are_in_order_of_weight_and_name_the_nearest_miss():
    comparison = large(30, 20, 400)
    omissions, count = omissions_of(Places.of(comparison), support=3)
    assert len(omissions) == SHOWN_OMISSIONS < count
    weights = [comparison.table[o.fact].weight for o in omissions]
    assert weights == sorted(weights, reverse=True)
    for o in omissions:
        row = comparison.table[o.fact]
        missing = sum(cell.state == "not_found" for cell in row.cells.values())
        assert len(o.missed) + o.more == missing
        assert all(m.nearest is not None and m.score == 0.2 for m in o.missed)


def test_figures_of_the_outlets():
    comparison = harbour()
    for outlet, report in zip(
        outlets_of(Places.of(comparison), support=2), comparison.reports, strict=True
    ):
        assert outlet.missed == len(comparison.left_out_by(report.id))
        assert outlet.alone == len(comparison.added_by(report.id))
        assert outlet.shared + outlet.missed == sum(r.support >= 2 for r in comparison.table)


def test_quotations_say_who_quotes_and_who_paraphrases():
    found = quotations_of(Places.of(harbour()))
    first = next(q for q in found if len(q.quoted) == 3 and q.speaker == "Marta Ekholm")
    assert [(x.place.label, x.how) for x in first.quoted] == [
        ("Lessing Courier", "fullest"),
        ("daily-anchor", "altered"),
        ("Coast Radio", "paraphrased"),
    ]
    assert first.quoted[1].alike < 1
    assert first.quoted[2].alike == 1
    alone = [q for q in found if len(q.quoted) == 1]
    assert [q.quoted[0].how for q in alone] == ["quoted"]
    assert [q.missing for q in alone] == [("Lessing Courier", "daily-anchor")]


def test_every_difference_of_a_link_marks_a_row():
    comparison = harbour()
    flags = differing_rows(Places.of(comparison))
    for link in comparison.links:
        rows = [r for r in comparison.table if link.a in r.spans and link.b in r.spans]
        if link.differences:
            assert any(flags[row.id][0] for row in rows)
        if any(d.conflict for d in link.differences):
            assert any(flags[row.id][1] for row in rows)


def test_the_signature_and_the_notes_are_on_the_page():
    text = render(harbour())
    assert visible(harbour().notes[0]) in text
    assert "Signature: how this was made" in text
    assert HOSTILE[0] not in text


def test_a_contrast_of_wording_says_who_uses_which_word_how_often():
    places = Places.of(harbour())
    wording = [c for c in contrasts_of(places) if c.type == "wording"]
    shown = render(harbour())
    assert wording
    for side in (side for c in wording for side in c.sides):
        assert sum(count for _, count in side.uses) >= len(side.places)
        for label, count in side.uses:
            assert f"{label} {count}×" in shown


def test_a_focus_shows_what_is_told_in_part_and_alone():
    found = harbour()
    name = found.reports[0].id
    shown = render(found, focus=name)
    focus = found.focus(name)
    assert focus.added
    assert f"Only {found.reports[0].outlet} tells" in shown
    assert ("Told in part by" in shown) == bool(focus.in_part)
    assert "Told in part by" not in render(found)
