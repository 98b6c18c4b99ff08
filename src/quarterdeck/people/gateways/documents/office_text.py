"""Reads ODT and RTF."""

import io
import zipfile
from collections.abc import Callable

from quarterdeck.people.gateways.documents.markup import MarkupReader
from quarterdeck.people.gateways.documents.written import Written, single_line

__all__ = ["read_odt", "read_rtf"]

# The elements of ODF (ISO/IEC 26300) under the names that HTML has for the same things.
_SAME = {
    "text:p": "p",
    "text:list": "ul",
    "text:list-item": "li",
    "text:line-break": "br",
    "table:table": "table",
    "table:table-row": "tr",
    "table:table-cell": "td",
    "text:tracked-changes": "template",
    "office:annotation": "template",
    "office:forms": "template",
}
_SPACES = {"text:s", "text:tab"}
_LOWEST_HEADING = 6


class _OdfReader(MarkupReader):
    """Reads ODF's elements as those of HTML."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SPACES:
            self.handle_data(" ")
        elif tag == "text:h":
            rank = dict(attrs).get("text:outline-level") or "1"
            self._ranks.append(min(int(rank) if rank.isdigit() else 1, _LOWEST_HEADING))
            super().handle_starttag(f"h{self._ranks[-1]}", [])
        elif tag in _SAME:
            super().handle_starttag(_SAME[tag], [])

    def handle_endtag(self, tag: str) -> None:
        if tag == "text:h" and self._ranks:
            super().handle_endtag(f"h{self._ranks.pop()}")
        elif tag in _SAME and tag != "text:line-break":
            super().handle_endtag(_SAME[tag])

    def __init__(self) -> None:
        super().__init__()
        self._ranks: list[int] = []


def read_odt(content: bytes) -> tuple[list[Written], list[str]]:
    """Return the lines of a text document."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        body = archive.read("content.xml").decode("utf-8", "replace")
    reader = _OdfReader()
    reader.feed(body)
    reader.close()
    return reader.lines, reader.notes


def read_rtf(content: bytes) -> tuple[list[Written], list[str]]:
    """Return the lines of rich text; cells of a row, which striprtf parts by bars, as cells."""
    # Needed in the reading process alone.
    from striprtf.striprtf import rtf_to_text  # noqa: PLC0415 - see the line above

    convert: Callable[..., str] = rtf_to_text
    text = convert(content.decode("latin-1"), errors="replace")
    return [_rtf_line(line) for line in text.split("\n")], []


def _rtf_line(line: str) -> Written:
    if line.endswith("|") and line.count("|") > 1:
        return Written(cells=tuple(single_line(cell) for cell in line[:-1].split("|")))
    return Written(line.replace("\t", " ").rstrip())
