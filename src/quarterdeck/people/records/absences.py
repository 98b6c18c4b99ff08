"""How absences are listed and shown."""

from quarterdeck.core.permission import NounClass
from quarterdeck.core.records import Record, Writing
from quarterdeck.people.models import Absence
from quarterdeck.people.verbs.absences import record_absence
from quarterdeck.ui import navigation

absences = Record(
    Absence,
    columns=("person", "starts_at", "ends_at"),
    filters=("person", "starts_at", "ends_at"),
    order=("-starts_at", "-id"),
    noun_class=NounClass.PERSONNEL,
    writing=Writing(added=("person", "starts_at", "ends_at"), add=record_absence),
    icon="calendar-event",
    section="People",
    empty="Absences are written down on the rota of a team, from one moment until another.",
)
PLACE = navigation.Entry("People", "Absences", absences.list_address, absences.icon)
