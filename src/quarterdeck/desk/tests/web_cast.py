"""A small desk for the tests of pages: two teams, three people, and tickets to look at."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from quarterdeck.core.acts import acting
from quarterdeck.core.models import Account, Person, RoleAssignment, Team, TeamMembership, Unit
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.desk.vocabulary import TicketState
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.vocabulary import BatchState
from quarterdeck.services.models import Service

NOON = datetime(2016, 3, 29, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Desk:
    """Who works here: Ada administers, Nils works in Network, Mona in no team at all."""

    operator: Account
    ada: Account
    nils: Account
    mona: Account
    network: Team
    workplace: Team
    mail: Service
    batch: ImportBatch


def open_desk() -> Desk:
    """Set the desk up, as the operator."""
    operator = Account.objects.get(username="operator")
    with acting(actor=operator, verb_name="test.open_desk", at=NOON):
        unit = Unit.objects.create(name="IT", path="1.")
        network, workplace = (
            Team.objects.create(name=name, unit=unit) for name in ("Network", "Workplace")
        )
        ada, nils, mona = (_account(name) for name in ("Ada", "Nils", "Mona"))
        RoleAssignment.objects.create(account=ada, role=Role.ADMINISTRATOR)
        RoleAssignment.objects.create(account=nils, role=Role.TECHNICIAN)
        RoleAssignment.objects.create(account=mona, role=Role.REQUESTER)
        assert nils.person is not None
        TeamMembership.objects.create(person=nils.person, team=network)
        mail = Service.objects.create(name="Mail", owner=ada.person)
        batch = ImportBatch.objects.create(
            profile="test",
            source="log",
            file_name="log.csv",
            file_digest="0",
            zone="UTC",
            state=BatchState.APPLIED,
            begun_by=operator,
            begun_at=NOON,
            applied_at=NOON,
        )
    return Desk(operator, ada, nils, mona, network, workplace, mail, batch)


def _account(name: str) -> Account:
    person = Person.objects.create(name=name, external_id=name)
    return Account.objects.create(username=name.lower(), person=person)


def add_tickets(desk: Desk, amount: int, **given: Any) -> list[Ticket]:
    """Add tickets INC1, INC2 …, one an hour, each with two changes: New, then In progress."""
    first = Ticket.objects.count() + 1
    with acting(actor=desk.operator, verb_name="test.add_tickets", at=NOON):
        return [_ticket(desk, number, given) for number in range(first, first + amount)]


def _ticket(desk: Desk, number: int, given: dict[str, Any]) -> Ticket:
    opened_at = NOON + timedelta(hours=number)
    columns = {
        "number": f"INC{number}",
        "external_id": f"INC{number}",
        "title": f"Case {number}",
        "kind": "incident",
        "source": "log",
        "state": TicketState.IN_PROGRESS,
        "priority": 3,
        "team": desk.network,
        "service": desk.mail,
        "opened_at": opened_at,
        "changed_at": opened_at,
        "batch": desk.batch,
        **given,
    }
    ticket = Ticket.objects.create(**columns)
    for sequence, state in enumerate((TicketState.NEW, TicketState.IN_PROGRESS), start=1):
        StateChange.objects.create(
            ticket=ticket,
            sequence=sequence,
            occurred_at=opened_at + timedelta(minutes=90 * (sequence - 1)),
            recorded_at=opened_at,
            state=state,
            source_state=state.label,
            batch=desk.batch,
            priority=3,
        )
    return ticket
