"""The teams side by side: what is open in each, and whether it grows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q

from quarterdeck.core.database import Unindexed
from quarterdeck.core.memory import asked_once
from quarterdeck.core.models import Account, Team, TeamMembership
from quarterdeck.core.permission import NounClass, User, sight_of
from quarterdeck.desk.models import Escalation, ServiceLevelClock, Ticket
from quarterdeck.desk.vocabulary import OPEN_ESCALATIONS, EscalationState

TREND = timedelta(days=28)
_OLD = timedelta(days=30)
_URGENT = 2


@dataclass(frozen=True)
class TeamRow:
    """One team; `came` and `went` are what was reported and fixed in the last 28 days, the others
    in the 28 days before."""

    team: Team
    open: int
    urgent: int
    unassigned: int
    old: int
    reopened: int
    overdue: int
    escalated: int
    unjudged: int
    came: int
    came_before: int
    went: int
    went_before: int

    @property
    def growth(self) -> int:
        """By how much the open work has grown in the last 28 days."""
        return self.came - self.went


@asked_once
def teams_reached(user: User) -> list[Team]:
    """Return the teams that somebody's roles reach, by name; `is_own` where they work in it."""
    sight = sight_of(user, NounClass.ORDINARY)
    person = user.person_id if isinstance(user, Account) else None
    works_there = TeamMembership.objects.filter(team=OuterRef("pk"), person=person)
    teams = Team.objects.select_related("lead").annotate(is_own=Exists(works_there))
    teams = teams.order_by("name")
    return list(teams if sight.everything else teams.filter(pk__in=sight.team_keys))


def compared(teams: Sequence[Team], at: datetime) -> list[TeamRow]:
    """Return the teams with their figures, in five questions to the database.

    Where few rows are asked for by something else than their team, those of all teams are counted:
    SQLite would walk all that teams ever had.
    """
    keys = [team.pk for team in teams]
    known: dict[int, dict[str, int]] = {key: {} for key in keys}
    for found in (
        _open(keys, at),
        _overdue(keys, at),
        _escalated(),
        _flow(at, "opened_at", "came"),
        _flow(at, "last_fix_at", "went"),
    ):
        for row in found:
            known.setdefault(row.pop("place"), {}).update(row)
    names = [name for name in TeamRow.__dataclass_fields__ if name != "team"]
    return [
        TeamRow(team=team, **{name: known[team.pk].get(name, 0) for name in names})
        for team in teams
    ]


def _grouped(rows: Any, column: str, **counts: Q | None) -> list[Mapping[str, int]]:
    told = {name: Count("pk", filter=condition) for name, condition in counts.items()}
    places = rows.order_by().values_list(column).annotate(**told)
    return [dict(zip(("place", *counts), row, strict=True)) for row in places]


def _open(keys: Sequence[int], at: datetime) -> Any:
    rows = Ticket.objects.standing().open().filter(team__in=keys)
    return _grouped(
        rows,
        "team",
        open=None,
        urgent=Q(priority__lte=_URGENT),
        unassigned=Q(assignee__isnull=True, assignee_name=""),
        old=Q(opened_at__lt=at - _OLD),
        reopened=Q(reopen_count__gt=0),
    )


def _overdue(keys: Sequence[int], at: datetime) -> Any:
    late = ServiceLevelClock.objects.live().standing().promised_to_customers()
    late = late.filter(due_at__lt=at, team__in=keys)
    return _grouped(late, "team", overdue=None)


def _escalated() -> Any:
    rows = Escalation.objects.filter(state__in={*OPEN_ESCALATIONS, EscalationState.RESOLVED})
    # No index of the tickets' teams gives the order of the groups, or SQLite would walk it.
    place = Unindexed("ticket__team", output_field=IntegerField())
    return _grouped(
        rows.annotate(place=place),
        "place",
        escalated=Q(state__in=OPEN_ESCALATIONS),
        unjudged=Q(state=EscalationState.RESOLVED, cause="complaint"),
    )


def _flow(at: datetime, column: str, name: str) -> Any:
    """Count what came, or went, in the last span and in the one before it."""
    now, before = at - TREND, at - 2 * TREND
    rows = Ticket.objects.standing().filter(**{f"{column}__gt": before, f"{column}__lte": at})
    recent = Q(**{f"{column}__gt": now})
    return _grouped(rows, "team", **{name: recent, f"{name}_before": ~recent})
