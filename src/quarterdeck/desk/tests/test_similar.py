"""Tickets like a report: ranked by their words, explained, and never what one may not see."""

from datetime import timedelta

import pytest
from django.test import Client

from quarterdeck.core.acts import acting
from quarterdeck.core.search import newest_with
from quarterdeck.desk.models import Category, Problem, Ticket, TicketLink
from quarterdeck.desk.queries.similar import similar_to
from quarterdeck.desk.records import tickets
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, staffed_desk
from quarterdeck.desk.verbs.problems import declare_known_error, open_problem

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
ASKED = "Toner spills from the printer"


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def reported(desk: Desk, *titles: str, category: str = "Printing") -> list[Ticket]:
    return [opened(desk, title=title, category=category) for title in titles]


def test_what_shares_the_rare_words_comes_first_and_says_which(desk: Desk) -> None:
    common, rare, _ = reported(
        desk, "The printer is slow", "Toner spills in the printer", "The lift is dark"
    )

    found = similar_to(ASKED, "", desk.ada, MONDAY + HOUR).tickets

    assert [one.ticket for one in found] == [rare, common]
    assert sorted(found[0].words) == ["printer", "spills", "toner"]


def test_nearly_the_same_words_on_an_open_ticket_may_be_the_same_report(desk: Desk) -> None:
    reported(desk, ASKED, "The printer is slow")

    found = similar_to(ASKED, "", desk.ada, MONDAY + HOUR).tickets

    assert [one.is_double for one in found] == [True, False]


def test_nobody_is_shown_what_their_roles_do_not_reach(desk: Desk) -> None:
    reported(desk, ASKED)

    seen = [similar_to(ASKED, "", account(name), MONDAY).tickets for name in ("omar", "vera")]

    assert [len(found) for found in seen] == [0, 1]


def test_a_ticket_is_not_like_itself(desk: Desk) -> None:
    (ticket,) = reported(desk, ASKED)

    assert similar_to(ticket.title, "", desk.ada, MONDAY, ticket).tickets == ()


def test_the_category_of_most_neighbours_is_suggested_with_their_words(desk: Desk) -> None:
    reported(desk, *["Toner spills again"] * 3)
    reported(desk, "Toner on a shirt", category="Supplies")

    suggested = similar_to(ASKED, "", desk.ada, MONDAY).category

    assert suggested is not None
    assert (suggested.path, suggested.voters, sorted(suggested.words)) == (
        "Printing",
        3,
        ["spills", "toner"],
    )


def test_a_category_that_is_not_in_use_is_not_suggested(desk: Desk) -> None:
    reported(desk, *["Toner spills again"] * 3)
    with acting(actor=desk.operator, verb_name="test.category", at=MONDAY):
        Category.objects.create(name="Hardware", path="Hardware")

    assert similar_to(ASKED, "", desk.ada, MONDAY).category is None


def known_error(desk: Desk, ticket: Ticket) -> Problem:
    """A known error that explains a ticket, with what helps meanwhile."""
    problem = open_problem(
        title="Toner spills", incidents=[ticket], actor=account("nils"), at=MONDAY
    )
    return declare_known_error(
        problem=problem,
        version=problem.version,
        cause="A worn seal",
        true_category="Supplies",
        workaround="Turn the cartridge.",
        actor=desk.ada,
        at=MONDAY,
    )


def test_a_known_error_of_similar_tickets_brings_its_workaround(desk: Desk) -> None:
    (ticket,) = reported(desk, "Toner spills in the printer")

    problem = known_error(desk, ticket)

    assert similar_to(ASKED, "", account("vera"), MONDAY).known_errors == (problem,)


def test_the_index_gives_the_newest_of_each_whole_word(desk: Desk) -> None:
    first, second, third = reported(desk, "toner", "toner and tray", "toners everywhere")

    found = newest_with(tickets, ["tray", "ton", "toner"], 2)

    # Both databases take endings off, so that "toners" has the word "toner".
    assert found == {"tray": [second.pk], "ton": [], "toner": [third.pk, second.pk]}
    assert first.pk not in found["toner"]


def test_quick_entry_shows_them_while_one_types(desk: Desk) -> None:
    reported(desk, *["Toner spills again"] * 3)
    client = Client()
    client.force_login(account("vera"))

    page = client.get("/desk/new/similar", {"title": ASKED}).content.decode()
    short = client.get("/desk/new/similar", {"title": "To"}).content.decode()
    field = client.get("/desk/new/category", {"category": "Printing"}).content.decode()

    told = ("T-000003" in page, "<strong>Printing</strong>" in page, "T-0000" in short)
    assert told == (True, True, False)
    assert 'value="Printing"' in field


def test_the_page_of_a_ticket_says_what_explains_it_and_costs_few_queries(
    desk: Desk, django_assert_max_num_queries: object
) -> None:
    ticket, _ = reported(desk, ASKED, "Toner spills again")
    open_problem(title="Toner spills", incidents=[ticket], actor=account("nils"), at=MONDAY)
    client = Client()
    client.force_login(account("vera"))

    with django_assert_max_num_queries(15):  # type: ignore[operator]  # a fixture of pytest-django
        page = client.get(f"/desk/tickets/{ticket.pk}/similar").content.decode()

    assert ("P-000001" in page, "T-000002" in page) == (True, True)


def test_the_form_of_a_reply_offers_the_workaround_of_what_explains_the_ticket(desk: Desk) -> None:
    explained, other = reported(desk, ASKED, "The lift stays dark")
    problem = known_error(desk, explained)
    client = Client()
    client.force_login(account("vera"))

    offered = client.get(f"/desk/tickets/{explained.pk}/replies", {"act": "reply"})
    not_offered = client.get(f"/desk/tickets/{other.pk}/replies", {"act": "reply"})
    typed = {"act": "reply", "text": "Good morning,"}
    field = client.post(f"/desk/tickets/{explained.pk}/workarounds/{problem.pk}", typed)

    told = [b"Workaround of P-000001" in page.content for page in (offered, not_offered)]
    assert told == [True, False]
    assert "Good morning,\n\nTurn the cartridge.</textarea>" in field.content.decode()
    address = f"/desk/tickets/{other.pk}/workarounds/{problem.pk}"
    assert client.post(address, typed).status_code == 404


def test_a_similar_ticket_is_made_a_duplicate_by_one_press(desk: Desk) -> None:
    first, second = reported(desk, ASKED, "Toner spills again")
    client = Client()
    client.force_login(account("vera"))

    page = client.get(f"/desk/tickets/{second.pk}/similar").content.decode()
    client.post(f"/desk/tickets/{second.pk}/links", {"other": first.number, "kind": "duplicate_of"})

    assert f'aria-label="Duplicate of {first.number}"' in page
    assert list(TicketLink.objects.values_list("ticket", "kind", "other")) == [
        (second.pk, "duplicate_of", first.pk)
    ]
