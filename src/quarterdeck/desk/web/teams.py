"""The pages of those who lead and manage: one team person by person, and all teams side by side."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from quarterdeck.core import clock
from quarterdeck.core.directory import may_keep_directory
from quarterdeck.core.models import Team
from quarterdeck.core.permission import account_of
from quarterdeck.core.records import Badge
from quarterdeck.desk import rules
from quarterdeck.desk.models import ShiftNote, Ticket
from quarterdeck.desk.queries.routing import teamless_tickets
from quarterdeck.desk.queries.team_comparison import TREND, compared, teams_reached
from quarterdeck.desk.queries.team_standing import STALE_HOURS, standing_of
from quarterdeck.desk.records import PRIORITY_BADGES
from quarterdeck.ui.navigation import Place
from quarterdeck.ui.paging import count_up_to

_PARTS = (
    ("longest", "Waiting longest"),
    ("unassigned", "Nobody works on them"),
    ("stale", f"No news for {STALE_HOURS} h of work"),
    ("reopened", "Reopened"),
)


@require_safe
def lead(request: HttpRequest) -> HttpResponse:
    """Show how one team stands: load, ages, what runs out next, and what is stuck."""
    user = account_of(request)
    if not rules.may_lead(user):
        raise Http404
    teams, at = teams_reached(user), clock.now()
    team = _chosen(request, teams)
    address = reverse("desk.lead")
    context: dict[str, Any] = {
        "team": team,
        "is_keeper": team is None and may_keep_directory(user),
        "at": at,
        "tabs": [
            Place(each.name, f"{address}?team={each.pk}", "", is_current=each == team)
            for each in teams
        ],
        "may_compare": rules.may_compare_teams(user),
        "teamless": count_up_to(teamless_tickets(user)),
    }
    if team is not None:
        standing = standing_of(team, at)
        notes = ShiftNote.objects.filter(team=team).select_related("author__person", "receipt")
        context |= {
            "standing": standing,
            "most_old": max([1, *(count for _, count in standing.ages)]),
            "parts": [
                (name, title, _with_priorities(standing.rows[name]))
                for name, title in _PARTS
                if standing.rows[name]
            ],
            "note": notes.order_by("-at", "-pk").first(),
        }
    return render(request, "desk/lead.html", context)


def _with_priorities(rows: Sequence[Ticket]) -> list[tuple[Ticket, Badge | None]]:
    return [(ticket, PRIORITY_BADGES.get(ticket.priority or 0)) for ticket in rows]


def _chosen(request: HttpRequest, teams: list[Team]) -> Team | None:
    """Return the team that is asked for, else one's own, else the first; 404 beyond one's reach."""
    chosen = request.GET.get("team", "")
    if chosen:
        found = next((each for each in teams if str(each.pk) == chosen), None)
        if found is None:
            raise Http404
        return found
    own = (each for each in teams if each.is_own)  # type: ignore[attr-defined]  # it is annotated
    return next(own, next(iter(teams), None))


@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    """Show the teams within reach side by side, with what came and went."""
    user = account_of(request)
    if not rules.may_compare_teams(user):
        raise Http404
    at = clock.now()
    rows = compared(teams_reached(user), at)
    context = {
        "rows": rows,
        "is_keeper": not rows and may_keep_directory(user),
        "days": TREND.days,
        "teamless": count_up_to(teamless_tickets(user)),
        "may_lead": rules.may_lead(user),
        "at": at,
    }
    return render(request, "desk/teams.html", context)
