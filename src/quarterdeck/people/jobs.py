"""The background work of people: reminders of tests that are not answered."""

from datetime import timedelta

from quarterdeck.core import clock
from quarterdeck.core.jobs import job, scheduled, worker_account
from quarterdeck.people.queries.own_training import due_test_reminders
from quarterdeck.people.verbs.course_tests import remind_of_test

REMINDERS_A_RUN = 500


@scheduled(every=timedelta(hours=1))
@job(atomic=False)
def remind_of_tests() -> None:
    """Remind those who can sit a test and have not.

    Each reminder commits with its mail, so a kill between two does no harm.
    """
    for enrolment, moment in due_test_reminders(clock.now(), REMINDERS_A_RUN):
        remind_of_test(enrolment=enrolment, moment=moment, actor=worker_account(), at=clock.now())
