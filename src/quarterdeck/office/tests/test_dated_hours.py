"""Opening hours hold from a day on; what changes the past is meant, named and told."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Refused
from quarterdeck.core.evidence import fingerprints, touch
from quarterdeck.core.models import Account, Announcement
from quarterdeck.office.models import Calendar, CalendarHours, Organisation
from quarterdeck.office.queries import (
    NOBODY_HAS_SAID,
    calendar_parameters,
    hours_known,
    working_calendar,
)
from quarterdeck.office.verbs.calendars import (
    CALENDAR_CHANGED,
    add_calendar,
    add_holiday,
    add_holidays,
    confirm_openings,
    remove_holiday,
    set_openings,
)
from quarterdeck.office.verbs.period_rules import change_zone
from quarterdeck.office.verbs.settings import change_organisation
from quarterdeck.ui.markup import stamp

# A Monday; the calendar is open from nine to five on weekdays.
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = date(2026, 3, 2)
NINE, ONE, FIVE = 9 * 60, 13 * 60, 17 * 60
FULL = [(day, NINE, FIVE) for day in range(5)]
HALF = [(day, NINE, ONE) for day in range(5)]
HOUR = 3600

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(operator: Account) -> Calendar:
    return add_calendar(
        key="office", name="Office", zone="Europe/London", openings=FULL, actor=operator, at=AT
    )


@pytest.fixture
def recorded(operator: Account) -> None:
    """Something is recorded of February and March."""
    with acting(actor=operator, verb_name="test.record", at=AT):
        touch("desk.tickets", datetime(2026, 2, 1, tzinfo=UTC), AT)


def halved(calendar: Calendar, actor: Account, day: date, **given: Any) -> CalendarHours:
    usual = {"openings": HALF, "valid_from": day, "reason": "Fewer people", "actor": actor}
    return set_openings(calendar=calendar, **{**usual, "at": AT, **given})


def hours_of_week(calendar: Calendar, monday: date) -> float:
    start = datetime(monday.year, monday.month, monday.day, tzinfo=UTC)
    return (
        working_calendar(calendar).business_seconds(start, start.replace(day=start.day + 7)) / HOUR
    )


def told() -> list[tuple[str, bool]]:
    news = Announcement.objects.filter(topic=CALENDAR_CHANGED).order_by("pk")
    return [(each.payload["told"], each.payload["is_ahead"]) for each in news]


@pytest.mark.usefixtures("recorded")
def test_days_before_other_hours_are_counted_as_they_were(
    office: Calendar, operator: Account
) -> None:
    halved(office, operator, date(2026, 3, 11))

    # Wednesday the 11th is the first short day of its week.
    weeks = [hours_of_week(office, date(2026, 3, day)) for day in (2, 9, 16)]
    assert weeks == [40, 2 * 8 + 3 * 4, 20]
    assert told() == [("Hours 2, from 2026-03-11", True)]


def test_of_hours_from_the_same_day_the_later_ones_count(
    office: Calendar, operator: Account
) -> None:
    halved(office, operator, TODAY)
    halved(office, operator, TODAY, openings=[(0, NINE, FIVE)])

    assert hours_of_week(office, TODAY) == 8


def test_hours_hold_until_those_of_a_later_day(office: Calendar, operator: Account) -> None:
    halved(office, operator, date(2026, 3, 16))
    halved(office, operator, date(2026, 3, 9), openings=[])

    assert [hours_of_week(office, date(2026, 3, day)) for day in (2, 9, 16)] == [40, 0, 20]


def test_a_reading_names_the_newest_hours_that_count_in_it(
    office: Calendar, operator: Account
) -> None:
    halved(office, operator, date(2026, 3, 11))

    named = [
        calendar_parameters(office, datetime(2026, 3, day, 23, 59, tzinfo=UTC))["hours"]
        for day in (10, 11)
    ]
    assert named == ["Hours 1", "Hours 2, from 2026-03-11: Fewer people"]


@pytest.mark.usefixtures("recorded")
def test_the_past_changes_only_where_that_is_meant(office: Calendar, operator: Account) -> None:
    month = date(2026, 2, 1)
    spans = datetime(2026, 2, 1, tzinfo=UTC), AT
    before = fingerprints(["desk.tickets"], *spans)["desk.tickets"]

    with pytest.raises(Refused, match="2026-02-16 is past: say that you correct the past"):
        halved(office, operator, date(2026, 2, 16))
    halved(office, operator, date(2026, 2, 16), corrects_past=True)

    after = fingerprints(["desk.tickets"], *spans)["desk.tickets"]
    assert (before[month], after[month]) == (1, 2)
    assert [hours_of_week(office, date(2026, 2, day)) for day in (9, 16)] == [40, 20]
    assert told() == [("Hours 2, from 2026-02-16", False)]


def test_where_nothing_is_recorded_no_past_is_corrected(
    office: Calendar, operator: Account
) -> None:
    halved(office, operator, date(1970, 1, 1), reason="")

    assert hours_of_week(office, TODAY) == 20


@pytest.mark.usefixtures("recorded")
def test_the_first_openings_of_a_calendar_hold_for_all_days(operator: Account) -> None:
    new = add_calendar(key="new", name="New", zone="Europe/London", actor=operator, at=AT)

    set_openings(calendar=new, openings=FULL, actor=operator, at=AT)
    set_openings(calendar=new, openings=HALF, reason="Fewer people", actor=operator, at=AT)

    assert [hours_of_week(new, date(2026, *day)) for day in ((2, 16), (3, 2))] == [40, 20]


def test_a_calendar_that_was_ever_open_never_closes_for_good(
    office: Calendar, operator: Account
) -> None:
    with pytest.raises(Refused, match="Office would be closed for good from 2026-03-09 on"):
        halved(office, operator, date(2026, 3, 9), openings=[])

    assert office.hours.count() == 1


def test_a_calendar_that_is_never_open_is_not_the_usual_one(operator: Account) -> None:
    new = add_calendar(key="new", name="New", zone="UTC", actor=operator, at=AT)

    with pytest.raises(Refused, match="New is never open: give it opening hours first"):
        change_organisation(
            organisation=Organisation.objects.get(), calendar=new, actor=operator, at=AT
        )


@pytest.mark.usefixtures("recorded")
def test_what_changes_today_is_not_all_still_to_come(office: Calendar, operator: Account) -> None:
    halved(office, operator, TODAY)
    halved(office, operator, date(2026, 3, 3), openings=FULL)
    add_holiday(calendar=office, day=TODAY, actor=operator, at=AT)

    assert told() == [
        ("Hours 2, from 2026-03-02", False),
        ("Hours 3, from 2026-03-03", True),
        ("holiday 2026-03-02 added", False),
    ]


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"openings": FULL}, "These hours hold on 2026-03-02 already"),
        ({"reason": " "}, "Say why"),
        ({"valid_from": date(1969, 12, 31)}, "from 1970-01-01 at the earliest"),
        ({"zone": "Europe/Bonn"}, "Unknown time zone"),
        ({"zone": "Europe/Paris", "valid_from": date(2026, 3, 3)}, "from today at the latest"),
    ],
    ids=["the same", "no reason", "too early", "no zone", "another zone from tomorrow on"],
)
def test_hours_that_cannot_be_are_refused(
    office: Calendar, operator: Account, given: dict[str, Any], match: str
) -> None:
    with pytest.raises(Refused, match=match):
        halved(office, operator, TODAY, **given)

    assert office.hours.count() == 1


@pytest.mark.usefixtures("recorded")
def test_a_calendar_moves_to_another_zone_from_a_day_on(
    office: Calendar, operator: Account
) -> None:
    halved(office, operator, TODAY, openings=FULL, zone="America/New_York")

    # Friday's hours were those of London; Monday's begin at nine in New York, five hours later.
    counted = working_calendar(office)
    opens = [
        counted.is_open(datetime(2026, *day, hour, tzinfo=UTC))
        for day, hour in (((2, 27), 9), ((3, 2), 9), ((3, 2), 14), ((3, 2), 21))
    ]
    office.refresh_from_db()
    assert (opens, office.zone) == ([True, False, True, True], "America/New_York")


@pytest.mark.usefixtures("office")
def test_calendars_that_nobody_has_said_follow_the_organisations_zone(operator: Account) -> None:
    standard = Calendar.objects.get(key="standard")
    halved(standard, operator, date(1970, 1, 1), reason="")

    change_zone(
        organisation=Organisation.objects.get(),
        zone="Europe/Berlin",
        reason="Moved",
        actor=operator,
        at=AT,
    )

    zones = dict(Calendar.objects.values_list("key", "zone"))
    assert zones == {
        "standard": "UTC",
        "around-the-clock": "Europe/Berlin",
        "office": "Europe/London",
    }
    always = Calendar.objects.get(key="around-the-clock")
    assert working_calendar(always).zone == "Europe/Berlin"


@pytest.mark.usefixtures("recorded")
def test_once_something_is_recorded_no_calendar_moves_by_itself(operator: Account) -> None:
    change_zone(
        organisation=Organisation.objects.get(),
        zone="Europe/Berlin",
        reason="Moved",
        actor=operator,
        at=AT,
    )

    assert set(Calendar.objects.values_list("zone", flat=True)) == {"UTC"}


@pytest.mark.usefixtures("recorded")
def test_a_holiday_to_come_is_no_other_series(office: Calendar, operator: Account) -> None:
    added = add_holidays(calendar=office, holidays={date(2026, 5, 1): "May"}, actor=operator, at=AT)

    assert (added, office.hours.count()) == ((1, None), 1)
    assert told() == [("holiday 2026-05-01 added", True)]


@pytest.mark.usefixtures("recorded")
def test_holidays_of_the_past_get_hours_of_their_own_where_others_held(
    office: Calendar, operator: Account
) -> None:
    halved(office, operator, date(2026, 2, 23), corrects_past=True)
    # A Sunday, a Monday and a Tuesday of the old hours, a Wednesday of the new, one to come.
    days = [date(2026, 2, day) for day in (8, 9, 10, 25)] + [date(2026, 5, 1)]

    added = add_holidays(
        calendar=office, holidays=dict.fromkeys(days, "Fair"), actor=operator, at=AT
    )

    given = list(office.hours.order_by("number").values_list("valid_from", "reason"))[2:]
    assert added == (5, date(2026, 2, 9))
    assert given == [
        (date(2026, 2, 9), "holiday 2026-02-09 and 1 more added"),
        (date(2026, 2, 25), "holiday 2026-02-25 added"),
    ]
    assert [hours_of_week(office, date(2026, 2, day)) for day in (9, 16)] == [24, 40]


@pytest.mark.usefixtures("recorded")
def test_a_holiday_of_the_past_that_is_removed_is_told_too(
    office: Calendar, operator: Account
) -> None:
    fair = add_holiday(calendar=office, day=date(2026, 2, 9), actor=operator, at=AT)

    since = remove_holiday(holiday=fair, actor=operator, at=AT)

    reasons = list(office.hours.order_by("number").values_list("reason", flat=True))
    assert since == date(2026, 2, 9)
    assert reasons == ["", "holiday 2026-02-09 added", "holiday 2026-02-09 removed"]


def test_a_holiday_is_added_once(office: Calendar, operator: Account) -> None:
    add_holiday(calendar=office, day=TODAY, actor=operator, at=AT)

    with pytest.raises(Refused, match="2026-03-02 is a holiday of Office already"):
        add_holiday(calendar=office, day=TODAY, actor=operator, at=AT)


@pytest.mark.usefixtures("recorded")
def test_hours_that_were_assumed_are_confirmed_and_stay_of_one_series(operator: Account) -> None:
    standard = Calendar.objects.get(key="standard")
    add_holiday(calendar=standard, day=date(2026, 2, 9), actor=operator, at=AT)
    january, march = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 3))
    before = [calendar_parameters(standard, each) for each in (january, march)]

    confirm_openings(calendar=standard, actor=operator, at=AT)

    after = [calendar_parameters(standard, each) for each in (january, march)]
    assert [each["assumed"] for each in before] == [NOBODY_HAS_SAID] * 2
    assert after == [
        {name: each[name] for name in ("time", "calendar", "hours")} for each in before
    ]
    with pytest.raises(Refused, match="Somebody has said already"):
        confirm_openings(calendar=standard, actor=operator, at=AT)


def test_hours_and_holidays_of_all_days_are_one_question(
    office: Calendar, operator: Account
) -> None:
    halved(office, operator, date(2026, 3, 11))
    add_holiday(calendar=office, day=TODAY, actor=operator, at=AT)

    with CaptureQueriesContext(connection) as asked:
        known = hours_known(office)

    assert len(asked) == 1
    assert ([each.number for each in known.hours], known.holidays) == (
        [1, 2],
        frozenset([TODAY.toordinal()]),
    )


def test_the_page_tells_confirmed_hours_once_and_who_said_them(
    client: Client, operator: Account
) -> None:
    client.force_login(operator)
    own = Organisation.objects.get().calendar
    address = reverse("office.calendar.detail", args=[own.pk])
    before = client.get(address).content.decode()

    confirm_openings(calendar=own, actor=operator, at=AT)

    after = client.get(address).content.decode()
    said = f"{stamp(AT)} by {operator}"
    assert [(page.count("The beginning"), said in page) for page in (before, after)] == [
        (1, False),
        (1, True),
    ]
    assert ("Assumed" in before, "Assumed" in after) == (True, False)


def test_the_page_tells_who_said_the_first_hours_of_a_calendar(
    client: Client, office: Calendar, operator: Account
) -> None:
    client.force_login(operator)

    page = client.get(reverse("office.calendar.detail", args=[office.pk])).content.decode()

    assert f"{stamp(AT)} by {operator}" in page
