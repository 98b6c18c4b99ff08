"""None of many awkward mails is lost, answered by a machine, or run."""

import hashlib

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.desk.gateways.mail import originals
from quarterdeck.desk.models import IncomingMail, Ticket
from quarterdeck.desk.tests.mail_cast import mailed_desk, taken
from quarterdeck.desk.tests.mail_corpus import corpus, markup
from quarterdeck.desk.tests.work_cast import account
from quarterdeck.desk.vocabulary import IncomingState
from quarterdeck.office.models import OutgoingMail

pytestmark = pytest.mark.django_db
ENDS = {
    IncomingState.ON_TICKET: "t",
    IncomingState.NOT_UNDERSTOOD: "n",
    IncomingState.STOPPED: "s",
}
# What would run in a browser, if a page did not write it as text.
LIVE = ("<script>alert", "onerror=alert(2)>", "onload=alert", 'href="javascript:', "onload='alert")


def end_of(mail: IncomingMail) -> str:
    return ENDS.get(IncomingState(mail.state), mail.state)


def kept(mail: IncomingMail) -> str:
    return hashlib.sha256(originals.original(mail.original.stored_name)).hexdigest()


def live_in(mail: IncomingMail, client: Client) -> list[str]:
    """Return what would run on the pages of a mail and its ticket."""
    assert mail.ticket is not None
    pages = "".join(
        client.get(reverse(name, args=[key])).content.decode()
        for name, key in (
            ("desk.incomingmail.detail", mail.pk),
            ("desk.ticket.detail", mail.ticket.pk),
        )
    )
    return [each for each in LIVE if each in pages]


def test_none_is_lost_answered_or_run() -> None:
    mailed_desk(hourly_limit=1000)
    given, client = corpus(), Client()
    client.force_login(account("nils"))

    mails = {name: taken(content) for name, (_, content) in given.items()}

    ends = {name: (end_of(mail), kept(mail)) for name, mail in mails.items()}
    assert ends == {
        name: (end, hashlib.sha256(content).hexdigest()) for name, (end, content) in given.items()
    }
    tickets = sum(end == "t" for end, _ in given.values())
    assert (len(given) >= 60, Ticket.objects.count(), OutgoingMail.objects.count()) == (
        True,
        tickets,
        tickets,
    )
    hostile = [name for name, _, _ in markup()]
    assert {name: live_in(mails[name], client) for name in hostile} == {
        name: [] for name in hostile
    }
