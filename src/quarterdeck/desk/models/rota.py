"""Who is on duty in a team: the rota, its shifts, and what was swapped."""

from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F, Q

from quarterdeck.core.models import Account, Fact, Noun, Person, Team
from quarterdeck.core.permission import NounClass, User, sight_of
from quarterdeck.office.models import Calendar
from quarterdeck.office.models.calendars import MINUTES_OF_A_DAY, WEEKDAYS

MOST_WEEKS = 52

M = TypeVar("M", bound=models.Model)


class OfTeamQuerySet(models.QuerySet[M]):
    """What tells of one team each."""

    def visible_to(self, user: User) -> Self:
        """Keep what is of the teams that the reader's roles reach."""
        sight = sight_of(user, NounClass.ORDINARY)
        return self.filter() if sight.everything else self.filter(team__in=sight.team_keys)


class Rota(Noun):
    """Whether a team has somebody on duty: the calendar says when that is wanted, and in which
    zone the shifts are written."""

    team = models.OneToOneField(Team, on_delete=models.PROTECT, related_name="rota")
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+")

    objects = OfTeamQuerySet["Rota"].as_manager()

    def __str__(self) -> str:
        return f"Rota of {self.team}"


class DutyShift(Noun):
    """A shift of one person: one that comes again every so many weeks, or one alone.

    A weekly one has a weekday and local times in minutes, an end at or before the start being on
    the next day; it holds from `first_on` to `last_on`, and weeks are counted from the one of
    `first_on`. One alone has two moments. A shift is ended rather than changed, so that who was on
    duty stays known.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="duty_shifts")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="duty_shifts")
    weekday = models.PositiveSmallIntegerField(
        choices=list(enumerate(WEEKDAYS)), null=True, blank=True
    )
    start_minute = models.PositiveSmallIntegerField(null=True, blank=True)
    end_minute = models.PositiveSmallIntegerField(null=True, blank=True)
    every_weeks = models.PositiveSmallIntegerField(default=1)
    first_on = models.DateField(null=True, blank=True)
    last_on = models.DateField(null=True, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)

    objects = OfTeamQuerySet["DutyShift"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    weekday__lte=6,
                    start_minute__lt=MINUTES_OF_A_DAY,
                    end_minute__lte=MINUTES_OF_A_DAY,
                    first_on__isnull=False,
                    starts_at__isnull=True,
                    ends_at__isnull=True,
                )
                | Q(
                    weekday__isnull=True,
                    start_minute__isnull=True,
                    end_minute__isnull=True,
                    first_on__isnull=True,
                    last_on__isnull=True,
                    ends_at__gt=F("starts_at"),
                ),
                name="a_shift_is_weekly_or_alone",
            ),
            models.CheckConstraint(
                condition=Q(every_weeks__range=(1, MOST_WEEKS)), name="a_shift_comes_within_a_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.times}"

    @property
    def is_weekly(self) -> bool:
        """Whether it comes again."""
        return self.weekday is not None

    @property
    def times(self) -> str:
        """When it is, in words: the times of one alone are in UTC."""
        if self.start_minute is None or self.end_minute is None:
            return f"{self.starts_at:%Y-%m-%d %H:%M} to {self.ends_at:%Y-%m-%d %H:%M} UTC"
        start, end = (
            f"{each // 60:02}:{each % 60:02}" for each in (self.start_minute, self.end_minute)
        )
        every = "" if self.every_weeks == 1 else f", every {self.every_weeks} weeks"
        return f"{self.get_weekday_display()} {start}–{end}{every}"


class ShiftSwap(Fact):
    """That one person does the duties of another one in a team from one moment to another.

    A later swap finds what the earlier ones have left; the opposite one takes a swap back.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="shift_swaps")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    stand_in = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = OfTeamQuerySet["ShiftSwap"].as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")) & ~Q(person=F("stand_in")),
                name="a_swap_is_between_two_for_a_time",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["team", "ends_at"], name="shift_swap_of_team")]

    def __str__(self) -> str:
        return f"{self.stand_in} for {self.person} from {self.starts_at:%Y-%m-%d %H:%M}"
