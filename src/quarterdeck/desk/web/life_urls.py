"""The addresses of what people do with tickets all day: macros, tags, links, merges."""

from django.urls import URLPattern, path

from quarterdeck.desk.records import tickets
from quarterdeck.desk.records.kept import canned_replies, macros, ticket_rules
from quarterdeck.desk.records.recurring import recurring_tickets
from quarterdeck.desk.records.time_spent import time_entries
from quarterdeck.desk.web import kept, life, links, recurring, time_spent, watching
from quarterdeck.desk.web import ticket_rules as automation
from quarterdeck.desk.web.step_rows import step_value

urlpatterns: list[URLPattern] = [
    path(f"{tickets.path}<int:key>/life", life.show_life, name="desk.ticket.life"),
    path(f"{recurring_tickets.path}new", recurring.edit_recurring, name="desk.recurring.add"),
    path(
        f"{recurring_tickets.path}<int:key>/edit",
        recurring.edit_recurring,
        name="desk.recurring.change",
    ),
    path("desk/time", time_spent.weeks, name="desk.time"),
    path(f"{tickets.path}<int:key>/time", time_spent.show_time, name="desk.ticket.time"),
    path(f"{tickets.path}<int:key>/time/record", time_spent.record, name="desk.ticket.record_time"),
    path(f"{time_entries.path}<int:key>/correct", time_spent.correct, name="desk.time.correct"),
    path("desk/watched", watching.watched, name="desk.watched"),
    path(f"{tickets.path}<int:key>/watch", watching.watch, name="desk.ticket.watch"),
    path(f"{tickets.path}<int:key>/seen", watching.see, name="desk.ticket.seen"),
    path(f"{tickets.path}<int:key>/readers", watching.find_readers, name="desk.ticket.readers"),
    path(
        f"{tickets.path}<int:key>/readers/<int:account_key>",
        watching.name,
        name="desk.ticket.name",
    ),
    path(f"{tickets.path}<int:key>/macros", life.show_macros, name="desk.ticket.macros"),
    path(f"{tickets.path}<int:key>/macros/<int:macro_key>", life.run, name="desk.ticket.macro"),
    path(f"{tickets.path}<int:key>/replies", life.find_replies, name="desk.ticket.replies"),
    path(
        f"{tickets.path}<int:key>/replies/<int:reply_key>", life.fill_in, name="desk.ticket.reply"
    ),
    path(
        f"{tickets.path}<int:key>/workarounds/<int:problem_key>",
        life.fill_in_workaround,
        name="desk.ticket.workaround",
    ),
    path(f"{tickets.path}<int:key>/tags", life.change_tags, name="desk.ticket.tag"),
    path(f"{tickets.path}<int:key>/links", links.link, name="desk.ticket.link"),
    path("desk/links/<int:key>/remove", links.unlink, name="desk.link.remove"),
    path(f"{tickets.path}<int:key>/merge", links.merge, name="desk.ticket.merge"),
    path(f"{tickets.path}<int:key>/unmerge", links.unmerge, name="desk.ticket.unmerge"),
    path(f"{tickets.path}<int:key>/split", links.split, name="desk.ticket.split"),
    path(f"{ticket_rules.path}new", automation.edit_rule, name="desk.rule.add"),
    path(f"{ticket_rules.path}<int:key>/edit", automation.edit_rule, name="desk.rule.change"),
    path(f"{ticket_rules.path}<int:key>/try", automation.try_out, name="desk.rule.try"),
    path(
        "desk/conditions/<int:place>",
        automation.condition_row,
        name="desk.rule.condition",
    ),
    path("desk/steps/<int:place>/value", step_value, name="desk.step.value"),
    path(f"{canned_replies.path}new", kept.edit_canned_reply, name="desk.canned_reply.add"),
    path(
        f"{canned_replies.path}<int:key>/edit",
        kept.edit_canned_reply,
        name="desk.canned_reply.change",
    ),
    path(f"{macros.path}new", kept.edit_macro, name="desk.macro.add"),
    path(f"{macros.path}<int:key>/edit", kept.edit_macro, name="desk.macro.change"),
]
