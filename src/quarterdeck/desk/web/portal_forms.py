"""What requesters fill in on the portal."""

import secrets
from typing import Any

from django import forms
from django.core.files import File
from django.http import HttpRequest

from quarterdeck.desk.verbs.tickets import LONGEST_TITLE
from quarterdeck.services.models import Service


class TroubleForm(forms.Form):
    """What does not work, in plain words; how urgent that is follows from two questions."""

    title = forms.CharField(label="What does not work?", max_length=LONGEST_TITLE)
    description = forms.CharField(
        label="What happens, and since when?",
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 4}),
    )
    service = forms.ModelChoiceField(
        Service.objects.order_by("name"),
        label="Which service is it about?",
        required=False,
        empty_label="I do not know",
    )
    stops_work = forms.BooleanField(label="I cannot work because of it", required=False)
    hits_others = forms.BooleanField(label="Others have it too", required=False)
    entry_key = forms.CharField(max_length=64, widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    """What a requester writes to the desk."""

    text = forms.CharField(
        label="Your message", max_length=20_000, widget=forms.Textarea({"rows": 4})
    )
    entry_key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *given: Any, **ways: Any) -> None:
        super().__init__(*given, **ways)
        self.fields["entry_key"].initial = secrets.token_hex(16)


class ReopenForm(forms.Form):
    """What is not solved."""

    reason = forms.CharField(
        label="What does not work yet?", max_length=500, widget=forms.Textarea({"rows": 3})
    )


class NothingForm(forms.Form):
    """An act that asks nothing."""


def files_of(request: HttpRequest) -> list[File[bytes]]:
    """Return the files that came with a form."""
    return list(request.FILES.getlist("files"))
