"""Business calendars: when work is done, in which zone, and on which days it is not."""

from datetime import date
from typing import ClassVar, Self, TypeVar

from django.db import models

from quarterdeck.core.models import Account, Fact, Noun
from quarterdeck.core.permission import User

MINUTES_OF_A_DAY = 1440
# From the day on which Unix began to count, the first hours of a calendar hold.
FIRST_DAY = date(1970, 1, 1)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

M = TypeVar("M", bound=models.Model)


class CalendarQuerySet(models.QuerySet[M]):
    """Who may look at calendars."""

    def visible_to(self, user: User) -> Self:
        """When work is done is told to everybody who is signed in."""
        return self.filter() if user.is_authenticated else self.none()


class Calendar(Noun):
    """A business calendar: weekly opening hours in one zone, less its holidays.

    `zone` is that of the hours that hold today.
    """

    key = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    zone = models.CharField(max_length=64)

    objects = CalendarQuerySet["Calendar"].as_manager()

    def __str__(self) -> str:
        return self.name


class CalendarHours(Fact):
    """The weekly opening hours of a calendar, and its zone, from a local day on; never changed.

    Others take their place from their own day on. Of two from the same day, the later ones count,
    and before the first ones nothing better is known than those.
    """

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="hours")
    number = models.PositiveIntegerField()
    valid_from = models.DateField()
    zone = models.CharField(max_length=64)
    # Weekday (0 is Monday) and two minutes of its local day each, in their order; an end at or
    # before the start is overnight.
    openings = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    # What an installation begins with, before anybody says when work is done.
    is_assumed = models.BooleanField(default=False)
    defined_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    defined_at = models.DateTimeField()

    objects = CalendarQuerySet["CalendarHours"].as_manager()

    class Meta:
        verbose_name = "hours of a calendar"
        verbose_name_plural = "hours of calendars"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["calendar", "number"], name="calendar_hours_once"),
        ]

    def __str__(self) -> str:
        return f"Hours {self.number}, from {self.valid_from}"


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
