"""The page on which it is said what counts as routine, and since when."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from quarterdeck.core import clock
from quarterdeck.core.errors import Refused
from quarterdeck.core.permission import account_of
from quarterdeck.desk.models import Category, RoutineDefinition
from quarterdeck.desk.queries.routine import in_words, routine_at
from quarterdeck.desk.verbs.routine import define_routine
from quarterdeck.desk.vocabulary import TicketKind
from quarterdeck.office.models.calendars import FIRST_DAY
from quarterdeck.office.rules import may_change_settings
from quarterdeck.ui.time_inputs import day_input

_PRIORITIES = [(str(number), str(number)) for number in range(1, 6)]


class RoutineForm(forms.Form):
    """Another definition of routine."""

    valid_from = forms.DateField(
        label="From",
        widget=day_input(),
        help_text="Periods that begin on this day or later are read by it.",
    )
    kinds = forms.MultipleChoiceField(
        choices=TicketKind.choices, widget=forms.CheckboxSelectMultiple
    )
    priorities = forms.MultipleChoiceField(choices=_PRIORITIES, widget=forms.CheckboxSelectMultiple)
    excluded_categories = forms.CharField(
        label="Texts of sources left out",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line, as tickets name the category that they were reported under.",
    )
    excluded_trees = forms.ModelMultipleChoiceField(
        Category.objects.order_by("path"),
        label="Our categories left out",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Each with all below it, whatever a source calls it: what a ticket turned out to "
        "be decides, or else what it looked like.",
    )
    reason = forms.CharField(max_length=500, help_text="Why the definition changes.")

    @property
    def wanted(self) -> dict[str, Any]:
        """What was typed, as the verb takes it."""
        given = self.cleaned_data
        return {
            "valid_from": given["valid_from"],
            "kinds": given["kinds"],
            "priorities": [int(each) for each in given["priorities"]],
            "excluded_categories": given["excluded_categories"].splitlines(),
            "excluded_trees": given["excluded_trees"],
            "reason": given["reason"],
        }


@require_http_methods(["GET", "HEAD", "POST"])
def routine(request: HttpRequest) -> HttpResponse:
    """Show every definition of routine, and a form for the next to those who may say so."""
    user = account_of(request)
    may_define = may_change_settings(user)
    sent = request.method == "POST"
    if sent and not may_define:
        raise Http404
    form = RoutineForm(request.POST if sent else None, initial=_initial())
    if sent and form.is_valid():
        try:
            define_routine(**form.wanted, actor=user, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Defined. Figures from that day on are counted anew.")
            return redirect("desk.routine")
    definitions = RoutineDefinition.objects.visible_to(user).latest_first()
    context = {
        "beginning": FIRST_DAY,
        "form": form if may_define else None,
        "definitions": [
            (each, in_words(each)) for each in definitions.select_related("defined_by")
        ],
        "breadcrumbs": [("Definition of routine", "")],
    }
    return render(request, "desk/routine.html", context, status=422 if sent else 200)


def _initial() -> dict[str, Any]:
    present = routine_at(clock.now())
    return {
        "kinds": present.kinds,
        "priorities": [str(each) for each in present.priorities],
        "excluded_categories": "\n".join(present.excluded_categories),
        "excluded_trees": [each["key"] for each in present.excluded_trees],
    }
