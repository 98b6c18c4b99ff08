"""How courses, sessions and enrolments are listed and shown."""

from collections.abc import Iterator

from django.urls import reverse

from quarterdeck.core import waiting
from quarterdeck.core.permission import NounClass, User
from quarterdeck.core.records import Badge, Record, Tone, View
from quarterdeck.people.models import Course, CourseSession, Enrolment
from quarterdeck.people.queries.own_training import waiting_training
from quarterdeck.people.queries.training import courses_about
from quarterdeck.people.rules import may_keep_courses
from quarterdeck.people.vocabulary import EnrolmentState
from quarterdeck.ui import navigation
from quarterdeck.ui.suggested import MOST, Suggestion, provide

ENROLMENT_BADGES = {
    EnrolmentState.ENROLLED: Badge(Tone.ACTIVE),
    EnrolmentState.WAITING: Badge(Tone.WARNING),
    EnrolmentState.WITHDRAWN: Badge(Tone.NEUTRAL),
    EnrolmentState.ATTENDED: Badge(Tone.GOOD),
    EnrolmentState.ABSENT: Badge(Tone.BAD),
}


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
    icon="book",
    section="People",
    empty="Add what can be learnt here; each course is then given in sessions or by self-study.",
)
sessions = Record(
    CourseSession,
    columns=("course", "starts_at", "ends_at", "seats", "room", "trainer", "cancelled_at"),
    filters=("course", "trainer", "starts_at"),
    order=("-starts_at", "-id"),
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
