"""By which definitions, and by which hours of a calendar, the months of a trend were counted."""

from collections.abc import Sequence

from quarterdeck.core.measures import Measure
from quarterdeck.office.queries import FIRST_HOURS
from quarterdeck.scorecard.queries.board import TrendPoint


def series_of(measure: Measure, trend: Sequence[TrendPoint]) -> list[str]:
    """Return the series of each month: those of different names are not to be compared.

    The hours are those that the reading names, so that a month that was closed stays with the ones
    that it was counted by. A month without a reading is of the series before it.
    """
    starts = [month.period.span.start for month in trend]
    definitions = measure.series(starts) if measure.series else [""] * len(starts)
    hours = _hours_of(trend) if measure.takes_calendar else [""] * len(starts)
    return ["; ".join(filter(None, names)) for names in zip(definitions, hours, strict=True)]


def _hours_of(trend: Sequence[TrendPoint]) -> list[str]:
    # What was closed before hours had days of their own was counted by the first ones.
    named = [
        None if month.figures is None else dict(month.figures.parameters).get("hours", FIRST_HOURS)
        for month in trend
    ]
    last = next(filter(None, named), FIRST_HOURS)
    found = []
    for name in named:
        last = name or last
        found.append(last)
    return found if set(found) != {FIRST_HOURS} else [""] * len(found)
