"""Whether people are helped at their first contact."""

from django.db.models import F, Q, QuerySet

from quarterdeck.core.measures import Better, Reading, Scope, Terms
from quarterdeck.core.readings import Basis, excluded, of_shares
from quarterdeck.desk.measures.declaration import share
from quarterdeck.desk.models import StateChange, Ticket, TicketMessage
from quarterdeck.desk.queries.cohorts import AWAITED, coverage_of, dated_in, freshest_at, withdrawn
from quarterdeck.desk.queries.handovers import handed_on_here
from quarterdeck.desk.vocabulary import MessageKind, TicketState
from quarterdeck.kernels.spans import Span

_UNTOLD = "Unknown: its source tells no replies"


@share(
    "desk.first_contact_resolution",
    title="Resolved at the first contact",
    better=Better.HIGHER,
)
def first_contact_resolution(period: Span, scope: Scope, terms: Terms) -> Reading:
    """Of the incidents and requests whose first fix fell in the period, the share fixed at the
    first contact.

    That is: between report and first fix nobody wrote to the requester and the requester wrote
    nothing more, it was never put on hold, it never went from one team or person to another, and it
    was not reopened since. How long it took does not matter here.

    What was reopened after the period was closed shows in a restatement. Tickets that came from a
    source are unknown, since it tells no replies.
    """
    rows = dated_in(period, scope, terms, "first_fix_at")
    standing = rows.standing()
    awaited = standing.filter(AWAITED)
    by_hand = Q(batch__isnull=True)
    basis = Basis(
        as_of=terms.as_of,
        coverage=coverage_of(period, scope, terms.as_of),
        included=awaited.filter(by_hand),
        excluded=(
            *excluded("A problem, which nobody waits for", standing.exclude(AWAITED)),
            *excluded(_UNTOLD, awaited.exclude(by_hand), is_unknown=True),
            *withdrawn(rows),
        ),
        freshest_at=freshest_at(scope),
        parameters={"contact": "a word to or from the requester, a hold, another team or person"},
    )
    counts = dict(basis.included.values_list("pk", "reopen_count"))
    more = _with_more_contact(basis.included) if counts else set()
    hits = {key: not count and key not in more for key, count in counts.items()}
    return of_shares(basis, hits)


def _with_more_contact(tickets: QuerySet[Ticket]) -> set[int]:
    """Return the keys of the tickets on which more than one contact was needed."""
    keys = tickets.values("pk")
    written = TicketMessage.objects.filter(
        ticket__in=keys, kind=MessageKind.PUBLIC, at__lte=F("ticket__first_fix_at")
    )
    held = StateChange.objects.filter(
        ticket__in=keys,
        state=TicketState.ON_HOLD,
        occurred_at__lte=F("ticket__first_fix_at"),
    )
    found = set(written.order_by().values_list("ticket_id", flat=True))
    return found | set(held.values_list("ticket_id", flat=True)) | handed_on_here(tickets)
