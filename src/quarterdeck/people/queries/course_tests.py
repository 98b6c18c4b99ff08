"""Reads of tests: which is asked, when it can be sat, and what its items turned out to be."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from django.db.models import Count

from quarterdeck.core.memory import asked_once
from quarterdeck.core.together import read_together
from quarterdeck.kernels.course_tests import Choice, Item, discrimination
from quarterdeck.kernels.statistics import wilson
from quarterdeck.people.models import (
    Course,
    CourseSession,
    CourseTest,
    CourseTestAnswer,
    CourseTestAttempt,
    CourseTestItem,
    Enrolment,
)
from quarterdeck.people.models.training import SEATED
from quarterdeck.people.queries.learning import SMALLEST_GROUP
from quarterdeck.people.vocabulary import EnrolmentState, TestMoment

# Below so many the interval of a correlation near nothing reaches beyond 0.36 either way.
SMALLEST_FOR_DISCRIMINATION = 30
# Trainers let the test be sat at the beginning and at the end of a session.
AT_EITHER_END = timedelta(minutes=30)
_AFTERWARDS = timedelta(days=30)


def current_test(course: Course) -> CourseTest | None:
    """Return the test that is asked now; None where the course has none."""
    latest = CourseTest.objects.filter(course=course).order_by("-number").first()
    return latest if latest and latest.items.exists() else None


@asked_once
def items_of(test: CourseTest) -> list[CourseTestItem]:
    """Return the items of a test in their order, each with its choices."""
    return list(test.items.order_by("order").prefetch_related("choices"))


def written_items(test: CourseTest | None) -> tuple[Item, ...]:
    """Return the items as the kernel writes them down."""
    return tuple(
        Item(
            item.text,
            tuple(
                Choice(each.text, each.is_right)
                for each in sorted(item.choices.all(), key=lambda choice: choice.order)
            ),
        )
        for item in (items_of(test) if test else ())
    )


def sitting_times(session: CourseSession, moment: str) -> tuple[datetime | None, datetime]:
    """Return from when and until when a test can be sat.

    Before the session and in its first half hour, or in its last half hour and for thirty days
    after it; a short session is halved. So nobody who was taught already sits the first test.
    """
    middle = session.starts_at + (session.ends_at - session.starts_at) / 2
    if moment == TestMoment.PRE:
        return None, min(session.starts_at + AT_EITHER_END, middle)
    return max(session.ends_at - AT_EITHER_END, middle), session.ends_at + _AFTERWARDS


def is_sitting_time(session: CourseSession, moment: str, at: datetime) -> bool:
    """Whether a test can be sat now."""
    first, last = sitting_times(session, moment)
    return (first is None or first <= at) and at < last


def asked_test(enrolment: Enrolment, moment: str) -> CourseTest | None:
    """Return the test that a participant sits: after the session the same items as before it."""
    before = CourseTestAttempt.objects.filter(enrolment=enrolment, moment=TestMoment.PRE)
    sat = before.select_related("test").first() if moment == TestMoment.POST else None
    return sat.test if sat else current_test(enrolment.session.course)


@dataclass(frozen=True)
class Sitting:
    """How a participant stands to the test of one moment: sat, or to be sat from when to when."""

    moment: str
    attempt: CourseTestAttempt | None
    first: datetime | None
    last: datetime
    at: datetime

    @property
    def title(self) -> str:
        """The test in words."""
        return "Test before" if self.moment == TestMoment.PRE else "Test after"

    @property
    def is_open(self) -> bool:
        """Whether it can be sat now."""
        begun = self.first is None or self.first <= self.at
        return self.attempt is None and begun and self.at < self.last

    @property
    def is_to_come(self) -> bool:
        """Whether it can be sat later."""
        return self.attempt is None and self.first is not None and self.at < self.first


def sittings(enrolment: Enrolment, at: datetime) -> list[Sitting]:
    """Return how a participant stands to both tests; nothing where there are none to sit."""
    sat = {each.moment: each for each in enrolment.attempts.select_related("result", "test")}
    is_seated = enrolment.state in SEATED and enrolment.session.cancelled_at is None
    if not sat and (not is_seated or current_test(enrolment.session.course) is None):
        return []
    return [
        Sitting(moment, sat.get(moment), *sitting_times(enrolment.session, moment), at)
        for moment in TestMoment.values
    ]


def open_tests(enrolments: Iterable[Enrolment], at: datetime) -> dict[int, Sitting]:
    """Return by enrolment the test that can be sat now; one statement for any number."""
    possible = [
        (each, moment)
        for each in enrolments
        for moment in TestMoment.values
        if each.state in {EnrolmentState.ENROLLED, EnrolmentState.ATTENDED}
        and each.session.cancelled_at is None
        and is_sitting_time(each.session, moment, at)
    ]
    if not possible:
        return {}
    attempts = CourseTestAttempt.objects.filter(enrolment__in=[each.pk for each, _ in possible])
    made = attempts.values_list("enrolment", "moment")
    latest = CourseTest.objects.filter(course__in={each.session.course_id for each, _ in possible})
    counts = latest.annotate(n=Count("items")).order_by("number").values_list("course", "n")
    read_together([made, counts])
    sat, asked = set(made), dict(counts)
    return {
        each.pk: Sitting(moment, None, *sitting_times(each.session, moment), at)
        for each, moment in possible
        if asked.get(each.session.course_id) and (each.pk, moment) not in sat
    }


@dataclass(frozen=True)
class ChoiceCount:
    """One choice of an item, and how many chose it."""

    text: str
    is_right: bool
    n: int


@dataclass(frozen=True)
class ItemResult:
    """What the answers of one moment tell of an item; without a share, too few have answered."""

    order: int
    text: str
    n: int
    right: int
    discrimination: float | None
    choices: tuple[ChoiceCount, ...]

    @property
    def is_shown(self) -> bool:
        """Whether as many have answered as a figure needs."""
        return self.n >= SMALLEST_GROUP

    @property
    def share(self) -> Fraction:
        """The share of those who were right: the item's difficulty, where 1 is the easiest."""
        return Fraction(self.right, self.n)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval of the share."""
        return wilson(self.right, self.n)


def item_results(test: CourseTest, moment: str) -> list[ItemResult]:
    """Return what those who sat a test at a moment tell of its items.

    Those whose enrolment was withdrawn since are left out. Discrimination needs thirty people.
    """
    attempts = CourseTestAttempt.objects.filter(test=test, moment=moment)
    sat = attempts.exclude(enrolment__state=EnrolmentState.WITHDRAWN)
    rows = CourseTestAnswer.objects.filter(attempt__in=sat).order_by("attempt", "item__order")
    hits: dict[int, list[bool]] = {}
    chosen: dict[int, Counter[int]] = {}
    for attempt, order, choices, is_right in rows.values_list(
        "attempt", "item__order", "chosen", "is_right"
    ):
        hits.setdefault(attempt, []).append(is_right)
        chosen.setdefault(order, Counter()).update(choices)
    table = list(hits.values())
    is_enough = len(table) >= SMALLEST_FOR_DISCRIMINATION
    return [
        ItemResult(
            order=item.order,
            text=item.text,
            n=len(table),
            right=sum(row[place] for row in table),
            discrimination=discrimination(table, place) if is_enough else None,
            choices=tuple(
                ChoiceCount(each.text, each.is_right, chosen.get(item.order, Counter())[each.order])
                for each in sorted(item.choices.all(), key=lambda choice: choice.order)
            ),
        )
        for place, item in enumerate(items_of(test))
    ]
