"""The acts by which tickets open by themselves, again and again."""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import available_timezones

from quarterdeck.core.acts import NothingDone, verb
from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.models import Account, Person, Team
from quarterdeck.desk import rules
from quarterdeck.desk.models import RecurringOccurrence, RecurringTicket
from quarterdeck.desk.queries.recurring import schedule_of
from quarterdeck.desk.rules.recurring import may_keep_for
from quarterdeck.desk.verbs.tickets import LONGEST_TITLE, Report, open_ticket
from quarterdeck.desk.vocabulary import Channel, Level, TicketKind
from quarterdeck.desk.vocabulary.ticket_life import OccurrenceOutcome, RecurrenceFrequency
from quarterdeck.office.queries.periods import own_day
from quarterdeck.services.models import Service

MOST_INTERVAL = 99
_LONGEST_MONTH, _WEEK = 31, frozenset(range(7))
_LAST_DAY = date(9998, 12, 31)
# After years without a worker, no more than so many are noted as left out.
_MOST_LEFT_OUT = 1_000


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a recurring ticket says and when it is due; as its columns, which say more."""

    title: str
    description: str = ""
    kind: str = TicketKind.REQUEST
    category: str = ""
    impact: int = Level.LOW
    urgency: int = Level.MEDIUM
    team: Team | None = None
    service: Service | None = None
    requester: Person | None = None
    frequency: str = RecurrenceFrequency.WEEKLY
    interval: int = 1
    weekdays: tuple[int, ...] = (0,)
    month_day: int = 1
    at_time: time
    zone: str
    starts_on: date
    ends_on: date | None = None
    paused: bool = False


@verb
def pause_recurring_ticket(
    *, recurring: RecurringTicket, version: int, actor: Account, at: datetime
) -> RecurringTicket:
    """Open nothing until it is resumed; what falls due meanwhile is not caught up."""
    terms = replace(_terms_of(recurring), paused=True)
    words: dict[str, Any] = {"terms": terms, "actor": actor, "at": at}
    return change_recurring_ticket(recurring=recurring, version=version, **words)


@verb
def resume_recurring_ticket(
    *, recurring: RecurringTicket, version: int, actor: Account, at: datetime
) -> RecurringTicket:
    """Let tickets open again, from the first occurrence after now."""
    terms = replace(_terms_of(recurring), paused=False)
    words: dict[str, Any] = {"terms": terms, "actor": actor, "at": at}
    return change_recurring_ticket(recurring=recurring, version=version, **words)


@verb
def keep_recurring_ticket(*, terms: Terms, actor: Account, at: datetime) -> RecurringTicket:
    """Let tickets open by themselves, from the first occurrence after now."""
    return _kept(RecurringTicket(made_by=actor), terms, actor, at)


@verb
def change_recurring_ticket(
    *, recurring: RecurringTicket, version: int, terms: Terms, actor: Account, at: datetime
) -> RecurringTicket:
    """Change what a recurring ticket says or when it is due, pause it, or let it go on.

    What fell due while it was paused is not caught up. What is due now is still opened, by the new
    words, unless it is paused with them.
    """
    present = RecurringTicket.objects.select_for_update(of=("self",)).get(pk=recurring.pk)
    if not may_keep_for(actor, present.team):
        raise Refused(f"You may not change “{present}”.")
    if present.version != version:
        raise Conflict(present)
    present.version += 1
    return _kept(present, terms, actor, at)


def _terms_of(recurring: RecurringTicket) -> Terms:
    """Return what a recurring ticket says and when it is due."""
    given = {each.name: getattr(recurring, each.name) for each in fields(Terms)}
    return Terms(**{**given, "weekdays": tuple(given["weekdays"])})


def _kept(row: RecurringTicket, terms: Terms, actor: Account, at: datetime) -> RecurringTicket:
    if not may_keep_for(actor, terms.team):
        raise Refused("You may let tickets open for the teams that you lead alone.")
    _check(terms)
    for column in fields(terms):
        setattr(row, column.name, getattr(terms, column.name))
    row.title, row.weekdays = terms.title.strip(), sorted(set(terms.weekdays))
    is_due = row.next_at is not None and row.next_at <= at
    if terms.paused:
        row.next_at = None
    elif not is_due:
        row.next_at = schedule_of(row).next_after(at)
    row.save()
    return row


def _check(terms: Terms) -> None:
    weekdays, is_weekly = set(terms.weekdays), terms.frequency == RecurrenceFrequency.WEEKLY
    category_fault = rules.category_fault(terms.category)
    told = f"Say what it is about, in at most {LONGEST_TITLE} characters."
    zones = "There is no such time zone: expected a name such as Europe/Berlin."
    is_after = terms.ends_on is not None and terms.ends_on < terms.starts_on
    faults = (
        ("title", not 0 < len(terms.title.strip()) <= LONGEST_TITLE, told),
        ("category", bool(category_fault), category_fault),
        ("interval", not 1 <= terms.interval <= MOST_INTERVAL, f"From 1 to {MOST_INTERVAL}."),
        ("zone", terms.zone not in available_timezones(), zones),
        ("weekdays", not weekdays <= _WEEK, "Days of the week are 0, Monday, to 6, Sunday."),
        ("weekdays", is_weekly and not weekdays, "Choose the days of the week."),
        ("month_day", not 1 <= terms.month_day <= _LONGEST_MONTH, f"From 1 to {_LONGEST_MONTH}."),
        ("starts_on", terms.starts_on > _LAST_DAY, f"Not after {_LAST_DAY}."),
        ("ends_on", is_after, "It would end before it begins."),
    )
    if errors := {name: [text] for name, is_wrong, text in faults if is_wrong}:
        raise Invalid(errors)


@verb
def open_recurring_ticket(
    *, recurring: RecurringTicket, actor: Account, at: datetime
) -> RecurringOccurrence | None:
    """Open the ticket of the latest occurrence that is due, and note the others as left out.

    The row is locked, so that of two workers one opens it and the other finds nothing due. What
    cannot be opened any more is noted as refused, with the reason, and the next one is tried.
    """
    rows = RecurringTicket.objects.due(at).select_for_update(of=("self",), skip_locked=True)
    present = rows.select_related("team", "service", "requester").filter(pk=recurring.pk).first()
    if present is None or present.next_at is None:
        raise NothingDone(None)
    schedule = schedule_of(present)
    due = [present.next_at, *schedule.between(present.next_at, at)]
    for missed in due[:-1][-_MOST_LEFT_OUT:]:
        _note(present, missed, at, OccurrenceOutcome.LEFT_OUT, "A later one was due as well.")
    present.next_at = schedule.next_after(due[-1])
    present.version += 1
    present.save(update_fields=["next_at", "version"])
    gone = _who_has_left(present, at)
    report = _report(present, due[-1], gone)
    try:
        ticket = open_ticket(report=report, actor=actor, at=at)
    except Refused as refusal:
        return _note(present, due[-1], at, OccurrenceOutcome.REFUSED, str(refusal)[:300])
    return RecurringOccurrence.objects.create(
        recurring=present,
        due_at=due[-1],
        noted_at=at,
        outcome=OccurrenceOutcome.OPENED,
        ticket=ticket,
        reason=f"{gone} has left: opened for nobody." if gone else "",
    )


def _note(
    recurring: RecurringTicket,
    due_at: datetime,
    at: datetime,
    outcome: OccurrenceOutcome,
    reason: str,
) -> RecurringOccurrence:
    return RecurringOccurrence.objects.create(
        recurring=recurring, due_at=due_at, noted_at=at, outcome=outcome, reason=reason
    )


def _who_has_left(recurring: RecurringTicket, at: datetime) -> Person | None:
    """Return the requester whose last day has passed, to whom nobody writes any more."""
    person, today = recurring.requester, own_day(at)
    return person if person is not None and person.has_left_by(today) else None


def _report(recurring: RecurringTicket, due_at: datetime, gone: Person | None) -> Report:
    return Report(
        title=recurring.title,
        description=recurring.description,
        kind=recurring.kind,
        category=recurring.category,
        requester=None if gone else recurring.requester,
        service=recurring.service,
        channel=Channel.OWN_FINDING,
        impact=recurring.impact,
        urgency=recurring.urgency,
        team=recurring.team,
        entry_key=f"recurring {recurring.pk} {due_at:%Y-%m-%dT%H:%M}",
    )
