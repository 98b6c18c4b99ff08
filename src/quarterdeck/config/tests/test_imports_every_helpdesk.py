"""Every help desk's tickets come in by page, command and program: once, again, later, and back."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from quarterdeck.config.command import main
from quarterdeck.config.tests.tokens import bearer
from quarterdeck.core.directory import add_account, assign_role
from quarterdeck.core.jobs.worker import run_worker
from quarterdeck.core.models import Account
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.desk.tests.incident_log import AT
from quarterdeck.office.models import ImportBatch

pytestmark = pytest.mark.django_db

LOG = "number,event,at,state,opened,title,priority,team,assignee,by,requester,category,description"
TABLE = (
    "id,created_at,resolved_at,closed_at,due_by,subject,description_text,status,priority,impact,"
    "urgency,type,category,group,agent,requester"
)
AUDIT = (
    "number,sys_mod_count,sys_updated_at,incident_state,hold_reason,opened_at,short_description,"
    "priority,assignment_group,assigned_to,sys_updated_by,caller_id,category,contact_type,impact,"
    "urgency,made_sla,reopen_count,reassignment_count"
)


@dataclass(frozen=True)
class Source:
    """What one help desk tells of ticket 7 at first, and beside it in its next file; ticket 8 comes
    with that. `first` and `later` are the states that follow, with their holds and times in UTC.

    A file of the next day holds all lines anew, as an export does.
    """

    head: str
    told: tuple[str, ...]
    more: tuple[str, ...]
    first: tuple[str, ...]
    later: tuple[str, ...]
    zone: str = "UTC"
    separator: str = ","
    encoding: str = "utf-8"
    # A table tells how a ticket stands, and says that anew.
    replaces: bool = False
    priority: int = 2


def line(told: str, opened: str, priority: str) -> str:
    """A row of the logs that all have the same heads."""
    return f"{told},{opened},No paper,{priority},Desk,Nils,Nils,Mona,Print,"


def audit(number: str, event: int, at: str, state: str, reason: str = "") -> str:
    return (
        f"{number},{event},{at},{state},{reason},13-03-2016 08:00:00,No paper,2 - High,Desk,Nils,"
        "Nils,Mona,Print,Phone,2 - Medium,1 - High,true,0,0"
    )


def zammad(event: int, at: str, state: str, number: str = "7") -> str:
    return line(f"{number},{event},{at},{state}", "2016-03-01 08:00:00", "3 high")


def glpi(event: int, at: str, state: str, number: str = "7") -> str:
    # In Paris, where clocks went forward on 27 March 2016.
    return line(f"{number},{event},{at},{state}", "2016-03-26 09:00:00", "4").replace(",", ";")


def helpdesk(event: int, at: str, state: str, number: str = "7") -> str:
    return line(f"{number},{event},{at},{state}", "2016-03-01 08:00:00+00:00", "2")


def jira(event: int, at: str, state: str, number: str = "HELP-7") -> str:
    return line(f"{number},{event},{at},{state}", "2016-03-01T09:00:00.000+0100", "High")


SOURCES = {
    "zammad-history": Source(
        LOG,
        (
            zammad(1, "2016-03-01 08:00:00", "new"),
            zammad(2, "2016-03-01 09:30:00", "open"),
            zammad(3, "2016-03-02 10:00:00", "pending reminder"),
        ),
        (
            zammad(4, "2016-03-03 10:00:00", "closed"),
            zammad(5, "2016-03-03 11:00:00", "new", "8"),
        ),
        ("new  01T08:00", "in_progress  01T09:30", "on_hold unstated 02T10:00"),
        ("closed  03T10:00",),
    ),
    "glpi-log": Source(
        LOG.replace(",", ";"),
        (
            glpi(1, "2016-03-26 09:00:00", "1"),
            glpi(2, "2016-03-26 10:00:00", "2"),
            glpi(3, "2016-03-28 10:00:00", "4"),
        ),
        (
            glpi(4, "2016-03-28 11:00:00", "3"),
            glpi(5, "2016-03-29 10:00:00", "5"),
            glpi(6, "2016-03-29 11:00:00", "1", "8"),
        ),
        ("new  26T08:00", "assigned  26T09:00", "on_hold unstated 28T08:00"),
        ("in_progress  28T09:00", "resolved  29T08:00"),
        zone="Europe/Paris",
        separator=";",
        encoding="utf-8-sig",
    ),
    "django-helpdesk": Source(
        LOG,
        (
            helpdesk(1, "2016-03-01 08:00:00+00:00", "1"),
            helpdesk(2, "2016-03-02 08:00:00+00:00", "3"),
        ),
        (
            helpdesk(3, "2016-03-03 08:00:00+00:00", "2"),
            helpdesk(4, "2016-03-04 08:00:00+00:00", "4"),
            helpdesk(5, "2016-03-04 09:00:00+00:00", "1", "8"),
        ),
        ("new  01T08:00", "resolved  02T08:00"),
        ("in_progress  03T08:00", "closed  04T08:00"),
    ),
    "jira-changelog": Source(
        LOG,
        (
            jira(1, "2016-03-01T09:00:00.000+0100", "Waiting for support"),
            jira(2, "2016-03-01T10:00:00.000+0100", "In Progress"),
            jira(3, "2016-03-02T10:00:00.000+0100", "Waiting for customer"),
        ),
        (
            jira(4, "2016-03-03T10:00:00.000+0100", "Resolved"),
            jira(5, "2016-03-03T11:00:00.000+0100", "Open", "HELP-8"),
        ),
        ("new  01T08:00", "in_progress  01T09:00", "on_hold requester 02T09:00"),
        ("resolved  03T09:00",),
        encoding="utf-16",
    ),
    "servicenow-incident-events": Source(
        AUDIT,
        (
            audit("7", 0, "13-03-2016 08:00:00", "New"),
            audit("7", 1, "13-03-2016 09:00:00", "In Progress"),
            audit("7", 2, "14-03-2016 09:00:00", "On Hold", "Awaiting Vendor"),
        ),
        (
            audit("7", 3, "15-03-2016 09:00:00", "Resolved"),
            audit("8", 0, "15-03-2016 09:30:00", "New"),
        ),
        ("new  13T08:00", "in_progress  13T09:00", "on_hold vendor 14T09:00"),
        ("resolved  15T09:00",),
    ),
    "freshservice-tickets": Source(
        TABLE,
        ("7,2016-03-01T08:00:00Z,,,,Paper,,3,3,2,3,Incident,Print,Desk,Nils,Mona",),
        (
            "7,2016-03-01T08:00:00Z,2016-03-03T10:00:00Z,,,Paper,,4,3,2,3,Incident,Print,Desk,Nils,Mona",
            "8,2016-03-03T11:00:00Z,,,,No ink,,2,3,2,3,Incident,Print,Desk,Nils,Mona",
        ),
        ("new  01T08:00", "on_hold unstated 01T08:00"),
        ("new  01T08:00", "resolved  03T10:00"),
        replaces=True,
    ),
}
Door = Callable[[str, Path, str], ImportBatch]


@pytest.fixture
def manager(operator: Account) -> Account:
    account = add_account(username="manager", actor=operator, at=AT)
    assign_role(account=account, role=Role.IT_MANAGER, actor=operator, at=AT)
    return account


def by_page(client: Client) -> tuple[Door, Callable[[ImportBatch], None]]:
    """Choose the file and the kind of it, look at what it would do, and let it in."""

    def take(profile: str, path: Path, zone: str) -> ImportBatch:
        file = SimpleUploadedFile(path.name, path.read_bytes())
        given = {"file": file, "profile": profile, "zone": zone, "source": profile}
        sent = client.post(reverse("office.import"), given)
        assert sent.status_code == 302, sent.content.decode()
        run_worker(until_idle=True)
        batch = ImportBatch.objects.latest("pk")
        client.post(reverse("office.import.decide", args=[batch.pk]), {"accept": "all"})
        run_worker(until_idle=True)
        return ImportBatch.objects.get(pk=batch.pk)

    def back(batch: ImportBatch) -> None:
        client.post(reverse("office.import.withdraw", args=[batch.pk]))
        run_worker(until_idle=True)

    return take, back


def by_command(_client: Client) -> tuple[Door, Callable[[ImportBatch], None]]:
    def take(profile: str, path: Path, zone: str) -> ImportBatch:
        assert main(("import", profile, str(path), "--zone", zone)) == 0
        return ImportBatch.objects.latest("pk")

    def back(batch: ImportBatch) -> None:
        assert main(("undo", str(batch.pk))) == 0

    return take, back


def by_program(client: Client) -> tuple[Door, Callable[[ImportBatch], None]]:
    headers = bearer(Account.objects.get(username="manager"))

    def take(profile: str, path: Path, zone: str) -> ImportBatch:
        file = SimpleUploadedFile(path.name, path.read_bytes())
        terms = {"file": file, "profile": profile, "zone": zone, "source": profile}
        begun = client.post("/api/v1/imports", terms, headers=headers)
        run_worker(until_idle=True)
        decision, said = f"{begun['Location']}/decision", json.dumps({"accept": "all"})
        client.post(decision, said, "application/json", headers=headers)
        run_worker(until_idle=True)
        return ImportBatch.objects.latest("pk")

    def back(batch: ImportBatch) -> None:
        client.post(f"/api/v1/imports/{batch.pk}/withdraw", headers=headers)
        run_worker(until_idle=True)

    return take, back


def course(number: str) -> list[str]:
    """The log of a ticket as it stands: state, hold and time, in order."""
    rows = StateChange.objects.standing().filter(ticket__number=number)
    told = rows.order_by("sequence", "batch").values_list(
        "sequence", "state", "pause_reason", "occurred_at"
    )
    last = {place: f"{state} {reason} {at:%dT%H:%M}" for place, state, reason, at in told}
    return list(last.values())


def file_of(path: Path, source: Source, lines: tuple[str, ...]) -> Path:
    path.write_text("\n".join([source.head, *lines, ""]), encoding=source.encoding)
    return path


def outcome(batch: ImportBatch) -> tuple[str, int, int, int, int]:
    return batch.state, batch.created, batch.updated, batch.unchanged, batch.rejected


@pytest.mark.parametrize("door", [by_page, by_command, by_program])
@pytest.mark.parametrize("profile", SOURCES)
def test_a_help_desk_comes_in_once_again_later_and_back(
    profile: str,
    door: Callable[[Client], tuple[Door, Callable[[ImportBatch], None]]],
    tmp_path: Path,
    client: Client,
    manager: Account,
) -> None:
    source, number = SOURCES[profile], "HELP-7" if profile == "jira-changelog" else "7"
    client.force_login(manager)
    take, back = door(client)
    first = file_of(tmp_path / "first.csv", source, source.told)
    every = source.more if source.replaces else source.told + source.more
    later = file_of(tmp_path / "later.csv", source, every)

    came = outcome(take(profile, first, source.zone))
    there = Ticket.objects.standing().get(number=number)
    stood = course(number)
    again = outcome(take(profile, first, source.zone))
    batch = take(profile, later, source.zone)
    moved = course(number)
    told = outcome(batch)
    back(batch)

    assert (came, again) == (("applied", 1, 0, 0, 0), ("applied", 0, 0, 1, 0))
    assert stood == list(source.first)
    assert told == ("applied", 1, 1, 0, 0)
    assert moved == list(source.later if source.replaces else source.first + source.later)
    assert (there.priority, str(there.team), there.assignee_name, there.category) == (
        source.priority,
        *("Desk", "Nils", "Print"),
    )
    assert course(number) == list(source.first)
    assert Ticket.objects.standing().count() == 1
