"""The acts on closed periods."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import (
    ORGANISATION,
    Measure,
    Reading,
    Scope,
    Terms,
    all_measures,
    measure_of,
    take,
)
from quarterdeck.core.memory import remembering
from quarterdeck.core.models import Account
from quarterdeck.core.outbox import announce
from quarterdeck.core.scopes import every_scope
from quarterdeck.kernels.periods import Period
from quarterdeck.office.queries import period_named
from quarterdeck.scorecard import rules
from quarterdeck.scorecard.models import (
    ClosedPeriod,
    ClosedReading,
    ClosingSchedule,
    Restatement,
    Target,
)
from quarterdeck.scorecard.queries.closings import Closing, payload_of
from quarterdeck.scorecard.queries.figures import Figures
from quarterdeck.scorecard.queries.readings import Wanted, marks_of

PERIOD_CLOSED = "scorecard.period_closed"


@verb
def close_period(*, period: Period, actor: Account, at: datetime) -> ClosedPeriod:
    """Settle every reading of a month: of the organisation, and of each unit, team, service and
    source that has a target or rows, counted or left out.

    Each reading is stored with its definition, its parameters, the target that it is judged by and
    what each row contributed. Only a month that is over can be closed, and only once.
    """
    _ask_steering(actor)
    if not rules.can_close(period, at):
        raise Refused(f"Only a month that is over can be closed, not {period.key}.")
    if ClosedPeriod.objects.filter(period=period.key).exists():
        raise Refused(f"{period.key} is closed already.")
    closed = ClosedPeriod.objects.create(
        period=period.key, zone=period.zone, closed_at=at, closed_by=actor
    )
    targets = _targets(period)
    # No evidence changes while a month is being closed, so what its readings share is asked once.
    with remembering():
        _store_readings(closed, period, targets, at)
    announce(PERIOD_CLOSED, {"period": period.key}, at)
    return closed


def _store_readings(
    closed: ClosedPeriod,
    period: Period,
    targets: Mapping[tuple[str, str], Target],
    at: datetime,
) -> None:
    scopes = every_scope()
    for measure in all_measures():
        marks = marks_of(Wanted(measure, period))
        for scope, reading in _readings(measure, period, scopes, targets, at):
            ClosedReading.objects.create(
                closed_period=closed,
                measure=measure.key,
                scope=str(scope),
                target=targets.get((measure.key, str(scope))),
                **payload_of(measure, reading, marks),
            )


def _targets(period: Period) -> dict[tuple[str, str], Target]:
    """Return every target that holds on the month's last day, by measure and scope."""
    return {(row.measure, row.scope): row for row in Target.objects.in_force(period.last)}


def _readings(
    measure: Measure,
    period: Period,
    scopes: Iterable[Scope],
    targets: Mapping[tuple[str, str], Target],
    at: datetime,
) -> Iterator[tuple[Scope, Reading]]:
    """Take a measure at the organisation, and at each other scope of which there is something to
    say. Where the organisation has no rows, no part of it has any."""
    aimed = [Scope.parse(name) for key, name in targets if key == measure.key]
    whole = take(measure, period.span, ORGANISATION, Terms(at))
    yield ORGANISATION, whole
    parts = {*scopes, *aimed} if _has_rows(whole) else set(aimed)
    for scope in sorted(parts - {ORGANISATION}, key=str):
        reading = take(measure, period.span, scope, Terms(at))
        if scope in aimed or _has_rows(reading):
            yield scope, reading


def _has_rows(reading: Reading) -> bool:
    return bool(reading.n or reading.excluded)


@verb
def issue_restatement(
    *, closed_reading: ClosedReading, reason: str, actor: Account, at: datetime
) -> Restatement:
    """Take late evidence into a closed reading: what it said stays, beside what it says from now.

    Refused without a reason, and where a computation says what stands already.
    """
    _ask_steering(actor)
    if not reason.strip():
        raise Refused("Say why the closed reading changes.")
    row = ClosedReading.objects.select_for_update().get(pk=closed_reading.pk)
    closing = Closing(row, tuple(row.restatements.order_by("number")))
    measure, period = measure_of(row.measure), period_named(row.closed_period.period)
    marks = marks_of(Wanted(measure, period))
    reading = take(measure, period.span, Scope.parse(row.scope), Terms(at))
    if not closing.differs_from(Figures.of(reading)):
        raise Refused("The evidence gives what stands already; there is nothing to restate.")
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
    _ask_steering(actor)
    row, _ = ClosingSchedule.objects.select_for_update().get_or_create(pk=1)
    row.is_on = is_on
    row.version += 1
    row.save(update_fields=["is_on", "version"])
    return row


def _ask_steering(actor: Account) -> None:
    if not rules.may_close_periods(actor):
        raise Refused("You may not close or restate periods.")
