"""The backlog counts a ticket for the team and the service that it had at the instant counted."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from quarterdeck.core.acts import acting
from quarterdeck.core.directory import found_unit, move_unit
from quarterdeck.core.measures import Scope
from quarterdeck.core.models import Team, Unit
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.tests.incident_log import reading
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import account, opened, staffed_desk
from quarterdeck.desk.verbs.ticket_details import set_service
from quarterdeck.desk.verbs.tickets import assign_ticket, reopen_ticket, resolve_ticket
from quarterdeck.services.models import Service

pytestmark = pytest.mark.django_db

HOUR = 3600
UNITS = ("Our organisation", "North", "East", "West")


def april(day: int, hour: int) -> datetime:
    return datetime(2016, 4, day, hour, tzinfo=UTC)


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def moved(desk: Desk, team: Team, unit: Unit, at: datetime) -> None:
    """Let a team belong to another unit from an instant on."""
    with acting(actor=desk.operator, verb_name="test.move", at=at):
        Team.objects.filter(pk=team.pk).update(unit=unit)


def handed_to_workplace(desk: Desk, ticket: Ticket, at: datetime) -> Ticket:
    return assign_ticket(
        ticket=ticket,
        version=ticket.version,
        team=desk.workplace,
        actor=desk.operator,
        at=at,
    )


def hours(period: str, scope: str) -> tuple[Fraction, int]:
    """Return the median in business hours, and how many tickets were counted."""
    kind, _, name = scope.partition(":")
    taken = reading("desk.backlog_age", period, scope=Scope(kind, name))
    return Fraction(taken.value or 0) / HOUR, taken.n


def test_a_ticket_that_was_handed_on_later_counts_where_it_was(desk: Desk) -> None:
    # Monday the 4th, 09:00; the calendar is open from 08:00 to 18:00, Monday to Friday.
    handed_to_workplace(desk, opened(desk, at=april(4, 9)), april(7, 12))

    found = {
        (day, team): hours(f"2016-04-{day}..2016-04-{day}", f"team:{team}")
        for day in ("05", "07")
        for team in ("Network", "Workplace")
    }

    # At the end of the 5th: nine hours and ten; of the 7th: twenty more.
    assert found == {
        ("05", "Network"): (Fraction(19), 1),
        ("05", "Workplace"): (Fraction(0), 0),
        ("07", "Network"): (Fraction(0), 0),
        ("07", "Workplace"): (Fraction(39), 1),
    }


def test_what_came_back_meanwhile_counts_where_it_was_in_between(desk: Desk) -> None:
    there = handed_to_workplace(desk, opened(desk, at=april(4, 9)), april(5, 9))
    assign_ticket(
        ticket=there,
        version=there.version,
        team=desk.network,
        actor=desk.operator,
        at=april(6, 9),
    )

    day = "2016-04-05..2016-04-05"
    assert [hours(day, f"team:{name}")[1] for name in ("Network", "Workplace")] == [0, 1]


def test_one_that_is_fixed_and_open_again_elsewhere_counts_only_while_it_was_open(
    desk: Desk,
) -> None:
    ticket = opened(desk, at=april(4, 9))
    words = {"resolution": "Changed the roller.", "true_category": "Hardware"}
    fixed = resolve_ticket(
        ticket=ticket, version=ticket.version, actor=desk.operator, at=april(5, 9), **words
    )
    again = reopen_ticket(
        ticket=fixed, version=fixed.version, reason="No", actor=desk.operator, at=april(7, 9)
    )
    handed_to_workplace(desk, again, april(8, 9))

    days = ["2016-04-04", "2016-04-05", "2016-04-07", "2016-04-08"]
    counted = [
        [hours(f"{day}..{day}", f"team:{name}")[1] for name in ("Network", "Workplace")]
        for day in days
    ]
    assert counted == [[1, 0], [0, 0], [1, 0], [0, 1]]


def test_the_organisations_backlog_is_the_sum_of_its_teams_then(desk: Desk) -> None:
    for day in (4, 5):
        handed_to_workplace(desk, opened(desk, at=april(day, 9)), april(day + 3, 9))
    opened(desk, at=april(6, 9))

    for date in ("2016-04-06", "2016-04-07", "2016-04-08"):
        period = f"{date}..{date}"
        parts = [hours(period, f"team:{name}")[1] for name in ("Network", "Workplace")]
        assert (sum(parts), hours(period, f"unit:{desk.network.unit.name}")[1]) == (3, 3)


def test_a_ticket_that_is_about_another_service_now_counts_for_the_one_it_had(desk: Desk) -> None:
    ticket = opened(desk, at=april(4, 9))
    with acting(actor=desk.operator, verb_name="test.add_service", at=april(4, 9)):
        phones = Service.objects.create(name="Phones", owner=desk.mail.owner)
    set_service(
        ticket=ticket,
        version=ticket.version,
        service=phones,
        actor=account("nils"),
        at=april(6, 10),
    )

    counted = [
        [hours(f"{day}..{day}", f"service:{name}")[1] for name in ("Mail", "Phones")]
        for day in ("2016-04-05", "2016-04-06")
    ]
    assert counted == [[1, 0], [0, 1]]


def test_a_unit_counts_the_teams_that_it_had_at_the_instant(desk: Desk) -> None:
    # Town has North, which has East; Network is in East from the beginning, Workplace in Town.
    town = desk.network.unit
    north = found_unit(name="North", parent=town, actor=desk.operator, at=april(1, 9))
    east = found_unit(name="East", parent=north, actor=desk.operator, at=april(1, 9))
    west = found_unit(name="West", parent=town, actor=desk.operator, at=april(1, 9))
    moved(desk, desk.network, east, april(1, 10))
    for day in (4, 5):
        opened(desk, at=april(day, 9))
    handed_to_workplace(desk, opened(desk, at=april(4, 9)), april(4, 10))

    # On the 6th East goes to West with its team, on the 8th Workplace goes to North.
    move_unit(unit=east, parent=west, actor=desk.operator, at=april(6, 12))
    moved(desk, desk.workplace, north, april(8, 12))

    found = {
        day: [hours(f"2016-04-{day}..2016-04-{day}", f"unit:{name}")[1] for name in UNITS]
        for day in ("04", "05", "06", "07", "08")
    }
    assert found == {
        "04": [2, 1, 1, 0],
        "05": [3, 2, 2, 0],
        "06": [3, 0, 2, 2],
        "07": [3, 0, 2, 2],
        "08": [3, 1, 2, 2],
    }
