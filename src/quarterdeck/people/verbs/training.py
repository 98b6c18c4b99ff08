"""The acts on sessions and enrolments."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from zoneinfo import available_timezones

from quarterdeck.core.acts import NothingDone, verb
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.models import Account, Person
from quarterdeck.office.queries.periods import own_day
from quarterdeck.office.verbs.letters import write_letter
from quarterdeck.people import rules
from quarterdeck.people.models import Course, CourseSession, Enrolment, TestResult
from quarterdeck.people.models.training import SEATED, TRAINING
from quarterdeck.people.queries.course_tests import current_test
from quarterdeck.people.queries.training import (
    free_seats,
    free_to_move_up,
    seats_elsewhere,
    training_letter,
)
from quarterdeck.people.vocabulary import EnrolmentState, TestMoment

_TAKEN = (EnrolmentState.ATTENDED, EnrolmentState.ABSENT)


@dataclass(frozen=True)
class SessionPlan:
    """When and where a session is, by whom and for how many."""

    starts_at: datetime
    ends_at: datetime
    zone: str
    seats: int
    room: str = ""
    link: str = ""
    trainer: Person | None = None


@verb
def plan_session(
    *, course: Course, plan: SessionPlan, actor: Account, at: datetime
) -> CourseSession:
    """Offer a course at a time and place."""
    _check_plan(plan, actor)
    session = CourseSession(course=course)
    _fill(session, plan)
    session.save()
    touch(TRAINING, min(at, session.starts_at), session.ends_at)
    return session


@verb
def replan_session(
    *, session: CourseSession, version: int, plan: SessionPlan, actor: Account, at: datetime
) -> CourseSession:
    """Move a session, or change its place, trainer or seats; everybody who has a seat is told, and
    more seats let those who wait move up. Seats that are taken are not taken away, and nobody who
    has one is moved to where they sit elsewhere."""
    _check_plan(plan, actor)
    row = _held(session, version)
    taken = row.enrolments.seated().count()
    if plan.seats < taken:
        raise Refused(f"{taken} seats are taken: expected at least so many, not {plan.seats}.")
    is_moved = any(
        getattr(row, name) != getattr(plan, name)
        for name in ("starts_at", "ends_at", "zone", "room", "link")
    )
    is_retimed = (row.starts_at, row.ends_at) != (plan.starts_at, plan.ends_at)
    touch(TRAINING, min(at, row.starts_at), max(at, row.ends_at))
    _fill(row, plan)
    row.revision += is_moved
    row.version += 1
    row.save()
    touch(TRAINING, min(at, row.starts_at), max(at, row.ends_at))
    if is_retimed:
        _check_seated(row)
    if is_moved:
        _tell_all(row, "A session in which you have a seat has changed:", actor, at)
    _move_up(row, actor, at)
    return row


@verb
def cancel_session(
    *,
    session: CourseSession,
    version: int,
    reason: str = "",
    actor: Account,
    at: datetime,
) -> CourseSession:
    """Let a session not take place; who has a seat or waits is told."""
    if not rules.may_keep_courses(actor):
        raise Refused("You may not cancel sessions.")
    row = _held(session, version)
    if row.ends_at <= at:
        raise Refused(f"“{row}” is over: what took place is not cancelled.")
    row.cancelled_at = at
    row.revision += 1
    row.version += 1
    row.save()
    touch(TRAINING, min(at, row.starts_at), max(at, row.ends_at))
    told = f"This session does not take place. {reason}".strip()
    _tell_all(row, told, actor, at, also=(EnrolmentState.WAITING,))
    return row


@verb
def enrol(*, session: CourseSession, person: Person, actor: Account, at: datetime) -> Enrolment:
    """Give a person a seat, or a place on the waiting list where all are taken.

    Anybody enrols themselves; who plans courses enrols others too. Asked twice it changes nothing.
    Nobody has seats in two places at once, and nobody one after their last day.
    """
    if person.pk != actor.person_id and not rules.may_keep_courses(actor):
        raise Refused("You may enrol yourself alone.")
    row = _open(session, at)
    known = Enrolment.objects.select_for_update().filter(session=row, person=person).first()
    if known is not None and known.state != EnrolmentState.WITHDRAWN:
        return known
    _hold([person.pk])
    _check_free(person, row)
    enrolment = known or Enrolment(session=row, person=person)
    is_free = free_seats(row) > 0
    enrolment.state = EnrolmentState.ENROLLED if is_free else EnrolmentState.WAITING
    enrolment.asked_at = at
    if known is not None:
        enrolment.version += 1
    enrolment.save()
    _tell(
        enrolment,
        "You have a seat:" if is_free else "All seats are taken; you are on the waiting list for:",
        actor,
        at,
    )
    return enrolment


@verb
def fill_free_seats(*, session: CourseSession, actor: Account, at: datetime) -> None:
    """Give the free seats of a session to those who wait and have become free for them, since they
    gave back a seat elsewhere or will be here after all."""
    row = CourseSession.objects.select_for_update().get(pk=session.pk)
    is_open = row.cancelled_at is None and row.starts_at > at
    if not (is_open and _move_up(row, actor, at)):
        raise NothingDone(None)


@verb
def withdraw_enrolment(*, enrolment: Enrolment, actor: Account, at: datetime) -> Enrolment:
    """Give a seat, or a place on the waiting list, back; the first who waits moves up."""
    if enrolment.person_id != actor.person_id and not rules.may_keep_courses(actor):
        raise Refused("You may withdraw your own enrolment alone.")
    session = _open(enrolment.session, at)
    row = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if row.state not in {EnrolmentState.ENROLLED, EnrolmentState.WAITING}:
        raise Refused(f"“{row}” is {row.get_state_display().lower()} already.")
    row.state = EnrolmentState.WITHDRAWN
    row.version += 1
    row.save(update_fields=["state", "version"])
    _move_up(session, actor, at)
    return row


@verb
def take_attendance(
    *,
    session: CourseSession,
    attended: Mapping[int, bool],
    actor: Account,
    at: datetime,
) -> int:
    """Say of enrolments, by their keys, who was there; return how many changed.

    It is possible once the session has begun, and may be corrected. Attendance is what completes a
    course.
    """
    if not rules.may_take_attendance(actor, session):
        raise Refused("Who attended is said by the trainer and by those who plan courses.")
    row = CourseSession.objects.select_for_update().get(pk=session.pk)
    if row.cancelled_at is not None or row.starts_at > at:
        raise Refused(f"“{row}” has not taken place.")
    day = own_day(row.ends_at)
    changed = 0
    for enrolment in row.enrolments.seated().select_for_update().filter(pk__in=list(attended)):
        was_there = attended[enrolment.pk]
        state = EnrolmentState.ATTENDED if was_there else EnrolmentState.ABSENT
        if enrolment.state != state:
            enrolment.state = state
            enrolment.completed_on = day if was_there else None
            enrolment.version += 1
            enrolment.save(update_fields=["state", "completed_on", "version"])
            changed += 1
    if changed:
        touch(TRAINING, row.starts_at, max(row.ends_at, at))
    return changed


@verb
def note_test_result(
    *,
    enrolment: Enrolment,
    moment: str,
    points: int,
    most: int,
    actor: Account,
    at: datetime,
) -> TestResult:
    """Keep what a participant scored before or after the session; a later result corrects it."""
    if not rules.may_take_attendance(actor, enrolment.session):
        raise Refused("Results of tests are kept by the trainer and by those who plan courses.")
    if current_test(enrolment.session.course) is not None:
        raise Refused("The test of this course is sat here and scored by its key: nobody types it.")
    if moment not in TestMoment.values:
        raise Refused(f"A test is taken before or after, not “{moment}”: expected pre or post.")
    if not 0 <= points <= most or not most:
        raise Refused(f"{points} of {most} points cannot be: expected 0 to the most there are.")
    if enrolment.state not in SEATED:
        raise Refused(f"“{enrolment}” is {enrolment.get_state_display().lower()}.")
    session = enrolment.session
    touch(TRAINING, session.starts_at, max(session.ends_at, at))
    return TestResult.objects.create(
        enrolment=enrolment, moment=moment, points=points, most=most, at=at
    )


def _check_plan(plan: SessionPlan, actor: Account) -> None:
    if not rules.may_keep_courses(actor):
        raise Refused("You may not plan sessions.")
    if plan.ends_at <= plan.starts_at:
        raise Refused("A session ends after it has begun.")
    if plan.seats < 1:
        raise Refused("A session has at least one seat.")
    if plan.zone not in available_timezones():
        raise Refused(f"There is no time zone “{plan.zone}”; expected such as Europe/Berlin.")


def _fill(session: CourseSession, plan: SessionPlan) -> None:
    for each in fields(plan):
        setattr(session, each.name, getattr(plan, each.name))


def _held(session: CourseSession, version: int) -> CourseSession:
    row = CourseSession.objects.select_for_update().get(pk=session.pk)
    if row.version != version:
        raise Conflict(row)
    if row.cancelled_at is not None:
        raise Refused(f"“{row}” was cancelled.")
    if row.enrolments.filter(state__in=_TAKEN).exists():
        raise Refused(f"“{row}” has taken place: its attendance is taken.")
    return row


def _open(session: CourseSession, at: datetime) -> CourseSession:
    """Return a session in which one can still enrol, held, so that no seat is given twice."""
    row = CourseSession.objects.select_for_update().get(pk=session.pk)
    if row.cancelled_at is not None:
        raise Refused(f"“{row}” was cancelled.")
    if row.starts_at <= at:
        raise Refused(f"“{row}” has begun.")
    return row


def _check_free(person: Person, session: CourseSession) -> None:
    """Refuse a seat to who will have left by then, or sits elsewhere at that time."""
    if person.has_left_by(own_day(session.starts_at)):
        raise Refused(f"{person} will have left by then.")
    if (other := seats_elsewhere(session).filter(person=person).first()) is not None:
        raise Refused(f"{person} has a seat in “{other.session}” at that time: give it back first.")


def _check_seated(session: CourseSession) -> None:
    """Refuse a time at which somebody with a seat sits elsewhere."""
    people = session.enrolments.seated().values_list("person", flat=True)
    _hold(people)
    if (other := seats_elsewhere(session).filter(person__in=people).first()) is not None:
        raise Refused(
            f"{other.person} has a seat in “{other.session}” at that time: expected another time."
        )


def _hold(people: Iterable[int]) -> None:
    """Hold people, always in one order, so that nobody is given two seats at once."""
    rows = Person.objects.filter(pk__in=list(people)).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def _move_up(session: CourseSession, actor: Account, at: datetime) -> int:
    """Give free seats to those who wait, will be here and sit nowhere else at that time, in the
    order in which they asked; return how many."""
    _hold(session.enrolments.waiting().values_list("person", flat=True))
    free = free_to_move_up(session).select_for_update(of=("self",))
    moved = list(free[: free_seats(session)])
    for enrolment in moved:
        enrolment.state = EnrolmentState.ENROLLED
        enrolment.version += 1
        enrolment.save(update_fields=["state", "version"])
        _tell(enrolment, "A seat has become free, and it is yours:", actor, at)
    return len(moved)


def _tell_all(
    session: CourseSession,
    what: str,
    actor: Account,
    at: datetime,
    also: tuple[EnrolmentState, ...] = (),
) -> None:
    states = (EnrolmentState.ENROLLED, *also)
    for enrolment in session.enrolments.filter(state__in=states).order_by("pk"):
        _tell(enrolment, what, actor, at)


def _tell(enrolment: Enrolment, what: str, actor: Account, at: datetime) -> None:
    write_letter(letter=training_letter(enrolment, what), actor=actor, at=at)
