"""How corrective actions are listed and shown, and which of them wait for whom."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from quarterdeck.core import clock, waiting
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User, holds
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.core.records import Action, Badge, Record, Tone, View, Writing, register
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.queries.periods import own_day, own_end_of
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.rules import may_complete, may_open_actions
from quarterdeck.planning.verbs import corrective_actions as verbs
from quarterdeck.planning.vocabulary import ActionState
from quarterdeck.ui import navigation

_NEVER_OWNERS = (Role.REQUESTER, Role.EXECUTIVE_VIEWER)

STATE_BADGES = {
    ActionState.OPEN: Badge(Tone.ACTIVE),
    ActionState.DONE: Badge(Tone.GOOD),
    ActionState.CANCELLED: Badge(Tone.NEUTRAL),
}

_WHY: Mapping[str, Any] = {"says": {"reason": "Why."}, "longest": {"reason": 500}}


def _late(_user: User, keys: Collection[int]) -> dict[int, Badge]:
    """Name those of these actions that are open and whose last day is over."""
    today = own_day(clock.now())
    late = CorrectiveAction.objects.open().filter(due_on__lt=today, pk__in=keys)
    return dict.fromkeys(late.values_list("pk", flat=True), Badge(Tone.BAD, "Overdue"))


def _steers(user: User, _action: CorrectiveAction) -> bool:
    return may_open_actions(user)


corrective_actions = Record(
    CorrectiveAction,
    columns=("title", "state", "owner", "due_on", "period", "target", "reading", "ended_on"),
    filters=("state", "owner", "due_on"),
    search=("title", "finding"),
    order=("-due_on", "-id"),
    titles={"due_on": "Due", "ended_on": "Ended", "reading": "Was", "opened_at": "Opened"},
    badges={"state": STATE_BADGES},
    views=(View("Open", "open"),),
    action=Action("Open a corrective action", "planning.action.open", "plus", may_open_actions),
    may_add=may_open_actions,
    writing=Writing(
        added=("title", "owner", "due_on", "finding"), add=verbs.open_corrective_action
    ),
    acts=(
        RecordAct("complete", "Complete", verbs.complete_corrective_action, may_complete),
        RecordAct("reassign", "Reassign", verbs.reassign_corrective_action, _steers, **_WHY),
        RecordAct("cancel", "Cancel", verbs.cancel_corrective_action, _steers, **_WHY),
    ),
    marks=_late,
    icon="flag",
    section="Planning",
    empty="A missed target of a closed month opens one by itself; others are opened by hand.",
)


def waiting_actions(account: Account, _at: datetime) -> waiting.Told:
    """Give the open actions that the account's person owns."""
    if account.person_id is None:
        return
    owned = CorrectiveAction.objects.open().filter(owner=account.person_id)
    yield [owned]
    for action in owned:
        yield waiting.WaitingItem(
            title=action.title,
            address=reverse(corrective_actions.detail_address, args=[action.pk]),
            due_at=own_end_of(action.due_on),
            consequence=waiting.Consequence.SERIOUS,
            kind="Corrective action",
            detail=action.finding,
        )


register(corrective_actions)
waiting.register(waiting_actions)


def _may_own(user: User) -> bool:
    """Whether an action could be this reader's, or is one that the reader may see."""
    return holds(user, *(role for role in Role if role not in _NEVER_OWNERS))


navigation.register(
    navigation.Entry(
        "Planning",
        "Corrective actions",
        corrective_actions.list_address,
        corrective_actions.icon,
        _may_own,
    )
)
