"""How much work a ticket takes."""

from dataclasses import replace
from fractions import Fraction

from django.db.models import Q, Sum

from quarterdeck.core.measures import Reading, Scope, Terms
from quarterdeck.core.readings import Basis, excluded, of_durations
from quarterdeck.desk.measures.declaration import duration
from quarterdeck.desk.models import TimeEntry
from quarterdeck.desk.queries.cohorts import (
    AWAITED,
    IS_MERGED,
    MERGED,
    coverage_of,
    dated_in,
    freshest_at,
    withdrawn,
)
from quarterdeck.kernels.spans import Span

_SECONDS = 60
# Where less than half of the tickets has any time, those that have say little of the others.
LEAST_RECORDED = Fraction(1, 2)
_UNRECORDED = "Unknown: no time was recorded on it"
_TOO_FEW = "Too few of them: time was recorded on less than half of the tickets"


@duration("desk.effort_per_ticket", title="Recorded work on a resolved ticket")
def effort_per_ticket(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the incidents and requests whose last fix fell in the period, the median of the time that
    was recorded as worked on each.

    It is the sum of all time entries on the ticket, by whomever and whenever, less what was taken
    back. Tickets on which no time was recorded are unknown and left out; the share of tickets that
    have any is told. Where it is less than half, there is not enough evidence: who records time,
    and on what, is seldom chance.
    """
    rows = dated_in(period, scope, terms, "last_fix_at")
    awaited = rows.standing().filter(AWAITED)
    resolved = awaited.exclude(IS_MERGED)
    entries = TimeEntry.objects.filter(ticket__in=resolved.values("pk"))
    known = entries.filter(recorded_at__lte=terms.as_of).order_by()
    sums = dict(known.values_list("ticket").annotate(Sum("minutes")))
    seconds = {key: minutes * _SECONDS for key, minutes in sums.items() if minutes > 0}
    total = resolved.count()
    basis = Basis(
        as_of=terms.as_of,
        coverage=coverage_of(period, scope, terms.as_of),
        included=resolved.filter(pk__in=list(seconds)),
        excluded=(
            *excluded("A problem, which nobody waits for", rows.standing().exclude(AWAITED)),
            *excluded(MERGED, awaited.filter(IS_MERGED)),
            *excluded(_UNRECORDED, resolved.exclude(pk__in=list(seconds)), is_unknown=True),
            *withdrawn(rows),
        ),
        freshest_at=freshest_at(scope),
        parameters={
            "tickets with recorded time": f"{len(seconds)} of {total}",
            "least share": "one half",
        },
    )
    if seconds and Fraction(len(seconds), total) < LEAST_RECORDED:
        return _without_any(basis).silence()
    return of_durations(basis, seconds)


def _without_any(basis: Basis) -> Basis:
    """Leave out what there is, since nobody can tell by it."""
    left_out = excluded(_TOO_FEW, basis.included, is_unknown=True)
    none = basis.included.filter(Q(pk__in=()))
    return replace(basis, included=none, excluded=(*basis.excluded, *left_out))
