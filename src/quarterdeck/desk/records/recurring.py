"""How tickets that open by themselves are listed, and each time that they were due."""

from quarterdeck.core.records import Action, Badge, Record, Tone, View
from quarterdeck.desk.models import RecurringOccurrence, RecurringTicket
from quarterdeck.desk.rules import may_open
from quarterdeck.desk.rules.recurring import may_keep_recurring
from quarterdeck.desk.vocabulary.ticket_life import OccurrenceOutcome
from quarterdeck.ui import navigation

recurring_tickets = Record(
    RecurringTicket,
    columns=("title", "frequency", "team", "service", "next_at", "paused"),
    filters=("team", "service", "frequency", "paused"),
    search=("title", "description"),
    details=(
        *("title", "description", "kind", "category", "impact", "urgency", "team", "service"),
        *("requester", "starts_on", "ends_on", "paused", "next_at", "made_by"),
    ),
    order=("title", "id"),
    titles={"next_at": "Opens next", "frequency": "It counts", "paused": "State"},
    badges={
        "paused": {True: Badge(Tone.NEUTRAL, "Paused"), False: Badge(Tone.ACTIVE, "Runs")},
    },
    views=(View("Will open", "active"),),
    action=Action("New recurring ticket", "desk.recurring.add", "plus", may_keep_recurring),
    icon="refresh",
    section="Desk",
    empty="Let the work open by itself that comes again: checks, reports, renewals.",
)

recurring_occurrences = Record(
    RecurringOccurrence,
    columns=("due_at", "recurring", "outcome", "ticket", "reason"),
    filters=("recurring", "outcome", "due_at"),
    details=("recurring", "due_at", "noted_at", "outcome", "ticket", "reason"),
    order=("-id",),
    titles={"due_at": "Due", "noted_at": "Noted", "reason": "Why"},
    badges={
        "outcome": {
            OccurrenceOutcome.OPENED: Badge(Tone.GOOD),
            OccurrenceOutcome.LEFT_OUT: Badge(Tone.WARNING),
            OccurrenceOutcome.REFUSED: Badge(Tone.BAD),
        }
    },
    icon="history",
    section="Desk",
    empty="No recurring ticket has been due yet.",
)

RECORDS = (recurring_tickets, recurring_occurrences)
ENTRY = navigation.Entry(
    "Desk",
    "Recurring tickets",
    recurring_tickets.list_address,
    recurring_tickets.icon,
    may_open,
    is_arranged=True,
)
