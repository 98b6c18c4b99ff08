"""How absences are listed and shown."""

from quarterdeck.core.models import Account
from quarterdeck.core.permission import NounClass, User
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.core.records import Record, Writing
from quarterdeck.people.models import Absence
from quarterdeck.people.rules import may_record_absence
from quarterdeck.people.verbs.absences import record_absence, withdraw_absence
from quarterdeck.ui import navigation


def _may_add(user: User) -> bool:
    """For whom it is, the verb asks."""
    return isinstance(user, Account) and user.person_id is not None


def _may_withdraw(user: User, absence: Absence) -> bool:
    return may_record_absence(user, absence.person)


absences = Record(
    Absence,
    columns=("person", "starts_at", "ends_at"),
    filters=("person", "starts_at", "ends_at"),
    order=("-starts_at", "-id"),
    noun_class=NounClass.PERSONNEL,
    may_add=_may_add,
    writing=Writing(added=("person", "starts_at", "ends_at"), add=record_absence),
    acts=(RecordAct("withdraw", "Withdraw", withdraw_absence, _may_withdraw),),
    icon="calendar-event",
    section="People",
    empty="Absences are written down on the rota of a team, from one moment until another.",
)
PLACE = navigation.Entry("People", "Absences", absences.list_address, absences.icon)
