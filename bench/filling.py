"""What the readings of a scorecard cost before they are kept, and what closing a month costs."""

from typing import TYPE_CHECKING

from bench.measuring import Sample, heading, load, table
from bench.scale import LAST_MONTH

if TYPE_CHECKING:
    from quarterdeck.kernels.periods import Period

CLOSED_SCOPE = "source:servicenow-incident-events"
MONTHS = 24


def fill_scorecard(server: int, *, anew: bool) -> None:
    """Print what it costs a worker to take the readings of a scorecard page: all of them, or those
    that no earlier run has left."""
    from quarterdeck.core.measures import all_measures  # noqa: PLC0415 — models need the settings first
    from quarterdeck.scorecard.jobs import take_missing_readings  # noqa: PLC0415 — models can be imported only once the settings are chosen
    from quarterdeck.scorecard.models import CachedReading  # noqa: PLC0415 — models can be imported only once the settings are chosen

    if anew:
        CachedReading.objects.all().delete()
    before = CachedReading.objects.count()
    asked = {
        "measures": [measure.key for measure in all_measures()],
        "scopes": ["organisation"],
        "periods": [month.key for month in _months()],
        "calendar": "",
    }
    sample = Sample()
    sample.take(lambda: take_missing_readings.func(**asked), server)
    heading(f"readings of a scorecard over {MONTHS} months, by a worker; {load()}")
    row = CachedReading.objects.count() - before, f"{sample.cpu[0]:.2f}", f"{sample.wall[0]:.2f}"
    table(("readings", "CPU s", "wall s"), [row])


def close_a_month(server: int) -> None:
    """Print what closing one month costs at every scope."""
    from quarterdeck.core import clock  # noqa: PLC0415 — models need the settings first
    from quarterdeck.core.models import Account  # noqa: PLC0415 — models can be imported only once the settings are chosen
    from quarterdeck.office.queries import period_named  # noqa: PLC0415 — models can be imported only once the settings are chosen
    from quarterdeck.scorecard.models import ClosedPeriod  # noqa: PLC0415 — models can be imported only once the settings are chosen
    from quarterdeck.scorecard.verbs.closings import close_period  # noqa: PLC0415 — models can be imported only once the settings are chosen

    closed = set(ClosedPeriod.objects.values_list("period", flat=True))
    month = next(
        key for key in (f"2022-{number:02}" for number in range(3, 13)) if key not in closed
    )
    operator = Account.objects.get(username="operator", is_builtin=True)
    period, at, sample = period_named(month), clock.now(), Sample()
    sample.take(lambda: close_period(period=period, actor=operator, at=at), server)
    stored = ClosedPeriod.objects.get(period=month).readings.count()
    heading(f"closing {month} at every scope; {load()}")
    table(
        ("readings stored", "CPU s", "wall s"),
        [(stored, f"{sample.cpu[0]:.2f}", f"{sample.wall[0]:.2f}")],
    )


def close_at_source(server: int) -> None:
    """Close two years at one source, for the page that reads them; print what the months cost that
    no earlier run has closed."""
    from quarterdeck.scorecard.models import ClosedPeriod  # noqa: PLC0415 — models need the settings first

    closed, sample = set(ClosedPeriod.objects.values_list("period", flat=True)), Sample()
    months = [each for each in _months() if each.key not in closed]
    for month in months:
        sample.take(lambda month=month: _close_at_source(month), server)  # type: ignore[misc]  # bound at once
    if months:
        heading(f"closing {len(months)} months at one source, the dearest; {load()}")
        row = f"{max(sample.cpu):.2f}", f"{max(sample.wall):.2f}"
        table(("CPU s", "wall s"), [row])


def _close_at_source(period: "Period") -> None:
    """Store the readings of a month at the one source, as a closing does."""
    from quarterdeck.core import clock  # noqa: PLC0415 — models need the settings first
    from quarterdeck.core.acts import labelled  # noqa: PLC0415 — models can be imported only once the settings are chosen
    from quarterdeck.core.measures import Scope, all_measures  # noqa: PLC0415 — models can be imported only once the settings are chosen
    from quarterdeck.core.models import Account  # noqa: PLC0415 — models can be imported only once the settings are chosen
    from quarterdeck.scorecard.models import ClosedPeriod, ClosedReading  # noqa: PLC0415 — models can be imported only once the settings are chosen
    from quarterdeck.scorecard.queries.months import take_month  # noqa: PLC0415 — models can be imported only once the settings are chosen

    at, scope = clock.now(), Scope.parse(CLOSED_SCOPE)
    *_, month = take_month(all_measures(), period, [scope], (), at)
    operator = Account.objects.get(username="operator", is_builtin=True)
    with labelled("bench"):
        closed = ClosedPeriod.objects.create(
            period=period.key, zone=period.zone, closed_at=at, closed_by=operator
        )
        ClosedReading.objects.bulk_create(
            ClosedReading(closed_period=closed, measure=measure, scope=name, **payload)
            for (measure, name), payload in month.stored.items()
            if name == CLOSED_SCOPE
        )


def _months() -> "tuple[Period, ...]":
    from quarterdeck.office.queries import period_named  # noqa: PLC0415 — models need the settings first
    from quarterdeck.scorecard.queries.board import trend_periods  # noqa: PLC0415 — models can be imported only once the settings are chosen

    return trend_periods(period_named(LAST_MONTH))
