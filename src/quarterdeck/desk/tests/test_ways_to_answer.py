"""What mails ask their readers to do is possible: an answer comes somewhere."""

import pytest
from pytest_django.fixtures import Settings

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Person
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.tests.mail_cast import last_sent, mailed_desk, resolved
from quarterdeck.desk.tests.work_cast import MONDAY, opened, staffed_desk

pytestmark = pytest.mark.django_db


def told(ticket: Ticket) -> str:
    """The last line of the mail that says that a ticket is resolved."""
    resolved(ticket)
    return last_sent().text.strip().splitlines()[-1]


def test_where_a_mailbox_takes_it_the_mail_itself_is_answered() -> None:
    line = told(opened(mailed_desk()))

    assert line == "If it was not, answer to this mail, and it will be reopened."


def test_beside_the_mail_the_portal_is_named_to_whoever_can_sign_in(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://desk.example.org/"
    ticket = opened(mailed_desk())

    place = f"https://desk.example.org/portal/tickets/{ticket.pk}/"
    line = f"If it was not, answer to this mail or at {place}, and it will be reopened."
    assert told(ticket) == line


def test_who_has_no_account_is_not_sent_to_a_page_to_sign_in_on(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://desk.example.org/"
    desk = mailed_desk()
    with acting(actor=desk.operator, verb_name="test.stranger", at=MONDAY):
        stranger = Person.objects.create(name="Inga", external_id="inga", email="inga@example.org")

    line = told(opened(desk, requester=stranger))

    assert line == "If it was not, answer to this mail, and it will be reopened."


def test_without_a_mailbox_the_portal_takes_it(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://desk.example.org/"
    ticket = opened(staffed_desk())

    place = f"https://desk.example.org/portal/tickets/{ticket.pk}/"
    assert told(ticket) == f"If it was not, answer at {place}, and it will be reopened."


def test_where_neither_is_known_nobody_is_asked_to_write_to_nobody(
    settings: Settings,
) -> None:
    settings.PUBLIC_URL = ""

    line = told(opened(staffed_desk()))

    assert line == "If it was not, tell the service desk, and it will be reopened."
