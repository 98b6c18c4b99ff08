"""The addresses of who is on duty."""

from django.urls import URLPattern, path

from quarterdeck.desk.records import tickets
from quarterdeck.desk.web import assignment, rota

urlpatterns: list[URLPattern] = [
    path("desk/rota", rota.show_rota, name="desk.rota"),
    path("desk/rota/<int:key>/duty", rota.show_duty, name="desk.duty"),
    path("desk/rota/<int:key>/<slug:name>", rota.act, name="desk.rota.act"),
    path(f"{tickets.path}<int:key>/who", assignment.who, name="desk.ticket.who"),
    path("desk/shifts/<int:key>/end", rota.end, name="desk.shift.end"),
    path("desk/absences/<int:key>/withdraw", rota.back, name="desk.absence.withdraw"),
]
