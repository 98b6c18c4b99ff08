"""Open tickets as the cards of a queue or a board, in plain Python.

A board has eighty of them, and a template spends more time on their parts than the database on
finding them.
"""

from dataclasses import dataclass
from html import escape

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.safestring import SafeString

from quarterdeck.desk.queries.queues import QueuedTicket
from quarterdeck.desk.records import PRIORITY_BADGES, STATE_BADGES, tickets
from quarterdeck.desk.vocabulary import TicketState
from quarterdeck.ui import markup

_BUTTONS = (("take", "Take"), ("start", "Start"), ("resume", "Resume"))


@dataclass(frozen=True)
class Cards:
    """What all cards of a page share: where tickets are, and what their buttons send."""

    prefix: str
    sent: str
    has_states: bool

    def card(self, row: QueuedTicket) -> SafeString:
        """Return what a card holds: the ticket, how it stands, and what its reader may do."""
        ticket = row.ticket
        return SafeString(
            '<div class="q-ticket-head"><a class="q-ticket-title" '
            f'href="{self.prefix}{ticket.pk}/"><span class="q-quiet">{escape(ticket.number)}</span>'
            f" {escape(ticket.heading)}</a></div>"
            f'<p class="q-badges">{" ".join(self._badges(row))}</p>'
            f"{_due(row)}{_facts(row)}{self._buttons(row)}"
        )

    def _badges(self, row: QueuedTicket) -> list[str]:
        ticket = row.ticket
        badges: list[str] = []
        if row.is_major:
            badges.append(markup.badge("Major incident", "bad"))
        if priority := PRIORITY_BADGES.get(ticket.priority or 0):
            badges.append(markup.badge(priority.text, priority.tone))
        if self.has_states:
            tone = STATE_BADGES[TicketState(ticket.state)].tone
            badges.append(markup.badge(ticket.get_state_display(), tone))
        if ticket.pause_reason:
            badges.append(_quiet(ticket.get_pause_reason_display()))
        if ticket.reopen_count:
            badges.append(_quiet(f"Reopened {ticket.reopen_count}×"))
        return badges

    def _buttons(self, row: QueuedTicket) -> str:
        forms = "".join(self._form(row, act, text) for act, text in _BUTTONS if act in row.acts)
        return f'<div class="q-ticket-acts">{forms}</div>' if forms else ""

    def _form(self, row: QueuedTicket, act: str, text: str) -> str:
        ticket = row.ticket
        address = f"{self.prefix}{ticket.pk}/act/{act}"
        return (
            f'<form method="post" action="{address}" hx-post="{address}" hx-target="#content" '
            f'hx-select="#content" hx-swap="outerHTML">{self.sent}'
            f'<input type="hidden" name="version" value="{ticket.version}">'
            f'<button class="btn btn-sm" type="submit" aria-label="{text} {escape(ticket.number)}">'
            f"{text}</button></form>"
        )


def cards_of(request: HttpRequest, *, has_states: bool) -> Cards:
    """Return how the cards of a page are made; its buttons lead back to it."""
    token, path = escape(get_token(request)), escape(request.get_full_path())
    sent = (
        f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">'
        f'<input type="hidden" name="next" value="{path}">'
    )
    return Cards(reverse(tickets.list_address), sent, has_states)


def _quiet(text: str) -> str:
    return f'<span class="q-small q-quiet">{escape(text)}</span>'


def _due(row: QueuedTicket) -> str:
    return "".join(
        f'<p class="q-small">{_when(markup.stamp(due), is_past=is_past)} '
        f'<span class="q-quiet">({escape(kind)})</span></p>'
        for due, kind, is_past in row.due
    )


def _when(stamp: str, *, is_past: bool) -> str:
    return f"{markup.badge('Overdue', 'bad')} since {stamp}" if is_past else f"Due {stamp}"


def _facts(row: QueuedTicket) -> str:
    ticket = row.ticket
    told = {
        "Age": markup.duration(row.calendar_seconds),
        "In business time": markup.duration(row.business_seconds, days=False),
        "Requester": escape(str(ticket.requester or ticket.requester_name)),
        "Service": escape(str(ticket.service or "")),
    }
    if ticket.assignee_name:
        told["With"] = escape(ticket.assignee_name)
    else:
        told["Team"] = escape(str(ticket.team or ""))
    facts = "".join(
        f"<div><dt>{name}</dt><dd>{text}</dd></div>" for name, text in told.items() if text
    )
    return f'<dl class="q-ticket-facts">{facts}</dl>'
