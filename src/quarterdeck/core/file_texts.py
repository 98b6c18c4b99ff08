"""The texts in a stored file: as it stands, in parts of a mail, in members of an archive."""

import zipfile
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.policy import default
from io import BytesIO

MOST_BYTES = 64 << 20


def texts_in(content: bytes) -> Iterator[str]:
    """Give the texts that can be read in a file; of what nobody can read here, nothing."""
    yield content.decode("utf-8", "ignore")
    yield content.decode("latin-1")
    yield from _texts_of_mail(content)
    yield from _texts_of_archive(content)


def _texts_of_mail(content: bytes) -> Iterator[str]:
    """Give headers and text parts decoded, as the sender meant them."""
    try:
        mail = message_from_bytes(content, policy=default)
        yield "\n".join(f"{name}: {value}" for name, value in mail.items())
        for part in mail.walk():
            yield str(part.get_filename() or "")
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                yield payload.decode(part.get_content_charset() or "utf-8", "ignore")
                yield from _texts_of_archive(payload)
    except (MessageError, LookupError, ValueError, TypeError, AttributeError, IndexError):
        # Broken mail is no reason to stop: the bytes as they stand were given already.
        return


def _texts_of_archive(content: bytes) -> Iterator[str]:
    """Give the members of an archive, which office documents are, up to a bounded size."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for member in archive.infolist():
                with archive.open(member) as file:
                    yield file.read(MOST_BYTES).decode("utf-8", "ignore")
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError):
        return
