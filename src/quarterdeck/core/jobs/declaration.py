"""What a job is: a function with its policy, declared once and known by name."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from django.utils.module_loading import autodiscover_modules
from django_tasks_db.compat import Task

from quarterdeck.core.retry import BackOff

BACK_OFF = BackOff(first=timedelta(seconds=10), longest=timedelta(hours=1))


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How patient a worker is with a job.

    `attempts` counts every start, also one whose worker was killed. `lease` is how long a worker
    may stay silent before the job is put back; a living worker renews it, so a job may take longer.
    An `atomic` job runs in one transaction together with the note of its success, so that its
    effects in the database happen exactly once; it keeps SQLite's other writers waiting, so it is
    short. A job that is not atomic commits in steps, starts anew after a kill, and has to be
    idempotent; on SQLite each of its transactions is shorter than the lease.
    """

    attempts: int = 5
    back_off: BackOff = BACK_OFF
    lease: timedelta = timedelta(minutes=2)
    atomic: bool = True


DEFAULT_POLICY = Policy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Task[..., Any]):
    """A function in an app's `jobs.py` that a worker runs; a task of Django's with a policy."""

    policy: Policy = DEFAULT_POLICY

    @property
    def name(self) -> str:
        """What pages and log lines call the job, such as `desk.escalate`."""
        module = f"{self.func.__module__}.".removeprefix("quarterdeck.").replace(".jobs.", ".")
        return f"{module}{self.func.__name__}"

    @property
    def title(self) -> str:
        """The first line of the function's docstring."""
        return str(self.func.__doc__ or self.name).strip().partition("\n")[0]


_by_name: dict[str, Job] = {}
_by_path: dict[str, Job] = {}


def job(
    *,
    attempts: int = DEFAULT_POLICY.attempts,
    back_off: BackOff = DEFAULT_POLICY.back_off,
    lease: timedelta = DEFAULT_POLICY.lease,
    atomic: bool = DEFAULT_POLICY.atomic,
    priority: int = 0,
) -> Callable[[Callable[..., Any]], Job]:
    """Declare a function of JSON keyword arguments as a job; see Policy for the words.

    Priority runs from -100 to 100, the higher the sooner. A name may be declared once (ValueError).
    """
    policy = Policy(attempts=attempts, back_off=back_off, lease=lease, atomic=atomic)

    def declare(function: Callable[..., Any]) -> Job:
        declared = Job(func=function, priority=priority, policy=policy)
        if declared.name in _by_name:
            message = f"{declared.name} is declared as a job twice"
            raise ValueError(message)
        _by_name[declared.name] = _by_path[declared.module_path] = declared
        return declared

    return declare


@cache
def load() -> None:
    """Import the `jobs` and `reactions` of every installed app, without knowing the apps."""
    autodiscover_modules("jobs", "reactions")


def job_named(name: str) -> Job:
    """Return a declared job; KeyError where no installed app declares it."""
    if name not in _by_name:
        load()
    return _by_name[name]


def job_at(path: str) -> Job | None:
    """Return the job that a task row names by the path of its function, if it still exists."""
    load()
    return _by_path.get(path)
