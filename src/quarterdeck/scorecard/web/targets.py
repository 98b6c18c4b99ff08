"""Setting and ending targets, and how the page of a measure shows them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.measures import Measure, Scope, Unit
from quarterdeck.core.models import Account, Person
from quarterdeck.core.permission import User, account_of
from quarterdeck.office.queries.periods import own_day
from quarterdeck.scorecard import rules
from quarterdeck.scorecard.models import Target
from quarterdeck.scorecard.queries.board import readable_measure
from quarterdeck.scorecard.queries.targets import Judgement
from quarterdeck.scorecard.queries.wording import limit_text
from quarterdeck.scorecard.verbs.targets import end_target, set_target
from quarterdeck.scorecard.web.asked import Asked, asked, asked_measure
from quarterdeck.ui.time_inputs import day_input

# What a person types, as the measure counts it: percent, hours, numbers.
UNITS = {
    Unit.SHARE: ("percent", Decimal("0.01")),
    Unit.DURATION: ("hours", Decimal(3_600)),
    Unit.COUNT: ("number", Decimal(1)),
}
_DIGITS, _PLACES = 9, 4


@dataclass(frozen=True)
class VersionRow:
    """One target of a measure's history."""

    target: Target
    text: str
    warning: str
    is_judging: bool
    never: bool


class TargetForm(forms.Form):
    """What a measure shall reach, from when, and who answers for it."""

    value = forms.DecimalField(min_value=0, max_digits=_DIGITS, decimal_places=_PLACES)
    warning = forms.DecimalField(
        min_value=0,
        max_digits=_DIGITS,
        decimal_places=_PLACES,
        required=False,
        help_text="A value on the good side of the target from which on it is nearly missed.",
    )
    owner = forms.ModelChoiceField(Person.objects.order_by("name"), label="Owner", empty_label="—")
    valid_from = forms.DateField(
        label="From",
        widget=day_input(),
        help_text="A period is judged by the target that holds on its last day.",
    )
    reason = forms.CharField(label="Reason", required=False, max_length=500)

    def __init__(self, measure: Measure, *args: Any, **kwargs: Any) -> None:
        """Name the unit in which the values are typed."""
        super().__init__(*args, **kwargs)
        unit, self.factor = UNITS[measure.unit]
        self.fields["value"].label = f"Target ({unit})"
        self.fields["warning"].label = f"Warning ({unit})"

    def counted(self, name: str) -> Decimal | None:
        """Return a value in the measure's unit."""
        typed: Decimal | None = self.cleaned_data[name]
        return None if typed is None else typed * self.factor


def targets_context(
    measure: Measure,
    question: Asked,
    versions: Iterable[Target],
    judgement: Judgement | None,
    user: User,
) -> dict[str, Any]:
    """Return what the page of a measure says of its targets."""
    address = reverse("scorecard.target", args=[measure.key])
    return {
        "versions": [
            VersionRow(
                row,
                limit_text(measure, row.value),
                "" if row.warning is None else limit_text(measure, row.warning),
                judgement is not None and row == judgement.target,
                row.valid_to is not None and row.valid_to < row.valid_from,
            )
            for row in versions
        ],
        "may_set_targets": rules.may_set_targets(user),
        "set_target_address": f"{address}?{question.query()}",
    }


def _steering(request: HttpRequest) -> Account:
    """Return who asks, if they may set targets; for everybody else there is nothing here."""
    user = account_of(request)
    if not rules.may_set_targets(user):
        raise Http404
    return user


@require_http_methods(["GET", "HEAD", "POST"])
def target(request: HttpRequest, key: str) -> HttpResponse:
    """Take in a new target of one measure at one scope."""
    user = _steering(request)
    question = asked(request)
    measure = asked_measure(user, key, question)
    back = f"{reverse('scorecard.measure', args=[key])}?{question.query()}"
    today = own_day(clock.now())
    form = TargetForm(measure, request.POST or None, initial={"valid_from": today.replace(day=1)})
    if request.method == "POST" and form.is_valid():
        try:
            _set(form, measure, question, user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{measure.title} has a new target.")
            return redirect(back)
    context = {
        "form": form,
        "measure": measure,
        "scope": question.scope_title,
        "breadcrumbs": [
            ("Scorecard", f"{reverse('scorecard')}?{question.query()}"),
            (measure.title, back),
            ("Set a target", ""),
        ],
    }
    return render(request, "scorecard/target.html", context, status=422 if form.is_bound else 200)


def _set(form: TargetForm, measure: Measure, question: Asked, user: Account) -> None:
    set_target(
        measure=measure.key,
        scope=question.scope,
        value=form.counted("value") or Decimal(0),
        warning=form.counted("warning"),
        owner=form.cleaned_data["owner"],
        valid_from=form.cleaned_data["valid_from"],
        reason=form.cleaned_data["reason"],
        actor=user,
        at=clock.now(),
    )


@require_POST
def end(request: HttpRequest, key: int) -> HttpResponse:
    """End a target today."""
    user = _steering(request)
    row = get_object_or_404(Target, pk=key)
    if readable_measure(user, row.measure, Scope.parse(row.scope)) is None:
        raise Http404
    at = clock.now()
    version = request.POST.get("version", "")
    try:
        end_target(
            target=row,
            last_day=own_day(at),
            version=int(version) if version.isdecimal() else 0,
            actor=user,
            at=at,
        )
        messages.success(request, "The target has ended; from now on nothing is judged by it.")
    except Refused as refusal:
        messages.error(request, str(refusal))
    address = reverse("scorecard.measure", args=[row.measure])
    return redirect(f"{address}?{urlencode({'scope': row.scope})}")
