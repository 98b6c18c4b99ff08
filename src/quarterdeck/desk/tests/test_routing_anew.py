"""A ticket that turns out to be about another service goes where that one is supported."""

from datetime import timedelta

import pytest

from quarterdeck.core.acts import acting
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person, staffed_desk
from quarterdeck.desk.verbs.ticket_details import set_service
from quarterdeck.desk.verbs.tickets import assign_ticket, take_ticket
from quarterdeck.services.models import Service

LATER = MONDAY + timedelta(hours=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    """Network supports mail, and Workplace the printers."""
    desk = staffed_desk()
    with acting(actor=desk.operator, verb_name="test.support", at=MONDAY):
        Service.objects.filter(pk=desk.mail.pk).update(team=desk.network)
        Service.objects.create(name="Printing", team=desk.workplace)
    desk.mail.refresh_from_db()
    return desk


def moved(ticket: Ticket, service: str) -> Ticket:
    return set_service(
        ticket=ticket,
        version=ticket.version,
        service=Service.objects.get(name=service),
        actor=account("nils"),
        at=LATER,
    )


def test_what_nobody_has_goes_to_the_team_of_the_other_service(desk: Desk) -> None:
    ticket = moved(opened(desk, team=None), "Printing")

    lines = StateChange.objects.filter(ticket=ticket).order_by("sequence")
    assert (ticket.team, ticket.assignee) == (desk.workplace, None)
    assert [(each.service_name, each.team, each.changed_by) for each in lines][-2:] == [
        ("Printing", desk.network, "Nils"),
        ("Printing", desk.workplace, "Nils"),
    ]


def test_whoever_has_a_ticket_keeps_it(desk: Desk) -> None:
    ticket = opened(desk, team=None)
    taken = take_ticket(ticket=ticket, version=ticket.version, actor=account("nils"), at=MONDAY)

    found = moved(taken, "Printing")

    assert (found.team, found.assignee) == (desk.network, person("Nils"))


def test_a_team_that_somebody_chose_keeps_it(desk: Desk) -> None:
    ticket = opened(desk, service=Service.objects.get(name="Printing"), team=None, by="omar")
    chosen = assign_ticket(
        ticket=ticket,
        version=ticket.version,
        team=desk.network,
        actor=account("omar"),
        at=MONDAY,
    )

    with acting(actor=desk.operator, verb_name="test.service", at=MONDAY):
        Service.objects.create(name="Phones", team=desk.workplace)

    assert moved(chosen, "Phones").team == desk.network


def test_a_service_that_no_team_supports_leaves_it_where_it_is(desk: Desk) -> None:
    with acting(actor=desk.operator, verb_name="test.service", at=MONDAY):
        Service.objects.create(name="Clocks")

    assert moved(opened(desk, team=None), "Clocks").team == desk.network
