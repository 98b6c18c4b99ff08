"""The addresses of the pages of problems."""

from django.urls import URLPattern, path

from quarterdeck.desk.records.problems import problems as record
from quarterdeck.desk.web import problems

urlpatterns: list[URLPattern] = [
    path(f"{record.path}open", problems.open_new, name="desk.problem.open"),
    path(f"{record.path}<int:key>/", problems.show_problem, name=record.detail_address),
    path(f"{record.path}<int:key>/act/<slug:name>", problems.act, name="desk.problem.act"),
    path("desk/problem-links/<int:key>/end", problems.unlink, name="desk.problem.unlink"),
]
