"""How escalations and their policies are listed and shown, and which wait for whom."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from quarterdeck.core import waiting
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User, holds
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.core.records import Action, Badge, Record, Tone, View, Writing, register
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Escalation, EscalationPolicy
from quarterdeck.desk.rules import (
    may_answer,
    may_judge,
    may_open,
    may_set_escalations,
    may_withdraw,
)
from quarterdeck.desk.verbs import escalations as verbs
from quarterdeck.desk.vocabulary import EscalationState

_MOST_WAITING = 50
STATE_BADGES = {
    EscalationState.RAISED: Badge(Tone.WARNING),
    EscalationState.ACKNOWLEDGED: Badge(Tone.ACTIVE),
    EscalationState.ANSWERED: Badge(Tone.ACTIVE),
    EscalationState.RESOLVED: Badge(Tone.GOOD),
    EscalationState.CONFIRMED: Badge(Tone.GOOD),
    EscalationState.WITHDRAWN: Badge(Tone.NEUTRAL),
}


def sees_escalations(user: User) -> bool:
    """Whether there can be escalations for this reader."""
    return may_open(user) or holds(user, Role.DIRECTOR, Role.AUDITOR)


def _resolve(
    *, escalation: Escalation, version: int, resolution: str, actor: Account, at: datetime
) -> Escalation:
    """Say what was done; a complainant is asked by mail whether that solved it."""
    return verbs.resolve_escalation(
        escalation=escalation,
        version=version,
        resolution=resolution,
        place=settings.PUBLIC_URL,
        actor=actor,
        at=at,
    )


def _may_judge(user: User, escalation: Escalation) -> bool:
    return escalation.is_complaint and may_judge(user, escalation)


_WHY: Mapping[str, Any] = {"says": {"reason": "Why."}, "longest": {"reason": 500}}
_REMARK: Mapping[str, Any] = {
    "says": {"remark": "What the complainant says of it, in their words."},
    "longest": {"remark": 2_000},
}
escalations = Record(
    Escalation,
    columns=(
        "ticket",
        "cause",
        "state",
        "owner",
        "answer_due_at",
        "resolution_due_at",
        "raised_at",
        "verdict",
    ),
    filters=("state", "cause", "direction", "owner", "verdict", "answer_due_at", "raised_at"),
    search=("reason",),
    order=("-raised_at", "-id"),
    titles={
        "answer_due_at": "Answer due",
        "resolution_due_at": "Resolution due",
        "raised_at": "Raised",
        "resolved_at": "Resolved",
        "answered_at": "Answered",
        "complainant_name": "Complainant, as told",
        "verdict_proof": "How the verdict is known",
        "verdict_at": "Verdict given",
        "from_team": "From the team",
        "from_person": "From",
        "to_team": "Team asked",
        "round": "Times taken up",
    },
    badges={"state": STATE_BADGES},
    views=(View("Open", "open"), View("Complaints", "complaints"), View("Unjudged", "unjudged")),
    action=Action("My escalations", "desk.escalation.mine", "user", sees_escalations),
    may_add=may_open,
    writing=Writing(
        added=("ticket", "direction", "reason", "to_team", "owner"), add=verbs.escalate_ticket
    ),
    acts=(
        RecordAct("acknowledge", "Take up", verbs.acknowledge_escalation, may_answer),
        RecordAct("answer", "Answer", verbs.answer_escalation, may_answer),
        RecordAct("resolve", "Resolve", _resolve, may_answer),
        RecordAct("pass-on", "Pass on", verbs.pass_on_escalation, may_answer, **_WHY),
        RecordAct("verdict", "Verdict", verbs.record_verdict, _may_judge, **_REMARK),
        RecordAct("withdraw", "Withdraw", verbs.withdraw_escalation, may_withdraw, **_WHY),
    ),
    icon="arrow-up",
    section="Desk",
    empty="Escalate from the page of a ticket, or add a policy that does it by itself.",
)


def _may_change_policy(user: User, _row: object) -> bool:
    return may_set_escalations(user)


_FORM = (
    *("name", "cause", "metric", "hours", "times", "priority", "service", "team"),
    *("direction", "levels_up", "to_team", "answer_hours", "resolution_hours"),
    *("calendar", "begins_on", "active"),
)
escalation_policies = Record(
    EscalationPolicy,
    columns=("name", "cause", "direction", "team", "priority", "active"),
    filters=("cause", "active"),
    search=("name",),
    form=_FORM,
    bulk=("active",),
    details=_FORM,
    order=("name", "id"),
    titles={"levels_up": "Posts up", "active": "In use", "to_team": "Team asked"},
    badges={"active": {True: Badge(Tone.GOOD, "In use"), False: Badge(Tone.NEUTRAL, "Off")}},
    views=(View("In use", "in_use"),),
    may_add=may_set_escalations,
    may_change=_may_change_policy,
    icon="arrow-up",
    section="Desk",
    empty="Say what is escalated by itself: broken promises, old tickets, those that come back.",
)


def _owed() -> QuerySet[Escalation]:
    mine = Escalation.objects.open().filter(owner=Slot("person"))
    mine = mine.select_related("ticket", "complainant").order_by("answer_due_at", "pk")
    return mine[:_MOST_WAITING]


def _unjudged() -> QuerySet[Escalation]:
    raised = Escalation.objects.unjudged().filter(raised_by=Slot("account"))
    raised = raised.select_related("ticket", "complainant", "resolved_by").order_by("pk")
    return raised[:_MOST_WAITING]


_OWED, _UNJUDGED = Prepared(_owed), Prepared(_unjudged)


def waiting_escalations(account: Account, at: datetime) -> waiting.Told:
    """Give the escalations that the account's person has to answer, and whom to ask for a
    verdict."""
    unjudged = _UNJUDGED.posed(account=account.pk)
    # Nobody owns nothing, and no key is below one.
    owed = _OWED.posed(person=account.person_id or 0)
    yield [owed, unjudged]
    for row in owed:
        due = row.resolution_due_at if row.answered_at else row.answer_due_at
        late = due < at
        who = f"{row.complainant_title} complains" if row.is_complaint else "Escalated to you"
        yield waiting.WaitingItem(
            title=f"{who}: {row.ticket}",
            address=reverse(escalations.detail_address, args=[row.pk]),
            due_at=due,
            consequence=waiting.Consequence.SEVERE if late else waiting.Consequence.SERIOUS,
            kind="Complaint" if row.is_complaint else "Escalation",
            detail="The resolution is awaited" if row.answered_at else row.reason,
        )
    yield from _waiting_for_a_verdict(account, unjudged)


def _waiting_for_a_verdict(account: Account, unjudged: Iterable[Escalation]) -> waiting.Told:
    for row in unjudged:
        if not may_judge(account, row):
            continue
        own = account.person_id is not None and account.person_id == row.complainant_id
        asked = "Is it solved" if own else f"Ask {row.complainant_title} whether it is solved"
        yield waiting.WaitingItem(
            title=f"{asked}: {row.ticket}",
            address=reverse(escalations.detail_address, args=[row.pk]),
            due_at=None,
            consequence=waiting.Consequence.ORDINARY,
            kind="Complaint",
            detail="Nobody takes silence for a yes.",
        )


register(escalations, escalation_policies)
waiting.register(waiting_escalations)
