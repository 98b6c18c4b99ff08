"""The acts of recording how long one worked on a ticket, and of correcting it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum

from quarterdeck.core.acts import Repeated, verb
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.models import Account, Person
from quarterdeck.desk.models import Ticket, TimeEntry
from quarterdeck.desk.models.time_entry import MOST_MINUTES
from quarterdeck.desk.rules.time_spent import can_correct_time, may_correct_time, may_record_time
from quarterdeck.desk.verbs.ticket_work import DOMAIN
from quarterdeck.desk.vocabulary.ticket_life import WorkActivity
from quarterdeck.office.queries.periods import own_day

LONGEST_NOTE = 300


@dataclass(frozen=True, kw_only=True)
class Work:
    """Minutes of one day and what was done; `entry_key` tells one sending from another."""

    day: date
    minutes: int
    activity: str
    note: str = ""
    entry_key: str = ""


@verb
def record_time(*, ticket: Ticket, work: Work, actor: Account, at: datetime) -> TimeEntry:
    """Record how long one worked on a ticket on a day; the same `entry_key` twice records once.

    Refused for a day to come, and where somebody's minutes would be more than a day has.
    """
    present = _locked(ticket, actor)
    if actor.person is None or not may_record_time(actor, present):
        raise Refused(f"You may not record time on {present.number}.")
    known = TimeEntry.objects.filter(entry_key=work.entry_key).first() if work.entry_key else None
    if known is not None and known.ticket_id == present.pk:
        raise Repeated(known)
    return _recorded(present, actor.person, work, None, actor, at)


@verb
def correct_time(
    *, entry: TimeEntry, work: Work | None = None, actor: Account, at: datetime
) -> TimeEntry:
    """Take an entry back by another one, and record the right figures in its place, if any.

    What was recorded stays as it was; the entry that takes it back points to it.
    """
    present = _locked(entry.ticket, actor)
    if not may_correct_time(actor, entry):
        raise Refused(f"You may not correct this entry on {present.number}.")
    if not can_correct_time(entry):
        raise Refused("It was taken back already: correct the entry that counts.")
    reversal = TimeEntry.objects.create(
        ticket=present,
        person=entry.person,
        day=entry.day,
        minutes=-entry.minutes,
        activity=entry.activity,
        recorded_by=actor,
        recorded_at=at,
        reverses=entry,
    )
    _touch(present, at)
    return reversal if work is None else _recorded(present, entry.person, work, entry, actor, at)


def _locked(ticket: Ticket, actor: Account) -> Ticket:
    present = Ticket.objects.select_for_update(of=("self",)).filter(pk=ticket.pk).first()
    if present is None or not Ticket.objects.visible_to(actor).filter(pk=ticket.pk).exists():
        raise Refused("There is no such ticket.")
    return present


def _recorded(  # noqa: PLR0917 — the sides of one row, called in two places
    ticket: Ticket,
    person: Person,
    work: Work,
    replaces: TimeEntry | None,
    actor: Account,
    at: datetime,
) -> TimeEntry:
    # Two entries of one person at once would each find room in the day.
    Person.objects.select_for_update().get(pk=person.pk)
    _check(person, work, at)
    _touch(ticket, at)
    return TimeEntry.objects.create(
        ticket=ticket,
        person=person,
        day=work.day,
        minutes=work.minutes,
        activity=work.activity,
        note=work.note.strip(),
        recorded_by=actor,
        recorded_at=at,
        replaces=replaces,
        entry_key=work.entry_key or None,
    )


def _check(person: Person, work: Work, at: datetime) -> None:
    errors: dict[str, list[str]] = {}
    if not 1 <= work.minutes <= MOST_MINUTES:
        errors["minutes"] = [f"A day has 1 to {MOST_MINUTES:,} minutes."]
    if work.activity not in WorkActivity.values:
        errors["activity"] = ["Choose what was done."]
    if len(work.note) > LONGEST_NOTE:
        errors["note"] = [f"At most {LONGEST_NOTE} characters."]
    if work.day > own_day(at):
        errors["day"] = ["This day is yet to come: record what was worked."]
    if not errors:
        rows = TimeEntry.objects.filter(person=person, day=work.day)
        before = rows.aggregate(total=Sum("minutes"))["total"] or 0
        if before + work.minutes > MOST_MINUTES:
            told = f"{before:,} minutes of that day are recorded already; it has {MOST_MINUTES:,}."
            errors["minutes"] = [told]
    if errors:
        raise Invalid(errors)


def _touch(ticket: Ticket, at: datetime) -> None:
    """Let readings of the month of the last fix know; before the fix nothing is counted."""
    fixed_at = ticket.last_fix_at
    if fixed_at is not None:
        touch(DOMAIN, min(fixed_at, at), max(fixed_at, at))
