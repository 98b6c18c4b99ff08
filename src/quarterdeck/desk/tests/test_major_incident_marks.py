"""Whoever works, leads or manages sees in daily work which incident is a major one now."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.models import Account
from quarterdeck.core.waiting import waiting_for
from quarterdeck.desk.models import MajorIncident, Ticket
from quarterdeck.desk.queries.queues import board_tickets, lanes_of
from quarterdeck.desk.tests.escalation_cast import led_desk
from quarterdeck.desk.tests.promised import RESOLUTION, promised
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person
from quarterdeck.desk.verbs.major_incidents import (
    Declaration,
    declare_major_incident,
    resolve_major_incident,
)
from quarterdeck.ui.service_news import news_for

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)
MARK = "Major incident</b>"


@pytest.fixture
def desk() -> Desk:
    """Vera leads Network, where Nils works; Greta manages."""
    return led_desk()


def declared(ticket: Ticket, **given: object) -> MajorIncident:
    words = {
        "title": "Nobody gets mail",
        "reason": "The server is down.",
        "commander": person("Omar"),
        "first_update_due_at": MONDAY + timedelta(hours=4),
        **given,
    }
    declaration = Declaration(**words)  # type: ignore[arg-type]  # the words fit
    return declare_major_incident(
        ticket=ticket, declaration=declaration, actor=account("vera"), at=LATER
    )


def ended(incident: MajorIncident) -> None:
    resolve_major_incident(
        incident=incident,
        version=incident.version,
        resolution="Mended",
        true_category="Mail",
        text="Mail is back.",
        actor=account("vera"),
        at=LATER + timedelta(minutes=1),
    )


def shown(user: Account, route: str) -> str:
    client = Client()
    client.force_login(user)
    return client.get(reverse(route)).content.decode()


@pytest.mark.parametrize("route", ["desk.unassigned", "desk.board", "desk.due", "desk.ticket.list"])
def test_it_has_a_badge_wherever_the_desk_works_until_it_ends(desk: Desk, route: str) -> None:
    promised({RESOLUTION: 10}, actor=desk.operator)
    opened(desk)
    incident = declared(opened(desk))

    going_on = shown(account("nils"), route).count(MARK)
    ended(incident)

    assert (going_on, shown(account("nils"), route).count(MARK)) == (1, 0)


def test_it_stands_first_in_its_lane(desk: Desk) -> None:
    other, major = opened(desk), opened(desk)
    declared(major)

    lane = lanes_of(board_tickets(account("nils"), desk.network), account("nils"), LATER)[0]

    assert [row.ticket.pk for row in lane.rows] == [major.pk, other.pk]


def test_commander_lead_and_manager_have_it_on_today_while_it_goes_on(desk: Desk) -> None:
    names = ("omar", "vera", "greta", "nils")
    incident = declared(opened(desk))

    def told() -> list[list[str]]:
        return [
            [each.title for each in waiting_for(account(name), LATER) if each.title.endswith(TOLD)]
            for name in names
        ]

    going_on = told()
    ended(incident)

    assert going_on == [[f"Major incident: {TOLD}"]] * 3 + [[]]
    assert told() == [[]] * 4


TOLD = "Nobody gets mail"


def test_whoever_owes_the_next_update_is_told_of_that_alone(desk: Desk) -> None:
    declared(opened(desk), first_update_due_at=LATER + timedelta(minutes=10))

    titles = [
        [each.title for each in waiting_for(account(name), LATER) if each.kind == "Major incident"]
        for name in ("omar", "vera")
    ]

    assert [len(each) for each in titles] == [1, 1]
    assert titles[0][0].startswith("Update promised")
    assert titles[1] == [f"Major incident: {TOLD}"]


def test_declaring_it_hands_it_over_and_else_leaves_it_where_it_is(desk: Desk) -> None:
    handed, left = opened(desk), opened(desk)
    client = Client()
    client.force_login(account("vera"))
    words = {
        "title": TOLD,
        "reason": "The server is down.",
        "commander": person("Omar").pk,
        "first_update_due_at": "2050-01-01T10:00",
        "to": f"{desk.network.pk}-{person('Nils').pk}",
    }

    client.post(reverse("desk.ticket.declare", args=[handed.pk]), words)
    client.post(reverse("desk.ticket.declare", args=[left.pk]), {**words, "to": ""})

    rows = Ticket.objects.filter(major_incident__isnull=False).order_by("pk")
    assert list(rows.values_list("assignee__name", "state")) == [
        ("Nils", "assigned"),
        (None, "new"),
    ]


def test_the_banner_of_a_requester_names_the_service(desk: Desk) -> None:
    incident = declared(opened(desk))

    assert [news.text for news in news_for(desk.mona, LATER)] == [f"Mail: {TOLD}."]
    assert incident.affected.count() == 1
