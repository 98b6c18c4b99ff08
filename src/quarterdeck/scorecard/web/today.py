"""Today: what waits for whoever reads it, from every app, the gravest first."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from quarterdeck.core import clock
from quarterdeck.core.permission import account_of, only_asks
from quarterdeck.core.records import Badge, Tone
from quarterdeck.core.waiting import Consequence, WaitingItem, anything_waits_for, waiting_for
from quarterdeck.scorecard.queries.board import reads_measures

BADGES = {
    Consequence.SEVERE: Badge(Tone.BAD, "Severe"),
    Consequence.SERIOUS: Badge(Tone.WARNING, "Serious"),
    Consequence.ORDINARY: Badge(Tone.INFO, "Ordinary"),
    Consequence.SLIGHT: Badge(Tone.NEUTRAL, "Slight"),
}


@dataclass(frozen=True)
class WaitingRow:
    """One waiting item as a row of the page."""

    item: WaitingItem
    badge: Badge
    is_overdue: bool


def row_of(item: WaitingItem, at: datetime) -> WaitingRow:
    """Return an item with the badge of the gravest usual weight that it reaches."""
    reached = [weight for weight in BADGES if item.consequence >= weight]
    badge = BADGES[reached[0] if reached else Consequence.SLIGHT]
    return WaitingRow(item, badge, item.due_at is not None and item.due_at < at)


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Show what waits for the reader, and for nobody else."""
    user = account_of(request)
    at = clock.now()
    rows = [row_of(item, at) for item in waiting_for(user, at)]
    overdue = sum(row.is_overdue for row in rows)
    context = {"rows": rows, "overdue": overdue, "reads_measures": reads_measures(user)}
    return render(request, "scorecard/today.html", context)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to what waits for the reader; where nothing does, to the scorecard if one reads it.

    Whoever is a requester and nothing else is led to the portal.
    """
    user = account_of(request)
    if user.person_id is not None and only_asks(user):
        return redirect("portal.home")
    is_reader = reads_measures(user) and not anything_waits_for(user, clock.now())
    return redirect("scorecard" if is_reader else "today")
