"""Shares of the fixed routine tickets: reopened, reassigned, and kept in time by the source's own
flag."""

from dataclasses import replace

from django.db.models import Q

from quarterdeck.core.measures import Better, Reading, Scope, Terms
from quarterdeck.core.readings import Basis, excluded, of_shares
from quarterdeck.desk.measures.declaration import share
from quarterdeck.desk.queries.cohorts import fixed_in
from quarterdeck.desk.queries.depths import NEEDS_HISTORY, told_by
from quarterdeck.desk.queries.handovers import handed_on_here
from quarterdeck.desk.queries.reopenings import annulled_reopenings
from quarterdeck.desk.queries.routine import routine_series
from quarterdeck.kernels.spans import Span


@share(
    "desk.reopen_rate",
    title="Routine tickets that were reopened",
    better=Better.LOWER,
    series=routine_series,
)
def reopen_rate(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the routine tickets whose last fix fell in the period, the share reopened at least once.

    A reopening is a move out of a fixed state (resolved or closed), counted from the ticket's own
    history and not from a counter of the source. What the desk took for no reopening, a mere thank
    you, is not counted; how often it did is told.
    """
    basis = told_by(fixed_in(period, scope, terms, "last_fix_at"), NEEDS_HISTORY)
    if annulled := annulled_reopenings(basis.included):
        told = {"reopenings annulled by the desk": str(annulled)}
        basis = replace(basis, parameters={**basis.parameters, **told})
    counts = dict(basis.included.values_list("pk", "reopen_count"))
    return of_shares(basis, {key: count > 0 for key, count in counts.items()})


@share(
    "desk.reassignment_rate",
    title="Routine tickets that were reassigned",
    better=Better.LOWER,
    version=2,
    series=routine_series,
)
def reassignment_rate(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the routine tickets whose last fix fell in the period, the share reassigned at least once.

    What is done here counts by the ticket's own history: it goes from one team to another, or from
    one person to another. Of an imported ticket the source's own counter of reassignments is used
    too; those of a source without one are left out.
    """
    column = "recorded_reassignment_count"
    uncounted = Q(**{f"{column}__isnull": True}, batch__isnull=False)
    basis = _without(
        fixed_in(period, scope, terms, "last_fix_at"), uncounted, "no counter of reassignments"
    )
    handed_on = handed_on_here(basis.included)
    recorded = dict(basis.included.values_list("pk", column))
    return of_shares(
        basis, {key: bool(count) or key in handed_on for key, count in recorded.items()}
    )


@share(
    "desk.sla_recorded",
    title="Routine tickets kept in time, by the source's flag",
    better=Better.HIGHER,
    series=routine_series,
)
def sla_recorded(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the routine tickets whose last fix fell in the period, the share that the source flags as
    in time.

    It is what the source says of itself at the ticket's last event, under terms that we do not
    know; tickets of a source without such a flag are left out.
    """
    column = "recorded_sla_kept"
    unflagged = Q(**{f"{column}__isnull": True})
    basis = _without(
        fixed_in(period, scope, terms, "last_fix_at"), unflagged, "no flag for the agreed time"
    )
    return of_shares(basis, dict(basis.included.values_list("pk", column)))


def _without(basis: Basis, unknown: Q, missing: str) -> Basis:
    """Leave out the rows of which their source does not say what is to be counted."""
    rows = basis.included.filter(unknown)
    left_out = excluded(f"Its source gives {missing}", rows, is_unknown=True)
    return replace(
        basis,
        included=basis.included.exclude(unknown),
        excluded=(*basis.excluded, *left_out),
    )
