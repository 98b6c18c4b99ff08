"""The page on which an administrator takes content out of a record, because a law demands it."""

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.core.records import is_declared, record_of
from quarterdeck.core.redaction import may_redact, redact, redactable

_EXCERPT = 80


class RedactionForm(forms.Form):
    """Which fields are emptied, and by which law."""

    columns = forms.MultipleChoiceField(
        label="What is taken out",
        widget=forms.CheckboxSelectMultiple,
        help_text="In the record as it stands, and in every change that its history holds.",
    )
    reason = forms.CharField(
        label="Why",
        max_length=500,
        help_text="The law or the decision, such as “GDPR, Art. 17”. It is kept.",
    )

    def __init__(self, row: models.Model, *given: Any) -> None:
        """Offer every field that can be emptied, with the beginning of what it holds."""
        super().__init__(*given)
        offered = [(name, _told(row, name)) for name in redactable(type(row))]
        self.fields["columns"].choices = offered  # type: ignore[attr-defined]  # it is a choice field


def _told(row: models.Model, name: str) -> str:
    field = row._meta.get_field(name)
    title = str(getattr(field, "verbose_name", name)).capitalize()
    if is_declared(type(row)):
        title = record_of(type(row)).title_of(name)
    masked = name in getattr(row, "history_masked", ())
    held = "" if masked else " ".join(str(getattr(row, name) or "").split())
    return f"{title}: {held[:_EXCERPT]}{'…' if len(held) > _EXCERPT else ''}" if held else title


@require_http_methods(["GET", "HEAD", "POST"])
def redact_record(request: HttpRequest, noun: str, key: int) -> HttpResponse:
    """Ask what is to be taken out and why, and take it out."""
    user = account_of(request)
    row = _row(user, noun, key)
    form = RedactionForm(row, request.POST if request.method == "POST" else None)
    back = _page_of(row)
    if form.is_valid() and _redacted(form, row, user):
        messages.success(request, "The content is taken out, and the history says so.")
        return redirect(back)
    context = {
        "form": form,
        "row": row,
        "back": back,
        "breadcrumbs": [(str(row._meta.verbose_name).capitalize(), back), ("Redact", "")],
    }
    return render(request, "ui/redact.html", context, status=422 if form.is_bound else 200)


def _row(user: Account, noun: str, key: int) -> models.Model:
    """Return the row; for those who may not redact, and where nothing can be, there is none."""
    try:
        model = apps.get_model(noun)
    except (LookupError, ValueError) as problem:
        raise Http404 from problem
    row: models.Model | None = model._base_manager.filter(pk=key).first()
    if row is None or not may_redact(user) or not redactable(model):
        raise Http404
    return row


def _redacted(form: RedactionForm, row: models.Model, user: Account) -> bool:
    try:
        redact(row=row, **form.cleaned_data, actor=user, at=clock.now())
    except Invalid as refusal:
        for name, texts in refusal.errors.items():
            form.add_error(name if name in form.fields else None, " ".join(texts))
        return False
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _page_of(row: models.Model) -> str:
    """Return where the row is shown: on its own page, or on that of what it belongs to."""
    shown: Any = row
    if not is_declared(type(row)):
        keys = (f for f in row._meta.concrete_fields if isinstance(f, models.ForeignKey))
        rows = (getattr(row, field.name) for field in keys)
        shown = next((each for each in rows if each is not None and is_declared(type(each))), None)
    if shown is None:
        return reverse("redact", args=[row._meta.label_lower, row.pk])
    return reverse(record_of(type(shown)).detail_address, args=[shown.pk])
