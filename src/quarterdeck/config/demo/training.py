"""What the demo's people learn: a course that was given, and one whose seats are taken."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from quarterdeck.config.demo import cast
from quarterdeck.core.changes import add_record
from quarterdeck.core.models import Account, Person
from quarterdeck.people.models import Course, CourseSession
from quarterdeck.people.records.training import courses
from quarterdeck.people.verbs.training import (
    SessionPlan,
    enrol,
    note_test_result,
    plan_session,
    take_attendance,
)
from quarterdeck.people.vocabulary import TestMoment

# Of ten points, before and after the course; who has none was not there.
_RESULTS: tuple[tuple[int, int] | None, ...] = ((3, 8), (5, 9), (2, 7), (6, 8), (4, 9), None)
_MOST = 10
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
    _taught(given, learners, manager, at)
    wanted = _course(
        "Mailboxes and calendars that several people share",
        "Who sees what, how to book a room, and why a password change signs you out.",
        manager,
        at - timedelta(days=12),
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
        starts, starts + timedelta(minutes=90), cast.ZONE, seats, "Training room", "", None
    )
    return plan_session(course=course, plan=plan, actor=manager, at=at)


def _taught(course: Course, learners: Sequence[Person], manager: Account, at: datetime) -> None:
    planned, over = at - timedelta(days=35), at - timedelta(days=20)
    session = _session(course, at - timedelta(days=21), len(_RESULTS), manager, planned)
    rows = [
        enrol(session=session, person=person, actor=manager, at=planned)
        for person in learners[: len(_RESULTS)]
    ]
    attended = {row.pk: scored is not None for row, scored in zip(rows, _RESULTS, strict=True)}
    take_attendance(session=session, attended=attended, actor=manager, at=over)
    for row, scored in zip(rows, _RESULTS, strict=True):
        for moment, points in zip((TestMoment.PRE, TestMoment.POST), scored or (), strict=False):
            row.refresh_from_db()
            note_test_result(
                enrolment=row, moment=moment, points=points, most=_MOST, actor=manager, at=over
            )
