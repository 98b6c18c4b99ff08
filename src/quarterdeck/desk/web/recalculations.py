"""The pages on which clocks are counted anew: what would change, and the decision."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.desk.models import ClockChange, ClockRecalculation
from quarterdeck.desk.queries.recalculations import effects_of
from quarterdeck.desk.records.recalculations import clock_changes, clock_recalculations
from quarterdeck.desk.rules import may_open, may_set_service_levels
from quarterdeck.desk.verbs.recalculations import (
    approve_recalculation,
    discard_recalculation,
    request_recalculation,
)
from quarterdeck.desk.vocabulary import RecalculationState
from quarterdeck.desk.vocabulary.recalculation import ClockChangeKind
from quarterdeck.ui.details import breadcrumbs, find_visible, panels_and_changes
from quarterdeck.ui.paging import cut

_DECISIONS = {"apply": approve_recalculation, "discard": discard_recalculation}
_WORKING = (RecalculationState.EXAMINING, RecalculationState.APPLYING)


class RecalculationForm(forms.Form):
    """Why clocks are counted anew."""

    reason = forms.CharField(max_length=500, help_text="Such as: the summer hours were corrected.")


@require_http_methods(["GET", "HEAD", "POST"])
def recalculate(request: HttpRequest) -> HttpResponse:
    """Have all clocks compared with what their histories give now; nothing changes yet."""
    user = _setter(request)
    form = RecalculationForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        asked = request_recalculation(
            reason=form.cleaned_data["reason"], actor=user, at=clock.now()
        )
        return redirect(clock_recalculations.detail_address, asked.pk)
    crumbs = breadcrumbs(clock_recalculations, "Count clocks anew")
    context = {"form": form, "breadcrumbs": crumbs}
    return render(request, "desk/recalculate.html", context, status=422 if form.is_bound else 200)


@require_safe
def show_recalculation(request: HttpRequest, key: int) -> HttpResponse:
    """Show how far a recalculation has come, and each clock that changes on a visible ticket."""
    user = account_of(request)
    found: ClockRecalculation = find_visible(clock_recalculations, key, user)
    done, total = _progress(found)
    context = {
        "recalculation": found,
        "badge": clock_recalculations.badges["state"][found.state],
        "is_working": found.state in _WORKING,
        "done": done,
        "total": total,
        "effects": effects_of(found, includes_operational=may_open(user)),
        **_changes(request, found, user),
        "may_decide": found.state == RecalculationState.EXAMINED and may_set_service_levels(user),
        **panels_and_changes(clock_recalculations, found, user),
        "breadcrumbs": breadcrumbs(clock_recalculations, found.reason),
    }
    return render(request, "desk/recalculation.html", context)


def _progress(found: ClockRecalculation) -> tuple[int, int]:
    """Return how many tickets or changes are done, and of how many."""
    if found.state != RecalculationState.APPLYING:
        return found.examined, found.total
    return found.changes.filter(ticket__lte=found.through).count(), sum(found.counts.values())


def _changes(request: HttpRequest, found: ClockRecalculation, user: Account) -> dict[str, Any]:
    """Return one page of the clocks that change, of one kind where the address names it."""
    rows = ClockChange.objects.visible_to(user).filter(recalculation=found)
    asked = request.GET.get("kind", "")
    chosen = asked if asked in found.counts else ""
    if chosen:
        rows = rows.filter(kind=chosen)
    counts = sorted(found.counts.items())
    return {
        "counts": [(kind, ClockChangeKind(kind).label, count) for kind, count in counts],
        "chosen": chosen,
        "chosen_label": ClockChangeKind(chosen).label if chosen else "",
        "page": cut(rows.select_related("ticket"), ("id",), after=request.GET.get("after", "")),
        "changes_list": clock_changes.list_address,
    }


@require_POST
def decide(request: HttpRequest, key: int) -> HttpResponse:
    """Apply what was compared, or leave the clocks as they are."""
    user = _setter(request)
    found: ClockRecalculation = find_visible(clock_recalculations, key, user)
    run = _DECISIONS.get(request.POST.get("decision", ""))
    if run is None:
        messages.error(request, "Choose whether the changes are applied or discarded.")
    else:
        try:
            run(recalculation=found, actor=user, at=clock.now())
        except Refused as refusal:
            messages.error(request, str(refusal))
    return redirect(clock_recalculations.detail_address, found.pk)


def _setter(request: HttpRequest) -> Account:
    user = account_of(request)
    if not may_set_service_levels(user):
        raise Http404
    return user
