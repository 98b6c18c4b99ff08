"""Doing an act of a record on many rows of its list: what it asks, and what became of each row."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.db import models
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from quarterdeck.core import clock
from quarterdeck.core.models import Account
from quarterdeck.core.offered_acts import MOST_ACTS, do_act_on_many
from quarterdeck.core.permission import User
from quarterdeck.core.record_acts import Asked, RecordAct
from quarterdeck.core.records import Record
from quarterdeck.ui.bulk_pages import chosen_rows, outcomes_page, surroundings
from quarterdeck.ui.forms import field_of
from quarterdeck.ui.lists import Listing

_NOT_CHOSEN = ("", "—")
_LONGEST = 10_000


class ManyForm(forms.Form):
    """What one act asks before it is done on many rows."""

    def clean(self) -> dict[str, Any]:
        """Refuse a form of which nothing was filled in, where the act does not insist on a part."""
        given = super().clean() or {}
        if self.fields and not self.errors and all(each in {None, ""} for each in given.values()):
            raise forms.ValidationError("Fill in at least one of these.")
        return given


def act_on_many(listing: Listing) -> HttpResponse:
    """Ask what is to be done with the chosen rows, or do it; 404 where the reader may do none."""
    data, record = listing.request.POST, listing.record
    seen = chosen_rows(listing, data, most=MOST_ACTS)
    if not seen:
        messages.warning(listing.request, "Choose rows first.")
        return redirect(listing.address())
    rows = record.visible_to(listing.user).filter(pk__in=seen)
    if not any(record.may_choose(listing.user, row) for row in rows):
        raise Http404
    if "act" not in data:
        return _ask(listing, seen, {}, status=200)
    act = next((each for each in record.many_acts if each.name == data["act"]), None)
    if act is None:
        raise SuspiciousOperation("There is no such act for many rows.")
    form = form_of_act(record, act, listing.user, data)
    if not form.is_valid():
        return _ask(listing, seen, {act.name: form}, status=422)
    given = {name: value for name, value in form.cleaned_data.items() if value is not None}
    outcomes = do_act_on_many(
        record=record,
        act=act,
        seen=seen,
        values=given,
        actor=cast("Account", listing.user),
        at=clock.now(),
    )
    return outcomes_page(listing, outcomes, act.title)


def form_of_act(record: Record, act: RecordAct, user: User, data: QueryDict | None) -> ManyForm:
    """Return the form that asks what an act needs; the same for all rows."""
    fields = {each.name: _field(record, act, each, user) for each in act.asks}
    made: type[ManyForm] = type("FormOfAct", (ManyForm,), fields)
    return made(data, auto_id=f"{act.name}-%s")


def _field(record: Record, act: RecordAct, asked: Asked, user: User) -> forms.Field:
    """Return the input for one thing that an act asks."""
    is_needed = asked.is_needed and not asked.may_be_nothing
    choices = list(act.options[asked.name]()) if asked.name in act.options else []
    if choices:
        return forms.TypedChoiceField(
            choices=[_NOT_CHOSEN, *choices],
            coerce=cast("Callable[[Any], Any]", asked.kind),
            empty_value=None if asked.kind is not str else "",
            required=is_needed,
            label=_label(record, act, asked),
        )
    if asked.name not in act.says:
        field = field_of(record, asked.name, user)
        field.required = is_needed
        return field
    if issubclass(asked.kind, models.Model) or asked.kind is not str:
        raise TypeError(f"{act.name} asks for {asked.name}, which is not typed for many rows.")
    return forms.CharField(
        required=is_needed,
        max_length=act.longest.get(asked.name, _LONGEST),
        label=_label(record, act, asked),
    )


def _label(record: Record, act: RecordAct, asked: Asked) -> str:
    if asked.name in act.says:
        return asked.name.replace("_", " ").capitalize()
    return record.title_of(asked.name)


def _ask(
    listing: Listing, seen: dict[int, int], refused: dict[str, ManyForm], status: int
) -> HttpResponse:
    record = listing.record
    panels = [
        (
            act,
            refused.get(act.name) or form_of_act(record, act, listing.user, None),
            act.name in refused,
        )
        for act in record.many_acts
    ]
    context = {
        **surroundings(listing, len(seen)),
        "panels": panels,
        "amount": len(seen),
        "selection": ",".join(f"{key}:{version}" for key, version in seen.items()),
    }
    return render(listing.request, "ui/bulk_acts.html", context, status=status)
