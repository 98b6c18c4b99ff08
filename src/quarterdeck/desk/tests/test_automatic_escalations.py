"""Policies escalate by clocks, age and reopenings: the same occasion once, whoever dies."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection

from quarterdeck.core.jobs.declaration import load
from quarterdeck.core.models import Account
from quarterdeck.core.outbox import deliver_due
from quarterdeck.desk.models import Escalation, ServiceLevelEvent
from quarterdeck.desk.tests.escalation_cast import led_desk, policy, with_nils
from quarterdeck.desk.tests.promised import RESOLUTION, promised
from quarterdeck.desk.tests.work_cast import account, opened
from quarterdeck.desk.verbs.automatic_escalations import escalate_aged, escalate_by_clock
from quarterdeck.desk.verbs.clock_events import note_clock_events
from quarterdeck.desk.verbs.tickets import reopen_ticket, resolve_ticket


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2016, 4, day, hour, minute, tzinfo=UTC)


def raised() -> list[tuple[str, str, str]]:
    rows = Escalation.objects.order_by("pk")
    return list(rows.values_list("ticket__number", "owner__name", "occasion"))


@pytest.mark.django_db
def test_a_breach_goes_to_the_lead_and_the_same_news_twice_escalates_once(
    operator: Account,
) -> None:
    load()
    promised({RESOLUTION: 10}, actor=operator)
    with_nils(led_desk())
    policy(operator)

    note_clock_events(actor=operator, at=at(5, 9, 1))
    deliver_due(at=at(5, 9, 1))
    event = ServiceLevelEvent.objects.get(kind="breach")
    again = escalate_by_clock(event=event, actor=operator, at=at(5, 10))

    assert (raised(), again) == ([("T-000001", "Vera", "breach:resolution:1")], 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given",
    [
        {"metric": "response"},
        {"priority": 1},
        {"begins_on": datetime(2016, 4, 6, tzinfo=UTC).date()},
        {"active": False},
        {"cause": "warning"},
    ],
    ids=lambda given: next(iter(given)),
)
def test_a_policy_that_asks_for_something_else_escalates_nothing(
    operator: Account, given: dict[str, object]
) -> None:
    promised({RESOLUTION: 10}, actor=operator)
    with_nils(led_desk())
    policy(operator, **given)

    note_clock_events(actor=operator, at=at(5, 9, 1))
    event = ServiceLevelEvent.objects.get()

    assert (event.kind, escalate_by_clock(event=event, actor=operator, at=at(5, 9, 2))) == (
        "breach",
        0,
    )


@pytest.mark.django_db
def test_a_ticket_that_is_old_in_business_hours_is_escalated_once(operator: Account) -> None:
    with_nils(led_desk())
    policy(operator, cause="age", hours=12, levels_up=2)

    # Twelve hours from Monday, nine o'clock, with ten a day, end on Tuesday at eleven.
    counts = [
        escalate_aged(actor=operator, at=when)
        for when in (at(5, 10, 59), at(5, 11), at(5, 12), at(11, 9))
    ]

    assert (counts, raised()) == ([0, 1, 0, 0], [("T-000001", "Greta", "age:12")])


@pytest.mark.django_db
def test_what_was_old_before_the_policy_began_is_left_alone(operator: Account) -> None:
    desk = led_desk()
    opened(desk, at=datetime(2016, 3, 30, 9, tzinfo=UTC))
    policy(operator, cause="age", hours=12)

    assert escalate_aged(actor=operator, at=at(8, 9)) == 0


@pytest.mark.django_db
def test_a_ticket_that_comes_back_is_escalated(operator: Account) -> None:
    ticket = with_nils(led_desk())
    policy(operator, cause="reopened", times=1)
    words = {"actor": account("nils"), "at": at(5, 9)}
    ticket = resolve_ticket(
        ticket=ticket,
        version=ticket.version,
        resolution="Done",
        true_category="Printing",
        **words,  # type: ignore[arg-type]  # actor and time
    )

    before = escalate_aged(actor=operator, at=at(5, 10))
    reopen_ticket(ticket=ticket, version=ticket.version, reason="No", **words)  # type: ignore[arg-type]  # actor and time
    counts = [escalate_aged(actor=operator, at=at(5, 11)) for _ in range(2)]

    assert (before, counts) == (0, [1, 0])
    assert raised() == [("T-000001", "Vera", "reopened:1")]


@pytest.mark.usefixtures("fresh_database")
def test_two_workers_at_once_escalate_nothing_twice() -> None:
    desk = led_desk()
    policy(desk.operator, cause="age", hours=1)
    tickets = [opened(desk) for _ in range(8)]
    start = Barrier(2)

    def work() -> None:
        start.wait(timeout=30)
        try:
            while escalate_aged(most=3, actor=desk.operator, at=at(5, 10)):
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        for running in [workers.submit(work) for _ in range(2)]:
            running.result()
    escalate_aged(actor=desk.operator, at=at(5, 10))

    assert sorted(Escalation.objects.values_list("ticket_id", flat=True)) == [
        ticket.pk for ticket in tickets
    ]
