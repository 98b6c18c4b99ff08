"""What of the desk people can be asked about."""

from datetime import timedelta

import pytest

from quarterdeck.core.acts import acting
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.queries.occasions import CLOSED, RESOLVED
from quarterdeck.desk.tests.escalation_cast import complaint, led_desk, with_nils
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person, staffed_desk
from quarterdeck.desk.verbs.escalations import resolve_escalation
from quarterdeck.desk.verbs.tickets import resolve_ticket

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_whoever_complained_can_be_asked_once_it_is_resolved_and_not_before() -> None:
    desk = led_desk()
    ticket = with_nils(desk)
    row = complaint(ticket)
    open_still = list(CLOSED.happenings(MONDAY - DAY, MONDAY + DAY))

    resolve_escalation(
        escalation=row,
        version=row.version,
        resolution="A new roller",
        place="https://desk.example.org/",
        actor=account("vera"),
        at=MONDAY + DAY,
    )
    found = list(CLOSED.happenings(MONDAY, MONDAY + DAY))
    later = list(CLOSED.happenings(MONDAY + DAY, MONDAY + 2 * DAY))

    assert (open_still, later) == ([], [])
    assert [(each.person_key, each.subject, each.service) for each in found] == [
        (person("Mona").pk, f"desk.escalation:{row.pk}", "Mail"),
    ]


def test_whoever_reported_is_asked_and_not_about_what_was_imported() -> None:
    desk = staffed_desk()
    own, imported = opened(desk), opened(desk)
    for each in (own, imported):
        words = {"version": each.version, "actor": account("nils"), "at": MONDAY}
        resolve_ticket(ticket=each, resolution="A new roller", true_category="Mail", **words)  # type: ignore[arg-type]  # the words fit
    with acting(actor=desk.operator, verb_name="test.imported", at=MONDAY):
        Ticket.objects.filter(pk=imported.pk).update(batch=desk.batch)

    found = list(RESOLVED.happenings(MONDAY - DAY, MONDAY + DAY))

    assert [(each.person_key, each.subject) for each in found] == [
        (person("Mona").pk, f"desk.ticket:{own.pk}")
    ]
