"""Whether corrective actions are done when they should be."""

from datetime import datetime, timedelta
from fractions import Fraction

from django.db.models import Min

from quarterdeck.core.measures import Better, Reading, Scope, Terms, Unit, measure
from quarterdeck.core.readings import Basis, excluded, of_shares
from quarterdeck.kernels.spans import Span, coverage
from quarterdeck.office.queries import organisation
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.queries.actions import DOMAIN, actions_of
from quarterdeck.planning.vocabulary import ActionState

_DAY = timedelta(days=1)


@measure(
    "planning.actions_on_time",
    title="Corrective actions done on time",
    unit=Unit.SHARE,
    better=Better.HIGHER,
    duty="J2.d2",
    domain=DOMAIN,
    leads=True,
)
def actions_on_time(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the corrective actions whose due day fell in the period, the share done by that day.

    Days are those of the organisation's zone. An action whose day is not over yet is left out, and
    so is one that was cancelled. What was handed on counts by the due day that it has now. The
    register counts as recording from the first action that was opened in it.
    """
    rules = organisation().rules
    first, end = rules.day_of(period.start), rules.day_of(period.end)
    due = actions_of(scope).filter(due_on__gte=first, due_on__lt=end)
    known = due.filter(opened_at__lte=terms.as_of)
    today = rules.day_of(terms.as_of)
    counted = known.filter(due_on__lt=today).exclude(state=ActionState.CANCELLED)
    basis = Basis(
        as_of=terms.as_of,
        coverage=_coverage(period, terms.as_of),
        included=counted,
        excluded=(
            *excluded("It was cancelled", known.filter(state=ActionState.CANCELLED)),
            *excluded(
                "Its day is not over yet",
                known.filter(due_on__gte=today).exclude(state=ActionState.CANCELLED),
            ),
        ),
        # The register is kept in this product, so it tells what stands now.
        freshest_at=terms.as_of if _opened_first() else None,
        parameters={"zone": rules.zone_on(end - _DAY)},
    )
    rows = counted.values_list("pk", "state", "ended_on", "due_on")
    return of_shares(
        basis,
        {
            key: state == ActionState.DONE and ended_on is not None and ended_on <= due_on
            for key, state, ended_on, due_on in rows
        },
    )


def _opened_first() -> datetime | None:
    first: datetime | None = CorrectiveAction.objects.aggregate(first=Min("opened_at"))["first"]
    return first


def _coverage(period: Span, as_of: datetime) -> Fraction:
    """Return the share of the period, up to `as_of`, in which the register was kept."""
    elapsed = period.clip(Span(min(period.start, as_of), as_of))
    first = _opened_first()
    if elapsed is None or first is None or first >= as_of:
        return Fraction(0)
    return coverage([Span(first, as_of)], elapsed)
