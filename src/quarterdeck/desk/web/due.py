"""The board of what breaches next: one's own tickets', or those within one's reach."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from quarterdeck.core import clock
from quarterdeck.desk.queries.major_incidents import majors_among
from quarterdeck.desk.queries.routing import teamless_tickets
from quarterdeck.desk.queries.running_clocks import due_next, rows_due, with_tickets
from quarterdeck.desk.records import PRIORITY_BADGES
from quarterdeck.desk.web.queues import worker
from quarterdeck.ui.navigation import Place
from quarterdeck.ui.paging import count_up_to, cut

_SCOPES = {"team": "My teams", "mine": "Mine"}
_ORDER = ("due_at", "id")


@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """Show the clocks that run out next, the most overdue first; the page asks again by itself."""
    user, at = worker(request), clock.now()
    scope = request.GET.get("scope", "team")
    if scope not in _SCOPES:
        raise Http404
    clocks = due_next(user, scope)
    after, before = (request.GET.get(name, "") for name in ("after", "before"))
    page = cut(with_tickets(clocks), _ORDER, after=after, before=before)
    address = reverse("desk.due")
    overdue = count_up_to(clocks.filter(due_at__lt=at))
    context = {
        "rows": [
            (each, PRIORITY_BADGES.get(each.clock.ticket.priority or 0))
            for each in rows_due(page.rows, at)
        ],
        "overdue": overdue,
        # Where more are overdue than are counted, so are there more in all.
        "total": overdue if overdue.is_bounded else count_up_to(clocks),
        "tabs": [
            Place(title, f"{address}?scope={name}", "", is_current=name == scope)
            for name, title in _SCOPES.items()
        ],
        "scope": scope,
        "majors": majors_among([clock.ticket_id for clock in page.rows], user),
        "teamless": count_up_to(teamless_tickets(user)),
        "page": page,
        "at": at,
        "path": request.get_full_path(),
    }
    return render(request, "desk/due.html", context)
