"""What the desk alone reads of a ticket, asked of every route by those who only reported it."""

import io
import json
import zipfile
from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, Person, RoleAssignment, Unit
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Ticket, TicketMessage
from quarterdeck.desk.models.desk_sight import DeskSight
from quarterdeck.desk.tests.promised import FRIDAY, RESOLUTION, promise, promised
from quarterdeck.desk.tests.web_cast import NOON, Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person, staffed_desk
from quarterdeck.desk.verbs.service_levels import add_service_level_policy
from quarterdeck.desk.verbs.ticket_messages import note_internally, reply_publicly
from quarterdeck.desk.vocabulary import Agreement

pytestmark = pytest.mark.django_db

SECRET, SAID = "Zanzibar is to blame", "We are on it"
# Network's own time is over two hours after the report, the customer's on Wednesday.
TEAM_DUE = "2016-04-04T11:00"
LIST, API = "/desk/tickets/", "/api/v1/desk/tickets"


@pytest.fixture
def desk(operator: Account) -> Desk:
    """Everybody is promised a resolution in 20 hours; Network does its part in two."""
    desk = staffed_desk()
    promised({RESOLUTION: 20}, actor=operator)
    add_service_level_policy(
        name="What Network does in time",
        agreement=Agreement.OPERATIONAL_LEVEL,
        team=desk.network,
        promise=promise({RESOLUTION: 2}),
        actor=operator,
        at=FRIDAY,
    )
    return desk


@pytest.fixture
def own(desk: Desk) -> Ticket:
    """Omar works in Workplace; this one he opened for himself, and Network has it."""
    ticket = opened(desk, by="omar", requester=person("Omar"))
    words: dict[str, Any] = {"ticket": ticket, "actor": account("nils"), "at": MONDAY}
    note_internally(text=SECRET, **words)
    reply_publicly(text=SAID, **words)
    return ticket


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(account(name))
    return client


def read(response: Any) -> str:
    """The text of an answer, streamed or not, unpacked where it is a workbook."""
    content: bytes = b"".join(response) if response.streaming else response.content
    if not content.startswith(b"PK"):
        return str(content.decode())
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


def routes(ticket: Ticket) -> dict[str, str]:
    columns = "columns=number,team_due_at"
    return {
        "page": reverse("desk.ticket.detail", args=[ticket.pk]),
        "history": reverse("desk.ticket.remarks", args=[ticket.pk]),
        "promises": reverse("desk.ticket.promises", args=[ticket.pk]),
        "life": reverse("desk.ticket.life", args=[ticket.pk]),
        "time": reverse("desk.ticket.time", args=[ticket.pk]),
        "list": f"{LIST}?{columns}",
        "filter": f"{LIST}?team_due_at_from=2016-04-04&team_due_at_until=2016-04-04",
        "csv": f"{LIST}?{columns}&format=csv",
        "xlsx": f"{LIST}?{columns}&format=xlsx",
        "json": f"{LIST}?{columns}&format=json",
        "search": f"{reverse('search')}?q=zanzibar",
        "api list": API,
        "api filter": f"{API}?team_due_at_from=2016-04-04",
        "api detail": f"{API}/{ticket.pk}",
        "api history": f"{API}/{ticket.pk}/history",
        "api search": "/api/v1/search?q=zanzibar",
    }


def told(name: str, ticket: Ticket) -> dict[str, tuple[bool, bool]]:
    """For each route, whether it tells the ticket's note, and when the team has to be done."""
    client = signed_in(name)
    answers = {route: read(client.get(path)) for route, path in routes(ticket).items()}
    shown = (TEAM_DUE, TEAM_DUE.replace("T", " "))
    found = {
        route: (SECRET in text, any(each in text for each in shown))
        for route, text in answers.items()
    }
    # A filter tells by what it finds.
    for route, sought in (("filter", ticket.number), ("api filter", f'"{ticket.number}"')):
        found[route] = (False, sought in answers[route])
    return found


def test_no_route_tells_whoever_only_reported_it_what_the_desk_alone_reads(own: Ticket) -> None:
    nothing = dict.fromkeys(routes(own), (False, False))
    of_due = {
        *("history", "promises", "list", "filter", "csv", "xlsx", "json"),
        *("api list", "api filter", "api detail", "api history"),
    }

    assert told("omar", own) == nothing
    assert told("nils", own) == {route: (route == "page", route in of_due) for route in routes(own)}


def test_omar_reads_what_was_said_to_him_and_answers_but_does_not_work_on_it(own: Ticket) -> None:
    page = signed_in("omar").get(reverse("desk.ticket.detail", args=[own.pk])).content.decode()

    assert (SAID in page, "Reply to the desk" in page, "Internal note" in page) == (
        True,
        True,
        False,
    )


def test_requesters_are_not_offered_what_they_may_not_read(desk: Desk) -> None:
    ticket = opened(desk)
    client = signed_in("mona")

    menu = client.get(LIST, {"choose": "columns"}).content.decode()
    due_first = client.get(LIST, {"view": "due_first", "columns": "number,team_due_at"})
    asked = json.loads(client.get(f"{API}/{ticket.pk}").content)

    assert "team_due_at" not in menu
    assert TEAM_DUE.replace("T", " ") not in due_first.content.decode()
    assert due_first.content.decode().count(f">{ticket.number}</a>") == 1
    assert (asked["team_due_at"], asked["due_at"]) == (None, "2016-04-06T09:00:00Z")
    assert told("mona", ticket) == dict.fromkeys(routes(ticket), (False, False))


def test_the_rule_says_the_same_of_rows_and_of_a_ticket_at_hand(desk: Desk) -> None:
    with acting(actor=desk.operator, verb_name="test.roles", at=NOON):
        for name, role in zip(("Dora", "Egon", "Hanna", "Inga"), _OTHERS, strict=True):
            someone = Person.objects.create(name=name, external_id=name)
            made = Account.objects.create(username=name.lower(), person=someone)
            unit = Unit.objects.get(name="IT")
            RoleAssignment.objects.create(account=made, role=role, unit=unit)
    names = ("Mona", "Nils", "Omar", "Dora", "Egon", "Hanna", "Inga")
    people = {name: person(name) for name in names}
    teams = (None, desk.network, desk.workplace)
    for requester, team in product((None, *people.values()), teams):
        opened(desk, requester=requester, team=team)
    with acting(actor=desk.operator, verb_name="test.assignee", at=NOON):
        of_omar = Ticket.objects.filter(team=desk.network, requester=people["Omar"])
        of_omar.update(assignee=people["Omar"])

    differing = [
        (reader.username, ticket.pk)
        for reader in Account.objects.people()
        for sight in [DeskSight.of(reader)]
        for rows in [set(Ticket.objects.filter(sight.rows("")).values_list("pk", flat=True))]
        for ticket in Ticket.objects.all()
        if sight.covers(ticket) != (ticket.pk in rows)
    ]
    public = TicketMessage.objects.public().visible_to(account("omar"))

    assert Ticket.objects.count() == 24
    assert differing == []
    assert not public.exclude(pk__in=TicketMessage.objects.visible_to(account("omar"))).exists()


_OTHERS = (Role.DIRECTOR, Role.EXECUTIVE_VIEWER, Role.HR_PARTNER, Role.TEAM_LEAD)
