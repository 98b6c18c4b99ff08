"""What is promised to whom: service-level policies, their terms and the targets in them."""

from typing import ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from quarterdeck.core.models import Account, Fact, Noun, Team, Unit
from quarterdeck.core.permission import User
from quarterdeck.desk.vocabulary import Agreement, ReopeningRule, ServiceLevelMetric
from quarterdeck.office.models import Calendar
from quarterdeck.services.models import Service

M = TypeVar("M", bound=models.Model)

# More than any tree of units is deep.
_DEEPEST = 1_000


class ServiceLevelQuerySet(models.QuerySet[M]):
    """Who may read what is promised."""

    def visible_to(self, user: User) -> Self:
        """What is promised is told to everybody who is signed in."""
        return self.filter() if user.is_authenticated else self.none()


class ServiceLevelPolicy(Noun):
    """What the desk promises for a service, a customer or everybody else; its terms have versions.

    Of the policies that fit a ticket, the closest one governs it, alone: that of its service and
    customer, else of its service, else of its customer (the nearest unit), else that for all.

    An operational level is a team's own promise beneath that, for as long as it has the ticket:
    that of `team`, or where none is named of every team. It governs beside the service level, and
    its clocks never count as those of one.
    """

    name = models.CharField(max_length=120, unique=True)
    agreement = models.CharField(
        max_length=8, choices=Agreement.choices, default=Agreement.SERVICE_LEVEL
    )
    team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="service_level_policies",
        help_text="Whose promise an operational level is.",
    )
    service = models.ForeignKey(
        Service,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="service_level_policies",
        help_text="Only for tickets of this service.",
    )
    customer = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="service_level_policies",
        help_text="Only for requesters of this unit and of those below it.",
    )

    objects = ServiceLevelQuerySet["ServiceLevelPolicy"].as_manager()

    class Meta:
        verbose_name = "service-level policy"
        verbose_name_plural = "service-level policies"
        constraints: ClassVar = [
            models.UniqueConstraint(
                "agreement",
                Coalesce("team", 0),
                Coalesce("service", 0),
                Coalesce("customer", 0),
                name="policy_once_for_whom_and_what",
                violation_error_message="There is a policy for these already: change its terms.",
            ),
            models.CheckConstraint(
                condition=Q(team__isnull=True) | Q(agreement=Agreement.OPERATIONAL_LEVEL),
                name="only_an_operational_level_is_a_teams",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def rank(self) -> int:
        """How far it is from a ticket that it fits: the lower, the closer."""
        path = None if self.customer is None else self.customer.path
        return rank_of(self.team_id, self.service_id, path)


def rank_of(team: int | None, service: int | None, path: str | None) -> int:
    """Return how far a policy of these is from a ticket that it fits; `path` is the customer's."""
    about = 4 * (team is None) + 2 * (service is None) + (path is None)
    return _DEEPEST * about - (path or "").count(".")


class ServiceLevelTerms(Fact):
    """One version of a policy's terms, from a day on; never changed, another takes its place.

    A ticket stays with the version of its report, unless a later one covers running tickets. A
    version without targets ends the policy. Of two from the same day, the later one counts.
    """

    policy = models.ForeignKey(ServiceLevelPolicy, on_delete=models.PROTECT, related_name="terms")
    number = models.PositiveIntegerField()
    # The day as the organisation's zone began it.
    holds_from = models.DateTimeField()
    valid_from = models.DateField()
    covers_running = models.BooleanField(default=False)
    restarts = models.BooleanField(default=False)
    after_reopening = models.CharField(
        max_length=16, choices=ReopeningRule.choices, default=ReopeningRule.RESUMES
    )
    pauses = models.JSONField(default=list, blank=True)
    warning_percent = models.PositiveSmallIntegerField(default=80)
    reason = models.TextField(blank=True)
    defined_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    defined_at = models.DateTimeField()

    objects = ServiceLevelQuerySet["ServiceLevelTerms"].as_manager()

    class Meta:
        verbose_name = "service-level terms"
        verbose_name_plural = "service-level terms"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["policy", "number"], name="terms_number_once"),
            models.CheckConstraint(
                condition=Q(warning_percent__range=(1, 99)), name="warning_before_the_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy}, version {self.number}"


class ServiceLevelTarget(Fact):
    """So much time on a calendar for one metric and priority; none is for unknown priority."""

    terms = models.ForeignKey(ServiceLevelTerms, on_delete=models.PROTECT, related_name="targets")
    metric = models.CharField(max_length=16, choices=ServiceLevelMetric.choices)
    priority = models.PositiveSmallIntegerField(null=True, blank=True)
    seconds = models.PositiveIntegerField()
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+")

    objects = ServiceLevelQuerySet["ServiceLevelTarget"].as_manager()

    class Meta:
        verbose_name = "service-level target"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["terms", "metric", "priority"], name="target_once_a_metric_and_priority"
            ),
            models.CheckConstraint(condition=Q(seconds__gt=0), name="target_takes_time"),
        ]

    def __str__(self) -> str:
        return f"{self.get_metric_display()}, priority {self.priority or 'unknown'}"
