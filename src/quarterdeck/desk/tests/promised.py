"""Service levels for tests: one policy for all, and short ways to clocks."""

from datetime import UTC, date, datetime
from typing import Any

from quarterdeck.core.models import Account
from quarterdeck.desk.models import ServiceLevelClock, ServiceLevelPolicy, Ticket
from quarterdeck.desk.verbs.service_levels import Promise, add_service_level_policy
from quarterdeck.office.queries import calendar_named

HOUR = 3600
# A Friday; the tests' tickets are opened on the Monday after it.
FRIDAY = datetime(2016, 4, 1, 9, tzinfo=UTC)
RESOLUTION, RESPONSE, UPDATE = "resolution", "response", "update"


def promise(hours: dict[str, float], calendar: str = "", **given: Any) -> Promise:
    """The same hours for every priority, on the usual calendar, from that Friday on."""
    on = calendar_named(calendar)
    targets = {
        (metric, priority): (int(each * HOUR), on)
        for metric, each in hours.items()
        for priority in range(1, 6)
    }
    return Promise(**{"valid_from": date(2016, 4, 1), "targets": targets, **given})


def promised(
    hours: dict[str, float], *, actor: Account, at: datetime = FRIDAY, **given: Any
) -> ServiceLevelPolicy:
    """A policy for all tickets."""
    return add_service_level_policy(
        name="Everybody", promise=promise(hours, **given), actor=actor, at=at
    )


def the_clock(ticket: Ticket, metric: str = RESOLUTION) -> ServiceLevelClock:
    """The last clock of a ticket for one metric."""
    return ServiceLevelClock.objects.filter(ticket=ticket, metric=metric).order_by("-number")[0]
