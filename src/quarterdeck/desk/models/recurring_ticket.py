"""Tickets that open by themselves, again and again, and each time that they did."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from quarterdeck.core.models import Account, Fact, Noun, Person, Team
from quarterdeck.core.permission import NounClass, User, holds, sight_of
from quarterdeck.desk.models.kept import DESK_READERS
from quarterdeck.desk.models.ticket import Ticket
from quarterdeck.desk.vocabulary import Level, TicketKind
from quarterdeck.desk.vocabulary.ticket_life import OccurrenceOutcome, RecurrenceFrequency
from quarterdeck.services.models import Service


class RecurringTicketQuerySet(models.QuerySet["RecurringTicket"]):
    """Which recurring tickets a reader may see, and which are due."""

    def visible_to(self, user: User) -> Self:
        """Keep for the desk those of the teams that one reaches, and those of no team."""
        if not holds(user, *DESK_READERS):
            return self.none()
        sight = sight_of(user, NounClass.ORDINARY)
        if sight.everything:
            return self.all()
        return self.filter(Q(team__in=sight.team_keys) | Q(team__isnull=True))

    def active(self) -> Self:
        """Keep those that will open something."""
        return self.filter(next_at__isnull=False)

    def due(self, at: datetime) -> Self:
        """Keep those whose next occurrence has come."""
        return self.filter(next_at__lte=at).order_by("next_at", "pk")


class RecurringTicket(Noun):
    """What a ticket shall say, and when one is opened so.

    `next_at` is the first occurrence that nobody has looked at yet, and None where none will come:
    it is paused, or over.
    """

    title = models.CharField(max_length=300, verbose_name="summary")
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=16, choices=TicketKind.choices, default=TicketKind.REQUEST)
    category = models.CharField(max_length=200, blank=True)
    impact = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.LOW)
    urgency = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.MEDIUM)
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    requester = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    frequency = models.CharField(max_length=16, choices=RecurrenceFrequency.choices)
    interval = models.PositiveSmallIntegerField(default=1, verbose_name="every so many")
    weekdays = models.JSONField(default=list, blank=True)
    month_day = models.PositiveSmallIntegerField(default=1)
    at_time = models.TimeField()
    zone = models.CharField(max_length=64)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    paused = models.BooleanField(default=False)
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    next_at = models.DateTimeField(null=True, blank=True)

    objects = RecurringTicketQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(interval__gte=1, month_day__gte=1, month_day__lte=31),
                name="recurring_ticket_occurs",
            ),
            models.CheckConstraint(
                condition=Q(paused=False) | Q(next_at__isnull=True),
                name="what_is_paused_opens_nothing",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="recurring_ticket_ends_after_it_starts",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_at"], condition=Q(next_at__isnull=False), name="recurring_ticket_next"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RecurringOccurrenceQuerySet(models.QuerySet["RecurringOccurrence"]):
    """Which occurrences a reader may see."""

    def visible_to(self, user: User) -> Self:
        """Keep those of the recurring tickets that one may see."""
        return self.filter(recurring__in=RecurringTicket.objects.visible_to(user))


class RecurringOccurrence(Fact):
    """One time at which a recurring ticket was due: the ticket that it opened, or that it was left
    out, because a later one was due too when somebody looked."""

    recurring = models.ForeignKey(
        RecurringTicket,
        on_delete=models.PROTECT,
        related_name="occurrences",
        verbose_name="recurring ticket",
        db_index=False,
    )
    due_at = models.DateTimeField()
    noted_at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=OccurrenceOutcome.choices)
    ticket = models.OneToOneField(
        Ticket, on_delete=models.PROTECT, null=True, blank=True, related_name="occurrence"
    )
    reason = models.CharField(max_length=300, blank=True)

    objects = RecurringOccurrenceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recurring", "due_at"], name="an_occurrence_once"),
            models.CheckConstraint(
                condition=Q(ticket__isnull=True) | Q(outcome="opened"),
                name="an_occurrence_with_a_ticket_opened_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recurring}, {self.due_at:%Y-%m-%d %H:%M}"
