"""The pages on which tickets are worked by hand: quick entry, queues, board, and acts."""

import re

import pytest
from django.db import connection
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quarterdeck.core import clock, waiting
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import account, opened, person, staffed_desk
from quarterdeck.desk.verbs.tickets import assign_ticket, hold_ticket, resolve_ticket, take_ticket

pytestmark = pytest.mark.django_db

REPORT = {
    "requester": "Mona · mona@example.org",
    "title": "The printer eats paper",
    "impact": "3",
    "urgency": "2",
    "kind": "incident",
    "channel": "Phone",
    "entry_key": "one form",
}
PATHS = ("/desk/mine", "/desk/unassigned", "/desk/board")


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


@pytest.fixture
def nils(client: Client, desk: Desk) -> Client:
    """A browser in which a technician of Network has signed in."""
    client.force_login(desk.nils)
    return client


def text_of(response: HttpResponseBase) -> str:
    assert isinstance(response, HttpResponse)
    return response.content.decode().replace("\u00a0", " ")


def act(client: Client, ticket: Ticket, name: str, **given: str) -> HttpResponseBase:
    words = {"version": str(ticket.version), **given}
    return client.post(f"/desk/tickets/{ticket.pk}/act/{name}", words)


def test_quick_entry_opens_a_ticket_for_whoever_took_the_call(nils: Client) -> None:
    response = nils.post("/desk/new", {**REPORT, "mine": "1"})

    ticket = Ticket.objects.get()
    told = ticket.requester, ticket.assignee, ticket.state, ticket.priority, ticket.team
    assert (response.status_code, told) == (
        302,
        (person("Mona"), person("Nils"), "assigned", 4, ticket.team),
    )


def test_a_form_that_is_sent_twice_opens_one_ticket(nils: Client) -> None:
    addresses = {
        nils.post("/desk/new", {**REPORT, "mine": "1"}).headers["Location"] for _ in range(2)
    }

    assert (len(addresses), Ticket.objects.count()) == (1, 1)


def test_quick_entry_resolves_at_once(nils: Client) -> None:
    words = {"resolve": "1", "resolution": "Told where.", "true_category": "Advice"}
    nils.post("/desk/new", {**REPORT, **words})

    ticket = Ticket.objects.get()
    assert (ticket.state, ticket.true_category) == ("resolved", "Advice")


def test_a_requester_whom_nobody_knows_stays_as_typed(nils: Client) -> None:
    nils.post("/desk/new", {**REPORT, "requester": "Somebody new", "team_only": "1"})

    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.requester_name, ticket.state) == (None, "Somebody new", "new")


def test_quick_entry_says_what_is_missing_and_keeps_what_was_typed(nils: Client) -> None:
    response = nils.post("/desk/new", {**REPORT, "title": "", "description": "Second floor"})

    text = text_of(response)
    assert (response.status_code, "Second floor" in text, Ticket.objects.count()) == (422, True, 0)


def test_names_are_suggested_while_they_are_typed(nils: Client) -> None:
    text = text_of(nils.get("/desk/new/people", {"requester": "mo"}))

    assert re.findall(r'value="([^"]*)"', text) == ["Mona · mona@example.org"]


def test_the_priority_is_shown_before_the_ticket_is_opened(nils: Client) -> None:
    text = text_of(nils.get("/desk/new/priority", {"impact": "1", "urgency": "1"}))

    assert ">P1<" in text


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("amount", [1, 3])
def test_a_queue_costs_the_same_for_one_ticket_and_for_three(
    nils: Client, desk: Desk, path: str, amount: int
) -> None:
    for _ in range(amount):
        ticket = opened(desk)
        if path == "/desk/mine":
            take_ticket(
                ticket=ticket, version=ticket.version, actor=account("nils"), at=clock.now()
            )
    nils.get(path)

    with CaptureQueriesContext(connection) as queries:
        text = text_of(nils.get(path))

    assert (text.count('class="q-card q-ticket"'), len(queries)) == (amount, QUERIES[path])


# Session, account, roles, the teams of the roles, organisation; the tickets and what they add up
# to; the calendar with its openings and holidays. The board asks which teams one works for, all,
# own, and the counts. Each asks which tickets are major incidents.
QUERIES = {"/desk/mine": 9, "/desk/unassigned": 9, "/desk/board": 11}


def test_my_queue_holds_what_i_have_and_nothing_else(nils: Client, desk: Desk) -> None:
    mine, _ = opened(desk), opened(desk)
    take_ticket(ticket=mine, version=mine.version, actor=account("nils"), at=clock.now())

    assert re.findall(r"T-\d{6}</span>", text_of(nils.get("/desk/mine"))) == [
        f"{mine.number}</span>"
    ]


def test_unassigned_holds_my_teams_tickets_and_not_others(nils: Client, desk: Desk) -> None:
    ours = opened(desk)
    opened(desk, by="omar", team=desk.workplace)

    assert re.findall(r"T-\d{6}</span>", text_of(nils.get("/desk/unassigned"))) == [
        f"{ours.number}</span>"
    ]


def test_the_board_has_a_lane_for_each_open_state(nils: Client, desk: Desk) -> None:
    opened(desk)

    lanes = re.findall(
        r'<h2 id="lane-(\w+)">[^<]* <span class="q-quiet">(\d+)', text_of(nils.get("/desk/board"))
    )
    assert lanes == [("new", "1"), ("assigned", "0"), ("in_progress", "0"), ("on_hold", "0")]


def test_another_teams_board_is_not_there(nils: Client, desk: Desk) -> None:
    assert nils.get("/desk/board", {"team": desk.workplace.pk}).status_code == 404


@pytest.mark.parametrize("path", [*PATHS, "/desk/new", "/desk/new/people", "/desk/new/priority"])
def test_whoever_does_not_work_at_the_desk_finds_nothing_there(
    client: Client, desk: Desk, path: str
) -> None:
    client.force_login(desk.mona)

    assert client.get(path).status_code == 404


def test_a_button_in_the_queue_leads_back_to_the_queue(nils: Client, desk: Desk) -> None:
    response = act(nils, opened(desk), "take", next="/desk/unassigned")

    assert (response.headers["Location"], Ticket.objects.get().assignee) == (
        "/desk/unassigned",
        person("Nils"),
    )


def test_a_button_leads_to_no_other_house(nils: Client, desk: Desk) -> None:
    ticket = opened(desk)

    response = act(nils, ticket, "take", next="//example.org/")

    assert response.headers["Location"] == f"/desk/tickets/{ticket.pk}/"


def test_the_page_offers_what_is_legal_now_only(nils: Client, desk: Desk) -> None:
    ticket = opened(desk)
    text = text_of(nils.get(f"/desk/tickets/{ticket.pk}/"))

    acts = re.findall(rf'(?:action|hx-get)="/desk/tickets/{ticket.pk}/(?:act|ask)/(\w+)', text)
    assert set(acts) == {
        "take",
        "start",
        "spam",
        "resolve",
        "hold",
        "assign",
        "prioritise",
        "reword",
        "describe",
        "cancel",
        "reply",
        "note",
    }


def test_a_requester_is_offered_to_reply_and_reads_no_note(
    nils: Client, client: Client, desk: Desk
) -> None:
    ticket = opened(desk)
    act(nils, ticket, "note", text="He sounded cross.", entry_key="a")
    act(nils, ticket, "reply", text="We are on our way.", entry_key="b")
    client.force_login(desk.mona)

    text = text_of(client.get(f"/desk/tickets/{ticket.pk}/"))

    acts = re.findall(rf'hx-get="/desk/tickets/{ticket.pk}/ask/(\w+)', text)
    form = text_of(client.get(f"/desk/tickets/{ticket.pk}/ask/reply"))
    assert (acts, "cross" in text, "on our way" in text) == (["reply"], False, True)
    assert ("categories" in form, "<textarea" in form) == (False, True)


def test_a_form_fetched_later_is_for_the_version_that_its_reader_has_before_them(
    nils: Client, desk: Desk
) -> None:
    ticket = opened(desk)
    seen = ticket.version
    act(nils, ticket, "start")

    text = text_of(nils.get(f"/desk/tickets/{ticket.pk}/ask/hold?version={seen}"))

    assert f'name="version" value="{seen}"' in text
    assert Ticket.objects.get().version > seen


def test_a_version_that_no_ticket_can_have_is_none(nils: Client, desk: Desk) -> None:
    ticket = opened(desk)

    text = text_of(nils.get(f"/desk/tickets/{ticket.pk}/ask/hold?version={'9' * 5_000}"))

    assert f'name="version" value="{ticket.version}"' in text


def test_an_act_that_asks_nothing_or_is_none_has_no_form(nils: Client, desk: Desk) -> None:
    ticket = opened(desk)

    answers = [nils.get(f"/desk/tickets/{ticket.pk}/ask/{name}") for name in ("take", "sell")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_a_refused_act_keeps_what_was_typed(nils: Client, desk: Desk) -> None:
    response = act(nils, opened(desk), "resolve", resolution="Changed the roller.")

    assert (response.status_code, "Changed the roller." in text_of(response)) == (422, True)


def test_somebody_elses_save_is_told_and_the_text_stays(nils: Client, desk: Desk) -> None:
    ticket = opened(desk)
    assign_ticket(
        ticket=ticket,
        version=ticket.version,
        assignee=person("Vera"),
        actor=account("vera"),
        at=clock.now(),
    )

    words = {"resolution": "Changed the roller.", "true_category": "Hardware"}
    text = text_of(act(nils, ticket, "resolve", **words))

    assert ("Somebody else has changed" in text, "Changed the roller." in text) == (True, True)


def test_a_second_click_on_resolve_says_who_did_it(nils: Client, desk: Desk) -> None:
    ticket = opened(desk)
    words = {"resolution": "Changed the roller.", "true_category": "Hardware"}
    act(nils, ticket, "resolve", **words)

    response = act(nils, ticket, "resolve", **words)

    said = "T-000001 cannot be resolved: it is resolved since"
    assert (response.status_code, said in text_of(response)) == (422, True)


def test_markup_in_what_was_written_stays_text(nils: Client, desk: Desk) -> None:
    ticket = opened(desk, title="<script>alert(1)</script>")
    act(nils, ticket, "reply", text="<img src=x onerror=alert(1)>", entry_key="a")

    text = text_of(nils.get(f"/desk/tickets/{ticket.pk}/"))

    assert ("<script>alert" in text, "<img src=x" in text) == (False, False)


def test_the_log_names_whoever_has_the_ticket(nils: Client, desk: Desk) -> None:
    ticket = opened(desk)
    act(nils, ticket, "assign", to=f"{desk.network.pk}-{person('Vera').pk}")

    text = text_of(nils.get(f"/desk/tickets/{ticket.pk}/"))

    assert "<br><span>Vera</span></td>" in text


def test_a_ticket_goes_back_to_whoever_is_free_in_its_team(nils: Client, desk: Desk) -> None:
    ticket = opened(desk)
    act(nils, ticket, "take")
    ticket.refresh_from_db()

    act(nils, ticket, "assign", to=f"{desk.network.pk}")

    ticket.refresh_from_db()
    assert (ticket.team, ticket.assignee, ticket.state) == (desk.network, None, "new")


def test_an_act_that_does_not_exist_is_not_there(nils: Client, desk: Desk) -> None:
    assert act(nils, opened(desk), "explode").status_code == 404


def test_a_worked_ticket_costs_no_more_than_fifteen_queries(nils: Client, desk: Desk) -> None:
    ticket = opened(desk)
    act(nils, ticket, "reply", text="Hello", entry_key="a")
    act(nils, ticket, "note", text="Hm", entry_key="b")
    nils.get(f"/desk/tickets/{ticket.pk}/")

    with CaptureQueriesContext(connection) as queries:
        nils.get(f"/desk/tickets/{ticket.pk}/")

    assert len(queries) <= 15


def test_a_reply_says_what_became_of_its_mail(nils: Client, desk: Desk) -> None:
    ticket = opened(desk)
    act(nils, ticket, "reply", text="Hello", entry_key="a")

    text = text_of(nils.get(f"/desk/tickets/{ticket.pk}/"))

    assert "mail to mona@example.org: waiting to be sent" in text


def test_what_waits_for_me_and_my_teams_is_told_by_consequence(desk: Desk) -> None:
    urgent = opened(desk, impact=1, urgency=1)
    take_ticket(ticket=urgent, version=urgent.version, actor=account("nils"), at=clock.now())
    opened(desk)
    opened(desk)

    items = waiting.waiting_for(account("nils"), clock.now())

    assert [(item.kind, item.consequence, item.title) for item in items] == [
        ("Ticket", waiting.Consequence.SEVERE, str(urgent)),
        ("Queue", waiting.Consequence.ORDINARY, "2 unassigned in Network"),
    ]


def test_a_resolved_ticket_waits_for_nobody(desk: Desk) -> None:
    ticket = opened(desk)
    resolve_ticket(
        ticket=ticket,
        version=ticket.version,
        resolution="Done",
        true_category="Hardware",
        actor=account("nils"),
        at=clock.now(),
    )

    assert waiting.waiting_for(account("nils"), clock.now()) == ()


def test_a_ticket_on_hold_for_an_answer_waits_for_whoever_reported_it(desk: Desk) -> None:
    ticket, nils = opened(desk), account("nils")
    hold_ticket(
        ticket=ticket,
        version=ticket.version,
        pause_reason="requester",
        question="Which one?",
        actor=nils,
        at=clock.now(),
    )

    waits = waiting.waiting_for(account("mona"), clock.now())

    assert [(item.title, item.kind) for item in waits] == [(str(ticket), "Your report")]


def test_the_first_button_is_never_the_one_for_spam(nils: Client, desk: Desk) -> None:
    ticket = opened(desk)
    act(nils, ticket, "take")
    ticket.refresh_from_db()
    act(nils, ticket, "start")

    text = text_of(nils.get(f"/desk/tickets/{ticket.pk}/"))

    first = re.findall(r'btn-sm btn-primary"[^>]*>([^<]+)<', text)
    assert first == ["Resolve"]
