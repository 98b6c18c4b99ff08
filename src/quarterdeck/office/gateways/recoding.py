"""Writes text of another encoding anew in UTF-8, which is all that tables are read in."""

import codecs
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quarterdeck.office.gateways.delimited import GZIP, UTF_16_MARKS, ZIP, UnreadableFile

UTF_8, UTF_16 = "utf-8", "utf-16"
# What programs of offices write besides, by the names that Python gives them.
ENCODINGS = {
    UTF_8: "UTF-8, or UTF-16 with its mark",
    "cp1252": "Windows-1252 (Western Europe)",
    "cp1250": "Windows-1250 (Central Europe)",
    "iso8859-15": "ISO 8859-15 (Latin 9)",
    "mac_roman": "Mac Roman",
}
_PIECE = 1 << 20


def write_in_utf_8(path: Path, encoding: str) -> None:
    """Write a file of text anew in UTF-8 in its place, in flat memory.

    A file that says itself that it is UTF-8 or UTF-16 is read as such whatever was chosen; a
    workbook stays as it is. UnreadableFile says which byte means nothing in the encoding.
    """
    needed = _needed(path, encoding)
    if needed == UTF_8:
        return
    written = path.with_name(f"{path.name}.utf8")
    try:
        _recode(path, written, needed)
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)


@contextmanager
def read_in_utf_8(path: Path, encoding: str) -> Iterator[Path]:
    """Yield where a file's text can be read in UTF-8: the file itself, or a copy that goes away.

    The file stays as it is; all else is as for `write_in_utf_8`.
    """
    needed = _needed(path, encoding)
    if needed == UTF_8:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="quarterdeck-") as folder:
        copy = Path(folder, path.name)
        _recode(path, copy, needed)
        yield copy


def encoding_named(name: str) -> str:
    """Return the encoding that somebody calls so, such as windows-1252; UnreadableFile where there
    is none, or none that is read."""
    try:
        told = codecs.lookup(name).name
    except LookupError:
        told = ""
    for encoding in ENCODINGS:
        if codecs.lookup(encoding).name == told:
            return encoding
    raise UnreadableFile(f"“{name}” is no encoding that is read; expected {', '.join(ENCODINGS)}.")


def _needed(path: Path, encoding: str) -> str:
    """Return from which encoding a file has to be written anew; UTF-8 where it need not be."""
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(UTF_16_MARKS):
        return UTF_16
    if encoding == UTF_8 or start.startswith((ZIP, codecs.BOM_UTF8)):
        return UTF_8
    if start.startswith(GZIP):
        raise UnreadableFile("What is packed is read in UTF-8 alone: unpack it, or choose UTF-8.")
    return encoding


def _recode(path: Path, written: Path, encoding: str) -> None:
    decoder, before = codecs.getincrementaldecoder(encoding)(), 0
    with path.open("rb") as file, written.open("wb") as target:
        is_last = False
        while not is_last:
            piece = file.read(_PIECE)
            is_last = not piece
            waiting, _ = decoder.getstate()
            try:
                text = decoder.decode(piece, final=is_last)
            except UnicodeDecodeError as problem:
                place = before - len(waiting) + problem.start + 1
                name = ENCODINGS.get(encoding, "UTF-16")
                raise UnreadableFile(
                    f"Byte {place:,} of the file means nothing in {name}: expected text in it."
                ) from problem
            before += len(piece)
            target.write(text.encode(UTF_8))
