"""The process in which a stranger's file is opened: limited, without network, and short of rights.

`python -I -m quarterdeck.people.gateways.documents.process NAME` reads the file from its standard
input and writes one JSON object: `container`, `lines` and `notes`, or `refused`.
"""

import json
import resource
import sys
from typing import Any

from quarterdeck.people.gateways.documents.containers import (
    Container,
    UnreadableDocument,
    container_of,
)
from quarterdeck.people.gateways.documents.limits import (
    CPU_SECONDS,
    LARGEST_ANSWER,
    LARGEST_FILE,
    MEMORY,
)
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
_FORBIDDEN = (
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.getaddrinfo",
    "os.exec",
    "os.posix_spawn",
    "os.system",
    "os.fork",
    "os.remove",
    "os.rename",
    "subprocess.Popen",
    "ctypes.dlopen",
)
_WRITING = set("wax+")


def main() -> None:
    """Read one file under the limits."""
    _limit()
    content = sys.stdin.buffer.read(LARGEST_FILE + 1)
    try:
        answer = read(content, sys.argv[1])
    except UnreadableDocument as problem:
        answer = {"refused": str(problem)}
    except MemoryError:
        most = MEMORY >> 20
        answer = {
            "refused": f"Reading needs more than {most} MiB of memory; expected a smaller file."
        }
    except RecursionError:
        answer = {"refused": "The document is nested too deep; expected a plain document."}
    output = json.dumps(answer)
    if len(output) > LARGEST_ANSWER:
        most = LARGEST_ANSWER >> 20
        output = json.dumps({"refused": f"The text fills more than {most} MiB; expected less."})
    sys.stdout.write(output)


def read(content: bytes, name: str) -> dict[str, Any]:
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


def _limit() -> None:
    """Give up what a reader never needs, before it sees the first byte."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_ANSWER, LARGEST_ANSWER))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(f"A reader of documents may not do this: {event}.")
    if event == "open" and isinstance(arguments[1], str) and _WRITING & set(arguments[1]):
        raise PermissionError("A reader of documents may not write files.")


if __name__ == "__main__":
    main()
