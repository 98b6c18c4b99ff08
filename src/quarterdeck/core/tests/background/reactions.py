"""What a worker of this app does when something is announced."""

from quarterdeck.core import clock
from quarterdeck.core.acts import labelled
from quarterdeck.core.models import Announcement
from quarterdeck.core.outbox import announce, reaction
from quarterdeck.core.tests.background.work import note


@reaction("background.bell")
def hear(announcement: Announcement) -> None:
    """Note the stroke that was announced."""
    note(str(announcement.payload["stroke"]))


@reaction("background.toll")
def answer(announcement: Announcement) -> None:
    """Announce the echo of a toll, once for each."""
    with labelled("worker"):
        announce("background.echo", announcement.payload, clock.now())
