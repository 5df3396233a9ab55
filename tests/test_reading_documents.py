"""Word documents and PDF files, made by other writers and read by us."""

import io
import random
import sys
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from matplotlib import rc_context
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from storydiff.errors import FormatError, InputError, ReportError
from storydiff.reading import documents, read, read_bytes, read_reports

NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
PARAGRAPHS = [
    "The bridge in Aldmoor fell on Monday – “like a card”, one witness said.",
    "Two people were hurt.\tThe mayor left.",
    "Nobody was surprised.",
]


def word(*paragraphs, title="", change=lambda document: None):
    document = docx.Document()
    if title:
        document.add_paragraph(title, style="Title")
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    change(document)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def pdf(*pages, head=""):
    """Pages of blocks of lines, drawn by matplotlib."""
    content = io.BytesIO()
    with rc_context({"pdf.fonttype": 42}), PdfPages(content) as file:
        for number, blocks in enumerate(pages, start=1):
            figure = Figure(figsize=(8, 11))
            if head:
                figure.text(0.1, 0.97, f"{head} {number}", fontsize=9)
                figure.text(0.5, 0.02, f"{number}", fontsize=9)
            y = 0.9
            for block in blocks:
                for line in block.split("\n"):
                    figure.text(0.1, y, line, fontsize=11)
                    y -= 0.02
                y -= 0.05
            file.savefig(figure)
    return content.getvalue()


def test_a_word_document_is_its_paragraphs(tmp_path):
    (tmp_path / "post.docx").write_bytes(word(*PARAGRAPHS, title="Bridge falls"))
    (report,) = read_reports(tmp_path / "post.docx")
    assert report.outlet == "post"
    assert report.title == "Bridge falls"
    wanted = [p.replace("\t", " ") for p in ("Bridge falls", *PARAGRAPHS)]
    assert report.text.split("\n\n") == wanted


def test_the_first_paragraphs_may_be_metadata():
    data = word("Outlet: The Post", "Date: 2024-03-02", "Title: A fall", "It fell.")
    (report,) = read_bytes(data, name="a.docx", ending=".docx").reports
    assert (report.outlet, report.published, report.title) == ("The Post", "2024-03-02", "A fall")
    assert report.text == "A fall\n\nIt fell."


def test_what_a_reader_does_not_see_is_no_text():
    def change(document):
        paragraph = document.add_paragraph("It ")
        paragraph._p.append(
            parse_xml(f"<w:del {NS} w:id='1'><w:r><w:delText>never</w:delText></w:r></w:del>")
        )
        paragraph._p.append(parse_xml(f"<w:ins {NS} w:id='2'><w:r><w:t>really</w:t></w:r></w:ins>"))
        paragraph.add_run(" fell.")
        document.sections[0].header.paragraphs[0].text = "A running head"
        table = document.add_table(1, 2)
        table.cell(0, 0).text, table.cell(0, 1).text = "Hurt", "Two"

    (report,) = read_bytes(word("First.", change=change), name="a", ending=".docx").reports
    assert report.text.split("\n\n") == ["First.", "It really fell.", "Hurt", "Two"]


def test_a_text_box_is_read_once():
    box = (
        f'<w:p {NS} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:txbxContent><w:p><w:r><w:t>Boxed."
        "</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r>"
        "<w:t>Boxed.</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>"
        "<w:r><w:t>Outside.</w:t></w:r></w:p>"
    )
    data = word("First.", change=lambda d: d.element.body.insert(1, parse_xml(box)))
    (report,) = read_bytes(data, name="a", ending=".docx").reports
    assert report.text.split("\n\n") == ["First.", "Outside.", "Boxed."]


def test_a_document_without_its_ending_is_known_by_what_it_is(tmp_path):
    (tmp_path / "one").write_bytes(word("It fell."))
    (tmp_path / "two").write_bytes(pdf(["It fell."]))
    assert [r.text for r in read_reports(tmp_path / "one", tmp_path / "two")] == ["It fell."] * 2
    stdin = io.BytesIO(word("It fell."))
    assert read("-", stdin=stdin).reports[0].text == "It fell."


def archive(**parts):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return content.getvalue()


BODY = {"[Content_Types].xml": "<x/>"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"no zip", "wanted a Word document"),
        (archive(), "wanted a Word document"),
        (archive(**BODY), "wanted a Word document"),
        (archive(**BODY, **{"word/document.xml": "<a>"}), "wanted a Word document"),
        (archive(**BODY, **{"word/document.xml": "<a/>"}), "empty text"),
        (word(), "empty text"),
    ],
)
def test_what_is_no_word_document_is_refused(data, message):
    with pytest.raises(InputError, match=message):
        read_bytes(data, name="a.docx", ending=".docx")


def test_a_document_that_unpacks_to_far_more_is_refused(monkeypatch):
    monkeypatch.setattr(documents, "MAX_XML", 1000)
    with pytest.raises(FormatError, match="got more than 1,000 bytes of XML"):
        read_bytes(word("x" * 5000), name="a.docx", ending=".docx")


def test_entities_of_a_document_bring_nothing_in(tmp_path):
    (tmp_path / "secret").write_text("secret")
    xml = (
        f'<!DOCTYPE a [<!ENTITY e SYSTEM "file://{tmp_path}/secret"><!ENTITY b "bomb">]>'
        f"<w:document {NS}><w:p><w:r><w:t>It fell. &e;&b;</w:t></w:r></w:p></w:document>"
    )
    data = archive(**BODY, **{"word/document.xml": xml})
    (report,) = read_bytes(data, name="a", ending=".docx").reports
    assert report.text == "It fell."


def test_a_pdf_file_is_its_paragraphs(tmp_path):
    blocks = [
        "Bridge falls",
        "The bridge in Ald-\nmoor fell on Monday and the\nmayor left.",
        "Two hurt.",
    ]
    (tmp_path / "post.pdf").write_bytes(pdf(blocks))
    (report,) = read_reports(tmp_path / "post.pdf")
    assert report.outlet == "post"
    assert report.title == "Bridge falls"
    assert report.text.split("\n\n") == [
        "Bridge falls",
        "The bridge in Aldmoor fell on Monday and the mayor left.",
        "Two hurt.",
    ]


def test_running_heads_go_and_a_sentence_goes_on_over_the_page():
    pages = [["It fell. The", "mayor of"], ["the town left."], ["Nobody knew."]]
    data = pdf(*pages, head="The Post, page")
    reading = read_bytes(data, name="a.pdf", ending=".pdf")
    assert reading.reports[0].text == "It fell. The mayor of the town left.\n\nNobody knew."
    assert reading.notes == ("a.pdf: 6 page numbers and running heads left aside",)


def test_a_scan_has_no_text():
    with pytest.raises(ReportError, match="without text"):
        read_bytes(pdf([]), name="a.pdf", ending=".pdf")


def test_a_book_is_no_article(monkeypatch):
    monkeypatch.setattr(documents, "MAX_PAGES", 2)
    with pytest.raises(ReportError, match="of more pages, wanted an article of at most 2"):
        read_bytes(pdf(["One."], ["Two."], ["Three."]), name="a.pdf", ending=".pdf")


def test_broken_files_are_skipped_with_a_reason(tmp_path):
    whole = {".pdf": pdf(["It fell.", "Nobody knew."]), ".docx": word(*PARAGRAPHS)}
    chance = random.Random(7)
    for ending, data in whole.items():
        for _ in range(60):
            broken = bytearray(data[: chance.randrange(1, len(data))])
            for _ in range(chance.randrange(20)):
                broken[chance.randrange(len(broken))] = chance.randrange(256)
            path = tmp_path / f"a{ending}"
            path.write_bytes(broken)
            reading = read(path)
            assert reading.reports or reading.skipped[0].reason.startswith(str(path))


def test_without_the_extra_one_pdf_does_not_lose_the_others(tmp_path, monkeypatch):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")
    (tmp_path / "b.txt").write_text("It fell.")
    monkeypatch.setitem(sys.modules, "pdfminer.high_level", None)
    reading = read(tmp_path)
    assert [report.outlet for report in reading.reports] == ["b"]
    assert 'pip install "storydiff[documents]"' in reading.skipped[0].reason
