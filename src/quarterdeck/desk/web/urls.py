"""The addresses of the desk's own pages; lists and whatever is not here come from its records."""

from django.urls import URLPattern, path

from quarterdeck.desk.records import tickets
from quarterdeck.desk.web import entry, queues
from quarterdeck.desk.web.acts import act
from quarterdeck.desk.web.priorities import priorities
from quarterdeck.desk.web.routine import routine
from quarterdeck.desk.web.tickets import show_remarks, show_ticket

urlpatterns: list[URLPattern] = [
    path("desk/new", entry.new_ticket, name="desk.new"),
    path("desk/new/people", entry.people, name="desk.people"),
    path("desk/new/categories", entry.categories, name="desk.categories"),
    path("desk/new/priority", entry.priority, name="desk.priority"),
    path("desk/mine", queues.mine, name="desk.mine"),
    path("desk/unassigned", queues.unassigned, name="desk.unassigned"),
    path("desk/routine/", routine, name="desk.routine"),
    path("desk/priorities/", priorities, name="desk.priorities"),
    path("desk/board", queues.board, name="desk.board"),
    path(f"{tickets.path}<int:key>/", show_ticket, name=tickets.detail_address),
    path(f"{tickets.path}<int:key>/remarks", show_remarks, name="desk.ticket.remarks"),
    path(f"{tickets.path}<int:key>/act/<slug:name>", act, name="desk.act"),
]
