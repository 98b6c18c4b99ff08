"""The acts on targets."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db import IntegrityError
from django.db.models import Q

from quarterdeck.core.acts import verb
from quarterdeck.core.errors import Conflict, Refused
from quarterdeck.core.measures import Measure, Scope, measure_of
from quarterdeck.core.models import Account, Person
from quarterdeck.scorecard import rules
from quarterdeck.scorecard.models import Target

_ONE_DAY = timedelta(days=1)


@verb
def set_target(
    *,
    measure: str,
    scope: Scope,
    value: Decimal,
    warning: Decimal | None = None,
    owner: Person,
    valid_from: date,
    reason: str = "",  # noqa: ARG001 — the act keeps it
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> Target:
    """Let a measure have this target from a day on; the targets before it end on the day before.

    `value` and `warning` are in the measure's unit; a warning is given on the good side of the
    value. A target that should have begun on that day or later never comes into force.
    """
    _ask_steering(actor)
    _check(measure_of(measure), value, warning)
    standing = Target.objects.select_for_update().of(measure, str(scope))
    for before in standing.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from)):
        before.valid_to = valid_from - _ONE_DAY
        before.version += 1
        before.save(update_fields=["valid_to", "version"])
    try:
        return Target.objects.create(
            measure=measure,
            scope=str(scope),
            value=value,
            warning=warning,
            owner=owner,
            valid_from=valid_from,
        )
    except IntegrityError as problem:
        raise Refused("Somebody else has set this target meanwhile; look at it first.") from problem


@verb
def end_target(
    *,
    target: Target,
    last_day: date,
    version: int,
    reason: str = "",  # noqa: ARG001 — the act keeps it
    actor: Account,
    at: datetime,  # noqa: ARG001 — the act is dated so
) -> Target:
    """Let a target hold until a day and no longer; from then on nothing is judged by it."""
    _ask_steering(actor)
    row = Target.objects.select_for_update().get(pk=target.pk)
    if row.version != version:
        raise Conflict(row)
    if row.valid_to is not None:
        raise Refused(f"This target has ended already, on {row.valid_to}.")
    if last_day < row.valid_from:
        raise Refused(f"This target began on {row.valid_from}; it cannot end before that.")
    row.valid_to = last_day
    row.version += 1
    row.save(update_fields=["valid_to", "version"])
    return row


def _ask_steering(actor: Account) -> None:
    if not rules.may_set_targets(actor):
        raise Refused("You may not set targets.")


def _check(measure: Measure, value: Decimal, warning: Decimal | None) -> None:
    """Refuse what the measure can never be, and a warning that would come too late."""
    for amount in (value, warning):
        if amount is not None and not rules.can_be_target(measure, Fraction(amount)):
            raise Refused(f"“{measure.title}” cannot be {amount}: expected a {measure.unit} of it.")
    if warning is not None and not rules.is_at_least_as_good(
        measure, Fraction(warning), Fraction(value)
    ):
        side = "at most" if measure.better == "lower" else "at least"
        raise Refused(f"A warning comes before the target is missed: expected {side} the target.")
