"""Names of accounts lead to people: an account's own page is its keepers' alone."""

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account
from quarterdeck.desk.models import TicketLink
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, staffed_desk
from quarterdeck.desk.vocabulary.ticket_life import LinkKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


def linked_by(desk: Desk, maker: Account) -> TicketLink:
    first, second = opened(desk), opened(desk)
    with acting(actor=maker, verb_name="test.link", at=MONDAY):
        return TicketLink.objects.create(
            ticket=first, other=second, kind=LinkKind.RELATED, made_by=maker, made_at=MONDAY
        )


def pages(client: Client, link: TicketLink) -> tuple[str, str]:
    """The list and the page of a link, as a technician reads them."""
    client.force_login(account("nils"))
    addresses = reverse("desk.ticketlink.list"), reverse("desk.ticketlink.detail", args=[link.pk])
    first, second = (client.get(address).content.decode() for address in addresses)
    return first, second


def test_the_name_of_a_colleagues_account_leads_to_the_person(desk: Desk, client: Client) -> None:
    link = linked_by(desk, desk.ada)
    assert desk.ada.person is not None
    person = reverse("core.person.detail", args=[desk.ada.person.pk])

    shown = pages(client, link)

    assert all(f"<a href={person}>Ada</a>" in page for page in shown)
    assert client.get(person).status_code == 200


def test_an_account_of_nobody_leads_nowhere(desk: Desk, client: Client) -> None:
    link = linked_by(desk, desk.operator)

    shown = pages(client, link)

    assert all("operator" in page and "/core/accounts/" not in page for page in shown)
