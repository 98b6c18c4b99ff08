"""Files of every format become one source; what cannot be read is refused with a sentence."""

import codecs
import io
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quarterdeck.kernels.jobtext import Draft, Source, read_draft
from quarterdeck.people.gateways.documents import UnreadableDocument, limits, open_document
from quarterdeck.people.gateways.documents.reading import document
from quarterdeck.people.tests import files

TEXT = "Network Manager\n\nEssential Duties\n\nKeeps the net – daily.\n\nTrains users’ heads.\n"
MATRIX_NAMES = [("Planning", ["Junior", "Senior"]), ("Leading", ["Junior", "Senior"])]


def refusal(content: bytes, name: str = "job.txt") -> str:
    with pytest.raises(UnreadableDocument) as refused:
        open_document(content, name)
    return str(refused.value)


def read_of(content: bytes, name: str) -> tuple[Source, Draft]:
    source = open_document(content, name)
    return source, read_draft(source.lines)


def duties(draft: Draft) -> list[str]:
    return [duty.text for duty in draft.duties]


def anchors(draft: Draft) -> list[tuple[str, list[str]]]:
    return [(one.name, [anchor.level for anchor in one.anchors]) for one in draft.competencies]


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-16-le", b""),
        ("cp1252", b""),
    ],
)
def test_text_is_read_in_whichever_encoding(encoding: str, mark: bytes) -> None:
    source = open_document(mark + TEXT.encode(encoding), "job.txt")

    assert source.text == TEXT


def test_a_guessed_encoding_is_told() -> None:
    source = open_document(TEXT.encode("cp1252"), "job.txt")

    assert source.notes == ("The text is not UTF-8; it was read as Windows-1252.",)


@pytest.mark.parametrize(
    ("content", "name"),
    [(files.html().encode(), "job.html"), (files.docx(), "job.docx"), (files.odt(), "job.odt")],
    ids=["html", "docx", "odt"],
)
def test_a_list_and_a_matrix_are_read_alike_from_every_format(content: bytes, name: str) -> None:
    source, draft = read_of(content, name)

    assert source.container == name.rpartition(".")[2]
    assert draft.title is not None
    assert (draft.title.text, duties(draft), anchors(draft)) == (
        "Network Manager",
        list(files.DUTIES),
        MATRIX_NAMES,
    )


def test_rich_text_is_read() -> None:
    source, draft = read_of(files.rtf(), "job.rtf")

    assert (source.container, duties(draft)) == ("rtf", list(files.DUTIES))


def test_a_script_is_left_out_and_said_to_be() -> None:
    source = open_document(files.html().encode(), "job.html")

    assert ("alert" in source.text, source.notes) == (False, ("A script was left out.",))


def test_a_bare_ampersand_stays_and_an_unclosed_paragraph_ends() -> None:
    source = open_document(files.html().encode(), "job.html")

    lines = [line.text for line in source.lines if line.text]
    place = lines.index("IS&T department")
    assert lines[place + 1] == "unclosed"


def test_numbers_that_word_draws_stand_in_the_text() -> None:
    source = open_document(files.docx(), "job.docx")

    assert [line.text for line in source.lines if line.text[:2] in {"1.", "2."}] == [
        "1. Apply.",
        "2. Wait.",
    ]


def test_a_pdf_has_paragraphs_headings_pages_and_tables() -> None:
    drawn = (
        files.shown("Network Manager", 60, size=20)
        + files.shown("Essential Duties", 100, bold=True)
        + files.shown("Keeps the network.", 130)
        + files.shown("Trains the users.", 160)
        + files.ruled(files.MATRIX, 200)
    )
    source, draft = read_of(files.pdf(drawn, files.shown("More.", 60)), "job.pdf")

    assert (draft.title and draft.title.text, duties(draft), anchors(draft)) == (
        "Network Manager",
        ["Keeps the network.", "Trains the users.", "More."],
        MATRIX_NAMES,
    )
    assert [line.page for line in source.lines if line.text == "More."] == [2]


def test_a_scanned_pdf_is_refused() -> None:
    picture = (
        "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray "
        "/BitsPerComponent 8 /Length 1 >>\nstream\nx\nendstream"
    )
    content = files.pdf("q 500 0 0 700 50 50 cm /Im1 Do Q", objects=[picture])

    assert refusal(content) == (
        "The PDF holds pictures of text on its 1 pages, as a scan does; expected a PDF with text. "
        "Run text recognition over it first."
    )


def test_a_pdf_with_a_password_is_refused() -> None:
    key = "<" + "ab" * 32 + ">"
    trailer = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O {key} /U {key} /P -4 >> /ID [<aa> <aa>]"

    message = refusal(files.pdf(files.shown("Secret", 60), trailer=trailer))

    assert message == "The PDF is protected by a password; expected one that opens without."


def test_a_pdf_that_breaks_off_is_refused_or_read_but_never_fails() -> None:
    whole = files.pdf(files.shown("Network Manager", 60))

    for size in range(40, len(whole), 37):
        assert outcome(whole[:size], "job.pdf") in {"read", "refused with a sentence"}


def outcome(content: bytes, name: str) -> str:
    """Read in this process, which is quick enough for many files; limits are tried elsewhere."""
    try:
        document(content, name)
    except UnreadableDocument as refused:
        return "refused with a sentence" if str(refused).endswith(".") else "refused"
    return "read"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "The file is empty; expected a job description."),
        (b" \r\n\t", "The file is empty; expected a job description."),
        (b"\x89PNG\r\n\x1a\n", "This is a picture, not a text"),
        (b"\x7fELF\x02\x01", "This is a program, not a document"),
        (b"\x1f\x8b\x08\x00", "This is a packed archive"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "This is an old Word document or one",
        ),
        (b"text\x00\x01\x02 and more of it", "Byte 4 is zero, which no text holds"),
        (b"PK\x03\x04 and nothing more", "The file is damaged"),
        (files.packed({"xl/workbook.xml": b"<x/>"}), "This is an Excel workbook"),
        (files.packed({"a.txt": b"a"}), "This is a packed archive"),
        (files.packed({"word/document.xml": b"<w"}), "The DOCX is damaged"),
        (files.pdf(), "The PDF has no pages"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "x">]><a>&x;</a>', "This is XML"),
        (
            files.with_part(files.odt(), "Basic/Standard/Module1.xml", b"<x/>"),
            "The document holds macros, Basic/Standard/Module1.xml",
        ),
        (b"a\n" * (limits.MOST_LINES + 1), "The document has 20,001 lines"),
    ],
)
def test_what_is_no_document_is_refused(content: bytes, expected: str) -> None:
    assert refusal(content).startswith(expected)


@pytest.mark.parametrize("name", ["job.txt", "job.html", "job.pdf", "job.md", "job"])
def test_another_name_opens_no_door(name: str) -> None:
    """What a file is stands in it; its name is the sender's word."""
    parts = ("word/vbaProject.bin", b"Sub"), ("word/settings.xml", b"<!DOCTYPE x []><x/>")
    hostile = [files.with_part(files.docx(), *part) for part in parts]
    hostile += [b"\x89PNG\r\n\x1a\n", b"\x7fELF\x02", files.packed({"xl/workbook.xml": b""})]

    assert {outcome(content, name) for content in hostile} == {"refused with a sentence"}


@pytest.mark.parametrize("name", ["../../etc/passwd", "a\0b.txt", "\ud800", "-c", "", "x" * 5_000])
def test_a_name_is_no_path_and_no_command(name: str) -> None:
    assert open_document(TEXT.encode(), name).text == TEXT


def test_what_a_pdf_would_do_on_its_own_is_left_out_and_said_to_be() -> None:
    action = "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"
    content = files.pdf(files.shown("Network Manager", 60))
    content = content.replace(b"/Type /Catalog", f"/Type /Catalog {action}".encode())

    assert open_document(content, "job.pdf").notes == ("A script was left out.",)


def test_a_document_with_macros_is_refused() -> None:
    content = files.with_part(files.docx(), "word/vbaProject.bin", b"Sub AutoOpen()")

    assert refusal(content) == (
        "The document holds macros, word/vbaProject.bin; expected DOCX saved without them."
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_document_that_declares_entities_is_refused(encoding: str) -> None:
    """External entities read files, and nested ones fill memory (XXE, billion laughs)."""
    part = '<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><x>&y;</x>'

    content = files.with_part(files.docx(), "word/document.xml", part.encode(encoding))

    assert refusal(content) == (
        "The part word/document.xml declares a document type or entities; expected plain XML."
    )


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    content = files.with_part(files.docx(), "word/media/zeros.bin", b"\0" * (90 << 20))

    assert refusal(content).startswith("Unpacked the file would have 91 MiB, 7")


def test_a_bomb_that_lies_about_its_size_is_stopped() -> None:
    """The size in the archive's directory is the sender's word; the reader has its own limit."""
    content = bytearray(
        files.packed({"word/document.xml": b" " * (50 << 20), "[Content_Types].xml": b"<x/>"})
    )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        true = archive.getinfo("word/document.xml").file_size
    lie = (1000).to_bytes(4, "little")
    content = bytearray(bytes(content).replace(true.to_bytes(4, "little"), lie))

    assert refusal(bytes(content)).startswith(("The file is damaged", "The DOCX is damaged"))


def test_a_protected_open_document_is_refused() -> None:
    content = files.with_part(files.odt(), "META-INF/manifest.xml", b"<manifest:encryption-data/>")

    assert refusal(content) == ("The document is protected by a password; expected one without.")


def test_a_file_over_the_limit_is_refused_unread() -> None:
    assert refusal(b"x" * (limits.LARGEST_FILE + 1)).startswith("The file has 10.0 MiB")


def test_a_text_far_too_long_is_refused() -> None:
    message = refusal(b"word " * (limits.LONGEST_TEXT // 5 + 1))

    assert message.startswith("The document holds 2,000,005 characters")


def test_a_huge_table_is_cut_and_said_to_be() -> None:
    row = b"<w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr>"
    body = (
        b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        b"<w:body><w:tbl>" + row * 5_001 + b"</w:tbl></w:body></w:document>"
    )

    source = open_document(files.with_part(files.docx(), "word/document.xml", body), "a.docx")

    assert source.notes == ("A table has 5,001 rows; the first 5,000 were read.",)


@pytest.mark.parametrize(
    "act",
    [
        "import socket; socket.socket().connect(('127.0.0.1', {port}))",
        "import subprocess; subprocess.run(['true'])",
        "open('should-not-be', 'w')",
        "import os; os.system('true')",
    ],
)
def test_the_reading_process_may_not_do_what_reading_does_not_need(act: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = (
            "from quarterdeck.people.gateways.documents.limits import LIMITS;"
            "from quarterdeck.core.bounded.process import confine; confine(LIMITS);"
            + act.format(port=server.getsockname()[1])
        )
        done = subprocess.run(  # noqa: S603 - Our own words, in our own Python.
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )

    assert (
        done.stderr.strip()
        .splitlines()[-1]
        .startswith("PermissionError: A reader of files may not")
    )


def test_the_reading_process_gets_no_more_memory_than_its_limit() -> None:
    code = (
        "from quarterdeck.people.gateways.documents.limits import LIMITS;"
        "from quarterdeck.core.bounded.process import confine; confine(LIMITS);"
        "bytearray(LIMITS.memory)"
    )

    done = subprocess.run(  # noqa: S603 - Our own words, in our own Python.
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert done.stderr.strip().splitlines()[-1] == "MemoryError"


@settings(max_examples=300)
@given(st.binary(max_size=400), st.sampled_from(["job.txt", "job.html", "job.md", "job"]))
def test_any_bytes_are_read_or_refused_with_a_sentence(content: bytes, name: str) -> None:
    assert outcome(content, name) in {"read", "refused with a sentence"}


@settings(max_examples=60)
@given(
    st.sampled_from([files.docx, files.odt, files.rtf, files.small_pdf]),
    st.integers(min_value=0, max_value=1 << 30),
    st.binary(min_size=1, max_size=8),
)
def test_a_damaged_document_is_read_or_refused(
    build: Callable[[], bytes], place: int, other: bytes
) -> None:
    content = build()
    place %= len(content)

    changed = content[:place] + other + content[place + len(other) :]

    assert outcome(changed, "job") in {"read", "refused with a sentence"}
