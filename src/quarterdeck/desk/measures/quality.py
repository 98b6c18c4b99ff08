"""Shares of the fixed routine tickets: reopened, reassigned, and kept in time by the source's own
flag."""

from dataclasses import replace

from quarterdeck.core.measures import Better, Reading, Scope, Terms, Unit, measure
from quarterdeck.core.readings import excluded, of_shares
from quarterdeck.desk.queries.cohorts import fixed_in
from quarterdeck.kernels.spans import Span

DUTY, DOMAIN = "J3.4.m1", "desk.tickets"


@measure(
    "desk.reopen_rate",
    title="Routine tickets that were reopened",
    unit=Unit.SHARE,
    better=Better.LOWER,
    duty=DUTY,
    domain=DOMAIN,
)
def reopen_rate(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the routine tickets whose last fix fell in the period, the share reopened at least once.

    A reopening is a move out of a fixed state (resolved or closed), counted from the ticket's own
    history and not from a counter of the source.
    """
    basis = fixed_in(period, scope, terms, "last_fix_at")
    counts = dict(basis.included.values_list("pk", "reopen_count"))
    return of_shares(basis, {key: count > 0 for key, count in counts.items()})


@measure(
    "desk.reassignment_rate",
    title="Routine tickets that were reassigned",
    unit=Unit.SHARE,
    better=Better.LOWER,
    duty=DUTY,
    domain=DOMAIN,
)
def reassignment_rate(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the routine tickets whose last fix fell in the period, the share reassigned at least once.

    The source's own counter of reassignments is used; tickets of a source without one are left out.
    """
    return _recorded_share(
        period, scope, terms, "recorded_reassignment_count", "no counter of reassignments"
    )


@measure(
    "desk.sla_recorded",
    title="Routine tickets kept in time, by the source's flag",
    unit=Unit.SHARE,
    better=Better.HIGHER,
    duty=DUTY,
    domain=DOMAIN,
)
def sla_recorded(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the routine tickets whose last fix fell in the period, the share that the source flags as
    in time.

    It is what the source says of itself at the ticket's last event, under terms that we do not
    know; tickets of a source without such a flag are left out.
    """
    return _recorded_share(period, scope, terms, "recorded_sla_kept", "no flag for the agreed time")


def _recorded_share(period: Span, scope: Scope, terms: Terms, column: str, missing: str) -> Reading:
    """Return the share of rows whose recorded column is true or above zero, without the unknown."""
    basis = fixed_in(period, scope, terms, "last_fix_at")
    unknown = {f"{column}__isnull": True}
    basis = replace(
        basis,
        included=basis.included.exclude(**unknown),
        excluded=(
            *basis.excluded,
            *excluded(f"Its source gives {missing}", basis.included.filter(**unknown)),
        ),
    )
    recorded = dict(basis.included.values_list("pk", column))
    return of_shares(basis, {key: bool(value) for key, value in recorded.items()})
