"""The acts on tests of courses: publish one, and sit one."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Max

from quarterdeck.core.acts import NothingDone, verb
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import touch
from quarterdeck.core.models import Account
from quarterdeck.kernels.course_tests import BadItems, read_items
from quarterdeck.office.verbs.letters import write_letter
from quarterdeck.people import rules
from quarterdeck.people.models import (
    Course,
    CourseTest,
    CourseTestAnswer,
    CourseTestAttempt,
    CourseTestChoice,
    CourseTestItem,
    CourseTestReminder,
    Enrolment,
    TestResult,
)
from quarterdeck.people.models.training import SEATED, TRAINING
from quarterdeck.people.queries.course_tests import (
    asked_test,
    is_sitting_time,
    items_of,
    written_items,
)
from quarterdeck.people.queries.own_training import is_to_be_reminded, reminder_letter
from quarterdeck.people.vocabulary import EnrolmentState, TestMoment


@verb
def publish_course_test(
    *, course: Course, text: str, actor: Account, at: datetime
) -> CourseTest | None:
    """Ask these items before and after the sessions of a course from now on.

    Who has sat the test before sits the same items after. A blank text ends the test; the same
    text changes nothing, and then None is returned.
    """
    if not rules.may_keep_test(actor, course):
        raise Refused("A test is written by the trainers of its course and by who plans courses.")
    try:
        items = read_items(text)
    except BadItems as problem:
        raise Refused(str(problem)) from problem
    Course.objects.select_for_update().get(pk=course.pk)
    last = CourseTest.objects.filter(course=course).order_by("-number").first()
    if written_items(last) == items:
        return None
    number = CourseTest.objects.filter(course=course).aggregate(last=Max("number"))["last"] or 0
    test = CourseTest.objects.create(course=course, number=number + 1, published_at=at)
    for order, item in enumerate(items, 1):
        row = CourseTestItem.objects.create(test=test, order=order, text=item.text)
        CourseTestChoice.objects.bulk_create(
            CourseTestChoice(item=row, order=place, text=each.text, is_right=each.is_right)
            for place, each in enumerate(item.choices, 1)
        )
    return test


@verb
def sit_course_test(
    *,
    enrolment: Enrolment,
    moment: str,
    answers: Mapping[int, Sequence[int]],
    actor: Account,
    at: datetime,
) -> CourseTestAttempt:
    """Take the answers of a participant, by the orders of items and choices: once, and in time.

    An item is right where all right choices and no others are chosen; one that is left open is
    not. The score is the number of right items, and becomes a result of the enrolment.
    """
    if actor.person_id != enrolment.person_id:
        raise Refused("You may sit your own tests alone.")
    row = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    test = _sat(row, moment, at)
    attempt = CourseTestAttempt.objects.create(enrolment=row, test=test, moment=moment, at=at)
    items = items_of(test)
    right = [_answered(attempt, item, answers.get(item.order, ())) for item in items]
    CourseTestAnswer.objects.bulk_create(right)
    session = row.session
    touch(TRAINING, session.starts_at, max(session.ends_at, at))
    TestResult.objects.create(
        enrolment=row,
        moment=moment,
        points=sum(answer.is_right for answer in right),
        most=len(items),
        at=at,
        attempt=attempt,
    )
    return attempt


@verb
def remind_of_test(*, enrolment: Enrolment, moment: str, actor: Account, at: datetime) -> bool:
    """Remind a participant of a test once, unless it was answered meanwhile or its time is over.

    The mail is queued in the transaction that says so.
    """
    row = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    if not is_to_be_reminded(row, moment, at):
        raise NothingDone(False)
    CourseTestReminder.objects.create(enrolment=row, moment=moment, at=at)
    write_letter(letter=reminder_letter(row, moment), actor=actor, at=at)
    return True


def _sat(row: Enrolment, moment: str, at: datetime) -> CourseTest:
    """Return the test that can be sat now; Refused where none can."""
    if moment not in TestMoment.values:
        raise Refused(f"A test is taken before or after, not “{moment}”: expected pre or post.")
    if row.state not in SEATED or row.state == EnrolmentState.ABSENT:
        raise Refused(f"“{row}” is {row.get_state_display().lower()}: expected who takes part.")
    if row.session.cancelled_at is not None or not is_sitting_time(row.session, moment, at):
        raise Refused("This test cannot be answered now.")
    if CourseTestAttempt.objects.filter(enrolment=row, moment=moment).exists():
        raise Refused("You have answered this test already.")
    test = asked_test(row, moment)
    if test is None:
        raise Refused("This course has no test.")
    return test


def _answered(
    attempt: CourseTestAttempt, item: CourseTestItem, given: Sequence[int]
) -> CourseTestAnswer:
    choices = {each.order: each.is_right for each in item.choices.all()}
    if not set(given) <= choices.keys():
        raise Refused(
            f"“{item}” has no such choice: expected one of {', '.join(map(str, choices))}."
        )
    key = {order for order, is_right in choices.items() if is_right}
    return CourseTestAnswer(
        attempt=attempt, item=item, chosen=sorted(set(given)), is_right=set(given) == key
    )
