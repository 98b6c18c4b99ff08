"""Tickets open by themselves: once for each occurrence, also where workers die or run twice."""

import contextlib
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.models import RoleAssignment
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.jobs import open_recurring
from quarterdeck.desk.models import RecurringOccurrence, RecurringTicket, Ticket
from quarterdeck.desk.tests.escalation_cast import gone
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, person, staffed_desk
from quarterdeck.desk.verbs.recurring import (
    Terms,
    change_recurring_ticket,
    keep_recurring_ticket,
    open_recurring_ticket,
)
from quarterdeck.office.models import OutgoingMail

pytestmark = pytest.mark.django_db

AT_NINE = Terms(
    title="Look after the backups",
    frequency="daily",
    at_time=time(9),
    zone="Europe/Berlin",
    starts_on=MONDAY.date(),
)


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def kept(desk: Desk, at: datetime = MONDAY, **given: Any) -> RecurringTicket:
    """Kept on Monday at 9 UTC, which is 11 in Berlin: the first occurrence is on Tuesday."""
    terms = replace(AT_NINE, team=desk.network, **given)
    return keep_recurring_ticket(terms=terms, actor=desk.ada, at=at)


def at_work(at: datetime) -> None:
    """Let a worker do what is scheduled."""
    with time_machine.travel(at, tick=False):
        open_recurring.func()


def told() -> list[tuple[str, str]]:
    rows = RecurringOccurrence.objects.order_by("due_at")
    return [(f"{each.due_at:%m-%d %H:%M}", each.outcome) for each in rows]


def test_a_ticket_opens_when_it_is_due_and_says_what_was_kept(desk: Desk) -> None:
    kept(desk, service=desk.mail, requester=person("Mona"), impact=1, urgency=1)

    at_work(MONDAY + timedelta(hours=21))
    before = Ticket.objects.count()
    at_work(datetime(2016, 4, 5, 7, tzinfo=UTC))

    ticket = Ticket.objects.get()
    said = ticket.title, ticket.team, ticket.service, ticket.requester, ticket.priority
    known = ("Look after the backups", desk.network, desk.mail, person("Mona"), 1)
    assert (before, said, told()) == (0, known, [("04-05 07:00", "opened")])


def test_whoever_looks_twice_opens_once(desk: Desk) -> None:
    row = kept(desk)
    late = datetime(2016, 4, 5, 7, 30, tzinfo=UTC)

    outcomes = [
        open_recurring_ticket(recurring=row, actor=desk.operator, at=late) for _ in range(2)
    ]

    assert (outcomes[1], Ticket.objects.count()) == (None, 1)


def test_a_worker_that_dies_leaves_all_to_the_next_one(desk: Desk) -> None:
    row, late = kept(desk), datetime(2016, 4, 5, 8, tzinfo=UTC)

    with contextlib.suppress(KeyboardInterrupt), transaction.atomic():
        open_recurring_ticket(recurring=row, actor=desk.operator, at=late)
        raise KeyboardInterrupt
    died = Ticket.objects.count(), told()
    at_work(late)

    assert (died, Ticket.objects.count(), told()) == ((0, []), 1, [("04-05 07:00", "opened")])


def test_after_days_without_a_worker_the_latest_opens_and_the_others_are_named(
    desk: Desk,
) -> None:
    row = kept(desk)

    at_work(datetime(2016, 4, 8, 6, tzinfo=UTC))

    row.refresh_from_db()
    assert told() == [
        ("04-05 07:00", "left_out"),
        ("04-06 07:00", "left_out"),
        ("04-07 07:00", "opened"),
    ]
    assert (Ticket.objects.count(), row.next_at) == (1, datetime(2016, 4, 8, 7, tzinfo=UTC))


def test_the_database_takes_an_occurrence_once(desk: Desk) -> None:
    row = kept(desk)
    same = {"recurring": row, "due_at": MONDAY, "noted_at": MONDAY, "outcome": "left_out"}

    with acting(actor=desk.operator, verb_name="test.twice", at=MONDAY):
        RecurringOccurrence.objects.create(**same)
        with pytest.raises(IntegrityError), transaction.atomic():
            RecurringOccurrence.objects.create(**same)


def test_what_falls_due_in_a_pause_is_not_caught_up(desk: Desk) -> None:
    row = kept(desk)
    words: dict[str, Any] = {"recurring": row, "actor": desk.ada}
    terms = replace(AT_NINE, team=desk.network)
    paused = change_recurring_ticket(
        version=row.version, terms=replace(terms, paused=True), at=MONDAY, **words
    )

    at_work(datetime(2016, 4, 7, 8, tzinfo=UTC))
    back = datetime(2016, 4, 7, 8, tzinfo=UTC)
    change_recurring_ticket(version=paused.version, terms=terms, at=back, **words)
    at_work(datetime(2016, 4, 8, 7, tzinfo=UTC))

    assert told() == [("04-08 07:00", "opened")]


def test_what_is_due_when_somebody_changes_it_still_opens_and_not_if_they_pause_it(
    desk: Desk,
) -> None:
    changed, paused = kept(desk), kept(desk)
    noon = datetime(2016, 4, 5, 12, tzinfo=UTC)
    for row, is_paused in ((changed, False), (paused, True)):
        terms = replace(AT_NINE, team=desk.network, title="Anew", paused=is_paused)
        change_recurring_ticket(
            recurring=row, version=row.version, terms=terms, actor=desk.ada, at=noon
        )

    at_work(noon)

    changed.refresh_from_db()
    assert (told(), Ticket.objects.get().title) == ([("04-05 07:00", "opened")], "Anew")
    assert changed.next_at == datetime(2016, 4, 6, 7, tzinfo=UTC)


def test_one_that_fails_keeps_no_other_from_opening_and_is_named(desk: Desk) -> None:
    broken, _ = kept(desk), kept(desk)
    with acting(actor=desk.operator, verb_name="test.zone", at=MONDAY):
        RecurringTicket.objects.filter(pk=broken.pk).update(zone="Europe/Atlantis")

    with pytest.raises(ExceptionGroup) as failed:
        at_work(datetime(2016, 4, 5, 8, tzinfo=UTC))

    named = [note for each in failed.value.exceptions for note in each.__notes__]
    assert named == [f"The recurring ticket {broken.pk}, “Look after the backups”."]
    assert (Ticket.objects.count(), told()) == (1, [("04-05 07:00", "opened")])


def test_nothing_opens_after_the_last_day(desk: Desk) -> None:
    kept(desk, ends_on=datetime(2016, 4, 5, tzinfo=UTC).date())

    for day in range(5, 9):
        at_work(datetime(2016, 4, day, 12, tzinfo=UTC))

    assert (told(), RecurringTicket.objects.active().count()) == ([("04-05 07:00", "opened")], 0)


def test_it_opens_for_nobody_once_its_requester_has_left(desk: Desk) -> None:
    kept(desk, requester=person("Mona"))
    gone("Mona", MONDAY.date(), desk.operator)

    at_work(datetime(2016, 4, 5, 8, tzinfo=UTC))

    row = RecurringOccurrence.objects.get()
    opened = Ticket.objects.get()
    assert (opened.requester, row.reason, OutgoingMail.objects.count()) == (
        None,
        "Mona has left: opened for nobody.",
        0,
    )


def test_what_cannot_be_opened_any_more_says_why_and_goes_on(desk: Desk) -> None:
    row = kept(desk)
    with acting(actor=desk.operator, verb_name="test.title", at=MONDAY):
        RecurringTicket.objects.filter(pk=row.pk).update(title=" ")

    at_work(datetime(2016, 4, 5, 8, tzinfo=UTC))

    row.refresh_from_db()
    assert told() == [("04-05 07:00", "refused")]
    assert row.next_at == datetime(2016, 4, 6, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " "}, "title"),
        ({"zone": "Europe/Atlantis"}, "zone"),
        ({"interval": 0}, "interval"),
        ({"frequency": "weekly", "weekdays": ()}, "weekdays"),
        ({"ends_on": MONDAY.date() - timedelta(days=1)}, "ends_on"),
    ],
    ids=["no-title", "no-zone", "no-interval", "no-weekday", "ends-before"],
)
def test_what_would_never_open_is_refused(desk: Desk, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        kept(desk, **given)

    assert list(refusal.value.errors) == [field]


def test_a_lead_keeps_them_for_their_own_team_alone(desk: Desk) -> None:
    with acting(actor=desk.ada, verb_name="test.lead", at=MONDAY):
        RoleAssignment.objects.create(account=account("vera"), role=Role.TEAM_LEAD)
    vera = account("vera")

    keep_recurring_ticket(terms=replace(AT_NINE, team=desk.network), actor=vera, at=MONDAY)
    for team in (desk.workplace, None):
        with pytest.raises(Refused, match="the teams that you lead"):
            keep_recurring_ticket(terms=replace(AT_NINE, team=team), actor=vera, at=MONDAY)

    assert RecurringTicket.objects.visible_to(account("omar")).count() == 0


def test_its_page_shows_the_next_five_and_changes_it(client: Client, desk: Desk) -> None:
    row = kept(desk)
    client.force_login(desk.ada)
    sent = {
        "title": "Look after them",
        "kind": "request",
        "impact": 3,
        "urgency": 2,
        "team": desk.network.pk,
        "frequency": "weekly",
        "interval": 2,
        "weekdays": [0, 4],
        "month_day": 1,
        "at_time": "09:00",
        "zone": "Europe/Berlin",
        "starts_on": "2016-04-04",
        "version": row.version,
    }

    with time_machine.travel(MONDAY, tick=False):
        page = client.get(f"/desk/recurring-tickets/{row.pk}/").content.decode()
        changed = client.post(f"/desk/recurring-tickets/{row.pk}/edit", sent, follow=True)

    days = [f'datetime="2016-04-0{day} ' in page for day in range(5, 10)]
    assert days == [True] * 5
    assert "Every 2 weeks on Monday, Friday at 09:00 (Europe/Berlin)" in changed.content.decode()


def test_the_list_asks_as_often_for_many(
    client: Client, desk: Desk, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(4):
        kept(desk)
    client.force_login(desk.ada)
    client.get("/desk/recurring-tickets/")

    with django_assert_num_queries(7):
        client.get("/desk/recurring-tickets/")


def test_a_ticket_leads_back_to_what_opened_it(desk: Desk, client: Client) -> None:
    recurring = kept(desk)
    at_work(datetime(2016, 4, 5, 7, tzinfo=UTC))
    client.force_login(account("nils"))

    page = client.get(f"/desk/tickets/{Ticket.objects.get().pk}/life").content.decode()

    assert f'Opened by itself: <a href="/desk/recurring-tickets/{recurring.pk}/">' in page
