"""What other opening hours do to the desk's figures and clocks."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from quarterdeck.core.acts import acting
from quarterdeck.core.evidence import touch
from quarterdeck.core.measures import Reading, Scope, Terms, measure_of, take
from quarterdeck.core.models import Account
from quarterdeck.core.outbox import deliver_due
from quarterdeck.desk import reactions  # noqa: F401 — a worker has them, and so do these tests
from quarterdeck.desk.jobs import recalculate_clocks
from quarterdeck.desk.models import ClockChange, ClockRecalculation
from quarterdeck.desk.tests.promised import RESOLUTION, promised
from quarterdeck.desk.tests.web_cast import add_tickets, open_desk
from quarterdeck.desk.tests.work_cast import opened, staffed_desk
from quarterdeck.office.models import CalendarHours
from quarterdeck.office.queries import calendar_named, period_named
from quarterdeck.office.verbs.calendars import set_openings

NOW = datetime(2016, 6, 1, 9, tzinfo=UTC)
HOUR = 3600

pytestmark = pytest.mark.django_db


def at(day: int, hour: int) -> datetime:
    return datetime(2016, 4, day, hour, tzinfo=UTC)


def opens(start: int, end: int, day: date, actor: Account, **given: Any) -> CalendarHours:
    """Open the usual calendar on weekdays from one full hour to another, from a day on."""
    usual = {"openings": [(number, start * 60, end * 60) for number in range(5)], "reason": "Few"}
    return set_openings(calendar=calendar_named(""), valid_from=day, **(usual | given), actor=actor)


def read(key: str, period: str) -> Reading:
    return take(measure_of(key), period_named(period).span, Scope(), Terms(NOW))


def test_the_time_of_a_ticket_over_a_change_is_counted_by_both_hours(operator: Account) -> None:
    # On Thursday from 16:00 to 18:00, on Friday and Monday from 09:00 to 10:00.
    start, end = datetime(2016, 3, 31, 16, tzinfo=UTC), at(4, 12)
    add_tickets(
        open_desk(), 1, opened_at=start, first_fix_at=end, last_fix_at=end, ended_at=end, priority=3
    )
    with acting(actor=operator, verb_name="test.record", at=NOW):
        touch("desk.tickets", start, end)

    opens(9, 10, date(2016, 4, 1), operator, corrects_past=True, at=NOW)

    march, april = (read("desk.cycle_time", month) for month in ("2016-03", "2016-04"))
    assert april.value == 4 * HOUR
    assert (march.parameters["hours"], april.parameters["hours"]) == (
        "Hours 1",
        "Hours 2, from 2016-04-01: Few",
    )


def test_running_clocks_follow_hours_to_come(operator: Account) -> None:
    promised({RESOLUTION: 12}, actor=operator)
    recalculate_clocks.call()
    # Nine hours of Monday, and three of Tuesday.
    ticket = opened(staffed_desk())
    assert ticket.due_at == at(5, 11)

    opens(10, 18, date(2016, 4, 5), operator, at=at(4, 12))
    deliver_due(at=NOW)
    recalculate_clocks.call()

    ticket.refresh_from_db()
    found = ClockRecalculation.objects.latest("pk")
    [change] = ClockChange.objects.filter(recalculation=found)
    assert (found.state, ticket.due_at) == ("applied", at(5, 13))
    assert (change.due_before, change.due_after) == (at(5, 11), at(5, 13))
    assert found.reason == f"{calendar_named('')}: Hours 2, from 2016-04-05"


def test_a_correction_of_the_past_waits_for_a_decision(operator: Account) -> None:
    promised({RESOLUTION: 12}, actor=operator)
    recalculate_clocks.call()
    ticket = opened(staffed_desk())

    opens(10, 18, date(2016, 4, 4), operator, corrects_past=True, at=at(5, 9))
    deliver_due(at=NOW)
    recalculate_clocks.call()

    ticket.refresh_from_db()
    found = ClockRecalculation.objects.latest("pk")
    assert (found.state, found.counts, ticket.due_at) == (
        "examined",
        {"due later": 1},
        at(5, 11),
    )


def test_a_calendar_on_which_nothing_is_promised_moves_no_clock(operator: Account) -> None:
    opens(10, 18, date(2016, 4, 5), operator, at=at(4, 12))

    deliver_due(at=NOW)

    assert not ClockRecalculation.objects.exists()
