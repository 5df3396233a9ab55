"""What the pages take from the project itself: figures, real output, the list of design notes.

mkdocs calls these functions while it builds. Nothing here is typed by hand that
can be measured or computed.
"""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

from benchmarks.results_page import rates_table, results_page, thresholds_table
from storydiff import Comparison, compare, read_reports
from storydiff.exporting import plots
from storydiff.rates import published
from storydiff.rendering import html, text

ROOT = Path(__file__).parent.parent
SHOWN_LINES = 40
COLUMNS = 80


def on_config(config: Any) -> Any:
    """Put the design notes into the navigation, in the order of their numbers."""
    notes = [
        {path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# "): f"design/{path.name}"}
        for path in sorted((ROOT / "docs" / "design").glob("*.md"))
    ]
    config["nav"] = [*config["nav"], {"Design notes": notes}]
    return config


def on_files(files: Files, config: Any) -> Files:
    """Add the example's page and its figures."""
    comparison = _demo()
    first, second = (report.id for report in comparison.reports[:2])
    figures = {
        "coverage": plots.coverage(comparison, support=2),
        "upset": plots.upset(comparison),
        "ribbon": plots.ribbon(comparison, first, second),
    }
    for name, figure in figures.items():
        drawn = io.BytesIO()
        figure.savefig(drawn, format="png", dpi=100)
        files.append(File.generated(config, f"pictures/{name}.png", content=drawn.getvalue()))
    files.append(File.generated(config, "example.html", content=html.render(comparison)))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put figures and output where a page asks for them."""
    parts = {
        "rates": lambda: rates_table(published()),
        "results": lambda: results_page(ROOT / "benchmarks" / "results"),
        "thresholds": lambda: thresholds_table(ROOT / "benchmarks" / "results"),
        "example output": _output,
    }
    return re.sub(r"<!-- put: ([a-z ]+) -->", lambda match: parts[match[1]](), markdown)


@cache
def _demo() -> Comparison:
    return compare(read_reports(ROOT / "storydiff" / "data" / "example"))


def _output() -> str:
    lines = text.render(_demo(), width=COLUMNS).splitlines()
    more = f"\n… {len(lines) - SHOWN_LINES} more lines" if len(lines) > SHOWN_LINES else ""
    return "```text\n" + "\n".join(lines[:SHOWN_LINES]) + more + "\n```"
