"""Warnings and breaches are noted once, told by mail, and never of what was done in time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection

from quarterdeck.core.acts import acting
from quarterdeck.core.jobs.declaration import load
from quarterdeck.core.models import Account, Act, Announcement, RoleAssignment, Team
from quarterdeck.core.outbox import deliver_due
from quarterdeck.core.vocabulary import Role
from quarterdeck.core.waiting import Consequence, waiting_for
from quarterdeck.desk.models import ServiceLevelEvent, Ticket
from quarterdeck.desk.tests.promised import RESOLUTION, promised, the_clock
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import account, opened, person, staffed_desk
from quarterdeck.desk.verbs.automatic_escalations import escalate_aged
from quarterdeck.desk.verbs.clock_events import CLOCK_EVENT, mail_clock_event, note_clock_events
from quarterdeck.desk.verbs.tickets import hold_ticket, resolve_ticket, take_ticket
from quarterdeck.office.models import OutgoingMail
from quarterdeck.office.verbs.approval_seats import reseat_approvals
from quarterdeck.office.verbs.approvals import expire_approvals, remind_approvers
from quarterdeck.office.verbs.letters import send_digest
from quarterdeck.office.verbs.remarks import drop_old_uploads


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2016, 4, day, hour, minute, second, tzinfo=UTC)


def noted() -> list[tuple[str, datetime]]:
    return list(ServiceLevelEvent.objects.order_by("pk").values_list("kind", "due_at"))


def look(operator: Account, when: datetime) -> int:
    return note_clock_events(actor=operator, at=when)


def taken(desk: Desk) -> Ticket:
    """A ticket of Nils's, promised within ten hours of Monday, nine o'clock; Vera leads."""
    with acting(actor=desk.operator, verb_name="test.lead", at=at(4, 8)):
        Team.objects.filter(pk=desk.network.pk).update(lead=person("Vera"))
    promised({RESOLUTION: 10}, actor=desk.operator)
    ticket = opened(desk)
    return take_ticket(
        ticket=ticket, version=ticket.version, actor=account("nils"), at=at(4, 9, 30)
    )


def resolve(ticket: Ticket, when: datetime) -> Ticket:
    return resolve_ticket(
        ticket=ticket,
        version=ticket.version,
        resolution="Done",
        true_category="Printing",
        actor=account("nils"),
        at=when,
    )


@pytest.mark.django_db
def test_a_warning_and_then_a_breach_are_noted_once_each(operator: Account) -> None:
    taken(staffed_desk())

    # Ten hours from nine end on Tuesday at nine; eight of them on Monday at 17:00.
    for when in (at(4, 17), at(4, 17, 0, 1), at(4, 18), at(5, 9), at(5, 9, 0, 1), at(5, 12)):
        look(operator, when)

    assert noted() == [("warning", at(5, 9)), ("breach", at(5, 9))]
    assert list(ServiceLevelEvent.objects.values_list("noted_at", flat=True)) == [
        at(4, 17, 0, 1),
        at(5, 9, 0, 1),
    ]
    assert Announcement.objects.filter(topic=CLOCK_EVENT).count() == 2


@pytest.mark.django_db
def test_what_was_resolved_meanwhile_yields_nothing(operator: Account) -> None:
    resolve(taken(staffed_desk()), at(5, 9))

    look(operator, at(5, 12))

    assert noted() == []


@pytest.mark.django_db
def test_what_waits_for_the_requester_yields_nothing(operator: Account) -> None:
    ticket = taken(staffed_desk())
    hold_ticket(
        ticket=ticket,
        version=ticket.version,
        pause_reason="requester",
        question="Which floor?",
        actor=account("nils"),
        at=at(4, 16),
    )

    look(operator, at(29, 12))

    assert noted() == []


@pytest.mark.django_db
def test_the_assignee_hears_a_warning_and_the_lead_a_breach_too(operator: Account) -> None:
    # As a worker does first, so that the desk's reactions are known.
    load()
    taken(staffed_desk())

    for when in (at(4, 17, 1), at(5, 9, 1)):
        look(operator, when)
        deliver_due(at=when)

    told = OutgoingMail.objects.filter(subject__contains="due").order_by("pk")
    assert list(told.values_list("recipient", "subject")) == [
        ("nils@example.org", "[T-000001] resolution is due soon"),
        ("nils@example.org", "[T-000001] resolution is overdue"),
        ("vera@example.org", "[T-000001] resolution is overdue"),
    ]


@pytest.mark.django_db
def test_nobody_is_told_of_what_is_long_past(operator: Account) -> None:
    taken(staffed_desk())
    look(operator, at(20, 12))
    event = ServiceLevelEvent.objects.get()

    told = mail_clock_event(event=event, actor=operator, at=at(20, 12))

    assert (event.kind, told) == ("breach", 0)


@pytest.mark.django_db
def test_a_breach_stays_noted_when_the_ticket_is_resolved_late(operator: Account) -> None:
    ticket = taken(staffed_desk())
    look(operator, at(5, 10))

    resolve(ticket, at(5, 11))
    look(operator, at(5, 12))

    assert noted() == [("breach", at(5, 9))]
    assert the_clock(ticket).outcome == "missed"


@pytest.mark.usefixtures("fresh_database")
def test_two_workers_at_once_note_no_breach_twice() -> None:
    desk = staffed_desk()
    promised({RESOLUTION: 10}, actor=desk.operator)
    tickets = [opened(desk) for _ in range(12)]
    start = Barrier(2)

    def work() -> None:
        start.wait(timeout=30)
        try:
            while note_clock_events(most=3, actor=desk.operator, at=at(5, 10)):
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        for running in [workers.submit(work) for _ in range(2)]:
            running.result()
    look(desk.operator, at(5, 10))

    found = ServiceLevelEvent.objects.values_list("ticket_id", "kind")
    assert sorted(found) == [(ticket.pk, "breach") for ticket in tickets]
    assert Announcement.objects.filter(topic=CLOCK_EVENT).count() == len(tickets)


@pytest.mark.django_db
def test_today_tells_the_lead_what_is_overdue_and_what_will_be(operator: Account) -> None:
    ticket = taken(staffed_desk())
    vera = account("vera")
    with acting(actor=operator, verb_name="test.lead", at=at(4, 8)):
        RoleAssignment.objects.create(account=vera, role=Role.TEAM_LEAD, team=ticket.team)

    told = {
        when: [
            (item.title, item.due_at, item.consequence)
            for item in waiting_for(vera, when)
            if item.kind == "Service level"
        ]
        for when in (at(4, 16), at(4, 17, 1), at(5, 9, 1))
    }

    assert told == {
        at(4, 16): [],
        at(4, 17, 1): [
            ("One promised time about to be overdue in your team", at(5, 9), Consequence.SERIOUS)
        ],
        at(5, 9, 1): [("One promised time overdue in your team", at(5, 9), Consequence.SEVERE)],
    }


@pytest.mark.django_db
def test_a_look_that_finds_nothing_is_no_act(operator: Account) -> None:
    acts = Act.objects.count()

    looked_at = note_clock_events(actor=operator, at=at(5, 9))
    escalated = escalate_aged(actor=operator, at=at(5, 9))
    dropped = drop_old_uploads(actor=operator, at=at(5, 9))
    expired = expire_approvals(actor=operator, at=at(5, 9))
    reminded = remind_approvers(actor=operator, at=at(5, 9))
    reseated = reseat_approvals(actor=operator, at=at(5, 9))
    digest = send_digest(account=operator, actor=operator, at=at(5, 9))

    assert (looked_at, escalated, dropped, expired, reminded, reseated, digest) == (
        *(0, 0, 0, 0, 0, 0),
        None,
    )
    assert Act.objects.count() == acts
