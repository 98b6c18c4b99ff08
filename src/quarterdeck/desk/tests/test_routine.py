"""Routine is defined from a day on; another definition starts another series."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from quarterdeck.core.directory import add_account
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import fingerprints, touch
from quarterdeck.core.measures import Reading, Scope, Terms, measure_of, take
from quarterdeck.core.models import Account
from quarterdeck.core.tests.fixtures import Given
from quarterdeck.desk.models import Category, CategoryAlias, RoutineDefinition
from quarterdeck.desk.queries.routine import in_words, routine_at, routine_series
from quarterdeck.desk.tests.web_cast import Desk, add_tickets, open_desk
from quarterdeck.desk.verbs.categories import explain_categories
from quarterdeck.desk.verbs.routine import define_routine
from quarterdeck.office.models import Organisation
from quarterdeck.office.queries import period_named
from quarterdeck.office.verbs.period_rules import change_zone

AT = datetime(2016, 6, 1, 9, tzinfo=UTC)
APRIL_FIRST = date(2016, 4, 1)
IN_MARCH, IN_APRIL = datetime(2016, 3, 29, 16, tzinfo=UTC), datetime(2016, 4, 5, 16, tzinfo=UTC)

pytestmark = pytest.mark.django_db

Define = Callable[..., RoutineDefinition]


@pytest.fixture
def desk() -> Desk:
    return open_desk()


@pytest.fixture
def define(operator: Account) -> Define:
    """Define routine as the operator: incidents and requests of priority 2, unless told."""

    def define(**given: Any) -> RoutineDefinition:
        usual: dict[str, Any] = {
            "kinds": ["incident", "request"],
            "priorities": [2],
            "valid_from": APRIL_FIRST,
        }
        return define_routine(**(usual | given), actor=operator, at=AT)

    return define


def fixed(desk: Desk, at: datetime, **given: Any) -> None:
    """Add one ticket that was fixed at an instant, an hour after its report."""
    opened = at.replace(hour=at.hour - 1)
    columns = {"opened_at": opened, "first_fix_at": at, "last_fix_at": at, "ended_at": at}
    add_tickets(desk, 1, **(columns | given))


def read(period: str) -> Reading:
    measure = measure_of("desk.cycle_time_calendar")
    return take(measure, period_named(period).span, Scope(), Terms(AT))


def left_out(reading: Reading) -> dict[str, int]:
    return {exclusion.reason: exclusion.n for exclusion in reading.excluded}


def test_at_first_incidents_and_requests_of_priority_3_or_4_are_routine() -> None:
    assert read("2016-03").parameters["routine"] == (
        "incidents and service requests of priority 3 or 4 at their last event"
    )


def test_a_period_is_read_by_the_definition_that_held_when_it_began(
    desk: Desk, define: Define
) -> None:
    for priority in (2, 3, 3):
        fixed(desk, IN_MARCH, priority=priority)
        fixed(desk, IN_APRIL, priority=priority)

    define()

    assert (read("2016-03").n, read("2016-04").n) == (2, 1)


def test_a_quarter_in_which_the_definition_changes_is_read_by_the_old_one(
    desk: Desk, define: Define
) -> None:
    fixed(desk, IN_APRIL, priority=3)

    define(valid_from=date(2016, 5, 1))

    assert read("2016-Q2").n == 1


def test_a_reading_names_its_definition(define: Define) -> None:
    definition = define()

    assert (
        read("2016-04").parameters["routine defined"]
        == f"Definition {definition.pk}, from 2016-04-01"
    )


def test_of_two_definitions_from_the_same_day_the_later_one_counts(define: Define) -> None:
    define()
    later = define(priorities=[1])

    assert routine_at(datetime(2016, 4, 1, tzinfo=UTC)) == later


def test_a_definition_holds_from_the_day_as_the_organisations_zone_begins_it(
    define: Define, operator: Account
) -> None:
    own = Organisation.objects.get()
    change_zone(organisation=own, zone="Asia/Tokyo", actor=operator, at=AT)

    define()

    march = read("2016-03").parameters["routine"]
    april = read("2016-04").parameters["routine"]
    assert (march == april, "priority 2" in april) == (False, True)


def test_each_ticket_left_out_has_one_reason(desk: Desk, define: Define) -> None:
    define(kinds=["incident"], priorities=[2, 3], excluded_categories=["Toner"])
    fixed(desk, IN_APRIL, priority=3)
    fixed(desk, IN_APRIL, priority=3, category="Toner")
    fixed(desk, IN_APRIL, priority=5, category="Toner")
    fixed(desk, IN_APRIL, priority=5)
    fixed(desk, IN_APRIL, priority=None)
    fixed(desk, IN_APRIL, kind="request")
    fixed(desk, IN_APRIL, opened_at=IN_APRIL.replace(hour=20))

    reading = read("2016-04")

    assert (reading.n, left_out(reading)) == (
        1,
        {
            "Not routine: a service request or a problem": 1,
            "Not routine: its category is left out": 2,
            "Not routine: its priority is neither 2 nor 3": 1,
            "Its priority is not known": 1,
            "The fix is dated before the report": 1,
        },
    )


@pytest.fixture
def printer(given: Given) -> Category:
    """A category with one below it, and what a source calls them."""
    with given():
        top = Category.objects.create(name="Printer")
        Category.objects.create(name="Toner", parent=top)
        CategoryAlias.objects.create(source="tool", text="PRN", category=top)
    return top


@pytest.mark.parametrize(
    ("given_to_ticket", "counted"),
    [
        ({"category": "Printer"}, 0),
        ({"category": "Printer / Toner"}, 0),
        ({"category": "Printers"}, 1),
        ({"category": "PRN", "source": "tool"}, 0),
        ({"category": "PRN", "source": "elsewhere"}, 1),
        ({"category": "Printer", "true_category": "Network"}, 1),
        ({"category": "Network", "true_category": "Printer / Toner"}, 0),
        ({"category": "Network", "true_category": "PRN", "source": "tool"}, 0),
    ],
)
def test_a_category_of_ours_is_left_out_whatever_a_source_calls_it(
    desk: Desk, define: Define, printer: Category, given_to_ticket: dict[str, str], counted: int
) -> None:
    define(excluded_trees=[printer], priorities=[3])
    fixed(desk, IN_APRIL, priority=3, **given_to_ticket)

    reading = read("2016-04")

    assert (reading.n, left_out(reading)) == (
        counted,
        {} if counted else {"Not routine: its category is left out": 1},
    )


def test_where_a_category_is_renamed_older_tickets_stay_left_out(
    desk: Desk, define: Define, printer: Category, given: Given
) -> None:
    define(excluded_trees=[printer], priorities=[3])
    fixed(desk, IN_APRIL, priority=3, category="Printer / Toner")
    with given():
        printer.name = "Printing"
        printer.save()
    fixed(desk, IN_APRIL, priority=3, category="Printing")

    assert read("2016-04").n == 0


def test_another_meaning_of_a_text_makes_the_months_stale_that_it_bears_on(
    define: Define, printer: Category, operator: Account, given: Given
) -> None:
    with given():
        touch("desk.tickets", IN_MARCH, IN_MARCH)
    define(excluded_trees=[printer])

    explain_categories(meanings={("tool", "Laser"): printer}, actor=operator, at=AT)

    changed = fingerprints(["desk.tickets"], datetime(2016, 1, 1, tzinfo=UTC), AT)["desk.tickets"]
    assert changed == {date(2016, 3, 1): 1, **{date(2016, month, 1): 2 for month in (4, 5, 6)}}


def test_a_definition_is_put_into_words(define: Define) -> None:
    definition = define(
        kinds=["request"], priorities=[5, 4, 3], excluded_categories=["Toner", " ", "Toner"]
    )

    assert in_words(definition) == (
        "service requests of priority 3, 4 or 5 at their last event, without the categories “Toner”"
    )


def test_a_definition_names_our_categories_and_how_tickets_are_sorted(
    define: Define, printer: Category
) -> None:
    assert in_words(define(excluded_trees=[printer], excluded_categories=["PRN"])).endswith(
        "without the categories “PRN” and “Printer” and below,"
        " by what tickets turned out to be, or else by what they looked like"
    )


def test_readings_from_that_day_on_are_stale_and_earlier_ones_are_not(
    define: Define, given: Given
) -> None:
    with given():
        touch("desk.tickets", IN_MARCH, IN_MARCH)
    define()

    changed = fingerprints(["desk.tickets"], datetime(2016, 1, 1, tzinfo=UTC), AT)["desk.tickets"]
    assert changed == {date(2016, month, 1): 1 for month in (3, 4, 5, 6)}


def test_a_definition_tells_nothing_of_months_before_the_first_record(
    define: Define, given: Given
) -> None:
    with given():
        touch("desk.tickets", AT, AT)
    define(valid_from=date(2010, 1, 1))

    changed = fingerprints(["desk.tickets"], datetime(2010, 1, 1, tzinfo=UTC), AT)["desk.tickets"]
    assert changed == {date(2016, 6, 1): 2}


@pytest.mark.parametrize(
    "given",
    [
        {"kinds": []},
        {"kinds": ["wish"]},
        {"priorities": []},
        {"priorities": [0]},
        {"priorities": [6]},
    ],
)
def test_a_definition_that_counts_nothing_is_refused(define: Define, given: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="at least one kind, and a priority from 1 to 5"):
        define(**given)


def test_others_define_nothing(operator: Account) -> None:
    other = add_account(username="ada", actor=operator, at=AT)

    with pytest.raises(Refused, match="You may not change the settings"):
        define_routine(
            valid_from=APRIL_FIRST, kinds=["incident"], priorities=[3], actor=other, at=AT
        )


def test_periods_are_named_by_the_definition_that_they_are_read_by(define: Define) -> None:
    first = RoutineDefinition.objects.get()
    second = define()

    assert routine_series([IN_MARCH, IN_APRIL]) == [str(first), str(second)]
