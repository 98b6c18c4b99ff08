"""The acts on service-level policies: what is promised to whom, from which day on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Max

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.jobs import enqueue
from quarterdeck.core.models import Account, Team, Unit
from quarterdeck.desk.models import (
    ClockRecalculation,
    ServiceLevelPolicy,
    ServiceLevelTarget,
    ServiceLevelTerms,
)
from quarterdeck.desk.rules import may_set_service_levels
from quarterdeck.desk.vocabulary import Agreement, PauseReason, ReopeningRule, ServiceLevelMetric
from quarterdeck.office.models import Calendar
from quarterdeck.office.models.calendars import FIRST_DAY
from quarterdeck.office.queries import working_calendar
from quarterdeck.office.queries.periods import own_start_of
from quarterdeck.services.models import Service

_PRIORITIES = (None, *range(1, 6))
# A year: no ticket is promised later, and no calendar has to be searched further.
_LONGEST = 366 * 86_400


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What terms say: so many seconds on a calendar by metric and priority, and how they count."""

    valid_from: date
    targets: Mapping[tuple[str, int | None], tuple[int, Calendar]]
    pauses: frozenset[str] = frozenset({PauseReason.REQUESTER.value})
    covers_running: bool = False
    restarts: bool = False
    after_reopening: str = ReopeningRule.RESUMES
    warning_percent: int = 80
    reason: str = field(default="")


@verb
def add_service_level_policy(
    *,
    name: str,
    agreement: str = Agreement.SERVICE_LEVEL,
    team: Team | None = None,
    service: Service | None = None,
    customer: Unit | None = None,
    promise: Promise,
    actor: Account,
    at: datetime,
) -> ServiceLevelPolicy:
    """Promise something for a service, a customer, both, or all others; with its first terms.

    As an operational level it is what a team promises of its part, or every team.
    """
    if not may_set_service_levels(actor):
        raise Refused("You may not set service levels.")
    if not name.strip():
        raise Invalid({"name": ["Give it a name by which your people know it."]})
    if ServiceLevelPolicy.objects.filter(name=name.strip()).exists():
        raise Invalid({"name": [f"There is a policy “{name.strip()}” already."]})
    if team is not None and agreement != Agreement.OPERATIONAL_LEVEL:
        raise Invalid({"team": ["Only an operational level is promised by a team."]})
    present = ServiceLevelPolicy.objects.filter(
        agreement=agreement, team=team, service=service, customer=customer
    ).first()
    if present is not None:
        told = f"“{present}” is for these already: change its terms."
        raise Invalid({"service": [told]})
    if not promise.targets:
        raise Refused("Nothing is promised: give at least one time.")
    policy = ServiceLevelPolicy.objects.create(
        name=name.strip(), agreement=agreement, team=team, service=service, customer=customer
    )
    set_service_level_terms(policy=policy, promise=promise, actor=actor, at=at)
    return policy


@verb
def set_service_level_terms(
    *,
    policy: ServiceLevelPolicy,
    promise: Promise,
    version: int | None = None,
    actor: Account,
    at: datetime,
) -> ServiceLevelTerms:
    """Promise something else from a day on; without any target, the policy ends then.

    Tickets stay with the version of their report, unless the new one covers running tickets. Its
    clocks are counted when it begins; terms from today or a day that is past are compared first.

    With the version of the policy that was seen, Conflict where it has another by now.
    """
    if not may_set_service_levels(actor):
        raise Refused("You may not set service levels.")
    _check(promise)
    last = _last_number(policy, version)
    terms = ServiceLevelTerms.objects.create(
        policy=policy,
        number=last + 1,
        holds_from=own_start_of(promise.valid_from),
        valid_from=promise.valid_from,
        covers_running=promise.covers_running,
        restarts=promise.restarts,
        after_reopening=promise.after_reopening,
        pauses=sorted(promise.pauses),
        warning_percent=promise.warning_percent,
        reason=promise.reason,
        defined_by=actor,
        defined_at=at,
    )
    _add_targets(terms, promise)
    ClockRecalculation.objects.create(
        reason=f"{terms} begins", terms=terms, requested_by=actor, requested_at=at
    )
    enqueue("desk.recalculate_clocks", not_before=max(terms.holds_from, at))
    return terms


def _add_targets(terms: ServiceLevelTerms, promise: Promise) -> None:
    for (metric, priority), (seconds, calendar) in sorted(promise.targets.items(), key=str):
        ServiceLevelTarget.objects.create(
            terms=terms, metric=metric, priority=priority, seconds=seconds, calendar=calendar
        )


def _last_number(policy: ServiceLevelPolicy, seen: int | None) -> int:
    """Return the number of the last terms; the policy is held, so that no two give the same."""
    present = ServiceLevelPolicy.objects.select_for_update().get(pk=policy.pk)
    if seen is not None and present.version != seen:
        raise Conflict(present)
    last = policy.terms.aggregate(last=Max("number"))["last"] or 0
    if last:
        # Whoever has read the policy before has read other terms.
        present.version += 1
        present.save(update_fields=["version"])
    return last


def _check(promise: Promise) -> None:
    if promise.valid_from < FIRST_DAY:
        raise Refused(f"Terms hold from {FIRST_DAY} at the earliest.")
    if not promise.pauses <= set(PauseReason.values) - {""}:
        raise Refused("A pause is one of the reasons for which a ticket is put on hold.")
    if promise.after_reopening not in ReopeningRule.values:
        raise Refused(f"There is no rule “{promise.after_reopening}” for a reopening.")
    if not 1 <= promise.warning_percent <= 99:  # noqa: PLR2004 — a share in percent
        raise Refused("A warning comes after 1 to 99 percent of the time.")
    _check_targets(promise.targets)


def _check_targets(targets: Mapping[tuple[str, int | None], tuple[int, Calendar]]) -> None:
    for (metric, priority), (seconds, calendar) in targets.items():
        if metric not in ServiceLevelMetric.values or priority not in _PRIORITIES:
            raise Refused(f"There is no target for “{metric}” and priority {priority}.")
        if not 0 < seconds <= _LONGEST:
            raise Refused("A time is longer than nothing and at most a year.")
        if not working_calendar(calendar).goes_on:
            raise Refused(f"{calendar} is never open: nothing would ever be due on it.")
