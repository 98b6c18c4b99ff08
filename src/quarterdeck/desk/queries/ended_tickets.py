"""Tickets that have ended while something still hangs on them."""

from django.db.models import Q, QuerySet

from quarterdeck.desk.models import Escalation, Ticket
from quarterdeck.desk.queries.catalogue_requests import APPROVAL_KIND
from quarterdeck.desk.vocabulary import ENDED_STATES, EscalationCause
from quarterdeck.office.models import ApprovalRequest


def ended_with_something_left() -> QuerySet[Ticket]:
    """Return the ended tickets with an approval that waits, or an open escalation but a complaint,
    in the order of their keys."""
    asked = ApprovalRequest.objects.waiting().filter(kind=APPROVAL_KIND)
    escalated = Escalation.objects.open().exclude(cause=EscalationCause.COMPLAINT)
    return Ticket.objects.filter(
        Q(pk__in=asked.values("row")) | Q(pk__in=escalated.values("ticket")),
        state__in=ENDED_STATES,
    ).order_by("pk")
