"""Title and description of a ticket are set right, and the words of before stay in its history."""

import pytest
from django.test import Client

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Conflict, Invalid, Refused
from quarterdeck.core.history.entries import entries_of
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, staffed_desk
from quarterdeck.desk.verbs.ticket_details import reword_ticket
from quarterdeck.desk.verbs.tickets import cancel_ticket

pytestmark = pytest.mark.django_db

OLD = "The printer on the second floor eats paper"


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def reworded(ticket: Ticket, title: str, description: str = "", by: str = "nils") -> Ticket:
    return reword_ticket(
        ticket=ticket,
        version=ticket.version,
        title=title,
        description=description,
        actor=account(by),
        at=MONDAY,
    )


def test_a_ticket_is_found_by_its_new_words_and_its_history_tells_the_old_ones(
    client: Client, desk: Desk
) -> None:
    ticket = opened(desk)
    client.force_login(desk.nils)

    shown = client.get(f"/desk/tickets/{ticket.pk}/ask/reword").content.decode()
    typed = {"version": str(ticket.version), "title": " Scanner jams ", "description": "In A 12."}
    client.post(f"/desk/tickets/{ticket.pk}/act/reword", typed)

    ticket.refresh_from_db()
    told = [entry.before.get("title") for entry in entries_of(ticket) if entry.before]
    found = {
        q: ticket.number in client.get("/desk/tickets/", {"q": q}).content.decode()
        for q in ("scanner jams", "eats paper")
    }
    assert (f'value="{OLD}"' in shown, ticket.title, ticket.description) == (
        True,
        "Scanner jams",
        "In A 12.",
    )
    assert (OLD in told, ticket.set_by_hand) == (True, ["description", "title"])
    assert found == {"scanner jams": True, "eats paper": False}


def test_what_a_browser_does_to_line_ends_is_no_change(client: Client, desk: Desk) -> None:
    ticket = opened(desk)
    with acting(actor=desk.operator, verb_name="test.told", at=MONDAY):
        Ticket.objects.filter(pk=ticket.pk).update(description="By mail:\nit jams. \n")
    client.force_login(desk.nils)
    typed = {"version": str(ticket.version), "title": OLD, "description": "By mail:\r\nit jams."}

    client.post(f"/desk/tickets/{ticket.pk}/act/reword", typed)
    ticket.refresh_from_db()
    before = ticket.set_by_hand
    client.post(f"/desk/tickets/{ticket.pk}/act/reword", typed | {"title": "Scanner"})

    ticket.refresh_from_db()
    assert (before, ticket.title, ticket.set_by_hand) == ([], "Scanner", ["title"])
    assert ticket.description == "By mail:\nit jams. \n"


def test_a_title_is_neither_empty_nor_endless(desk: Desk) -> None:
    ticket = opened(desk)

    for title in (" ", "x" * 301):
        with pytest.raises(Invalid):
            reworded(ticket, title)


def test_what_changes_nothing_what_is_over_and_whoever_has_no_part_is_refused(desk: Desk) -> None:
    ticket = opened(desk)
    gone = opened(desk)
    gone = cancel_ticket(
        ticket=gone, version=gone.version, cancelled_as="mistake", actor=account("nils"), at=MONDAY
    )

    with pytest.raises(Refused, match="called and described so already"):
        reworded(ticket, OLD)
    with pytest.raises(Refused, match="it is cancelled"):
        reworded(gone, "Scanner")
    for stranger in ("mona", "omar"):
        with pytest.raises(Refused):
            reworded(ticket, "Scanner", by=stranger)


def test_of_two_who_word_it_at_once_the_second_is_told(desk: Desk) -> None:
    ticket = opened(desk)
    stale = Ticket.objects.get(pk=ticket.pk)
    reworded(ticket, "Scanner")

    with pytest.raises(Conflict):
        reworded(stale, "Copier")
