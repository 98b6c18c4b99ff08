"""Verbs act for somebody: atomic, with the actor known to the database while they run.

`acting` opens a transaction, writes the act (who, what, when, why) and tells the connection which
act the following writes belong to. The history triggers read it from there, so that bulk updates
and raw SQL are covered too; without it the database refuses every write to a domain table.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar, cast

from django.db import connection, models, transaction

from quarterdeck.core.database import insert_row
from quarterdeck.core.memory import forget
from quarterdeck.core.models import Account, Act

MIGRATION = "migration"

P = ParamSpec("P")
R = TypeVar("R")

_actor: ContextVar[str] = ContextVar("quarterdeck_actor", default="")
_act: ContextVar[str] = ContextVar("quarterdeck_act", default="")
_redaction: ContextVar[str] = ContextVar("quarterdeck_redaction", default="")

_verbs: dict[str, Callable[..., Any]] = {}


def current_actor() -> str:
    """Return the label of whoever acts in this context, or nothing."""
    return _actor.get()


def current_act() -> str:
    """Return the key of the act that is running in this context, or nothing."""
    return _act.get()


def current_redaction() -> str:
    """Return the key of the act by which append-only rows may be emptied now, or nothing."""
    return _redaction.get()


def verbs() -> dict[str, Callable[..., Any]]:
    """Return every registered verb by its dotted name."""
    return dict(_verbs)


@contextmanager
def _named(actor: str, act: str) -> Iterator[None]:
    """Let this context, which SQLite asks through functions of ours, know who acts."""
    forget()
    tokens = _actor.set(actor), _act.set(act)
    try:
        yield
    finally:
        _actor.reset(tokens[0])
        _act.reset(tokens[1])
        forget()


def _tell_connection() -> None:
    """Hand actor and act to PostgreSQL, for the rest of the transaction or savepoint."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('quarterdeck.actor', %s, true),"
                " set_config('quarterdeck.act', %s, true)",
                [_actor.get(), _act.get()],
            )


@contextmanager
def _labelled(actor: str, act: str) -> Iterator[None]:
    """Label what an open transaction writes; a rollback takes the label along."""
    with _named(actor, act):
        _tell_connection()
        yield
    # A transaction marked for rollback accepts no further statement.
    if not connection.needs_rollback:
        _tell_connection()


@contextmanager
def labelled(actor: str, act: str = "") -> Iterator[None]:
    """Let writes inside the block belong to `actor`, atomically and without an act."""
    with transaction.atomic(), _labelled(actor, act):
        yield


@contextmanager
def redacting() -> Iterator[None]:
    """Let the running act empty append-only rows inside the block: for redaction, and nothing else.

    The guards of the database ask for it, so that no other act of ours can.
    """
    token = _redaction.set(_act.get())
    try:
        _tell_redaction()
        yield
    finally:
        _redaction.reset(token)
    if not connection.needs_rollback:
        _tell_redaction()


def _tell_redaction() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            told = "SELECT set_config('quarterdeck.redaction', %s, true)"
            cursor.execute(told, [_redaction.get()])


@contextmanager
def migrating() -> Iterator[None]:
    """Let data migrations act as *migration*; the triggers are away while tables are migrated."""
    with _named(MIGRATION, ""):
        yield


@contextmanager
def acting(
    *, actor: Account, verb_name: str, at: datetime, subject: str = "", reason: str = ""
) -> Iterator[Act]:
    """Run the block as one act of `actor`: atomic, recorded, and known to the history."""
    with transaction.atomic():
        act = Act(verb=verb_name, actor=actor.label, at=at, subject=subject, reason=reason)
        insert_row(act)
        with _labelled(actor.label, str(act.pk)):
            yield act


def subject_of(noun: models.Model) -> str:
    """Return how acts and history name one record: `desk.ticket:17`."""
    return f"{noun._meta.label_lower}:{noun.pk}"


def _subject(names: Iterable[str], arguments: Mapping[str, Any]) -> str:
    """Take the first stored record among a verb's arguments as what the act is about."""
    for name in names:
        value = arguments.get(name)
        if isinstance(value, models.Model) and value.pk is not None:
            return subject_of(value)
    return ""


class Unwritten(Exception):
    """Ends a verb with an outcome; nothing is written, the act included."""

    def __init__(self, outcome: object) -> None:
        """Keep what the verb answers."""
        super().__init__(outcome)
        self.outcome = outcome


class Repeated(Unwritten):
    """Raised by a verb that was asked before, by the same sending: its first outcome is answered.

    The log says once what was done once.
    """


class NothingDone(Unwritten):
    """Raised by a verb that found nothing to do: the log does not grow with each look."""


def verb(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function of (*, noun, …, actor, at) a verb: atomic, recorded, registered.

    The act is about the first stored record in the order of the signature, the actor aside. An
    optional keyword `reason` of the function is stored with the act.
    """
    module = function.__module__.removeprefix("quarterdeck.").replace(".verbs", "")
    name = f"{module}.{function.__name__}"
    nouns = [parameter for parameter in signature(function).parameters if parameter != "actor"]

    @wraps(function)
    def act_of(*args: P.args, **kwargs: P.kwargs) -> R:
        arguments = cast("dict[str, Any]", kwargs)
        try:
            with acting(
                actor=arguments["actor"],
                verb_name=name,
                at=arguments["at"],
                subject=_subject(nouns, arguments),
                reason=str(arguments.get("reason") or ""),
            ):
                return function(*args, **kwargs)
        except Unwritten as unwritten:
            return cast("R", unwritten.outcome)

    _verbs[name] = act_of
    return act_of
