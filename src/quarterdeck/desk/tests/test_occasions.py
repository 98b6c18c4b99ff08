"""What of an escalation people can be asked about."""

from datetime import timedelta

import pytest

from quarterdeck.desk.queries.occasions import CLOSED
from quarterdeck.desk.tests.escalation_cast import complaint, led_desk, with_nils
from quarterdeck.desk.tests.work_cast import MONDAY, account, person
from quarterdeck.desk.verbs.escalations import resolve_escalation

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
