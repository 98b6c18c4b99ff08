"""Complaints are withdrawn by who complained, or in their name and with their knowledge."""

from datetime import UTC, datetime

import pytest

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Refused
from quarterdeck.desk.models import Escalation
from quarterdeck.desk.tests.escalation_cast import complaint, led_desk, with_nils
from quarterdeck.desk.tests.work_cast import account, person
from quarterdeck.desk.verbs.escalations import resolve_escalation, withdraw_escalation
from quarterdeck.office.models import OutgoingMail

pytestmark = pytest.mark.django_db


def at(day: int, hour: int) -> datetime:
    return datetime(2016, 4, day, hour, tzinfo=UTC)


@pytest.mark.parametrize("name", ["vera", "greta"])
def test_a_complaint_is_not_withdrawn_by_who_has_to_answer_it(name: str) -> None:
    row = complaint(with_nils(led_desk()))
    with acting(actor=account("vera"), verb_name="test.owner", at=at(4, 10)):
        Escalation.objects.filter(pk=row.pk).update(owner=person(name.title()))
    row.refresh_from_db()

    with pytest.raises(Refused):
        withdraw_escalation(
            escalation=row, version=row.version, reason="No", actor=account(name), at=at(4, 12)
        )


@pytest.mark.parametrize(("name", "mails"), [("nils", 1), ("mona", 0)])
def test_a_complainant_is_told_what_was_withdrawn_in_their_name(name: str, mails: int) -> None:
    row = complaint(with_nils(led_desk()))

    withdraw_escalation(
        escalation=row,
        version=row.version,
        reason="It was the wrong printer",
        actor=account(name),
        at=at(4, 12),
    )

    told = OutgoingMail.objects.filter(
        recipient=person("Mona").email, text__contains="It was the wrong printer"
    )
    assert told.count() == mails


def test_whoever_raised_it_takes_it_back() -> None:
    row = complaint(with_nils(led_desk()))

    back = withdraw_escalation(
        escalation=row,
        version=row.version,
        reason="She called again: it was the wrong printer",
        actor=account("nils"),
        at=at(4, 12),
    )

    assert back.state == "withdrawn"
    with pytest.raises(Refused, match="it is withdrawn"):
        resolve_escalation(
            escalation=back,
            version=back.version,
            resolution="A new roller",
            actor=account("vera"),
            at=at(5, 9),
        )
