"""The page of one's own notices, and the way from one to what it is about."""

import re

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from quarterdeck.core import clock
from quarterdeck.core.permission import account_of
from quarterdeck.office.models import Notice
from quarterdeck.office.models.notices import KEPT_FOR
from quarterdeck.office.queries.notices import A_PAGE, as_told, own_notices, place_of

_KEY = re.compile(r"[0-9]{1,18}")


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """Show what somebody is told, the unread alone unless they ask for all."""
    account, shows_all = account_of(request), "all" in request.GET
    before = _key(request.GET.get("before", ""))
    found = own_notices(account, unread=not shows_all, before=before)
    context = {
        "told": as_told(account, found[:A_PAGE]),
        "newest": found[0].pk if found else 0,
        "older": found[A_PAGE - 1].pk if len(found) > A_PAGE else None,
        "shows_all": shows_all,
        "days": KEPT_FOR.days,
        "breadcrumbs": [("Notices", "")],
    }
    return render(request, "office/notices.html", context)


@require_safe
def open_notice(request: HttpRequest, key: int) -> HttpResponse:
    """Lead to what a notice is about; whoever goes there has read it."""
    account = account_of(request)
    own = Notice.objects.visible_to(account).filter(pk=key)
    place = place_of(account, get_object_or_404(own))
    if request.method == "GET":
        own.note_read(clock.now())
    if place:
        return redirect(place)
    messages.info(request, "What this was about is settled, or no longer yours to see.")
    return redirect("notices")


@require_POST
def read_notices(request: HttpRequest) -> HttpResponse:
    """Note all notices as read up to the newest that the page showed."""
    until = _key(request.POST.get("until", ""))
    own = Notice.objects.visible_to(account_of(request))
    if until is not None:
        own.filter(pk__lte=until).note_read(clock.now())
    return redirect("notices")


def _key(typed: str) -> int | None:
    return int(typed) if _KEY.fullmatch(typed) else None
