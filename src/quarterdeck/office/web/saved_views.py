"""What a reader keeps of lists, chosen columns and views, and where lists send it."""

from urllib.parse import parse_qs

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from quarterdeck.core import clock
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User
from quarterdeck.core.records import Record
from quarterdeck.office import rules
from quarterdeck.office.models import SavedView
from quarterdeck.office.verbs.saved_views import choose_columns, keep_view, remove_view
from quarterdeck.office.web.records import account_of, record_named
from quarterdeck.ui.kept_lists import KeptList, KeptView, provide
from quarterdeck.ui.list_cells import columns_to_choose


def kept_list(record: Record, user: User) -> KeptList:
    """Return the columns that somebody has chosen for a list, and the views that they find."""
    found = list(
        SavedView.objects.visible_to(user).filter(record=record.key).order_by("name", "pk")
    )
    chosen = next((view.parameters for view in found if not view.name), "")
    return KeptList(
        columns=tuple(parse_qs(chosen).get("columns", [""])[0].split(",")),
        views=tuple(_kept_view(view, user) for view in found if view.name),
        columns_address=reverse("office.view.columns", args=[record.key]),
        views_address=reverse("office.view.save", args=[record.key]),
        may_share=rules.may_share_views(user),
    )


def _kept_view(view: SavedView, user: User) -> KeptView:
    may_remove = rules.may_remove_view(user, view)
    address = reverse("office.view.remove", args=[view.pk]) if may_remove else ""
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
    view = SavedView.objects.visible_to(request.user).filter(pk=key).first()
    if view is None:
        raise Http404
    declared = record_named(view.record)
    remove_view(view=view, actor=account_of(request), at=clock.now())
    messages.success(request, f"View “{view}” removed.")
    return redirect(declared.list_address)


provide(kept_list)
