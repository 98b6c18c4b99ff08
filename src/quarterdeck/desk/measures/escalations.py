"""Whether escalations are answered and resolved when it was promised, and whether complainants
agree."""

from collections import defaultdict
from datetime import datetime

from django.db.models import Exists, Min, OuterRef, Q

from quarterdeck.core.measures import Better, Reading, Scope, Terms, Unit, measure
from quarterdeck.core.readings import Basis, excluded, of_shares
from quarterdeck.desk.measures.declaration import register_coverage
from quarterdeck.desk.models import Escalation, EscalationEvent
from quarterdeck.desk.models.escalation import EscalationQuerySet
from quarterdeck.desk.queries.cohorts import is_about, scoped
from quarterdeck.desk.queries.escalations import DOMAIN
from quarterdeck.desk.vocabulary import EscalationEventKind, EscalationState, Verdict
from quarterdeck.kernels.spans import Span

_DUTY = "J2.d3"


@measure(
    "desk.escalations_on_time",
    title="Escalations resolved on time",
    unit=Unit.SHARE,
    better=Better.HIGHER,
    duty=_DUTY,
    version=2,
    domain=DOMAIN,
    leads=True,
)
def escalations_on_time(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the escalations and complaints whose resolution was promised for a moment in the period,
    the share resolved by that moment.

    What is promised is counted on a business calendar when an escalation is raised. A complaint
    whose complainant said that it was not solved is not resolved, and its resolution stays due when
    it was. What was withdrawn by that moment is left out, and so is what is not due yet; what was
    withdrawn later was not resolved on time. The register counts as recording from the first
    escalation that was raised in it.
    """
    basis = _promised(period, scope, terms, "resolution_due_at")
    rows = basis.included.values_list("pk", "resolved_at", "resolution_due_at")
    return of_shares(basis, {key: at is not None and at <= due for key, at, due in rows})


@measure(
    "desk.escalations_answered",
    title="Escalations answered on time",
    unit=Unit.SHARE,
    better=Better.HIGHER,
    duty=_DUTY,
    version=2,
    domain=DOMAIN,
)
def escalations_answered(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the escalations and complaints whose answer was promised for a moment in the period, the
    share answered by that moment.

    A complaint that was not solved is promised another answer, and counts by that one. A resolution
    is an answer. What was withdrawn by that moment is left out, and so is what is not due yet; what
    was withdrawn later counts.
    """
    basis = _promised(period, scope, terms, "answer_due_at")
    rows = basis.included.values_list("pk", "answered_at", "answer_due_at")
    return of_shares(basis, {key: at is not None and at <= due for key, at, due in rows})


@measure(
    "desk.complaints_followed_up",
    title="Complaints with the complainant’s own verdict",
    unit=Unit.SHARE,
    better=Better.HIGHER,
    duty=_DUTY,
    domain=DOMAIN,
)
def complaints_followed_up(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the complaints that were resolved in the period, the share whose complainant has said
    since whether that solved it.

    A verdict is given by a signed link, by the complainant signed in, or told to somebody who had
    not resolved it; silence is none. Of several resolutions in the period the last one counts.
    """
    resolved = _last_events(EscalationEventKind.RESOLVED, period, scope, terms.as_of)
    since = Span(min(period.start, terms.as_of), terms.as_of)
    judged = _last_events(EscalationEventKind.VERDICT, since, scope, terms.as_of)
    basis = _basis(period, terms, Escalation.objects.filter(pk__in=list(resolved)))
    return of_shares(
        basis, {key: judged.get(key, (0, ""))[0] > told[0] for key, told in resolved.items()}
    )


@measure(
    "desk.complaints_solved",
    title="Complaints solved, as the complainants say",
    unit=Unit.SHARE,
    better=Better.HIGHER,
    duty=_DUTY,
    domain=DOMAIN,
)
def complaints_solved(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the complaints on which a verdict was given in the period, the share whose last verdict in
    it was “solved”.

    Complaints without a verdict are not counted here: how many have one is a measure of its own,
    and where it is low, this one flatters.
    """
    judged = _last_events(EscalationEventKind.VERDICT, period, scope, terms.as_of)
    basis = _basis(period, terms, Escalation.objects.filter(pk__in=list(judged)))
    return of_shares(basis, {key: told[1] == Verdict.SOLVED for key, told in judged.items()})


def _of_scope(scope: Scope) -> EscalationQuerySet:
    return Escalation.objects.filter(is_about(scoped(scope).standing()))


def _promised(period: Span, scope: Scope, terms: Terms, column: str) -> Basis:
    """Return what was promised for a moment in the period, and what of it is left out."""
    promised = _of_scope(scope).filter(
        **{f"{column}__gte": period.start, f"{column}__lt": period.end}, raised_at__lte=terms.as_of
    )
    ends = EscalationEvent.objects.filter(
        escalation=OuterRef("pk"),
        kind=EscalationEventKind.WITHDRAWN,
        at__lte=OuterRef(column),
    )
    withdrawn = Q(Exists(ends), state=EscalationState.WITHDRAWN)
    is_due = Q(**{f"{column}__lte": terms.as_of})
    return _basis(
        period,
        terms,
        promised.filter(is_due).exclude(withdrawn),
        ("It was withdrawn before it was due", promised.filter(withdrawn)),
        ("It is not due yet", promised.exclude(is_due).exclude(withdrawn)),
    )


def _basis(
    period: Span,
    terms: Terms,
    included: EscalationQuerySet,
    *left_out: tuple[str, EscalationQuerySet],
) -> Basis:
    first: datetime | None = Escalation.objects.aggregate(first=Min("raised_at"))["first"]
    return Basis(
        as_of=terms.as_of,
        coverage=register_coverage(period, terms.as_of, first),
        included=included,
        excluded=tuple(each for told in left_out for each in excluded(*told)),
        # The register is kept in this product, so it tells what stands now.
        freshest_at=None if first is None else terms.as_of,
        parameters={"time": "on the calendar of each promise"},
    )


def _last_events(
    kind: EscalationEventKind, period: Span, scope: Scope, as_of: datetime
) -> dict[int, tuple[int, str]]:
    """Return the last event of a kind in a period, with its verdict, by the complaint's key."""
    events = EscalationEvent.objects.filter(
        kind=kind,
        at__gte=period.start,
        at__lt=period.end,
        at__lte=as_of,
        escalation__in=_of_scope(scope).complaints(),
    )
    found: dict[int, tuple[int, str]] = defaultdict(lambda: (0, ""))
    for key, escalation, verdict in events.order_by("pk").values_list(
        "pk", "escalation_id", "verdict"
    ):
        found[escalation] = (key, verdict)
    return dict(found)
