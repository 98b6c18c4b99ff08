"""What nobody gave a team finds one, or is told to whoever can give it one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.jobs.declaration import load
from quarterdeck.core.models import Account, Person, RoleAssignment, Team
from quarterdeck.core.outbox import deliver_due
from quarterdeck.core.vocabulary import Role
from quarterdeck.core.waiting import told_by, waiting_for
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.desk.queries.first_steps import desk_first_steps
from quarterdeck.desk.queries.routing import managers_of_the_desk
from quarterdeck.desk.tests.mail_cast import mailed_desk, taken, ticket_of, written
from quarterdeck.desk.tests.portal_cast import catalogue_item
from quarterdeck.desk.tests.promised import RESOLUTION, promised
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import (
    MONDAY,
    PRINTER,
    account,
    opened,
    person,
    staffed_desk,
)
from quarterdeck.desk.verbs.assignment import choose_strategy
from quarterdeck.desk.verbs.catalogue_requests import Wish, request_from_catalogue
from quarterdeck.desk.verbs.clock_events import note_clock_events
from quarterdeck.desk.verbs.own_tickets import Trouble, report_trouble
from quarterdeck.desk.verbs.tickets import open_ticket
from quarterdeck.office.models import Organisation, OutgoingMail
from quarterdeck.office.verbs.period_rules import change_zone
from quarterdeck.office.verbs.settings import choose_default_team
from quarterdeck.services.models import Service

TUESDAY = datetime(2016, 4, 5, 9, 1, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    """Workplace gets what belongs to nobody else, and Vera leads it without working in it."""
    desk = staffed_desk()
    by_default(desk, desk.workplace)
    with acting(actor=desk.operator, verb_name="test.lead", at=MONDAY):
        Team.objects.filter(pk=desk.workplace.pk).update(lead=person("Vera"))
        RoleAssignment.objects.create(
            account=account("vera"), role=Role.TEAM_LEAD, team=desk.workplace
        )
    return desk


def by_default(desk: Desk, team: Team | None) -> None:
    own = Organisation.objects.get()
    choose_default_team(organisation=own, team=team, actor=desk.operator, at=MONDAY)


def supported(desk: Desk, team: Team) -> Service:
    """Let a team support the mail service."""
    with acting(actor=desk.operator, verb_name="test.support", at=MONDAY):
        Service.objects.filter(pk=desk.mail.pk).update(team=team)
    return Service.objects.get(pk=desk.mail.pk)


def reported(desk: Desk, service: Service | None = None) -> Ticket:
    trouble = Trouble(title="It is dark here", service=service)
    return report_trouble(trouble=trouble, actor=desk.mona, at=MONDAY)


def today(name: str, kind: str, when: datetime = MONDAY) -> list[str]:
    return [item.title for item in waiting_for(account(name), when) if item.kind == kind]


def managed_by(desk: Desk, name: str) -> None:
    with acting(actor=desk.operator, verb_name="test.manager", at=MONDAY):
        manager = Person.objects.create(name=name, email=f"{name.lower()}@example.org")
        user = Account.objects.create(username=name.lower(), person=manager)
        RoleAssignment.objects.create(account=user, role=Role.IT_MANAGER)


def overdue_mails(desk: Desk) -> list[str]:
    """Let all resolution times run out, and return to whom that was mailed."""
    load()
    note_clock_events(actor=desk.operator, at=TUESDAY)
    deliver_due(at=TUESDAY)
    told = OutgoingMail.objects.filter(subject__contains="overdue").order_by("pk")
    return list(told.values_list("recipient", flat=True))


def test_a_portal_report_without_a_service_reaches_a_leads_today_and_its_breach_mails_them(
    desk: Desk,
) -> None:
    promised({RESOLUTION: 10}, actor=desk.operator)

    ticket = reported(desk)

    assert ticket.team == desk.workplace
    assert today("vera", "Queue") == ["1 unassigned in Workplace"]
    assert today("vera", "Service level", TUESDAY) == ["One promised time overdue in your team"]
    assert overdue_mails(desk) == ["vera@example.org"]


def test_the_team_that_supports_the_service_gets_it_through_every_door() -> None:
    desk = mailed_desk(team=None)
    by_default(desk, desk.workplace)
    mail = supported(desk, desk.network)
    item = catalogue_item(desk, service=mail, team=None)

    got = [
        reported(desk, mail),
        request_from_catalogue(wish=Wish(item=item, form=None), actor=desk.mona, at=MONDAY),
        open_ticket(report=replace(PRINTER, service=mail), actor=account("omar"), at=MONDAY),
        ticket_of(taken(written())),
    ]

    assert [ticket.team for ticket in got] == [*[desk.network] * 3, desk.workplace]


def test_a_chosen_team_and_the_team_of_whoever_takes_it_at_once_come_first(desk: Desk) -> None:
    mail = supported(desk, desk.workplace)
    nils = account("nils")

    chosen = opened(desk, team=desk.network, service=mail)
    own = open_ticket(
        report=replace(PRINTER, service=mail), assignee=nils.person, actor=nils, at=MONDAY
    )

    assert (chosen.team, own.team, own.assignee) == (desk.network, desk.network, nils.person)


def test_the_log_begins_with_the_team_and_its_strategy_assigns_at_once(desk: Desk) -> None:
    choose_strategy(team=desk.workplace, strategy="round_robin", actor=account("vera"), at=MONDAY)

    ticket = reported(desk)

    log = StateChange.objects.filter(ticket=ticket).order_by("sequence")
    assert list(log.values_list("team__name", "assignee__name")) == [
        ("Workplace", None),
        ("Workplace", "Omar"),
    ]


def test_what_no_team_has_is_told_to_leads_and_managers_and_its_breach_to_the_manager(
    desk: Desk,
) -> None:
    by_default(desk, None)
    managed_by(desk, "Ida")
    promised({RESOLUTION: 10}, actor=desk.operator)

    ticket = reported(desk)

    assert ticket.team is None
    assert [today(name, "Queue") for name in ("vera", "ida", "omar")] == [
        ["One ticket without a team"],
        ["One ticket without a team"],
        [],
    ]
    assert overdue_mails(desk) == ["ida@example.org"]


def test_a_breach_in_a_team_that_nobody_leads_goes_to_the_manager(desk: Desk) -> None:
    by_default(desk, desk.network)
    managed_by(desk, "Ida")
    promised({RESOLUTION: 10}, actor=desk.operator)

    reported(desk)

    assert overdue_mails(desk) == ["ida@example.org"]


@pytest.mark.parametrize("route", ["desk.due", "desk.teams", "desk.lead"])
def test_the_pages_of_those_who_lead_count_what_no_team_has(desk: Desk, route: str) -> None:
    by_default(desk, None)
    managed_by(desk, "Ida")
    reported(desk)
    client = Client()
    client.force_login(account("ida"))

    shown = client.get(reverse(route)).content.decode()
    listed = client.get(reverse("desk.ticket.list"), {"view": "without_team"}).content.decode()

    assert "1 open ticket without a team" in shown
    assert "It is dark here" in listed


def test_due_shows_everybody_at_the_desk_what_no_team_has(desk: Desk) -> None:
    by_default(desk, None)
    promised({RESOLUTION: 10}, actor=desk.operator)
    reported(desk)
    client = Client()
    client.force_login(account("omar"))

    assert "It is dark here" in client.get(reverse("desk.due")).content.decode()


def test_the_first_steps_ask_for_the_team_until_it_is_chosen(desk: Desk) -> None:
    by_default(desk, None)
    step = "Say which team gets what belongs to nobody else"
    asked = [step in [each.title for each in told_by([desk_first_steps], desk.ada, MONDAY)]]

    client = Client()
    client.force_login(desk.ada)
    own = Organisation.objects.get()
    words = {
        "name": own.name,
        "calendar": own.calendar_id,
        "default_team": desk.network.pk,
        "version": own.version,
    }
    client.post(reverse("office.organisation"), words)
    later = told_by([desk_first_steps], desk.ada, MONDAY + timedelta(1))
    asked.append(step in [each.title for each in later])

    assert asked == [True, False]
    assert Organisation.objects.get().default_team == desk.network


def test_who_has_left_is_gone_from_midnight_on_as_the_organisation_has_it(desk: Desk) -> None:
    managed_by(desk, "Ida")
    own = Organisation.objects.get()
    change_zone(organisation=own, zone="Asia/Tokyo", actor=desk.operator, at=MONDAY)
    midnight = datetime(2016, 5, 1, 15, tzinfo=UTC)
    with acting(actor=desk.operator, verb_name="test.leaves", at=MONDAY):
        Person.objects.filter(name="Ida").update(ends_on=date(2016, 5, 1))

    there = [managers_of_the_desk(midnight - timedelta(minutes=1)), managers_of_the_desk(midnight)]

    assert there == [[person("Ida")], []]
