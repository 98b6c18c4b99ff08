"""Job families, classes with their versions and levels, and grades."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from quarterdeck.core.models import Account, Noun
from quarterdeck.core.prepared import Slot
from quarterdeck.people.models.base import OpenQuerySet
from quarterdeck.people.vocabulary import ClassStatus


class JobFamily(Noun):
    """Classes of one field of work, such as information technology."""

    name = models.CharField(max_length=200, unique=True)
    description = models.TextField(blank=True)

    objects = OpenQuerySet["JobFamily"].as_manager()

    class Meta:
        verbose_name_plural = "job families"

    def __str__(self) -> str:
        return self.name


class Grade(Noun):
    """A pay grade of one system, with its range where that is known.

    `lowest` and `highest` are amounts a year in `currency`, an ISO 4217 code.
    """

    system = models.CharField(max_length=120)
    name = models.CharField(max_length=64)
    lowest = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    highest = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)

    objects = OpenQuerySet["Grade"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "name"], name="grade_once_in_its_system"),
            models.CheckConstraint(
                condition=Q(lowest__isnull=True)
                | Q(highest__isnull=True)
                | Q(lowest__lte=F("highest")),
                name="range_of_a_grade_ends_above_its_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.name}"


class JobClassQuerySet(OpenQuerySet["JobClass"]):
    """Named filters on classes."""

    def in_use(self) -> Self:
        """Keep the classes into which people are still taken."""
        return self.filter(status=ClassStatus.ACTIVE)


class JobClass(Noun):
    """A kind of job that several people may hold, described once and versioned."""

    title = models.CharField(max_length=200)
    code = models.CharField(max_length=64, blank=True)
    family = models.ForeignKey(JobFamily, on_delete=models.PROTECT, related_name="classes")
    series_order = models.PositiveSmallIntegerField(
        default=1, help_text="The place in its family, from 1, the lowest first."
    )
    status = models.CharField(
        max_length=16, choices=ClassStatus.choices, default=ClassStatus.ACTIVE
    )
    issuer = models.CharField(max_length=200, blank=True)

    objects = JobClassQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "job classes"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["family", "title"], name="class_once_in_its_family"),
            # A code may be that of a whole series, as the federal 0301 is.
            models.UniqueConstraint(
                fields=["code", "title"], condition=~Q(code=""), name="class_once_under_its_code"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.code})" if self.code else self.title


class Level(Noun):
    """A level within a class; rank 1 is the lowest."""

    job_class = models.ForeignKey(JobClass, on_delete=models.PROTECT, related_name="levels")
    rank = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    grade = models.ForeignKey(
        Grade, on_delete=models.PROTECT, null=True, blank=True, related_name="levels"
    )

    objects = OpenQuerySet["Level"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job_class", "rank"], name="rank_once_in_a_class"),
            models.UniqueConstraint(fields=["job_class", "name"], name="level_once_in_a_class"),
            models.CheckConstraint(condition=Q(rank__gte=1), name="ranks_begin_at_1"),
        ]

    def __str__(self) -> str:
        return self.name


class ClassVersionQuerySet(OpenQuerySet["ClassVersion"]):
    """Which version counts when."""

    def in_force(self, day: date | Slot) -> Self:
        """Keep the version of each class that counts on that day: the latest one effective."""
        begun = ClassVersion.objects.filter(job_class=OuterRef("job_class"), effective_on__lte=day)
        return self.filter(pk=Subquery(begun.order_by("-effective_on", "-number").values("pk")[:1]))

    def latest_of_each(self) -> Self:
        """Keep the version of each class that was approved last."""
        later = ClassVersion.objects.filter(
            job_class=OuterRef("job_class"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(later))


class ClassVersion(Noun):
    """What a class says from a day on, until a later version begins.

    `draft` is the reviewed draft that it was made from, and with it the source; `reviewed_on` the
    day on which somebody last found that it is still right.
    """

    job_class = models.ForeignKey(JobClass, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    effective_on = models.DateField()
    change_note = models.CharField(max_length=500)
    draft = models.OneToOneField(
        "people.JobDraft", on_delete=models.PROTECT, related_name="made_version"
    )
    approved_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()
    reviewed_on = models.DateField()

    named_by: ClassVar = ("job_class",)

    objects = ClassVersionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["job_class", "number"], name="version_once_in_a_class"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["job_class", "-effective_on", "-number"], name="version_in_force")
        ]

    def __str__(self) -> str:
        return f"{self.job_class}, version {self.number}"


class ClassHistoryEvent(Noun):
    """Something that happened to the class itself, as a document or an approval tells it."""

    job_class = models.ForeignKey(JobClass, on_delete=models.PROTECT, related_name="events")
    happened_on = models.DateField()
    change = models.CharField(max_length=500)
    notice = models.CharField(
        max_length=64, blank=True, help_text="The number of the change notice."
    )
    class_version = models.ForeignKey(
        ClassVersion,
        on_delete=models.PROTECT,
        related_name="events",
        help_text="The version that tells of it.",
    )

    objects = OpenQuerySet["ClassHistoryEvent"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["job_class", "happened_on", "change"], name="event_of_a_class_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.happened_on}: {self.change}"
