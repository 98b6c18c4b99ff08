"""How courses, sessions and enrolments are listed and shown."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from quarterdeck.core import waiting
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Person
from quarterdeck.core.permission import NounClass, User
from quarterdeck.core.record_acts import RecordAct
from quarterdeck.core.records import Badge, Record, Tone, View, Writing
from quarterdeck.people.models import Course, CourseSession, Enrolment
from quarterdeck.people.queries.own_training import waiting_training
from quarterdeck.people.queries.training import courses_about
from quarterdeck.people.rules import (
    may_enrol,
    may_keep_courses,
    may_keep_test,
    may_take_attendance,
)
from quarterdeck.people.verbs import training as verbs
from quarterdeck.people.verbs.course_tests import publish_course_test
from quarterdeck.people.vocabulary import EnrolmentState, TestMoment
from quarterdeck.ui import navigation
from quarterdeck.ui.suggested import MOST, Suggestion, provide

ENROLMENT_BADGES = {
    EnrolmentState.ENROLLED: Badge(Tone.ACTIVE),
    EnrolmentState.WAITING: Badge(Tone.WARNING),
    EnrolmentState.WITHDRAWN: Badge(Tone.NEUTRAL),
    EnrolmentState.ATTENDED: Badge(Tone.GOOD),
    EnrolmentState.ABSENT: Badge(Tone.BAD),
}


def _publish_test(*, course: Course, text: str, actor: Account, at: datetime) -> None:
    """Ask these items before and after the sessions of a course from now on."""
    publish_course_test(course=course, text=text, actor=actor, at=at)


def _may_change(user: User, _course: Course) -> bool:
    return may_keep_courses(user)


courses = Record(
    Course,
    columns=("title", "minutes", "self_study", "is_on_offer"),
    filters=("is_on_offer",),
    search=("title", "summary"),
    form=("title", "summary", "minutes", "self_study", "is_on_offer"),
    bulk=("is_on_offer",),
    order=("title", "id"),
    views=(View("On offer", "on_offer"),),
    may_add=may_keep_courses,
    may_change=_may_change,
    acts=(
        RecordAct(
            "publish-test",
            "Publish its test",
            _publish_test,
            may_keep_test,
            says={"text": "The items, as the page of the test writes them; nothing ends the test."},
        ),
    ),
    icon="book",
    section="People",
    empty="Add what can be learnt here; each course is then given in sessions or by self-study.",
)


def _plan(
    *,
    course: Course,
    starts_at: datetime,
    ends_at: datetime,
    zone: str,
    seats: int,
    room: str = "",
    link: str = "",
    trainer: Person | None = None,
    actor: Account,
    at: datetime,
) -> CourseSession:
    """Offer a course at a time and place."""
    plan = verbs.SessionPlan(starts_at, ends_at, zone, seats, room, link, trainer)
    return verbs.plan_session(course=course, plan=plan, actor=actor, at=at)


def _replan(
    *, coursesession: CourseSession, actor: Account, at: datetime, **given: Any
) -> CourseSession:
    """Move a session, or change its place, trainer or seats, in the version that is held."""
    return verbs.replan_session(
        session=coursesession,
        version=coursesession.version,
        plan=verbs.SessionPlan(**given),
        actor=actor,
        at=at,
    )


def _enrol(
    *, session: CourseSession, person: Person | None = None, actor: Account, at: datetime
) -> Enrolment:
    """Give oneself a seat, or a place on the waiting list where all are taken; who plans courses
    enrols others too."""
    who = person or actor.person
    if who is None:
        raise Refused("Nobody belongs to this account: say who shall have the seat.")
    return verbs.enrol(session=session, person=who, actor=actor, at=at)


def _attend(
    *,
    session: CourseSession,
    present: Sequence[Enrolment] = (),
    absent: Sequence[Enrolment] = (),
    actor: Account,
    at: datetime,
) -> None:
    """Say of enrolments who was there and who was not; it may be corrected."""
    attended = {each.pk: True for each in present} | {each.pk: False for each in absent}
    strange = [each for each in (*present, *absent) if each.session_id != session.pk]
    if strange or len(attended) < len(present) + len(absent):
        raise Refused("Each enrolment is of this session, and either there or not.")
    if not attended:
        raise Refused("Say of somebody whether they were there.")
    verbs.take_attendance(session=session, attended=attended, actor=actor, at=at)


def _withdraw(*, enrolment: Enrolment, actor: Account, at: datetime) -> None:
    """Give a seat, or a place on the waiting list, back; the first who waits moves up."""
    verbs.withdraw_enrolment(enrolment=enrolment, actor=actor, at=at)


def _note_result(
    *, enrolment: Enrolment, moment: str, points: int, most: int, actor: Account, at: datetime
) -> None:
    """Keep what a participant scored before or after the session; a later result corrects it."""
    verbs.note_test_result(
        enrolment=enrolment, moment=moment, points=points, most=most, actor=actor, at=at
    )


def _plans(user: User, _session: CourseSession) -> bool:
    return may_keep_courses(user)


def _may_enrol(user: User, _session: CourseSession) -> bool:
    return may_enrol(user)


def _may_withdraw(user: User, enrolment: Enrolment) -> bool:
    is_own = isinstance(user, Account) and user.person_id == enrolment.person_id
    return is_own or may_keep_courses(user)


def _may_note_result(user: User, enrolment: Enrolment) -> bool:
    return may_take_attendance(user, enrolment.session)


_PLANNED = ("starts_at", "ends_at", "zone", "seats", "room", "link", "trainer")
_ENROLLED: Mapping[str, Any] = {
    "says": {"person": "The key of who shall have the seat; otherwise the account's own person."},
    "makes": Enrolment,
}
_CANCELLED: Mapping[str, Any] = {
    "says": {"reason": "Why; who has a seat or waits is told."},
    "longest": {"reason": 300},
}
_ATTENDED = {
    "present": "The keys of the enrolments of those who were there.",
    "absent": "The keys of the enrolments of those who were not.",
}
_RESULT: Mapping[str, Any] = {
    "says": {
        "moment": f"When it was taken: {' or '.join(TestMoment.values)}.",
        "points": "How many points they have.",
        "most": "How many points there are.",
    },
    "longest": {"moment": 16},
}
sessions = Record(
    CourseSession,
    columns=("course", "starts_at", "ends_at", "seats", "room", "trainer", "cancelled_at"),
    filters=("course", "trainer", "starts_at"),
    order=("-starts_at", "-id"),
    may_add=may_keep_courses,
    may_change=_plans,
    writing=Writing(added=("course", *_PLANNED), add=_plan, changed=_PLANNED, change=_replan),
    acts=(
        RecordAct("enrol", "Enrol", _enrol, _may_enrol, **_ENROLLED),
        RecordAct("cancel", "Cancel", verbs.cancel_session, _plans, **_CANCELLED),
        RecordAct(
            "take-attendance", "Take attendance", _attend, may_take_attendance, says=_ATTENDED
        ),
    ),
    icon="calendar-event",
    section="People",
    empty="Sessions are planned on the page of their course.",
)
enrolments = Record(
    Enrolment,
    columns=("person", "session", "state", "asked_at", "completed_on"),
    filters=("session", "person", "state", "completed_on"),
    order=("-asked_at", "-id"),
    noun_class=NounClass.PERSONNEL,
    badges={"state": ENROLMENT_BADGES},
    acts=(
        RecordAct("withdraw", "Withdraw", _withdraw, _may_withdraw),
        RecordAct("note-result", "Note a test result", _note_result, _may_note_result, **_RESULT),
    ),
    icon="user-check",
    section="People",
    empty="Who enrols in a session appears here.",
)
RECORDS = (courses, sessions, enrolments)
PLACES = (
    navigation.Entry("People", "Training", "people.training", "book", for_requesters=True),
    *(
        navigation.Entry("People", each.title, each.list_address, each.icon, may_keep_courses)
        for each in RECORDS
    ),
)


def suggested_courses(words: str, _user: User) -> Iterator[Suggestion]:
    """Give the courses that speak of what is being typed: everybody may read them."""
    for course in courses_about(words)[:MOST]:
        address = reverse("people.training") + f"#course-{course.pk}"
        yield Suggestion(course.title, address, "Course")


provide(suggested_courses)
waiting.register(waiting_training)
