"""The page of one ticket."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from django.db.models import Exists, OuterRef, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from quarterdeck.core import clock
from quarterdeck.core.database import Among
from quarterdeck.core.models import Account
from quarterdeck.core.permission import account_of
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.core.records import Tone
from quarterdeck.core.redaction import may_redact
from quarterdeck.desk.models import Mention, MessageFile, Ticket, TicketMessage
from quarterdeck.desk.models.message import TicketMessageQuerySet
from quarterdeck.desk.queries.categories import meanings_of
from quarterdeck.desk.queries.clocks import clocks_of
from quarterdeck.desk.queries.imported_messages import messages_told
from quarterdeck.desk.queries.links import merged_into
from quarterdeck.desk.queries.log import LogLine, log_of
from quarterdeck.desk.queries.running_clocks import shown_on_ticket
from quarterdeck.desk.records import PRIORITY_BADGES, STATE_BADGES, tickets
from quarterdeck.desk.rules import legal_acts, may_work, sees_notes
from quarterdeck.desk.vocabulary import Oddity, TicketState
from quarterdeck.desk.web.forms import ActForm
from quarterdeck.desk.web.found import find_ticket
from quarterdeck.office.gateways import smtp
from quarterdeck.office.rules import may_read_remarks
from quarterdeck.ui.details import Fact, breadcrumbs, facts_of, panels_and_changes
from quarterdeck.ui.panels import panels_of

FACTS = (
    "assignee_name",
    "requester_name",
    "service_name",
    "category",
    "true_category",
    "contact_channel",
    "impact",
    "urgency",
)
TIMES = (
    "opened_at",
    "opened_from",
    "first_fix_at",
    "last_fix_at",
    "ended_at",
    "changed_at",
    "reopen_count",
)
RECORDED = (
    "source",
    "external_id",
    "recorded_sla_kept",
    "recorded_due_at",
    "recorded_reopen_count",
    "recorded_reassignment_count",
    "batch",
)
EXPLANATIONS = {
    Oddity.EVENT_BEFORE_REPORT: "The log holds an event dated before the report itself.",
    Oddity.LOG_STEPS_BACK: "The log steps back in time. Its own order counts, not the dates.",
    Oddity.REPEATED_EVENT: "The file repeats an event; it is kept once.",
}
# What one click does, and what asks something first; in the order of the page.
BUTTONS = (
    ("take", "Take"),
    ("start", "Start"),
    ("resume", "Resume"),
    ("close", "Close"),
)
# What is seldom right comes after all else.
LAST_BUTTONS = (("spam", "Spam"),)
PANELS = {
    "resolve": "Resolve",
    "hold": "Put on hold",
    "assign": "Assign",
    "reopen": "Reopen",
    "not-reopened": "Was no reopening",
    "prioritise": "Change priority",
    "reword": "Title, description",
    "describe": "Category, service, requester",
    "cancel": "Cancel",
}
WRITING = {"reply": "Reply to the requester", "note": "Internal note"}
# Whoever reported the ticket writes to the desk.
ASKING = {"reply": "Reply to the desk"}


@dataclass(frozen=True)
class ActPanel:
    """An act that asks something; its form is fetched when the panel is opened, and is here only
    where it was refused."""

    act: str
    title: str
    form: ActForm | None


@require_safe
def show_ticket(request: HttpRequest, key: int) -> HttpResponse:
    """Show one ticket: what may be done, its conversation, clocks and log."""
    ticket = find_ticket(key, request.user)
    return ticket_page(request, ticket)


@require_safe
def show_remarks(request: HttpRequest, key: int) -> HttpResponse:
    """Show the files on one ticket and its history, which its page loads after all else."""
    user = account_of(request)
    ticket = find_ticket(key, user)
    has_remarks = may_read_remarks(user)
    shown = (
        panels_and_changes(tickets, ticket, user)
        if has_remarks
        else {"panels": panels_of(tickets, ticket, user)}
    )
    context = {
        "ticket": ticket,
        **shown,
        "has_remarks": has_remarks,
        "breadcrumbs": breadcrumbs(tickets, ticket.number),
    }
    return render(request, "desk/remarks.html", context)


@require_safe
def show_promises(request: HttpRequest, key: int) -> HttpResponse:
    """Show the service-level clocks of one ticket, which its page loads and keeps up to date."""
    user = account_of(request)
    ticket = find_ticket(key, request.user)
    context = {
        "ticket": ticket,
        "promises": shown_on_ticket(ticket, clock.now(), sees_teams=sees_notes(user, ticket)),
        "breadcrumbs": breadcrumbs(tickets, ticket.number),
    }
    return render(request, "desk/ticket_promises.html", context)


def ticket_page(
    request: HttpRequest,
    ticket: Ticket,
    *,
    refused: Mapping[str, ActForm] = MappingProxyType({}),
    status: int = 200,
) -> HttpResponse:
    """Render the page of a ticket; a form that was refused stays open with what was typed."""
    user = account_of(request)
    legal = legal_acts(user, ticket)
    works_here = may_work(user, ticket)
    has_remarks = may_read_remarks(user)
    buttons = _offered(BUTTONS, legal)
    context = {
        "ticket": ticket,
        "state_tone": STATE_BADGES[TicketState(ticket.state)].tone,
        "priority": PRIORITY_BADGES.get(ticket.priority or 0),
        "oddities": [EXPLANATIONS[Oddity(word)] for word in ticket.oddities],
        "clocks": clocks_of(ticket, clock.now()),
        "log": _log(ticket),
        "buttons": buttons,
        "last_buttons": _offered(LAST_BUTTONS, legal),
        "first_act": buttons[0][0] if buttons else "resolve",
        "panels": _panels(PANELS, legal, refused),
        "out_of_place": [form for act, form in refused.items() if act not in legal],
        "writing": _panels(WRITING if works_here else ASKING, legal, refused),
        "works_here": works_here,
        "sees_notes": sees_notes(user, ticket),
        **_written(ticket, user),
        "mail_fault": smtp.fault(),
        "may_redact": may_redact(user),
        "has_remarks": has_remarks,
        "facts": _facts(ticket, user),
        "times": facts_of(tickets, ticket, user, TIMES),
        "recorded": facts_of(tickets, ticket, user, RECORDED) if ticket.batch_id else [],
        "breadcrumbs": breadcrumbs(tickets, ticket.number),
    }
    return render(request, "desk/ticket.html", context, status=status)


def _offered(buttons: tuple[tuple[str, str], ...], legal: frozenset[str]) -> list[tuple[str, str]]:
    return [(act, text) for act, text in buttons if act in legal]


def _log(ticket: Ticket) -> list[tuple[LogLine, Tone]]:
    return [(line, STATE_BADGES[TicketState(line.change.state)].tone) for line in log_of(ticket)]


def _facts(ticket: Ticket, user: Account) -> list[Fact]:
    """Return the facts of a ticket, and behind them what its source's categories mean to us."""
    return facts_of(tickets, ticket, user, _facts_known(ticket)) + [
        Fact(f"{tickets.title_of(column)}, in our words", SafeString(escape(path)))
        for column, path in meanings_of(ticket).items()
    ]


def _facts_known(ticket: Ticket) -> tuple[str, ...]:
    """Leave out a name as a source wrote it where it says no more than the row behind it."""
    left_out = set()
    if ticket.requester_id and not ticket.requester_name:
        left_out.add("requester_name")
    if ticket.service_name == (ticket.service.name if ticket.service else ""):
        left_out.add("service_name")
    return tuple(name for name in FACTS if name not in left_out)


def _panels(
    offered: Mapping[str, str], legal: frozenset[str], refused: Mapping[str, ActForm]
) -> list[ActPanel]:
    """Return a panel for each legal act that asks something."""
    return [
        ActPanel(act, title, refused.get(act)) for act, title in offered.items() if act in legal
    ]


def _written(ticket: Ticket, user: Account) -> dict[str, list[Any]]:
    conversation = _conversation(ticket, user)
    unseen = [each for each in conversation if getattr(each, "is_unseen", False)]
    return {"messages_on_it": conversation, "unseen": unseen}


def _messages() -> TicketMessageQuerySet:
    """Ask for what was written on tickets, with what the page shows of it."""
    rows = TicketMessage.objects.filter(Among("ticket", Slot("tickets")))
    written = rows.select_related("author__person", "mail", "incoming").order_by()
    mentions = Mention.objects.unseen().filter(message=OuterRef("pk"), account=Slot("reader"))
    files = MessageFile.objects.filter(message=OuterRef("pk"))
    return written.annotate(is_unseen=Exists(mentions), has_files=Exists(files))


_MESSAGES = Prepared(_messages)
_PUBLIC_MESSAGES = Prepared(lambda: _messages().public())


def _conversation(ticket: Ticket, user: Account) -> list[Any]:
    """Return what was written, oldest first, on what was merged into it too; who does not work
    here reads what is public, and of this ticket alone; `is_unseen` where one names the reader."""
    merged = merged_into(ticket) if sees_notes(user, ticket) else []
    known = {each.pk: each for each in (ticket, *merged)}
    told = messages_told([ticket, *merged], public_only=not sees_notes(user, ticket))
    shown = _MESSAGES if sees_notes(user, ticket) else _PUBLIC_MESSAGES
    # Put in order here: beside an order Django compares every one of so many columns.
    rows = shown.records(tickets=json.dumps(list(known)), reader=user.pk)
    in_order: list[Any] = sorted(rows, key=attrgetter("pk"))
    for message in in_order:
        message.ticket = known[message.ticket_id]
    # Few messages have files, so that the others ask for none.
    prefetch_related_objects([each for each in in_order if each.has_files], "files__attachment")
    return sorted([*told, *in_order], key=attrgetter("at"))
