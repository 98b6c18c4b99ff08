"""The pages of service-level policies: what is promised, tried out, and promised anew."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.desk import rules
from quarterdeck.desk.models import ServiceLevelPolicy
from quarterdeck.desk.queries.promises import for_whom, forecast, in_words, own_zone, terms_at
from quarterdeck.desk.records import service_level_policies
from quarterdeck.desk.verbs.service_levels import add_service_level_policy, set_service_level_terms
from quarterdeck.desk.web.service_level_forms import (
    NextTermsForm,
    PolicyForm,
    TrialForm,
    initial_terms,
)
from quarterdeck.office.queries.periods import own_day
from quarterdeck.ui.choices import read_choices
from quarterdeck.ui.details import breadcrumbs, find_visible, panels_and_changes


@require_safe
def show_policy(request: HttpRequest, key: int) -> HttpResponse:
    """Show what a policy promises, in words, every version, and what follows for a ticket."""
    user = account_of(request)
    policy: ServiceLevelPolicy = find_visible(service_level_policies, key, user)
    at = clock.now()
    present = terms_at(policy, at)
    every = policy.terms.select_related("defined_by").prefetch_related("targets__calendar")
    versions = list(every.order_by("-holds_from", "-pk"))
    asked = {"opened", "priority"} <= set(request.GET)
    local = at.astimezone(ZoneInfo(own_zone())).replace(tzinfo=None)
    trial = TrialForm(request.GET if asked else None, initial={"opened": local})
    context = {
        "policy": policy,
        "whom": for_whom(policy),
        "present": present,
        "words": in_words(present) if present else [],
        "versions": [(each, in_words(each)) for each in versions],
        "may_set": rules.may_set_service_levels(user),
        "trial": trial,
        "zone": own_zone(),
        **(_tried(policy, trial) if asked and trial.is_valid() else {}),
        **panels_and_changes(service_level_policies, policy, user),
        "breadcrumbs": breadcrumbs(service_level_policies, policy.name),
    }
    return render(request, "desk/service_level.html", context)


def _tried(policy: ServiceLevelPolicy, trial: TrialForm) -> dict[str, Any]:
    opened, priority = trial.cleaned_data["opened"], trial.cleaned_data["priority"]
    terms = terms_at(policy, opened)
    found = [] if terms is None else forecast(terms, opened, priority)
    return {"tried": True, "tried_terms": terms, "forecasts": found}


@require_http_methods(["GET", "HEAD", "POST"])
def add_policy(request: HttpRequest) -> HttpResponse:
    """Promise something to somebody for whom no policy is made yet."""
    user = _setter(request)
    sent = request.method == "POST"
    form = PolicyForm(request.POST if sent else None, initial=initial_terms(None, _today()))
    if sent and form.is_valid() and (policy := _added(form, user)) is not None:
        messages.success(request, f"{policy} is set. Clocks begin with its first day.")
        return redirect(service_level_policies.detail_address, policy.pk)
    crumbs = breadcrumbs(service_level_policies, "New policy")
    return _form_page(request, form, "New service-level policy", crumbs)


@require_http_methods(["GET", "HEAD", "POST"])
def set_terms(request: HttpRequest, key: int) -> HttpResponse:
    """Promise something else from a day on."""
    user = _setter(request)
    policy: ServiceLevelPolicy = find_visible(service_level_policies, key, user)
    sent = request.method == "POST"
    present = terms_at(policy, clock.now())
    initial = {**initial_terms(present, _today()), "version": policy.version}
    form = NextTermsForm(request.POST if sent else None, initial=initial)
    if sent and form.is_valid() and _is_set(form, policy, user):
        messages.success(request, f"The next version of {policy} is set.")
        return redirect(service_level_policies.detail_address, policy.pk)
    crumbs = [
        *breadcrumbs(service_level_policies, "")[:1],
        (policy.name, reverse(service_level_policies.detail_address, args=[policy.pk])),
        ("Another version", ""),
    ]
    return _form_page(request, form, f"Another version of {policy}", crumbs)


def _setter(request: HttpRequest) -> Account:
    user = account_of(request)
    if not rules.may_set_service_levels(user):
        raise Http404
    return user


def _today() -> str:
    return own_day(clock.now()).isoformat()


def _form_page(
    request: HttpRequest, form: forms.Form, title: str, crumbs: list[tuple[str, str]]
) -> HttpResponse:
    read_choices([form])
    context = {"form": form, "title": title, "breadcrumbs": crumbs}
    status = 422 if form.is_bound else 200
    return render(request, "desk/service_level_form.html", context, status=status)


def _added(form: PolicyForm, user: Account) -> ServiceLevelPolicy | None:
    given = form.cleaned_data
    try:
        return add_service_level_policy(
            name=given["name"],
            agreement=given["agreement"],
            team=given["team"],
            service=given["service"],
            customer=given["customer"],
            promise=form.promise(),
            actor=user,
            at=clock.now(),
        )
    except Refused as refusal:
        _tell(form, refusal)
    return None


def _is_set(form: NextTermsForm, policy: ServiceLevelPolicy, user: Account) -> bool:
    seen = form.cleaned_data["version"]
    try:
        set_service_level_terms(
            policy=policy, promise=form.promise(), version=seen, actor=user, at=clock.now()
        )
    except Refused as refusal:
        _tell(form, refusal)
        return False
    return True


def _tell(form: forms.Form, refusal: Refused) -> None:
    """Put a refusal on the form, field by field where it names fields."""
    errors = refusal.errors if isinstance(refusal, Invalid) else {"": [str(refusal)]}
    for name, texts in errors.items():
        form.add_error(name if name in form.fields else None, " ".join(texts))
