"""The background work of people: reminders of tests that are not answered, and free seats."""

from datetime import timedelta

from quarterdeck.core import clock
from quarterdeck.core.jobs import job, scheduled, worker_account
from quarterdeck.people.queries.own_training import due_test_reminders
from quarterdeck.people.queries.training import sessions_to_fill
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
