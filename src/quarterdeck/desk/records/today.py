"""What of the desk waits for whom, on the page of the day."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse

from quarterdeck.core import waiting
from quarterdeck.core.models import Account, Team
from quarterdeck.core.permission import holds
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import ServiceLevelClock, Ticket
from quarterdeck.desk.models.ticket import TicketQuerySet
from quarterdeck.desk.queries.by_sight import BySight
from quarterdeck.desk.rules import may_open
from quarterdeck.desk.vocabulary import PauseReason, TicketState
from quarterdeck.office.queries.surveys import waiting_surveys
from quarterdeck.people.queries.own_training import waiting_training
from quarterdeck.ui.paging import COUNT_LIMIT, counted

MOST_WAITING = 50
# What is told of a ticket.
_SHOWN = (
    *("number", "title", "category", "state", "priority"),
    *("due_at", "recorded_due_at", "opened_at"),
)
CONSEQUENCES = {
    1: waiting.Consequence.SEVERE,
    2: waiting.Consequence.SERIOUS,
    5: waiting.Consequence.SLIGHT,
}


def _asked() -> QuerySet[Ticket]:
    """Ask for one's own reports that wait for one's answer."""
    asked = Ticket.objects.standing().filter(
        requester=Slot("person"),
        state=TicketState.ON_HOLD,
        pause_reason=PauseReason.REQUESTER,
    )
    return asked.only(*_SHOWN).order_by("changed_at", "pk")[:MOST_WAITING]


def _mine(seen: TicketQuerySet) -> TicketQuerySet:
    mine = seen.open().filter(assignee=Slot("person")).most_urgent_first()
    return mine.only(*_SHOWN)[:MOST_WAITING]


def _nobodys(seen: TicketQuerySet) -> QuerySet[Any, Any]:
    own = Team.objects.filter(Q(memberships__person=Slot("person")) | Q(lead=Slot("person")))
    nobodys = seen.open().unassigned().filter(team__in=own.values("pk"))
    teams = nobodys.values_list("team__name").annotate(Count("pk"), Min("priority"))
    return teams.order_by("team__name")


_ASKED, _MINE, _NOBODYS = Prepared(_asked), BySight(_mine), BySight(_nobodys)


def waiting_tickets(account: Account, at: datetime) -> waiting.Told:
    """Give the open tickets that the account works on, and for each team those that nobody has."""
    # Nobody is named by no key, and no key is below one.
    person = account.person_id or 0
    asked = _ASKED.posed(person=person)
    if not may_open(account):
        yield [asked]
        yield from _asked_back(asked)
        return
    mine, teams = _MINE.posed(account, person=person), _NOBODYS.posed(account, person=person)
    yield [asked, mine, teams]
    yield from _asked_back(asked)
    for ticket in mine:
        overdue = ticket.due_at is not None and ticket.due_at < at
        usual = _consequence(ticket.priority, ticket.state)
        yield waiting.WaitingItem(
            title=str(ticket),
            address=reverse("desk.ticket.detail", args=[ticket.pk]),
            due_at=ticket.due_at or ticket.recorded_due_at,
            consequence=max(usual, waiting.Consequence.SERIOUS) if overdue else usual,
            kind="Ticket",
            detail=f"{ticket.get_state_display()}, open since {ticket.opened_at:%Y-%m-%d}",
        )
    for team, count, priority in teams:
        yield waiting.WaitingItem(
            title=f"{count} unassigned in {team}",
            address=reverse("desk.unassigned"),
            due_at=None,
            consequence=_consequence(priority, TicketState.NEW),
            kind="Queue",
            detail=f"The most urgent has priority {priority}" if priority else "",
        )


def _due_times(**when: Slot) -> "QuerySet[ServiceLevelClock, datetime | None]":
    """Ask for the first due times of a lead's team, as many as are counted."""
    clocks = ServiceLevelClock.objects.live().standing().promised_to_customers()
    of_team = clocks.filter(team__lead=Slot("person"), **when).order_by("due_at")
    return of_team.values_list("due_at", flat=True)[: COUNT_LIMIT + 1]


_OVER = Prepared(lambda: _due_times(due_at__lt=Slot("at")))
_NEARLY = Prepared(lambda: _due_times(warning_at__lt=Slot("at"), due_at__gte=Slot("at")))


def running_out(account: Account, at: datetime) -> waiting.Told:
    """Give whoever leads a team what in it is overdue, or will be before long."""
    if account.person_id is None or not holds(account, Role.TEAM_LEAD):
        return
    over, nearly = (each.posed(person=account.person_id, at=at) for each in (_OVER, _NEARLY))
    yield [over, nearly]
    for title, found, consequence in (
        ("overdue", over, waiting.Consequence.SEVERE),
        ("about to be overdue", nearly, waiting.Consequence.SERIOUS),
    ):
        due = list(found)
        if due:
            yield waiting.WaitingItem(
                title=f"{_promised_times(str(counted(due)))} {title} in your team",
                address=reverse("desk.due"),
                due_at=due[0],
                consequence=consequence,
                kind="Service level",
                detail="The board of what breaches next has them in order.",
            )


def _promised_times(count: str) -> str:
    return "One promised time" if count == "1" else f"{count} promised times"


def waiting_in_portal(account: Account, at: datetime) -> tuple[waiting.WaitingItem, ...]:
    """Return the tests, sessions and surveys that wait for somebody whom the desk serves; reports
    that wait stand among the tickets."""
    return waiting.in_order(waiting.told_by((waiting_training, waiting_surveys), account, at))


def _asked_back(asked: Iterable[Ticket]) -> waiting.Told:
    for ticket in asked:
        yield waiting.WaitingItem(
            title=str(ticket),
            address=reverse("desk.ticket.detail", args=[ticket.pk]),
            due_at=None,
            consequence=waiting.Consequence.ORDINARY,
            kind="Your report",
            detail="The desk has asked something and waits for your answer.",
        )


def _consequence(priority: int | None, state: str) -> int:
    """A ticket weighs by its priority; one that waits for somebody else weighs little."""
    if state == TicketState.ON_HOLD:
        return waiting.Consequence.SLIGHT
    return CONSEQUENCES.get(priority or 0, waiting.Consequence.ORDINARY)
