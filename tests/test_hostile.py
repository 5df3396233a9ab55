"""One table: every attack in every place of a report, in every format, by that format's rule.

An attack is text that a reader of some format could take for an order. A place is
where a stranger can put text. The rule of a format is asked of an independent
reader of it wherever there is one.
"""

import csv
import io
import json
import re
import warnings
from functools import cache

import openpyxl
import pytest
from markdown_it import MarkdownIt

from storydiff.datatypes import Report
from storydiff.errors import StorydiffWarning
from storydiff.exporting import plots
from storydiff.exporting.csv import csv_files
from storydiff.exporting.excel import workbook
from storydiff.exporting.files import safe_name
from storydiff.exporting.labelstudio import config_of, tasks_of
from storydiff.exporting.webannotations import annotations_of
from storydiff.rendering import html, markdown, notebook, text
from tests.pages import harbour
from tests.test_html import Elements

ATTACKS = {
    "script": "<script>alert(1)</script>",
    "end of script": "</script></style></title><svg/onload=alert(1)>",
    "handler": "x\" onmouseover=\"alert(1)\" y='z' onfocus='alert(1)",
    "comment": "<!-- --!> ]]> <![CDATA[ <?php ?>",
    "entity": "&lt;img src=x onerror=alert(1)&gt; &#60;b&#62; &xxe;",
    "doctype": '<!DOCTYPE a [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>&xxe;',
    "template": "{{ 7 * 7 }} {% include 'x' %} ${7*7} #{7*7} <%= 7 %>",
    "javascript": "javascript:alert(1)",
    "data": "data:text/html;base64,PHNjcmlwdD4=",
    "markdown link": "[click](javascript:alert(1)) ![x](http://a.example/?q=1)",
    "markdown block": "# Title\n\n---\n> quoted `code` <http://a.example> **bold** | a | b |",
    "autolink": "see http://a.example/login and www.a.example",
    "formula": '=HYPERLINK("http://a.example","x")',
    "call": "@SUM(1+1)*cmd|' /C calc'!A0",
    "sign": "+1-1",
    "dash": "-2+3+cmd|' /C calc'!A0",
    "tab": "\t=1+1",
    "wide sign": "＝1+1",
    "escape": "\x1b[2J\x1b]0;owned\x07 \x9b31m",
    "cursor": "one\rtwo\bthree\x7f",
    "bidi": "\u202egnp.exe\u202c \u2066a\u2069 \u200f",
    "lines": "a\u2028b\u2029c\x85d\x0be\x0cf",
    "null": "a\x00b",
    "surrogate": "a\ud800b\udfff",
    "path": "../../etc/passwd",
    "absolute": "/etc/passwd",
    "windows": "C:\\Windows\\system32\\..\\x CON NUL.txt",
    "math": "$\\frac{1}{0}$ $ \\alpha $",
    "long": "x" * 40_000,
}
PLACES = ("outlet", "title", "url", "published", "id", "text")


@cache
def story(attack: str, place: str):
    """Two reports of which one bears the attack; both tell one sentence, so there are links."""
    from storydiff.pipeline import Bare, Pipeline
    from tests.fakes import Lines, WordEncoder, WordMatcher

    words = ATTACKS[attack]
    said = {"outlet": "Post", "text": "The ferry sank at dawn.\nTwelve were saved."}
    if place == "text":
        said["text"] = f"The ferry sank at dawn.\n{words}"
    else:
        said[place] = words
    other = Report(outlet="Radio", text="The ferry sank at dawn.\nDivers saved twelve.")
    pipeline = Pipeline(
        segmenter=Lines(), annotator=Bare(), encoder=WordEncoder(), matcher=WordMatcher(least=0.8)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", StorydiffWarning)
        return pipeline.compare([Report(**said), other])


CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def in_text(found):
    shown = text.render(found)
    assert not CONTROLS.search(shown)
    assert not re.search("[\u2028\u2029\ud800-\udfff]", shown)


def in_markdown(found):
    shown = markdown.render(found)
    assert not CONTROLS.search(shown)
    reader = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable(["table"])
    tokens = [t for top in reader.parse(shown) for t in (top, *(top.children or ()))]
    assert not {t.type for t in tokens} & {"html_block", "html_inline", "image", "link_open"}
    own = [line for line in shown.splitlines() if line.startswith("#")]
    assert len([t for t in tokens if t.type == "heading_open"]) == len(own)
    assert not [line for line in own if line.startswith("# Title")]


@cache
def harmless_tags():
    """The elements of a page that nobody attacks."""
    return {tag for tag, _ in Elements(html.render(harbour())).found}


def in_page(found):
    shown = html.render(found)
    page = Elements(shown)
    assert {tag for tag, _ in page.found} <= harmless_tags()
    for tag, attributes in page.found:
        assert not [a for a in attributes if a.startswith("on")], tag
        assert re.match(r"#|https?://", attributes.get("href", "#"))
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e\u2028\ud800-\udfff]", shown)
    assert [tag for tag, _, _ in page.raw] == ["style", "script", "script", "script"]


def in_notebook(found):
    shown = notebook.comparison_html(found)
    tags = {tag for tag, _ in Elements(shown).found}
    known = {"div", "style", "p", "b", "table", "thead", "tbody", "tr", "th", "td", "ul", "li"}
    assert tags <= known
    assert not CONTROLS.search(shown)


def in_json(found):
    written = found.to_json().encode("utf-8")
    read = json.loads(written, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert [r["text"] for r in read["reports"]] == [r.text for r in found.reports]
    assert type(found).from_json(written.decode()) == found


def in_csv(found):
    for content in csv_files(found).values():
        content.encode("utf-8")
        for row in csv.reader(io.StringIO(content, newline=""), strict=True):
            assert not [c for c in row if c.startswith(tuple("=+-@\t\r＝＋－＠"))]


def in_workbook(found):
    book = openpyxl.load_workbook(io.BytesIO(workbook(found)))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
    assert len(cells) > 50
    assert not [c for c in cells if c.data_type == "f" or c.hyperlink]


def in_annotations(found):
    written = annotations_of(found)
    json.dumps(written, ensure_ascii=False).encode("utf-8")
    texts = {r.text for r in found.reports}
    bodies = json.dumps(written)
    quotes = re.findall(r'"exact": ("(?:[^"\\]|\\.)*")', bodies)
    assert quotes
    assert all(any(json.loads(q) in whole for whole in texts) for q in quotes)
    for source in re.findall(r'"source": ("(?:[^"\\]|\\.)*")', bodies):
        assert re.match(r"https?://|urn:", json.loads(source))


def in_tasks(found):
    from xml.etree import ElementTree

    (task,) = tasks_of(found)
    json.dumps(task, ensure_ascii=False).encode("utf-8")
    root = ElementTree.fromstring(config_of(found))  # noqa: S314  our own file is what is read
    assert not {"script", "svg", "img"} & {e.tag.lower() for e in root.iter()}


def in_figures(found):
    for figure in (plots.coverage(found), plots.ribbon(found, *(r.id for r in found.reports))):
        target = io.StringIO()
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", r"Glyph .* missing from font", UserWarning)
            figure.savefig(target, format="svg")
        assert "<script" not in target.getvalue()
        assert not CONTROLS.search(target.getvalue())


def in_names(found):
    for report in found.reports:
        for name in (report.outlet, report.id, report.title):
            safe = safe_name(name)
            assert re.fullmatch(r"[\w.-]+", safe), safe
            assert not safe.startswith(".")
            assert len(safe.encode()) <= 255


FORMATS = {
    "text": in_text,
    "markdown": in_markdown,
    "page": in_page,
    "notebook": in_notebook,
    "json": in_json,
    "csv": in_csv,
    "workbook": in_workbook,
    "annotations": in_annotations,
    "tasks": in_tasks,
    "figures": in_figures,
    "names": in_names,
}


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_in_a_place_is_harmless_in_a_format(attack, place, format_):
    FORMATS[format_](story(attack, place))
