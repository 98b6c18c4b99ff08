"""What the demo's people learn: a course that was given, and one whose seats are taken."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from quarterdeck.config.demo import cast
from quarterdeck.core.changes import add_record
from quarterdeck.core.models import Account
from quarterdeck.kernels.course_tests import Item, read_items
from quarterdeck.people.models import Course, CourseSession, Enrolment
from quarterdeck.people.records.training import courses
from quarterdeck.people.verbs.course_tests import publish_course_test, sit_course_test
from quarterdeck.people.verbs.training import (
    SessionPlan,
    enrol,
    plan_session,
    take_attendance,
)
from quarterdeck.people.vocabulary import TestMoment

# How many of five items each knew, before and after the course; who has none was not there.
_KNOWN: tuple[tuple[int, int] | None, ...] = ((1, 4), (2, 5), (1, 3), (3, 4), (2, 5), None)
_FORM_TEST = """What makes the priority of a ticket?
* Impact and urgency together
- Who reports it
- The order of arrival

Which of these belong into a resolution?
* What the cause was
* What was done
- The password that was set

Whom does “impact” count?
* Those who cannot work
- Those who complained

When does the clock of a ticket pause?
- While nobody looks at it
* While it waits for the requester

Where does the requester see the answer?
* In the portal and in the mail
- Nowhere before the fix
"""
_MAILBOX_TEST = """Who sees a shared mailbox?
* Everybody who was given access
- Everybody in the unit

How is a room booked?
- By a mail to the caretaker
* By inviting it to the appointment
"""
_SEATS, _WAITING = 4, 2


def tell_training(*, manager: Account, hands: Sequence[Account], at: datetime) -> None:
    """Give one course three weeks ago, and let more want another than there are seats."""
    learners = [each.person for each in hands if each.person is not None]
    given = _course(
        "The ticket form, from report to fix",
        "How impact and urgency make the priority, and what a good resolution says.",
        manager,
        at - timedelta(days=40),
    )
    publish_course_test(course=given, text=_FORM_TEST, actor=manager, at=at - timedelta(days=39))
    _taught(given, hands, manager, at)
    wanted = _course(
        "Mailboxes and calendars that several people share",
        "Who sees what, how to book a room, and why a password change signs you out.",
        manager,
        at - timedelta(days=12),
    )
    publish_course_test(
        course=wanted, text=_MAILBOX_TEST, actor=manager, at=at - timedelta(days=12)
    )
    coming = _session(wanted, at + timedelta(days=9), _SEATS, manager, at - timedelta(days=12))
    for number, person in enumerate(learners[: _SEATS + _WAITING]):
        asked = at - timedelta(days=8, minutes=-number)
        enrol(session=coming, person=person, actor=manager, at=asked)


def _course(title: str, summary: str, manager: Account, at: datetime) -> Course:
    values = {"title": title, "summary": summary, "minutes": 90, "is_on_offer": True}
    add_record(record=courses, values=values, actor=manager, at=at)
    return Course.objects.get(title=title)


def _session(
    course: Course, day: datetime, seats: int, manager: Account, at: datetime
) -> CourseSession:
    """Plan it at ten in the morning of a day, on the clocks of the town."""
    local = day.astimezone(ZoneInfo(cast.ZONE))
    starts = local.replace(hour=10, minute=0, second=0, microsecond=0)
    plan = SessionPlan(
        starts,
        starts + timedelta(minutes=90),
        cast.ZONE,
        seats,
        "Training room",
        "",
        manager.person,
    )
    return plan_session(course=course, plan=plan, actor=manager, at=at)


def _taught(course: Course, hands: Sequence[Account], manager: Account, at: datetime) -> None:
    planned, over = at - timedelta(days=35), at - timedelta(days=20)
    session = _session(course, at - timedelta(days=21), len(_KNOWN), manager, planned)
    learners = [each for each in hands if each.person is not None][: len(_KNOWN)]
    rows = [
        enrol(session=session, person=each.person, actor=manager, at=planned)
        for each in learners
        if each.person is not None
    ]
    _sat(rows, learners, TestMoment.PRE, planned)
    attended = {row.pk: known is not None for row, known in zip(rows, _KNOWN, strict=True)}
    take_attendance(session=session, attended=attended, actor=manager, at=over)
    _sat(rows, learners, TestMoment.POST, over)


def _sat(
    rows: Sequence[Enrolment], learners: Sequence[Account], moment: TestMoment, at: datetime
) -> None:
    """Let those who were there answer: right at as many items as they knew, wrong at the others."""
    items = read_items(_FORM_TEST)
    for place, (row, learner, known) in enumerate(zip(rows, learners, _KNOWN, strict=True)):
        if known is None:
            continue
        knows = known[moment == TestMoment.POST]
        answers = {
            # Not everybody knows the same.
            order: _chosen(item, knows=(order + place) % len(items) < knows)
            for order, item in enumerate(items, 1)
        }
        sit_course_test(enrolment=row, moment=moment, answers=answers, actor=learner, at=at)


def _chosen(item: Item, *, knows: bool) -> list[int]:
    """Return what is right, or else the first choice that is wrong."""
    found = [number for number, each in enumerate(item.choices, 1) if each.is_right == knows]
    return found if knows else found[:1]
