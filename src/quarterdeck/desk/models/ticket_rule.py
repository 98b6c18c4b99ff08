"""Rules by which tickets are worked on without anybody's hand, and what came of them."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Expression, Q

from quarterdeck.core.models import Account, Fact, Noun
from quarterdeck.core.permission import User, holds
from quarterdeck.desk.models.kept import DESK_READERS
from quarterdeck.desk.models.on_ticket import on_visible
from quarterdeck.desk.models.ticket import Ticket
from quarterdeck.desk.vocabulary.ticket_life import RuleOutcome, RuleSince, RuleTrigger


class TicketRuleQuerySet(models.QuerySet["TicketRule"]):
    """Which rules somebody may read, and which run."""

    def visible_to(self, user: User) -> Self:
        """What happens by itself is told to everybody at the desk."""
        return self.filter() if holds(user, *DESK_READERS) else self.none()

    def active(self) -> Self:
        """Keep those that run."""
        return self.filter(is_active=True)

    def on(self, trigger: str | Expression) -> Self:
        """Keep those that run when this happens, in their order."""
        return self.active().filter(trigger=trigger).order_by("place", "pk")


class TicketRule(Noun):
    """When something happens to a ticket, and what is known of it fulfils the conditions, then the
    steps are done by the worker: all of them or none.

    Of the rules on one trigger, those with the lower `place` come first; one that `stops` lets no
    later one follow. `conditions` holds a triple for each: what is asked about, how it is compared,
    and with what. `steps` are kept as those of a macro. `minutes` and `since` say how much time has
    to pass, where that is the trigger.
    """

    name = models.CharField(max_length=120, unique=True)
    trigger = models.CharField(max_length=16, choices=RuleTrigger.choices, verbose_name="when")
    minutes = models.PositiveIntegerField(null=True, blank=True)
    since = models.CharField(max_length=16, choices=RuleSince.choices, blank=True)
    needs_all = models.BooleanField(default=True)
    conditions = models.JSONField(default=list, blank=True)
    steps = models.JSONField()
    place = models.PositiveSmallIntegerField(default=100)
    stops = models.BooleanField(default=False)
    is_active = models.BooleanField(default=False)
    made_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")

    objects = TicketRuleQuerySet.as_manager()

    class Meta:
        verbose_name = "rule"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(trigger=RuleTrigger.SINCE, minutes__gt=0) & ~Q(since=""))
                | (~Q(trigger=RuleTrigger.SINCE) & Q(minutes__isnull=True, since="")),
                name="a_rule_on_time_says_how_much",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["trigger", "place", "id"],
                condition=Q(is_active=True),
                name="ticket_rule_on_trigger",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RuleFiringQuerySet(models.QuerySet["RuleFiring"]):
    """Which firings a reader may see."""

    def visible_to(self, user: User) -> Self:
        """Keep those on tickets that somebody at the desk may see."""
        if not holds(user, *DESK_READERS):
            return self.none()
        return self.filter(on_visible(user))


class RuleFiring(Fact):
    """That a rule matched a ticket, why, and what came of it.

    One `occasion` lets a rule fire once on a ticket. `since_at` is the instant from which time was
    counted, where that was the trigger; `depth` is how many rules had led there.
    """

    rule = models.ForeignKey(TicketRule, on_delete=models.PROTECT, related_name="firings")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="rule_firings")
    occasion = models.CharField(max_length=64)
    since_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=16, choices=RuleOutcome.choices)
    reason = models.TextField()
    told = models.TextField(blank=True)
    depth = models.PositiveSmallIntegerField(default=0)

    objects = RuleFiringQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["rule", "ticket", "occasion"], name="rule_fires_once_an_occasion"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} on {self.ticket.number}: {self.get_outcome_display().lower()}"
