"""The addresses of major incidents."""

from django.urls import URLPattern, path

from quarterdeck.desk.records import tickets
from quarterdeck.desk.records.major_incidents import major_incidents as record
from quarterdeck.desk.web import major_incidents

urlpatterns: list[URLPattern] = [
    path(f"{tickets.path}<int:key>/major", major_incidents.of_ticket, name="desk.ticket.major"),
    path(f"{tickets.path}<int:key>/declare", major_incidents.declare, name="desk.ticket.declare"),
    path(f"{record.path}<int:key>/", major_incidents.show, name=record.detail_address),
    path(f"{record.path}<int:key>/act/<slug:name>", major_incidents.act, name="desk.major.act"),
    path("portal/status", major_incidents.status, name="portal.status"),
]
