"""How time is cut into periods: the organisation's zone and fiscal years, each from a day on."""

from typing import ClassVar, Self

from django.db import models

from quarterdeck.core.models import Account, Fact
from quarterdeck.core.permission import User
from quarterdeck.office.vocabulary import PeriodRuleKind


class PeriodRuleQuerySet(models.QuerySet["PeriodRule"]):
    """Who may look at them."""

    def visible_to(self, user: User) -> Self:
        """How periods are cut is told to everybody who is signed in."""
        return self.filter() if user.is_authenticated else self.none()

    def standing(self) -> Self:
        """Those that nobody withdrew."""
        return self.filter(withdrawal=None)


class PeriodRule(Fact):
    """The zone in which days begin, or the month in which fiscal years start, from a local day on.

    `value` is an IANA name, or a month from 1 to 12. Of two of a kind from the same day, the later
    one counts, and before the first one nothing better is known than that. A correction cuts
    periods of the past otherwise; `effect` says which. One that is withdrawn before its day comes
    never held.
    """

    kind = models.CharField(max_length=16, choices=PeriodRuleKind.choices)
    number = models.PositiveIntegerField()
    valid_from = models.DateField()
    value = models.CharField(max_length=64)
    reason = models.CharField(max_length=200, blank=True)
    is_correction = models.BooleanField(default=False)
    effect = models.TextField(blank=True)
    defined_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    defined_at = models.DateTimeField()

    objects = PeriodRuleQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "number"], name="period_rule_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}, from {self.valid_from}"


class PeriodRuleWithdrawal(Fact):
    """That a rule was withdrawn before its day came, by whom and why."""

    rule = models.OneToOneField(PeriodRule, on_delete=models.PROTECT, related_name="withdrawal")
    reason = models.CharField(max_length=200, blank=True)
    withdrawn_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.rule}, withdrawn"
