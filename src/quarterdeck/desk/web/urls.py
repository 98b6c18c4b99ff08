"""The addresses of the desk's own pages; lists and whatever is not here come from its records."""

from django.urls import URLPattern, path

from quarterdeck.desk.records import tickets
from quarterdeck.desk.web.tickets import show_ticket

urlpatterns: list[URLPattern] = [
    path(f"{tickets.path}<int:key>/", show_ticket, name=tickets.detail_address),
]
