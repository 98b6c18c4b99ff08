"""What follows from the desk's own news."""

from quarterdeck.core import clock
from quarterdeck.core.jobs import worker_account
from quarterdeck.core.models import Announcement
from quarterdeck.core.outbox import reaction
from quarterdeck.desk.models import ServiceLevelEvent
from quarterdeck.desk.queries.catalogue_requests import APPROVAL_KIND
from quarterdeck.desk.verbs.automatic_escalations import escalate_by_clock
from quarterdeck.desk.verbs.catalogue_requests import follow_approval
from quarterdeck.desk.verbs.clock_events import CLOCK_EVENT, mail_clock_event
from quarterdeck.office.models import ApprovalRequest
from quarterdeck.office.verbs.approvals import APPROVAL_ENDED


@reaction(CLOCK_EVENT)
def tell(announcement: Announcement) -> None:
    """Write to whom a warning or breach concerns."""
    event = ServiceLevelEvent.objects.select_related("target__terms__policy", "target__calendar")
    mail_clock_event(
        event=event.get(pk=announcement.payload["event"]),
        actor=worker_account(),
        at=clock.now(),
    )


@reaction(APPROVAL_ENDED)
def follow(announcement: Announcement) -> None:
    """Let the ticket go on that waited for an approval, or end it."""
    if announcement.payload["kind"] == APPROVAL_KIND:
        request = ApprovalRequest.objects.get(pk=announcement.payload["request"])
        follow_approval(request=request, actor=worker_account(), at=clock.now())


@reaction(CLOCK_EVENT)
def escalate(announcement: Announcement) -> None:
    """Bring what runs out before whom the policies name."""
    event = ServiceLevelEvent.objects.get(pk=announcement.payload["event"])
    escalate_by_clock(event=event, actor=worker_account(), at=clock.now())
