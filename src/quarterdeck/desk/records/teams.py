"""How hand-overs of shifts are listed, and what waits for whoever leads a team or manages them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse

from quarterdeck.core import waiting
from quarterdeck.core.models import Account, Team
from quarterdeck.core.permission import User, holds
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.core.records import Action, Record, View, Writing, register
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Escalation, ShiftNote
from quarterdeck.desk.queries.by_sight import BySight
from quarterdeck.desk.queries.team_standing import STALE_HOURS, without_news
from quarterdeck.desk.records.escalations import escalations
from quarterdeck.desk.rules import may_hand_over, may_open
from quarterdeck.desk.verbs.shift_notes import hand_over_shift, take_over_shift
from quarterdeck.ui.paging import COUNT_LIMIT, counted

_FRESH = timedelta(days=1)


def _take_over(*, note: ShiftNote, remark: str = "", actor: Account, at: datetime) -> None:
    """Take a hand-over in."""
    take_over_shift(note=note, remark=remark, actor=actor, at=at)


def _may_take_over(user: User, note: ShiftNote) -> bool:
    return may_hand_over(user, note.team)


shift_notes = Record(
    ShiftNote,
    columns=("shift", "team", "author", "at"),
    filters=("team", "at"),
    search=("text",),
    order=("-at", "-id"),
    titles={"at": "Handed over", "author": "By"},
    views=(View("Not taken over", "waiting"),),
    may_add=may_open,
    writing=Writing(added=("team", "shift", "text"), add=hand_over_shift),
    acts=(
        RecordAct(
            "take-over",
            "Take over",
            _take_over,
            _may_take_over,
            says={"remark": "What else is to be said."},
            longest={"remark": 2_000},
        ),
    ),
    action=Action("Hand over", "desk.shift.hand_over", "send", may_open),
    icon="send",
    section="Desk",
    empty="Hand your shift over, and the next one reads how the work stands and what to mind.",
)


def _notes() -> QuerySet[ShiftNote]:
    own = Team.objects.filter(memberships__person=Slot("person"))
    notes = ShiftNote.objects.waiting().filter(team__in=own, at__gt=Slot("since"))
    return notes.exclude(author=Slot("reader")).select_related("team").order_by("-at", "-pk")[:5]


_NOTES = Prepared(_notes)
_LED = Prepared(lambda: Team.objects.filter(lead=Slot("person")).order_by("name"))
_TEAMLESS = BySight(
    lambda seen: seen.without_team().order_by().values_list("pk")[: COUNT_LIMIT + 1]
)


def waiting_for_leads(account: Account, at: datetime) -> waiting.Told:
    """Give whoever leads a team what is stuck in it, and everybody the last hand-over to them."""
    if account.person_id is None:
        return
    notes = _NOTES.posed(person=account.person_id, reader=account.pk, since=at - _FRESH)
    is_lead = holds(account, Role.TEAM_LEAD)
    led = _LED.posed(person=account.person_id)
    yield [notes, led] if is_lead else [notes]
    yield from _handed_over(account, notes)
    for team in led if is_lead else ():
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


def waiting_without_team(account: Account, at: datetime) -> waiting.Told:  # noqa: ARG001 — every source is asked alike
    """Tell whoever leads or manages of the open tickets that no team has."""
    if not holds(account, Role.TEAM_LEAD, Role.IT_MANAGER):
        return
    keys = _TEAMLESS.posed(account)
    yield [keys]
    count = counted(list(keys))
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


def _handed_over(account: Account, notes: Iterable[ShiftNote]) -> waiting.Told:
    for note in notes:
        if may_hand_over(account, note.team):
            yield waiting.WaitingItem(
                title=f"Take over from {note}",
                address=reverse(shift_notes.detail_address, args=[note.pk]),
                due_at=None,
                consequence=waiting.Consequence.ORDINARY,
                kind="Hand-over",
                detail=note.text,
            )


def waiting_for_managers(account: Account, at: datetime) -> waiting.Told:
    """Give whoever manages the teams the promised answers to escalations that are overdue."""
    if not holds(account, Role.IT_MANAGER):
        return
    seen = Escalation.objects.visible_to(account).open().exclude(owner=account.person_id)
    late = seen.filter(answered_at__isnull=True, answer_due_at__lt=at)
    due = late.order_by("answer_due_at").values_list("answer_due_at", flat=True)
    due = due[: COUNT_LIMIT + 1]
    yield [due]
    count = counted(due)
    if count.amount:
        yield waiting.WaitingItem(
            title=f"{count} promised answers to escalations overdue",
            address=f"{reverse(escalations.list_address)}?view=open",
            due_at=due[0],
            consequence=waiting.Consequence.SERIOUS,
            kind="Escalation",
            detail="Somebody else owes them.",
        )


register(shift_notes)
waiting.register(waiting_for_leads)
waiting.register(waiting_for_managers)
waiting.register(waiting_without_team)
