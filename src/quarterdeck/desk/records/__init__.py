"""How tickets are listed, filtered, searched and shown."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.urls import reverse

from quarterdeck.core import waiting
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User, holds
from quarterdeck.core.records import Action, Badge, Grouping, Record, Tone, View, register
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import (
    Category,
    CategoryAlias,
    ClockRecalculation,
    ServiceLevelClock,
    ServiceLevelEvent,
    ServiceLevelPolicy,
    Ticket,
)
from quarterdeck.desk.queries.categories import category_choices, of_categories
from quarterdeck.desk.queries.first_steps import desk_first_steps
from quarterdeck.desk.queries.queues import my_tickets, unassigned_tickets
from quarterdeck.desk.records import knowledge as of_knowledge
from quarterdeck.desk.records import portal  # noqa: F401 — it registers its own places
from quarterdeck.desk.records import problems as of_problems
from quarterdeck.desk.records.escalations import (
    escalation_policies,
    escalations,
    sees_escalations,
)
from quarterdeck.desk.records.kept import canned_replies, kept_records, macros, ticket_rules
from quarterdeck.desk.records.mail import (
    incoming_mail,
    mailboxes,
    may_keep_mailboxes,
    reads_mail,
    waiting_mail,
)
from quarterdeck.desk.rules import may_keep_categories, may_open, may_set_service_levels
from quarterdeck.desk.vocabulary import (
    ClockEventKind,
    ClockOutcome,
    Level,
    PauseReason,
    RecalculationState,
    TicketState,
)
from quarterdeck.ui import navigation
from quarterdeck.ui.paging import count_up_to

STATE_BADGES = {
    TicketState.NEW: Badge(Tone.INFO),
    TicketState.ASSIGNED: Badge(Tone.INFO),
    TicketState.IN_PROGRESS: Badge(Tone.ACTIVE),
    TicketState.ON_HOLD: Badge(Tone.WARNING),
    TicketState.RESOLVED: Badge(Tone.GOOD),
    TicketState.CLOSED: Badge(Tone.NEUTRAL),
    TicketState.CANCELLED: Badge(Tone.NEUTRAL),
    TicketState.UNKNOWN: Badge(Tone.BAD),
}
PRIORITY_BADGES = {
    1: Badge(Tone.BAD, "P1"),
    2: Badge(Tone.WARNING, "P2"),
    3: Badge(Tone.PLAIN, "P3"),
    4: Badge(Tone.PLAIN, "P4"),
    5: Badge(Tone.PLAIN, "P5"),
}
LEVEL_BADGES = {level.value: Badge(Tone.PLAIN, str(level.label)) for level in Level}

MOST_WAITING = 50
CONSEQUENCES = {
    1: waiting.Consequence.SEVERE,
    2: waiting.Consequence.SERIOUS,
    5: waiting.Consequence.SLIGHT,
}

tickets = Record(
    Ticket,
    columns=(
        "number",
        "title",
        "state",
        "priority",
        "kind",
        "service",
        "team",
        "assignee_name",
        "due_at",
        "opened_at",
        "last_fix_at",
    ),
    filters=(
        *("state", "priority", "kind", "team", "service", "category", "true_category"),
        *("due_at", "opened_at"),
    ),
    groupings={
        "category": Grouping(category_choices, of_categories),
        "true_category": Grouping(category_choices, of_categories),
    },
    search=("number", "title", "description"),
    identifiers=("number",),
    order=("-opened_at", "-id"),
    external_id="external_id",
    titles={
        "assignee_name": "Assignee",
        "true_category": "What it truly was",
        "due_at": "Due",
        "opened_at": "Opened",
        "opened_from": "Opening time is",
        "first_fix_at": "First fix",
        "last_fix_at": "Last fix",
        "ended_at": "Ended",
        "changed_at": "Last change",
        "reopen_count": "Reopened",
        "requester_name": "Requester, as recorded",
        "service_name": "Service, as recorded",
        "contact_channel": "Reported by",
        "external_id": "Id at the source",
        "batch": "Import batch",
        "recorded_sla_kept": "SLA kept",
        "recorded_due_at": "Due, as recorded",
        "recorded_reopen_count": "Reopened",
        "recorded_reassignment_count": "Reassigned",
    },
    badges={
        "state": STATE_BADGES,
        "priority": PRIORITY_BADGES,
        "impact": LEVEL_BADGES,
        "urgency": LEVEL_BADGES,
    },
    views=(View("Open", "open"),),
    action=Action("New ticket", "desk.new", "plus", may_open),
    icon="ticket",
    section="Desk",
    empty="Import the log of the tool that your desk uses today, and its tickets appear here.",
)


def _may_change_category(user: User, _row: object) -> bool:
    return may_keep_categories(user)


def _places(rows: QuerySet[Any], row: Any) -> QuerySet[Any]:
    return Category.objects.outside(row).filter(pk__in=rows.values("pk"))


categories = Record(
    Category,
    columns=("path", "retired"),
    filters=("parent", "retired"),
    search=("path",),
    form=("name", "parent", "retired"),
    bulk=("retired",),
    details=("path", "name", "parent", "retired"),
    order=("path", "id"),
    action=Action("What sources call them", "desk.category.explain", "link", may_keep_categories),
    titles={"path": "Category", "parent": "Below"},
    badges={"retired": {True: Badge(Tone.NEUTRAL, "Retired"), False: Badge(Tone.GOOD, "In use")}},
    views=(View("In use", "in_use"),),
    may_add=may_keep_categories,
    may_change=_may_change_category,
    offers={"parent": _places},
    # Two moves at once could close a ring that neither of them sees alone.
    held_together=True,
    icon="sitemap",
    section="Desk",
    empty="Add what your tickets are about; until then, any text can be a ticket's category.",
)


service_level_policies = Record(
    ServiceLevelPolicy,
    columns=("name", "service", "customer"),
    search=("name",),
    order=("name", "id"),
    titles={"name": "Policy"},
    action=Action("New policy", "desk.service_level.add", "plus", may_set_service_levels),
    icon="clock",
    section="Desk",
    empty="Say what your desk promises, and clocks run on every ticket that is reported from then.",
)


service_level_clocks = Record(
    ServiceLevelClock,
    columns=("ticket", "metric", "outcome", "due_at", "stopped_at", "ending", "team"),
    filters=("metric", "outcome", "due_at", "stopped_at"),
    order=("-id",),
    titles={"due_at": "Due", "stopped_at": "Ended", "ending": "How it ended"},
    badges={
        "outcome": {
            ClockOutcome.RUNNING: Badge(Tone.ACTIVE),
            ClockOutcome.PAUSED: Badge(Tone.WARNING),
            ClockOutcome.MET: Badge(Tone.GOOD),
            ClockOutcome.MISSED: Badge(Tone.BAD),
            ClockOutcome.CANCELLED: Badge(Tone.NEUTRAL),
        }
    },
    views=(View("Running", "live"),),
    icon="clock",
    section="Desk",
    empty="Clocks begin with the first ticket for which a service-level policy promises something.",
)

service_level_events = Record(
    ServiceLevelEvent,
    columns=("ticket", "kind", "metric", "due_at", "noted_at"),
    filters=("kind", "metric", "due_at"),
    order=("-id",),
    titles={"due_at": "Due", "noted_at": "Noted"},
    badges={
        "kind": {
            ClockEventKind.WARNING: Badge(Tone.WARNING),
            ClockEventKind.BREACH: Badge(Tone.BAD),
        }
    },
    icon="alert-triangle",
    section="Desk",
    empty="Nothing that is promised has run out, or was about to.",
)

clock_recalculations = Record(
    ClockRecalculation,
    columns=("reason", "state", "requested_by", "requested_at", "finished_at"),
    filters=("state",),
    order=("-id",),
    titles={"requested_at": "Asked for", "requested_by": "By", "finished_at": "Finished"},
    badges={
        "state": {
            RecalculationState.EXAMINING: Badge(Tone.ACTIVE),
            RecalculationState.EXAMINED: Badge(Tone.WARNING),
            RecalculationState.APPLYING: Badge(Tone.ACTIVE),
            RecalculationState.APPLIED: Badge(Tone.GOOD),
            RecalculationState.DISCARDED: Badge(Tone.NEUTRAL),
        }
    },
    action=Action("Count clocks anew", "desk.recalculate", "refresh", may_set_service_levels),
    icon="refresh",
    section="Desk",
    empty="After a calendar was changed, have all clocks compared with what it gives now.",
)


category_aliases = Record(
    CategoryAlias,
    columns=("text", "source", "category"),
    filters=("category",),
    search=("text",),
    form=("source", "text", "category"),
    details=("text", "source", "category"),
    order=("text", "id"),
    titles={"text": "What the source says", "category": "Our category"},
    may_add=may_keep_categories,
    may_change=_may_change_category,
    action=Action(
        "What nobody has explained", "desk.category.explain", "checklist", may_keep_categories
    ),
    icon="link",
    section="Desk",
    empty="Say what the categories of your old tools mean, and tickets of both are found together.",
)


def waiting_tickets(account: Account, at: datetime) -> Iterator[waiting.WaitingItem]:
    """Give the open tickets that the account works on, and for each team those that nobody has."""
    yield from _waiting_for_answer(account)
    if not may_open(account):
        return
    for ticket in my_tickets(account).most_urgent_first()[:MOST_WAITING]:
        overdue = ticket.due_at is not None and ticket.due_at < at
        usual = _consequence(ticket.priority, ticket.state)
        yield waiting.WaitingItem(
            title=str(ticket),
            address=reverse(tickets.detail_address, args=[ticket.pk]),
            due_at=ticket.due_at or ticket.recorded_due_at,
            consequence=max(usual, waiting.Consequence.SERIOUS) if overdue else usual,
            kind="Ticket",
            detail=f"{ticket.get_state_display()}, open since {ticket.opened_at:%Y-%m-%d}",
        )
    nobodys = unassigned_tickets(account).filter(team__memberships__person=account.person_id)
    teams = nobodys.values_list("team__name").annotate(Count("pk"), Min("priority"))
    for team, count, priority in teams.order_by("team__name"):
        yield waiting.WaitingItem(
            title=f"{count} unassigned in {team}",
            address=reverse("desk.unassigned"),
            due_at=None,
            consequence=_consequence(priority, TicketState.NEW),
            kind="Queue",
            detail=f"The most urgent has priority {priority}" if priority else "",
        )


def running_out(account: Account, at: datetime) -> Iterator[waiting.WaitingItem]:
    """Give whoever leads a team what in it is overdue, or will be before long."""
    if account.person_id is None or not holds(account, Role.TEAM_LEAD):
        return
    soon = ServiceLevelClock.objects.live().standing().filter(team__lead=account.person_id)
    for title, clocks, consequence in (
        ("overdue", soon.filter(due_at__lt=at), waiting.Consequence.SEVERE),
        (
            "about to be overdue",
            soon.filter(warning_at__lt=at, due_at__gte=at),
            waiting.Consequence.SERIOUS,
        ),
    ):
        count = count_up_to(clocks)
        if count.amount:
            yield waiting.WaitingItem(
                title=f"{_promised_times(str(count))} {title} in your team",
                address=reverse("desk.due"),
                due_at=clocks.order_by("due_at").values_list("due_at", flat=True)[0],
                consequence=consequence,
                kind="Service level",
                detail="The board of what breaches next has them in order.",
            )


def _promised_times(count: str) -> str:
    return "One promised time" if count == "1" else f"{count} promised times"


def _waiting_for_answer(account: Account) -> Iterator[waiting.WaitingItem]:
    """Give the account's own reports that wait for its answer."""
    asked = Ticket.objects.standing().filter(
        requester=account.person_id,
        requester__isnull=False,
        state=TicketState.ON_HOLD,
        pause_reason=PauseReason.REQUESTER,
    )
    for ticket in asked.order_by("changed_at", "pk")[:MOST_WAITING]:
        yield waiting.WaitingItem(
            title=str(ticket),
            address=reverse(tickets.detail_address, args=[ticket.pk]),
            due_at=None,
            consequence=waiting.Consequence.ORDINARY,
            kind="Your report",
            detail="The desk has asked something and waits for your answer.",
        )


def _consequence(priority: int | None, state: str) -> int:
    """A ticket weighs by its priority; one that waits for somebody else weighs little."""
    if state == TicketState.ON_HOLD:
        return waiting.Consequence.SLIGHT
    return CONSEQUENCES.get(priority or 0, waiting.Consequence.ORDINARY)


register(
    tickets,
    categories,
    category_aliases,
    service_level_policies,
    service_level_clocks,
    service_level_events,
    clock_recalculations,
    incoming_mail,
    mailboxes,
    *kept_records,
    *of_problems.records,
    *of_knowledge.records,
)
waiting.register(desk_first_steps)
waiting.register(waiting_tickets)
waiting.register(of_problems.waiting_problems)
waiting.register(waiting_mail)
waiting.register(running_out)
navigation.register(
    navigation.Entry("Desk", "My queue", "desk.mine", "checklist", may_open),
    navigation.Entry("Desk", "Unassigned", "desk.unassigned", "user", may_open),
    navigation.Entry("Desk", "Board", "desk.board", "columns-3", may_open),
    navigation.Entry("Desk", "Due next", "desk.due", "clock", may_open),
    navigation.Entry(
        "Desk", "Escalations", escalations.list_address, escalations.icon, sees_escalations
    ),
    navigation.Entry(
        "Desk",
        "Escalation policies",
        escalation_policies.list_address,
        escalation_policies.icon,
        may_set_service_levels,
    ),
    navigation.Entry(
        "Desk", "Service levels", service_level_policies.list_address, "target", may_open
    ),
    navigation.Entry("Desk", "Tickets", tickets.list_address, tickets.icon),
    navigation.Entry(
        "Desk", "Canned replies", canned_replies.list_address, canned_replies.icon, may_open
    ),
    navigation.Entry("Desk", "Macros", macros.list_address, macros.icon, may_open),
    navigation.Entry("Desk", "Rules", ticket_rules.list_address, ticket_rules.icon, may_open),
    of_problems.ENTRY,
    of_knowledge.ENTRY,
    navigation.Entry("Desk", "Incoming mail", incoming_mail.list_address, "mail", reads_mail),
    navigation.Entry("Desk", "Mailboxes", mailboxes.list_address, "settings", may_keep_mailboxes),
)
