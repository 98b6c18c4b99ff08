"""Whether everybody hears of major incidents soon, and when it was promised."""

from datetime import datetime
from typing import Any

from django.db.models import Min, QuerySet

from quarterdeck.core.measures import Better, Reading, Scope, Terms, Unit, measure
from quarterdeck.core.readings import Basis, excluded, of_durations, of_shares
from quarterdeck.desk.measures.declaration import register_coverage
from quarterdeck.desk.models import MajorIncident, PublicUpdate
from quarterdeck.desk.queries.cohorts import is_about, scoped
from quarterdeck.desk.queries.major_incidents import DOMAIN
from quarterdeck.kernels.spans import Span

_DUTY = "J2.d3"


@measure(
    "desk.time_to_first_update",
    title="Time to the first update of major incidents",
    unit=Unit.DURATION,
    better=Better.LOWER,
    duty=_DUTY,
    domain=DOMAIN,
)
def time_to_first_update(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the major incidents declared in the period, the time from the declaration to the first
    public update, around the clock.

    Those of which nobody has told anything yet are left out, and said. The register counts as kept
    from the first major incident in it.
    """
    declared = _of_scope(scope).filter(
        declared_at__gte=period.start, declared_at__lt=period.end, declared_at__lte=terms.as_of
    )
    told = PublicUpdate.objects.filter(incident__in=declared, at__lte=terms.as_of)
    first = dict(told.order_by().values_list("incident").annotate(Min("at")))
    basis = _basis(
        period,
        terms,
        declared.filter(pk__in=list(first)),
        ("Nobody has told anything yet", declared.exclude(pk__in=list(first))),
    )
    begun = basis.included.values_list("pk", "declared_at")
    return of_durations(basis, {key: int((first[key] - at).total_seconds()) for key, at in begun})


@measure(
    "desk.updates_on_promised_time",
    title="Updates of major incidents at the promised time",
    unit=Unit.SHARE,
    better=Better.HIGHER,
    duty=_DUTY,
    domain=DOMAIN,
)
def updates_on_promised_time(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the public updates that promised the next one for a moment in the period, the share whose
    next one came by then.

    The last update, with which a major incident ends, keeps a promise too. What is not due yet is
    left out. How soon the first update comes is a measure of its own.
    """
    promised = PublicUpdate.objects.filter(
        incident__in=_of_scope(scope),
        next_due_at__gte=period.start,
        next_due_at__lt=period.end,
        at__lte=terms.as_of,
    )
    basis = _basis(
        period,
        terms,
        promised.filter(next_due_at__lte=terms.as_of),
        ("It is not due yet", promised.filter(next_due_at__gt=terms.as_of)),
    )
    following = _following(basis.included, terms.as_of)
    rows = basis.included.values_list("pk", "next_due_at")
    return of_shares(
        basis, {key: key in following and following[key] <= due for key, due in rows if due}
    )


def _following(updates: QuerySet[PublicUpdate], as_of: datetime) -> dict[int, datetime]:
    """Return when the update after each came."""
    incidents = updates.order_by().values("incident")
    known = PublicUpdate.objects.filter(incident__in=incidents, at__lte=as_of)
    found: dict[int, datetime] = {}
    last: dict[int, int] = {}
    for key, incident, at in known.order_by("at", "pk").values_list("pk", "incident", "at"):
        if incident in last:
            found[last[incident]] = at
        last[incident] = key
    return found


def _of_scope(scope: Scope) -> QuerySet[MajorIncident]:
    return MajorIncident.objects.filter(is_about(scoped(scope).standing()))


def _basis(
    period: Span, terms: Terms, included: QuerySet[Any], left_out: tuple[str, QuerySet[Any]]
) -> Basis:
    first: datetime | None = MajorIncident.objects.aggregate(first=Min("declared_at"))["first"]
    return Basis(
        as_of=terms.as_of,
        coverage=register_coverage(period, terms.as_of, first),
        included=included,
        excluded=excluded(*left_out),
        # The register is kept in this product, so it tells what stands now.
        freshest_at=None if first is None else terms.as_of,
        parameters={"time": "around the clock"},
    )
