"""The addresses of the pages of problems."""

from django.urls import URLPattern, path

from quarterdeck.desk.records import tickets
from quarterdeck.desk.records.problems import candidate_problems
from quarterdeck.desk.records.problems import problems as record
from quarterdeck.desk.web import candidates, problems, similar

urlpatterns: list[URLPattern] = [
    path("desk/new/similar", similar.while_typing, name="desk.new.similar"),
    path("desk/new/category", similar.take_category, name="desk.new.category"),
    path(f"{tickets.path}<int:key>/similar", similar.of_ticket, name="desk.ticket.similar"),
    path(f"{record.path}open", problems.open_new, name="desk.problem.open"),
    path(f"{record.path}<int:key>/", problems.show_problem, name=record.detail_address),
    path(f"{record.path}<int:key>/act/<slug:name>", problems.act, name="desk.problem.act"),
    path("desk/candidates", candidates.search, name="desk.candidates"),
    path(
        f"{candidate_problems.path}<int:key>/",
        candidates.show_candidate,
        name=candidate_problems.detail_address,
    ),
    path(
        f"{candidate_problems.path}<int:key>/decide/<slug:name>",
        candidates.decide,
        name="desk.candidate.decide",
    ),
    path("desk/problem-links/<int:key>/end", problems.unlink, name="desk.problem.unlink"),
]
