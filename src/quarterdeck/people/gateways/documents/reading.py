"""Reads the lines of a document, inside the limited process."""

from collections.abc import Iterator
from typing import IO, Any

from quarterdeck.people.gateways.documents.containers import (
    Container,
    UnreadableDocument,
    container_of,
)
from quarterdeck.people.gateways.documents.limits import LARGEST_FILE
from quarterdeck.people.gateways.documents.markup import read_html
from quarterdeck.people.gateways.documents.office_text import read_odt, read_rtf
from quarterdeck.people.gateways.documents.pdf import read_pdf
from quarterdeck.people.gateways.documents.plain_text import decoded
from quarterdeck.people.gateways.documents.word import read_docx
from quarterdeck.people.gateways.documents.written import Written

_PACKED = {
    Container.DOCX: read_docx,
    Container.ODT: read_odt,
    Container.RTF: read_rtf,
    Container.PDF: read_pdf,
}


def read(source: IO[bytes], arguments: list[str]) -> Iterator[dict[str, Any]]:
    """Yield one document: `container`, `notes`, and either `lines` or `text`; the argument is the
    file's name."""
    (name,) = arguments
    yield document(source.read(LARGEST_FILE + 1), name)


def document(content: bytes, name: str) -> dict[str, Any]:
    """Return the lines of a file as plain values."""
    container = container_of(content, name)
    if container in _PACKED:
        lines, notes = _unpacked(content, container)
        return {
            "container": container,
            "lines": [line.as_plain() for line in lines],
            "notes": notes,
        }
    text, _, notes = decoded(content)
    if container == Container.HTML:
        lines, more = read_html(text)
        plain = [line.as_plain() for line in lines]
        return {"container": container, "lines": plain, "notes": notes + more}
    return {"container": container, "text": text, "notes": notes}


def _unpacked(content: bytes, container: Container) -> tuple[list[Written], list[str]]:
    try:
        return _PACKED[container](content)
    except (UnreadableDocument, MemoryError, RecursionError):
        raise
    except Exception as problem:
        # A damaged file makes libraries raise anything; whatever it is, a person is told.
        what = f"{type(problem).__name__}: {' '.join(str(problem).split())[:120]}"
        raise UnreadableDocument(
            f"The {container.upper()} is damaged ({what}); expected one that opens elsewhere."
        ) from problem
