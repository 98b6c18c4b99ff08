"""How our mails are worded, who wants which of them and when, and what waits for a digest."""

from datetime import date, datetime, time, timedelta
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator
from django.db import models

from quarterdeck.core.models import Account, Fact, Noun
from quarterdeck.core.permission import User, holds
from quarterdeck.core.vocabulary import Role
from quarterdeck.kernels.schedules import Frequency, Schedule
from quarterdeck.office.models.calendars import WEEKDAYS
from quarterdeck.office.models.mail import OutgoingMail
from quarterdeck.office.vocabulary import DigestFrequency, MailTiming

_A_WEEK_AND_MORE = timedelta(days=9)
LAST_HOUR = 23


class MailTemplateQuerySet(models.QuerySet["MailTemplate"]):
    """Which wordings hold, and who may read them."""

    def latest_first(self) -> Self:
        """Put the wording that holds before those that held earlier."""
        return self.order_by("kind", "-number")

    def visible_to(self, user: User) -> Self:
        """Whoever changes settings reads how mails are worded, and so do auditors."""
        readers = (Role.ADMINISTRATOR, Role.IT_MANAGER, Role.AUDITOR)
        return self.filter() if holds(user, *readers) else self.none()


class MailTemplate(Fact):
    """One version of how the organisation words a kind of mail; the one with the highest number
    holds.

    One that is built in holds no words: those of the product count from then on again.
    """

    kind = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    is_builtin = models.BooleanField(default=False, verbose_name="built-in wording")
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = MailTemplateQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "number"], name="mail_template_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class MailWish(Noun):
    """When somebody wants one kind of mail; where there is no row, at once."""

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="mail_wishes", db_index=False
    )
    kind = models.CharField(max_length=60)
    timing = models.CharField(max_length=8, choices=MailTiming.choices, default=MailTiming.AT_ONCE)

    class Meta:
        verbose_name_plural = "mail wishes"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "kind"], name="mail_wished_once_a_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.kind} {self.get_timing_display().lower()}"


class DigestRhythm(Noun):
    """When somebody gets the digest: the hour and the weekday (0 is Monday) in their own zone."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="digest_rhythm")
    frequency = models.CharField(
        max_length=8, choices=DigestFrequency.choices, default=DigestFrequency.DAILY
    )
    hour = models.PositiveSmallIntegerField(default=8, validators=[MaxValueValidator(LAST_HOUR)])
    weekday = models.PositiveSmallIntegerField(choices=list(enumerate(WEEKDAYS)), default=0)
    zone = models.CharField(max_length=64, default="UTC")

    def __str__(self) -> str:
        return f"{self.account} {self.get_frequency_display().lower()} at {self.hour}:00"

    def last_due(self, at: datetime) -> datetime:
        """Return the last moment, not after this one, at which a digest was due, in UTC.

        On a night that skips the hour it comes an hour later by the clock, and where a night has it
        twice, the first time counts.
        """
        first = at - _A_WEEK_AND_MORE
        schedule = Schedule(
            frequency=Frequency(self.frequency),
            starts_on=first.date() - timedelta(days=1),
            at_time=time(self.hour),
            zone=self.zone,
            weekdays=frozenset({self.weekday}),
        )
        return schedule.between(first, at)[-1]

    def day_of(self, due: datetime) -> date:
        """Return the day, in the reader's own zone, on which a digest was due."""
        return due.astimezone(ZoneInfo(self.zone)).date()


class WaitingLetter(Noun):
    """Something that somebody will read in their next digest, if they may still see it then.

    `about` is the kind and the key of what it is about, such as `ticket:17`.
    """

    history_masked: ClassVar[tuple[str, ...]] = ("subject", "text")

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="waiting_letters")
    kind = models.CharField(max_length=60)
    about = models.CharField(max_length=80)
    subject = models.CharField(max_length=500)
    text = models.TextField(blank=True)
    noted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.subject} to {self.account}"


class MailDigest(Fact):
    """That somebody was sent the digest of a day, or of the week that ends on it: never twice."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    mail = models.OneToOneField(OutgoingMail, on_delete=models.PROTECT, related_name="+")
    letters = models.PositiveIntegerField()
    left_out = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "day"], name="digest_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.account} on {self.day}"
