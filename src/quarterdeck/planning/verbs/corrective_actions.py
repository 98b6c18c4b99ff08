"""The acts on corrective actions."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.models import Account, Person
from quarterdeck.office.queries.periods import own_day, own_end_of
from quarterdeck.planning import rules
from quarterdeck.planning.models import ActionNote, CorrectiveAction
from quarterdeck.planning.queries.actions import (
    DOMAIN,
    action_about,
    open_action_about,
)
from quarterdeck.planning.vocabulary import ActionState


@dataclass(frozen=True)
class Origin:
    """The reading that gives rise to an action: whose it is, and what it says beside its target."""

    measure: str = ""
    scope: str = ""
    period: str = ""
    target: str = ""
    reading: str = ""


@verb
def open_corrective_action(
    *,
    title: str,
    owner: Person,
    due_on: date,
    finding: str = "",
    origin: Origin = Origin(),
    actor: Account,
    at: datetime,
) -> CorrectiveAction:
    """Open an action, or return the one that answers for its origin already.

    A measure has one open action at a scope: another missed period is noted on that one. A period
    that has an action, open or ended, gets no second one.
    """
    if not rules.may_open_actions(actor):
        raise Refused("You may not open corrective actions.")
    if not title.strip():
        raise Refused("A corrective action needs a title.")
    if due_on < _today(at):
        raise Refused(f"A corrective action cannot be due in the past, on {due_on}.")
    if origin.measure:
        standing = _answering(origin, finding, at)
        if standing is not None:
            return standing
    action = CorrectiveAction(
        title=title,
        owner=owner,
        due_on=due_on,
        finding=finding,
        **asdict(origin),
        opened_at=at,
    )
    _store(action)
    _touch(action, at)
    return action


def _answering(origin: Origin, finding: str, at: datetime) -> CorrectiveAction | None:
    """Return the action that this origin has; one that is open for other periods gets a note."""
    told = action_about(origin.measure, origin.scope, origin.period)
    if told is not None:
        return told
    standing = open_action_about(origin.measure, origin.scope)
    if standing is not None:
        ActionNote.objects.create(action=standing, text=finding, period=origin.period, at=at)
    return standing


def _store(action: CorrectiveAction) -> None:
    try:
        with transaction.atomic():
            action.save()
    except IntegrityError as problem:
        raise Refused("Somebody else has opened this action meanwhile; look at it.") from problem


@verb
def complete_corrective_action(
    *,
    action: CorrectiveAction,
    version: int,
    what_was_done: str,
    effect: str = "",
    actor: Account,
    at: datetime,
) -> CorrectiveAction:
    """Say that an action is done, what was done, and what came of it as far as is known."""
    row = _locked(action, version)
    if not rules.may_complete(actor, row):
        raise Refused("Only its owner and those who steer may complete a corrective action.")
    if not what_was_done.strip():
        raise Refused("Say what was done.")
    row.what_was_done, row.effect = what_was_done, effect
    return _ended(row, ActionState.DONE, at)


@verb
def cancel_corrective_action(
    *, action: CorrectiveAction, version: int, reason: str, actor: Account, at: datetime
) -> CorrectiveAction:
    """Give an action up, with the reason."""
    row = _locked(action, version)
    if not rules.may_open_actions(actor):
        raise Refused("You may not cancel corrective actions.")
    if not reason.strip():
        raise Refused("Say why the action is cancelled.")
    ActionNote.objects.create(action=row, text=f"Cancelled: {reason}", at=at)
    return _ended(row, ActionState.CANCELLED, at)


@verb
def reassign_corrective_action(
    *,
    action: CorrectiveAction,
    version: int,
    owner: Person,
    due_on: date,
    reason: str = "",  # noqa: ARG001 — the act keeps it
    actor: Account,
    at: datetime,
) -> CorrectiveAction:
    """Give an open action another owner, another due day, or both."""
    row = _locked(action, version)
    if not rules.may_open_actions(actor):
        raise Refused("You may not reassign corrective actions.")
    if due_on < _today(at) and due_on != row.due_on:
        raise Refused(f"A corrective action cannot be due in the past, on {due_on}.")
    _touch(row, at)
    row.owner, row.due_on = owner, due_on
    row.version += 1
    row.save(update_fields=["owner", "due_on", "version"])
    _touch(row, at)
    return row


def _locked(action: CorrectiveAction, version: int) -> CorrectiveAction:
    """Return the action as it stands, held; Conflict where it was changed, Refused if it ended."""
    row = CorrectiveAction.objects.select_for_update().get(pk=action.pk)
    if row.version != version:
        raise Conflict(row)
    if not rules.can_end(row):
        raise Refused(f"“{row}” is {row.get_state_display().lower()} already.")
    return row


def _ended(row: CorrectiveAction, state: ActionState, at: datetime) -> CorrectiveAction:
    row.state, row.ended_on = state, _today(at)
    row.version += 1
    row.save(update_fields=["state", "ended_on", "what_was_done", "effect", "version"])
    _touch(row, at)
    return row


def _today(at: datetime) -> date:
    return own_day(at)


def _touch(action: CorrectiveAction, at: datetime) -> None:
    """Mark the months from now to the due day: in them the register has changed."""
    due = own_end_of(action.due_on)
    touch(DOMAIN, min(at, due), max(at, due))
