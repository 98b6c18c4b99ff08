"""The addresses of the portal."""

from django.urls import URLPattern, path

from quarterdeck.desk.web import own_tickets, portal

urlpatterns: list[URLPattern] = [
    path("portal/", portal.home, name="portal.home"),
    path("portal/suggestions", portal.suggest, name="portal.suggest"),
    path("portal/people", portal.people, name="portal.people"),
    path("portal/report", portal.report, name="portal.report"),
    path("portal/catalogue/<int:key>/", portal.item, name="portal.item"),
    path("portal/tickets/", own_tickets.show_own, name="portal.tickets"),
    path("portal/tickets/<int:key>/", own_tickets.show_one, name="portal.ticket"),
    path("portal/tickets/<int:key>/act/<slug:name>", own_tickets.act, name="portal.act"),
    path("portal/files/<int:key>", own_tickets.download, name="portal.file"),
]
