"""The scorecard's background work: taking readings that somebody waits for, closing months, and
printing."""

from collections.abc import Callable, Sequence
from datetime import time, timedelta
from itertools import product
from time import monotonic

from quarterdeck.core import clock
from quarterdeck.core.jobs import job, scheduled, worker_account
from quarterdeck.core.measures import Scope, Terms, measure_of
from quarterdeck.core.models import Account
from quarterdeck.office.queries import organisation, period_named
from quarterdeck.office.queries.periods import own_day
from quarterdeck.scorecard.models import ClosedPeriod, ClosingSchedule
from quarterdeck.scorecard.queries.printing import asked_of
from quarterdeck.scorecard.queries.readings import Wanted
from quarterdeck.scorecard.verbs import printing
from quarterdeck.scorecard.verbs.cached_readings import take_readings
from quarterdeck.scorecard.verbs.closings import ask_for_closing, close_period
from quarterdeck.scorecard.verbs.late_evidence import compare_closed, restate_readings

CLOSING_DAY = 5
# What is taken is kept after each slice, so that whoever waits sees it and a kill loses little.
_SLICE_SECONDS = 0.8


@job(atomic=False, priority=10)
def take_missing_readings(
    *, measures: Sequence[str], scopes: Sequence[str], periods: Sequence[str], calendar: str
) -> None:
    """Take the readings of these measures at these scopes and periods that are not kept."""
    wanted = [
        Wanted(measure_of(measure), period_named(period), Scope.parse(scope))
        for period, scope, measure in product(periods, scopes, measures)
    ]
    actor, is_incomplete = worker_account(), True
    while is_incomplete:
        at = clock.now()
        terms, go_on = Terms(at, calendar), _for_a_slice()
        found = take_readings(wanted=wanted, go_on=go_on, terms=terms, actor=actor, at=at)
        # Nothing can be taken while an import is brought in; whoever waits asks again.
        is_incomplete = bool(found.missing and found.computed)


def _for_a_slice() -> Callable[[], bool]:
    until = monotonic() + _SLICE_SECONDS
    return lambda: monotonic() < until


@job(atomic=False)
def close_month(*, period: str, actor_key: int) -> str:
    """Close a month for whoever has asked for it; one that is closed already stays as it is."""
    if ClosedPeriod.objects.filter(period=period).exists():
        return ""
    actor = Account.objects.get(pk=actor_key)
    return str(close_period(period=period_named(period), actor=actor, at=clock.now()))


@job(atomic=False, attempts=8, lease=timedelta(seconds=30))
def print_scorecard(*, period: str, scope: str, calendar: str, measures: Sequence[str]) -> str:
    """Print a scorecard for whoever waits for it."""
    asked = asked_of(period_named(period), Scope.parse(scope), calendar, measures)
    printed = printing.print_scorecard(
        asked=asked, slices=_for_a_slice, actor=worker_account(), at=clock.now()
    )
    return "" if printed is None else printed.digest


@scheduled(daily_at=time(4, 20))
@job(atomic=False)
def compare_closed_readings() -> int:
    """Find the closed readings of which later evidence says something else."""
    return compare_closed(actor=worker_account(), at=clock.now())


@job(atomic=False)
def restate_month(*, readings: Sequence[int], reason: str, actor_key: int) -> int:
    """Take late evidence into closed readings for whoever has asked for it."""
    actor = Account.objects.get(pk=actor_key)
    return restate_readings(readings=readings, reason=reason, actor=actor, at=clock.now())


def _zone() -> str:
    return organisation().zone


@scheduled(daily_at=time(6), zone=_zone)
@job()
def close_last_month() -> None:
    """Have the last month closed on the fifth of the next, or as soon after it as a worker runs."""
    at = clock.now()
    today = own_day(at)
    if today.day < CLOSING_DAY or not ClosingSchedule.objects.filter(is_on=True).exists():
        return
    month = period_named(f"{today:%Y-%m}").previous()
    if not ClosedPeriod.objects.filter(period=month.key).exists():
        ask_for_closing(period=month, actor=worker_account(), at=at)
