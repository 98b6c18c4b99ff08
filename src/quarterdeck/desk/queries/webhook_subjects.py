"""What webhooks are told of tickets: number, title, priority, team, what is due, and the address.

Nothing else: neither what was reported nor what was written on it, and no person. What belongs to a
batch that does not count, or ended before it could be told, is not told.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

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
from quarterdeck.office.queries.webhook_subjects import Concern, WebhookSubject, moment, place
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
        title=ticket.title or str(ticket.get_kind_display()),
        facts=tuple((name, value) for name, value in facts.items() if value),
        link=place(link or ticket_path(str(ticket.pk))),
        data=data,
    )


def _standing(key: int) -> Ticket | None:
    return Ticket.objects.standing().select_related("team", "service").filter(pk=key).first()


def _of_ticket(key: int, event: WebhookEvent) -> Notice | None:
    ticket = _standing(key)
    if ticket is None or ticket.ended_at is not None:
        return None
    is_urgent = event == WebhookEvent.URGENT_TICKET
    came = "A ticket of priority 1 was opened" if is_urgent else "A ticket came into the queue"
    return _told(ticket, came, ticket.due_at)


def _of_clock(key: int, event: WebhookEvent) -> Notice | None:
    row = ServiceLevelEvent.objects.filter(pk=key).first()
    ticket = None if row is None else _standing(row.ticket_id)
    if row is None or ticket is None or ticket.ended_at is not None:
        return None
    ends = "is overdue" if event == WebhookEvent.CLOCK_BREACH else "is due soon"
    what = row.get_metric_display() + " within the team" * row.is_operational
    return _told(ticket, f"{what} {ends}", row.due_at, metric=row.metric)


def _of_escalation(key: int, _event: WebhookEvent) -> Notice | None:
    row = Escalation.objects.filter(pk=key).first()
    ticket = None if row is None else _standing(row.ticket_id)
    if row is None or ticket is None or row.state not in OPEN_ESCALATIONS:
        return None
    return _told(ticket, "An escalation waits for an answer", row.answer_due_at)


def _of_major(key: int, event: WebhookEvent) -> Notice | None:
    row = MajorIncident.objects.filter(pk=key).first()
    ticket = None if row is None else _standing(row.ticket_id)
    if row is None or ticket is None:
        return None
    has_ended = event == WebhookEvent.MAJOR_ENDED
    if row.ended_at is not None and not has_ended:
        return None
    head = "A major incident has ended" if has_ended else "A major incident was declared"
    due_at = None if has_ended else row.next_update_due_at
    return _told(ticket, head, due_at, reverse("desk.majorincident.detail", args=[row.pk]))


def _of_update(key: int, _event: WebhookEvent) -> Notice | None:
    update = PublicUpdate.objects.select_related("incident").filter(pk=key).first()
    ticket = None if update is None else _standing(update.incident.ticket_id)
    if update is None or ticket is None or update.incident.ended_at is not None:
        return None
    link = reverse("desk.majorincident.detail", args=[update.incident_id])
    return _told(ticket, "News of a major incident", update.next_due_at, link)


def concern_of(ticket: Ticket, other_team: int | None = None) -> Concern:
    """Return whom a ticket concerns as it stands, and who else is asked."""
    teams = (ticket.team_id, other_team)
    return Concern(
        teams=frozenset(each for each in teams if each is not None),
        service=ticket.service_id,
        priority=ticket.priority,
    )


def _concern_of_ticket(key: int) -> Concern | None:
    row = Ticket.objects.filter(pk=key).first()
    return None if row is None else concern_of(row)


def _concern_of_escalation(key: int) -> Concern | None:
    row = Escalation.objects.select_related("ticket").filter(pk=key).first()
    return None if row is None else concern_of(row.ticket, row.to_team_id)


def _concern_of_clock(key: int) -> Concern | None:
    row = ServiceLevelEvent.objects.select_related("ticket").filter(pk=key).first()
    return None if row is None else concern_of(row.ticket)


def _concern_of_major(key: int) -> Concern | None:
    row = MajorIncident.objects.select_related("ticket").filter(pk=key).first()
    return None if row is None else concern_of(row.ticket)


def _concern_of_update(key: int) -> Concern | None:
    rows = PublicUpdate.objects.select_related("incident__ticket")
    row = rows.filter(pk=key).first()
    return None if row is None else concern_of(row.incident.ticket)


WEBHOOK_SUBJECTS = (
    WebhookSubject(TICKET, _of_ticket, _concern_of_ticket),
    WebhookSubject(CLOCK, _of_clock, _concern_of_clock),
    WebhookSubject(ESCALATION, _of_escalation, _concern_of_escalation),
    WebhookSubject(MAJOR, _of_major, _concern_of_major),
    WebhookSubject(UPDATE, _of_update, _concern_of_update),
)
