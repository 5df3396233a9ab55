"""Saved web pages: the article, its title, day and site; nothing of the page is trusted."""

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from storydiff.errors import ReportError
from storydiff.reading import html, read_bytes

HEAD = """<title>Bridge closed after crack found - Hesk Courier</title>
<meta property="og:title" content="Bridge closed after crack found">
<meta property="og:site_name" content="Hesk Courier">
<meta property="article:published_time" content="2023-05-04T10:00:00Z">
<meta property="article:modified_time" content="2023-05-06T10:00:00Z">
<link rel="canonical" href="https://hesk.example/news/bridge">"""
BODY = """<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
<article><h1>Bridge closed after crack found</h1>
<figure><img src="x.jpg"><figcaption>The bridge in spring. Photo: Lind</figcaption></figure>
<p>The old bridge at <b>Orrin</b> was closed on&nbsp;Thursday
after inspectors found a crack.</p>
<blockquote><p>We could not take the risk.</p><p>People cross it every day.</p></blockquote>
<p>So said the mayor, <a href="/reed">Ana Reed</a>.<br>She spoke at noon.</p>
<ul><li>Crack: two metres</li><li>Traffic: 9,000 cars a day</li></ul>
<h2>What comes next</h2>
<p>Repairs &amp; tests will take &#8220;three weeks&#8221;.</p>
<table><tr><th>Cars</th><td>9,000</td></tr></table>
<script>alert("no text")</script></article>
<footer>Copyright Hesk Courier</footer>"""
PAGE = f"<!DOCTYPE html>\n<html lang='en'><head>{HEAD}</head><body>{BODY}</body></html>"
PARAGRAPHS = [
    "Bridge closed after crack found",
    "The old bridge at Orrin was closed on Thursday after inspectors found a crack.",
    "We could not take the risk.",
    "People cross it every day.",
    "So said the mayor, Ana Reed.\nShe spoke at noon.",
    "Crack: two metres",
    "Traffic: 9,000 cars a day",
    "What comes next",
    "Repairs & tests will take “three weeks”.",
    "Cars 9,000",
]


def read(page):
    return read_bytes(page, name="page.html", ending=".html", outlet="page")


def one(page):
    (report,) = read(page).reports
    return report


def test_a_page_gives_its_paragraphs_title_site_and_first_day():
    report = one(PAGE)
    assert report.text.split("\n\n") == PARAGRAPHS
    assert report.title == "Bridge closed after crack found"
    assert report.outlet == "Hesk Courier"
    assert report.published == "2023-05-04"
    assert report.url == "https://hesk.example/news/bridge"


def test_a_page_is_read_the_same_from_bytes_of_the_encoding_it_declares():
    page = PAGE.replace("<head>", '<head><meta charset="windows-1252">').replace("Orrin", "Órrin")
    assert one(page.encode("cp1252")) == one(page)
    assert "Órrin" in one(page).text


def test_a_day_yet_to_come_is_read_as_written():
    assert one(PAGE.replace("2023-05-04T", "2093-05-04T")).published == "2093-05-04"


@pytest.mark.parametrize("fragment", ["<p>It rained.</p>", "<div><p>It rained.</p></div>"])
def test_a_fragment_is_a_page_and_its_outlet_the_files_name(fragment):
    report = one(fragment)
    assert (report.text, report.outlet, report.title) == ("It rained.", "page", "")


def test_entities_of_a_pages_own_are_neither_read_nor_expanded():
    doctype = (
        '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">'
        '<!ENTITY file SYSTEM "file:///etc/hosts">]>'
    )
    page = PAGE.replace("<!DOCTYPE html>", doctype).replace("a crack.", "a crack: &b; &file;.")
    assert one(page).text == one(PAGE).text.replace("a crack.", "a crack: &b; &file;.")
    assert one(page).outlet == "Hesk Courier"


def test_nothing_is_fetched(monkeypatch):
    def refuse(*_):
        raise AssertionError("a page was fetched")

    monkeypatch.setattr("socket.socket.connect", refuse)
    page = PAGE.replace("<!DOCTYPE html>", '<!DOCTYPE html SYSTEM "http://hesk.example/x.dtd">')
    assert one(page).text == one(PAGE).text


def test_characters_that_come_in_as_references_are_cleaned_too():
    report = one("<title>&#27;[31mRain</title><p>It &#0;rained &#147;hard&#148; &#xFFFF;.</p>")
    assert "“hard”" in report.text
    assert not set(report.text + report.title) & set("\x00\x1b\uffff")


@pytest.mark.parametrize(
    "page",
    [
        "",
        " \n",
        "<html></html>",
        "<script>var text = 1;</script>",
        "<!--" * 1000,
        "<div>" * 50_000 + "It rained.",
    ],
)
def test_a_page_without_an_article_is_an_error(page):
    with pytest.raises(ReportError, match=r"page\.html: got a page without an article, wanted"):
        read(page)


def test_a_page_of_too_many_elements_is_an_error(monkeypatch):
    monkeypatch.setattr(html, "MAX_ELEMENTS", 40)
    with pytest.raises(ReportError, match=r"got a page of 5[0-9] elements, wanted an article of"):
        read("<p>It rained.</p>" * 50)


TAGS = st.sampled_from(
    [
        *("<p>", "</p>", "<div>", "<br>", "<b>", "</b>", "<table><tr><td>", "<blockquote>"),
        *("<!--", "-->", "<", "&#27;", "&amp;", "&x;", "\x00", "\ud800", "\r", "<p a<='&#1;'>"),
        "It rained on Friday. ",
    ]
)


@settings(max_examples=60)
@given(st.lists(TAGS).map("".join))
def test_any_page_is_a_report_that_can_be_written_or_a_report_error(page):
    try:
        reports = read(page).reports
    except ReportError:
        reports = ()
    event(f"{len(reports)} report(s)")
    for report in reports:
        assert report.model_dump_json()
        assert report.text == report.text.strip() != ""
        assert not set(report.text) & set("\r\x00\x1b")


@pytest.mark.parametrize("attribute", ["{", "{a}b='&#27;'", "{='&#27;'", "}", "'", "a:b=1"])
def test_an_attribute_of_any_name_is_no_matter(attribute):
    """Found by fuzzing: a name that begins with a brace stopped the reading."""
    page = f"<body {attribute}><p {attribute}>The lamp of the pier was out for a week.</p></body>"
    assert "The lamp of the pier" in one(page).text
