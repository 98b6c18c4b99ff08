"""The page that says who would get a ticket, and why."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quarterdeck.core import clock
from quarterdeck.core.permission import account_of
from quarterdeck.desk import rules
from quarterdeck.desk.queries.assignment import choice_of, decisions_on, policy_of
from quarterdeck.desk.records import tickets
from quarterdeck.desk.web.found import find_ticket
from quarterdeck.ui.details import breadcrumbs


@require_safe
def who(request: HttpRequest, key: int) -> HttpResponse:
    """Show whom the strategy of its team would give a ticket now, and what it has decided so far.

    Nothing is written, and nobody's turn passes.
    """
    user = account_of(request)
    ticket = find_ticket(key, user)
    if not rules.may_work(user, ticket):
        raise Http404
    policy = None if ticket.team is None else policy_of(ticket.team)
    context = {
        "ticket": ticket,
        "policy": policy,
        "choice": None if policy is None else choice_of(ticket, policy, clock.now()),
        "decisions": decisions_on(ticket),
        "breadcrumbs": [*breadcrumbs(tickets, ticket.number), ("Who would get it", "")],
    }
    return render(request, "desk/who.html", context)
