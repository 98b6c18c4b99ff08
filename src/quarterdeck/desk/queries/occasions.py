"""What happens at the desk that people can be asked about."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import F

from quarterdeck.desk.models import Ticket
from quarterdeck.desk.vocabulary import TicketKind
from quarterdeck.office.queries.occasions import Happening, Occasion

TICKET_RESOLVED = "desk.ticket_resolved"


def _resolved(since: datetime, until: datetime) -> Iterator[Happening]:
    """Give the incidents and requests that were fixed and are still, with whom they were for.

    Whoever has resolved a ticket of their own is not asked how well that was done.
    """
    fixed = Ticket.objects.standing().filter(
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
