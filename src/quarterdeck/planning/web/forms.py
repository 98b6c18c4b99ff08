"""What a person fills in about a corrective action."""

from django import forms

from quarterdeck.core.models import Person
from quarterdeck.ui.time_inputs import day_input

_LONG = forms.Textarea(attrs={"rows": 4})


def _owner() -> "forms.ModelChoiceField[Person]":
    return forms.ModelChoiceField(Person.objects.order_by("name"), label="Owner", empty_label="—")


def _day() -> forms.DateField:
    return forms.DateField(label="Due", widget=day_input())


class OpeningForm(forms.Form):
    """What shall be done, by whom, by when, and why."""

    title = forms.CharField(label="Title", max_length=200)
    owner = _owner()
    due_on = _day()
    finding = forms.CharField(label="Finding", required=False, widget=_LONG)


class CompletionForm(forms.Form):
    """What was done, and what came of it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    what_was_done = forms.CharField(label="What was done", widget=_LONG)
    effect = forms.CharField(
        label="Effect", required=False, widget=_LONG, help_text="As far as it is known by now."
    )


class ReassignmentForm(forms.Form):
    """Who does it now, by when."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    owner = _owner()
    due_on = _day()
    reason = forms.CharField(label="Reason", required=False, max_length=500)


class CancellationForm(forms.Form):
    """Why it is given up."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label="Reason", max_length=500)
