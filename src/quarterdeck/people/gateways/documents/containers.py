"""Tells what a file is by its content, and refuses what cannot be read before anything opens it."""

import io
import lzma
import struct
import zipfile
import zlib
from enum import StrEnum

from quarterdeck.core.bounded import Unreadable

__all__ = ["Container", "UnreadableDocument", "container_of"]


class UnreadableDocument(Unreadable):
    """A document cannot be read; the text says what it is, where it failed, what was expected."""


class Container(StrEnum):
    """The formats that are read."""

    TEXT = "text"
    MARKDOWN = "markdown"
    HTML = "html"
    DOCX = "docx"
    ODT = "odt"
    RTF = "rtf"
    PDF = "pdf"


# What zipfile and its decompressors raise for damaged archives.
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    NotImplementedError,
    OSError,
    EOFError,
    KeyError,
    RuntimeError,
    ValueError,
)
_EXPECTED = "expected text, HTML, DOCX, ODT, RTF or PDF"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM", b"RIFF")
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVES = (b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"\xfd7zXZ", b"BZh")
_UNICODE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
_HEAD = 4096
_MARKUP = (b"<!doctype html", b"<html", b"<head", b"<body")
_MOST_PARTS, _LARGEST_UNPACKED, _STEEPEST = 3_000, 80 << 20, 200
_SMALLEST_STEEP = 1 << 20
_DECLARATIONS = ("<!DOCTYPE", "<!ENTITY")
# Where OpenDocument keeps programs (ISO/IEC 26300-3, 2.1, and LibreOffice's own Basic).
_ODF_MACROS = ("Basic/", "Scripts/")


def container_of(content: bytes, name: str) -> Container:
    """Return the format of a file. Its content decides; its name only between kinds of text."""
    head = content[:_HEAD]
    if b"%PDF-" in head[:1024]:
        return Container.PDF
    if head.startswith(b"PK\x03\x04"):
        return _packed(content)
    if head.startswith(b"{\\rtf"):
        return Container.RTF
    _refuse_foreign(head)
    plain = head.replace(b"\0", b"").lower()
    suffix = name.rpartition(".")[2].lower()
    if any(mark in plain for mark in _MARKUP) or suffix in {"html", "htm", "xhtml"}:
        return Container.HTML
    if plain.lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n").startswith((b"<?xml", b"<svg")):
        raise UnreadableDocument(f"This is XML; {_EXPECTED}.")
    return Container.MARKDOWN if suffix in {"md", "markdown"} else Container.TEXT


def _refuse_foreign(head: bytes) -> None:
    if head.startswith(_COMPOUND):
        raise UnreadableDocument(
            "This is an old Word document or one that is protected by a password; expected DOCX, "
            "saved without a password."
        )
    if head.startswith(_PICTURES):
        raise UnreadableDocument(f"This is a picture, not a text; {_EXPECTED}.")
    if head.startswith(_ARCHIVES):
        raise UnreadableDocument(f"This is a packed archive; {_EXPECTED}.")
    if head.startswith((b"\x7fELF", b"MZ")):
        raise UnreadableDocument(f"This is a program, not a document; {_EXPECTED}.")
    if b"\0" in head and not head.startswith(_UNICODE_MARKS) and not _is_wide(head):
        place = head.index(b"\0")
        raise UnreadableDocument(f"Byte {place} is zero, which no text holds; {_EXPECTED}.")


def _is_wide(head: bytes) -> bool:
    """Tell text of two bytes a character without a mark: about every other byte is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    return max(even, odd) > len(head) * 0.3 and min(even, odd) < len(head) * 0.05


def _packed(content: bytes) -> Container:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _refuse_bomb(parts, len(content))
            names = {part.filename for part in parts}
            return _office_format(archive, names)
    except UnreadableDocument:
        raise
    except _DAMAGES as problem:
        raise UnreadableDocument(
            f"The file is damaged: its parts cannot be unpacked ({problem}); expected a whole DOCX "
            "or ODT."
        ) from problem


def _refuse_bomb(parts: list[zipfile.ZipInfo], packed: int) -> None:
    if len(parts) > _MOST_PARTS:
        raise UnreadableDocument(
            f"The file has {len(parts):,} parts; expected a document of at most {_MOST_PARTS:,}."
        )
    size = sum(part.file_size for part in parts)
    if size > _LARGEST_UNPACKED or (size > _SMALLEST_STEEP and size > _STEEPEST * packed):
        raise UnreadableDocument(
            f"Unpacked the file would have {size / (1 << 20):,.0f} MiB, {size // max(1, packed):,} "
            f"times its size; expected at most {_LARGEST_UNPACKED >> 20} MiB and {_STEEPEST} times."
        )
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableDocument("The file is protected by a password; expected one without.")


def _office_format(archive: zipfile.ZipFile, names: set[str]) -> Container:
    if "word/document.xml" in names:
        if any(name.lower().endswith(("vbaproject.bin", "vbadata.xml")) for name in names):
            raise UnreadableDocument(
                "The document holds macros, word/vbaProject.bin; expected DOCX saved without them."
            )
        _refuse_declarations(archive, names, ("word/", "[Content_Types].xml", "_rels/"))
        return Container.DOCX
    if "content.xml" in names and "mimetype" in names:
        return _text_document(archive, names)
    kinds = (("xl/", "an Excel workbook"), ("ppt/", "a PowerPoint presentation"))
    for folder, kind in kinds:
        if any(name.startswith(folder) for name in names):
            raise UnreadableDocument(f"This is {kind}; {_EXPECTED}.")
    raise UnreadableDocument(f"This is a packed archive; {_EXPECTED}.")


def _text_document(archive: zipfile.ZipFile, names: set[str]) -> Container:
    kind = archive.read("mimetype")[:100].decode("ascii", "replace")
    if not kind.startswith("application/vnd.oasis.opendocument.text"):
        raise UnreadableDocument(f"This is {kind}; expected a text document, ODT.")
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read(
        "META-INF/manifest.xml"
    ):
        raise UnreadableDocument("The document is protected by a password; expected one without.")
    macro = next((name for name in sorted(names) if name.startswith(_ODF_MACROS)), None)
    if macro is not None:
        raise UnreadableDocument(
            f"The document holds macros, {macro}; expected ODT saved without them."
        )
    _refuse_declarations(archive, names, ("content.xml", "styles.xml", "META-INF/"))
    return Container.ODT


def _refuse_declarations(
    archive: zipfile.ZipFile, names: set[str], wanted: tuple[str, ...]
) -> None:
    """Refuse parts that declare entities: documents need none, and attacks live there."""
    for name in sorted(names):
        if not name.startswith(wanted) or not name.endswith((".xml", ".rels")):
            continue
        content = archive.read(name)
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            if any(mark.encode(encoding) in content for mark in _DECLARATIONS):
                raise UnreadableDocument(
                    f"The part {name} declares a document type or entities; expected plain XML."
                )
