"""The page that searches everything which the reader may see."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from quarterdeck.core.records import all_records
from quarterdeck.core.search import Order, called_so, clean
from quarterdeck.ui.findings import groups_of

_SHOWN = 5


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what is found, by record; `go` leads straight to the one row that is called so."""
    text, user = clean(request.GET.get("q", "")), request.user
    if text and "go" in request.GET:
        for record in all_records():
            if row := called_so(record, text, user):
                return redirect(reverse(record.detail_address, args=[row.pk]))
    order = Order.BEST if request.GET.get("order") == Order.BEST else Order.NEWEST
    groups = groups_of(text, user, shown=_SHOWN, order=order) if text else []
    context = {
        "text": text,
        "groups": groups,
        "is_best": order is Order.BEST,
    }
    return render(request, "ui/search.html", context)
