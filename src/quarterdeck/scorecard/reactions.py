"""What follows when a month is closed: a corrective action for each target that it missed."""

from quarterdeck.core import clock
from quarterdeck.core.jobs import worker_account
from quarterdeck.core.models import Announcement
from quarterdeck.core.outbox import reaction
from quarterdeck.scorecard.verbs.closings import PERIOD_CLOSED
from quarterdeck.scorecard.verbs.missed_targets import answer_closed_period


@reaction(PERIOD_CLOSED)
def answer(announcement: Announcement) -> None:
    """Open what the closed month asks for."""
    answer_closed_period(
        period=announcement.payload["period"], actor=worker_account(), at=clock.now()
    )
