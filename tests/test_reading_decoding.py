"""Bytes to text: marks, encodings, binary files."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storydiff.errors import FormatError
from storydiff.reading.decoding import decode

ENGLISH = "The mayor’s “informal dinner” cost £3 million – a café said on Friday."
TEXTS = {
    "cp1252": (
        ENGLISH,
        "Der Bürgermeister erklärte, die Brücke sei für Fußgänger gesperrt.",
        "Le maire a déclaré que la fête serait annulée à cause de l’orage.",
        "El alcalde señaló que el año próximo habrá más autobuses.",
    ),
    "cp1251": ("Мэр города объявил в пятницу о закрытии моста через реку.",),
    "cp1253": ("Ο δήμαρχος δήλωσε την Παρασκευή ότι η γέφυρα θα κλείσει.",),
    "shift_jis": ("市長は金曜日、橋の亀裂のため歩行者の通行を止めると発表した。",),
    "gb18030": ("市长星期五宣布，由于桥上出现裂缝，行人将不能通行。",),
}
CASES = [(encoding, text) for encoding, texts in TEXTS.items() for text in texts]


def text_of(data, **options):
    return decode(data, name="a.txt", **options)[0]


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))))
def test_utf8_is_read_as_it_is_without_a_word(text):
    assert decode(text.encode(), name="a.txt") == (text.removeprefix("\ufeff"), ())


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1))
@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_says_the_encoding_and_is_no_text(mark, encoding, text):
    assert text_of(mark + text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_seen_by_its_nulls(encoding):
    assert text_of(ENGLISH.encode(encoding)) == ENGLISH


@pytest.mark.parametrize(("encoding", "text"), CASES)
@pytest.mark.parametrize("times", [1, 30])
def test_other_encodings_are_guessed_and_the_guess_is_noted(encoding, text, times):
    whole = "\n".join([text] * times)
    found, (note,) = decode(whole.encode(encoding), name="a.txt")
    assert found == whole
    assert note.startswith("a.txt: not UTF-8, read as cp" if "cp" in encoding else "a.txt: not")


def test_an_encoding_that_a_page_declares_goes_before_a_guess():
    page = '<meta charset="iso-8859-2"><p>Starosta řekl, že most bude uzavřen.</p>'
    assert text_of(page.encode("iso-8859-2"), declares=True) == page


@pytest.mark.parametrize("declared", ["nonsense", "utf-8", "rot13", "idna", "unicode_escape"])
def test_an_encoding_declared_in_vain_is_guessed(declared):
    page = f'<meta charset="{declared}"><p>{ENGLISH}</p>'
    assert text_of(page.encode("cp1252"), declares=True) == page


def test_one_broken_byte_does_not_make_utf8_something_else():
    data = ENGLISH.encode().replace(b"dinner", b"din\xffner")
    text, (note,) = decode(data, name="a.txt")
    assert text == ENGLISH.replace("dinner", "din\ufffdner")
    assert note == "a.txt: broken utf-8 at byte 29: broken characters read as U+FFFD"


def test_half_a_character_at_the_end_is_replaced_and_noted():
    text, (note,) = decode(codecs.BOM_UTF16_LE + b"a\x00b", name="a.txt")
    assert text == "a\ufffd"
    assert "broken utf-16" in note


@pytest.mark.parametrize(
    ("data", "got"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a PNG image"),
        (b"%PDF-1.7\nsome text", "a PDF file"),
        (b"PK\x03\x04rest", "a ZIP archive (also .docx, .xlsx, .odt, .epub)"),
        (b"\x00" * 100, "100 control characters among 100"),
        (b"\xc3\x28\x00\x01\x02\x80rest", "null bytes"),
        (bytes(range(1, 256)) * 4, ""),
    ],
)
def test_a_binary_file_is_named_for_what_it_is(data, got):
    with pytest.raises(FormatError, match=r"^a\.txt: got .*, wanted text") as caught:
        text_of(data)
    assert got in str(caught.value)


def test_a_few_nulls_in_a_text_are_kept_for_the_cleaning():
    assert text_of(b"It rained.\0 It stopped.") == "It rained.\0 It stopped."


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_a_format_error(data):
    try:
        text, notes = decode(data, name="a.txt", declares=True)
    except FormatError as error:
        text, notes = "", (str(error),)
    assert isinstance(text, str)
    assert all(note.startswith("a.txt: ") for note in notes)
