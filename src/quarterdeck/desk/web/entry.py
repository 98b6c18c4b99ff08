"""Quick entry: a report is taken down on one page while the requester is on the phone."""

import secrets

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.queries.catalogue_requests import today
from quarterdeck.desk.queries.priorities import matrix_at
from quarterdeck.desk.queries.queues import known_categories, own_team, people_like
from quarterdeck.desk.records import PRIORITY_BADGES, tickets
from quarterdeck.desk.verbs.tickets import open_ticket, resolve_at_once
from quarterdeck.desk.vocabulary import Level, TicketState
from quarterdeck.desk.web.forms import ReportForm
from quarterdeck.desk.web.queues import worker
from quarterdeck.office.queries.periods import own_day
from quarterdeck.services.models import CatalogueItem


@require_http_methods(["GET", "HEAD", "POST"])
def new_ticket(request: HttpRequest) -> HttpResponse:
    """Take a report down, and open it for oneself, for the team, or resolved at once."""
    user = worker(request)
    if request.method == "POST":
        form = ReportForm(request.POST)
        if form.is_valid() and (ticket := _opened(request, form, user)) is not None:
            messages.success(request, _told(ticket))
            return redirect(tickets.detail_address, ticket.pk)
    else:
        form = ReportForm(initial={"entry_key": secrets.token_hex(16), "team": own_team(user)})
    number = _priority(form["impact"].value(), form["urgency"].value())
    context = {
        "form": form,
        "priority": number,
        "badge": PRIORITY_BADGES.get(number or 0),
        "matrix": _matrix(),
        "offered": CatalogueItem.objects.on_offer(today(clock.now())).order_by("title", "pk"),
        "is_resolving": bool(form.errors) and "resolve" in request.POST,
        "breadcrumbs": [("Tickets", reverse(tickets.list_address)), ("New ticket", "")],
    }
    return render(request, "desk/new.html", context, status=422 if form.is_bound else 200)


def _told(ticket: Ticket) -> str:
    """Return what became of a report: a strategy may have chosen who works on it."""
    whom = f" to {ticket.assignee_name}" if ticket.state == TicketState.ASSIGNED else ""
    return f"{ticket.number} is {ticket.get_state_display().lower()}{whom}."


def _opened(request: HttpRequest, form: ReportForm, user: Account) -> Ticket | None:
    report, at = form.report(), clock.now()
    try:
        if "resolve" in request.POST:
            return resolve_at_once(
                report=report,
                resolution=form.cleaned_data["resolution"],
                true_category=form.cleaned_data["true_category"] or report.category,
                actor=user,
                at=at,
            )
        assignee = user.person if "mine" in request.POST else None
        return open_ticket(report=report, assignee=assignee, actor=user, at=at)
    except Invalid as invalid:
        for name, texts in invalid.errors.items():
            form.add_error(name if name in form.fields else None, " ".join(texts))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return None


def _priority(impact: object, urgency: object) -> int | None:
    known = {str(level.value): int(level) for level in Level}
    pair = known.get(str(impact)), known.get(str(urgency))
    return matrix_at(clock.now()).priorities.get(pair) if None not in pair else None  # type: ignore[arg-type]  # neither is None


def _matrix() -> list[tuple[str, list[int]]]:
    """The priorities by impact, for those whose browser asks nothing while they choose."""
    known = matrix_at(clock.now()).priorities
    return [(level.label, [known[level, other] for other in Level]) for level in Level]


@require_safe
def priority(request: HttpRequest) -> HttpResponse:
    """Say which priority follows from an impact and an urgency."""
    worker(request)
    number = _priority(request.GET.get("impact"), request.GET.get("urgency"))
    context = {"priority": number, "badge": PRIORITY_BADGES.get(number or 0)}
    return render(request, "desk/priority_part.html", context)


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Suggest people whose name begins with what was typed."""
    worker(request)
    found = people_like(request.GET.get("requester", ""), own_day(clock.now()))
    return render(request, "desk/people_part.html", {"people": found})


@require_safe
def categories(request: HttpRequest) -> HttpResponse:
    """Suggest the categories of the newest tickets."""
    worker(request)
    return render(request, "desk/categories_part.html", {"categories": known_categories()})
