"""The page on which it is said which teams the groups of imported tickets are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from quarterdeck.core import clock
from quarterdeck.core.directory import name_teams
from quarterdeck.core.models import Account, Team
from quarterdeck.core.permission import account_of
from quarterdeck.desk.models import TeamAlias
from quarterdeck.desk.queries.unresolved_teams import (
    UnresolvedTeam,
    unresolved_teams,
    with_teams_suggested,
)
from quarterdeck.desk.records import tickets
from quarterdeck.desk.records.names import team_aliases
from quarterdeck.desk.verbs.team_aliases import link_team
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.queries.periods import own_day
from quarterdeck.office.rules import may_import

ROWS = 50
OWN, NO_TEAM = "own", "none"


@dataclass(frozen=True)
class _Row:
    """One group, with what was chosen or typed for it."""

    place: int
    group: UnresolvedTeam
    chosen: str = ""
    typed: str = ""
    team: Team | None = None
    error: str = ""

    @property
    def first(self) -> date:
        """The day on which the first of its tickets was reported."""
        return own_day(self.group.first)

    @property
    def last(self) -> date:
        """The day on which the last of its tickets was reported."""
        return own_day(self.group.last)

    @property
    def is_answered(self) -> bool:
        """Whether it is said which team the group is, or that it is none."""
        return self.team is not None or self.chosen in {OWN, NO_TEAM}


@require_http_methods(["GET", "HEAD", "POST"])
def team_names(request: HttpRequest) -> HttpResponse:
    """Show the groups that lead to nobody, those on most tickets first, and link what is chosen."""
    user = account_of(request)
    if not may_import(user):
        raise Http404
    if "undo" in request.POST:
        _undo(request, user)
        return redirect("desk.team_names")
    unresolved = unresolved_teams()
    rows: list[_Row] = []
    if request.method == "POST":
        rows = _sent(request.POST, unresolved)
        if not any(row.error for row in rows):
            _link(request, rows, user)
            return redirect(request.get_full_path())
    return _page(request, unresolved, rows)


def _page(request: HttpRequest, unresolved: list[UnresolvedTeam], sent: list[_Row]) -> HttpResponse:
    asked = request.GET.get("from", "")
    start = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0  # noqa: PLR2004 — nobody leafs through a million groups
    # Of what was linked meanwhile, a page further back may be the last.
    start = min(start, max(len(unresolved) - 1, 0) // ROWS * ROWS)
    shown = with_teams_suggested(unresolved[start : start + ROWS])
    said = TeamAlias.objects.said().select_related("team")
    waiting = TeamAlias.objects.filter(waits=True)
    context = {
        "rows": sent or [_Row(place, group) for place, group in enumerate(shown)],
        "teams": Team.objects.order_by("name").values_list("name", flat=True),
        "groups": len(unresolved),
        "tickets": sum(each.tickets for each in unresolved),
        "following": start + ROWS if start + ROWS < len(unresolved) else 0,
        "before": max(start - ROWS, 0),
        "start": start,
        "linked": said.order_by("-pk")[:ROWS],
        "waiting": waiting.exists(),
        "blocking": ImportBatch.objects.unfinished()
        .filter(source__in=waiting.values("source"))
        .first(),
        "all_linked": team_aliases.list_address,
        "breadcrumbs": [(tickets.title, reverse(tickets.list_address)), ("Teams in imports", "")],
    }
    status = 422 if any(row.error for row in sent) else 200
    return render(request, "desk/team_names.html", context, status=status)


def _sent(given: Mapping[str, str], unresolved: list[UnresolvedTeam]) -> list[_Row]:
    """Return the rows that were sent, with what is wrong about what was chosen or typed.

    What somebody has explained meanwhile is left out.
    """
    known = {(each.source, each.text): each for each in unresolved}
    told = {
        place: (given.get(f"source-{place}", ""), given.get(f"text-{place}", ""))
        for place in range(ROWS)
    }
    groups = with_teams_suggested(known[name] for name in told.values() if name in known)
    suggested = {(each.source, each.text): each for each in groups}
    by_key = {str(team.pk): team for team in Team.objects.order_by("pk")}
    named: dict[str, list[Team]] = {}
    for each in by_key.values():
        named.setdefault(each.name.casefold(), []).append(each)
    rows = []
    for place, name in told.items():
        if name not in suggested:
            continue
        typed = given.get(f"typed-{place}", "").strip()
        chosen = given.get(f"team-{place}", "")
        alike = named.get(typed.casefold(), [])
        team = _typed(typed, alike) if typed else by_key.get(chosen)
        error = _error(chosen, typed, team, alike)
        rows.append(_Row(place, suggested[name], chosen, typed, team, error))
    return rows


def _typed(typed: str, alike: Sequence[Team]) -> Team | None:
    """Return the team of a typed name, of several that differ in capitals the one typed exactly."""
    exact = [team for team in alike if team.name == typed]
    found = exact or alike
    return found[0] if len(found) == 1 else None


def _error(chosen: str, typed: str, team: Team | None, alike: Sequence[Team]) -> str:
    if typed and chosen:
        return "Either choose what it is, or type a team: not both."
    if typed and team is None and alike:
        names = " and ".join(f"“{each.name}”" for each in alike)
        return f"There are {names}: type one exactly."
    if typed and team is None:
        return f"There is no team “{typed}”."
    if chosen and team is None and chosen not in {OWN, NO_TEAM}:
        return "Choose one of those that are offered."
    return ""


def _link(request: HttpRequest, rows: list[_Row], user: Account) -> None:
    answered = [row for row in rows if row.is_answered]
    at = clock.now()
    own = name_teams(
        names=[row.group.text for row in answered if row.chosen == OWN], actor=user, at=at
    )
    for row in answered:
        link_team(
            source=row.group.source,
            text=row.group.text,
            team=own[row.group.text] if row.chosen == OWN else row.team,
            is_no_team=row.chosen == NO_TEAM,
            actor=user,
            at=at,
        )
    if answered:
        amount = "1 name" if len(answered) == 1 else f"{len(answered)} names"
        messages.success(request, f"{amount} kept; a worker lets the tickets follow.")
    else:
        messages.error(request, "Nothing was chosen.")


def _undo(request: HttpRequest, user: Account) -> None:
    key = request.POST["undo"]
    is_key = key.isascii() and key.isdigit() and len(key) < 19  # noqa: PLR2004 — a key has 64 bits
    alias = TeamAlias.objects.said().filter(pk=int(key) if is_key else 0).first()
    if alias is not None:
        link_team(source=alias.source, text=alias.text, team=None, actor=user, at=clock.now())
        messages.success(
            request,
            f"{alias} is a team of its own again; a worker puts back its tickets whose import kept "
            "the name.",
        )
