"""How tickets are listed, filtered, searched and shown."""

from typing import Any

from django.db.models import QuerySet

from quarterdeck.core import waiting
from quarterdeck.core.guards import Guard
from quarterdeck.core.permission import User
from quarterdeck.core.records import (
    Action,
    Badge,
    Grouping,
    Record,
    Tone,
    View,
    register,
)
from quarterdeck.desk.models import (
    Category,
    CategoryAlias,
    ServiceLevelClock,
    ServiceLevelEvent,
    ServiceLevelPolicy,
    Ticket,
)
from quarterdeck.desk.models.desk_sight import DeskSight
from quarterdeck.desk.queries.categories import category_choices, of_categories
from quarterdeck.desk.queries.first_steps import desk_first_steps
from quarterdeck.desk.queries.queues import assignee_choices, of_assignees
from quarterdeck.desk.records import assignment as of_assignment
from quarterdeck.desk.records import knowledge as of_knowledge
from quarterdeck.desk.records import major_incidents as of_major_incidents
from quarterdeck.desk.records import portal  # noqa: F401 — it registers its own places
from quarterdeck.desk.records import problems as of_problems
from quarterdeck.desk.records import recalculations as of_recalculations
from quarterdeck.desk.records import rota as of_rota
from quarterdeck.desk.records import ticket_acts as of_tickets
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
from quarterdeck.desk.records.names import person_aliases, team_aliases
from quarterdeck.desk.records.recurring import ENTRY as RECURRING
from quarterdeck.desk.records.recurring import RECORDS as RECURRING_RECORDS
from quarterdeck.desk.records.teams import shift_notes
from quarterdeck.desk.records.time_spent import TIME
from quarterdeck.desk.records.today import running_out, waiting_tickets
from quarterdeck.desk.records.watching import WATCHED
from quarterdeck.desk.rules import (
    may_compare_teams,
    may_keep_categories,
    may_lead,
    may_open,
    may_set_service_levels,
)
from quarterdeck.desk.vocabulary import (
    ClockEventKind,
    Level,
    TicketState,
)
from quarterdeck.ui import navigation

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

tickets = Record(
    Ticket,
    columns=(
        "number",
        "title",
        "state",
        "priority",
        "due_at",
        "assignee_name",
        "team",
        "opened_at",
    ),
    filters=(
        *("state", "priority", "kind", "team", "assignee", "service", "category"),
        *("true_category", "due_at", "team_due_at", "opened_at"),
    ),
    groupings={
        "assignee": Grouping(assignee_choices, of_assignees),
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
        "team_due_at": "Due within the team",
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
    views=(
        View("Open", "open"),
        View("Due first", "due_first", order=("due_order", "id"), sorted_as="due_at"),
        View("Without a team", "without_team"),
    ),
    deadlines=("due_at", "team_due_at"),
    # Not every source gives titles.
    stand_ins={"title": ("category", "service_name", "kind")},
    guard=Guard(
        frozenset({"team_due_at", "due_order"}), ("requester", "team", "assignee"), DeskSight.of
    ),
    marks=of_major_incidents.marks_of,
    takes_comments=False,
    action=Action("New ticket", "desk.new", "plus", may_open),
    may_add=may_open,
    writing=of_tickets.WRITING,
    acts=of_tickets.ACTS,
    acts_on_many=of_tickets.ON_MANY,
    judged_by=of_tickets.JUDGED_BY,
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
    form=("name", "parent", "retired", "is_how_to"),
    bulk=("retired", "is_how_to"),
    details=("path", "name", "parent", "retired", "is_how_to"),
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
    columns=("name", "agreement", "team", "service", "customer"),
    filters=("agreement", "team"),
    search=("name",),
    order=("name", "id"),
    titles={"name": "Policy", "agreement": "Kind", "team": "Promised by"},
    action=Action("New policy", "desk.service_level.add", "plus", may_set_service_levels),
    icon="clock",
    section="Desk",
    empty="Say what your desk promises, and clocks run on every ticket that is reported from then.",
)


service_level_clocks = Record(
    ServiceLevelClock,
    columns=(
        *("ticket", "agreement", "metric", "promised_by", "outcome"),
        *("due_at", "stopped_at", "ending", "team"),
    ),
    filters=("agreement", "metric", "promised_by", "outcome", "due_at", "stopped_at"),
    order=("-id",),
    titles={
        "agreement": "Kind",
        "promised_by": "Promised by",
        "team": "Team now",
        "due_at": "Due",
        "stopped_at": "Ended",
        "ending": "How it ended",
    },
    badges={"outcome": of_recalculations.OUTCOME_BADGES},
    views=(View("Running", "live"),),
    icon="clock",
    section="Desk",
    empty="Clocks begin with the first ticket for which a service-level policy promises something.",
)

service_level_events = Record(
    ServiceLevelEvent,
    columns=("ticket", "kind", "agreement", "metric", "due_at", "noted_at"),
    filters=("kind", "agreement", "metric", "due_at"),
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


register(
    tickets,
    categories,
    category_aliases,
    service_level_policies,
    service_level_clocks,
    service_level_events,
    *of_recalculations.RECORDS,
    incoming_mail,
    mailboxes,
    person_aliases,
    team_aliases,
    *kept_records,
    *of_problems.records,
    *of_knowledge.records,
    *of_rota.RECORDS,
    *of_assignment.RECORDS,
    *of_major_incidents.RECORDS,
    *RECURRING_RECORDS,
)
waiting.register(desk_first_steps)
waiting.register(waiting_tickets)
waiting.register(of_problems.waiting_problems)
waiting.register(waiting_mail)
waiting.register(running_out)
waiting.register(of_recalculations.waiting_recalculations)
navigation.register(
    navigation.Entry("Desk", "My queue", "desk.mine", "checklist", may_open),
    navigation.Entry("Desk", "Unassigned", "desk.unassigned", "user", may_open),
    WATCHED,
    navigation.Entry("Desk", "Board", "desk.board", "columns-3", may_open),
    navigation.Entry("Desk", "Due next", "desk.due", "clock", may_open),
    navigation.Entry("Desk", "Team", "desk.lead", "gauge", may_lead),
    navigation.Entry("Desk", "Teams side by side", "desk.teams", "table", may_compare_teams),
    of_rota.ENTRY,
    of_assignment.ENTRY,
    of_major_incidents.ENTRY,
    navigation.Entry("Desk", "Hand-overs", shift_notes.list_address, shift_notes.icon, may_open),
    navigation.Entry(
        "Desk", "Escalations", escalations.list_address, escalations.icon, sees_escalations
    ),
    navigation.Entry(
        "Desk",
        "Escalation policies",
        escalation_policies.list_address,
        escalation_policies.icon,
        may_set_service_levels,
        is_arranged=True,
    ),
    navigation.Entry(
        "Desk",
        "Service levels",
        service_level_policies.list_address,
        "target",
        may_open,
        is_arranged=True,
    ),
    navigation.Entry("Desk", "Tickets", tickets.list_address, tickets.icon),
    *(
        navigation.Entry(
            "Desk", each.title, each.list_address, each.icon, may_open, is_arranged=True
        )
        for each in (canned_replies, macros, ticket_rules)
    ),
    RECURRING,
    TIME,
    *of_problems.ENTRIES,
    of_knowledge.ENTRY,
    navigation.Entry("Desk", "Incoming mail", incoming_mail.list_address, "mail", reads_mail),
    navigation.Entry(
        "Desk",
        "Mailboxes",
        mailboxes.list_address,
        "settings",
        may_keep_mailboxes,
        is_arranged=True,
    ),
)
