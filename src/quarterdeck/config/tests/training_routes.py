"""The rows of the table of routes for training, and a course that was given in March 2016."""

from datetime import UTC, datetime, timedelta

from quarterdeck.config.demo import cast as department
from quarterdeck.config.tests.cast import AT, OF_NETWORK, Cast
from quarterdeck.config.tests.route_tables import Arguments, RouteTable
from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, Person
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Category, Ticket
from quarterdeck.people.models import Course, CourseSession, Enrolment
from quarterdeck.people.queries.training import calendar_token
from quarterdeck.people.verbs.course_tests import publish_course_test
from quarterdeck.people.verbs.training import (
    SessionPlan,
    enrol,
    note_test_result,
    plan_session,
    take_attendance,
)
from quarterdeck.people.vocabulary import EnrolmentState
from quarterdeck.services.models import Service, ServiceCourse

GIVEN = datetime(2016, 3, 15, 9, tzinfo=UTC)
PAPER = "Port is\n* left\n- right"
# The requester takes part in the session that was held; nobody has enrolled in the one to come.
LINES = """
people.training            GET    -              in  200  200  200  200  200  200  200  200  200
people.training.calendar   GET    own-calendar  200  200  200  200  200  200  200  200  200  200
people.training.calendar   GET    forged-calendar 404  404  404  404  404  404  404  404  404  404
people.course.list         GET    -              in  200  200  200  200  200  200  200  200  200
people.course.list         POST   -              in  302  302  302  302  302  302  302  302  302
people.course.detail       GET    course         in  200  200  200  200  200  200  200  200  200
people.course.add          GET    -              in  404  404  200  200  200  404  200  404  200
people.course.add          POST   -              in  404  404  422  422  422  404  422  404  422
people.course.change       GET    course         in  404  404  200  200  200  404  200  404  200
people.course.change       POST   course         in  404  404  400  400  400  404  400  404  400
people.coursesession.list  GET    -              in  200  200  200  200  200  200  200  200  200
people.coursesession.detail GET   coming         in  200  200  200  200  200  200  200  200  200
people.coursesession.detail GET   held           in  200  200  200  200  200  200  200  200  200
people.session.calendar    GET    coming         in  200  200  200  200  200  200  200  200  200
people.session.plan        GET    course         in  404  404  200  200  200  404  200  404  200
people.session.plan        POST   course         in  404  404  422  422  422  404  422  404  422
people.session.replan      POST   coming         in  404  404  422  422  422  404  422  404  422
people.session.cancel      POST   coming         in  404  404  422  422  422  404  422  404  422
people.session.attendance  GET    held           in  404  404  200  200  200  404  200  404  200
people.session.attendance  POST   held           in  404  404  422  422  422  404  422  404  422
people.course.test         GET    course         in  404  404  200  200  200  404  200  404  200
people.course.test         POST   course         in  404  404  302  302  302  404  302  404  302
people.session.test        GET    before         in  200  404  404  404  404  404  404  404  404
people.session.test        POST   before         in  422  404  404  404  404  404  404  404  404
people.session.test        GET    sometime       in  404  404  404  404  404  404  404  404  404
people.session.answers     GET    led            in  404  200  404  404  404  404  404  404  404
people.session.act         POST   enrol          in  302  302  302  302  302  302  302  302  302
people.session.act         POST   burn           in  404  404  404  404  404  404  404  404  404
services.servicecourse.list GET  -              in  200  200  200  200  200  200  200  200  200
services.servicecourse.detail GET course-link   in  200  200  200  200  200  200  200  200  200
services.servicecourse.add GET   -              in  404  404  200  200  200  404  200  404  200
services.servicecourse.add POST  -              in  404  404  422  422  422  404  422  404  422
services.servicecourse.change GET course-link   in  404  404  200  200  200  404  200  404  200
services.servicecourse.change POST course-link  in  404  404  400  400  400  404  400  404  400
people.enrolment.list      GET    -              in  200  200  200  200  200  200  200  200  200
people.enrolment.detail    GET    enrolment      in  200  404  404  200  404  404  404  404  404
"""


def _session(
    course: Course, begins: datetime, actor: Account, trainer: Person | None = None
) -> CourseSession:
    plan = SessionPlan(
        begins, begins + timedelta(hours=2), "Europe/Berlin", 20, "Room 1", trainer=trainer
    )
    return plan_session(course=course, plan=plan, actor=actor, at=begins - timedelta(days=9))


def taught(begins: datetime = GIVEN, people: int = 6) -> CourseSession:
    """Teach the requester and some more a service, who know half as little afterwards."""
    manager = Account.objects.get(roles__role=Role.IT_MANAGER)
    course = Course(
        title=f"Filing in {begins:%B}", summary="Where things are, and how to find them."
    )
    with acting(actor=manager, verb_name="tests.taught", at=GIVEN):
        course.save()
        service = Service.objects.order_by("name")[0]
        ServiceCourse.objects.create(service=service, course=course)
    session, before = _session(course, begins, manager), begins - timedelta(days=5)
    requester = Person.objects.get(name=department.REQUESTER)
    others = Person.objects.exclude(pk=requester.pk).order_by("pk")
    chosen = [requester, *others[: people - 1]]
    for person in chosen:
        enrol(session=session, person=person, actor=manager, at=before)
    seats = list(session.enrolments.order_by("pk"))
    after = begins + timedelta(hours=3)
    attended = {each.pk: True for each in seats}
    take_attendance(session=session, attended=attended, actor=manager, at=after)
    for each in Enrolment.objects.filter(session=session).order_by("pk"):
        for moment, points in (("pre", 4), ("post", 7)):
            note_test_result(
                enrolment=each, moment=moment, points=points, most=10, actor=manager, at=after
            )
    return session


def asked_after_course(cast: Cast) -> None:
    """Let a dozen be taught a service in January 2016 and a dozen not; the requester asks in March
    how it is used, as they and half of the taught did before."""
    operator, on = Account.objects.get(username="operator"), datetime(2016, 1, 20, 9, tzinfo=UTC)
    requester = Person.objects.get(name=department.REQUESTER)
    session = taught(on, people=1)
    with acting(actor=operator, verb_name="tests.asked_after_course", at=AT):
        Category.objects.create(name="How to use it", is_how_to=True)
        users = [Person(name=f"User {number}", unit=requester.unit) for number in range(24)]
        Person.objects.bulk_create(users)
        Enrolment.objects.bulk_create(
            Enrolment(
                session=session,
                person=person,
                state=EnrolmentState.ATTENDED,
                asked_at=on,
                completed_on=on.date(),
            )
            for person in users[::2]
        )
        asked = {"service_id": cast.service, "true_category": "How to use it"}
        Ticket.objects.filter(pk=cast.tickets[OF_NETWORK]).update(**asked)
        Ticket.objects.bulk_create(
            Ticket(
                number=f"Q{person.pk}",
                kind="request",
                source="desk",
                opened_at=on - timedelta(days=5),
                changed_at=on - timedelta(days=5),
                requester=person,
                **asked,
            )
            for person in (requester, *users[::4])
        )


def _arguments(_cast: Cast) -> Arguments:
    """Return what the addresses of these records are made with."""
    held = taught()
    manager = Account.objects.get(roles__role=Role.IT_MANAGER)
    coming = _session(held.course, AT + timedelta(days=36_500), manager)
    technician = Person.objects.get(account__roles__role=Role.TECHNICIAN)
    other = Course(title="Given by a colleague")
    with acting(actor=manager, verb_name="tests.other", at=AT):
        other.save()
    led = _session(other, GIVEN, manager, technician)
    publish_course_test(course=other, text=PAPER, actor=manager, at=AT)
    requester = Person.objects.get(name=department.REQUESTER)
    enrol(session=led, person=requester, actor=manager, at=GIVEN - timedelta(days=1))
    token = calendar_token(requester.pk)
    return {
        "course": [held.course_id],
        "held": [held.pk],
        "course-link": [ServiceCourse.objects.get(course=held.course).pk],
        "coming": [coming.pk],
        "before": [led.pk, "pre"],
        "sometime": [led.pk, "sometime"],
        "led": [led.pk],
        "enrol": [coming.pk, "enrol"],
        "burn": [coming.pk, "burn"],
        "enrolment": [held.enrolments.get(person=requester).pk],
        "own-test": [held.enrolments.get(person=requester).pk, "pre"],
        "own-calendar": [token],
        "forged-calendar": [f"{token[:-1]}{'b' if token[-1] == 'a' else 'a'}"],
    }


TABLE = RouteTable(LINES, _arguments, frozenset({"people.training.calendar"}))
