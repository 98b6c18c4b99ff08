"""The addresses of the pages of problems."""

from django.urls import URLPattern, path

from quarterdeck.desk.records import tickets
from quarterdeck.desk.records.problems import problems as record
from quarterdeck.desk.web import problems, similar

urlpatterns: list[URLPattern] = [
    path("desk/new/similar", similar.while_typing, name="desk.new.similar"),
    path("desk/new/category", similar.take_category, name="desk.new.category"),
    path(f"{tickets.path}<int:key>/similar", similar.of_ticket, name="desk.ticket.similar"),
    path(f"{record.path}open", problems.open_new, name="desk.problem.open"),
    path(f"{record.path}<int:key>/", problems.show_problem, name=record.detail_address),
    path(f"{record.path}<int:key>/act/<slug:name>", problems.act, name="desk.problem.act"),
    path("desk/problem-links/<int:key>/end", problems.unlink, name="desk.problem.unlink"),
]
