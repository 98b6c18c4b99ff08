"""What is known of reports like this one: while it is taken down, and on its ticket."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quarterdeck.core import clock
from quarterdeck.core.permission import account_of
from quarterdeck.desk.queries.problems import problems_of
from quarterdeck.desk.queries.similar import Similar, similar_to
from quarterdeck.desk.records import tickets
from quarterdeck.desk.rules import may_open_problems, may_work
from quarterdeck.desk.web.forms import ReportForm
from quarterdeck.desk.web.found import find_ticket
from quarterdeck.desk.web.queues import worker
from quarterdeck.ui.details import breadcrumbs

_SHORTEST = 4


@require_safe
def while_typing(request: HttpRequest) -> HttpResponse:
    """Show the tickets that resemble what has been typed so far."""
    user = worker(request)
    title, description = (request.GET.get(name, "") for name in ("title", "description"))
    is_enough = len(title.strip()) >= _SHORTEST
    similar = similar_to(title, description, user, clock.now()) if is_enough else Similar()
    return render(request, "desk/similar_part.html", {"similar": similar, "is_new": True})


@require_safe
def take_category(request: HttpRequest) -> HttpResponse:
    """Show the field of the category with what was suggested."""
    worker(request)
    form = ReportForm(initial={"category": request.GET.get("category", "")})
    return render(request, "desk/category_field.html", {"form": form})


@require_safe
def of_ticket(request: HttpRequest, key: int) -> HttpResponse:
    """Show what explains a ticket, and what resembles it, which its page loads after all else.

    Whoever only reported it is shown neither.
    """
    ticket = find_ticket(key, request.user)
    user = account_of(request)
    works_here = may_work(user, ticket)
    similar = Similar()
    if works_here:
        similar = similar_to(ticket.title, ticket.description, user, clock.now(), ticket)
    context = {
        "ticket": ticket,
        "works_here": works_here,
        "explained_by": problems_of(ticket, user),
        "similar": similar,
        "may_open_problem": works_here and may_open_problems(user) and ticket.kind == "incident",
        "breadcrumbs": breadcrumbs(tickets, ticket.number),
    }
    return render(request, "desk/similar.html", context)
