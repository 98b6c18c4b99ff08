"""How the organisation cuts time into periods, what a change cuts otherwise, and readings that say
by which zone they were cut."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils.text import Truncator

from quarterdeck.core.evidence import months_marked
from quarterdeck.core.measures import Measure, Reading, Scope, Terms, take
from quarterdeck.kernels.period_rules import FiscalYear, PeriodRules
from quarterdeck.kernels.periods import Grain, Period, period_by
from quarterdeck.kernels.zones import zone_named
from quarterdeck.office.models.organisation import RuleFrom
from quarterdeck.office.queries import organisation

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
# In which zone every month was cut that was cut before the zone could change.
FIRST_ZONE = "Zone 1"
_ONE_DAY = timedelta(days=1)
_NAMED_AT_MOST = 6


class YearCut(NamedTuple):
    """A fiscal year, with the whole months that it has."""

    year: FiscalYear
    months: int

    def __str__(self) -> str:
        key, first, last = self.year
        return f"{key} from {first} to {last}" + (
            f", a short year of {self.months} months" if self.year.is_short else ""
        )


def own_day(instant: datetime) -> date:
    """Return the day of an instant, in the zone that held then."""
    return organisation().rules.day_of(instant)


def own_start_of(day: date) -> datetime:
    """Return the first instant of a day, in the zone that holds on it."""
    return organisation().rules.start_of(day)


def own_end_of(day: date) -> datetime:
    """Return the last instant of a day, in the zone that holds on it."""
    return datetime.combine(day, time.max, zone_named(organisation().rules.zone_on(day)))


def take_over(measure: Measure, period: Period, scope: Scope, terms: Terms) -> Reading:
    """Take a measure over a period, and say with its parameters how that was cut, where it was cut
    otherwise than at first."""
    reading = take(measure, period.span, scope, terms)
    cut = period_parameters(period)
    return replace(reading, parameters={**reading.parameters, **cut}) if cut else reading


def period_parameters(period: Period) -> dict[str, str]:
    """Return what a reading says of how its period was cut: the zone in which its last day begins,
    and what is special about a fiscal year; nothing where neither was ever changed."""
    own, told = organisation(), {}
    zone = _holding(own.zones, period.last)
    if zone.number > 1:
        told["days"] = _series_name(zone)
    if period.grain is Grain.FISCAL_YEAR and len(own.fiscal_years) > 1:
        told["fiscal year"] = str(year_cut(period.rules.fiscal_year_of(period.first)))
    return told


def _holding(rules: Sequence[RuleFrom], day: date) -> RuleFrom:
    return next((each for each in reversed(rules) if each.valid_from <= day), rules[0])


def _series_name(zone: RuleFrom) -> str:
    why = Truncator(zone.reason).chars(40)
    told = f"Zone {zone.number}, {zone.value} from {zone.valid_from}: {why}"
    return told.removesuffix(": ")


def year_cut(year: FiscalYear) -> YearCut:
    """Return a fiscal year with its length."""
    months = (year.last.year - year.first.year) * 12 + year.last.month - year.first.month + 1
    return YearCut(year, months)


def years_around(rules: PeriodRules, change: date) -> list[YearCut]:
    """Return the fiscal years around a change of their start: the last whole one before it, the
    short one if there is one, and the first of the new ones."""
    short = rules.fiscal_year_of(change - _ONE_DAY)
    years = [short, rules.fiscal_year_of(change)]
    if short.is_short:
        years.insert(0, rules.fiscal_year_of(short.first - _ONE_DAY))
    return [year_cut(each) for each in years]


def recorded_months() -> list[date]:
    """Return the first days of the months of which something is recorded, in order."""
    return sorted(set(months_marked().values_list("month", flat=True)))


def effect_in_words(before: PeriodRules, after: PeriodRules, at: datetime) -> str:
    """Say which days, months and fiscal years of the past, of which something is recorded, other
    rules cut otherwise; nothing where only what is still to come is."""
    return effect_among(recorded_months(), before, after, at)


def effect_among(
    days: Sequence[date], before: PeriodRules, after: PeriodRules, at: datetime
) -> str:
    """Say the same where something is recorded of the months that begin on these days."""
    if not days:
        return ""
    months = [each for each in (f"{day:%Y-%m}" for day in days) if _moves(each, before, after, at)]
    years = _years_cut_otherwise(before, after, days[0], before.day_of(at))
    told = []
    if (since := _first_moved_day(before, after, at)) is not None:
        told.append(f"Days since {since} begin at another instant.")
    if months:
        told.append(f"Months that begin or end at another instant: {_listed(months)}.")
    if years:
        told.append(f"Fiscal years that are new: {_listed(list(map(str, years)), '; ')}.")
    return " ".join(told)


def _first_moved_day(before: PeriodRules, after: PeriodRules, at: datetime) -> date | None:
    """Return the first day in another zone, where it has begun by either."""
    days = sorted(day for day, _ in (*before.zones, *after.zones))
    moved = (day for day in days if before.zone_on(day) != after.zone_on(day))
    begun = (day for day in moved if min(before.start_of(day), after.start_of(day)) < at)
    return next(begun, None)


def _moves(month: str, before: PeriodRules, after: PeriodRules, at: datetime) -> bool:
    """Whether a month has another part of what is past."""
    old, new = (period_by(each, month).span for each in (before, after))
    return (min(old.start, at), min(old.end, at)) != (min(new.start, at), min(new.end, at))


def _years_cut_otherwise(
    before: PeriodRules, after: PeriodRules, day: date, today: date
) -> list[YearCut]:
    """Return the fiscal years from that of a day on that have another part of what is past."""
    found: list[YearCut] = []
    while day <= today:
        old, new = before.fiscal_year_of(day), after.fiscal_year_of(day)
        if (old.first, min(old.last, today)) != (new.first, min(new.last, today)):
            found.append(year_cut(new))
        day = new.last + _ONE_DAY
    return found


def _listed(words: list[str], between: str = ", ") -> str:
    shown = between.join(words[:_NAMED_AT_MOST])
    more = len(words) - _NAMED_AT_MOST
    return f"{shown} and {more} more, up to {words[-1]}" if more > 0 else shown
