"""How time entries are listed and exported."""

from quarterdeck.core.records import Badge, Record, Tone, View, register
from quarterdeck.desk.models import TimeEntry
from quarterdeck.desk.rules.time_spent import sees_weeks
from quarterdeck.desk.vocabulary.ticket_life import WorkActivity
from quarterdeck.ui import navigation

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
    icon="clock",
    section="Desk",
    empty="Record on the page of a ticket how long you worked on it; the sums are found here.",
)

register(time_entries)
TIME = navigation.Entry("Desk", "Time spent", "desk.time", "clock", sees_weeks)
