"""Business calendars: when work is done, in which zone, and on which days it is not."""

from typing import ClassVar, Self, TypeVar
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models

from quarterdeck.core.models import Noun
from quarterdeck.core.permission import User

MINUTES_OF_A_DAY = 1440
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

M = TypeVar("M", bound=models.Model)


class CalendarQuerySet(models.QuerySet[M]):
    """Who may look at calendars."""

    def visible_to(self, user: User) -> Self:
        """When work is done is told to everybody who is signed in."""
        return self.filter() if user.is_authenticated else self.none()


class Calendar(Noun):
    """A business calendar: weekly opening hours in one zone, less its holidays."""

    key = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    zone = models.CharField(max_length=64)

    objects = CalendarQuerySet["Calendar"].as_manager()

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a zone that there is not."""
        if self.zone not in available_timezones():
            told = f"There is no time zone “{self.zone}”; expected a name such as Europe/Berlin."
            raise ValidationError({"zone": told})


class OpeningHours(Noun):
    """One opening on one weekday, in local minutes; an end at or before the start is overnight."""

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="openings")
    weekday = models.PositiveSmallIntegerField(
        choices=list(enumerate(WEEKDAYS)),
    )
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "opening hours"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(
                    weekday__lte=6,
                    start_minute__lt=MINUTES_OF_A_DAY,
                    end_minute__lte=MINUTES_OF_A_DAY,
                ),
                name="opening_within_a_day",
            ),
            models.UniqueConstraint(
                fields=["calendar", "weekday", "start_minute"], name="opening_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.hours}"

    @property
    def hours(self) -> str:
        """From when until when: `08:00–17:00`."""
        start, end = (f"{m // 60:02}:{m % 60:02}" for m in (self.start_minute, self.end_minute))
        return f"{start}–{end}"


class Holiday(Noun):
    """A day on which a calendar has no openings."""

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="holidays")
    day = models.DateField()
    name = models.CharField(max_length=200, blank=True)

    objects = CalendarQuerySet["Holiday"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["calendar", "day"], name="holiday_once_a_calendar"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}".strip()
