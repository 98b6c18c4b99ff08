"""By which definitions, in which zone, and by which hours of a calendar the months of a trend were
counted, and in which fiscal years they lie."""

from collections.abc import Sequence

from quarterdeck.core.measures import Measure
from quarterdeck.office.queries import FIRST_HOURS, organisation
from quarterdeck.office.queries.periods import FIRST_ZONE
from quarterdeck.scorecard.queries.board import TrendPoint

_JANUARY = "1"


def series_of(measure: Measure, trend: Sequence[TrendPoint]) -> list[str]:
    """Return the series of each month: those of different names are not to be compared.

    Zone and hours are those that the reading names, so that a month that was closed stays with the
    ones that it was counted by. A month without a reading is of the series before it.
    """
    starts = [month.period.span.start for month in trend]
    none = [""] * len(starts)
    definitions = measure.series(starts) if measure.series else none
    zones = _named(trend, "days", FIRST_ZONE)
    hours = _named(trend, "hours", FIRST_HOURS) if measure.takes_calendar else none
    names = zip(definitions, zones, hours, strict=True)
    return ["; ".join(filter(None, each)) for each in names]


def years_of(trend: Sequence[TrendPoint]) -> list[str]:
    """Return the fiscal year of each month; nothing where fiscal years always were calendar years,
    which the months tell themselves."""
    own = organisation()
    if all(each.value == _JANUARY for each in own.fiscal_years):
        return [""] * len(trend)
    return [own.rules.fiscal_year_of(month.period.first).key for month in trend]


def _named(trend: Sequence[TrendPoint], parameter: str, first: str) -> list[str]:
    # What was closed before either could change was counted by the first one.
    named = [
        None if month.figures is None else dict(month.figures.parameters).get(parameter, first)
        for month in trend
    ]
    last = next(filter(None, named), first)
    found = []
    for name in named:
        last = name or last
        found.append(last)
    return found if set(found) != {first} else [""] * len(found)
