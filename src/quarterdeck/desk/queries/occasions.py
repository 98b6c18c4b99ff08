"""What happens at the desk that people can be asked about."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import F

from quarterdeck.desk.models import Escalation, Ticket
from quarterdeck.desk.vocabulary import OPEN_ESCALATIONS, EscalationState, TicketKind
from quarterdeck.office.queries.occasions import Happening, Occasion

TICKET_RESOLVED = "desk.ticket_resolved"
ESCALATION_CLOSED = "desk.escalation_closed"
_NOT_CLOSED = (*OPEN_ESCALATIONS, EscalationState.WITHDRAWN)


def _resolved(since: datetime, until: datetime) -> Iterator[Happening]:
    """Give the incidents and requests that were fixed and are still, with whom they were for.

    Whoever has resolved a ticket of their own is not asked how well that was done. An import writes
    to nobody, so that its tickets are left out.
    """
    fixed = Ticket.objects.standing().filter(
        batch__isnull=True,
        last_fix_at__gt=since,
        last_fix_at__lte=until,
        ended_at__isnull=False,
        cancelled_as="",
        requester__isnull=False,
        kind__in=(TicketKind.INCIDENT, TicketKind.REQUEST),
    )
    others = fixed.exclude(requester=F("assignee")).select_related("service")
    for ticket in others.order_by("last_fix_at", "pk"):
        yield Happening(
            person_key=ticket.requester_id or 0,
            subject=f"desk.ticket:{ticket.pk}",
            title=str(ticket),
            at=ticket.last_fix_at or until,
            team_key=ticket.team_id,
            service=ticket.service.name if ticket.service else "",
        )


RESOLVED = Occasion(
    key=TICKET_RESOLVED,
    title="A ticket was resolved",
    asks="Your ticket was resolved",
    happenings=_resolved,
    settles=timedelta(days=1),
)


def _closed(since: datetime, until: datetime) -> Iterator[Happening]:
    """Give the escalations that were resolved and are still, with whom their tickets were for.

    Of a complaint that is whoever complained. Nobody is asked about what they have answered for.
    """
    closed = Escalation.objects.filter(resolved_at__gt=since, resolved_at__lte=until)
    closed = closed.exclude(state__in=_NOT_CLOSED).select_related("ticket__service")
    for each in closed.order_by("resolved_at", "pk"):
        person = each.complainant_id or each.ticket.requester_id
        if person is None or person == each.owner_id:
            continue
        service = each.ticket.service
        yield Happening(
            person_key=person,
            subject=f"desk.escalation:{each.pk}",
            title=str(each.ticket),
            at=each.resolved_at or until,
            team_key=each.to_team_id or each.ticket.team_id,
            service=service.name if service else "",
        )


CLOSED = Occasion(
    key=ESCALATION_CLOSED,
    title="An escalation was closed",
    asks="What was escalated about your ticket was resolved",
    happenings=_closed,
    settles=timedelta(days=1),
)
