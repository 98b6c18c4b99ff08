"""The acts on absences."""

from datetime import datetime

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import Account, Person
from quarterdeck.people import rules
from quarterdeck.people.models import Absence


@verb
def record_absence(
    *,
    person: Person,
    starts_at: datetime,
    ends_at: datetime,
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> Absence:
    """Say that somebody is away from one moment to another; one stretch is recorded once."""
    if not rules.may_record_absence(actor, person):
        raise Refused(f"Only {person} and whoever leads them may say when they are away.")
    if ends_at <= starts_at:
        raise Invalid({"ends_at": ["An absence ends after it begins."]})
    # The person is held, so that one stretch sent twice is one.
    Person.objects.select_for_update().get(pk=person.pk)
    known = Absence.objects.filter(person=person, starts_at__lt=ends_at, ends_at__gt=starts_at)
    if (other := known.order_by("starts_at", "pk").first()) is not None:
        until = f"{other.starts_at:%Y-%m-%d %H:%M} to {other.ends_at:%Y-%m-%d %H:%M} UTC"
        raise Refused(f"{person} is away already from {until}: take that back first.")
    return Absence.objects.create(person=person, starts_at=starts_at, ends_at=ends_at)


@verb
def withdraw_absence(*, absence: Absence, actor: Account, at: datetime) -> None:  # noqa: ARG001 — the act is dated so
    """Take back that somebody is away; the history keeps that it was said."""
    if not rules.may_record_absence(actor, absence.person):
        raise Refused(f"Only {absence.person} and whoever leads them may take it back.")
    Absence.objects.filter(pk=absence.pk).delete()
