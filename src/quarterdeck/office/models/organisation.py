"""The settings of the organisation that this installation serves."""

from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import models

from quarterdeck.core.models import Noun, Team
from quarterdeck.office.models.calendars import Calendar


class Organisation(Noun):
    """The one organisation of this installation: its name, zone, fiscal year and usual calendar.

    `default_team` gets the tickets for which nobody chose a team and no service names one.
    """

    name = models.CharField(max_length=200)
    zone = models.CharField(max_length=64, default="UTC")
    fiscal_year_starts_in = models.PositiveSmallIntegerField(default=1)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT)
    default_team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="organisation_is_one"),
            models.CheckConstraint(
                condition=models.Q(fiscal_year_starts_in__range=(1, 12)),
                name="fiscal_year_starts_in_a_month",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def tzinfo(self) -> ZoneInfo:
        """The zone in which this organisation's days begin."""
        return ZoneInfo(self.zone)
