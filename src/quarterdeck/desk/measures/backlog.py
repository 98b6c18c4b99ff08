"""The age of the open work."""

from dataclasses import replace
from fractions import Fraction

from quarterdeck.core.measures import Reading, Scope, Terms
from quarterdeck.core.readings import Basis, of_durations
from quarterdeck.desk.measures.declaration import duration, last_instant
from quarterdeck.desk.queries.cohorts import (
    freshest_at,
    merged_by,
    open_at,
    recorded_spans,
    scoped,
    withdrawn,
)
from quarterdeck.desk.queries.depths import NEEDS_TIMES, with_depth
from quarterdeck.kernels.spans import Span
from quarterdeck.office.queries import calendar_named, calendar_parameters, working_calendar


@duration(
    "desk.backlog_age",
    title="Age of the backlog",
    version=3,
    takes_calendar=True,
)
def backlog_age(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Business time since the report, for the incidents and requests open at the end of the period.

    A ticket is open while its history, read up to that instant, has it in no fixed state and not
    cancelled. In a period that still runs, the end is now. Coverage is whether that instant was
    recorded. The value is the median.

    What was merged into another ticket is open until then, and is counted by that ticket from then.

    A ticket counts for the team and the service that it had at that instant, whatever it has now,
    and a team for the unit that it was in then, where that unit stood in the tree then.

    A ticket that came with its dates alone is open from its report until the resolution that its
    source dates; where a date has no time of day, business time is unknown.
    """
    instant = min(period.end, terms.as_of)
    calendar, rows = calendar_named(terms.calendar), scoped(scope)
    spans = recorded_spans(scope, terms.as_of)
    recorded = period.start <= instant and any(s.start <= instant <= s.end for s in spans)
    basis = Basis(
        as_of=terms.as_of,
        coverage=Fraction(recorded),
        included=open_at(instant, scope),
        excluded=(*withdrawn(rows.alive_at(instant)), *merged_by(instant, rows)),
        freshest_at=freshest_at(scope),
        parameters={
            "open at": instant.isoformat(timespec="seconds"),
            **calendar_parameters(calendar, last_instant(period, terms)),
            "quantiles": "linear interpolation (type 7)",
        },
    )
    if not recorded:
        return replace(basis, included=basis.included.none()).silence()
    basis = with_depth(basis, NEEDS_TIMES)
    count = working_calendar(calendar).business_seconds
    opened = basis.included.values_list("pk", "opened_at")
    return of_durations(basis, {key: count(start, instant) for key, start in opened})
