"""The addresses of escalations, of the pages of leads and managers, and of shifts."""

from django.urls import URLPattern, path

from quarterdeck.desk.records import tickets
from quarterdeck.desk.records.escalations import escalations as escalations_record
from quarterdeck.desk.records.teams import shift_notes as shift_notes_record
from quarterdeck.desk.web import escalations, shift_notes, teams
from quarterdeck.desk.web.verdicts import verdict

_ESCALATION = f"{escalations_record.path}<int:key>/"
_NOTE = f"{shift_notes_record.path}<int:key>/"
_TICKET = f"{tickets.path}<int:key>/"

urlpatterns: list[URLPattern] = [
    path(f"{_TICKET}escalations", escalations.of_ticket, name="desk.ticket.escalations"),
    path(f"{_TICKET}escalate", escalations.escalate, name="desk.escalate"),
    path(f"{_TICKET}complain", escalations.complain, name="desk.complain"),
    path("desk/escalations/mine", escalations.mine, name="desk.escalation.mine"),
    path(_ESCALATION, escalations.show_escalation, name=escalations_record.detail_address),
    path(f"{_ESCALATION}act/<slug:name>", escalations.act, name="desk.escalation.act"),
    path("desk/complaints/<int:key>/<slug:signature>", verdict, name="desk.verdict"),
    path("desk/lead", teams.lead, name="desk.lead"),
    path("desk/teams", teams.teams, name="desk.teams"),
    path(f"{shift_notes_record.path}new", shift_notes.hand_over, name="desk.shift.hand_over"),
    path(_NOTE, shift_notes.show_note, name=shift_notes_record.detail_address),
    path(f"{_NOTE}take-over", shift_notes.take_over, name="desk.shift.take_over"),
]
