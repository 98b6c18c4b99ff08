"""The desk orders from the catalogue for somebody else, and people are suggested by their names."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Person, Unit
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.queries.catalogue_requests import approval_of
from quarterdeck.desk.tests.portal_cast import (
    FOR_WHOM,
    approved_by,
    catalogue_item,
    formed,
    requester,
)
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, person, staffed_desk
from quarterdeck.desk.verbs.catalogue_requests import Wish, request_from_catalogue
from quarterdeck.services.models import CatalogueItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def browser(user: Account) -> Client:
    client = Client()
    client.force_login(user)
    return client


def asked(item: CatalogueItem, by: str, whom: str) -> Ticket:
    wish = Wish(item=item, form=item.form, requester=person(whom))
    return request_from_catalogue(wish=wish, actor=account(by), at=MONDAY)


def test_the_desk_asks_for_somebody_and_the_approval_is_asked_for_them(desk: Desk) -> None:
    item = catalogue_item(desk, approval_policy=approved_by(desk, "Ada"))

    ticket = asked(item, "nils", "Mona")

    request = approval_of(ticket)
    assert request is not None
    assert (ticket.requester, ticket.opened_by, ticket.pause_reason) == (
        person("Mona"),
        desk.nils,
        "approval",
    )
    assert (request.requester, request.asked_by, request.title) == (
        person("Mona"),
        desk.nils,
        "A device for Mona",
    )


def test_a_requester_asks_for_nobody_else_and_nobody_gets_what_is_not_for_them(desk: Desk) -> None:
    requester(desk, "Otto")
    with acting(actor=desk.operator, verb_name="test.unit", at=MONDAY):
        unit = Unit.objects.create(name="Libraries", path="2.")
        Unit.objects.filter(pk=unit.pk).update(path=f"{unit.pk}.")
        Person.objects.filter(name="Otto").update(unit=unit)
    item = catalogue_item(desk, audience=unit)

    with pytest.raises(Refused, match="for others"):
        asked(item, "mona", "Otto")
    with pytest.raises(Refused, match="not on offer to Mona"):
        asked(item, "nils", "Mona")
    assert asked(item, "nils", "Otto").requester == person("Otto")


def test_quick_entry_offers_the_catalogue_and_takes_the_request_down(desk: Desk) -> None:
    item = catalogue_item(desk)
    form = formed(desk, item, FOR_WHOM)
    client = browser(desk.nils)
    address = reverse("desk.new.request", args=[item.pk])

    offered = client.get(reverse("desk.new")).content.decode()
    unknown = client.post(address, {"requester": "Nobody", "channel": "Phone"})
    words = {"requester": "Mona · mona@example.org", "channel": "Phone", "form": form.pk}
    client.post(address, {**words, "q-for_whom": "Vera"})

    ticket = Ticket.objects.get()
    assert address in offered
    assert (unknown.status_code, "is in the directory" in unknown.content.decode()) == (422, True)
    assert (ticket.requester, ticket.contact_channel) == (person("Mona"), "Phone")
    assert ticket.catalogue_request.answers[0]["shown"] == "Vera"


def test_a_program_of_the_desk_asks_for_somebody_and_a_requesters_may_not(desk: Desk) -> None:
    item = catalogue_item(desk)

    def ask(by: Account) -> int:
        body = json.dumps({"item": item.pk, "requester": person("Mona").pk})
        return browser(by).post("/api/v1/portal/requests", body, "application/json").status_code

    statuses = [ask(requester(desk, "Otto")), ask(desk.nils)]

    assert (statuses[0] in {403, 404}, statuses[1]) == (True, 201)
    assert Ticket.objects.get().requester == person("Mona")


def test_people_are_suggested_by_a_beginning_of_their_name_as_far_as_one_sees_them(
    desk: Desk,
) -> None:
    with acting(actor=desk.operator, verb_name="test.people", at=MONDAY):
        same = [Person.objects.create(name="Vera", email=f"v{each}@example.org") for each in "ab"]
    address = reverse("portal.people")

    def offered(user: Account, typed: str) -> str:
        given: dict[str, Any] = {"field": "q-for_whom", "q-for_whom": typed}
        return browser(user).get(address, given).content.decode()

    assert offered(desk.nils, "omA").count("<option") == 1
    assert 'value="Omar"' in offered(desk.nils, "omA")
    assert f'value="#{same[0].pk}"' in offered(desk.nils, "ver")
    assert offered(desk.nils, "").strip() == ""
