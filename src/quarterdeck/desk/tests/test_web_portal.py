"""What the portal shows to whom: one's own tickets and files, and no internal note."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quarterdeck.core.models import Account
from quarterdeck.desk.models import Escalation, Ticket
from quarterdeck.desk.tests.escalation_cast import led_desk, with_nils
from quarterdeck.desk.tests.portal_cast import catalogue_item, requester
from quarterdeck.desk.tests.web_cast import Desk, add_tickets
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, staffed_desk
from quarterdeck.desk.verbs.own_tickets import answer_desk
from quarterdeck.desk.verbs.ticket_links import merge_ticket
from quarterdeck.desk.verbs.ticket_messages import note_internally, reply_publicly
from quarterdeck.office.models import Attachment
from quarterdeck.ui import suggested
from quarterdeck.ui.navigation import sections_for
from quarterdeck.ui.suggested import Suggestion

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def browser(user: Account) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, route: str, *args: int) -> str:
    return client.get(reverse(route, args=args)).content.decode()


def test_a_requester_reads_replies_and_no_internal_note(desk: Desk) -> None:
    ticket = opened(desk)
    reply_publicly(ticket=ticket, text="We are on our way.", actor=account("nils"), at=LATER)
    note_internally(ticket=ticket, text="She is always cross.", actor=account("nils"), at=LATER)

    shown = page(browser(desk.mona), "portal.ticket", ticket.pk)

    assert "We are on our way." in shown
    assert "always cross" not in shown


def test_a_merged_report_names_and_links_the_other_where_both_are_ones_own(desk: Desk) -> None:
    counting, twice = opened(desk), opened(desk)
    others = opened(desk, requester=requester(desk, "Otto").person)
    words: dict[str, Any] = {"actor": account("nils"), "at": LATER}
    for each, into in ((twice, counting), (counting, others)):
        row = Ticket.objects.get(pk=each.pk)
        merge_ticket(ticket=row, version=row.version, into=into, **words)
    client = browser(desk.mona)

    listed = client.get(reverse("portal.tickets"), {"show": "closed"}).content.decode()
    shown = [page(client, "portal.ticket", each.pk) for each in (twice, counting)]

    assert f"Merged into {counting.number}" in listed
    assert f'href="/portal/tickets/{counting.pk}/"' in shown[0]
    assert "Merged into another report" in shown[1]
    assert others.number not in "".join([listed, *shown])


def test_a_file_is_handed_to_whoever_added_it_and_to_nobody_else(desk: Desk) -> None:
    ticket = opened(desk)
    file = ContentFile(b"It says E42.", name="screen.txt")
    answer_desk(ticket=ticket, text="See here.", files=[file], actor=account("mona"), at=LATER)
    address = reverse("portal.file", args=[Attachment.objects.get().pk])

    own = browser(desk.mona).get(address)
    others = browser(requester(desk, "Otto")).get(address).status_code

    assert (b"".join(own), others) == (b"It says E42.", 404)
    own.close()


def test_whoever_only_asks_has_a_short_menu_and_all_of_it_answers(desk: Desk) -> None:
    places = [place for each in sections_for(desk.mona, "") for place in each.places]
    answers = [browser(desk.mona).get(place.address).status_code for place in places]

    assert [place.title for place in places] == [
        *("Today", "Approvals", "Get help", "My tickets"),
        *("Knowledge", "Training", "Delegations"),
    ]
    assert answers == [200] * 7


def test_a_ticket_without_a_title_is_named_by_its_category(desk: Desk) -> None:
    add_tickets(desk, 1, title="", category="Door badges", requester=desk.mona.person)

    assert "Door badges" in page(browser(desk.mona), "portal.tickets")


def test_a_reloaded_act_leads_to_its_ticket(desk: Desk) -> None:
    ticket = opened(desk)

    answer = browser(desk.ada).get(reverse("desk.act", args=[ticket.pk, "resolve"]))

    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        reverse("desk.ticket.detail", args=[ticket.pk]),
    )


@pytest.mark.parametrize(("route", "questions"), [("portal.home", 9), ("portal.tickets", 5)])
def test_a_page_asks_as_much_for_three_rows_as_for_one(
    desk: Desk, route: str, questions: int
) -> None:
    client, asked = browser(desk.mona), []
    for amount in (1, 2):
        for number in range(amount):
            opened(desk)
            catalogue_item(desk, title=f"Thing {amount}{number}")
        page(client, route)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page(client, route)
        asked.append(len(captured))

    assert asked == [questions, questions]


def test_the_search_finds_what_is_on_offer_by_its_words(desk: Desk) -> None:
    catalogue_item(desk, title="A laptop", description="For travel")
    catalogue_item(desk, title="A phone")

    answer = browser(desk.mona).get(reverse("portal.home"), {"q": "travel lap"}).content.decode()

    assert "A laptop" in answer
    assert "A phone" not in answer


def test_suggestions_come_from_those_who_have_some(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = browser(desk.mona), reverse("portal.suggest")
    monkeypatch.setattr(suggested, "_providers", [])
    without = client.post(address, {"title": "printer"}).content
    suggested.provide(lambda words, _user: [Suggestion(f"About {words}", "/kb/1", "Article")])

    found = client.post(address, {"title": "printer"}).content.decode()
    too_short = client.post(address, {"title": "pr"}).content

    assert (without.strip(), too_short.strip()) == (b"", b"")
    assert "About printer" in found


def test_a_requester_follows_a_ticket_and_follows_it_no_longer(desk: Desk) -> None:
    ticket = opened(desk)
    client = browser(account("mona"))
    address = reverse("portal.ticket", args=[ticket.pk])

    offered = []
    for act in ("follow", "unfollow", "follow"):
        client.post(reverse("portal.act", args=[ticket.pk, act]))
        page = client.get(address).content.decode()
        offered.append((">Follow<" in page, ">Follow no longer<" in page))

    assert offered == [(False, True), (True, False), (False, True)]
    assert [each.account.username for each in ticket.watchers.all()] == ["mona"]


def test_a_requester_complains_from_the_portal_and_reads_there_who_answers_when() -> None:
    desk = led_desk()
    client, ticket = browser(desk.mona), with_nils(desk)
    own = reverse("portal.ticket", args=[ticket.pk])
    form = reverse("desk.complain", args=[ticket.pk])
    offered = [form in client.get(own).content.decode()]

    answer = client.post(form, {"reason": "Nobody has called."}, follow=True).content.decode()

    page_now = client.get(own).content.decode()
    (row,) = Escalation.objects.all()
    offered.append(form in page_now)
    assert offered == [True, False]
    assert (reverse("desk.escalation.detail", args=[row.pk]) in page_now, own in answer) == (
        True,
        True,
    )
    assert f"who answers by {row.answer_due_at:%Y-%m-%d %H:%M}" in answer
