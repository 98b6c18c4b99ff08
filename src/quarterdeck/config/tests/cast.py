"""Whom and what the tests of the whole product meet: the demo department, with three tickets.

Units, people and sign-ins are the demo's. Added are a team that it does not have, and tickets that
come in through the import that users have.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from quarterdeck.config.commands.actors import operator
from quarterdeck.config.demo import cast as department
from quarterdeck.config.demo.founding import found_department
from quarterdeck.core.acts import acting
from quarterdeck.core.directory import found_team
from quarterdeck.core.measures import Scope
from quarterdeck.core.models import Account, Person, RoleAssignment, Unit
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Ticket, TicketMessage
from quarterdeck.desk.profiles.servicenow import INCIDENT_EVENTS
from quarterdeck.desk.verbs.ticket_messages import note_internally
from quarterdeck.kernels.periods import parse_period
from quarterdeck.office.models import ImportBatch, PrintedPaper, PrintRequest
from quarterdeck.office.queries import organisation
from quarterdeck.office.verbs.import_run import apply_batch, examine_file
from quarterdeck.office.verbs.imports import begin_import
from quarterdeck.planning.models import CorrectiveAction
from quarterdeck.planning.verbs.corrective_actions import open_corrective_action
from quarterdeck.scorecard.models import ClosedReading, Target
from quarterdeck.scorecard.queries.board import readable_measures
from quarterdeck.scorecard.queries.printing import ScorecardAsked
from quarterdeck.scorecard.verbs.closings import close_period
from quarterdeck.scorecard.verbs.targets import set_target
from quarterdeck.services.models import Service

AT = datetime(2016, 4, 4, 9, tzinfo=UTC)
LIBRARY_SYSTEMS = "Library Systems"
OF_SERVICE_DESK, OF_NETWORK, OF_LIBRARY = "INC0000001", "INC0000002", "INC0000003"

COLUMNS = (
    *("number", "incident_state", "sys_mod_count", "sys_updated_at", "opened_at", "priority"),
    *("assignment_group", "reassignment_count", "reopen_count", "made_sla"),
)
# Columns that the format asks for and that say nothing here.
UNKNOWN = (
    *("sys_updated_by", "assigned_to", "caller_id", "category", "contact_type"),
    *("impact", "urgency"),
)
_DESK, _NETWORK, _LIBRARY = department.SERVICE_DESK, department.NETWORK, LIBRARY_SYSTEMS
_FIRST, _SECOND, _THIRD = "29/2/2016 09:00", "3/3/2016 09:00", "21/3/2016 13:30"
_MODERATE, _LOW = "3 - Moderate", "4 - Low"
# Two tickets are fixed in March 2016, one of them twice; the third is open at its end.
LOG = (
    (OF_SERVICE_DESK, "New", 0, "29/2/2016 09:05", _FIRST, _MODERATE, _DESK, 0, 0, "true"),
    (OF_SERVICE_DESK, "Resolved", 1, "1/3/2016 10:00", _FIRST, _MODERATE, _DESK, 0, 0, "true"),
    (OF_NETWORK, "New", 0, "3/3/2016 09:05", _SECOND, _LOW, _DESK, 0, 0, "true"),
    (OF_NETWORK, "Resolved", 1, "4/3/2016 12:00", _SECOND, _LOW, _NETWORK, 1, 0, "true"),
    (OF_NETWORK, "Active", 2, "7/3/2016 09:00", _SECOND, _LOW, _NETWORK, 1, 1, "false"),
    (OF_NETWORK, "Resolved", 3, "8/3/2016 15:30", _SECOND, _LOW, _NETWORK, 1, 1, "false"),
    (OF_LIBRARY, "New", 0, "21/3/2016 14:00", _THIRD, _MODERATE, _LIBRARY, 0, 0, "true"),
    (OF_LIBRARY, "Active", 1, "1/4/2016 11:00", _THIRD, _MODERATE, _LIBRARY, 0, 0, "true"),
)


@dataclass(frozen=True)
class Cast:
    """The account of each role, and the keys of what it may or may not see."""

    accounts: Mapping[Role, Account]
    tickets: Mapping[str, int]
    service: int
    batch: int
    target: int
    action: int
    reading: int
    printed: int
    awaited: int
    message: int


def arrange_cast(folder: Path) -> Cast:
    """Found the department with an account for each role, and import three tickets of three teams.

    The requester reported the network's ticket; the libraries lie outside of the director's reach.
    """
    found_department(organisation=organisation(), password="", actor=operator(), at=AT)
    libraries = Unit.objects.get(name=department.LIBRARIES)
    found_team(name=LIBRARY_SYSTEMS, unit=libraries, actor=operator(), at=AT)
    batch = import_log(folder)
    _report_as(department.REQUESTER, OF_NETWORK)
    assigned = RoleAssignment.objects.filter(account__is_builtin=False).select_related("account")
    return Cast(
        accounts={Role(each.role): each.account for each in assigned},
        tickets=dict(Ticket.objects.values_list("number", "pk")),
        service=Service.objects.order_by("name")[0].pk,
        batch=batch.pk,
        target=_cycle_time_of_a_day().pk,
        action=_action_due_in_march().pk,
        reading=_closed_reading().pk,
        printed=_printed_scorecard().pk,
        awaited=_ask_for("2016-02").pk,
        message=_note_for_the_desk().pk,
    )


def write_log(folder: Path, *more: tuple[object, ...]) -> Path:
    """Write `LOG`, and perhaps more rows like its own, as the format wants it; return its path."""
    path = folder / "log.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow((*COLUMNS, *UNKNOWN))
        table.writerows((*row, *("?" for _ in UNKNOWN)) for row in (*LOG, *more))
    return path


def import_log(folder: Path) -> ImportBatch:
    """Import the three tickets of `LOG`."""
    path = write_log(folder)
    actor, profile = operator(), INCIDENT_EVENTS.key
    batch = begin_import(
        profile=profile,
        source=profile,
        mapping=INCIDENT_EVENTS.usual,
        file_name=path.name,
        file_digest="of the cast",
        zone="UTC",
        accept="all",
        actor=actor,
        at=AT,
    )
    examine_file(batch=batch, path=path, report=_silent, actor=actor, at=AT)
    return apply_batch(batch=batch, report=_silent, actor=actor, at=AT)


def _silent(_what: str, _done: int, _of: int) -> None:
    """Nobody waits for the cast."""


def _cycle_time_of_a_day() -> Target:
    """Let the department want its tickets fixed within a day; the operator sets no targets."""
    manager = Account.objects.get(username=department.username_of(department.IT_MANAGER))
    return set_target(
        measure="desk.cycle_time",
        scope=Scope(),
        value=Decimal(86_400),
        owner=Person.objects.get(name=department.IT_MANAGER),
        valid_from=date(2016, 1, 1),
        actor=manager,
        at=AT,
    )


def _action_due_in_march() -> CorrectiveAction:
    """Let the IT manager have something to do by the middle of March."""
    return open_corrective_action(
        title="Let two people know each service",
        owner=Person.objects.get(name=department.IT_MANAGER),
        due_on=date(2016, 3, 15),
        actor=operator(),
        at=datetime(2016, 3, 1, 9, tzinfo=UTC),
    )


def _closed_reading() -> ClosedReading:
    """Close a month of which nothing is recorded, and give one of its readings."""
    closed = close_period(period=parse_period("2015-12"), actor=operator(), at=AT)
    return closed.readings.order_by("pk")[0]


def _ask_for(period: str) -> PrintRequest:
    """Let the IT manager want a scorecard on paper, of which no worker knows."""
    manager = Account.objects.get(username=department.username_of(department.IT_MANAGER))
    asked = ScorecardAsked(parse_period(period), Scope(), "", readable_measures(manager)).question
    return PrintRequest.objects.create(
        job=asked.job, question=asked.key, told=asked.told, asked_by=manager, asked_at=AT
    )


def _printed_scorecard() -> PrintRequest:
    """Let one be there, of a page without a word."""
    row = _ask_for("2016-03")
    row.printed = PrintedPaper.objects.create(
        digest="of the cast", content=b"%PDF-1.7", size=8, made_at=AT, expires_at=None
    )
    row.save(update_fields=["printed"])
    return row


def _note_for_the_desk() -> TicketMessage:
    """Let the technician note something on the ticket of the service desk."""
    return note_internally(
        ticket=Ticket.objects.get(number=OF_SERVICE_DESK),
        text="The roller is worn.",
        actor=operator(),
        at=AT,
    )


def _report_as(name: str, number: str) -> None:
    """Say for whom a ticket was reported, which a log cannot: it names callers and no accounts."""
    with acting(actor=operator(), verb_name="tests.report_as", at=AT):
        Ticket.objects.filter(number=number).update(requester=Person.objects.get(name=name))
