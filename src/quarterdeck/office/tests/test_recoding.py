"""Text of other encodings is written anew in UTF-8 before anything reads it."""

import gzip
from pathlib import Path

import pytest

from quarterdeck.office.gateways.delimited import UnreadableFile
from quarterdeck.office.gateways.recoding import ENCODINGS, write_in_utf_8

WORDS = "number,title\n1,Müller’s printer\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.csv"


@pytest.mark.parametrize("encoding", [each for each in ENCODINGS if each != "iso8859-15"])
def test_what_was_chosen_is_read_so(path: Path, encoding: str) -> None:
    path.write_bytes(WORDS.encode(encoding))

    write_in_utf_8(path, encoding)

    assert path.read_bytes() == WORDS.encode()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("chosen", ["utf-8", "cp1252"])
def test_what_says_itself_that_it_is_utf_16_is_read_so(
    path: Path, encoding: str, chosen: str
) -> None:
    marked = WORDS if encoding == "utf-16" else f"\ufeff{WORDS}"
    path.write_bytes(marked.encode(encoding))

    write_in_utf_8(path, chosen)

    assert path.read_bytes() == WORDS.encode()


def test_a_letter_that_lies_across_two_pieces_is_one(path: Path) -> None:
    words = "ü" * 1_500_001
    path.write_bytes(b"\xff\xfe" + words.encode("utf-16-le"))

    write_in_utf_8(path, "utf-8")

    assert path.read_text(encoding="utf-8") == words


@pytest.mark.parametrize("content", [b"PK\x03\x04\xfc", f"\ufeff{WORDS}".encode()])
def test_a_workbook_and_what_says_itself_that_it_is_utf_8_stay_as_they_are(
    path: Path, content: bytes
) -> None:
    path.write_bytes(content)

    write_in_utf_8(path, "cp1252")

    assert path.read_bytes() == content


def test_what_is_packed_is_read_in_utf_8_alone(path: Path) -> None:
    content = gzip.compress(WORDS.encode())
    path.write_bytes(content)

    write_in_utf_8(path, "utf-8")
    with pytest.raises(UnreadableFile, match=r"^What is packed is read in UTF-8 alone"):
        write_in_utf_8(path, "cp1252")

    assert path.read_bytes() == content


def test_a_byte_that_means_nothing_is_told_with_its_place_and_nothing_is_lost(path: Path) -> None:
    content = b"number\nM\x81ller\n"
    path.write_bytes(content)

    with pytest.raises(UnreadableFile, match=r"^Byte 9 of the file means nothing in Windows-1252 "):
        write_in_utf_8(path, "cp1252")

    assert (path.read_bytes(), list(path.parent.iterdir())) == (content, [path])
