"""What a change of the organisation's zone or fiscal years would make of its periods."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import available_timezones

from django.db.models import Max

from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.evidence import months_marked
from quarterdeck.kernels.period_rules import PeriodRules
from quarterdeck.office.models import Organisation, PeriodRule
from quarterdeck.office.models.calendars import FIRST_DAY
from quarterdeck.office.models.organisation import RuleFrom, rules_of
from quarterdeck.office.queries.periods import effect_in_words
from quarterdeck.office.vocabulary import PeriodRuleKind

_ONE_DAY = timedelta(days=1)
_MONTHS = range(1, 13)


@dataclass(frozen=True)
class Change:
    """What is asked for: another zone, or another first month of fiscal years, from a day on."""

    kind: PeriodRuleKind
    value: str
    valid_from: date
    reason: str


@dataclass(frozen=True)
class Outcome:
    """The number of a change, what counts with it, by which rules time is cut before and after it,
    and which past is cut otherwise."""

    number: int
    standing: tuple[RuleFrom, ...]
    before: PeriodRules
    after: PeriodRules
    effect: str


def first_day_to_come(organisation: Organisation, at: datetime) -> date:
    """Return from which day on another zone holds unless somebody says another one."""
    if not months_marked().exists():
        return FIRST_DAY
    return organisation.rules.day_of(at) + _ONE_DAY


def next_start(organisation: Organisation, month: int, at: datetime) -> date:
    """Return the next first day of a month, or since ever where nothing is recorded."""
    if not months_marked().exists() or month not in _MONTHS:
        return FIRST_DAY
    today = organisation.rules.day_of(at)
    return date(today.year + (today.month >= month), month, 1)


def outcome_of(organisation: Organisation, change: Change, at: datetime) -> Outcome:
    """Return what a change makes of the rules; Refused where it cannot be, or changes nothing."""
    _check(change)
    rows = PeriodRule.objects.filter(kind=change.kind)
    number = 1 + (rows.aggregate(last=Max("number"))["last"] or 0)
    before = {
        PeriodRuleKind.ZONE: organisation.zones,
        PeriodRuleKind.FISCAL_YEAR: organisation.fiscal_years,
    }
    standing = _standing(before[change.kind], change, number)
    after = {**before, change.kind: standing}
    try:
        old, new = (rules_of(*each.values()) for each in (before, after))
    except ValueError as problem:
        raise Invalid({"valid_from": [str(problem)]}) from problem
    if old == new:
        raise Refused(f"That holds on {change.valid_from} already.")
    return Outcome(number, standing, old, new, effect_in_words(old, new, at))


def _standing(before: Iterable[RuleFrom], change: Change, number: int) -> tuple[RuleFrom, ...]:
    """Return what counts with a change: of two from the same day the later, and none that says the
    same as the one before it."""
    by_day = {each.valid_from: each for each in before}
    # What is said before anything is recorded is no second series, but the first.
    named = number if months_marked().exists() else 1
    day, value = change.valid_from, change.value
    by_day[day] = RuleFrom(day, value, named, change.reason.strip())
    found: list[RuleFrom] = []
    for each in sorted(by_day.values()):
        if not found or found[-1].value != each.value:
            found.append(each)
    return tuple(found)


def _check(change: Change) -> None:
    if change.kind is PeriodRuleKind.ZONE and change.value not in available_timezones():
        told = f"There is no time zone “{change.value}”; expected a name such as Europe/Berlin."
        raise Invalid({"zone": [told]})
    if change.valid_from < FIRST_DAY:
        raise Invalid({"valid_from": [f"It holds from {FIRST_DAY} at the earliest."]})
    if not change.reason.strip() and months_marked().exists():
        raise Invalid({"reason": ["Say why: charts tell it where the new series begins."]})
