"""How long somebody worked on a ticket."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from quarterdeck.core.models import Account, Fact, Person
from quarterdeck.core.permission import User, holds
from quarterdeck.desk.models.desk_sight import read_at_desk
from quarterdeck.desk.models.kept import DESK_READERS
from quarterdeck.desk.models.on_ticket import on_visible
from quarterdeck.desk.models.ticket import Ticket
from quarterdeck.desk.vocabulary.ticket_life import WorkActivity

MOST_MINUTES = 1_440


class TimeEntryQuerySet(models.QuerySet["TimeEntry"]):
    """Which entries a reader may see, and which of them still count."""

    def visible_to(self, user: User) -> Self:
        """Keep one's own, and for the desk those on the tickets that one may see.

        Whoever only reported a ticket does not read how long others worked on it.
        """
        if not isinstance(user, Account) or not holds(user, *DESK_READERS):
            return self.none()
        seen = self.filter(on_visible(user))
        return seen.filter(read_at_desk(user) | Q(person=user.person_id))

    def standing(self) -> Self:
        """Leave out what was taken back, and what takes it back: together they are nothing."""
        return self.filter(reverses__isnull=True, reversal__isnull=True)


class TimeEntry(Fact):
    """Minutes that somebody worked on a ticket on one day, as they were recorded.

    It is never changed: what was wrong is taken back by an entry of the same minutes below zero,
    which `reverses` it, and where there is another figure, by an entry that `replaces` it. So the
    sum of all entries is what was worked.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="time_entries")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="time_entries", db_index=False
    )
    day = models.DateField()
    minutes = models.SmallIntegerField()
    activity = models.CharField(max_length=16, choices=WorkActivity.choices)
    note = models.CharField(max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField()
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversal"
    )
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replacement"
    )
    # As on a ticket: a second click records nothing twice.
    entry_key = models.CharField(max_length=64, null=True, blank=True, unique=True)

    objects = TimeEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "time entries"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, minutes__gte=1, minutes__lte=MOST_MINUTES)
                | Q(reverses__isnull=False, minutes__gte=-MOST_MINUTES, minutes__lte=-1),
                name="time_entry_minutes_of_a_day",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True) | Q(replaces__isnull=True),
                name="time_entry_reverses_or_replaces",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True) | ~Q(reverses=F("id")),
                name="no_time_entry_reverses_itself",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "day"], name="time_entry_person_day"),
            models.Index(fields=["-day", "-id"], name="time_entry_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min on {self.day:%Y-%m-%d}"
