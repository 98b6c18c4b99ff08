"""Whether the true problem is told from the presenting one, and whether it stays away."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from django.db.models import Exists, OuterRef, Q

from quarterdeck.core.measures import Better, Reading, Scope, Terms, Unit, measure
from quarterdeck.core.readings import Basis, excluded, of_shares
from quarterdeck.desk.measures.declaration import DOMAIN
from quarterdeck.desk.models import Problem, ProblemLink, ProblemStateChange
from quarterdeck.desk.models.on_ticket import on_standing
from quarterdeck.desk.queries.cohorts import coverage_of, dated_in, freshest_at, withdrawn
from quarterdeck.desk.queries.problems import first_problem_at, meanings_by_source
from quarterdeck.desk.queries.routine import of_kinds
from quarterdeck.desk.vocabulary import TicketKind
from quarterdeck.kernels.spans import Span

DUTY = "J3.f1.2"
AFTER = timedelta(days=30)


def _fixed_incidents(period: Span, scope: Scope, terms: Terms) -> Basis:
    fixed = dated_in(period, scope, terms, "last_fix_at").filter(of_kinds([TicketKind.INCIDENT]))
    return Basis(
        as_of=terms.as_of,
        coverage=coverage_of(period, scope, terms.as_of),
        included=fixed.standing(),
        excluded=withdrawn(fixed),
        freshest_at=freshest_at(scope),
    )


@measure(
    "desk.known_cause_share",
    title="Incidents explained by a known cause",
    unit=Unit.SHARE,
    better=Better.HIGHER,
    duty=DUTY,
    domain=DOMAIN,
    leads=True,
)
def known_cause_share(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the incidents whose last fix fell in the period, the share linked to a problem whose cause
    is known today.

    Before the first problem was recorded nothing is known of causes, and that is not enough
    evidence, not zero.
    """
    basis = _fixed_incidents(period, scope, terms)
    first = first_problem_at()
    if first is None or first >= min(period.end, terms.as_of):
        return replace(basis, coverage=Fraction(0)).silence()
    known = ProblemLink.objects.standing().filter(problem__cause_known_at__lte=terms.as_of)
    explained = set(
        basis.included.filter(pk__in=known.values("ticket")).values_list("pk", flat=True)
    )
    keys = basis.included.values_list("pk", flat=True)
    return of_shares(basis, {key: key in explained for key in keys})


@measure(
    "desk.presenting_category_share",
    title="Incidents that were what they were reported as",
    unit=Unit.SHARE,
    better=Better.HIGHER,
    duty=DUTY,
    domain=DOMAIN,
)
def presenting_category_share(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the incidents whose last fix fell in the period, the share whose true category is the one
    that they were reported under.

    Where somebody has explained what a source's categories mean, the meanings are compared. Those
    of which one of the two is not known are left out.
    """
    basis = _fixed_incidents(period, scope, terms)
    unknown = Q(category="") | Q(true_category="")
    left_out = excluded(
        "Its category or its true category is not known",
        basis.included.filter(unknown),
        is_unknown=True,
    )
    basis = replace(
        basis,
        included=basis.included.exclude(unknown),
        excluded=(*basis.excluded, *left_out),
    )
    meanings = meanings_by_source()
    rows = basis.included.values_list("pk", "source", "category", "true_category")
    return of_shares(
        basis,
        {
            key: meanings.get((source, said), said) == meanings.get((source, true), true)
            for key, source, said, true in rows
        },
    )


@measure(
    "desk.recurrence_share",
    title="Solved problems that came back",
    unit=Unit.SHARE,
    better=Better.LOWER,
    duty=DUTY,
    version=2,
    domain=DOMAIN,
)
def recurrence_share(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the problems whose first 30 days after a fix ended in the period, the share to which an
    incident reported in those days is linked.

    Every fix counts that was ever noted, also one after which the problem was taken up again or
    fixed anew: it is the fix that failed. A problem with several such fixes in the period is one,
    and came back if it did after any of them. An incident that nobody links is not counted.
    Problems belong to services and to the
    organisation; of teams, units and sources there is not enough evidence.
    """
    fixes = ProblemStateChange.objects.filter(
        fixed_at__gte=period.start - AFTER,
        fixed_at__lt=min(period.end, terms.as_of) - AFTER,
    )
    if scope.kind == "service":
        fixes = fixes.filter(problem__service__name=scope.name)
    is_known = scope.kind in {"organisation", "service"} and first_problem_at() is not None
    fixes = fixes if is_known else fixes.none()
    basis = Basis(
        as_of=terms.as_of,
        coverage=coverage_of(period, scope, terms.as_of) if is_known else Fraction(0),
        included=Problem.objects.filter(pk__in=fixes.values("problem")),
        freshest_at=freshest_at(scope),
        parameters={"after the fix": f"{AFTER.days} days"},
    )
    back = ProblemLink.objects.standing().filter(
        on_standing(),
        problem=OuterRef("problem"),
        ticket__opened_at__gte=OuterRef("fixed_at"),
        ticket__opened_at__lt=OuterRef("fixed_at") + AFTER,
    )
    returned: dict[int, bool] = {}
    for key, is_back in fixes.annotate(is_back=Exists(back)).values_list("problem", "is_back"):
        returned[key] = is_back or returned.get(key, False)
    return of_shares(basis, returned)
