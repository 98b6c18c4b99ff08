"""A reply answers a requester only where it can reach them; a name spelt wrongly is asked about."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.jobs.declaration import load
from quarterdeck.core.models import Person
from quarterdeck.core.outbox import deliver_due
from quarterdeck.desk.models import ServiceLevelClock, Ticket
from quarterdeck.desk.queries.clock_rows import COLUMNS, projected_rows
from quarterdeck.desk.tests.promised import promised
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person, staffed_desk
from quarterdeck.desk.verbs.ticket_messages import note_internally, reply_publicly
from quarterdeck.desk.vocabulary import ServiceLevelMetric
from quarterdeck.office.models import OutgoingMail
from quarterdeck.office.verbs.mail import note_bounced, note_refused, queue_again

RESPONSE = ServiceLevelMetric.RESPONSE
TEN = datetime(2016, 4, 4, 10, tzinfo=UTC)
REPORT = {
    "requester": "Moan",
    "title": "The printer eats paper",
    "impact": "3",
    "urgency": "2",
    "kind": "incident",
    "channel": "Phone",
    "entry_key": "one",
    "mine": "1",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    desk = staffed_desk()
    promised({RESPONSE: 4}, actor=desk.operator)
    return desk


def outcome(ticket: Ticket) -> str:
    return ServiceLevelClock.objects.get(ticket=ticket, metric=RESPONSE).outcome


def reply(ticket: Ticket, *, is_spoken: bool = False) -> None:
    reply_publicly(
        ticket=ticket, text="We come.", is_spoken=is_spoken, actor=account("nils"), at=TEN
    )


def unreached(desk: Desk) -> dict[str, Ticket]:
    """Tickets of a name alone, of somebody without address and account, and of an account."""
    with acting(actor=desk.operator, verb_name="test.people", at=MONDAY):
        nobody = Person.objects.create(name="Nobody in particular")
        Person.objects.filter(name="Mona").update(email="")
    return {
        "a name": opened(desk, requester=None, requester_name="Somebody new"),
        "no way": opened(desk, requester=nobody),
        "portal": opened(desk, requester=person("Mona")),
    }


def test_a_reply_that_nobody_can_get_answers_nobody(desk: Desk) -> None:
    tickets = unreached(desk)
    mailed = opened(desk, requester=person("Omar"))

    for ticket in (*tickets.values(), mailed):
        reply(ticket)

    assert {name: outcome(ticket) for name, ticket in tickets.items()} == {
        "a name": "running",
        "no way": "running",
        "portal": "met",
    }
    assert outcome(mailed) == "met"


def test_what_was_told_by_phone_answers_and_is_not_mailed(desk: Desk) -> None:
    unknown = unreached(desk)["a name"]
    known = opened(desk, requester=person("Omar"))
    before = OutgoingMail.objects.count()

    for ticket in (unknown, known):
        reply(ticket, is_spoken=True)

    assert (outcome(unknown), outcome(known)) == ("met", "met")
    assert OutgoingMail.objects.count() == before


def followed(ticket: Ticket) -> tuple[str, set[str]]:
    """How the clock stands once the news was told, and how it should stand."""
    load()
    while deliver_due(at=TEN.replace(year=2100)):
        pass
    rows = projected_rows([ticket], TEN)
    return outcome(ticket), {row[COLUMNS.index("outcome")] for row in rows.values()}


def test_a_reply_that_did_not_arrive_answers_nobody_until_it_is_sent_again(desk: Desk) -> None:
    with acting(actor=desk.operator, verb_name="test.people", at=MONDAY):
        outside = Person.objects.create(name="Olga", email="olga@example.net")
    ticket = opened(desk, requester=outside)
    reply(ticket)
    mail = OutgoingMail.objects.latest("pk")
    before = outcome(ticket)

    bounced = note_bounced(mail=mail, reason="550", actor=desk.operator, at=TEN)
    lost = followed(ticket)
    refused = note_refused(mail=bounced, reason="550", actor=desk.operator, at=TEN)
    queue_again(mail=refused, recipient="olga@example.org", actor=desk.operator, at=TEN)

    assert (before, lost, followed(ticket)) == ("met", ("running", {"running"}), ("met", {"met"}))


def test_an_internal_note_answers_nobody(desk: Desk) -> None:
    ticket = opened(desk)

    note_internally(ticket=ticket, text="Hm.", actor=account("nils"), at=TEN)

    assert outcome(ticket) == "running"


def test_the_form_of_a_reply_takes_it_down_as_told_by_phone(desk: Desk) -> None:
    ticket = opened(desk, requester=None, requester_name="Somebody new")
    client = Client()
    client.force_login(desk.nils)

    words = {"text": "We come.", "entry_key": "a", "is_spoken": "on"}
    client.post(reverse("desk.act", args=[ticket.pk, "reply"]), words)
    shown = client.get(reverse("desk.ticket.detail", args=[ticket.pk])).content.decode()

    assert "told by phone or in person" in shown


def test_quick_entry_asks_whether_a_known_person_was_meant_and_then_keeps_the_name(
    desk: Desk,
) -> None:
    with acting(actor=desk.operator, verb_name="test.people", at=MONDAY):
        Person.objects.create(name="Monika Lindgren", email="monika@example.org")
    client = Client()
    client.force_login(desk.nils)
    words = {**REPORT, "requester": "Monica Lindgren"}

    asked = client.post(reverse("desk.new"), words)
    text = asked.content.decode()
    sent_again = client.post(reverse("desk.new"), {**words, "as_typed": "Monica Lindgren"})

    assert (asked.status_code, "Did you mean Monika Lindgren · monika@example.org?" in text) == (
        422,
        True,
    )
    assert 'name="as_typed" value="Monica Lindgren"' in text
    assert sent_again.status_code == 302
    assert Ticket.objects.get().requester_name == "Monica Lindgren"
