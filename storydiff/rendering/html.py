"""A comparison as one HTML file: it asks nobody for anything and opens from disk.

Text of reports is data, never markup: the template escapes every value, the
script builds the page from text nodes, and the page's own policy lets nothing
run or load but the style and the two scripts whose hashes it names.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from storydiff.comparison import Comparison
from storydiff.errors import OptionError, unexpected
from storydiff.rendering.escaping import visible
from storydiff.rendering.page.articles import STATES, articles_of, facts_of
from storydiff.rendering.page.differing import MEANINGS, NAMES, contrasts_of
from storydiff.rendering.page.overview import (
    alone_in,
    copies_of,
    in_part_of,
    omissions_of,
    outlets_of,
)
from storydiff.rendering.page.payload import payload_of
from storydiff.rendering.page.places import Places
from storydiff.rendering.page.quoting import quotations_of
from storydiff.rendering.phrases import HOWS

WIDE = 6
"""The largest number of reports whose columns in the table have room for words."""

PANES = 3
"""The largest number of articles that are shown side by side at the start."""

CONTRASTS = 12
"""How many contrasts of a sort lie open; the others are folded away, never left out."""

PLAIN = 1_000_000
"""The largest number of characters of data that stand in the page as they are; more is packed."""

SCRIPTS = ("statements.js", "articles.js", "table.js", "views.js")
"""The parts of the script, in their order."""

# Put before the page is drawn, so that what the script hides never flashes up.
_EARLY = 'document.documentElement.classList.add("js");'


def render(comparison: Comparison, *, support: int = 2, focus: str | None = None) -> str:
    """The comparison as a self-contained HTML page.

    Args:
        comparison: what to show.
        support: least number of reports that tell a fact for it to count as shared.
        focus: a report; only its conflicts, differences, quotations and left-out
            facts are listed, then what it tells in part and what it alone tells, and
            its article stands first.

    Raises `OptionError` for a support below 1 or a report that is not there.
    """
    if support < 1:
        raise OptionError(unexpected("support", got=support, wanted="a whole number from 1 on"))
    name = comparison.report(focus).id if focus is not None else None
    places = Places.of(comparison)
    first = _first(places, name)
    style, script = _asset("style.css"), _script()
    contrasts = contrasts_of(places, focus=name)
    omissions, omitted = omissions_of(places, support=support, focus=name)
    plain = payload_of(places, support=support, first=first)
    data = _packed(plain) if len(plain) > PLAIN else plain
    return _template().render(
        policy=_policy(scripts=(_EARLY, script), styles=(style,)),
        # The only three values that are not escaped are files of ours and our own JSON.
        early=Markup(_EARLY),  # noqa: S704
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        data=Markup(data),  # noqa: S704
        packed=data is not plain,
        labels=places.labels,
        outlets=outlets_of(places, support=support),
        copies=copies_of(places),
        conflicts=[c for c in contrasts if c.conflict],
        differences=[
            (kind, tuple(found))
            for kind, found in groupby(
                (c for c in contrasts if not c.conflict), key=lambda c: c.type
            )
        ],
        omissions=omissions,
        omitted=omitted,
        parts=in_part_of(places, name) if name is not None else (),
        alone=alone_in(places, name) if name is not None else (),
        facts=facts_of(places),
        rows=comparison.table,
        articles=articles_of(places),
        quotations=quotations_of(places, focus=name),
        focus=places.labels[places.reports[name]] if name is not None else "",
        first=first,
        first_contrasts=CONTRASTS,
        support=support,
        shared=sum(row.support >= support for row in comparison.table),
        wide=len(places.labels) <= WIDE,
        states=STATES,
        names=NAMES,
        hows=HOWS,
        meanings=MEANINGS,
        notes=comparison.notes,
        signature=comparison.signature,
    )


def _packed(text: str) -> str:
    """Text as deflated UTF-8 in base64, which browsers unpack by themselves (RFC 1950)."""
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode("ascii")


def _first(places: Places, focus: str | None) -> tuple[int, ...]:
    """The reports whose articles are shown first: the focus, then the longest."""
    count = len(places.labels)
    length = [sum(s.report == r.id for s in places.comparison.statements)
              for r in places.comparison.reports]  # fmt: skip
    order = sorted(range(count), key=lambda k: -length[k])
    if focus is not None:
        order.sort(key=lambda k: k != places.reports[focus])
    chosen = order[: PANES if count <= PANES else 2]
    return tuple(chosen) if focus is not None else tuple(sorted(chosen))


def _policy(*, scripts: Sequence[str], styles: Sequence[str]) -> str:
    """A content security policy that allows exactly these scripts and styles, and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src " + " ".join(map(_hash, scripts)),
            "style-src " + " ".join(map(_hash, styles)),
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _script() -> str:
    parts = "\n".join(map(_asset, SCRIPTS))
    # Asynchronous, since packed data is unpacked while the page is already there.
    return f'"use strict";\n(async () => {{\n{parts}}})();\n'


@cache
def _asset(name: str) -> str:
    return (files("storydiff.rendering.page") / name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.from_string(_asset("page.html.j2"))


def _shown(value: object) -> object:
    """What a template writes: every string from outside with its control characters visible."""
    return visible(value) if type(value) is str else value
