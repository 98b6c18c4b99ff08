"""The settings of the organisation that this installation serves."""

from datetime import date
from functools import lru_cache
from typing import ClassVar, NamedTuple
from zoneinfo import ZoneInfo

from django.db import models

from quarterdeck.core.models import Noun, Team
from quarterdeck.kernels.period_rules import PeriodRules
from quarterdeck.office.models.calendars import Calendar
from quarterdeck.office.vocabulary import PeriodRuleKind


class RuleFrom(NamedTuple):
    """What holds from a local day on: an IANA zone, or the month of a fiscal year as a text."""

    valid_from: date
    value: str
    number: int
    reason: str


class Organisation(Noun):
    """The one organisation of this installation: its name, zone, fiscal year and usual calendar.

    `zone` is that of today. `period_rules` is a projection of the period rules by their kinds, each
    with its first day, value, number and reason, so that a page need not ask for them.
    `default_team` gets the tickets for which nobody chose a team and no service names one.
    """

    name = models.CharField(max_length=200)
    zone = models.CharField(max_length=64, default="UTC")
    period_rules = models.JSONField(default=dict, editable=False)
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT)
    default_team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="organisation_is_one"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def tzinfo(self) -> ZoneInfo:
        """The zone in which this organisation's days begin."""
        return ZoneInfo(self.zone)

    @property
    def zones(self) -> tuple[RuleFrom, ...]:
        """The zones in which days begin, the first one first."""
        return self._rules_of(PeriodRuleKind.ZONE)

    @property
    def fiscal_years(self) -> tuple[RuleFrom, ...]:
        """The months in which fiscal years start, the first one first."""
        return self._rules_of(PeriodRuleKind.FISCAL_YEAR)

    @property
    def rules(self) -> PeriodRules:
        """How its time is cut into periods."""
        return rules_of(self.zones, self.fiscal_years)

    def _rules_of(self, kind: PeriodRuleKind) -> tuple[RuleFrom, ...]:
        return tuple(
            RuleFrom(date.fromisoformat(day), value, number, reason)
            for day, value, number, reason in self.period_rules[kind]
        )


@lru_cache(maxsize=32)
def rules_of(zones: tuple[RuleFrom, ...], fiscal_years: tuple[RuleFrom, ...]) -> PeriodRules:
    """Return these as the kernel cuts by them; ValueError for what cannot be."""
    return PeriodRules(
        tuple((each.valid_from, each.value) for each in zones),
        tuple((each.valid_from, int(each.value)) for each in fiscal_years),
    )
