"""Health tells of mailboxes that have not been read for too long."""

from datetime import UTC, datetime, timedelta

import pytest

from quarterdeck.config.operation.standing import Finding, readiness
from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account
from quarterdeck.desk.models import Mailbox, MailboxStanding

pytestmark = pytest.mark.django_db
AT = datetime(2016, 4, 4, 9, tzinfo=UTC)


def finding() -> Finding:
    return next(each for each in readiness(AT) if each.title == "Mailboxes")


def fetched(operator: Account) -> MailboxStanding:
    """A mailbox that has just been read."""
    with acting(actor=operator, verb_name="test.mailbox", at=AT):
        mailbox = Mailbox.objects.create(
            name="help", address="help@example.org", host="imap.example.org", username="help"
        )
    return MailboxStanding.objects.create(mailbox=mailbox, asked_at=AT, read_at=AT)


@pytest.mark.usefixtures("db")
def test_without_a_mailbox_there_is_nothing_to_watch() -> None:
    assert (finding().is_well, finding().is_off) == (True, True)


def test_a_mailbox_that_was_read_lately_is_well(operator: Account) -> None:
    fetched(operator)

    assert (finding().is_well, finding().told) == (True, "All are read.")


def test_a_silent_mailbox_is_not_well_and_keeps_nothing_from_serving(operator: Account) -> None:
    standing = fetched(operator)
    standing.read_at, standing.failure = AT - timedelta(hours=1), "It is away."
    standing.save()

    told = "help@example.org was last read at 2016-04-04 08:00 UTC. It is away."
    assert finding() == Finding("Mailboxes", is_well=False, told=told, needed=False)
