"""What of training waits for one person: tests to sit, sessions to go to, and who is reminded."""

from collections.abc import Collection
from datetime import datetime, timedelta
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from quarterdeck.core.models import Account, Person
from quarterdeck.core.prepared import Prepared, Slot
from quarterdeck.core.waiting import Consequence, Told, WaitingItem
from quarterdeck.office.queries.letters import Letter, letter
from quarterdeck.office.queries.mail_kinds import FREELY, MailKind, MailSubject, Placeholder
from quarterdeck.office.queries.own_letters import NAME
from quarterdeck.office.queries.periods import own_day
from quarterdeck.people.models import (
    CourseTest,
    CourseTestAttempt,
    CourseTestItem,
    CourseTestReminder,
    Enrolment,
)
from quarterdeck.people.queries.course_tests import (
    AT_EITHER_END,
    Sitting,
    open_tests,
    sitting_times,
)
from quarterdeck.people.vocabulary import EnrolmentState, TestMoment

# The first test is worth something only before the session; the second can wait for some days, and
# whoever answers at once needs no reminder.
_BEFORE, _AFTER = timedelta(days=2), timedelta(days=3)
_AFTERWARDS = timedelta(days=30)
# How far ahead the page of the day looks.
_SOON = timedelta(days=14)
_TAKES_PART = (EnrolmentState.ENROLLED, EnrolmentState.ATTENDED)


def _own() -> QuerySet[Enrolment]:
    own = Q(person=Slot("person"), session__ends_at__gt=Slot("since"))
    return _taking_part().filter(own).order_by("session__starts_at", "pk")


_OWN = Prepared(_own)


def waiting_training(account: Account, at: datetime) -> Told:
    """Give the tests that the account's person can sit now, and the sessions of the next days."""
    if account.person_id is None:
        return
    rows = _OWN.posed(person=account.person_id, since=at - _AFTERWARDS)
    yield [rows]
    to_sit = open_tests(rows, at)
    for each in rows:
        if sitting := to_sit.get(each.pk):
            yield _test_item(each, sitting)
        session = each.session
        if session.starts_at < at + _SOON and session.ends_at > at:
            yield WaitingItem(
                title=session.course.title,
                address=reverse("people.coursesession.detail", args=[session.pk]),
                due_at=session.starts_at if session.starts_at > at else session.ends_at,
                consequence=Consequence.SLIGHT,
                kind="Session",
                detail=_when_and_where(each),
            )


def _test_item(enrolment: Enrolment, sitting: Sitting) -> WaitingItem:
    return WaitingItem(
        title=f"{sitting.title}: {enrolment.session.course}",
        address=_place_of(enrolment, sitting.moment),
        due_at=sitting.last,
        consequence=Consequence.ORDINARY,
        kind="Test",
        detail="It is answered once; which answers are right is told at the end.",
    )


def _when_and_where(enrolment: Enrolment) -> str:
    session = enrolment.session
    begins = session.starts_at.astimezone(ZoneInfo(session.zone))
    when = f"{begins:%Y-%m-%d %H:%M} ({session.zone})"
    return ", ".join(filter(None, [when, session.room or session.link]))


def _taking_part() -> QuerySet[Enrolment]:
    there = Enrolment.objects.filter(state__in=_TAKES_PART, session__cancelled_at=None)
    return there.select_related("session__course", "person")


def _place_of(enrolment: Enrolment, moment: str) -> str:
    return reverse("people.session.test", args=[enrolment.session_id, moment])


def due_test_reminders(at: datetime, most: int) -> list[tuple[Enrolment, str]]:
    """Return who is due to be reminded of which test, at most so many, the first to begin first.

    That is who can sit it and can sign in, within two days before the session, or from three days
    after it; once for each test.
    """
    # A short session is halved: there the first test is over earlier, which `open_tests` sees.
    before = Q(session__starts_at__gt=at - AT_EITHER_END, session__starts_at__lte=at + _BEFORE)
    after = Q(session__ends_at__gt=at - _AFTERWARDS, session__ends_at__lte=at - _AFTER)
    signs_in = Account.objects.filter(person=OuterRef("person"), is_active=True)
    tests = CourseTest.objects.filter(course=OuterRef("session__course")).order_by("-number")
    rows = (
        _taking_part()
        .annotate(test=Subquery(tests.values("pk")[:1]))
        .filter(
            (before & ~_knows_of(TestMoment.PRE)) | (after & ~_knows_of(TestMoment.POST)),
            Exists(signs_in),
            Exists(CourseTestItem.objects.filter(test=OuterRef("test"))),
            person__in=Person.objects.here_on(own_day(at)).exclude(email=""),
        )
    )
    found = list(rows.order_by("session__starts_at", "pk")[:most])
    to_sit = open_tests(found, at)
    return [
        (each, to_sit[each.pk].moment)
        for each in found
        if each.pk in to_sit and _is_time(each, to_sit[each.pk].moment, at)
    ]


def is_to_be_reminded(enrolment: Enrolment, moment: str, at: datetime) -> bool:
    """Say whether somebody can sit a test, and was not reminded of it."""
    sitting = open_tests([enrolment], at).get(enrolment.pk)
    told = CourseTestReminder.objects.filter(enrolment=enrolment, moment=moment)
    return sitting is not None and sitting.moment == moment and not told.exists()


def _is_time(enrolment: Enrolment, moment: str, at: datetime) -> bool:
    session = enrolment.session
    if moment == TestMoment.PRE:
        return at >= session.starts_at - _BEFORE
    return at >= session.ends_at + _AFTER


def _knows_of(moment: TestMoment) -> Q:
    """Who has sat a test, or was reminded of it."""
    sat = CourseTestAttempt.objects.filter(enrolment=OuterRef("pk"), moment=moment)
    told = CourseTestReminder.objects.filter(enrolment=OuterRef("pk"), moment=moment)
    return Q(Exists(sat)) | Q(Exists(told))


def reminder_letter(enrolment: Enrolment, moment: str) -> Letter | None:
    """Return the mail that reminds somebody of a test."""
    session = enrolment.session
    last = sitting_times(session, moment)[1].astimezone(ZoneInfo(session.zone))
    place = _place_of(enrolment, moment)
    facts = {
        "name": str(enrolment.person),
        "course": session.course.title,
        "session": str(session),
        "test": TestMoment(moment).label.lower(),
        "until": f"{last:%Y-%m-%d %H:%M} ({session.zone})",
        "address": urljoin(settings.PUBLIC_URL, place) if settings.PUBLIC_URL else "",
    }
    about = f"course-test:{enrolment.pk}-{moment}"
    return letter("people.test-reminder", enrolment.person, facts, about=about)


def _open_tests(account: Account, keys: Collection[str]) -> set[str]:
    """Return those tests that are one's own, and are not answered yet."""
    named = {key: int(key.partition("-")[0]) for key in keys}
    own = _taking_part().filter(pk__in=named.values(), person__account=account)
    mine = set(own.values_list("pk", flat=True))
    sat = CourseTestAttempt.objects.filter(enrolment__in=mine)
    done = {f"{enrolment}-{moment}" for enrolment, moment in sat.values_list("enrolment", "moment")}
    return {key for key, enrolment in named.items() if enrolment in mine} - done


def _test_path(key: str) -> str:
    enrolment, _, moment = key.partition("-")
    return _place_of(Enrolment.objects.get(pk=int(enrolment)), moment)


COURSE_TESTS = MailSubject("course-test", "A test of a course", _open_tests, _test_path)
TEST_REMINDER = MailKind(
    key="people.test-reminder",
    title="Reminder of a test",
    reader="Whoever enrols",
    subject="A test waits for you: {{course}}",
    text="""Hello {{name}},

the test {{test}} the course is not answered yet:

{{session}}

It can be answered once, until {{until}}, after you have signed in:
{{address}}

This is the only reminder.""",
    placeholders=(
        NAME,
        Placeholder("test", "before or after the course", "before"),
        Placeholder("course", "the course", "Spreadsheets for beginners"),
        Placeholder(
            "session",
            "the session",
            "Spreadsheets for beginners, 2026-07-01 09:00",
            is_needed=True,
        ),
        Placeholder("until", "the end of the time to answer", "2026-07-01 09:30 (UTC)"),
        Placeholder("address", "the link", "https://desk.example.org/…"),
    ),
    timings=FREELY,
    about="course-test",
)
