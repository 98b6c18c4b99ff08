"""Texts in files that were sent to do harm: nothing stops the search, and what can be read is."""

import base64
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile

import pytest

from quarterdeck.core.file_texts import texts_in

NAME = "Zenobia Quillfeather"


def holds(content: bytes) -> bool:
    return any(NAME in text for text in texts_in(content))


def hidden() -> bytes:
    """The name as base64, as a part of a mail carries it: nobody reads it as it stands."""
    return base64.b64encode(f"Ask {NAME}.".encode())


def nested_parts(depth: int) -> bytes:
    levels = (
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth)
    )
    leaf = b"Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + hidden() + b"\n"
    return b"From: a@b.example\n" + b"".join(levels) + leaf


def nested_comments(depth: int) -> bytes:
    return b"From: " + b"(" * depth + b"\nContent-Transfer-Encoding: base64\n\n" + hidden()


def encoded_subject(depth: int) -> bytes:
    word = b"=?utf-8?b?" + base64.b64encode(NAME.encode()) + b"?="
    return b"From: a@b.example\nSubject: " + word + b"\nTo: " + b"(" * depth + b"\n\nBody"


def spoilt(archive: bytes) -> bytes:
    """Return an archive with rubbish for the beginning of its first member.

    A local header takes 30 bytes and the name 8; then come the packed bytes.
    """
    return archive[:38] + b"\xff" * 16 + archive[54:]


@pytest.mark.parametrize("made", [nested_parts, nested_comments, encoded_subject])
@pytest.mark.parametrize("depth", [1, 5000])
def test_a_name_is_found_however_deep_a_mail_is_nested(
    made: Callable[[int], bytes], depth: int
) -> None:
    assert holds(made(depth))


def test_of_mails_within_mails_without_end_the_bytes_as_they_stand_are_given() -> None:
    endless = b"Content-Type: message/rfc822\n\n" * 5000

    assert (holds(endless + NAME.encode()), holds(endless + hidden())) == (True, False)


def test_a_part_of_an_unknown_charset_and_a_broken_name_is_read() -> None:
    headers = b"Content-Type: text/plain; charset=klingon\nContent-Transfer-Encoding: base64\n"
    broken = b"Content-Disposition: attachment; filename*=x'y\n"

    assert holds(headers + broken + b"\n" + hidden())


@pytest.mark.parametrize("kind", [ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA])
def test_a_spoilt_archive_is_passed_over_and_a_whole_one_read(kind: int) -> None:
    file = BytesIO()
    with ZipFile(file, "w", kind) as archive:
        archive.writestr("note.txt", f"{NAME} " * 200)
    whole = file.getvalue()

    assert (holds(whole), holds(spoilt(whole))) == (True, False)


def test_a_spoilt_member_hides_no_other() -> None:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("note.txt", "Nobody " * 200)
        archive.writestr("list.txt", f"{NAME} " * 200)

    assert holds(spoilt(file.getvalue()))
