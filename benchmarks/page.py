"""Size and speed of the HTML report: the example's page and one of 60 reports of 40 statements.

    python -m benchmarks.page [--comparison FILE]

Writes benchmarks/results/page.json, or with a comparison of your own (JSON) only
prints its figures, and stops with an error where a page is larger
or a filter slower than the limits say. Times are medians in a real Chromium: from
the input event to the frame that shows its effect.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks.browser import chromium, opened
from storydiff.comparison import Comparison
from storydiff.rendering.html import render

RESULTS = Path(__file__).parent / "results" / "page.json"
LIMITS = {"example": 300_000, "large": 6_000_000}
FILTER_LIMIT = 300.0
ROUNDS = 9

# Sets a control as a reader would and waits for the frame after the next one.
TIMED = """([id, value]) => new Promise(done => {
  const control = document.getElementById(id);
  const start = performance.now();
  if (control.type === 'checkbox') control.checked = value === 'true'; else control.value = value;
  control.dispatchEvent(new Event('input', {bubbles: true}));
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
})"""
HOVERED = """([anchor]) => new Promise(done => {
  const start = performance.now();
  document.getElementById(anchor).dispatchEvent(new MouseEvent('mouseover', {bubbles: true}));
  requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start)));
})"""
FILTERS = (
    ("filter-support", "3", "1"),
    ("filter-outlet", "1", ""),
    ("filter-kind", "1", ""),
    ("filter-words", "harbour council", ""),
    ("filter-differ", "true", "false"),
    ("filter-order", "weight", "told"),
)


def main() -> int:
    """Measure both pages; 1 where a limit is passed."""
    parser = argparse.ArgumentParser(description="Size and speed of the HTML report.")
    parser.add_argument("--comparison", type=Path, help="a comparison as JSON, judged as large")
    own = parser.parse_args().comparison
    executable = chromium()
    if executable is None:
        raise SystemExit("no chromium: install one, or name it in STORYDIFF_CHROMIUM")
    with opened(executable) as browser:
        figures = {name: _measure(browser, found) for name, found in _comparisons(own).items()}
    if own is None:
        RESULTS.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=1))
    sizes = [
        name for name, limit in LIMITS.items() if name in figures and figures[name]["bytes"] > limit
    ]
    slow = [n for n, f in figures.items() if max(f["filters_ms"].values()) > FILTER_LIMIT]
    for name in (*sizes, *slow):
        print(f"page: {name} passes a limit", file=sys.stderr)
    return int(bool(sizes or slow))


def _comparisons(own: Path | None) -> dict[str, Comparison]:
    if own is not None:
        return {"large": Comparison.from_json(own.read_text(encoding="utf-8"))}
    from tests.pages import harbour, large

    return {"example": harbour(), "large": large()}


def _measure(browser: Browser, comparison: Comparison) -> dict[str, object]:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        text = render(comparison)
        times.append(time.perf_counter() - start)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(text, encoding="utf-8")
        context = browser.new_context(viewport={"width": 1360, "height": 900})
        page = context.new_page()
        page.goto(file.as_uri())
        loaded = page.evaluate("performance.getEntriesByType('navigation')[0].domComplete")
        filters = {name: _filter(page, name, on, off) for name, on, off in FILTERS}
        hover = _hover(page)
        context.close()
    return {
        "reports": len(comparison.reports),
        "statements": len(comparison.statements),
        "links": len(comparison.links),
        "rows": len(comparison.table),
        "bytes": len(text.encode()),
        "render_s": round(statistics.median(times), 2),
        "load_ms": round(loaded),
        "filters_ms": filters,
        "hover_ms": hover,
    }


def _filter(page: Page, name: str, on: str, off: str) -> float:
    page.click(".top nav a[href='#facts']")
    times = []
    for _ in range(ROUNDS):
        times.append(page.evaluate(TIMED, [name, on]))
        page.evaluate(TIMED, [name, off])
    return round(statistics.median(times), 1)


def _hover(page: Page) -> float:
    page.click(".top nav a[href='#articles']")
    anchors = page.locator(".pane:visible .s").evaluate_all("x => x.map(y => y.id)")
    return round(statistics.median(page.evaluate(HOVERED, [a]) for a in anchors[:20]), 1)


if __name__ == "__main__":
    sys.exit(main())
