"""What the address of a list answers: the page, a part of it, a file, or many rows changed."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from quarterdeck.core import clock
from quarterdeck.core.records import Record
from quarterdeck.ui.bulk_acts import act_on_many
from quarterdeck.ui.bulk_pages import change_many
from quarterdeck.ui.exports import FORMATS, Sheet, export
from quarterdeck.ui.list_cells import keys_among
from quarterdeck.ui.list_headers import head_markup
from quarterdeck.ui.list_tabs import tabs_markup, tabs_of
from quarterdeck.ui.lists import COLUMNS, VIEWS, Listing
from quarterdeck.ui.menus_markup import content_markup


def list_view(record: Record) -> Callable[[HttpRequest], HttpResponseBase]:
    """Return the view that answers at the address of the record's list."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def show_list(request: HttpRequest) -> HttpResponseBase:
        listing = Listing(record, request)
        if request.method == "POST":
            if record.acts_on_many:
                return act_on_many(listing)
            return change_many(listing) if record.bulk else HttpResponseNotAllowed(["GET", "HEAD"])
        form = request.GET.get("format", "")
        return _export(listing, form) if form in FORMATS else _page(listing)

    return show_list


def _export(listing: Listing, form: str) -> HttpResponseBase:
    """Answer with everything that the list's filters leave, in the columns that it shows."""
    zone = timezone.get_current_timezone()
    rows = _rows_in_order(listing)
    sheet = Sheet(listing.record, listing.names, rows, zone, listing.user)
    day = clock.now().astimezone(zone).date()
    return export(sheet, form, f"{listing.record.path.split('/')[1]}-{day}")


def _rows_in_order(listing: Listing) -> Any:
    keys = keys_among(listing.record, listing.names)
    return listing.all_in_order.select_related(*keys).only(
        *listing.names, *listing.record.asked_of_rows(listing.names)
    )


def _page(listing: Listing) -> HttpResponse:
    record, request = listing.record, listing.request
    if listing.opened and _wants_menu(request):
        return _menu(listing)
    is_part = _wants_part(request, "list")
    crumbs = [(record.section, ""), (record.title, "")] if record.section else []
    head = head_markup(listing) if listing.page.rows else ""
    about = {"record": record, "breadcrumbs": crumbs}
    response = render(
        request,
        "ui/list_part.html" if is_part else "ui/list.html",
        {"listing": listing, "tabs": tabs_markup(tabs_of(listing)), "head": head, **about},
    )
    if is_part:
        asked = request.GET
        place = {key: asked[key] for key in ("after", "before") if asked.get(key)}
        response.headers["HX-Push-Url"] = listing.address(**place)
    return response


def _menu(listing: Listing) -> HttpResponse:
    """Answer with the content of the menu that was opened."""
    if listing.opened in {COLUMNS, VIEWS}:
        part = f"ui/list_{listing.opened}.html"
        return render(listing.request, part, {"listing": listing})
    for menu in listing.menus:
        if menu.is_opened:
            return HttpResponse(content_markup(menu))
    raise Http404


def _wants_part(request: HttpRequest, part: str) -> bool:
    """Say whether htmx asks for the part with this id, and not for a page of its history."""
    if request.headers.get("HX-History-Restore-Request") == "true":
        return False
    target = request.headers.get("HX-Target", "")
    return request.headers.get("HX-Request") == "true" and target.rpartition("#")[2] == part


def _wants_menu(request: HttpRequest) -> bool:
    """Say whether htmx asks for the content of a menu, which has no id of its own."""
    if request.headers.get("HX-History-Restore-Request") == "true":
        return False
    names_no_part = "#" not in request.headers.get("HX-Target", "")
    return request.headers.get("HX-Request") == "true" and names_no_part
