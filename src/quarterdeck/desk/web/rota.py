"""The page of a team's rota: who is on duty over two weeks, and the acts on it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.directory import may_keep_directory
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Team
from quarterdeck.core.permission import account_of
from quarterdeck.desk import rules
from quarterdeck.desk.models import AssignmentPolicy, DutyShift
from quarterdeck.desk.queries.rota import (
    DAYS,
    RotaPlan,
    duty_now,
    rota_plan,
    rota_rows,
)
from quarterdeck.desk.queries.team_comparison import teams_reached
from quarterdeck.desk.rules.rota import may_keep_rota
from quarterdeck.desk.verbs import rota as verbs
from quarterdeck.desk.verbs.assignment import choose_strategy
from quarterdeck.desk.vocabulary.duty import YEARS
from quarterdeck.desk.web import rota_forms
from quarterdeck.people.models import Absence
from quarterdeck.people.rules import may_record_absence, may_record_absences
from quarterdeck.people.verbs.absences import record_absence, withdraw_absence
from quarterdeck.ui.choices import read_choices
from quarterdeck.ui.navigation import Place


@dataclass(frozen=True)
class Offer:
    """One act on a rota: its title, its button, its form, the verb, and whether that names the
    team."""

    title: str
    button: str
    form: type[rota_forms.RotaForm]
    run: Callable[..., object]
    names_team: bool = True
    is_for_leads: bool = True


OFFERS: Mapping[str, Offer] = {
    "weekly": Offer(
        "Put on duty every week", "Add the shift", rota_forms.WeeklyForm, verbs.add_weekly_shift
    ),
    "single": Offer(
        "Put on duty once", "Add the shift", rota_forms.SingleForm, verbs.add_single_shift
    ),
    "swap": Offer("Swap", "Swap", rota_forms.SwapForm, verbs.swap_shifts),
    "away": Offer("Somebody is away", "Note it", rota_forms.AwayForm, record_absence, False, False),
    "strategy": Offer("How tickets are assigned", "Save", rota_forms.StrategyForm, choose_strategy),
    "calendar": Offer("When somebody is wanted", "Save", rota_forms.CalendarForm, verbs.keep_rota),
}


@require_safe
def show_rota(request: HttpRequest) -> HttpResponse:
    """Show who is on duty in a team over two weeks."""
    user = account_of(request)
    teams = teams_reached(user)
    if not teams and not rules.may_open(user):
        raise Http404
    chosen = request.GET.get("team", "")
    if not chosen:
        own = (each for each in teams if each.is_own)  # type: ignore[attr-defined]  # it is annotated
        team = next(own, next(iter(teams), None))
        return _page(request, user, team)
    return _page(request, user, _reached(user, chosen))


@require_safe
def show_duty(request: HttpRequest, key: int) -> HttpResponse:
    """Show who is on duty in a team now and next, which other pages load after all else."""
    team = _reached(account_of(request), str(key))
    context = {"team": team, "duty": duty_now(team, clock.now())}
    return render(request, "desk/duty.html", context)


@require_POST
def act(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """Do what one of the forms of the page asks for."""
    user = account_of(request)
    offer, team = OFFERS.get(name), _reached(user, str(key))
    if offer is None or (offer.is_for_leads and not may_keep_rota(user, team)):
        raise Http404
    at = clock.now()
    zone = rota_plan(team, None, at).zone
    form = offer.form(request.POST, team=team, zone=zone, act=name)
    if form.is_valid():
        told = form.words() | ({"team": team} if offer.names_team else {})
        try:
            offer.run(**told, actor=user, at=at)
        except Invalid as invalid:
            for field, texts in invalid.errors.items():
                form.add_error(field if field in form.fields else None, " ".join(texts))
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "The rota is changed.")
            return redirect(_address(team))
    return _page(request, user, team, name, form)


@require_POST
def end(request: HttpRequest, key: int) -> HttpResponse:
    """Let a shift come no more."""
    user = account_of(request)
    shift = get_object_or_404(DutyShift.objects.visible_to(user).select_related("team"), pk=key)
    if not may_keep_rota(user, shift.team):
        raise Http404
    at, version = clock.now(), request.POST.get("version", "")
    last_on = rota_forms.yesterday(at, rota_plan(shift.team, None, at).zone)
    try:
        verbs.end_shift(
            shift=shift,
            version=int(version) if version.isdecimal() else 0,
            last_on=last_on,
            actor=user,
            at=at,
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The shift has ended.")
    return redirect(_address(shift.team))


@require_POST
def back(request: HttpRequest, key: int) -> HttpResponse:
    """Take back that somebody is away."""
    user = account_of(request)
    absence = get_object_or_404(Absence.objects.select_related("person"), pk=key)
    if not may_record_absence(user, absence.person):
        raise Http404
    withdraw_absence(absence=absence, actor=user, at=clock.now())
    messages.success(request, f"{absence.person} is not away then.")
    team = own_team_of(absence)
    return redirect(reverse("desk.rota") if team is None else _address(team))


def _absences(user: Account, absences: Collection[Absence]) -> list[tuple[Absence, bool]]:
    """Return who is away, and whether the reader may take that back."""
    known = may_record_absences(user, {each.person_id for each in absences})
    return [(each, each.person_id in known) for each in absences]


def own_team_of(absence: Absence) -> Team | None:
    """Return a team of whoever was away."""
    return Team.objects.filter(memberships__person=absence.person_id).order_by("name").first()


def _address(team: Team) -> str:
    return f"{reverse('desk.rota')}?team={team.pk}"


def _reached(user: Account, key: str) -> Team:
    found = next((team for team in teams_reached(user) if str(team.pk) == key), None)
    if found is None:
        raise Http404
    return found


def _first_day(request: HttpRequest) -> date | None:
    """Return the day that the address asks for, None for none; 404 for one in no plan's reach."""
    try:
        day = date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        return None
    if day.year not in YEARS:
        raise Http404
    return day


def _page(
    request: HttpRequest,
    user: Account,
    team: Team | None,
    sent: str = "",
    bound: rota_forms.RotaForm | None = None,
) -> HttpResponse:
    at, address = clock.now(), reverse("desk.rota")
    context: dict[str, Any] = {
        "team": team,
        "is_keeper": team is None and may_keep_directory(user),
        "tabs": [
            Place(each.name, f"{address}?team={each.pk}", "", is_current=each == team)
            for each in teams_reached(user)
        ],
    }
    if team is not None:
        plan, rows = rota_plan(team, _first_day(request), at), rota_rows(team, at)
        policy = next(iter(rows.policies), None)
        context |= {
            "plan": plan,
            "shifts": rows.shifts,
            "swaps": rows.swaps,
            "absences": _absences(user, rows.absences),
            "may_keep": may_keep_rota(user, team),
            "policy": policy,
            "earlier": plan.days[0][0] - timedelta(days=DAYS),
            "later": plan.days[-1][0] + timedelta(days=1),
            "forms": _forms(user, team, plan, policy, {sent: bound} if bound else {}),
        }
    return render(request, "desk/rota.html", context, status=422 if bound else 200)


def _forms(
    user: Account,
    team: Team,
    plan: RotaPlan,
    policy: AssignmentPolicy | None,
    typed: Mapping[str, rota_forms.RotaForm],
) -> list[tuple[str, Offer, rota_forms.RotaForm, bool]]:
    """Return the forms that the reader may send, with what was typed into the one that came."""
    present, may_keep = _present(plan, policy), may_keep_rota(user, team)
    forms = [
        (
            name,
            offer,
            typed.get(name)
            or offer.form(team=team, zone=plan.zone, act=name, initial=present.get(name)),
            name in typed,
        )
        for name, offer in OFFERS.items()
        if may_keep or (not offer.is_for_leads and rules.may_open(user))
    ]
    read_choices(form for _, _, form, _ in forms)
    return forms


def _present(plan: RotaPlan, policy: AssignmentPolicy | None) -> dict[str, dict[str, Any]]:
    """Return what the forms begin with that change what is in force."""
    told = {"calendar": {"calendar": plan.calendar.pk}}
    if policy is None:
        return told
    strategy = {"strategy": policy.strategy, "least_level": policy.least_level}
    return told | {"strategy": strategy}
