"""The pages on which tickets are kept that open by themselves, and what they will open."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Person, Team
from quarterdeck.core.permission import User, account_of
from quarterdeck.desk.models import RecurringTicket
from quarterdeck.desk.queries.recurring import WEEKDAYS, schedule_in_words, schedule_of
from quarterdeck.desk.records.recurring import recurring_tickets
from quarterdeck.desk.rules.recurring import may_keep_for, may_keep_recurring
from quarterdeck.desk.verbs.recurring import (
    MOST_INTERVAL,
    Terms,
    change_recurring_ticket,
    keep_recurring_ticket,
)
from quarterdeck.desk.verbs.tickets import LONGEST_TITLE
from quarterdeck.desk.vocabulary import Level, TicketKind
from quarterdeck.desk.vocabulary.ticket_life import RecurrenceFrequency
from quarterdeck.desk.web.forms import RequesterField, offer_categories, requester_of
from quarterdeck.office.queries import organisation
from quarterdeck.office.queries.periods import own_day
from quarterdeck.services.models import Service
from quarterdeck.ui.details import breadcrumbs, find_visible
from quarterdeck.ui.panels import Panel, provide
from quarterdeck.ui.time_inputs import day_input

_NEXT = 5
_COLUMNS = (
    *("title", "description", "kind", "category", "impact", "urgency", "team", "service"),
    *("frequency", "interval", "weekdays", "month_day", "at_time", "zone"),
    *("starts_on", "ends_on", "paused"),
)


class RecurringForm(forms.Form):
    """What the tickets say, and when they are opened."""

    title = forms.CharField(label="Summary", max_length=LONGEST_TITLE)
    description = forms.CharField(required=False, widget=forms.Textarea({"rows": 4}))
    kind = forms.ChoiceField(choices=TicketKind.choices)
    category = forms.CharField(max_length=200, required=False)
    impact = forms.TypedChoiceField(choices=Level.choices, coerce=int)
    urgency = forms.TypedChoiceField(choices=Level.choices, coerce=int)
    team = forms.ModelChoiceField(Team.objects.order_by("name"), required=False, empty_label="—")
    service = forms.ModelChoiceField(
        Service.objects.order_by("name"), required=False, empty_label="—"
    )
    requester = RequesterField(required=False, help_text="Whose name the tickets bear, if any.")
    frequency = forms.ChoiceField(label="It counts", choices=RecurrenceFrequency.choices)
    interval = forms.IntegerField(label="Every so many", min_value=1, max_value=MOST_INTERVAL)
    weekdays = forms.TypedMultipleChoiceField(
        label="On these days of the week",
        choices=WEEKDAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="For weeks.",
    )
    month_day = forms.IntegerField(
        label="On this day of the month",
        min_value=1,
        max_value=31,
        help_text="For months; a shorter month has its last day instead.",
    )
    at_time = forms.TimeField(label="At", widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    zone = forms.CharField(label="Time zone", max_length=64)
    starts_on = forms.DateField(label="From", widget=day_input())
    ends_on = forms.DateField(label="Until", required=False, widget=day_input())
    paused = forms.BooleanField(
        label="Paused", required=False, help_text="What falls due meanwhile is not caught up."
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_requester(self) -> Person | None:
        """Accept somebody who is known."""
        typed: str = self.cleaned_data["requester"].strip()
        person = requester_of(typed) if typed else None
        if typed and person is None:
            raise forms.ValidationError(f"Nobody called “{typed}” is in the directory.")
        return person

    @property
    def terms(self) -> Terms:
        """What was typed, as the verbs take it."""
        given = {name: self.cleaned_data[name] for name in (*_COLUMNS, "requester")}
        return Terms(**{**given, "weekdays": tuple(given["weekdays"])})


@require_http_methods(["GET", "HEAD", "POST"])
def edit_recurring(request: HttpRequest, key: int | None = None) -> HttpResponse:
    """Let tickets open by themselves, or change those that do."""
    user = account_of(request)
    if not may_keep_recurring(user):
        raise Http404
    row: RecurringTicket | None = None
    if key is not None:
        row = find_visible(recurring_tickets, key, user)
        if not may_keep_for(user, row.team):
            raise Http404
    form = RecurringForm(request.POST or None, initial=_initial(row))
    offer_categories(form, "category", "" if row is None else row.category)
    if form.is_bound and form.is_valid() and (kept := _done(form, row, user)) is not None:
        messages.success(request, f"“{kept}” is kept.")
        return redirect(recurring_tickets.detail_address, kept.pk)
    heading = f"Change “{row}”" if row else "New recurring ticket"
    context = {
        "form": form,
        "heading": heading,
        "back": reverse(recurring_tickets.list_address),
        "breadcrumbs": breadcrumbs(recurring_tickets, heading),
    }
    return render(request, "desk/kept.html", context, status=422 if form.is_bound else 200)


def _initial(row: RecurringTicket | None) -> dict[str, Any]:
    if row is not None:
        known = {name: getattr(row, name) for name in (*_COLUMNS, "version")}
        return {**known, "requester": row.requester.name if row.requester else ""}
    today = own_day(clock.now())
    return {
        "kind": TicketKind.REQUEST,
        "impact": Level.LOW,
        "urgency": Level.MEDIUM,
        "frequency": RecurrenceFrequency.WEEKLY,
        "interval": 1,
        "weekdays": [0],
        "month_day": 1,
        "at_time": "08:00",
        "zone": organisation().zone,
        "starts_on": today,
    }


def _done(form: RecurringForm, row: RecurringTicket | None, user: Account) -> Any:
    """Run the verb; a refusal goes onto the form, field by field where it names fields."""
    words: dict[str, Any] = {"terms": form.terms, "actor": user, "at": clock.now()}
    try:
        if row is None:
            return keep_recurring_ticket(**words)
        version = form.cleaned_data["version"] or 0
        return change_recurring_ticket(recurring=row, version=version, **words)
    except Invalid as invalid:
        for name, texts in invalid.errors.items():
            form.add_error(name if name in form.fields else None, " ".join(texts))
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return None


def recurring_panel(_record: object, row: object, user: User) -> Panel | None:
    """Show on the page of a recurring ticket when it opens next, and the way to change it."""
    if not isinstance(row, RecurringTicket):
        return None
    coming = [] if row.paused else schedule_of(row).first(_NEXT, clock.now())
    may_change = may_keep_for(user, row.team)
    context = {
        "words": schedule_in_words(row),
        "is_paused": row.paused,
        "coming": coming,
        "address": reverse("desk.recurring.change", args=[row.pk]) if may_change else "",
    }
    return Panel("desk/recurring_panel.html", context)


provide(recurring_panel)
