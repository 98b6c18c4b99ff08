"""Which months are there to close: those of which there can be anything to say."""

from collections.abc import Collection
from datetime import datetime

from quarterdeck.core.evidence import months_marked
from quarterdeck.core.models import Act
from quarterdeck.kernels.periods import Period
from quarterdeck.office.queries import period_named
from quarterdeck.office.queries.periods import own_day
from quarterdeck.scorecard.queries.board import trend_periods


def first_month(at: datetime) -> Period:
    """Return the month in which anybody first did something here."""
    first = Act.objects.order_by("pk").first()
    begun = at if first is None else min(first.at, at)
    return period_named(f"{own_day(begun):%Y-%m}")


def listed_months(last: Period, since: Period, asked: Collection[str]) -> list[Period]:
    """Return the months up to `last` that can be closed or are, newest first.

    They are those from `since` on, those `asked` for that are closed or being closed, and earlier
    ones on which records bear, such as those of an imported log; of the others nothing is known,
    and nothing will be by waiting.
    """
    marked = months_marked().values_list("month", flat=True).distinct()
    recorded = {f"{month:%Y-%m}" for month in marked}
    return [
        month
        for month in reversed(trend_periods(last))
        if month.key >= since.key or month.key in recorded or month.key in asked
    ]
