"""The addresses of the shell and of the pages that are made from records."""

from django.urls import URLPattern, path

from quarterdeck.core.records import Record, all_records
from quarterdeck.ui.api_tokens import api_tokens, revoke
from quarterdeck.ui.components_page import components
from quarterdeck.ui.details import detail_view
from quarterdeck.ui.edit_pages import add_view, change_view
from quarterdeck.ui.list_pages import list_view
from quarterdeck.ui.palette import palette
from quarterdeck.ui.redaction_page import redact_record
from quarterdeck.ui.search_page import search
from quarterdeck.ui.sign_in import choose_theme, health, sign_in, sign_out

shell_urls: list[URLPattern] = [
    path("sign-in", sign_in, name="sign-in"),
    path("sign-out", sign_out, name="sign-out"),
    path("theme", choose_theme, name="theme"),
    path("search", search, name="search"),
    path("palette", palette, name="palette"),
    path("health", health, name="health"),
    path("account/tokens", api_tokens, name="api-tokens"),
    path("account/tokens/<int:key>/revoke", revoke, name="api-tokens.revoke"),
    path("redact/<str:noun>/<int:key>", redact_record, name="redact"),
    path("ui/components", components, name="components"),
]


def record_urls() -> list[URLPattern]:
    """Return the list and detail page of every record, and the pages with its form.

    A page that an app makes itself has the same path and name and stands before these.
    """
    return [each for record in all_records() for each in _pages_of(record)]


def _pages_of(record: Record) -> list[URLPattern]:
    pages = [
        path(record.path, list_view(record), name=record.list_address),
        path(f"{record.path}<int:key>/", detail_view(record), name=record.detail_address),
    ]
    if not record.form:
        return pages
    return [
        *pages,
        path(f"{record.path}add", add_view(record), name=record.add_address),
        path(f"{record.path}<int:key>/change", change_view(record), name=record.change_address),
    ]
