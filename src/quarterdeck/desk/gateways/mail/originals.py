"""Originals of mails, each in a file that bears the digest of its bytes.

A file is complete and on the disk before its name appears, so that a machine which stops in between
leaves no half mail behind. The same bytes twice are one file.
"""

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.files.storage import default_storage

FOLDER = "mail"


def digest_of(content: bytes) -> str:
    """Return the SHA-256 digest of a mail, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def keep(content: bytes) -> str:
    """Store a mail and return the name under which the storage has it; OSError where it cannot."""
    digest = digest_of(content)
    name = f"{FOLDER}/{digest[:2]}/{digest}"
    path = Path(default_storage.path(name))
    if path.exists():
        return name
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).rename(path)
        except BaseException:
            with suppress(OSError):
                Path(file.name).unlink()
            raise
    _settle(path.parent)
    return name


def _settle(folder: Path) -> None:
    """Let the name of the file survive a loss of power, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def original(name: str) -> bytes:
    """Return a stored mail; OSError where it is not there any more."""
    return Path(default_storage.path(name)).read_bytes()
