"""What a reader keeps of lists, chosen columns and views: where it is sent, and its own pages."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.core.records import Record, all_records
from quarterdeck.office import rules
from quarterdeck.office.models import SavedView
from quarterdeck.office.records import saved_views
from quarterdeck.office.verbs.saved_views import (
    change_view,
    choose_columns,
    keep_view,
    remove_view,
)
from quarterdeck.office.web.records import account_of, record_named
from quarterdeck.ui.kept_lists import KeptList, KeptView, provide
from quarterdeck.ui.list_cells import columns_to_choose


def _kept() -> QuerySet[SavedView]:
    found = SavedView.objects.found_by(Slot("owner")).filter(record=Slot("record"))
    return found.order_by("name", "pk")


_KEPT = Prepared(_kept)


def kept_list(record: Record, user: User) -> KeptList:
    """Return the columns that somebody has chosen for a list, and the views that they find."""
    is_known = isinstance(user, Account)
    found: list[SavedView] = _KEPT.records(owner=user.pk, record=record.key) if is_known else []
    chosen = next((view.parameters for view in found if not view.name), "")
    return KeptList(
        columns=tuple(parse_qs(chosen).get("columns", [""])[0].split(",")),
        views=tuple(_kept_view(view, user) for view in found if view.name),
        columns_address=reverse("office.view.columns", args=[record.key]),
        views_address=reverse("office.view.save", args=[record.key]),
        may_share=rules.may_share_views(user),
    )


def _kept_view(view: SavedView, user: User) -> KeptView:
    may_keep = rules.may_keep_view(user, view)
    address = reverse("office.view.remove", args=[view.pk]) if may_keep else ""
    is_own = isinstance(user, Account) and view.owner_id == user.pk
    return KeptView(view.name, view.parameters, view.is_shared, is_own, address)


def _list_address(record: Record, parameters: str) -> str:
    address = reverse(record.list_address)
    return f"{address}?{parameters}" if parameters else address


@require_POST
def columns(request: HttpRequest, record: str) -> HttpResponse:
    """Keep the ticked columns, or return to the usual ones."""
    declared, asked = record_named(record), request.POST
    ticked = asked.getlist("column") if "reset" not in asked else []
    known = [name for name in columns_to_choose(declared) if name in ticked]
    choose_columns(record=record, columns=known, actor=account_of(request), at=clock.now())
    kept = [each for each in asked.get("back", "").split("&") if not each.startswith("columns=")]
    return redirect(_list_address(declared, "&".join(filter(None, kept))))


@require_POST
def save(request: HttpRequest, record: str) -> HttpResponse:
    """Keep what the list shows as a view."""
    declared, asked = record_named(record), request.POST
    view = keep_view(
        record=record,
        name=asked.get("name", ""),
        parameters=asked.get("parameters", ""),
        is_shared="shared" in asked,
        actor=account_of(request),
        at=clock.now(),
    )
    messages.success(request, f"View “{view}” saved.")
    return redirect(_list_address(declared, view.parameters))


@require_POST
def remove(request: HttpRequest, key: int) -> HttpResponse:
    """Remove a view that is one's own, or shared by others where one may."""
    view = _visible(request, key)
    remove_view(view=view, actor=account_of(request), at=clock.now())
    messages.success(request, f"View “{view}” removed.")
    if request.POST.get("back") == "views" or not _declared(view):
        return redirect(saved_views.list_address)
    return redirect(record_named(view.record).list_address)


class ViewForm(forms.Form):
    """The name of a view, and who finds it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(label="Name", max_length=80)
    shared = forms.BooleanField(label="For everybody", required=False)


@dataclass(frozen=True)
class ShownView:
    """One line of the page of views."""

    view: SavedView
    list_title: str
    address: str
    is_own: bool
    may_keep: bool


@require_safe
def show_views(request: HttpRequest) -> HttpResponse:
    """Show one's own views and those for everybody, by the list that they are of."""
    account = account_of(request)
    found = SavedView.objects.visible_to(account).select_related("owner__person")
    shown = [_shown(view, account) for view in found.order_by("name", "pk")]
    shown.sort(key=lambda each: each.list_title)
    return render(request, "office/saved_views.html", {"views": shown, "record": saved_views})


def _shown(view: SavedView, account: Account) -> ShownView:
    declared = _declared(view)
    return ShownView(
        view,
        declared.title if declared else view.record,
        _list_address(declared, view.parameters) if declared else "",
        is_own=view.owner_id == account.pk,
        may_keep=rules.may_keep_view(account, view),
    )


@require_safe
def open_view(request: HttpRequest, key: int) -> HttpResponse:
    """Lead to the list as the view shows it."""
    view = _visible(request, key)
    return redirect(_list_address(record_named(view.record), view.parameters))


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: int) -> HttpResponse:
    """Rename a view, and share it or not."""
    account, view = account_of(request), _visible(request, key)
    if not rules.may_keep_view(account, view):
        raise Http404
    first = {"version": view.version, "name": view.name, "shared": view.is_shared}
    form = ViewForm(request.POST if request.method == "POST" else None, initial=first)
    if not (view.is_shared or rules.may_share_views(account)):
        del form.fields["shared"]
    if form.is_valid():
        given: dict[str, Any] = form.cleaned_data
        changed = change_view(
            view=view,
            version=given["version"],
            name=given["name"],
            is_shared=given.get("shared", False),
            actor=account,
            at=clock.now(),
        )
        messages.success(request, f"View “{changed}” saved.")
        return redirect(saved_views.list_address)
    context = {"form": form, "heading": f"View “{view}”", "back": reverse(saved_views.list_address)}
    return render(request, "office/form.html", context, status=422 if form.is_bound else 200)


def _visible(request: HttpRequest, key: int) -> SavedView:
    view = SavedView.objects.visible_to(request.user).filter(pk=key).first()
    if view is None:
        raise Http404
    return view


def _declared(view: SavedView) -> Record | None:
    """Return the list that the view is of; an app that went away took it along."""
    return next((each for each in all_records() if each.key == view.record), None)


provide(kept_list)
