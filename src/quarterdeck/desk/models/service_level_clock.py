"""Service-level clocks of tickets, and what was noted of them."""

from datetime import datetime
from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q

from quarterdeck.core.models import Account, Fact, Noun, Person, Scratch, Team
from quarterdeck.core.permission import User
from quarterdeck.desk.models.desk_sight import read_at_desk
from quarterdeck.desk.models.on_ticket import on_standing, on_visible
from quarterdeck.desk.models.service_level import ServiceLevelTarget, ServiceLevelTerms
from quarterdeck.desk.models.ticket import Ticket
from quarterdeck.desk.vocabulary import (
    Agreement,
    ClockEnding,
    ClockEventKind,
    ClockOutcome,
    RecalculationState,
    ServiceLevelMetric,
)
from quarterdeck.desk.vocabulary.recalculation import ClockChangeKind

M = TypeVar("M", bound=models.Model)

_LIVE = Q(stopped_at__isnull=True, due_at__isnull=False)


class OnTicketQuerySet(models.QuerySet[M]):
    """Who may see what the clocks of a ticket say."""

    def visible_to(self, user: User) -> Self:
        """Keep what is on the tickets that the reader may see; what teams promise, for the desk."""
        promised = Q(agreement=Agreement.SERVICE_LEVEL) | read_at_desk(user)
        return self.filter(promised, on_visible(user))


class ServiceLevelClockQuerySet(OnTicketQuerySet["ServiceLevelClock"]):
    """Which clocks run, and which run out."""

    def live(self) -> Self:
        """Keep those that have not ended and have a due time: no pause puts it off."""
        return self.filter(_LIVE)

    def promised_to_customers(self) -> Self:
        """Leave out what teams promise beneath that.

        Said so, no index of the agreement tempts SQLite, in which nearly every clock stands.
        """
        return self.exclude(agreement=Agreement.OPERATIONAL_LEVEL)

    def standing(self) -> Self:
        """Leave out those of tickets whose batch does not count."""
        return self.filter(on_standing())


class ServiceLevelClock(Scratch):
    """One clock of one ticket, as its history gives it: a projection that can be rebuilt.

    `number` counts the ticket's clocks of one agreement and metric. `due_at` is when the target is
    used up, and None while a pause puts that off. It counts from `started_at`; `counted_seconds`
    are those of the stretches that have ended, `running_since` the start of the one that runs.
    `next_event_at` is when a warning or breach has to be noted. `team` and `assignee` are those of
    the ticket now; `promised_by` is the team that had it while an operational level counted.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="clocks")
    agreement = models.CharField(
        max_length=8, choices=Agreement.choices, default=Agreement.SERVICE_LEVEL
    )
    metric = models.CharField(max_length=16, choices=ServiceLevelMetric.choices)
    number = models.PositiveIntegerField()
    target = models.ForeignKey(
        ServiceLevelTarget, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    started_at = models.DateTimeField()
    began_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=ClockOutcome.choices)
    ending = models.CharField(max_length=24, choices=ClockEnding.choices, blank=True)
    counted_seconds = models.PositiveIntegerField()
    running_since = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    warning_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)
    next_event_at = models.DateTimeField(null=True, blank=True)
    # Of a service level there is none. One that counted before teams were kept has none either,
    # until its ticket's clocks are counted anew.
    promised_by = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    assignee = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = ServiceLevelClockQuerySet.as_manager()

    class Meta:
        verbose_name = "service-level clock"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket", "agreement", "metric", "number"], name="clock_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], condition=_LIVE, name="clock_due"),
            models.Index(fields=["team", "due_at", "id"], condition=_LIVE, name="clock_due_team"),
            models.Index(
                fields=["assignee", "due_at", "id"], condition=_LIVE, name="clock_due_assignee"
            ),
            models.Index(
                fields=["next_event_at"],
                condition=Q(next_event_at__isnull=False),
                name="clock_next_event",
            ),
            # What tells whether a promise was kept, so that counting reads no other row.
            models.Index(
                fields=[
                    *("agreement", "metric", "stopped_at", "outcome"),
                    *("ticket", "promised_by"),
                ],
                name="clock_stopped",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_metric_display()} of {self.ticket}"

    @property
    def is_operational(self) -> bool:
        """Whether a team promised it beneath the service level."""
        return self.agreement == Agreement.OPERATIONAL_LEVEL

    def is_breached(self, at: datetime) -> bool:
        """Whether it went beyond its target by then, or before it ended."""
        until = self.stopped_at or at
        return self.due_at is not None and self.due_at < until


class ServiceLevelEvent(Fact):
    """A warning that a clock runs out, or that it did; noted once for each clock."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="clock_events")
    agreement = models.CharField(
        max_length=8, choices=Agreement.choices, default=Agreement.SERVICE_LEVEL
    )
    metric = models.CharField(max_length=16, choices=ServiceLevelMetric.choices)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=ClockEventKind.choices)
    due_at = models.DateTimeField()
    noted_at = models.DateTimeField()
    target = models.ForeignKey(
        ServiceLevelTarget, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = OnTicketQuerySet["ServiceLevelEvent"].as_manager()

    class Meta:
        verbose_name = "service-level event"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket", "agreement", "metric", "number", "kind"], name="clock_event_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_metric_display()} of {self.ticket}"

    @property
    def is_operational(self) -> bool:
        """Whether it is about what a team promised beneath the service level."""
        return self.agreement == Agreement.OPERATIONAL_LEVEL


class ClockRecalculationQuerySet(models.QuerySet["ClockRecalculation"]):
    """Who may see what a recalculation changes."""

    def visible_to(self, user: User) -> Self:
        """That clocks were counted anew is told to everybody who is signed in."""
        return self.filter() if user.is_authenticated else self.none()


class ClockRecalculation(Noun):
    """All clocks counted anew from history: first compared, then applied, ticket by ticket.

    `through` is the key of the last ticket done in the present pass, so that a killed run goes on
    there. `counts` says how many clocks change in which way, its tallies how many of all that
    were compared have which outcome. With `terms` it is what those terms began with: they cover
    tickets that ran already.
    """

    reason = models.CharField(max_length=500)
    terms = models.OneToOneField(
        ServiceLevelTerms, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # What holds from now on is applied without a decision, as terms that begin are.
    is_ahead = models.BooleanField(default=False, editable=False)
    state = models.CharField(
        max_length=16, choices=RecalculationState.choices, default=RecalculationState.EXAMINING
    )
    requested_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField(default=0)
    through = models.PositiveBigIntegerField(default=0)
    examined = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, blank=True)

    objects = ClockRecalculationQuerySet.as_manager()

    class Meta:
        verbose_name = "recalculation of clocks"
        verbose_name_plural = "recalculations of clocks"

    def __str__(self) -> str:
        return f"Recalculation {self.pk}: {self.reason}"


class RecalculationTally(Scratch):
    """How many of the clocks that a recalculation compared have one outcome, before and after."""

    recalculation = models.ForeignKey(
        ClockRecalculation, on_delete=models.CASCADE, related_name="tallies"
    )
    agreement = models.CharField(max_length=8, choices=Agreement.choices)
    metric = models.CharField(max_length=16, choices=ServiceLevelMetric.choices)
    outcome = models.CharField(max_length=16, choices=ClockOutcome.choices)
    before = models.PositiveIntegerField(default=0)
    after = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "tally of a recalculation"
        verbose_name_plural = "tallies of a recalculation"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recalculation", "agreement", "metric", "outcome"],
                name="recalculation_tally_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.before}, then {self.after}"


class ClockChange(Fact):
    """A clock before and after a recalculation, as both were compared."""

    recalculation = models.ForeignKey(
        ClockRecalculation, on_delete=models.PROTECT, related_name="changes"
    )
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    agreement = models.CharField(
        max_length=8, choices=Agreement.choices, default=Agreement.SERVICE_LEVEL
    )
    metric = models.CharField(max_length=16, choices=ServiceLevelMetric.choices)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=24, choices=ClockChangeKind.choices)
    due_before = models.DateTimeField(null=True, blank=True)
    due_after = models.DateTimeField(null=True, blank=True)
    outcome_before = models.CharField(max_length=16, choices=ClockOutcome.choices, blank=True)
    outcome_after = models.CharField(max_length=16, choices=ClockOutcome.choices, blank=True)

    objects = OnTicketQuerySet["ClockChange"].as_manager()

    class Meta:
        verbose_name = "clock change"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["recalculation", "ticket", "agreement", "metric", "number"],
                name="clock_change_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_metric_display()} of {self.ticket_id}: {self.kind}"
