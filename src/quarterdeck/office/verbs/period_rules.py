"""The acts on how the organisation's time is cut into periods: its zone and its fiscal years.

A change holds from a day that is still to come, so that every period of the past stays as it was
cut; until then it may be withdrawn. A correction cuts some of the past otherwise: it is an act of
its own, and its row says which.
Where nothing is recorded yet there is no past to correct, and a change holds since ever.
"""

from datetime import date, datetime, timedelta

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.evidence import touch_recorded
from quarterdeck.core.memory import forget
from quarterdeck.core.models import Account
from quarterdeck.office import rules
from quarterdeck.office.models import Organisation, PeriodRule, PeriodRuleWithdrawal
from quarterdeck.office.models.calendars import FIRST_DAY
from quarterdeck.office.queries.period_changes import (
    Change,
    Outcome,
    first_day_to_come,
    is_planned,
    next_start,
    outcome_of,
    standing_of,
)
from quarterdeck.office.verbs.calendars import follow_zone
from quarterdeck.office.vocabulary import PeriodRuleKind

_ONE_DAY = timedelta(days=1)


@verb
def change_zone(
    *,
    organisation: Organisation,
    zone: str,
    valid_from: date | None = None,
    reason: str = "",
    actor: Account,
    at: datetime,
) -> PeriodRule:
    """Let the organisation's days begin in another zone from a day on, which is still to come where
    anything is recorded; without a day from tomorrow on, else since ever."""
    rules.ask_keeper(actor)
    own = _locked(organisation)
    valid_from = valid_from or first_day_to_come(own, zone, at)
    change = Change(PeriodRuleKind.ZONE, zone, valid_from, reason)
    row = _lay_down(own, change, actor, at)
    _mirror(own, organisation)
    follow_zone(organisation=organisation, actor=actor, at=at)
    return row


@verb
def change_fiscal_year(
    *,
    organisation: Organisation,
    month: int,
    valid_from: date | None = None,
    reason: str = "",
    actor: Account,
    at: datetime,
) -> PeriodRule:
    """Let fiscal years start in another month (1 to 12), the first of them on a day that is still
    to come where anything is recorded; the year before it ends early, as a short one of its own.

    Without a day the first one starts with that month when it comes next, or all did ever.
    """
    rules.ask_keeper(actor)
    own = _locked(organisation)
    valid_from = valid_from or next_start(own, month, at)
    change = Change(PeriodRuleKind.FISCAL_YEAR, str(month), valid_from, reason)
    row = _lay_down(own, change, actor, at)
    _mirror(own, organisation)
    return row


@verb
def correct_zone(
    *,
    organisation: Organisation,
    zone: str,
    valid_from: date,
    reason: str,
    actor: Account,
    at: datetime,
) -> PeriodRule:
    """Say that the organisation's days began in another zone from a day of the past on: months are
    cut and counted anew, as a series of their own, and closed ones stay until they are restated."""
    rules.ask_keeper(actor)
    own = _locked(organisation)
    change = Change(PeriodRuleKind.ZONE, zone, valid_from, reason)
    row = _lay_down(own, change, actor, at, is_correction=True)
    _mirror(own, organisation)
    touch_recorded(max(FIRST_DAY, valid_from - _ONE_DAY))
    return row


@verb
def correct_fiscal_year(
    *,
    organisation: Organisation,
    month: int,
    valid_from: date,
    reason: str,
    actor: Account,
    at: datetime,
) -> PeriodRule:
    """Say that fiscal years started in another month, the first of them on a day of the past, or
    since ever; months stay as they are, and so does all that is closed."""
    rules.ask_keeper(actor)
    own = _locked(organisation)
    change = Change(PeriodRuleKind.FISCAL_YEAR, str(month), valid_from, reason)
    row = _lay_down(own, change, actor, at, is_correction=True)
    _mirror(own, organisation)
    return row


@verb
def withdraw_period_rule(
    *,
    organisation: Organisation,
    rule: PeriodRule,
    reason: str = "",
    actor: Account,
    at: datetime,
) -> list[PeriodRuleWithdrawal]:
    """Take back what was planned before its day comes, with what it had replaced on that day: time
    is cut as if nobody had planned it."""
    rules.ask_keeper(actor)
    own = _locked(organisation)
    if not is_planned(own, rule, at):
        raise Refused("Only what is still to come and counts can be withdrawn.")
    same = PeriodRule.objects.standing().filter(kind=rule.kind, valid_from=rule.valid_from)
    withdrawn = [
        PeriodRuleWithdrawal.objects.create(
            rule=each, reason=reason.strip(), withdrawn_by=actor, withdrawn_at=at
        )
        for each in same.order_by("number")
    ]
    _project(own, PeriodRuleKind(rule.kind), at)
    _mirror(own, organisation)
    return withdrawn


@verb
def settle_zone(
    *,
    organisation: Organisation,
    actor: Account,  # noqa: ARG001 — the act is theirs
    at: datetime,
) -> Organisation:
    """Show times in the zone whose first day has come; nothing, where they are already."""
    own = _locked(organisation)
    zone = own.rules.zone_at(at)
    if own.zone != zone:
        own.zone = zone
        own.version += 1
        own.save(update_fields=["zone", "version"])
        forget()
    _mirror(own, organisation)
    return organisation


def _lay_down(
    own: Organisation, change: Change, actor: Account, at: datetime, *, is_correction: bool = False
) -> PeriodRule:
    """Add a rule with the next number, and project what holds now onto the organisation."""
    outcome = outcome_of(own, change, at)
    _ask_whether_past(change, outcome, is_correction=is_correction)
    row = PeriodRule.objects.create(
        kind=change.kind,
        number=outcome.number,
        valid_from=change.valid_from,
        value=change.value,
        reason=change.reason.strip(),
        is_correction=is_correction,
        effect=outcome.effect,
        defined_by=actor,
        defined_at=at,
    )
    _project(own, change.kind, at)
    return row


def _project(own: Organisation, kind: PeriodRuleKind, at: datetime) -> None:
    """Write onto the organisation what all rules of a kind say together."""
    own.period_rules[kind] = [
        [each.valid_from.isoformat(), *each[1:]] for each in standing_of(kind)
    ]
    own.zone = own.rules.zone_at(at)
    own.version += 1
    own.save(update_fields=["period_rules", "zone", "version"])
    forget()


def _ask_whether_past(change: Change, outcome: Outcome, *, is_correction: bool) -> None:
    """Refuse a change that cuts the past otherwise, and a correction that does not."""
    if outcome.effect and not is_correction:
        told = f"{change.valid_from} cuts the past otherwise: choose a day to come, or correct it."
        raise Invalid({"valid_from": [f"{told} {outcome.effect}"]})
    if is_correction and not outcome.effect:
        raise Refused("Nothing recorded is cut otherwise by that: it is a change, no correction.")


def _locked(organisation: Organisation) -> Organisation:
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _mirror(own: Organisation, organisation: Organisation) -> None:
    """Let the caller's row say what was stored."""
    organisation.zone, organisation.version = own.zone, own.version
    organisation.period_rules = own.period_rules
