"""What teams promise beneath the service level: told apart everywhere, and lists in due order."""

import re
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.errors import Invalid
from quarterdeck.core.models import Account
from quarterdeck.desk.models import ServiceLevelClock, ServiceLevelEvent, ServiceLevelPolicy, Ticket
from quarterdeck.desk.tests.incident_log import reading
from quarterdeck.desk.tests.promised import FRIDAY, RESOLUTION, promise, promised
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person, staffed_desk
from quarterdeck.desk.verbs.clock_events import note_clock_events
from quarterdeck.desk.verbs.service_levels import add_service_level_policy
from quarterdeck.desk.verbs.tickets import hold_ticket, resolve_ticket
from quarterdeck.desk.verbs.watching import watch_ticket
from quarterdeck.desk.vocabulary import Agreement

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(operator: Account) -> Desk:
    """Everybody is promised a resolution in 20 hours; Network does its part in two."""
    desk = staffed_desk()
    promised({RESOLUTION: 20}, actor=operator)
    of_network(desk, operator, 2)
    return desk


def of_network(desk: Desk, operator: Account, hours: float) -> ServiceLevelPolicy:
    return add_service_level_policy(
        name="What Network does in time",
        agreement=Agreement.OPERATIONAL_LEVEL,
        team=desk.network,
        promise=promise({RESOLUTION: hours}),
        actor=operator,
        at=FRIDAY,
    )


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def resolved(ticket: Ticket, when: datetime, by: str = "nils") -> Ticket:
    return resolve_ticket(
        ticket=ticket,
        version=ticket.version,
        resolution="Done",
        true_category="Printing",
        actor=account(by),
        at=when,
    )


def test_both_clocks_run_at_once_and_the_sooner_one_gives_the_order(desk: Desk) -> None:
    ticket = opened(desk)

    clocks = ServiceLevelClock.objects.filter(ticket=ticket).order_by("agreement")
    # Monday has ten hours of business from eight; the report came at nine.
    assert [(each.agreement, each.due_at) for each in clocks] == [
        ("ola", at(2)),
        ("sla", MONDAY + timedelta(days=2)),
    ]
    assert (ticket.team_due_at, ticket.due_order) == (at(2), at(2))


def test_a_kept_operational_level_is_no_kept_service_level(desk: Desk) -> None:
    resolved(opened(desk), at(1))
    resolved(opened(desk), at(3))

    kept = [
        reading(key, "2016-04") for key in ("desk.ola_resolution_kept", "desk.sla_resolution_kept")
    ]

    assert [(each.value, each.n) for each in kept] == [(Fraction(1, 2), 2), (Fraction(1), 2)]


def test_the_requester_never_sees_what_a_team_promised(desk: Desk, client: Client) -> None:
    address = reverse("desk.ticket.promises", args=[opened(desk).pk])

    shown = []
    for reader in (account("nils"), desk.mona):
        client.force_login(reader)
        page = client.get(address).content.decode()
        shown.append(re.findall(r"<abbr[^>]*>(\w+)</abbr>", page))

    assert shown == [["SLA", "OLA"], ["SLA"]]


def test_what_a_team_promised_is_for_those_at_the_desk_who_did_not_only_report(
    desk: Desk, client: Client
) -> None:
    """Omar works in another team: of the two tickets he sees the one that he reported."""
    tickets = [opened(desk), opened(desk, requester=person("Omar"))]
    note_clock_events(actor=desk.operator, at=at(500))

    told = {
        name: [
            set(rows.visible_to(account(name)).values_list("ticket", "agreement"))
            for rows in (ServiceLevelClock.objects.all(), ServiceLevelEvent.objects.all())
        ]
        for name in ("nils", "mona", "omar")
    }
    watch_ticket(ticket=tickets[1], actor=account("omar"), at=at(1))
    client.force_login(account("omar"))
    watched = client.get("/desk/watched").content.decode()

    both = {(ticket.pk, kind) for ticket in tickets for kind in ("sla", "ola")}
    assert told == {
        "nils": [both] * 2,
        "mona": [{(tickets[0].pk, "sla")}] * 2,
        "omar": [{(tickets[1].pk, "sla")}] * 2,
    }
    assert (watched.count("(SLA)"), watched.count("(OLA)")) == (1, 0)


def test_only_an_operational_level_is_a_teams(desk: Desk, operator: Account) -> None:
    with pytest.raises(Invalid, match="Only an operational level is promised by a team"):
        add_service_level_policy(
            name="Mixed up",
            team=desk.network,
            promise=promise({RESOLUTION: 2}),
            actor=operator,
            at=FRIDAY,
        )


def test_queue_and_list_have_what_is_due_first_and_say_overdue_in_a_word(
    desk: Desk, client: Client
) -> None:
    late = opened(desk, at=at(1))
    early = opened(desk)
    held = opened(desk)
    hold_ticket(
        ticket=held,
        version=held.version,
        pause_reason="requester",
        question="Which floor?",
        actor=account("nils"),
        at=at(1),
    )
    client.force_login(account("nils"))

    queue = client.get("/desk/unassigned").content.decode()
    listed = client.get("/desk/tickets/", {"view": "due_first"}).content.decode()
    turned = client.get("/desk/tickets/", {"view": "due_first", "sort": "reversed"})

    # What waits for the requester is due at no time, and stands behind all that is.
    wanted = [early.number, late.number, held.number]
    assert re.findall(r'q-quiet">(T-\d{6})<', queue) == wanted
    assert re.findall(r">(T-\d{6})</a>", listed) == wanted
    assert re.findall(r">(T-\d{6})</a>", turned.content.decode()) == wanted[::-1]
    # It is years later: both due times of both are past. Lists show the customer's unless asked.
    assert (queue.count(">Overdue</b>"), listed.count(">Overdue</b>")) == (4, 2)


def test_a_queue_of_sixty_has_a_second_page(desk: Desk, client: Client) -> None:
    numbers = [opened(desk, at=at(minutes / 60)).number for minutes in range(60)]
    client.force_login(account("nils"))

    first = client.get("/desk/unassigned").content.decode()
    [cursor] = re.findall(r'href="\?after=([^"]+)"', first)
    second = client.get(f"/desk/unassigned?after={cursor}").content.decode()
    [back] = re.findall(r'href="\?before=([^"]+)"', second)
    again = client.get(f"/desk/unassigned?before={back}").content.decode()

    shown = [re.findall(r'q-quiet">(T-\d{6})<', page) for page in (first, second, again)]
    assert shown == [numbers[:50], numbers[50:], numbers[:50]]
