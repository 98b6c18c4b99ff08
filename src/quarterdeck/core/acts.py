"""Verbs act for somebody: atomic, with the actor known to the database while they run.

`acting` opens a transaction, writes the act (who, what, when, why) and tells the connection which act
the following writes belong to. The history triggers read it from there, so that bulk updates and raw SQL
are covered too; without it the database refuses every write to a domain table.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from django.db import connection, models, transaction

from quarterdeck.core.models import Account, Act

MIGRATION = "migration"

P = ParamSpec("P")
R = TypeVar("R")

_actor: ContextVar[str] = ContextVar("quarterdeck_actor", default="")
_act: ContextVar[str] = ContextVar("quarterdeck_act", default="")

_verbs: dict[str, Callable[..., Any]] = {}


def current_actor() -> str:
    """Return the label of whoever acts in this context, or nothing."""
    return _actor.get()


def current_act() -> str:
    """Return the key of the act that is running in this context, or nothing."""
    return _act.get()


def verbs() -> dict[str, Callable[..., Any]]:
    """Return every registered verb by its dotted name."""
    return dict(_verbs)


def _tell_connection() -> None:
    """Hand actor and act to PostgreSQL; SQLite asks for them through functions of ours."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('quarterdeck.actor', %s, true), set_config('quarterdeck.act', %s, true)",
                [_actor.get(), _act.get()],
            )


@contextmanager
def labelled(actor: str, act: str = "") -> Iterator[None]:
    """Let writes inside the block belong to `actor`; needs an open transaction on PostgreSQL."""
    tokens = _actor.set(actor), _act.set(act)
    try:
        _tell_connection()
        yield
    finally:
        _actor.reset(tokens[0])
        _act.reset(tokens[1])
        # A broken transaction takes its settings with it and accepts no further statement.
        if not connection.needs_rollback:
            _tell_connection()


@contextmanager
def acting(
    *, actor: Account, verb_name: str, at: datetime, subject: str = "", reason: str = ""
) -> Iterator[Act]:
    """Run the block as one act of `actor`: atomic, recorded, and known to the history."""
    with transaction.atomic():
        act = Act.objects.create(
            verb=verb_name, actor=actor.label, at=at, subject=subject, reason=reason
        )
        with labelled(actor.label, str(act.pk)):
            yield act


def subject_of(noun: models.Model) -> str:
    """Return how acts and history name one record: `desk.ticket:17`."""
    return f"{noun._meta.label_lower}:{noun.pk}"


def _subject(arguments: dict[str, Any]) -> str:
    """Take the first stored record among a verb's arguments as what the act is about."""
    for name, value in arguments.items():
        if name != "actor" and isinstance(value, models.Model) and value.pk is not None:
            return subject_of(value)
    return ""


def verb(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function of (*, noun, …, actor, at) a verb: atomic, recorded, registered.

    An optional keyword `reason` of the function is stored with the act.
    """
    name = f"{function.__module__.removeprefix('quarterdeck.').replace('.verbs', '')}.{function.__name__}"

    @wraps(function)
    def act_of(*args: P.args, **kwargs: P.kwargs) -> R:
        arguments = cast("dict[str, Any]", kwargs)
        with acting(
            actor=arguments["actor"],
            verb_name=name,
            at=arguments["at"],
            subject=_subject(arguments),
            reason=str(arguments.get("reason") or ""),
        ):
            return function(*args, **kwargs)

    _verbs[name] = act_of
    return act_of
