"""The page as a reader uses it, in a real Chromium."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error

from storydiff.rendering import html
from storydiff.rendering.page import articles
from tests.pages import HOSTILE, harbour, hostile, large

pytestmark = pytest.mark.browser

VIEWS = ("overview", "facts", "articles", "quotations", "differences")


def tab(page, view):
    page.click(f".top nav a[href='#{view}']")


def rows(page):
    return page.locator("#matrix tbody tr:visible:not(.detail)")


def panes(page):
    return page.locator(".pane:visible h3").all_text_contents()


def test_each_view_is_shown_alone_and_has_the_focus(show):
    page = show(harbour())
    assert page.locator(".view:visible").count() == 1
    for view in VIEWS[1:]:
        tab(page, view)
        assert page.locator(".view:visible").get_attribute("id") == view
        assert page.evaluate("document.activeElement.id") == f"{view}-title"
        assert page.locator(".top nav [aria-current]").get_attribute("href") == f"#{view}"
    page.go_back()
    assert page.locator(".view:visible").get_attribute("id") == "quotations"


def test_filters_narrow_the_table_and_say_how_many_are_left(show):
    comparison = harbour()
    page = show(comparison)
    tab(page, "facts")
    assert rows(page).count() == len(comparison.table)
    page.fill("#filter-support", "2")
    support = sum(row.support >= 2 for row in comparison.table)
    assert rows(page).count() == support < len(comparison.table)
    assert page.text_content("#filter-status") == f"{support} of {len(comparison.table)} facts"
    page.check("#filter-conflict")
    assert 0 < rows(page).count() < support
    assert all("conflict" in text for text in rows(page).all_text_contents())
    page.click("#filters button[type=reset]")
    page.wait_for_function(
        "n => document.querySelectorAll('#matrix tbody tr:not(.later)').length === n",
        arg=len(comparison.table),
    )
    page.fill("#filter-words", "VASTVIK burns")
    assert rows(page).count() == 1
    page.fill("#filter-words", "no such words")
    assert rows(page).count() == 0


@pytest.mark.parametrize("state", ["told", "alone", "not_found"])
def test_the_filter_of_an_outlet_counts_what_the_table_holds(show, state):
    comparison = harbour()
    page = show(comparison)
    tab(page, "facts")
    page.select_option("#filter-outlet", "1")
    page.select_option("#filter-state", state)
    name = comparison.reports[1].id
    cells = [(row, row.cells[name].state) for row in comparison.table]
    wanted = {
        "told": sum(s in ("told", "partly") for _, s in cells),
        "alone": sum(s in ("told", "partly") and row.support == 1 for row, s in cells),
        "not_found": sum(s == "not_found" for _, s in cells),
    }[state]
    assert rows(page).count() == wanted > 0


@pytest.mark.parametrize("kind", ["quote", "opinion"])
def test_the_filter_of_a_kind(show, kind):
    comparison = harbour()
    page = show(comparison)
    tab(page, "facts")
    page.select_option("#filter-kind", label={"quote": "quotation", "opinion": "opinion"}[kind])
    assert rows(page).count() == sum(kind in row.kinds for row in comparison.table) > 0


def test_figures_of_the_overview_open_the_rows_that_they_count(show):
    page = show(harbour())
    for link in page.locator("table.who td a").all():
        tab(page, "overview")
        count = int(link.inner_text().split()[0])
        link.click()
        assert rows(page).count() == count


def test_order_by_support(show):
    page = show(harbour())
    tab(page, "facts")
    page.select_option("#filter-order", "support")
    told = [int(text) for text in page.locator("tbody tr > .figure:first-of-type").all_inner_texts()
            if text.isdigit()]  # fmt: skip
    assert told == sorted(told, reverse=True)


def test_the_evidence_of_a_fact_names_the_nearest_miss(show):
    comparison = harbour()
    page = show(comparison)
    k, row = next(
        (k, row)
        for k, row in enumerate(comparison.table)
        if any(c.state == "not_found" and c.nearest for c in row.cells.values())
    )
    tab(page, "facts")
    page.click(f"#fact-{k} .expand")
    text = page.inner_text(f"#fact-{k} + .detail")
    assert page.get_attribute(f"#fact-{k} .expand", "aria-expanded") == "true"
    for name, cell in row.cells.items():
        if cell.state == "not_found":
            near = comparison.statement(cell.nearest.statement)
            assert f"Not found in {comparison.report(name).outlet}; nearest, p" in text
            assert near.text in text
            assert f"p {cell.nearest.score:.2f}" in text
    page.click(f"#fact-{k} .expand")
    assert page.locator(".detail").count() == 0


MATRIX = """() => [...document.querySelectorAll('#matrix tbody tr')].map(
  (row) => row.outerHTML.replaceAll('&nbsp;', ' ').replaceAll(' class=""', ''))"""


@pytest.mark.parametrize("comparison", [harbour(), hostile(), large(8, 12, 60)], ids=range(3))
def test_rows_that_the_script_draws_are_those_that_the_page_has_written(
    show, monkeypatch, comparison
):
    written = show(comparison)
    monkeypatch.setattr(articles, "CELLS", 0)
    monkeypatch.setattr(articles, "ROWS", 1)
    monkeypatch.setattr(html, "PLAIN", 0)
    drawn = show(comparison)
    assert "DecompressionStream" in drawn.content()
    assert drawn.locator("#data[data-packed]").count() == 1
    for page in (written, drawn):
        tab(page, "facts")
        if page.locator("#all-button").is_visible():
            page.click("#all-button")
    for x, y in zip(drawn.evaluate(MATRIX), written.evaluate(MATRIX), strict=True):
        assert x == y
    assert len(drawn.evaluate(MATRIX)) == len(comparison.table)


def test_a_link_leads_to_a_fact_that_is_not_yet_drawn(show, monkeypatch):
    monkeypatch.setattr(articles, "CELLS", 0)
    monkeypatch.setattr(articles, "ROWS", 1)
    comparison = large(30, 12, 200)
    last = len(comparison.table) - 1
    page = show(comparison, at=f"#fact-{last}")
    page.wait_for_selector(f"#fact-{last}.target + .detail")
    assert page.locator(f"#fact-{last}").is_visible()
    assert rows(page).count() == 51
    page.fill("#filter-words", "no such words")
    page.fill("#filter-words", "")
    assert rows(page).count() == 50
    page.select_option("#filter-order", "support")
    told = [
        int(cell.split()[0]) for cell in page.locator("tr:visible > td.figure").all_inner_texts()
    ]
    assert len(told) == 50
    assert told == sorted(told, reverse=True)


def test_a_finding_leads_to_its_place_in_both_articles(show):
    page = show(harbour())
    first = page.locator(".is-conflict .beside").first
    anchor, other = first.get_attribute("href")[1:], first.get_attribute("data-with")
    first.click()
    assert page.evaluate("document.activeElement.closest('.s').id") == anchor
    for name in (anchor, other):
        assert page.locator(f"#{name}").is_visible()
        assert "start-conflict" in page.inner_html(f"#{name} .w")
    assert "lit" in page.get_attribute(f"#{other}", "class")


def test_a_link_into_an_article_that_is_not_open_opens_it(show):
    page = show(large(8, 12, 60))
    assert page.locator(".pane.open").count() == 2
    page.evaluate("location.hash = '#s6-10'")
    page.wait_for_selector("#s6-10.held")
    assert "Outlet number 6" in panes(page)
    assert page.locator("#s6-10").is_visible()


def test_an_address_with_an_anchor_opens_there(show):
    page = show(harbour(), at="#s1-4")
    assert page.locator(".view:visible").get_attribute("id") == "articles"
    assert "held" in page.get_attribute("#s1-4", "class")


def test_pointing_at_a_statement_lights_its_matches_and_scrolls_to_them(show):
    comparison = harbour()
    page = show(comparison, height=700)
    tab(page, "articles")
    link = max(comparison.links, key=lambda x: comparison.statement(x.b).index)
    a, b = comparison.statement(link.a), comparison.statement(link.b)
    order = [r.id for r in comparison.reports]
    here, there = (f"#s{order.index(s.report)}-{s.index}" for s in (a, b))
    page.locator(here).hover()
    assert "held" in page.get_attribute(here, "class")
    assert "lit" in page.get_attribute(there, "class")
    frame = page.locator(".pane", has=page.locator(there)).bounding_box()
    box = page.locator(there).bounding_box()
    assert frame["y"] <= box["y"] <= box["y"] + box["height"] <= frame["y"] + frame["height"]
    assert f"p {link.score:.2f}" in page.inner_text("#inspected")
    words = comparison.report(a.report).text[slice(*link.spans_a[0])]
    assert words.startswith(page.locator(f"{here} .pair").first.inner_text())


def test_choosing_articles(show):
    page = show(large(8, 12, 60))
    tab(page, "articles")
    page.check("#chooser input[value='5']")
    assert len(panes(page)) == 3
    for value in page.locator("#chooser input:checked").evaluate_all("x => x.map(y => y.value)"):
        page.locator(f"#chooser input[value='{value}']").click()
    assert len(panes(page)) == 2
    assert page.text_content("#chooser-status") == "At least two articles stay open"


def test_marks_are_of_the_articles_shown(show):
    comparison = harbour()
    page = show(comparison)
    tab(page, "articles")
    shared = page.locator("#article-0 .shared").count()
    page.uncheck("#chooser input[value='1']")
    assert 0 < page.locator("#article-0 .shared").count() < shared
    texts = page.locator(".pane:visible .w").all_text_contents()
    told = [s.text for s in comparison.statements if s.report != comparison.reports[1].id]
    assert texts == told


def test_the_keyboard_alone(show):
    page = show(harbour())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.focus(".top nav a[href='#articles']")
    page.keyboard.press("Enter")
    stops = page.locator(".n[tabindex='0']").count()
    assert stops == len(harbour().reports)
    page.focus("#s0-0 .n")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('.s').id") == "s0-1"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.closest('.s').id") == "s1-1"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.closest('.s').id") == "s0-1"
    page.keyboard.press("Enter")
    assert "held, Escape lets go" in page.inner_text("#inspected")
    page.locator("#s1-6").hover()
    assert "held" in page.get_attribute("#s0-1", "class")
    page.keyboard.press("Escape")
    assert page.locator(".held, .lit").count() == 0
    assert page.locator(".n[tabindex='0']").count() == stops


def test_the_focus_can_be_seen(show):
    page = show(harbour())
    for _ in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"


def test_hostile_articles_stay_text(show):
    comparison = hostile()
    page = show(comparison)
    for view in VIEWS:
        tab(page, view)
    for button in page.locator(".expand").all()[:4]:
        tab(page, "facts")
        button.click()
    tab(page, "articles")
    for s in page.locator(".pane:visible .s").all():
        s.hover()
    assert page.title().startswith("2 reports compared")
    assert page.locator("body script, img, iframe, object, base").count() == 2
    assert page.locator("[onerror], [onclick], [onmouseover], [onfocus], [style]").count() == 0
    targets = page.locator("a").evaluate_all("x => x.map(y => y.getAttribute('href'))")
    assert all(target.startswith("#") for target in targets)
    text = page.text_content("#articles")
    assert HOSTILE[0] in text
    assert "{{ 7 * 7 }}" in text
    assert "<U+202E>dekcah<U+202C>" in text
    assert "\u202e" not in page.content()


@pytest.mark.parametrize(
    "attack",
    [
        "document.body.innerHTML = '<b>markup</b>'",
        "document.body.setAttribute('onclick', 'document.title = 1')",
        "document.body.append(Object.assign(document.createElement('script'), {text: '1'}))",
    ],
)
def test_the_policy_lets_no_markup_and_no_script_in(show, attack):
    page = show(harbour())
    with pytest.raises(Error, match="requires 'Trusted"):
        page.evaluate(attack)
    assert all("Trusted" in fault for fault in show.faults)
    show.faults.clear()


def test_the_policy_lets_no_style_and_no_request_out(show):
    page = show(harbour())
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    assert page.evaluate("getComputedStyle(document.body).color") != "rgb(255, 0, 0)"
    sent = "fetch('https://outlet.example/').then(() => 'sent', () => 'blocked')"
    assert page.evaluate(sent) == "blocked"
    assert len(show.faults) >= 2
    assert all("Content Security Policy" in fault for fault in show.faults)
    show.faults.clear()


def test_positions_are_right_behind_characters_of_two_units(show):
    page = show(hostile())
    tab(page, "articles")
    k = len(HOSTILE) - 1
    marked = page.locator(f"#s0-{k} .shared").all_text_contents()
    assert marked[-1].endswith("is marked after the 🦊 fox")
    assert page.text_content(f"#s0-{k} .w") == HOSTILE[k]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_serious(show, scheme, width):
    page = show(harbour(), width=width, color_scheme=scheme)
    for view in VIEWS:
        tab(page, view)
        if view == "facts":
            page.locator(".expand").first.click()
        if view == "articles":
            page.locator("#s0-1").hover()
        found = Axe().run(page).response["violations"]
        grave = [(v["id"], v["nodes"][0]["html"]) for v in found
                 if v["impact"] in ("serious", "critical")]  # fmt: skip
        assert grave == [], view


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 2200])
def test_no_view_is_wider_than_the_screen(show, width):
    page = show(harbour(), width=width)
    for view in VIEWS:
        tab(page, view)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_its_script_the_page_shows_everything(show):
    comparison = harbour()
    page = show(comparison, java_script_enabled=False)
    assert page.locator(".view:visible").count() == len(VIEWS)
    assert page.locator(".pane:visible").count() == len(comparison.reports)
    assert page.locator("#matrix tbody tr:visible").count() == len(comparison.table)
    assert page.locator("#filters").is_hidden()
    assert page.locator("#articles .conflict").count() > 0


def test_print_shows_the_view_in_full(show):
    page = show(harbour())
    tab(page, "articles")
    page.emulate_media(media="print")
    assert page.locator(".top").is_hidden()
    assert page.locator("#inspector").is_hidden()
    pane = page.locator(".pane:visible").first
    assert pane.evaluate("x => x.scrollHeight <= x.clientHeight + 2")


def test_a_large_story_shows_a_hundred_facts_at_once_and_all_on_demand(show):
    comparison = large(20, 20, 400)
    page = show(comparison)
    tab(page, "facts")
    assert rows(page).count() == 100
    count = len(comparison.table)
    assert page.inner_text("#filter-status") == f"{count} of {count} facts, the first 100 shown"
    page.click("#all-button")
    assert rows(page).count() == count
    assert page.locator("#more").is_hidden()


def test_the_focus_of_a_page_is_its_first_article(show):
    page = show(harbour(), options={"focus": "daily-anchor"})
    assert "Findings that concern daily-anchor." in page.inner_text("#overview")
    assert page.locator(".is-conflict").count() == 0
