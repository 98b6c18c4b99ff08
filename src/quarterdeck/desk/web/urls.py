"""The addresses of the desk's own pages; lists and whatever is not here come from its records."""

from django.urls import URLPattern, path

from quarterdeck.desk.records import (
    service_level_policies,
    tickets,
)
from quarterdeck.desk.records.mail import incoming_mail, mailboxes
from quarterdeck.desk.records.recalculations import clock_recalculations
from quarterdeck.desk.web import (
    duty_urls,
    entry,
    escalation_urls,
    knowledge_urls,
    life_urls,
    mail,
    major_urls,
    portal_urls,
    problem_urls,
    queues,
    service_levels,
)
from quarterdeck.desk.web.acts import act, ask, send_again
from quarterdeck.desk.web.category_aliases import explain
from quarterdeck.desk.web.due import due
from quarterdeck.desk.web.entry_requests import new_request
from quarterdeck.desk.web.names import names
from quarterdeck.desk.web.priorities import priorities
from quarterdeck.desk.web.recalculations import decide, recalculate, show_recalculation
from quarterdeck.desk.web.routine import routine
from quarterdeck.desk.web.team_names import team_names
from quarterdeck.desk.web.tickets import show_promises, show_remarks, show_ticket

urlpatterns: list[URLPattern] = [
    *portal_urls.urlpatterns,
    *knowledge_urls.urlpatterns,
    path("desk/new", entry.new_ticket, name="desk.new"),
    path("desk/new/catalogue/<int:key>", new_request, name="desk.new.request"),
    path("desk/new/people", entry.people, name="desk.people"),
    path("desk/new/categories", entry.categories, name="desk.categories"),
    path("desk/new/priority", entry.priority, name="desk.priority"),
    path("desk/categories/of-sources", explain, name="desk.category.explain"),
    path("desk/names/", names, name="desk.names"),
    path("desk/names/teams/", team_names, name="desk.team_names"),
    path("desk/mine", queues.mine, name="desk.mine"),
    path("desk/unassigned", queues.unassigned, name="desk.unassigned"),
    path("desk/routine/", routine, name="desk.routine"),
    path("desk/priorities/", priorities, name="desk.priorities"),
    path("desk/board", queues.board, name="desk.board"),
    path("desk/recalculate", recalculate, name="desk.recalculate"),
    path(
        f"{clock_recalculations.path}<int:key>/",
        show_recalculation,
        name=clock_recalculations.detail_address,
    ),
    path(f"{clock_recalculations.path}<int:key>/decide", decide, name="desk.recalculation.decide"),
    path("desk/due", due, name="desk.due"),
    path("desk/service-levels/new", service_levels.add_policy, name="desk.service_level.add"),
    path(
        f"{service_level_policies.path}<int:key>/",
        service_levels.show_policy,
        name=service_level_policies.detail_address,
    ),
    path(
        f"{service_level_policies.path}<int:key>/terms",
        service_levels.set_terms,
        name="desk.service_level.terms",
    ),
    path(f"{incoming_mail.path}<int:key>/", mail.show_mail, name=incoming_mail.detail_address),
    path(f"{incoming_mail.path}<int:key>/original", mail.original, name="desk.mail.original"),
    path(f"{incoming_mail.path}<int:key>/act/<slug:name>", mail.decide, name="desk.mail.decide"),
    path(f"{mailboxes.path}<int:key>/read", mail.read_now, name="desk.mailbox.read"),
    path(f"{tickets.path}<int:key>/", show_ticket, name=tickets.detail_address),
    path(f"{tickets.path}<int:key>/promises", show_promises, name="desk.ticket.promises"),
    path(f"{tickets.path}<int:key>/remarks", show_remarks, name="desk.ticket.remarks"),
    *life_urls.urlpatterns,
    *duty_urls.urlpatterns,
    *major_urls.urlpatterns,
    *escalation_urls.urlpatterns,
    *problem_urls.urlpatterns,
    path("desk/messages/<int:key>/again", send_again, name="desk.message.again"),
    path(f"{tickets.path}<int:key>/act/<slug:name>", act, name="desk.act"),
    path(f"{tickets.path}<int:key>/ask/<slug:name>", ask, name="desk.ask"),
]
