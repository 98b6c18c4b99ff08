"""Groups on imported tickets that no team of ours answers to, with the teams that may be meant."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet

from quarterdeck.core.models import Team, TeamMembership
from quarterdeck.desk.models import StateChange, TeamAlias, Ticket

_SUGGESTED = 3


@dataclass(frozen=True)
class UnresolvedTeam:
    """A group of a source that leads to a team in which nobody is.

    It stands on so many tickets, reported between two instants; with none, only earlier changes of
    tickets name it.
    """

    source: str
    text: str
    team: int
    tickets: int
    first: datetime
    last: datetime
    suggestions: tuple[Team, ...] = ()


def _answering() -> "QuerySet[Team]":
    """Keep the teams that somebody works in or leads, or that a name was said to be."""
    members = TeamMembership.objects.filter(team=OuterRef("pk"))
    aliases = TeamAlias.objects.filter(team=OuterRef("pk"))
    return Team.objects.filter(Q(lead__isnull=False) | Exists(members) | Exists(aliases))


def unresolved_teams() -> list[UnresolvedTeam]:
    """Return the groups that lead to nobody, those on most tickets first, without suggestions.

    One of which somebody has said what it is, if only that it is no team, is left out.
    """
    empty = list(Team.objects.exclude(pk__in=_answering()).values_list("pk", flat=True))
    tickets = Ticket.objects.standing().filter(batch__isnull=False, team__in=empty).order_by()
    found = [
        UnresolvedTeam(source, text, team, amount, first, last)
        for source, text, team, amount, first, last in tickets.values_list(
            "source", "team__name", "team"
        ).annotate(Count("pk"), Min("opened_at"), Max("opened_at"))
    ]
    standing = {(each.source, each.team) for each in found}
    found += [each for each in _left_behind(empty) if (each.source, each.team) not in standing]
    explained = set(TeamAlias.objects.said().values_list("source", "text"))
    unexplained = [each for each in found if (each.source, each.text) not in explained]
    return sorted(unexplained, key=lambda each: (-each.tickets, each.source, each.text))


def _left_behind(teams: list[int]) -> list[UnresolvedTeam]:
    """Return the groups among these teams that changes of tickets name, whether or not any ticket
    stands there still."""
    changes = StateChange.objects.uncorrected().filter(team__in=teams, batch__isnull=False)
    rows = changes.order_by().values_list("batch__source", "team__name", "team")
    return [
        UnresolvedTeam(source, text, team, 0, first, last)
        for source, text, team, first, last in rows.annotate(Min("occurred_at"), Max("occurred_at"))
    ]


def with_teams_suggested(groups: Iterable[UnresolvedTeam]) -> list[UnresolvedTeam]:
    """Return groups with the teams of ours whose names are nearest to theirs."""
    known: dict[str, list[Team]] = {}
    for team in _answering():
        known.setdefault(team.name.casefold(), []).append(team)
    return [replace(each, suggestions=_nearest(each.text, known)) for each in groups]


def _nearest(text: str, known: Mapping[str, Sequence[Team]]) -> tuple[Team, ...]:
    """Return the teams whose names are nearest to a text, by their names in small letters."""
    names = get_close_matches(text.casefold(), list(known), n=_SUGGESTED)
    return tuple(team for name in names for team in known[name])
