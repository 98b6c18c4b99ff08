"""The page on which it is said which priority follows from impact and urgency, and since when."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.permission import account_of
from quarterdeck.desk.models import PriorityMatrix
from quarterdeck.desk.queries.priorities import matrix_at
from quarterdeck.desk.verbs.priorities import set_priority_matrix
from quarterdeck.desk.vocabulary import Level
from quarterdeck.office.models.calendars import FIRST_DAY
from quarterdeck.office.rules import may_change_settings
from quarterdeck.ui.time_inputs import day_input

_PRIORITIES = [(number, str(number)) for number in range(1, 6)]


def _name(impact: int, urgency: int) -> str:
    return f"priority_{impact}_{urgency}"


class MatrixForm(forms.Form):
    """Another matrix: nine priorities, from when on, and why."""

    valid_from = forms.DateField(
        label="From",
        widget=day_input(),
        help_text="Tickets that are opened on this day or later get their priority by it.",
    )
    reason = forms.CharField(max_length=500, help_text="Why the matrix changes.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for impact in Level:
            for urgency in Level:
                told = f"Impact {impact.label.lower()}, urgency {urgency.label.lower()}"
                self.fields[_name(impact, urgency)] = forms.TypedChoiceField(
                    label=told,
                    choices=_PRIORITIES,
                    coerce=int,
                    widget=forms.Select(attrs={"class": "form-select", "aria-label": told}),
                )

    def cells(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the selects as the page lays them out: by impact, then by urgency."""
        return [
            (impact.label, [self[_name(impact, urgency)] for urgency in Level]) for impact in Level
        ]

    @property
    def wanted(self) -> dict[str, Any]:
        """What was chosen, as the verb takes it."""
        given = self.cleaned_data
        return {
            "valid_from": given["valid_from"],
            "rows": [[given[_name(impact, urgency)] for urgency in Level] for impact in Level],
            "reason": given["reason"],
        }


@require_http_methods(["GET", "HEAD", "POST"])
def priorities(request: HttpRequest) -> HttpResponse:
    """Show every matrix, and a form for the next to those who may say so."""
    user = account_of(request)
    may_define = may_change_settings(user)
    sent = request.method == "POST"
    if sent and not may_define:
        raise Http404
    form = MatrixForm(request.POST if sent else None, initial=_initial())
    if sent and form.is_valid():
        try:
            set_priority_matrix(**form.wanted, actor=user, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Set. Tickets that are there keep their priorities.")
            return redirect("desk.priorities")
    matrices = PriorityMatrix.objects.visible_to(user).latest_first().select_related("defined_by")
    context = {
        "beginning": FIRST_DAY,
        "form": form if may_define else None,
        "present": matrix_at(clock.now()),
        "matrices": matrices,
        "levels": [level.label for level in Level],
        "breadcrumbs": [("Priorities", "")],
    }
    return render(request, "desk/priorities.html", context, status=422 if sent else 200)


def _initial() -> dict[str, int]:
    known = matrix_at(clock.now()).priorities
    return {_name(impact, urgency): priority for (impact, urgency), priority in known.items()}
