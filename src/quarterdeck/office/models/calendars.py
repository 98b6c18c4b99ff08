"""Business calendars: when work is done, in which zone, and on which days it is not."""

from typing import ClassVar

from django.db import models

from quarterdeck.core.models import Noun

MINUTES_OF_A_DAY = 1440


class Calendar(Noun):
    """A business calendar: weekly opening hours in one zone, less its holidays."""

    key = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    zone = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.name


class OpeningHours(Noun):
    """One opening on one weekday, in local minutes; an end at or before the start is overnight."""

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="openings")
    weekday = models.PositiveSmallIntegerField(
        choices=[
            (0, "Monday"),
            (1, "Tuesday"),
            (2, "Wednesday"),
            (3, "Thursday"),
            (4, "Friday"),
            (5, "Saturday"),
            (6, "Sunday"),
        ]
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
        start, end = (f"{m // 60:02}:{m % 60:02}" for m in (self.start_minute, self.end_minute))
        return f"{self.get_weekday_display()} {start}–{end}"


class Holiday(Noun):
    """A day on which a calendar has no openings."""

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="holidays")
    day = models.DateField()
    name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["calendar", "day"], name="holiday_once_a_calendar"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}".strip()
