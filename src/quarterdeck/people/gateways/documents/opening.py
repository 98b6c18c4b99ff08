"""Starts the reading process, waits no longer than allowed, and takes its answer apart."""

import json
import os
import signal
import subprocess
import sys
from tempfile import TemporaryFile
from typing import Any

from quarterdeck.kernels.jobtext import Source, plain_source
from quarterdeck.people.gateways.documents.containers import UnreadableDocument
from quarterdeck.people.gateways.documents.limits import (
    CPU_SECONDS,
    LARGEST_FILE,
    LONGEST_TEXT,
    WALL_SECONDS,
)
from quarterdeck.people.gateways.documents.written import Written, source_of

__all__ = ["open_document"]

_PROCESS = "quarterdeck.people.gateways.documents.process"
_LONGEST_NAME = 200
_KILLED = {signal.SIGXCPU, signal.SIGKILL}


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
    answer = _answer(_run(content, name))
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
    if lines:
        return source_of(lines, str(answer["container"]), notes)
    if not text.strip():
        raise UnreadableDocument("The document holds no text; expected a job description.")
    return plain_source(text, container=str(answer["container"]), notes=notes)


def _run(content: bytes, name: str) -> bytes:
    command = (sys.executable, "-I", "-m", _PROCESS, name[-_LONGEST_NAME:].replace("\0", ""))
    environment = {"PATH": os.defpath, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    # Through a pipe a chatty process could fill our memory; the size of a file is limited.
    with TemporaryFile() as into, TemporaryFile() as out:
        into.write(content)
        into.seek(0)
        try:
            done = subprocess.run(  # noqa: S603 - Our own module, in our own Python.
                command,
                stdin=into,
                stdout=out,
                stderr=subprocess.DEVNULL,
                timeout=WALL_SECONDS,
                env=environment,
                check=False,
            )
        except subprocess.TimeoutExpired as problem:
            raise _too_slow() from problem
        if -done.returncode in _KILLED:
            raise _too_slow()
        if done.returncode != 0:
            raise UnreadableDocument(
                "The document cannot be read: its reader gave up. Expected an undamaged document."
            )
        out.seek(0)
        return out.read()


def _too_slow() -> UnreadableDocument:
    return UnreadableDocument(
        f"Reading took longer than {CPU_SECONDS} seconds and was stopped; expected a document of "
        "some pages."
    )


def _answer(output: bytes) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(output)
    if "refused" in answer:
        raise UnreadableDocument(str(answer["refused"]))
    return answer
