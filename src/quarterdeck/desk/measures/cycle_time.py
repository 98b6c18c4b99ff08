"""Cycle time of routine tickets, on business and on calendar time, to the last and to the first
fix."""

from dataclasses import replace

from quarterdeck.core.measures import Reading, Scope, Terms
from quarterdeck.core.readings import Basis, of_durations
from quarterdeck.desk.measures.declaration import duration, last_instant
from quarterdeck.desk.queries.cohorts import fixed_in, unfixed_again
from quarterdeck.desk.queries.depths import NEEDS_HISTORY, NEEDS_TIMES, told_by, with_depth
from quarterdeck.desk.queries.routine import routine_series
from quarterdeck.kernels.spans import Span
from quarterdeck.office.queries import calendar_named, calendar_parameters, working_calendar


@duration(
    "desk.cycle_time",
    title="Cycle time of routine tickets",
    series=routine_series,
    takes_calendar=True,
    leads=True,
)
def cycle_time(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Business time from the report to the last fix, for routine tickets whose last fix fell in the
    period.

    The last fix is the last move into a fixed state (resolved or closed) that lasts to the end of
    the ticket's log, so the time between a fix that failed and the next one counts. Pauses count
    too. The value is the median.

    Of a ticket that came with its dates alone, the last fix is the resolution that its source
    dates, or else the closing; where a date has no time of day, business time is unknown.
    """
    basis = with_depth(fixed_in(period, scope, terms, "last_fix_at"), NEEDS_TIMES)
    basis = replace(basis, excluded=(*basis.excluded, *unfixed_again(period, scope, terms)))
    return _business(basis, "last_fix_at", period, terms)


@duration(
    "desk.cycle_time_calendar",
    title="Cycle time of routine tickets, calendar time",
    series=routine_series,
)
def cycle_time_calendar(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Calendar time from the report to the last fix, for routine tickets whose last fix fell in the
    period.

    It is what the person waited, nights and weekends included. The value is the median.

    Of a ticket that came with its dates alone, the last fix is the resolution that its source
    dates, or else the closing.
    """
    basis = fixed_in(period, scope, terms, "last_fix_at")
    basis = replace(basis, excluded=(*basis.excluded, *unfixed_again(period, scope, terms)))
    return _calendar(with_depth(basis), "last_fix_at")


@duration(
    "desk.first_fix_time",
    title="Time to first fix of routine tickets",
    series=routine_series,
    takes_calendar=True,
)
def first_fix_time(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Business time from the report to the first fix, for routine tickets whose first fix fell in
    the period.

    The first fix is the first move into a fixed state, whether it lasted or not. The value is the
    median.
    """
    basis = told_by(fixed_in(period, scope, terms, "first_fix_at"), NEEDS_HISTORY)
    return _business(basis, "first_fix_at", period, terms)


@duration(
    "desk.first_fix_time_calendar",
    title="Time to first fix of routine tickets, calendar time",
    series=routine_series,
)
def first_fix_time_calendar(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Calendar time from the report to the first fix, for routine tickets whose first fix fell in
    the period.

    The value is the median.
    """
    basis = told_by(fixed_in(period, scope, terms, "first_fix_at"), NEEDS_HISTORY)
    return _calendar(basis, "first_fix_at")


def _business(basis: Basis, column: str, period: Span, terms: Terms) -> Reading:
    """Count each ticket's time on the calendar that the terms name, or the organisation's usual
    one."""
    calendar = calendar_named(terms.calendar)
    count = working_calendar(calendar).business_seconds
    until = last_instant(period, terms)
    rows = basis.included.values_list("pk", "opened_at", column)
    parameters = {
        **basis.parameters,
        **calendar_parameters(calendar, until),
        "pauses": "count",
        "quantiles": "linear interpolation (type 7)",
    }
    seconds = {key: count(opened, fixed) for key, opened, fixed in rows.iterator(chunk_size=5_000)}
    return of_durations(replace(basis, parameters=parameters), seconds)


def _calendar(basis: Basis, column: str) -> Reading:
    """Count each ticket's time around the clock."""
    rows = basis.included.values_list("pk", "opened_at", column)
    parameters = {
        **basis.parameters,
        "time": "calendar time",
        "pauses": "count",
        "quantiles": "linear interpolation (type 7)",
    }
    seconds = {
        key: int((fixed - opened).total_seconds())
        for key, opened, fixed in rows.iterator(chunk_size=5_000)
    }
    return of_durations(replace(basis, parameters=parameters), seconds)
