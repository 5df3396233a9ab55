"""One Chromium for all tests of the page; without one they are skipped, with the reason.

STORYDIFF_CHROMIUM names the browser to use. With STORYDIFF_REQUIRE_BROWSER=1 a
missing browser fails the tests instead.
"""

import os

import pytest

from benchmarks.browser import chromium, opened
from storydiff.rendering.html import render


@pytest.fixture(scope="session")
def browser():
    executable = chromium()
    if executable is None:
        reason = "no chromium on the path; install one, or name it in STORYDIFF_CHROMIUM"
        if os.environ.get("STORYDIFF_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with opened(executable) as running:
        yield running


@pytest.fixture
def show(browser, tmp_path):
    """Opens a comparison's page; at the end no error, no dialog and no request may have been."""
    contexts, faults, requests = [], [], []

    def shown(comparison, *, width=1280, height=860, options=None, at="", **settings):
        file = tmp_path / f"page-{len(contexts)}.html"
        file.write_text(render(comparison, **(options or {})), encoding="utf-8")
        context = browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce", **settings
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda m: m.type in ("error", "warning") and faults.append(m.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(file.as_uri() + at)
        return page

    shown.faults = faults
    yield shown
    for context in contexts:
        context.close()
    assert faults == []
    assert [url for url in requests if not url.startswith("file:///")] == []
    assert len(requests) == len(contexts)
