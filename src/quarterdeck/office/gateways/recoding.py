"""Writes text of another encoding anew in UTF-8, which is all that tables are read in."""

import codecs
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
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(UTF_16_MARKS):
        encoding = UTF_16
    if encoding == UTF_8 or start.startswith((ZIP, codecs.BOM_UTF8)):
        return
    if start.startswith(GZIP):
        raise UnreadableFile("What is packed is read in UTF-8 alone: unpack it, or choose UTF-8.")
    written = path.with_name(f"{path.name}.utf8")
    try:
        _recode(path, written, encoding)
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)


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
