"""Scorecards on paper: what is asked for, whose it is, and how far it is."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import digest
from quarterdeck.core.jobs import Watched, watched
from quarterdeck.core.measures import Measure, Scope, measure_of
from quarterdeck.core.permission import User
from quarterdeck.kernels.periods import Period
from quarterdeck.scorecard.models import PrintedScorecard, PrintRequest
from quarterdeck.scorecard.queries.board import readable_measures
from quarterdeck.scorecard.vocabulary import PrintState

# The job that makes what somebody has asked for.
PRINT = "scorecard.print_scorecard"
MOST_LISTED = 50
# The last line of a failure begins with the name of the error; only a refusal is meant for people.
_REFUSAL = f"{Refused.__module__}.{Refused.__name__}: "
_BROKEN = "It could not be made; whoever runs the worker finds the reason among the failed jobs."


@dataclass(frozen=True)
class Question:
    """Which measures are to be printed, over which period, at which scope, on which calendar."""

    period: Period
    scope: Scope
    calendar: str
    measures: tuple[Measure, ...]

    @property
    def told(self) -> dict[str, object]:
        """The question as JSON holds it."""
        return {
            "period": self.period.key,
            "scope": str(self.scope),
            "calendar": self.calendar,
            "measures": sorted(measure.key for measure in self.measures),
        }

    @property
    def key(self) -> str:
        """What tells it from others."""
        return digest(json.dumps(self.told))


def question_of(period: Period, scope: Scope, calendar: str, measures: Iterable[str]) -> Question:
    """Return the question again from what its job was told."""
    return Question(period, scope, calendar, tuple(measure_of(each) for each in measures))


@dataclass(frozen=True)
class Print:
    """A request with what was made for it, or how far the job is that makes it."""

    row: PrintRequest
    job: Watched | None

    @property
    def made(self) -> PrintedScorecard | None:
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

    @property
    def scope_title(self) -> str:
        """What its scope is called."""
        return Scope.parse(self.row.scope).title


def own_prints(user: User) -> list[Print]:
    """Return what an account has asked for and may still read, the latest first."""
    rows = PrintRequest.objects.visible_to(user).select_related("printed__seal")
    rows = rows.defer("printed__content", "printed__seal__entries").order_by("-asked_at", "-pk")
    return _with_jobs(_readable(user, rows[:MOST_LISTED]))


def own_print(user: User, key: int) -> Print | None:
    """Return one of them; None where it is somebody else's, or may no longer be read."""
    rows = PrintRequest.objects.visible_to(user).select_related("printed__seal")
    rows = rows.defer("printed__content", "printed__seal__entries").filter(pk=key)
    return next(iter(_with_jobs(_readable(user, rows))), None)


def content_of(printed: PrintedScorecard) -> bytes:
    """Return the file."""
    return bytes(printed.content)


def _readable(user: User, rows: Iterable[PrintRequest]) -> list[PrintRequest]:
    """Keep those of which the reader may read every measure at their scope as things stand now."""
    known: dict[str, set[str]] = {}
    found = []
    for row in rows:
        if row.scope not in known:
            scope = Scope.parse(row.scope)
            known[row.scope] = {each.key for each in readable_measures(user, scope)}
        if known[row.scope].issuperset(row.measures):
            found.append(row)
    return found


def _with_jobs(rows: Sequence[PrintRequest]) -> list[Print]:
    waiting = {row.question for row in rows if row.printed_id is None}
    jobs = watched(PRINT, *waiting) if waiting else {}
    return [Print(row, jobs.get(row.question) if row.printed_id is None else None) for row in rows]
