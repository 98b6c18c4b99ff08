"""Pages on which one adds a record or changes one, made from its declaration."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from quarterdeck.core import clock
from quarterdeck.core.changes import add_record, change_record
from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.core.records import Record
from quarterdeck.ui.conflicts import Disputed, disputed_fields, settled
from quarterdeck.ui.details import find_visible
from quarterdeck.ui.forms import VERSION, RecordForm, form_of, grouped_fields

View = Callable[..., HttpResponse]
# A version is a small number; more digits would be refused by the database.
_VERSION_DIGITS = 9


@dataclass(frozen=True)
class Attempt:
    """A form for a row at some version, and what came of sending it."""

    form: RecordForm
    version: int
    status: int = 200
    disputed: tuple[Disputed, ...] = ()
    is_conflict: bool = False
    is_saved: bool = False


def add_view(record: Record) -> View:
    """Return the view on which one is added."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def show_add(request: HttpRequest) -> HttpResponse:
        if not record.may_add(request.user):
            raise Http404
        sent = request.method == "POST"
        given = {name: request.GET[name] for name in record.form if name in request.GET}
        form = form_of(record, request.user, given=given, data=request.POST if sent else None)
        if sent and form.is_valid() and (row := _added(record, form, account_of(request))):
            messages.success(request, f"{record.singular} “{row}” added.")
            return redirect(record.detail_address, row.pk)
        crumbs = [(record.title, reverse(record.list_address)), ("New", "")]
        context = {
            "record": record,
            "form": form,
            "groups": grouped_fields(record, form),
            "heading": f"New {record.singular.lower()}",
            "back": reverse(record.list_address),
            "breadcrumbs": crumbs,
        }
        return render(request, "ui/form.html", context, status=422 if sent else 200)

    return show_add


def change_view(record: Record) -> View:
    """Return the view on which one is changed."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def show_change(request: HttpRequest, key: int) -> HttpResponse:
        row = find_visible(record, key, request.user)
        if not record.may_change(request.user, row):
            raise Http404
        form = form_of(record, request.user, row=row)
        attempt = Attempt(form, row.version)
        if request.method == "POST":
            data = settled(request.POST, form)
            form = form_of(record, request.user, row=row, data=data)
            attempt = _change(record, row, form, _version(request), account_of(request))
            if attempt.is_saved:
                messages.success(request, "Saved.")
                return redirect(record.detail_address, row.pk)
        context = {
            "record": record,
            "form": form,
            "groups": grouped_fields(record, form),
            "heading": f"Change {row}",
            "attempt": attempt,
            "back": reverse(record.detail_address, args=[row.pk]),
            "breadcrumbs": _crumbs(record, row),
        }
        return render(request, "ui/form.html", context, status=attempt.status)

    return show_change


def _added(record: Record, form: RecordForm, actor: Account) -> Any:
    """Add what was typed; None, and the errors in the form, where it is declined."""
    try:
        return add_record(record=record, values=form.values, actor=actor, at=clock.now())
    except Invalid as refusal:
        form.show_errors(refusal.errors)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return None


def _change(record: Record, row: Any, form: RecordForm, version: int, actor: Account) -> Attempt:
    """Change what was typed differently, and say what came of it."""
    if not form.is_valid():
        return Attempt(form, version, 422)
    try:
        change_record(
            record=record, row=row, version=version, values=form.values, actor=actor, at=clock.now()
        )
    except Conflict as conflict:
        present = conflict.present
        disputed = disputed_fields(record, present, form, version)
        return Attempt(form, present.version, 409, tuple(disputed), is_conflict=True)
    except Invalid as refusal:
        form.show_errors(refusal.errors)
        return Attempt(form, version, 422)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return Attempt(form, version, 422)
    return Attempt(form, version, is_saved=True)


def _crumbs(record: Record, row: Any) -> list[tuple[str, str]]:
    detail = reverse(record.detail_address, args=[row.pk])
    return [(record.title, reverse(record.list_address)), (str(row), detail), ("Change", "")]


def _version(request: HttpRequest) -> int:
    text = request.POST.get(VERSION, "")
    if not (text.isascii() and text.isdigit() and len(text) <= _VERSION_DIGITS):
        raise SuspiciousOperation("The form says no version.")
    return int(text)
