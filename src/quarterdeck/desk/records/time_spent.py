"""How time entries are listed and exported."""

from datetime import date, datetime

from quarterdeck.core.models import Account
from quarterdeck.core.records import Badge, Record, Tone, View, Writing, register
from quarterdeck.desk.models import Ticket, TimeEntry
from quarterdeck.desk.rules import may_open
from quarterdeck.desk.rules.time_spent import sees_weeks
from quarterdeck.desk.verbs.time_spent import Work, record_time
from quarterdeck.desk.vocabulary.ticket_life import WorkActivity
from quarterdeck.ui import navigation


def _record(
    *,
    ticket: Ticket,
    day: date,
    minutes: int,
    activity: str,
    note: str = "",
    entry_key: str = "",
    actor: Account,
    at: datetime,
) -> TimeEntry:
    work = Work(day=day, minutes=minutes, activity=activity, note=note, entry_key=entry_key or "")
    entry: TimeEntry = record_time(ticket=ticket, work=work, actor=actor, at=at)
    return entry


time_entries = Record(
    TimeEntry,
    columns=("day", "person", "minutes", "activity", "ticket", "note", "reverses"),
    filters=("person", "activity", "day"),
    search=("note",),
    details=(
        *("ticket", "person", "day", "minutes", "activity", "note"),
        *("recorded_by", "recorded_at", "reverses", "replaces"),
    ),
    order=("-day", "-id"),
    titles={"reverses": "Takes back", "replaces": "In place of", "recorded_by": "Recorded by"},
    badges={"activity": {each: Badge(Tone.PLAIN) for each in WorkActivity}},
    views=(View("What counts", "standing"),),
    may_add=may_open,
    writing=Writing(
        added=("ticket", "day", "minutes", "activity", "note", "entry_key"), add=_record
    ),
    icon="clock",
    section="Desk",
    empty="Record on the page of a ticket how long you worked on it; the sums are found here.",
)

register(time_entries)
TIME = navigation.Entry("Desk", "Time spent", "desk.time", "clock", sees_weeks)
