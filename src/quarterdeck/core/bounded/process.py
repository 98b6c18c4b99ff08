"""The process in which a stranger's file is opened.

`python -I -m quarterdeck.core.bounded.process MEMORY CPU WALL ANSWER MODULE ARGUMENT…` reads the
file from its standard input and writes one JSON list a line: a kind, and what it holds.
"""

import json
import resource
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from quarterdeck.core.bounded import Limits, Said, Unreadable

_LIMITS = 4
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
    limits = Limits(*map(int, sys.argv[1 : 1 + _LIMITS]))
    module, *arguments = sys.argv[1 + _LIMITS :]
    confine(limits)
    size = 0
    for answer in _answers(module, arguments, limits):
        line = f"{json.dumps(answer)}\n"
        size += len(line)
        if size > limits.answer:
            most = limits.answer >> 20
            line = json.dumps([Said.REFUSAL, f"What it holds fills more than {most} MiB."])
        sys.stdout.write(line)
        if size > limits.answer:
            break


def _answers(module: str, arguments: list[str], limits: Limits) -> Iterator[tuple[Said, Any]]:
    try:
        reader = import_module(module)
        for value in reader.read(sys.stdin.buffer, arguments):
            yield Said.VALUE, value
        yield Said.END, None
    except Unreadable as problem:
        yield Said.REFUSAL, str(problem)
    except MemoryError:
        most = limits.memory >> 20
        text = f"Reading needs more than {most} MiB of memory; expected a smaller file."
        yield Said.REFUSAL, text
    except RecursionError:
        yield Said.REFUSAL, "The file is nested too deep; expected a plain one."


def confine(limits: Limits) -> None:
    """Give up what a reader never needs, before it sees the first byte."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
    # A little more than the answer, so that there is room to say that it is too long.
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.answer + (1 << 20),) * 2)
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(f"A reader of files may not do this: {event}.")
    if event == "open" and isinstance(arguments[1], str) and _WRITING & set(arguments[1]):
        raise PermissionError("A reader of files may not write files.")


if __name__ == "__main__":
    main()
