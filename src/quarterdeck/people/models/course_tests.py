"""Tests of courses: their items, and what participants answered."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from quarterdeck.core.models import Fact, Person
from quarterdeck.core.permission import NounClass, User, sight_of
from quarterdeck.people.models.training import Course, Enrolment
from quarterdeck.people.vocabulary import TestMoment


class CourseTest(Fact):
    """The test of a course as it was published; the latest is what is asked from then on.

    One without items says that the course has no test any more.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="tests")
    number = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["course", "number"], name="course_test_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.course}, test {self.number}"


class CourseTestItem(Fact):
    """One question of a test; the order begins with 1."""

    test = models.ForeignKey(CourseTest, on_delete=models.DO_NOTHING, related_name="items")
    order = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["test", "order"], name="test_item_order_once"),
        ]

    def __str__(self) -> str:
        return self.text


class CourseTestChoice(Fact):
    """One of the answers that an item offers, and whether it is right."""

    item = models.ForeignKey(CourseTestItem, on_delete=models.DO_NOTHING, related_name="choices")
    order = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=500)
    is_right = models.BooleanField("right")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "order"], name="test_choice_order_once"),
        ]

    def __str__(self) -> str:
        return self.text


class CourseTestAttemptQuerySet(models.QuerySet["CourseTestAttempt"]):
    """Which attempts somebody may look at."""

    def visible_to(self, user: User) -> Self:
        """Keep one's own attempts, and those of the sessions that one gives: nobody else's."""
        person = sight_of(user, NounClass.PERSONNEL).person_key
        if person is None:
            return self.none()
        return self.filter(Q(enrolment__person=person) | Q(enrolment__session__trainer=person))


class CourseTestAttempt(Fact):
    """A participant sat the test before or after a session: once each."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.DO_NOTHING, related_name="attempts")
    test = models.ForeignKey(CourseTest, on_delete=models.DO_NOTHING, related_name="attempts")
    moment = models.CharField(max_length=4, choices=TestMoment.choices)
    at = models.DateTimeField()

    objects = CourseTestAttemptQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "moment"], name="test_sat_once_a_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}, {self.get_moment_display().lower()}"

    @property
    def person(self) -> Person:
        """Whose attempt it is."""
        return self.enrolment.person


class CourseTestAnswer(Fact):
    """What was chosen at one item: the orders of the choices, none where it was left open."""

    attempt = models.ForeignKey(
        CourseTestAttempt, on_delete=models.DO_NOTHING, related_name="answers"
    )
    item = models.ForeignKey(CourseTestItem, on_delete=models.DO_NOTHING, related_name="answers")
    chosen = models.JSONField(default=list)
    is_right = models.BooleanField("right")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["attempt", "item"], name="test_item_answered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt}: {self.item}"


class CourseTestReminder(Fact):
    """Somebody was reminded of a test that they can sit and have not: once for each moment."""

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.DO_NOTHING, related_name="test_reminders"
    )
    moment = models.CharField(max_length=4, choices=TestMoment.choices)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enrolment", "moment"], name="reminded_of_test_once_a_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}, reminded of the test {self.get_moment_display().lower()}"
