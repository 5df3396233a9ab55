"""Pictures of the page's views, light and dark, on a desk and on a phone.

    python -m benchmarks.screenshots FOLDER [RESULT.json]

RESULT.json is what ``storydiff compare --format json`` wrote; without it, the
page's own test comparison is shown.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks.browser import chromium, opened
from storydiff.comparison import Comparison
from storydiff.rendering.html import render

VIEWS = ("overview", "facts", "articles", "quotations", "differences")
SCREENS = {
    "light": {"viewport": {"width": 1360, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1360, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
}


def main(folder: str, result: str | None = None) -> None:
    """Write ``VIEW-SCREEN.png`` for every view and screen into a folder."""
    executable = chromium()
    if executable is None:
        raise SystemExit("no chromium: install one, or name it in STORYDIFF_CHROMIUM")
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    page = target / "page.html"
    page.write_text(render(_comparison(result)), encoding="utf-8")
    with opened(executable) as browser:
        for screen in SCREENS:
            _shoot(browser, page, target, screen)


def _comparison(result: str | None) -> Comparison:
    if result is not None:
        return Comparison.from_json(Path(result).read_text(encoding="utf-8"))
    from tests.pages import harbour

    return harbour()


def _shoot(browser: Browser, file: Path, target: Path, screen: str) -> None:
    context = browser.new_context(reduced_motion="reduce", **SCREENS[screen])
    page = context.new_page()
    page.goto(file.as_uri())
    for view in VIEWS:
        page.click(f".top nav a[href='#{view}']")
        _prepare(page, view)
        picture = target / f"{view}-{screen}.png"
        page.screenshot(path=picture, full_page=view != "articles")
        print(picture)
    context.close()


def _prepare(page: Page, view: str) -> None:
    """Open what a reader would open: the evidence of a fact, the matches of a statement."""
    if view == "facts":
        page.click("tbody tr:not(.later) .expand >> nth=0")
    if view == "articles":
        statements = page.locator(".pane.open .s")
        statements.nth(min(1, statements.count() - 1)).hover()


if __name__ == "__main__":
    main(*sys.argv[1:])
