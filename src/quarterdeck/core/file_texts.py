"""The texts in a stored file: as it stands, in parts of a mail, in members of an archive."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from io import BytesIO
from lzma import LZMAError

MOST_BYTES = 64 << 20
_BOUNDARY = re.compile(rb"^--.*\n?", re.MULTILINE)
# What the standard library raises where an archive, or a member of it, is broken or locked.
_BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    LZMAError,
    struct.error,
    RuntimeError,
    OSError,
    EOFError,
    ValueError,
)


def texts_in(content: bytes) -> Iterator[str]:
    """Give the texts that can be read in a file; of what nobody can read here, nothing."""
    yield content.decode("utf-8", "ignore")
    yield content.decode("latin-1")
    yield from _texts_of_mail(content)
    yield from _texts_of_archive(content)


def _texts_of_mail(content: bytes) -> Iterator[str]:
    """Give headers and text parts decoded, as the sender meant them."""
    for part in _parts(content):
        try:
            yield from _texts_of_part(part)
        except (MessageError, LookupError, ValueError, TypeError, AttributeError):
            # A broken part is no reason to stop: the bytes as they stand were given already.
            continue


def _parts(content: bytes) -> Iterable[Message]:
    """Return all parts of a mail; of one nested without end each piece, as if it were a mail."""
    try:
        return list(message_from_bytes(content, policy=compat32).walk())
    except RecursionError:
        pieces = _BOUNDARY.split(content)
        return (BytesHeaderParser(policy=compat32).parsebytes(piece) for piece in pieces)


def _texts_of_part(part: Message) -> Iterator[str]:
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        yield from _texts_of_archive(payload)
        yield payload.decode("utf-8", "ignore")
    yield "\n".join(f"{name}: {_decoded(str(value))}" for name, value in part.items())
    # What follows depends on what the part says of itself, which may be broken.
    yield _decoded(part.get_filename() or "")
    if isinstance(payload, bytes):
        yield payload.decode(part.get_content_charset() or "utf-8", "ignore")


def _decoded(header: str) -> str:
    """Return a header with its encoded words (RFC 2047) decoded; a broken one stays as it is."""
    try:
        return str(make_header(decode_header(header)))
    except (MessageError, LookupError, ValueError):
        return header


def _texts_of_archive(content: bytes) -> Iterator[str]:
    """Give the members of an archive, which office documents are, up to a bounded size."""
    with suppress(*_BROKEN_ARCHIVE), zipfile.ZipFile(BytesIO(content)) as archive:
        for member in archive.infolist():
            # One spoilt member hides no other.
            with suppress(*_BROKEN_ARCHIVE), archive.open(member) as file:
                yield file.read(MOST_BYTES).decode("utf-8", "ignore")
