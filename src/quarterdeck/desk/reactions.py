"""What follows from the desk's own news."""

from quarterdeck.core import clock
from quarterdeck.core.jobs import worker_account
from quarterdeck.core.models import Announcement
from quarterdeck.core.outbox import reaction
from quarterdeck.desk.models import ServiceLevelEvent
from quarterdeck.desk.verbs.clock_events import CLOCK_EVENT, mail_clock_event


@reaction(CLOCK_EVENT)
def tell(announcement: Announcement) -> None:
    """Write to whom a warning or breach concerns."""
    event = ServiceLevelEvent.objects.select_related("target__terms__policy", "target__calendar")
    mail_clock_event(
        event=event.get(pk=announcement.payload["event"]),
        actor=worker_account(),
        at=clock.now(),
    )
