"""Decodes text whose encoding nobody wrote down."""

import codecs
import re

__all__ = ["decoded"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{2,30})""", re.IGNORECASE)
_SHARE_OF_ZEROS, _HEAD = 0.3, 4096
# UTF-8 that was read as Windows-1252 and saved again: a dash or quote, or an accented letter.
_TWICE = re.compile("\u00e2\u20ac[\u2122\u0153\u017e\u201c\u201d\u02dc]|\u00c3[\u0080-\u00bf]")


def decoded(content: bytes) -> tuple[str, str, list[str]]:
    """Return text, the name of its encoding, and notes on what was guessed or lost.

    A mark at the start decides, then what a page declares, then UTF-8 if every byte fits, then
    Windows-1252, in which every byte means something.
    """
    notes: list[str] = []
    encoding = _encoding(content)
    try:
        text = content.decode(encoding)
    except (UnicodeError, LookupError):
        text = content.decode(encoding if encoding.startswith("utf-") else "cp1252", "replace")
        notes.append(f"Some bytes are no {encoding}; they are shown as �.")
    if encoding == "cp1252":
        notes.append("The text is not UTF-8; it was read as Windows-1252.")
    if _TWICE.search(text):
        notes.append("Some signs look as if the text had been decoded wrongly before.")
    return text.removeprefix("\ufeff"), encoding, notes


def _encoding(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    head = content[:_HEAD]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) * _SHARE_OF_ZEROS:
        return "utf-16-le" if odd > even else "utf-16-be"
    if declared := _DECLARED.search(head):
        name = declared.group(1).decode("ascii").lower()
        if name not in {"utf-8", "utf8", "utf-16"} and _known(name):
            return name
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _known(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding  # noqa: SLF001 - Python tells text codecs from others nowhere else.
    except LookupError:
        return False
