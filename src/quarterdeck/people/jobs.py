"""The background work of people: reminders of tests that are not answered, free seats, and
printing."""

from datetime import date, timedelta

from quarterdeck.core import clock
from quarterdeck.core.jobs import job, scheduled, worker_account
from quarterdeck.core.models import Person
from quarterdeck.people.models import ClassVersion, Level
from quarterdeck.people.queries.own_training import due_test_reminders
from quarterdeck.people.queries.training import sessions_to_fill
from quarterdeck.people.verbs import printing
from quarterdeck.people.verbs.course_tests import remind_of_test
from quarterdeck.people.verbs.training import fill_free_seats

REMINDERS_A_RUN = 500


@scheduled(every=timedelta(hours=1))
@job(atomic=False)
def remind_of_tests() -> None:
    """Remind those who can sit a test and have not.

    Each reminder commits with its mail, so a kill between two does no harm.
    """
    for enrolment, moment in due_test_reminders(clock.now(), REMINDERS_A_RUN):
        remind_of_test(enrolment=enrolment, moment=moment, actor=worker_account(), at=clock.now())


@scheduled(every=timedelta(minutes=1))
@job(atomic=False)
def fill_seats() -> None:
    """Give free seats to those who were passed over for them, and may have them now.

    What makes somebody free, such as a seat given back in another session, holds that session
    alone; to hold several at once would let two acts wait for each other.
    """
    for session in sessions_to_fill(clock.now()):
        fill_free_seats(session=session, actor=worker_account(), at=clock.now())


@job(atomic=False, attempts=8, lease=timedelta(seconds=30))
def print_class(*, version: int) -> str:
    """Print a version of a class for whoever waits for it."""
    found = ClassVersion.objects.get(pk=version)
    printed = printing.print_class(version=found, actor=worker_account(), at=clock.now())
    return "" if printed is None else printed.digest


@job(atomic=False, attempts=8, lease=timedelta(seconds=30))
def print_standing(*, person: int, level: int, day: str) -> str:
    """Print how a person stands against a level for whoever waits for it."""
    printed = printing.print_standing(
        person=Person.objects.get(pk=person),
        level=Level.objects.select_related("job_class").get(pk=level),
        day=date.fromisoformat(day),
        actor=worker_account(),
        at=clock.now(),
    )
    return "" if printed is None else printed.digest
