"""Has a document read in the limited process, and takes the answer apart."""

from tempfile import TemporaryFile
from typing import Any

from quarterdeck.core.bounded import Unreadable, read_apart
from quarterdeck.kernels.jobtext import Source, plain_source
from quarterdeck.people.gateways.documents.containers import UnreadableDocument
from quarterdeck.people.gateways.documents.limits import (
    LARGEST_FILE,
    LIMITS,
    LONGEST_TEXT,
    MOST_LINES,
)
from quarterdeck.people.gateways.documents.written import Written, source_of

__all__ = ["open_document"]

_READER = "quarterdeck.people.gateways.documents.reading"
_LONGEST_NAME = 200


def open_document(content: bytes, name: str) -> Source:
    """Return a file's text, as lines with their places.

    `name` is the file's own, used to tell kinds of text apart. Raises UnreadableDocument, with a
    sentence for a person, for a file that is empty, too large, protected, active, damaged, a scan,
    or no document.
    """
    if not content.strip():
        raise UnreadableDocument("The file is empty; expected a job description.")
    if len(content) > LARGEST_FILE:
        raise UnreadableDocument(
            f"The file has {len(content) / (1 << 20):.1f} MiB; expected at most "
            f"{LARGEST_FILE >> 20}."
        )
    answer = _read(content, name)
    notes = [str(note) for note in answer["notes"]]
    text = str(answer.get("text", ""))
    lines = [
        Written(**(line | {"cells": tuple(line["cells"])})) for line in answer.get("lines", ())
    ]
    size = len(text) + sum(len(line.text) + sum(map(len, line.cells)) for line in lines)
    if size > LONGEST_TEXT:
        raise UnreadableDocument(
            f"The document holds {size:,} characters; expected a job description of at most "
            f"{LONGEST_TEXT:,}."
        )
    amount = len(lines) or text.count("\n")
    if amount > MOST_LINES:
        raise UnreadableDocument(
            f"The document has {amount:,} lines; expected a job description of at most "
            f"{MOST_LINES:,}."
        )
    if lines:
        return source_of(lines, str(answer["container"]), notes)
    if not text.strip():
        raise UnreadableDocument("The document holds no text; expected a job description.")
    return plain_source(text, container=str(answer["container"]), notes=notes)


def _read(content: bytes, name: str) -> dict[str, Any]:
    with TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        try:
            (answer,) = read_apart(_READER, file, (_plain(name),), LIMITS)
        except Unreadable as problem:
            raise UnreadableDocument(str(problem)) from problem
    found: dict[str, Any] = answer
    return found


def _plain(name: str) -> str:
    """Return the end of a name as an argument of a process can be: no NUL, no half characters."""
    return name[-_LONGEST_NAME:].replace("\0", "").encode("utf-8", "replace").decode()
