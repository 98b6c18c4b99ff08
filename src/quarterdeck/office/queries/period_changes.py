"""What a change of the organisation's zone or fiscal years would make of its periods."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from django.db.models import Max

from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.evidence import months_marked
from quarterdeck.kernels.period_rules import PeriodRules
from quarterdeck.office.models import Organisation, PeriodRule
from quarterdeck.office.models.calendars import FIRST_DAY
from quarterdeck.office.models.organisation import RuleFrom, rules_of
from quarterdeck.office.models.period_rules import PeriodRuleQuerySet
from quarterdeck.office.queries.periods import effect_among, effect_in_words, recorded_months
from quarterdeck.office.vocabulary import PeriodRuleKind

# Beyond it nothing is planned: a later year is a slip of the keyboard.
LAST_DAY = date(2199, 12, 31)
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
    """The number of a change, by which rules time is cut before and after it, and which past is cut
    otherwise."""

    number: int
    before: PeriodRules
    after: PeriodRules
    effect: str


def first_day_to_come(organisation: Organisation, zone: str, at: datetime) -> date:
    """Return from which day on another zone holds unless somebody says another one: the first that
    has begun in neither, or since ever where nothing is recorded."""
    if not months_marked().exists():
        return FIRST_DAY
    today = organisation.rules.day_of(at)
    if zone in available_timezones():
        today = max(today, at.astimezone(ZoneInfo(zone)).date())
    return today + _ONE_DAY


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
    new = RuleFrom(change.valid_from, change.value, number, change.reason.strip())
    before = {
        PeriodRuleKind.ZONE: organisation.zones,
        PeriodRuleKind.FISCAL_YEAR: organisation.fiscal_years,
    }
    after = {**before, change.kind: _standing(change.kind, [*_said(change.kind), new], new)}
    try:
        old, changed = (rules_of(*each.values()) for each in (before, after))
    except ValueError as problem:
        raise Invalid({"valid_from": [str(problem)]}) from problem
    if old == changed:
        raise Refused(f"That holds on {change.valid_from} already.")
    return Outcome(number, old, changed, effect_in_words(old, changed, at))


def planned(organisation: Organisation, at: datetime) -> list[PeriodRule]:
    """Return the rules that may still be withdrawn: the one that counts of each day to come, of
    which no period has begun with or without it."""
    rows, recorded = list(_rows().order_by("number")), recorded_months()
    return [each for each in _latest(rows) if _is_to_come(organisation, each, rows, recorded, at)]


def is_planned(organisation: Organisation, rule: PeriodRule, at: datetime) -> bool:
    """Say whether one rule may still be withdrawn."""
    rows = list(_rows().order_by("number"))
    known = rule in _latest(rows)
    return known and _is_to_come(organisation, rule, rows, recorded_months(), at)


def _latest(rows: Iterable[PeriodRule]) -> list[PeriodRule]:
    """Return the rule that counts of each kind and day, of rows in the order of their numbers."""
    return list({(each.kind, each.valid_from): each for each in rows}.values())


def _is_to_come(
    organisation: Organisation,
    rule: PeriodRule,
    rows: Iterable[PeriodRule],
    recorded: Sequence[date],
    at: datetime,
) -> bool:
    day, own = rule.valid_from, organisation.rules
    if day <= FIRST_DAY or own.start_of(day) <= at:
        return False
    try:
        without = _without(organisation, rule, rows)
    except ValueError:
        return False
    return without.start_of(day) > at and not effect_among(recorded, own, without, at)


def _without(
    organisation: Organisation, rule: PeriodRule, rows: Iterable[PeriodRule]
) -> PeriodRules:
    """Return how time were cut had nobody said anything of a rule's kind for its day; ValueError
    where what remains cannot be."""
    kind = PeriodRuleKind(rule.kind)
    others = [each for each in rows if each.kind == kind and each.valid_from != rule.valid_from]
    remain = {
        PeriodRuleKind.ZONE: organisation.zones,
        PeriodRuleKind.FISCAL_YEAR: organisation.fiscal_years,
        kind: _standing(kind, _as_said(others)),
    }
    return rules_of(remain[PeriodRuleKind.ZONE], remain[PeriodRuleKind.FISCAL_YEAR])


def standing_of(kind: PeriodRuleKind) -> tuple[RuleFrom, ...]:
    """Return what holds since when, as all rules of a kind say together."""
    return _standing(kind, _said(kind))


def _rows() -> PeriodRuleQuerySet:
    return PeriodRule.objects.standing()


def _said(kind: PeriodRuleKind) -> list[RuleFrom]:
    """Return what the rules of a kind say, in the order in which it was said."""
    return _as_said(_rows().filter(kind=kind).order_by("number"))


def _as_said(rows: Iterable[PeriodRule]) -> list[RuleFrom]:
    found = []
    for row in rows:
        # What is said before anything is recorded is no second series, but the first. It needs no
        # reason, or holds since ever, as later on corrections alone do.
        is_first = not row.is_correction and (row.valid_from == FIRST_DAY or not row.reason)
        found.append(RuleFrom(row.valid_from, row.value, 1 if is_first else row.number, row.reason))
    return found


def _standing(
    kind: PeriodRuleKind, said: Sequence[RuleFrom], new: RuleFrom | None = None
) -> tuple[RuleFrom, ...]:
    """Return what counts: of two from the same day the later, and none that says the same as the
    one before it. A new one counts though it cannot be, so that it is refused."""
    by_day = {each.valid_from: each for each in said}
    found: list[RuleFrom] = []
    for each in sorted(by_day.values()):
        if not found or (
            found[-1].value != each.value and (each is new or _begins_there(kind, each))
        ):
            found.append(each)
    return tuple(found)


def _begins_there(kind: PeriodRuleKind, rule: RuleFrom) -> bool:
    """Whether a fiscal year can start on a rule's day; one that only took back what was planned for
    it says so of another month."""
    day = rule.valid_from
    return kind is PeriodRuleKind.ZONE or (day.month, day.day) == (int(rule.value), 1)


def _check(change: Change) -> None:
    if change.kind is PeriodRuleKind.ZONE and change.value not in available_timezones():
        told = f"There is no time zone “{change.value}”; expected a name such as Europe/Berlin."
        raise Invalid({"zone": [told]})
    if change.valid_from < FIRST_DAY:
        raise Invalid({"valid_from": [f"It holds from {FIRST_DAY} at the earliest."]})
    if change.valid_from > LAST_DAY:
        raise Invalid({"valid_from": [f"It holds from {LAST_DAY} at the latest."]})
    if not change.reason.strip() and months_marked().exists():
        raise Invalid({"reason": ["Say why: charts tell it where the new series begins."]})
