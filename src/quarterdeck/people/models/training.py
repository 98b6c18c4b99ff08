"""Courses, their sessions, and who takes part."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q

from quarterdeck.core.models import Fact, Person
from quarterdeck.core.permission import NounClass, User, holds, sight_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models import ImportBatch, OfCountingBatch
from quarterdeck.people.models.base import OpenQuerySet, TableRow
from quarterdeck.people.models.positions import people_within
from quarterdeck.people.vocabulary import EnrolmentState, TestMoment

# Who holds a seat, or held it.
SEATED = (EnrolmentState.ENROLLED, EnrolmentState.ATTENDED, EnrolmentState.ABSENT)
# The domain of evidence that tells who was taught what, and with what effect.
TRAINING = "people.training"
_ADDRESS = URLValidator(("http", "https"))
# Who plans courses and sessions, and so sees who takes part.
TRAINING_ROLES = (
    Role.TEAM_LEAD,
    Role.IT_MANAGER,
    Role.DIRECTOR,
    Role.HR_PARTNER,
    Role.ADMINISTRATOR,
)


class CourseQuerySet(OpenQuerySet["Course"]):
    """Which courses are on offer."""

    def on_offer(self) -> Self:
        """Leave out the courses that are given no more."""
        return self.filter(is_on_offer=True)


class Course(TableRow):
    """Something that can be learnt here: in sessions, by oneself at any time, or both.

    `self_study` is the address of what one can work through alone.
    """

    title = models.CharField(max_length=200, unique=True)
    summary = models.TextField(blank=True)
    minutes = models.PositiveSmallIntegerField("length in minutes", null=True, blank=True)
    self_study = models.CharField(
        "material for self-study", max_length=300, blank=True, validators=[_ADDRESS]
    )
    is_on_offer = models.BooleanField("on offer", default=True)

    objects = CourseQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title

    @classmethod
    def standing(cls, source: str, external_id: str, values: Mapping[str, Any]) -> TableRow | None:
        """Return the course of a table's line; one that was typed in is known by its title."""
        known = super().standing(source, external_id, values)
        return known or cls._default_manager.filter(title=values["title"]).first()


class CourseSessionQuerySet(OpenQuerySet["CourseSession"]):
    """Which sessions are still to come."""

    def coming(self, at: datetime) -> Self:
        """Keep the sessions that have not begun and take place, the next first."""
        due = self.filter(starts_at__gt=at, cancelled_at__isnull=True)
        return due.order_by("starts_at", "pk")


class CourseSession(TableRow):
    """One time at which a course is given: from when to when, where, by whom, for how many.

    `zone` is the time zone of the place, in which its times are shown. `revision` counts the
    changes that calendars have to be told of (the SEQUENCE of RFC 5545).
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sessions")
    starts_at = models.DateTimeField("starts")
    ends_at = models.DateTimeField("ends")
    zone = models.CharField("time zone", max_length=64)
    seats = models.PositiveSmallIntegerField()
    room = models.CharField(max_length=200, blank=True)
    link = models.CharField(
        "link for those who are elsewhere", max_length=300, blank=True, validators=[_ADDRESS]
    )
    trainer = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions_given"
    )
    cancelled_at = models.DateTimeField("cancelled", null=True, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    named_by: ClassVar = ("course",)

    objects = CourseSessionQuerySet.as_manager()

    class Meta(TableRow.Meta):
        abstract = False
        constraints: ClassVar = [
            *TableRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_its_start"
            ),
            models.CheckConstraint(condition=Q(seats__gte=1), name="session_has_a_seat"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["starts_at"], name="session_start"),
        ]

    def __str__(self) -> str:
        begins = self.starts_at.astimezone(ZoneInfo(self.zone))
        return f"{self.course}, {begins:%Y-%m-%d %H:%M}"


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Who takes part, waits or has taken part."""

    def seated(self) -> Self:
        """Keep those who have, or had, a seat."""
        return self.filter(state__in=SEATED)

    def waiting(self) -> Self:
        """Keep the waiting list, in its order."""
        return self.filter(state=EnrolmentState.WAITING).order_by("asked_at", "pk")

    def attended(self) -> Self:
        """Keep those who were there."""
        return self.filter(state=EnrolmentState.ATTENDED)

    def visible_to(self, user: User) -> Self:
        """Keep one's own, those of sessions that one gives, and those of people in one's reach.

        Who plans courses for the whole house sees all of them.
        """
        sight = sight_of(user, NounClass.PERSONNEL)
        if sight.everything:
            return self.filter()
        people = Person.objects.filter(people_within(user, sight)).values("pk")
        visible = Q(person__in=people)
        if sight.person_key is not None:
            visible |= Q(session__trainer=sight.person_key)
        return self.filter(visible) if holds(user, *Role) else self.none()


class Enrolment(TableRow):
    """A person takes part in a session, waits for a seat, or has withdrawn.

    `completed_on` is set by attendance alone and is the evidence that somebody was taught.
    """

    session = models.ForeignKey(CourseSession, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="enrolments")
    state = models.CharField(max_length=16, choices=EnrolmentState.choices)
    asked_at = models.DateTimeField("asked")
    completed_on = models.DateField("completed", null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta(TableRow.Meta):
        abstract = False
        constraints: ClassVar = [
            *TableRow.Meta.constraints,
            models.UniqueConstraint(fields=["session", "person"], name="enrolled_in_session_once"),
            models.CheckConstraint(
                condition=Q(state=EnrolmentState.ATTENDED, completed_on__isnull=False)
                | (~Q(state=EnrolmentState.ATTENDED) & Q(completed_on__isnull=True)),
                name="attendance_says_when",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["completed_on"], name="enrolment_completed"),
            models.Index(fields=["session", "state", "asked_at"], name="enrolment_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.session}"

    @classmethod
    def standing(cls, source: str, external_id: str, values: Mapping[str, Any]) -> TableRow | None:  # noqa: ARG003 — whose it is and in what says which it is
        """Return the enrolment of a table's line: one person enrols in a session once."""
        whose = {"session": values["session"], "person": values["person"]}
        of_line = cls._default_manager.filter(**whose)
        return of_line.first()


class TestResultQuerySet(models.QuerySet["TestResult"]):
    """Which results count."""

    def standing(self) -> Self:
        """Leave out what came in by an import that does not count, or counts no longer."""
        return self.filter(OfCountingBatch())


class TestResult(Fact):
    """What a participant scored in the test before or after a session; the last one counts.

    `attempt` is the sitting whose score it is, and `batch` the import by which it came in; where it
    has neither, the trainer typed it in.
    """

    # pytest would take it for a test by its name.
    __test__ = False

    enrolment = models.ForeignKey(Enrolment, on_delete=models.DO_NOTHING, related_name="results")
    moment = models.CharField(max_length=4, choices=TestMoment.choices)
    points = models.PositiveSmallIntegerField()
    most = models.PositiveSmallIntegerField("of at most")
    at = models.DateTimeField()
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.DO_NOTHING, null=True, blank=True, related_name="+"
    )

    attempt = models.OneToOneField(
        "people.CourseTestAttempt",
        on_delete=models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="result",
    )

    objects = TestResultQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(points__lte=F("most")) & Q(most__gte=1), name="test_points_up_to_most"
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.enrolment}, {self.get_moment_display().lower()}: {self.points} of {self.most}"
        )
