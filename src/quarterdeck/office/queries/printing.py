"""What is printed: what may be asked for, whose it is, and how far it is."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import digest
from quarterdeck.core.jobs import Watched, watched
from quarterdeck.core.permission import User
from quarterdeck.office.models import PrintedPaper, PrintRequest
from quarterdeck.office.models.printing import PrintRequestQuerySet
from quarterdeck.office.vocabulary import PrintState

MOST_LISTED = 50
# The last line of a failure begins with the name of the error; only a refusal is meant for people.
_REFUSAL = f"{Refused.__module__}.{Refused.__name__}: "
_BROKEN = "It could not be made; whoever runs the worker finds the reason among the failed jobs."

Told = Mapping[str, Any]


@dataclass(frozen=True)
class Paper:
    """What a reader is told of a paper: its title and what it is about, the name of its file, the
    address of the page that it prints, and the address that has it printed again."""

    title: str
    about: str
    file_name: str
    address: str
    again: str


@dataclass(frozen=True)
class PaperKind:
    """Papers of one kind: the job that prints them, and who may read which of them.

    `papers(user, told)` gives for each question what the reader is told of it as things stand now,
    in the order of the questions; None of what they may not read, or what is no longer there.
    """

    job: str
    papers: Callable[[User, Sequence[Told]], Sequence[Paper | None]]


@dataclass(frozen=True)
class Question:
    """What is to be printed: the job of its kind, and what that is told, as JSON holds it."""

    job: str
    told: Told

    @property
    def key(self) -> str:
        """What tells it from others of its kind."""
        return digest(json.dumps(self.told))


_kinds: dict[str, PaperKind] = {}


def register_papers(*kinds: PaperKind) -> None:
    """Let these be printed; ValueError where another kind has the job."""
    for kind in kinds:
        if _kinds.setdefault(kind.job, kind) != kind:
            raise ValueError(f"The papers of {kind.job} are registered twice.")


@dataclass(frozen=True)
class Print:
    """A request with what was made for it, or how far the job is that makes it."""

    row: PrintRequest
    paper: Paper
    job: Watched | None

    @property
    def made(self) -> PrintedPaper | None:
        """What was made, without its content."""
        return self.row.printed

    @property
    def state(self) -> PrintState:
        """How it stands; where the job has left no trace, it has failed."""
        if self.row.printed_id is not None:
            return PrintState.MADE
        if self.job is None or not self.job.is_unfinished:
            return PrintState.FAILED
        return PrintState.RUNNING if self.job.is_running else PrintState.WAITING

    @property
    def is_unfinished(self) -> bool:
        """Whether looking again is worth while."""
        return self.state in {PrintState.WAITING, PrintState.RUNNING}

    @property
    def tried_again_at(self) -> datetime | None:
        """When it is tried again, after a try that came to nothing."""
        if self.state is not PrintState.WAITING or self.job is None or not self.job.run.error:
            return None
        return self.job.run.due_at

    @property
    def failure(self) -> str:
        """Why nothing was made, in a sentence."""
        if self.state is not PrintState.FAILED:
            return ""
        last = "" if self.job is None else self.job.run.error.strip().rpartition("\n")[2]
        return last.removeprefix(_REFUSAL) if last.startswith(_REFUSAL) else _BROKEN


def own_prints(user: User, job: str = "") -> list[Print]:
    """Return what an account has asked for and may still read, the latest first; of one kind, or
    of all."""
    rows = _rows(user).order_by("-asked_at", "-pk")
    return _shown(user, (rows.filter(job=job) if job else rows)[:MOST_LISTED])


def own_print(user: User, key: int, job: str = "") -> Print | None:
    """Return one of them; None where it is somebody else's, of another kind, or may no longer be
    read."""
    rows = _rows(user).filter(pk=key)
    return next(iter(_shown(user, rows.filter(job=job) if job else rows)), None)


def content_of(printed: PrintedPaper) -> bytes:
    """Return the file."""
    return bytes(printed.content)


def _rows(user: User) -> PrintRequestQuerySet:
    rows = PrintRequest.objects.visible_to(user).select_related("printed__seal")
    return rows.defer("printed__content", "printed__seal__entries")


def _shown(user: User, rows: Iterable[PrintRequest]) -> list[Print]:
    """Keep those that the reader may read as things stand now, each with how far it is."""
    by_job = defaultdict[str, list[PrintRequest]](list)
    for row in (found := list(rows)):
        by_job[row.job].append(row)
    papers = dict[int, Paper | None]()
    jobs = dict[tuple[str, str], Watched]()
    for name, some in by_job.items():
        if name not in _kinds:
            continue
        told = _kinds[name].papers(user, [row.told for row in some])
        papers |= zip((row.pk for row in some), told, strict=True)
        waiting = {row.question for row in some if row.printed_id is None}
        known = watched(name, *waiting) if waiting else {}
        jobs |= {(name, question): run for question, run in known.items()}
    return [
        Print(row, paper, None if row.printed_id else jobs.get((row.job, row.question)))
        for row in found
        if (paper := papers.get(row.pk)) is not None
    ]
