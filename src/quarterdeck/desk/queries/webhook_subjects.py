"""What webhooks are told of tickets: number, title, priority, team, what is due, and the address.

Nothing else: neither what was reported nor what was written on it, and no person. What belongs to a
batch that does not count, or ended before it could be told, is not told.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from quarterdeck.desk.models import (
    Escalation,
    MajorIncident,
    PublicUpdate,
    ServiceLevelEvent,
    Ticket,
)
from quarterdeck.desk.queries.letters import ticket_path
from quarterdeck.desk.vocabulary import OPEN_ESCALATIONS
from quarterdeck.kernels.chat import Notice
from quarterdeck.office.models.webhooks import Concern
from quarterdeck.office.queries.webhook_subjects import WebhookSubject, moment, place
from quarterdeck.office.vocabulary import WebhookEvent

TICKET, CLOCK, ESCALATION = "ticket", "clock-event", "escalation"
MAJOR, UPDATE = "major-incident", "major-update"


def _told(
    ticket: Ticket, headline: str, due_at: datetime | None, link: str = "", **more: Any
) -> Notice:
    facts = {
        "Priority": str(ticket.priority or ""),
        "Team": str(ticket.team or ""),
        "Due": moment(due_at) if due_at is not None else "",
    }
    data: Mapping[str, Any] = {
        "priority": ticket.priority,
        "team": None if ticket.team is None else ticket.team.name,
        "service": None if ticket.service is None else ticket.service.name,
        "due": None if due_at is None else due_at.isoformat(),
        **more,
    }
    return Notice(
        headline,
        number=ticket.number,
        title=ticket.heading,
        facts=tuple((name, value) for name, value in facts.items() if value),
        link=place(link or ticket_path(str(ticket.pk))),
        data=data,
    )


def _standing(key: int) -> Ticket | None:
    return Ticket.objects.standing().select_related("team", "service").filter(pk=key).first()


def _of_ticket(key: int, event: WebhookEvent) -> Notice | None:
    ticket = _standing(key)
    if ticket is None:
        return None
    is_urgent = event == WebhookEvent.URGENT_TICKET
    came = "A ticket of priority 1 was opened" if is_urgent else "A ticket came into the queue"
    return _told(ticket, came, ticket.due_at)


def _of_clock(key: int, event: WebhookEvent) -> Notice | None:
    row = ServiceLevelEvent.objects.filter(pk=key).first()
    ticket = None if row is None else _standing(row.ticket_id)
    if row is None or ticket is None:
        return None
    ends = "is overdue" if event == WebhookEvent.CLOCK_BREACH else "is due soon"
    what = row.get_metric_display() + " within the team" * row.is_operational
    return _told(ticket, f"{what} {ends}", row.due_at, metric=row.metric)


def _of_escalation(key: int, _event: WebhookEvent) -> Notice | None:
    row = Escalation.objects.filter(pk=key).first()
    ticket = None if row is None else _standing(row.ticket_id)
    if row is None or ticket is None:
        return None
    return _told(ticket, "An escalation waits for an answer", row.answer_due_at)


def _of_major(key: int, event: WebhookEvent) -> Notice | None:
    row = MajorIncident.objects.filter(pk=key).first()
    ticket = None if row is None else _standing(row.ticket_id)
    if row is None or ticket is None:
        return None
    has_ended = event == WebhookEvent.MAJOR_ENDED
    head = "A major incident has ended" if has_ended else "A major incident was declared"
    due_at = None if has_ended else row.next_update_due_at
    return _told(ticket, head, due_at, reverse("desk.majorincident.detail", args=[row.pk]))


def _of_update(key: int, _event: WebhookEvent) -> Notice | None:
    update = PublicUpdate.objects.select_related("incident").filter(pk=key).first()
    ticket = None if update is None else _standing(update.incident.ticket_id)
    if update is None or ticket is None:
        return None
    link = reverse("desk.majorincident.detail", args=[update.incident_id])
    return _told(ticket, "News of a major incident", update.next_due_at, link)


def concern_of(ticket: Ticket, other_team: int | None = None) -> Concern:
    """Return whom a ticket concerns as it stands, and who else is asked."""
    return _concern(ticket.team_id, ticket.service_id, ticket.priority, other_team)


def _concern(
    team: int | None, service: int | None, priority: int | None, other_team: int | None = None
) -> Concern:
    teams = frozenset(each for each in (team, other_team) if each is not None)
    return Concern(teams, service, priority)


def abouts_of(ticket: Ticket) -> list[str]:
    """Return everything about a ticket that webhooks are told of."""
    kinds: tuple[tuple[str, QuerySet[Any]], ...] = (
        (CLOCK, ServiceLevelEvent.objects.filter(ticket=ticket)),
        (ESCALATION, Escalation.objects.filter(ticket=ticket)),
        (MAJOR, MajorIncident.objects.filter(ticket=ticket)),
        (UPDATE, PublicUpdate.objects.filter(incident__ticket=ticket)),
    )
    told = [(kind, key) for kind, rows in kinds for key in rows.values_list("pk", flat=True)]
    return [f"{kind}:{key}" for kind, key in [(TICKET, ticket.pk), *told]]


def _by_ticket(tickets: Mapping[int, int], *, open_alone: bool) -> dict[int, Concern]:
    """Return whom things concern by the tickets that they belong to."""
    rows = Ticket.objects.standing().filter(pk__in=set(tickets.values()))
    rows = rows.filter(ended_at__isnull=True) if open_alone else rows
    told = rows.values_list("pk", "team", "service", "priority")
    found = {key: _concern(*concerned) for key, *concerned in told}
    return {key: found[ticket] for key, ticket in tickets.items() if ticket in found}


def _tickets(keys: Collection[int], _event: WebhookEvent) -> dict[int, Concern]:
    return _by_ticket({key: key for key in keys}, open_alone=True)


def _clocks(keys: Collection[int], _event: WebhookEvent) -> dict[int, Concern]:
    rows = ServiceLevelEvent.objects.filter(pk__in=keys)
    return _by_ticket(dict(rows.values_list("pk", "ticket")), open_alone=True)


def _escalations(keys: Collection[int], _event: WebhookEvent) -> dict[int, Concern]:
    rows = Escalation.objects.filter(pk__in=keys, state__in=OPEN_ESCALATIONS)
    found = _by_ticket(dict(rows.values_list("pk", "ticket")), open_alone=False)
    asked = dict(rows.filter(to_team__isnull=False).values_list("pk", "to_team"))
    return {
        key: replace(concern, teams=concern.teams | {asked[key]} if key in asked else concern.teams)
        for key, concern in found.items()
    }


def _majors(keys: Collection[int], event: WebhookEvent) -> dict[int, Concern]:
    rows = MajorIncident.objects.filter(pk__in=keys)
    if event != WebhookEvent.MAJOR_ENDED:
        rows = rows.filter(ended_at__isnull=True)
    return _by_ticket(dict(rows.values_list("pk", "ticket")), open_alone=False)


def _updates(keys: Collection[int], _event: WebhookEvent) -> dict[int, Concern]:
    rows = PublicUpdate.objects.filter(pk__in=keys, incident__ended_at__isnull=True)
    return _by_ticket(dict(rows.values_list("pk", "incident__ticket")), open_alone=False)


WEBHOOK_SUBJECTS = (
    WebhookSubject(TICKET, _of_ticket, _tickets),
    WebhookSubject(CLOCK, _of_clock, _clocks),
    WebhookSubject(ESCALATION, _of_escalation, _escalations),
    WebhookSubject(MAJOR, _of_major, _majors),
    WebhookSubject(UPDATE, _of_update, _updates),
)
