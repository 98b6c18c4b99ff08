"""What a major incident becomes when it is declared: urgent, and in the hands of the desk."""

from datetime import timedelta
from typing import Any

import pytest

from quarterdeck.core.acts import acting
from quarterdeck.core.errors import Invalid
from quarterdeck.core.models import Person
from quarterdeck.desk.models import MajorIncident
from quarterdeck.desk.tests.escalation_cast import led_desk
from quarterdeck.desk.tests.web_cast import Desk
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, person
from quarterdeck.desk.verbs.major_incidents import (
    Declaration,
    assign_roles,
    declare_major_incident,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    """Vera leads Network, and Nils works there; Mona works in no team."""
    return led_desk()


def declared(desk: Desk, **given: Any) -> MajorIncident:
    words = {
        "title": "Mail is down",
        "reason": "Nobody can write",
        "commander": person("Vera"),
        "first_update_due_at": MONDAY + timedelta(minutes=30),
        **given,
    }
    return declare_major_incident(
        ticket=opened(desk), declaration=Declaration(**words), actor=account("vera"), at=MONDAY
    )


def test_it_becomes_urgent_unless_somebody_says_otherwise(desk: Desk) -> None:
    urgent, kept = declared(desk).ticket, declared(desk, keeps_priority=True).ticket
    usual = opened(desk)

    urgent.refresh_from_db()
    kept.refresh_from_db()
    assert (urgent.impact, urgent.urgency, urgent.priority) == (1, 1, 1)
    assert (kept.impact, kept.urgency, kept.priority) == (
        usual.impact,
        usual.urgency,
        usual.priority,
    )


def test_who_does_not_work_at_the_desk_commands_nothing(desk: Desk) -> None:
    with pytest.raises(Invalid, match="Mona does not work at the desk"):
        declared(desk, commander=person("Mona"))
    incident = declared(desk)

    with pytest.raises(Invalid, match="Mona does not work at the desk"):
        assign_roles(
            incident=incident,
            version=incident.version,
            commander=person("Mona"),
            actor=account("vera"),
            at=MONDAY + timedelta(minutes=5),
        )


def test_who_cannot_sign_in_speaks_of_nothing(desk: Desk) -> None:
    with acting(actor=desk.operator, verb_name="test.person", at=MONDAY):
        stranger = Person.objects.create(name="Olga")

    with pytest.raises(Invalid, match="Olga has no account"):
        declared(desk, communication_lead=stranger)
    assert declared(desk, communication_lead=person("Mona")).communication_lead == person("Mona")
