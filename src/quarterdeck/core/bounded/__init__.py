"""Reads a stranger's file in a process of its own, which is limited in time, memory and answer,
reaches no network and writes nothing.

A reader is a module with a function `read(source, arguments)` that yields values for JSON and
raises Unreadable, with a sentence for a person, for what it cannot read.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from enum import StrEnum
from tempfile import TemporaryFile
from typing import IO, Any

_PROCESS = "quarterdeck.core.bounded.process"
_KILLED = {signal.SIGXCPU, signal.SIGKILL}


class Unreadable(ValueError):
    """A file cannot be read; the text says what it is, where it failed, and what was expected."""


@dataclass(frozen=True)
class Limits:
    """How much reading one file may cost: bytes of memory, seconds, bytes of answer."""

    memory: int
    cpu_seconds: int
    wall_seconds: int
    answer: int


class Said(StrEnum):
    """What a line of a reader's answer holds."""

    VALUE = "value"
    REFUSAL = "refusal"
    END = "end"


def read_apart(
    module: str, source: IO[bytes], arguments: Sequence[str], limits: Limits
) -> Iterator[Any]:
    """Let the reader `module` read a file to its end, then yield what it found, in flat memory.

    `source` is a file of the operating system. Raises Unreadable.
    """
    told = (*(str(limit) for limit in astuple(limits)), module, *arguments)
    words = [word.replace("\0", "") for word in told]
    environment = {"PATH": os.defpath, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    # Through a pipe a chatty reader could fill our memory; the size of a file is limited.
    with TemporaryFile() as out:
        try:
            done = subprocess.run(  # noqa: S603 — our own module, in our own Python
                (sys.executable, "-I", "-m", _PROCESS, *words),
                stdin=source,
                stdout=out,
                stderr=subprocess.DEVNULL,
                timeout=limits.wall_seconds,
                env=environment,
                check=False,
            )
        except subprocess.TimeoutExpired as problem:
            raise _too_slow(limits) from problem
        if -done.returncode in _KILLED:
            raise _too_slow(limits)
        if done.returncode != 0:
            raise _gave_up()
        out.seek(0)
        yield from _answer(out)


def _answer(out: IO[bytes]) -> Iterator[Any]:
    for line in out:
        kind, value = json.loads(line)
        if kind == Said.END:
            return
        if kind == Said.REFUSAL:
            raise Unreadable(value)
        yield value
    raise _gave_up()


def _too_slow(limits: Limits) -> Unreadable:
    return Unreadable(
        f"Reading took longer than {limits.cpu_seconds} seconds and was stopped; expected a "
        "smaller file."
    )


def _gave_up() -> Unreadable:
    return Unreadable("The file cannot be read: its reader gave up. Expected an undamaged file.")
