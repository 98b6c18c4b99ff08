"""The pages on which time spent on tickets is recorded, corrected and summed up."""

import secrets
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.desk.models import Ticket, TimeEntry
from quarterdeck.desk.models.time_entry import MOST_MINUTES
from quarterdeck.desk.queries.time_spent import WEEK, PersonWeek, time_on, weeks_of
from quarterdeck.desk.records import tickets
from quarterdeck.desk.records.time_spent import time_entries
from quarterdeck.desk.rules import sees_notes
from quarterdeck.desk.rules.time_spent import (
    can_correct_time,
    may_correct_time,
    may_record_time,
    sees_weeks,
)
from quarterdeck.desk.verbs.time_spent import LONGEST_NOTE, Work, correct_time, record_time
from quarterdeck.desk.vocabulary.duty import YEARS
from quarterdeck.desk.vocabulary.ticket_life import WorkActivity
from quarterdeck.desk.web.found import find_ticket
from quarterdeck.office.queries.periods import own_day
from quarterdeck.ui.details import breadcrumbs, find_visible
from quarterdeck.ui.time_inputs import day_input


class WorkForm(forms.Form):
    """How long was worked, on which day, at what."""

    day = forms.DateField(widget=day_input())
    minutes = forms.IntegerField(min_value=1, max_value=MOST_MINUTES)
    activity = forms.ChoiceField(choices=WorkActivity.choices)
    note = forms.CharField(max_length=LONGEST_NOTE, required=False)
    entry_key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    @property
    def work(self) -> Work:
        """What was typed, as the verbs take it."""
        return Work(**self.cleaned_data)


def _today() -> date:
    """The day on which it is now in the organisation's zone, by which entries are judged too."""
    return own_day(clock.now())


def _blank() -> WorkForm:
    today = _today()
    return WorkForm(initial={"day": today, "entry_key": secrets.token_hex(16)}, auto_id="work-%s")


@require_safe
def show_time(request: HttpRequest, key: int) -> HttpResponse:
    """Show the time that was spent on a ticket, which its page loads after all else."""
    user = account_of(request)
    ticket = find_ticket(key, user)
    if not sees_notes(user, ticket):
        raise Http404
    return _time_page(request, ticket, user, _blank())


def _time_page(
    request: HttpRequest, ticket: Ticket, user: Account, form: WorkForm, status: int = 200
) -> HttpResponse:
    spent = time_on(ticket)
    context = {
        "ticket": ticket,
        "spent": spent,
        "seconds": spent.minutes * 60,
        "by_person": [(person, minutes * 60) for person, minutes in spent.by_person],
        "entries": [(entry, _is_open(entry, user)) for entry in spent.entries],
        "form": form if may_record_time(user, ticket) else None,
        "breadcrumbs": breadcrumbs(tickets, ticket.number),
    }
    return render(request, "desk/ticket_time.html", context, status=status)


def _is_open(entry: TimeEntry, user: Account) -> bool:
    is_settled = entry.reverses_id is not None or hasattr(entry, "reversal")
    return not is_settled and may_correct_time(user, entry)


@require_POST
def record(request: HttpRequest, key: int) -> HttpResponse:
    """Record time on a ticket."""
    user = account_of(request)
    ticket = find_ticket(key, user)
    if not may_record_time(user, ticket):
        raise Http404
    form = WorkForm(request.POST, auto_id="work-%s")
    if form.is_valid() and _done(form, record_time, {"ticket": ticket, "work": form.work}, user):
        messages.success(request, f"{form.work.minutes:,} min are recorded on {ticket.number}.")
        return redirect(tickets.detail_address, ticket.pk)
    return _time_page(request, ticket, user, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, key: int) -> HttpResponse:
    """Take an entry back, and record other figures in its place."""
    user = account_of(request)
    entry: TimeEntry = find_visible(time_entries, key, user)
    if not may_correct_time(user, entry) or not can_correct_time(entry):
        raise Http404
    names = ("day", "minutes", "activity", "note")
    stood = {name: getattr(entry, name) for name in names}
    form = WorkForm(request.POST or None, initial={**stood, "entry_key": secrets.token_hex(16)})
    if "remove" in request.POST or (form.is_bound and form.is_valid()):
        work = None if "remove" in request.POST else form.work
        if _done(form, correct_time, {"entry": entry, "work": work}, user):
            messages.success(request, "It is corrected; what was recorded before stays readable.")
            return redirect(tickets.detail_address, entry.ticket_id)
    context = {
        "form": form,
        "entry": entry,
        "breadcrumbs": breadcrumbs(time_entries, str(entry)),
    }
    return render(request, "desk/time_correct.html", context, status=422 if form.is_bound else 200)


def _done(form: WorkForm, run: Any, words: dict[str, Any], user: Account) -> bool:
    """Run the verb; a refusal goes onto the form, field by field where it names fields."""
    try:
        run(**words, actor=user, at=clock.now())
    except Invalid as invalid:
        for field, texts in invalid.errors.items():
            form.add_error(field, " ".join(texts))
        return False
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@require_safe
def weeks(request: HttpRequest) -> HttpResponse:
    """Show who recorded how much on each day of a week, down to the entries."""
    user = account_of(request)
    if not sees_weeks(user):
        raise Http404
    today = _today()
    monday = _monday(request.GET.get("week", ""), today)
    rows = weeks_of(user, monday)
    days = [monday + timedelta(days=place) for place in range(WEEK.days)]
    context = {
        "days": days,
        "rows": [_shown(row, days) for row in rows],
        "total": sum(row.minutes for row in rows) * 60,
        "first": days[0],
        "last": days[-1],
        "before": f"{monday - WEEK:%G-W%V}",
        "after": f"{monday + WEEK:%G-W%V}" if monday + WEEK <= today else "",
        "entries": reverse(time_entries.list_address),
    }
    return render(request, "desk/time_weeks.html", context)


def _monday(week: str, today: date) -> date:
    """Return the Monday of a week such as `2016-W14`, or of this one; 404 for no week."""
    if not week:
        return today - timedelta(days=today.weekday())
    try:
        monday = date.fromisoformat(f"{week}-1")
    except ValueError as problem:
        raise Http404 from problem
    if monday.year not in YEARS:
        raise Http404
    return monday


def _shown(row: PersonWeek, days: list[date]) -> dict[str, Any]:
    """Return somebody's week in seconds, each with the address of its entries."""
    address = f"{reverse(time_entries.list_address)}?person={row.person.pk}"
    whole = f"{address}&day_from={days[0]}&day_until={days[-1]}"
    cells = [
        (minutes * 60, f"{address}&day_from={day}&day_until={day}")
        for minutes, day in zip(row.days, days, strict=True)
    ]
    return {"person": row.person, "cells": cells, "total": row.minutes * 60, "address": whole}
