"""Reports to a story: what makes several reports comparable, and a safe id for each.

No file is touched here: whoever hands in reports by hand passes the same gate.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Sequence

from storydiff.datatypes import Report
from storydiff.errors import ReportError, StorydiffWarning, StoryError, unexpected
from storydiff.reading.cleaning import count_replaced, replace_unwritable

_NOT_WORD = re.compile(r"[\W_]+")
_LABELS = ("outlet", "id", "title", "published", "url", "language")


def check_story(reports: Sequence[Report]) -> tuple[Report, ...]:
    """The reports, each with an id of its own and with a text that can be written.

    An id that is given stays. Others are the slug of the outlet, with ``-2``,
    ``-3`` … where it is taken. Characters that no file can take are replaced
    one for one, with a `StorydiffWarning`; all spans stay as they are. What
    comes out goes through unchanged.

    Raises:
        StoryError: fewer than two reports, two with one id, or two of one
            outlet that differ in neither id, date, title nor address.
        ReportError: a report without text.
    """
    if len(reports) < 2:
        got = ", ".join(report.outlet for report in reports) or "none"
        raise StoryError(f"story: got {len(reports)} report(s) ({got}), wanted two or more")
    cleaned = tuple(_writable(report) for report in reports)
    _check_distinct(cleaned)
    taken = {report.id for report in cleaned if report.id}
    named = []
    for report in cleaned:
        name = report.id or _free(slug(report.outlet), taken)
        taken.add(name)
        named.append(report if report.id else report.model_copy(update={"id": name}))
    return tuple(named)


def slug(outlet: str) -> str:
    """A name as an id: small letters and digits of any script, hyphens between, no accents.

    >>> slug("The Süd-Kurier (online)")
    'the-sud-kurier-online'
    """
    decomposed = unicodedata.normalize("NFKD", outlet.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NOT_WORD.sub("-", unicodedata.normalize("NFC", bare)).strip("-") or "report"


def _free(name: str, taken: set[str]) -> str:
    """The name, or the first of name-2, name-3 … that is not taken."""
    candidate, number = name, 1
    while candidate in taken:
        number += 1
        candidate = f"{name}-{number}"
    return candidate


def _check_distinct(reports: Sequence[Report]) -> None:
    ids: dict[str, Report] = {}
    labels: dict[tuple[str, ...], Report] = {}
    for report in reports:
        if report.id in ids:
            raise StoryError(
                unexpected(
                    f"reports of {ids[report.id].outlet!r} and {report.outlet!r}: id",
                    got=report.id,
                    wanted="a different id for each",
                )
            )
        if report.id:
            ids[report.id] = report
        key = (report.outlet, report.id, report.published, report.title, report.url)
        if key in labels:
            raise StoryError(
                f"outlet {report.outlet!r}: got two reports with nothing to tell them apart, "
                "wanted a different id, date, title or url (a line 'Id: …' at the start of a "
                'text, a key "id" in JSON, Report(id=…)); if it is one report, give it once'
            )
        labels[key] = report


def _writable(report: Report) -> Report:
    """The report with every text writable; raises `ReportError` if there is no text."""
    if not report.text.strip():
        raise ReportError(
            unexpected(f"report of {report.outlet!r}: text", got=report.text, wanted="some text")
        )
    changed = {
        field: replace_unwritable(getattr(report, field))
        for field in ("text", *_LABELS)
        if replace_unwritable(getattr(report, field)) != getattr(report, field)
    }
    if not changed:
        return report
    cleaned = report.model_copy(update=changed)
    count = sum(count_replaced(getattr(report, field)) for field in changed)
    if count:
        message = f"{count} control characters or lone surrogates read as U+FFFD"
        warnings.warn(f"report of {cleaned.outlet!r}: {message}", StorydiffWarning, stacklevel=3)
    return cleaned
