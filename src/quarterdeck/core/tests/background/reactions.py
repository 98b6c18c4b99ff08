"""What a worker of this app does when something is announced."""

from quarterdeck.core.models import Announcement
from quarterdeck.core.outbox import reaction
from quarterdeck.core.tests.background.work import note


@reaction("background.bell")
def hear(announcement: Announcement) -> None:
    """Note the stroke that was announced."""
    note(str(announcement.payload["stroke"]))
