"""Time on tickets is recorded, corrected without being lost, summed up, and read as a measure."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.measures import ORGANISATION, Reading, State, Terms
from quarterdeck.desk.measures.effort import effort_per_ticket
from quarterdeck.desk.models import Ticket, TimeEntry
from quarterdeck.desk.queries.time_spent import time_on, weeks_of
from quarterdeck.desk.tests.test_watching import lead
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person, staffed_desk
from quarterdeck.desk.verbs.tickets import resolve_ticket
from quarterdeck.desk.verbs.time_spent import Work, correct_time, record_time
from quarterdeck.kernels.spans import Span

pytestmark = pytest.mark.django_db

TODAY = MONDAY.date()
LATER = MONDAY + timedelta(hours=4)
APRIL = Span(datetime(2016, 4, 1, tzinfo=UTC), datetime(2016, 5, 1, tzinfo=UTC))
HALF_AN_HOUR = Work(day=TODAY, minutes=30, activity="repair", note="A roller")


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def words(by: str = "nils") -> dict[str, Any]:
    return {"actor": account(by), "at": LATER}


def worked(ticket: Ticket, minutes: int, by: str = "nils", day: date = TODAY) -> TimeEntry:
    return record_time(
        ticket=ticket, work=replace(HALF_AN_HOUR, minutes=minutes, day=day), **words(by)
    )


def resolved(ticket: Ticket) -> Ticket:
    said = {"resolution": "A new roller.", "true_category": "Hardware", **words()}
    return resolve_ticket(ticket=ticket, version=ticket.version, **said)


def read() -> Reading:
    return effort_per_ticket(APRIL, ORGANISATION, Terms(as_of=LATER + timedelta(days=1)))


def test_time_on_a_ticket_adds_up_by_person(desk: Desk) -> None:
    ticket = opened(desk)
    for minutes, by in ((30, "nils"), (45, "vera"), (10, "nils")):
        worked(ticket, minutes, by)

    spent = time_on(ticket)

    assert (spent.minutes, [(p.name, m) for p, m in spent.by_person]) == (
        85,
        [("Vera", 45), ("Nils", 40)],
    )


def test_the_same_sending_records_once(desk: Desk) -> None:
    ticket, once = opened(desk), replace(HALF_AN_HOUR, entry_key="1")

    for _ in range(2):
        record_time(ticket=ticket, work=once, **words())

    assert time_on(ticket).minutes == 30


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"minutes": 0}, "1 to 1,440 minutes"),
        ({"minutes": 1_441}, "1 to 1,440 minutes"),
        ({"day": TODAY + timedelta(days=1)}, "yet to come"),
        ({"activity": "sleep"}, "Choose what was done"),
    ],
    ids=["none", "more-than-a-day", "tomorrow", "no-activity"],
)
def test_what_cannot_be_is_refused(desk: Desk, given: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        record_time(ticket=opened(desk), work=replace(HALF_AN_HOUR, **given), **words())


def test_nobodys_day_is_longer_than_a_day_on_all_tickets_together(desk: Desk) -> None:
    worked(opened(desk), 1_400)

    with pytest.raises(Invalid, match="1,400 minutes of that day"):
        worked(opened(desk), 41)


def test_whoever_does_not_work_on_it_records_nothing(desk: Desk) -> None:
    ticket = opened(desk)

    with pytest.raises(Refused, match="There is no such ticket"):
        worked(ticket, 5, "omar")
    with pytest.raises(Refused, match="may not record time"):
        worked(ticket, 5, "mona")


def test_a_correction_leaves_what_was_recorded_and_counts_the_right_figure(desk: Desk) -> None:
    ticket = opened(desk)
    wrong = worked(ticket, 300)

    right = correct_time(entry=wrong, work=HALF_AN_HOUR, **words())

    rows = TimeEntry.objects.order_by("pk").values_list("minutes", "reverses", "replaces")
    assert list(rows) == [(300, None, None), (-300, wrong.pk, None), (30, None, wrong.pk)]
    assert (time_on(ticket).minutes, list(TimeEntry.objects.standing())) == (30, [right])


def test_what_was_taken_back_is_not_taken_back_again(desk: Desk) -> None:
    entry = worked(opened(desk), 30)
    reversal = correct_time(entry=entry, **words())

    for settled in (entry, reversal):
        with pytest.raises(Refused, match="taken back already"):
            correct_time(entry=settled, **words())


def test_others_entries_are_corrected_by_a_lead_alone(desk: Desk) -> None:
    entry = worked(opened(desk), 30)

    with pytest.raises(Refused, match="may not correct"):
        correct_time(entry=entry, **words("vera"))
    correct_time(entry=entry, actor=lead(), at=LATER)

    assert TimeEntry.objects.standing().count() == 0


def test_the_database_takes_no_entry_that_is_neither_work_nor_takes_back(desk: Desk) -> None:
    row = {"ticket": opened(desk), "person": person("Nils"), "day": TODAY, "activity": "repair"}

    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        acting(actor=desk.operator, verb_name="test.entry", at=LATER),
    ):
        TimeEntry.objects.create(**row, minutes=-5, recorded_by=desk.nils, recorded_at=LATER)


def test_a_week_shows_one_their_own_days_and_a_lead_all_that_they_see(desk: Desk) -> None:
    ticket = opened(desk)
    sunday = TODAY - timedelta(days=1)
    for minutes, by, day in ((30, "nils", TODAY), (20, "nils", sunday), (45, "vera", TODAY)):
        worked(ticket, minutes, by, day)
    leader = lead()

    told = [
        [(row.person.name, row.days) for row in weeks_of(reader, TODAY)]
        for reader in (account("nils"), leader)
    ]

    nils, vera = ("Nils", (30, 0, 0, 0, 0, 0, 0)), ("Vera", (45, 0, 0, 0, 0, 0, 0))
    assert told == [[nils], [nils, vera]]


def test_whoever_reported_a_ticket_does_not_read_how_long_it_took(desk: Desk) -> None:
    """Omar works at the desk; this ticket of another team is his own report."""
    worked(opened(desk, requester=person("Omar")), 30)

    assert [TimeEntry.objects.visible_to(account(n)).count() for n in ("omar", "mona", "vera")] == [
        0,
        0,
        1,
    ]


def test_the_median_counts_what_stands_on_resolved_tickets(desk: Desk) -> None:
    """30 and 90 minutes; what is open, and what was taken back, counts nothing."""
    first, second = opened(desk), opened(desk)
    worked(first, 30)
    worked(second, 60)
    worked(second, 30, "vera")
    correct_time(entry=worked(second, 500), **words())
    for ticket in (first, second):
        resolved(ticket)
    worked(opened(desk), 200)

    reading = read()

    told = reading.value, reading.n, reading.parameters["tickets with recorded time"]
    assert told == (Fraction(60 * 60), 2, "2 of 2")


@pytest.mark.parametrize(
    ("without", "state", "value"),
    [(1, State.VALUE, 30 * 60), (2, State.NOT_ENOUGH_EVIDENCE, None)],
    ids=["one-half", "one-third"],
)
def test_less_than_half_is_no_evidence(
    desk: Desk, without: int, state: State, value: int | None
) -> None:
    ticket = opened(desk)
    worked(ticket, 30)
    for each in (ticket, *(opened(desk) for _ in range(without))):
        resolved(each)

    reading = read()

    assert (reading.state, reading.value) == (state, value)
    assert {each.reason: each.n for each in reading.excluded}[
        "Unknown: no time was recorded on it"
    ] == without


def test_time_is_recorded_and_corrected_on_the_pages(client: Client, desk: Desk) -> None:
    ticket = opened(desk)
    client.force_login(desk.nils)
    sent = {"day": TODAY, "minutes": 90, "activity": "repair", "note": "", "entry_key": "1"}
    with time_machine.travel(LATER, tick=False):
        client.post(f"/desk/tickets/{ticket.pk}/time/record", sent)
        entry = TimeEntry.objects.get()
        too_late = {**sent, "day": TODAY + timedelta(days=1), "entry_key": "2"}
        refused = client.post(f"/desk/tickets/{ticket.pk}/time/record", too_late)
        right = {**sent, "minutes": 60, "entry_key": "3"}
        client.post(f"/desk/time-entries/{entry.pk}/correct", right)
        page = client.get(f"/desk/tickets/{ticket.pk}/time").content.decode()

    told = refused.status_code, "yet to come" in refused.content.decode(), "3 entries" in page
    assert (told, time_on(ticket).minutes) == ((422, True, True), 60)


def test_a_figure_of_the_week_leads_to_its_entries(
    client: Client, desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ticket = opened(desk)
    for minutes, by, day in ((31, "nils", TODAY), (45, "vera", TODAY)):
        worked(ticket, minutes, by, day)
    worked(ticket, 77, "nils", TODAY - timedelta(days=1))
    client.force_login(lead())

    with time_machine.travel(LATER, tick=False), django_assert_num_queries(7):
        week = client.get("/desk/time").content.decode()
    address = f"/desk/time-entries/?person={person('Nils').pk}&day_from={TODAY}&day_until={TODAY}"
    rows = client.get(address).content.decode()

    assert address.replace("&", "&amp;") in week
    assert [f">{minutes}<" in rows for minutes in (31, 45, 77)] == [True, False, False]
