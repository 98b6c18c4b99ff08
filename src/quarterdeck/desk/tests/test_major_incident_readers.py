"""Who reads of a major incident, and of how its ticket is worked on."""

import pytest
from django.test import Client

from quarterdeck.core.acts import acting
from quarterdeck.desk.models import (
    AssignmentDecision,
    MajorIncident,
    MajorIncidentEntry,
    TicketWatcher,
)
from quarterdeck.desk.tests.escalation_cast import led_desk
from quarterdeck.desk.tests.test_major_incidents import after, declared
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person
from quarterdeck.desk.verbs.major_incidents import note_in_timeline
from quarterdeck.desk.verbs.ticket_links import link_tickets
from quarterdeck.desk.verbs.watching import watch_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return led_desk()


def test_whoever_only_reported_it_reads_nothing_of_how_it_is_worked_on(desk: Desk) -> None:
    """Omar works at the desk, in another team; the ticket and its watcher are his own report."""
    ticket = opened(desk, requester=person("Omar"))
    incident = declared(desk, ticket=ticket)
    note_in_timeline(
        incident=incident,
        text="The secret cause",
        happened_at=MONDAY,
        actor=account("nils"),
        at=after(1),
    )
    watch_ticket(ticket=ticket, actor=account("nils"), at=MONDAY)
    with acting(actor=desk.operator, verb_name="test.decision", at=MONDAY):
        AssignmentDecision.objects.create(
            ticket=ticket, team=desk.network, strategy="least_load", reason="None", at=MONDAY
        )
    nouns = (MajorIncident, MajorIncidentEntry, TicketWatcher, AssignmentDecision)

    seen = [
        [noun.objects.visible_to(account(name)).exists() for noun in nouns]
        for name in ("omar", "nils", "vera", "boris")
    ]

    assert seen == [[False] * 4, [True] * 4, [True] * 4, [True] * 4]


def test_a_commander_reads_the_titles_of_those_parts_alone_that_they_may_see(
    client: Client, desk: Desk
) -> None:
    """Omar reads Network's incident, as he commands it; one part is his team's."""
    ticket = opened(desk, requester=person("Omar"))
    incident = declared(desk, ticket=ticket, commander=person("Omar"))
    parts = [
        opened(desk, title="Seen by Omar", team=desk.workplace),
        opened(desk, title="Hidden from Omar"),
    ]
    for part in parts:
        link_tickets(
            ticket=part, kind="child_of", other=ticket, actor=account("greta"), at=after(1)
        )
    page = f"/desk/major-incidents/{incident.pk}/"

    shown = []
    for name in ("omar", "greta"):
        client.force_login(account(name))
        text = client.get(page).content.decode()
        shown.append([text.count(part.title) for part in parts])

    # Each part stands on the card and in the timeline.
    assert shown == [[2, 0], [2, 2]]
