"""The acts on closed periods."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from quarterdeck.core.acts import acting, verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.jobs import enqueue_once, note_progress
from quarterdeck.core.measures import Scope, Terms, all_measures, measure_of
from quarterdeck.core.models import Account
from quarterdeck.core.outbox import announce
from quarterdeck.core.scopes import every_scope
from quarterdeck.kernels.periods import Period
from quarterdeck.office.queries import period_named
from quarterdeck.office.queries.periods import take_over
from quarterdeck.scorecard import rules
from quarterdeck.scorecard.models import (
    ClosedComparison,
    ClosedPeriod,
    ClosedReading,
    ClosingSchedule,
    Restatement,
    Target,
)
from quarterdeck.scorecard.queries.closings import Closing, payload_of
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.months import Month, Place, take_month
from quarterdeck.scorecard.queries.readings import Wanted, marks_of

PERIOD_CLOSED = "scorecard.period_closed"
# The job that closes a month which somebody has asked for.
CLOSE_MONTH = "scorecard.close_month"
_CLOSE_PERIOD = "scorecard.closings.close_period"

Targets = Mapping[Place, Target]


@verb
def ask_for_closing(*, period: Period, actor: Account, at: datetime) -> bool:
    """Have a worker close a month; tell whether this was the first to ask."""
    _ask_closing(period, actor, at)
    return enqueue_once(CLOSE_MONTH, period.key, period=period.key, actor_key=actor.pk)


def close_period(*, period: Period, actor: Account, at: datetime) -> ClosedPeriod:
    """Settle every reading of a month: of the organisation, and of each unit, team, service and
    source that has a target or rows, counted or left out.

    Each reading is stored with its definition, its parameters, the target that it is judged by and
    what each row contributed. Only a month that is over can be closed, and only once.

    The readings are taken first, which others may watch, and stored in one act: a run that is
    killed has closed nothing, and of two at once the later one is refused.
    """
    _ask_closing(period, actor, at)
    targets = _targets(period)
    month = _take_month(period, targets, at)
    with acting(actor=actor, verb_name=_CLOSE_PERIOD, at=at):
        closed, is_first = ClosedPeriod.objects.get_or_create(
            period=period.key, defaults={"zone": period.zone, "closed_at": at, "closed_by": actor}
        )
        if not is_first:
            raise Refused(f"{period.key} is closed already.")
        # What has changed meanwhile is read again, where nobody is let in between.
        *_, fresh = take_month(month.moved, period, every_scope(), targets.keys(), at)
        _store(closed, month.renewed(fresh), targets)
        announce(PERIOD_CLOSED, {"period": period.key}, at)
    return closed


def _ask_closing(period: Period, actor: Account, at: datetime) -> None:
    rules.ask_closing(actor)
    if not rules.can_close(period, at):
        raise Refused(f"Only a month that is over can be closed, not {period.key}.")
    if ClosedPeriod.objects.filter(period=period.key).exists():
        raise Refused(f"{period.key} is closed already.")


def _targets(period: Period) -> Targets:
    """Return every target that holds on the month's last day, by measure and scope."""
    return {(row.measure, row.scope): row for row in Target.objects.in_force(period.last)}


def _take_month(period: Period, targets: Targets, at: datetime) -> Month:
    """Take every measure, and say how far this has come."""
    for month in take_month(all_measures(), period, every_scope(), targets.keys(), at):
        note_progress(CLOSE_MONTH, period.key, done=month.done, of=month.of)
    return month


def _store(
    closed: ClosedPeriod, stored: Mapping[Place, Mapping[str, Any]], targets: Targets
) -> None:
    ClosedReading.objects.bulk_create(
        ClosedReading(
            closed_period=closed,
            measure=measure,
            scope=scope,
            target=targets.get((measure, scope)),
            **payload,
        )
        for (measure, scope), payload in stored.items()
    )


@verb
def issue_restatement(
    *, closed_reading: ClosedReading, reason: str, actor: Account, at: datetime
) -> Restatement:
    """Take late evidence into a closed reading: what it said stays, beside what it says from now.

    Refused without a reason, and where a computation says what stands already.
    """
    rules.ask_closing(actor)
    if not reason.strip():
        raise Refused("Say why the closed reading changes.")
    row = ClosedReading.objects.select_for_update().get(pk=closed_reading.pk)
    closing = Closing(row, tuple(row.restatements.order_by("number")))
    measure, period = measure_of(row.measure), period_named(row.closed_period.period)
    marks = marks_of(Wanted(measure, period))
    reading = take_over(measure, period, Scope.parse(row.scope), Terms(at))
    if not closing.differs_from(Figures.of(reading)):
        raise Refused("The evidence gives what stands already; there is nothing to restate.")
    ClosedComparison.objects.filter(closed_reading=row).delete()
    return Restatement.objects.create(
        closed_reading=row,
        number=len(closing.restatements) + 1,
        before=closing.standing.figures,
        reason=reason,
        issued_at=at,
        issued_by=actor,
        **payload_of(measure, reading, marks),
    )


@verb
def schedule_closing(*, is_on: bool, actor: Account, at: datetime) -> ClosingSchedule:  # noqa: ARG001 — the act is dated so
    """Let the last month be closed by itself on the fifth of the next, or let people close it."""
    rules.ask_closing(actor)
    row, _ = ClosingSchedule.objects.select_for_update().get_or_create(pk=1)
    row.is_on = is_on
    row.version += 1
    row.save(update_fields=["is_on", "version"])
    return row
