"""A small house for the tests of job classes: who works there, and descriptions of our own."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.core.files.base import ContentFile

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, Person, RoleAssignment, Unit
from quarterdeck.core.vocabulary import Role
from quarterdeck.kernels.jobtext import plain_source, read_draft
from quarterdeck.people.models import ClassVersion, DraftedRecord, JobClass, JobDraft
from quarterdeck.people.verbs.approval import Placing, approve_draft
from quarterdeck.people.verbs.drafts import begin_draft
from quarterdeck.people.verbs.review import confirm_reading

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
JANUARY = date(2026, 1, 1)
# A description in the manner of the results-focused ones; every word of it is our own.
DESCRIPTION = """Harbour Master

Job Results, Essential Functions & Measures of Success

Safe Mooring

Essential Functions
  1. Assigns berths to every ship that calls.
  2. Keeps the lights of the pier burning.
Measures of Success
  • 99.5% of lights burning at night
  • <80% achievement of berthing plans
  • Supervisor's satisfaction with the order on the quay

Position Qualifications

Bachelor's degree in Navigation or a related field.
Minimum 3 years of experience at sea.
"""
DOUBTFUL = "<80% achievement of berthing plans"


@dataclass(frozen=True)
class House:
    """Who works here: Iris manages IT, Hal is HR partner, Ben reports to Iris, Cyd to nobody."""

    operator: Account
    iris: Account
    hal: Account
    ben: Account
    cyd: Account
    unit: Unit


def open_house() -> House:
    """Set the house up, as the operator."""
    operator = Account.objects.get(username="operator")
    with acting(actor=operator, verb_name="tests.open_house", at=AT):
        unit = Unit.objects.create(name="Harbour", path="1.")
        office = Unit.objects.create(name="Harbour office", parent=unit, path="1.2.")
        iris, hal, ben, cyd = (_account(name, unit) for name in ("Iris", "Hal", "Ben", "Cyd"))
        assert ben.person is not None
        ben.person.reports_to = iris.person
        ben.person.save()
        for account, role, reach in (
            (iris, Role.IT_MANAGER, office),
            (hal, Role.HR_PARTNER, None),
            (ben, Role.TECHNICIAN, None),
            (cyd, Role.TECHNICIAN, None),
        ):
            RoleAssignment.objects.create(account=account, role=role, unit=reach)
    return House(operator, iris, hal, ben, cyd, unit)


def _account(name: str, unit: Unit) -> Account:
    person = Person.objects.create(name=name, unit=unit, external_id=name)
    return Account.objects.create(username=name.lower(), person=person)


def drafted(
    actor: Account, text: str = DESCRIPTION, *, job_class: JobClass | None = None
) -> JobDraft:
    """Take a description in."""
    source = plain_source(text)
    return begin_draft(
        source=source,
        read=read_draft(source.lines),
        file_name="harbour-master.txt",
        content=ContentFile(text.encode()),
        digest="of the test",
        job_class=job_class,
        actor=actor,
        at=AT,
    )


def record(draft: JobDraft, text: str) -> DraftedRecord:
    """Return the record that says this."""
    return draft.records.get(text=text)


def confirm_doubtful(draft: JobDraft, actor: Account) -> None:
    """Take every reading that is proposed."""
    for doubtful in draft.records.filter(needs_confirmation=True):
        confirm_reading(record=doubtful, version=doubtful.version, actor=actor, at=AT)


def approved(
    draft: JobDraft, actor: Account, *, effective_on: date = JANUARY, change_note: str = ""
) -> ClassVersion:
    """Make the draft a version of its class."""
    draft.refresh_from_db()
    return approve_draft(
        draft=draft,
        version=draft.version,
        placing=Placing(family="Port", title="Harbour Master"),
        effective_on=effective_on,
        change_note=change_note,
        actor=actor,
        at=AT,
    )
