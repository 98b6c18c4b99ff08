"""How tickets that open by themselves are listed, and each time that they were due."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from quarterdeck.core.errors import Invalid
from quarterdeck.core.models import Account
from quarterdeck.core.permission import User
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.core.records import Action, Badge, Record, Tone, View, Writing
from quarterdeck.desk.models import RecurringOccurrence, RecurringTicket
from quarterdeck.desk.rules import may_open
from quarterdeck.desk.rules.recurring import may_keep_for, may_keep_recurring
from quarterdeck.desk.verbs import recurring as verbs
from quarterdeck.desk.vocabulary.ticket_life import OccurrenceOutcome
from quarterdeck.ui import navigation

_TERMS = tuple(each.name for each in fields(verbs.Terms))


def _add(
    *,
    title: str,
    frequency: str,
    at_time: Any,
    zone: str,
    starts_on: Any,
    actor: Account,
    at: datetime,
    **more: Any,
) -> RecurringTicket:
    """Let tickets open by themselves, from the first occurrence after now."""
    given = {"title": title, "frequency": frequency, "at_time": at_time, "zone": zone}
    terms = _terms({**given, "starts_on": starts_on, **more})
    return verbs.keep_recurring_ticket(terms=terms, actor=actor, at=at)


def _change(
    *, recurringticket: RecurringTicket, actor: Account, at: datetime, **given: Any
) -> RecurringTicket:
    """Change what a recurring ticket says or when it is due, in the version that is held."""
    return verbs.change_recurring_ticket(
        recurring=recurringticket,
        version=recurringticket.version,
        terms=_terms(given),
        actor=actor,
        at=at,
    )


def _terms(given: dict[str, Any]) -> verbs.Terms:
    """Return what is given as the verbs take it; days of the week are a list of numbers."""
    days = given.get("weekdays", [0])
    if not isinstance(days, list) or not all(type(each) is int for each in days):
        raise Invalid({"weekdays": ["Days of the week are a list of 0, Monday, to 6, Sunday."]})
    return verbs.Terms(**{**given, "weekdays": tuple(days)})


def _may_change(user: User, recurring: RecurringTicket) -> bool:
    return may_keep_for(user, recurring.team)


recurring_tickets = Record(
    RecurringTicket,
    columns=("title", "frequency", "team", "service", "next_at", "paused"),
    filters=("team", "service", "frequency", "paused"),
    search=("title", "description"),
    details=(
        *("title", "description", "kind", "category", "impact", "urgency", "team", "service"),
        *("requester", "starts_on", "ends_on", "paused", "next_at", "made_by"),
    ),
    may_add=may_keep_recurring,
    may_change=_may_change,
    writing=Writing(added=_TERMS, add=_add, changed=_TERMS, change=_change),
    acts=(
        RecordAct("pause", "Pause", verbs.pause_recurring_ticket, _may_change),
        RecordAct("resume", "Let it go on", verbs.resume_recurring_ticket, _may_change),
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
