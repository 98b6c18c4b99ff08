"""The scorecard's background work: closing the last month, if the department wants that."""

from datetime import time

from quarterdeck.core import clock
from quarterdeck.core.jobs import job, scheduled, worker_account
from quarterdeck.office.queries import organisation, period_named
from quarterdeck.scorecard.models import ClosedPeriod, ClosingSchedule
from quarterdeck.scorecard.verbs.closings import close_period

CLOSING_DAY = 5


def _zone() -> str:
    return organisation().zone


@scheduled(daily_at=time(6), zone=_zone)
@job()
def close_last_month() -> str:
    """Close the last month on the fifth of the next, or as soon after it as a worker runs."""
    at = clock.now()
    today = at.astimezone(organisation().tzinfo).date()
    if today.day < CLOSING_DAY or not ClosingSchedule.objects.filter(is_on=True).exists():
        return ""
    month = period_named(f"{today:%Y-%m}").previous()
    if ClosedPeriod.objects.filter(period=month.key).exists():
        return ""
    return str(close_period(period=month, actor=worker_account(), at=at))
