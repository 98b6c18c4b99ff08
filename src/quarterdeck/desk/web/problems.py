"""The pages of problems: opening one, its page, and what may be done about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.changes import add_record
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.core.together import read_together
from quarterdeck.desk import rules
from quarterdeck.desk.models import Problem, ProblemLink, Ticket
from quarterdeck.desk.queries.problems import (
    analysis_of,
    incidents_of,
    recurrence_of,
    steps_of,
)
from quarterdeck.desk.records.problems import (
    PROBLEM_BADGES,
    cause_steps,
    contributing_factors,
    problems,
)
from quarterdeck.desk.verbs import problem_links
from quarterdeck.desk.verbs import problems as verbs
from quarterdeck.desk.vocabulary import ProblemState
from quarterdeck.desk.web import problem_forms as asked
from quarterdeck.ui.choices import read_choices
from quarterdeck.ui.details import breadcrumbs, facts_of, find_visible, panels_and_changes
from quarterdeck.ui.paging import cut

FACTS = (
    *("service", "owner", "impact", "category", "true_category", "change_reference"),
    *("opened_at", "cause_known_at", "fixed_at", "ended_at"),
)
Run = Callable[..., object]


@dataclass(frozen=True)
class Offer:
    """One act on a problem: its title, the form that asks, and the verb that answers."""

    title: str
    form: type[asked.ProblemForm]
    run: Run


def _step(*, problem: Problem, version: int, actor: Account, at: datetime, **values: Any) -> None:  # noqa: ARG001 — an answer changes no problem
    add_record(record=cause_steps, values={**values, "problem": problem}, actor=actor, at=at)


def _factor(*, problem: Problem, version: int, actor: Account, at: datetime, **values: Any) -> None:  # noqa: ARG001 — a factor changes no problem
    add_record(
        record=contributing_factors, values={**values, "problem": problem}, actor=actor, at=at
    )


def _link(*, version: int, **words: Any) -> None:  # noqa: ARG001 — a link changes no problem
    problem_links.link_incident(**words)


_FORMS: Mapping[str, type[asked.ProblemForm]] = {
    "investigate": asked.InvestigationForm,
    "know": asked.KnownErrorForm,
    "change": asked.ChangeForm,
    "resolve": asked.SolutionForm,
    "close": asked.EmptyForm,
}
# What moves the problem on, by the words of its rules; then what is written about it.
STEPS: Mapping[str, Offer] = {
    act.name: Offer(act.title, _FORMS[act.name], act.run) for act in problems.acts
}
WRITING: Mapping[str, Offer] = {
    "why": Offer("Add an answer", asked.CauseStepForm, _step),
    "factor": Offer("Add a factor", asked.FactorForm, _factor),
    "link": Offer("Link an incident", asked.LinkForm, _link),
    "describe": Offer("Describe it better", asked.DescriptionForm, verbs.describe_problem),
}
OFFERS = {**STEPS, **WRITING}


@require_http_methods(["GET", "HEAD", "POST"])
def open_new(request: HttpRequest) -> HttpResponse:
    """Open a problem, from nothing or from a ticket that the address names."""
    user = account_of(request)
    if not rules.may_open_problems(user):
        raise Http404
    ticket = _named_ticket(request, user)
    start = {} if ticket is None else {"title": ticket.title, "service": ticket.service_id}
    form = asked.NewProblemForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        incidents = [] if ticket is None else [ticket]
        try:
            found = verbs.open_problem(
                **form.cleaned_data, incidents=incidents, actor=user, at=clock.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{found.number} is open.")
            return redirect(problems.detail_address, found.pk)
    context = {
        "form": form,
        "ticket": ticket,
        "breadcrumbs": breadcrumbs(problems, "New problem"),
    }
    return render(request, "desk/problem_new.html", context, status=422 if form.is_bound else 200)


def _named_ticket(request: HttpRequest, user: Account) -> Ticket | None:
    key = request.GET.get("ticket", "")
    if not (key.isascii() and key.isdigit() and len(key) < 16):  # noqa: PLR2004 — keys are shorter
        return None
    return Ticket.objects.visible_to(user).filter(pk=key).first()


@require_safe
def show_problem(request: HttpRequest, key: int) -> HttpResponse:
    """Show one problem: where it stands, what lies behind it, and what it explains."""
    problem: Problem = find_visible(problems, key, request.user)
    return _page(request, problem)


def _page(
    request: HttpRequest,
    problem: Problem,
    refused: Mapping[str, forms.Form] = MappingProxyType({}),
) -> HttpResponse:
    user = account_of(request)
    at = clock.now()
    works_here = rules.may_work_on_problem(user, problem)
    written: tuple[str, ...] = ("why", "factor", "link", "describe") if works_here else ()
    if not works_here and rules.may_open_problems(user):
        written = ("link",)
    incidents = incidents_of(problem, user)
    factors = problem.contributing_factors.order_by("kind", "pk")
    states = problem.state_changes.select_related("changed_by__person").order_by("sequence")
    why = steps_of(problem)
    read_together([factors, states, why])
    steps = _panels(problem, rules.legal_problem_acts(user, problem), refused)
    writing = _panels(problem, written, refused)
    read_choices(panel[2] for panel in (*steps, *writing))
    context = {
        "problem": problem,
        "badge": PROBLEM_BADGES[ProblemState(problem.state)],
        "steps": steps,
        "writing": {panel[0]: panel for panel in writing},
        "facts": facts_of(problems, problem, user, FACTS),
        "analysis": analysis_of(why),
        "factors": factors,
        "incidents": cut(incidents.links, ("-id",), after=request.GET.get("after", "")),
        "hidden": incidents.hidden,
        "may_unlink": works_here,
        "recurrence": recurrence_of(problem, at),
        "states": states,
        **panels_and_changes(problems, problem, user),
        "breadcrumbs": breadcrumbs(problems, problem.number),
    }
    return render(request, "desk/problem.html", context, status=422 if refused else 200)


def _panels(
    problem: Problem, acts: tuple[str, ...], refused: Mapping[str, forms.Form]
) -> list[tuple[str, str, forms.Form, bool]]:
    """Return act, title, form and whether it is open, for each act that is offered."""
    return [
        (
            act,
            OFFERS[act].title,
            refused.get(act) or OFFERS[act].form(problem=problem, auto_id=f"{act}_%s"),
            act in refused,
        )
        for act in acts
    ]


@require_POST
def act(request: HttpRequest, key: int, name: str) -> HttpResponse:
    """Do one act on a problem; what was typed stays on the page if it is refused."""
    user = account_of(request)
    problem: Problem = find_visible(problems, key, user)
    offer = OFFERS.get(name)
    may = rules.may_open_problems if name == "link" else _works_on(problem)
    if offer is None or not may(user):
        raise Http404
    form = offer.form(request.POST, problem=problem, auto_id=f"{name}_%s")
    if form.is_valid() and _done(request, problem, offer, form, user):
        return redirect(problems.detail_address, problem.pk)
    return _page(request, find_visible(problems, key, user), {name: form})


def _works_on(problem: Problem) -> Callable[[Account], bool]:
    return lambda user: rules.may_work_on_problem(user, problem)


def _done(
    request: HttpRequest, problem: Problem, offer: Offer, form: forms.Form, user: Account
) -> bool:
    told = request.POST.get("version", "")
    version = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0  # noqa: PLR2004 — versions are small
    words = dict(form.cleaned_data)
    try:
        offer.run(problem=problem, version=version, actor=user, at=clock.now(), **words)
    except Invalid as invalid:
        for field, texts in invalid.errors.items():
            form.add_error(field if field in form.fields else None, " ".join(texts))
        return False
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, f"{problem.number} is saved.")
    return True


@require_POST
def unlink(request: HttpRequest, key: int) -> HttpResponse:
    """Take the link of an incident to a problem back."""
    user = account_of(request)
    link = ProblemLink.objects.visible_to(user).select_related("problem").filter(pk=key).first()
    if link is None or not rules.may_work_on_problem(user, link.problem):
        raise Http404
    try:
        problem_links.unlink_incident(
            link=link,
            version=link.version,
            reason=request.POST.get("reason", ""),
            actor=user,
            at=clock.now(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(problems.detail_address, link.problem_id)
