"""A worker that dies while it invites to a survey, sends digests, reminds of tests, and hands mails
over to a real mail server."""

import signal
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from quarterdeck.core import clock
from quarterdeck.core.acts import acting
from quarterdeck.core.jobs import worker_account
from quarterdeck.core.models import Account, JobLease, Person
from quarterdeck.core.tests.background.house import House, wait_for
from quarterdeck.office.models import (
    MailDigest,
    OutgoingMail,
    SurveyInvitation,
    WaitingLetter,
)
from quarterdeck.office.tests.exim import HOST, PASSWORD, USER, Exim, running_exim
from quarterdeck.office.verbs.mail import queue_mail
from quarterdeck.office.verbs.surveys import Question, SurveyTerms, begin_survey
from quarterdeck.office.vocabulary import MailState
from quarterdeck.people.models import Course, CourseSession, CourseTestReminder, Enrolment
from quarterdeck.people.queries.training import TRAINING_ATTENDED
from quarterdeck.people.verbs.course_tests import publish_course_test
from quarterdeck.people.vocabulary import EnrolmentState

PEOPLE, OTHERS = 12, 8


def surveyed(operator: Account) -> None:
    """Let people have attended a course three days ago, about which a survey asks all of them, and
    whose test they have not answered."""
    now = clock.now()
    over = now - timedelta(days=3)
    with acting(actor=operator, verb_name="tests.taught", at=now):
        course = Course.objects.create(title="Knots")
        session = CourseSession.objects.create(
            course=course, starts_at=over - timedelta(hours=1), ends_at=over, zone="UTC", seats=99
        )
        for number in range(PEOPLE):
            person = Person.objects.create(name=f"Learner {number}", email="mona@example.org")
            Enrolment.objects.create(
                session=session,
                person=person,
                state=EnrolmentState.ATTENDED,
                asked_at=over,
                completed_on=over.date(),
            )
    text = "Port is\n* left\n- right"
    publish_course_test(course=course, text=text, actor=operator, at=now - timedelta(days=10))
    begin_survey(
        name="Courses",
        occasion=TRAINING_ATTENDED,
        questions=[Question("scale", "How good was it?")],
        terms=SurveyTerms(share=100),
        actor=operator,
        at=now - timedelta(days=10),
    )


def awaiting(operator: Account) -> None:
    """Let everybody who attended have something in a digest that has been due for a day."""
    before = clock.now() - timedelta(days=3)
    with acting(actor=operator, verb_name="tests.waiting", at=before):
        for enrolment in Enrolment.objects.order_by("pk"):
            account = Account.objects.create(
                username=f"learner{enrolment.pk}", person=enrolment.person
            )
            WaitingLetter.objects.create(
                account=account,
                kind="people.training",
                about=f"enrolment:{enrolment.pk}",
                subject="A seat",
                noted_at=before,
            )


def killed(house: House, moments: Sequence[Callable[[], bool]]) -> set[str]:
    """Kill a worker at each of these moments; return the ids of the mails that it had in hand."""
    in_hand: set[str] = set()
    for moment in moments:
        worker = house.start_worker()
        wait_for(lambda moment=moment: True if moment() else None)  # type: ignore[misc]  # a lambda has no annotations
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        begun = OutgoingMail.objects.filter(state=MailState.QUEUED, attempts__gt=0)
        in_hand |= set(begun.values_list("message_id", flat=True))
        # What a dead worker held comes free at once, and not in some minutes.
        JobLease.objects.update(expires_at=clock.now())
        for mail in begun:
            with acting(actor=worker_account(), verb_name="tests.waited", at=clock.now()):
                OutgoingMail.objects.filter(pk=mail.pk).update(next_attempt_at=clock.now())
    return in_hand


def test_kills_while_mails_are_sent_lose_none_and_repeat_none_that_was_noted_as_sent(
    fresh_database: str, tmp_path: Path, debian: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator = Account.objects.get(username="operator")
    surveyed(operator)
    awaiting(operator)
    for number in range(OTHERS):
        queue_mail(
            recipient="mona@example.org",
            subject=f"Ticket {number}",
            text="It is resolved.",
            actor=operator,
            at=clock.now(),
        )
    with running_exim(debian / "usr" / "sbin" / "exim4") as exim:
        route = f"smtp://{USER}:{quote(PASSWORD)}@{HOST}:{exim.plain}"
        monkeypatch.setenv("SSL_CERT_FILE", str(exim.certificate))
        monkeypatch.setenv("QUARTERDECK_SMTP_URL", route)
        monkeypatch.setenv("QUARTERDECK_MAIL_FROM", "IT desk <desk@example.org>")
        monkeypatch.setenv("QUARTERDECK_URL", "https://desk.example.org")
        house = House(tmp_path, fresh_database, "")

        begun = [each.objects.exists for each in (SurveyInvitation, MailDigest, CourseTestReminder)]
        in_hand = killed(house, [*begun, *arrived(exim, 3, 9)])
        house.work_off()
        ids = [mail["Message-ID"] for mail in exim.taken(3 * PEOPLE + OTHERS)]

    queued = dict(OutgoingMail.objects.values_list("message_id", "state"))
    assert told_how_often() == [[1] * PEOPLE] * 3
    assert not WaitingLetter.objects.exists()
    assert (len(queued), set(queued.values())) == (3 * PEOPLE + OTHERS, {MailState.SENT})
    # Between the server's word and our note of it a kill cannot be told from one before; a mail
    # that comes again then has the same id, by which mail programs know it.
    repeated = {key for key, times in Counter(ids).items() if times > 1}
    assert (set(ids), repeated - in_hand) == (set(queued), set())


def told_how_often() -> list[list[int]]:
    """How often each of the people was invited, got a digest, and was reminded of the test."""
    told = (
        SurveyInvitation.objects.values_list("person", flat=True),
        MailDigest.objects.values_list("account", flat=True),
        CourseTestReminder.objects.values_list("enrolment", flat=True),
    )
    return [sorted(Counter(keys).values()) for keys in told]


def arrived(exim: Exim, *counts: int) -> list[Callable[[], bool]]:
    """The moments at which so many mails are with the server."""
    return [lambda count=count: len(exim.taken(0)) >= count for count in counts]  # type: ignore[misc]  # a lambda has no annotations
