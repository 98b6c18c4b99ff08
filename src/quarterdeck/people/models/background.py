"""What a person brings: education, experience, and certificates, each with what proves it."""

from decimal import Decimal
from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from quarterdeck.core.models import Account, Person
from quarterdeck.people.models.base import M, TableRow
from quarterdeck.people.models.positions import PersonnelQuerySet
from quarterdeck.people.vocabulary import DayPrecision, EducationLevel

_WHOLE = Decimal(100)
_PERCENT = (MinValueValidator(Decimal(0)), MaxValueValidator(_WHOLE))
# Nobody studies for longer than that after school, and a column has to end somewhere.
_LONGEST_STUDY = Decimal(20)


class BackgroundQuerySet(PersonnelQuerySet[M]):
    """Named filters on what people bring."""

    def unverified(self) -> Self:
        """Keep that of which nobody has said that its proof was seen."""
        return self.filter(verified_at__isnull=True)


class BackgroundItem(TableRow):
    """One thing that a person brings.

    `evidence` says what proves it. Once somebody has seen that proof, `verified_by` and
    `verified_at` say who and when, and the row stays as it is until that is taken back.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="%(class)s_items")
    evidence = models.CharField(
        max_length=300, blank=True, help_text="What proves it, such as a diploma or a reference."
    )
    verified_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta(TableRow.Meta):
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True, verified_at__isnull=True)
                | Q(verified_by__isnull=False, verified_at__isnull=False),
                name="%(class)s_verified_by_somebody_at_a_time",
            ),
            *TableRow.Meta.constraints,
        ]

    @property
    def fixed(self) -> str:
        """What is verified stays, until that is taken back."""
        return "its proof was seen, so take that back first" if self.verified_at else ""


class Education(BackgroundItem):
    """Study at one school for one degree, finished or not."""

    level = models.CharField(
        max_length=16,
        choices=EducationLevel.choices,
        help_text="What the study leads to, whether it was finished or not.",
    )
    field = models.CharField("field of study", max_length=200, blank=True)
    institution = models.CharField(max_length=200, blank=True)
    awarded_on = models.DateField(
        null=True, blank=True, help_text="The day of the degree; empty where there is none (yet)."
    )
    years = models.DecimalField(
        "years of study",
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(_LONGEST_STUDY)],
        help_text="Academic years passed after high school by the end of this study, those at "
        "other schools included. Empty: the usual number where there is a degree, else not known.",
    )
    begins_on = models.DateField("from", null=True, blank=True)
    ends_on = models.DateField("to", null=True, blank=True)

    objects = BackgroundQuerySet["Education"].as_manager()

    class Meta(BackgroundItem.Meta):
        abstract = False
        verbose_name_plural = "education"
        constraints: ClassVar = [
            *BackgroundItem.Meta.constraints,
            models.CheckConstraint(
                condition=Q(begins_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("begins_on")),
                name="study_ends_after_it_begins",
                violation_error_message="It ends before it begins: expected the first day first.",
            ),
            models.CheckConstraint(
                condition=Q(begins_on__isnull=True)
                | Q(awarded_on__isnull=True)
                | Q(awarded_on__gte=F("begins_on")),
                name="degree_comes_after_study_begins",
                violation_error_message="The degree is dated before the study begins.",
            ),
        ]

    def __str__(self) -> str:
        what = f"{self.get_level_display()} in {self.field}" if self.field else ""
        return what or self.get_level_display()


class Experience(BackgroundItem):
    """A job or other work of a person, from its first day to its last.

    Where a day is known to the month or the year only, the column holds any day of it and the
    precision says so. Work without a last day either goes on, or ended nobody knows when.
    """

    title = models.CharField("what as", max_length=200)
    employer = models.CharField(max_length=200, blank=True)
    begins_on = models.DateField(
        "from", null=True, blank=True, help_text="Empty where nobody knows."
    )
    begins_precision = models.CharField(
        "first day known to",
        max_length=8,
        choices=DayPrecision.choices,
        default=DayPrecision.DAY,
    )
    ends_on = models.DateField(
        "to", null=True, blank=True, help_text="The last day. Empty: it goes on, or nobody knows."
    )
    ends_precision = models.CharField(
        "last day known to",
        max_length=8,
        choices=DayPrecision.choices,
        default=DayPrecision.DAY,
    )
    is_ongoing = models.BooleanField("still goes on", default=False)
    percent_of_full_time = models.DecimalField(
        "share of full time, %",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        default=_WHOLE,
        validators=_PERCENT,
        help_text="20 hours where 40 are full time are 50. Empty where nobody knows.",
    )
    kind_of_work = models.CharField(
        max_length=200, blank=True, help_text="Such as network engineering."
    )
    percent_managing = models.DecimalField(
        "of which managing people, %",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=_PERCENT,
        help_text="The share of this work's time; 0 is none, empty is not known.",
    )
    study = models.ForeignKey(
        Education,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="practice",
        verbose_name="part of the study",
        help_text="Work that was part of a study has no credit of its own.",
    )

    objects = BackgroundQuerySet["Experience"].as_manager()

    class Meta(BackgroundItem.Meta):
        abstract = False
        verbose_name_plural = "experience"
        constraints: ClassVar = [
            *BackgroundItem.Meta.constraints,
            models.CheckConstraint(
                condition=Q(begins_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=F("begins_on")),
                name="work_ends_after_it_begins",
                violation_error_message="It ends before it begins: expected the first day first.",
            ),
            models.CheckConstraint(
                condition=Q(is_ongoing=False) | Q(ends_on__isnull=True),
                name="work_that_goes_on_has_no_last_day",
                violation_error_message="It cannot both go on and have a last day.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.employer}" if self.employer else self.title


class Certificate(BackgroundItem):
    """A licence or certificate of a person, and the days on which it is valid."""

    name = models.CharField(max_length=200)
    issuer = models.CharField(max_length=200, blank=True)
    number = models.CharField(max_length=64, blank=True)
    issued_on = models.DateField()
    expires_on = models.DateField(
        null=True, blank=True, help_text="The last day; empty where it does not expire."
    )

    objects = BackgroundQuerySet["Certificate"].as_manager()

    class Meta(BackgroundItem.Meta):
        abstract = False
        constraints: ClassVar = [
            *BackgroundItem.Meta.constraints,
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("issued_on")),
                name="certificate_expires_after_its_issue",
                violation_error_message="It expires before it is issued.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
