"""How hand-overs of shifts are listed, and what waits for whoever leads a team or manages them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.urls import reverse

from quarterdeck.core import waiting
from quarterdeck.core.models import Account, Team
from quarterdeck.core.permission import holds
from quarterdeck.core.records import Action, Record, View, register
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Escalation, ShiftNote
from quarterdeck.desk.queries.routing import teamless_tickets
from quarterdeck.desk.queries.team_standing import STALE_HOURS, without_news
from quarterdeck.desk.records.escalations import escalations
from quarterdeck.desk.rules import may_hand_over, may_open
from quarterdeck.ui.paging import count_up_to

_FRESH = timedelta(days=1)

shift_notes = Record(
    ShiftNote,
    columns=("shift", "team", "author", "at"),
    filters=("team", "at"),
    search=("text",),
    order=("-at", "-id"),
    titles={"at": "Handed over", "author": "By"},
    views=(View("Not taken over", "waiting"),),
    action=Action("Hand over", "desk.shift.hand_over", "send", may_open),
    icon="send",
    section="Desk",
    empty="Hand your shift over, and the next one reads how the work stands and what to mind.",
)


def waiting_for_leads(account: Account, at: datetime) -> Iterator[waiting.WaitingItem]:
    """Give whoever leads a team what is stuck in it, and everybody the last hand-over to them."""
    yield from _handed_over(account, at)
    if account.person_id is None or not holds(account, Role.TEAM_LEAD):
        return
    for team in Team.objects.filter(lead=account.person_id).order_by("name"):
        stale = without_news(team, at)
        if stale:
            yield waiting.WaitingItem(
                title=f"{stale:,} without news for {STALE_HOURS} h of work in {team}",
                address=f"{reverse('desk.lead')}?team={team.pk}",
                due_at=None,
                consequence=waiting.Consequence.ORDINARY,
                kind="Team",
                detail="Nobody has changed or written anything on them.",
            )


def waiting_without_team(account: Account, at: datetime) -> Iterator[waiting.WaitingItem]:  # noqa: ARG001 — every source is asked alike
    """Tell whoever leads or manages of the open tickets that no team has."""
    if not holds(account, Role.TEAM_LEAD, Role.IT_MANAGER):
        return
    count = count_up_to(teamless_tickets(account))
    if count.amount:
        yield waiting.WaitingItem(
            title=f"{count} without a team" if count.amount > 1 else "One ticket without a team",
            address=f"{reverse('desk.ticket.list')}?view=without_team",
            due_at=None,
            consequence=waiting.Consequence.SERIOUS,
            kind="Queue",
            detail="Nobody is told of them: give them to a team, and say which team supports their "
            "service.",
        )


def _handed_over(account: Account, at: datetime) -> Iterator[waiting.WaitingItem]:
    if account.person_id is None:
        return
    own = Team.objects.filter(memberships__person=account.person_id)
    notes = ShiftNote.objects.waiting().filter(team__in=own, at__gt=at - _FRESH)
    for note in notes.exclude(author=account).select_related("team").order_by("-at", "-pk")[:5]:
        if may_hand_over(account, note.team):
            yield waiting.WaitingItem(
                title=f"Take over from {note}",
                address=reverse(shift_notes.detail_address, args=[note.pk]),
                due_at=None,
                consequence=waiting.Consequence.ORDINARY,
                kind="Hand-over",
                detail=note.text,
            )


def waiting_for_managers(account: Account, at: datetime) -> Iterator[waiting.WaitingItem]:
    """Give whoever manages the teams the promised answers to escalations that are overdue."""
    if not holds(account, Role.IT_MANAGER):
        return
    seen = Escalation.objects.visible_to(account).open().exclude(owner=account.person_id)
    late = seen.filter(answered_at__isnull=True, answer_due_at__lt=at)
    count = count_up_to(late)
    if count.amount:
        yield waiting.WaitingItem(
            title=f"{count} promised answers to escalations overdue",
            address=f"{reverse(escalations.list_address)}?view=open",
            due_at=late.order_by("answer_due_at").values_list("answer_due_at", flat=True)[0],
            consequence=waiting.Consequence.SERIOUS,
            kind="Escalation",
            detail="Somebody else owes them.",
        )


register(shift_notes)
waiting.register(waiting_for_leads)
waiting.register(waiting_for_managers)
waiting.register(waiting_without_team)
