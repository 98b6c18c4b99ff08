"""The page of one ticket."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quarterdeck.core import clock
from quarterdeck.core.records import Badge, Tone
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.queries.clocks import clocks_of
from quarterdeck.desk.queries.log import log_of
from quarterdeck.desk.records import PRIORITY_BADGES, STATE_BADGES, tickets
from quarterdeck.desk.vocabulary import Oddity, TicketState
from quarterdeck.ui.details import breadcrumbs, facts_of, find_visible
from quarterdeck.ui.history import changes_of

FACTS = (
    "service",
    "team",
    "assignee_name",
    "requester",
    "requester_name",
    "category",
    "contact_channel",
    "impact",
    "urgency",
)
TIMES = (
    "opened_at",
    "opened_from",
    "first_fix_at",
    "last_fix_at",
    "ended_at",
    "changed_at",
    "reopen_count",
)
RECORDED = (
    "source",
    "external_id",
    "recorded_sla_kept",
    "recorded_due_at",
    "recorded_reopen_count",
    "recorded_reassignment_count",
    "batch",
)
EXPLANATIONS = {
    Oddity.EVENT_BEFORE_REPORT: "The log holds an event dated before the report itself.",
    Oddity.LOG_STEPS_BACK: "The log steps back in time. Its own order counts, not the dates.",
    Oddity.REPEATED_EVENT: "The file repeats an event; it is kept once.",
}
NO_BADGE = Badge(Tone.NEUTRAL)


@require_safe
def show_ticket(request: HttpRequest, key: int) -> HttpResponse:
    """Show one ticket: its clocks, its log, and what the source recorded."""
    user = request.user
    ticket: Ticket = find_visible(tickets, key, user)
    context = {
        "ticket": ticket,
        "state_tone": STATE_BADGES[TicketState(ticket.state)].tone,
        "priority": PRIORITY_BADGES.get(ticket.priority or 0),
        "oddities": [EXPLANATIONS[Oddity(word)] for word in ticket.oddities],
        "clocks": clocks_of(ticket, clock.now()),
        "log": [
            (line, STATE_BADGES[TicketState(line.change.state)].tone) for line in log_of(ticket)
        ],
        "facts": facts_of(tickets, ticket, user, FACTS),
        "times": facts_of(tickets, ticket, user, TIMES),
        "recorded": facts_of(tickets, ticket, user, RECORDED),
        "changes": changes_of(ticket, user),
        "breadcrumbs": breadcrumbs(tickets, ticket.number),
    }
    return render(request, "desk/ticket.html", context)
