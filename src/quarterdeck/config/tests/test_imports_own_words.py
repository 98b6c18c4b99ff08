"""States that an organisation has named itself are asked for, remembered, and never guessed."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from quarterdeck.config.command import main
from quarterdeck.core.acts import acting
from quarterdeck.core.directory import add_account, assign_role
from quarterdeck.core.jobs.worker import run_worker
from quarterdeck.core.models import Account
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.desk.tests.incident_log import (
    AT,
    counts,
    event,
    examine,
    history,
    take_in,
    write_log,
)
from quarterdeck.office.models import ImportBatch, ImportMapping
from quarterdeck.office.vocabulary import BatchState

pytestmark = pytest.mark.django_db
HEAD = "number,event,at,state,opened,title,priority,team,assignee,by,requester,category,description"
LOG = f"""{HEAD}
7,1,2016-03-01T09:00:00Z,Open,2016-03-01T08:00:00Z,No paper,Medium,Desk,Nils,Nils,Mona,,
7,2,2016-03-02T09:00:00Z,Beim Lieferanten,2016-03-01T08:00:00Z,No paper,Medium,Desk,Nils,Nils,Mona,,
7,3,2016-03-03T09:00:00Z,Done,2016-03-01T08:00:00Z,No paper,Medium,Desk,Nils,Nils,Mona,,
"""
WAITS_FOR_A_VENDOR = ("on_hold", "vendor")


@pytest.fixture
def operator() -> Account:
    return Account.objects.get(username="operator")


@pytest.fixture
def manager(operator: Account) -> Account:
    """Somebody who may import."""
    manager = add_account(username="manager", actor=operator, at=AT)
    assign_role(account=manager, role=Role.IT_MANAGER, actor=operator, at=AT)
    return manager


def course() -> list[tuple[str, str, str]]:
    changes = StateChange.objects.standing().in_log_order()
    return list(changes.values_list("state", "pause_reason", "source_state"))


def test_the_command_asks_for_a_word_and_remembers_the_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "log.csv"
    path.write_text(LOG, encoding="utf-8")
    words = ("import", "jira-changelog", str(path))

    assert main(words) == 1
    asked = capsys.readouterr().err
    assert main([*words, "--mean", "state:beim lieferanten=on_hold:vendor"]) == 0

    assert "Say what these mean in “state”: Beim Lieferanten." in asked
    assert course()[1] == (*WAITS_FOR_A_VENDOR, "Beim Lieferanten")
    later = LOG.replace("7,", "8,").replace("\n8,3", "\n8,4")
    path.write_text(later, encoding="utf-8")
    assert main(words) == 0
    assert Ticket.objects.filter(number__in=["7", "8"], state="resolved").count() == 2


def test_the_page_asks_for_a_word_alone_and_what_was_said_holds_for_the_next_file(
    client: Client, manager: Account
) -> None:
    client.force_login(manager)

    def send(text: str) -> ImportBatch:
        file = SimpleUploadedFile("log.csv", text.encode())
        given = {"file": file, "profile": "jira-changelog", "source": "jira"}
        assert client.post(reverse("office.import"), given).status_code == 302
        return ImportBatch.objects.latest("pk")

    batch = send(LOG)
    assert batch.state == BatchState.MAPPING
    address = reverse("office.import.map", args=[batch.pk])
    page = client.get(address).content.decode()
    assert ("“Beim Lieferanten” means" in page, "“Open” means" in page) == (True, False)
    said = {"column_state": "state", "column_priority": "priority", "zone": "UTC"}
    assert client.post(address, said).status_code == 422
    said |= {"mean_state_Beim Lieferanten": "on_hold:vendor"}
    assert client.post(address, said).status_code == 302
    run_worker(until_idle=True)
    batch.refresh_from_db()

    assert (batch.state, batch.created, batch.rejected) == (BatchState.EXAMINED, 1, 0)
    kept = ImportMapping.objects.get(source="jira").mapping["words"]
    assert kept == {"state": {"Beim Lieferanten": "on_hold:vendor"}}
    client.post(reverse("office.import.withdraw", args=[batch.pk]))
    assert send(LOG).state == BatchState.STAGING


@pytest.mark.parametrize("word", ["Open", "To Do"])
def test_a_log_of_the_tools_own_words_is_read_at_once(
    client: Client, manager: Account, word: str
) -> None:
    client.force_login(manager)
    file = SimpleUploadedFile("log.csv", LOG.replace("Beim Lieferanten", word).encode())

    client.post(reverse("office.import"), {"file": file, "profile": "jira-changelog"})

    assert ImportBatch.objects.get().state == BatchState.STAGING


ZAMMAD_HEADS = (
    *("#", "Title", "State", "Priority", "Group", "Owner", "Customer", "Organization"),
    *("Create Channel", "Sender", "Tags", "Time Units Total", "Created at", "Created At"),
    *("Updated At", "Closed At", "Close Escalation At"),
)


def zammad_report(path: Path) -> Path:
    """A report as Zammad writes it: a title, a blank row, the table, a blank row, the zone."""
    book = xlsxwriter.Workbook(str(path), {"remove_timezone": True})
    sheet, moment = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    sheet.write_string(0, 0, "2016-3")
    for place, head in enumerate(ZAMMAD_HEADS):
        sheet.write_string(2, place, head)
    rows = [("31001", "No paper", "closed", 4), ("31002", "No toner", "open", None)]
    for line, (number, title, state, closed) in enumerate(rows, start=3):
        told = (number, title, state, "3 high", "Desk", "Nils Nilsson", "Mona", "", "phone")
        for place, text in enumerate(told):
            sheet.write_string(line, place, text)
        sheet.write_datetime(line, 13, datetime(2016, 3, 1, 9, tzinfo=UTC), moment)
        if closed:
            sheet.write_datetime(line, 15, datetime(2016, 3, closed, 10, tzinfo=UTC), moment)
    sheet.write_string(6, 0, "Timezone: Europe/Berlin")
    book.close()
    return path


def test_zammads_own_report_comes_in_as_it_is(tmp_path: Path, operator: Account) -> None:
    path = zammad_report(tmp_path / "tickets-2016-3.xlsx")

    batch = take_in(path, operator, profile="zammad-report", zone="Europe/Berlin")

    closed, still_open = Ticket.objects.order_by("number")
    assert counts(batch) == (2, 0, 0, 0)
    assert (closed.title, closed.state, closed.priority) == ("No paper", "closed", 2)
    assert (closed.opened_at, closed.last_fix_at) == (
        datetime(2016, 3, 1, 8, tzinfo=UTC),
        datetime(2016, 3, 4, 9, tzinfo=UTC),
    )
    assert (closed.requester_name, closed.assignee_name) == ("Mona", "Nils Nilsson")
    assert (still_open.state, still_open.history_depth) == ("in_progress", "dates")


def test_zammads_report_of_another_zone_is_refused_and_says_which(
    tmp_path: Path, operator: Account
) -> None:
    path = zammad_report(tmp_path / "tickets-2016-3.xlsx")

    batch = take_in(path, operator, profile="zammad-report", zone="America/New_York")

    assert (batch.state, Ticket.objects.count()) == (BatchState.REJECTED, 0)
    assert batch.failure == (
        "The last line says “Timezone: Europe/Berlin”, and the times were to be read as "
        "America/New_York: import the file again and choose the zone Europe/Berlin."
    )
    # What keeps the same time by another name is no other zone.
    assert counts(take_in(path, operator, profile="zammad-report", zone="Arctic/Longyearbyen")) == (
        *(2, 0, 0, 0),
    )


def test_freshservices_own_export_is_known_by_its_heads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told_of = {
        "TICKET ID": "51",
        "Subject": "No paper",
        "Status": "Open",
        "Priority": "Urgent",
        "created time": "2016-03-01 08:00:00",
    }
    path = tmp_path / "export.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([told_of.keys(), told_of.values()])
    words = ("import", "freshservice-tickets", str(path))

    assert main(words) == 1
    proposed = capsys.readouterr().err.split("--map “")[1].split("”")[0]
    assert main([*words, "--map", proposed]) == 0

    there = Ticket.objects.get(number="51")
    assert (there.title, there.state, there.priority) == ("No paper", "in_progress", 1)


def test_a_batch_of_the_time_before_words_were_asked_is_finished_by_its_file(
    tmp_path: Path, operator: Account
) -> None:
    path = tmp_path / "log.csv"
    path.write_text(LOG.replace("Beim Lieferanten", "Open"), encoding="utf-8")
    batch = examine(path, operator, profile="jira-changelog")
    with acting(actor=operator, verb_name="tests.before_the_upgrade", at=AT):
        ImportBatch.objects.filter(pk=batch.pk).update(mapping={})

    finished = take_in(path, operator, profile="jira-changelog")

    assert (finished.pk, finished.state, counts(finished)) == (
        batch.pk,
        BatchState.APPLIED,
        (1, 0, 0, 0),
    )


def test_servicenows_log_brings_titles_where_it_has_them(tmp_path: Path, operator: Account) -> None:
    rows = history()
    path = tmp_path / "log.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], "short_description"])
        writer.writeheader()
        writer.writerows({**row, "short_description": "No paper"} for row in rows)

    take_in(path, operator)

    assert Ticket.objects.get().title == "No paper"


def servicenow_log(path: Path, **cells: str) -> Path:
    """A ticket that was reported, and then once more in the state that is told."""
    new, active, _ = history()
    return write_log(path, [new, {**active, **cells}])


def test_servicenow_is_asked_for_states_and_levels_of_an_instances_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cells = {"incident_state": "Bei SAP", "priority": "0 - Notfall", "impact": "1 - Hoch"}
    path = servicenow_log(tmp_path / "log.csv", **cells)
    words = ("import", "servicenow-incident-events", str(path))
    told = ("state:Bei SAP=on_hold:vendor", "priority:0 - Notfall=1", "impact:1 - Hoch=1")

    assert main(words) == 1
    asked = capsys.readouterr().err
    assert main([*words, *(part for word in told for part in ("--mean", word))]) == 0
    assert main(words) == 0

    assert "Say what these mean in “incident_state”: Bei SAP." in asked
    assert course() == [("new", "", "New"), (*WAITS_FOR_A_VENDOR, "Bei SAP")]
    assert Ticket.objects.values_list("priority", "impact").get() == (1, 1)


def test_servicenows_states_of_today_and_dates_in_iso_are_known(
    tmp_path: Path, operator: Account
) -> None:
    states = ("New", "In Progress", "On Hold", "Canceled")
    rows = [
        event("INC1", number, f"2016-03-0{number + 1} 09:00:00", state, priority="5 - Planning")
        for number, state in enumerate(states)
    ]
    path = write_log(
        tmp_path / "log.csv", [{**row, "opened_at": "2016-03-01 08:00"} for row in rows]
    )

    take_in(path, operator)

    assert course() == [
        ("new", "", "New"),
        ("in_progress", "", "In Progress"),
        ("on_hold", "unstated", "On Hold"),
        ("cancelled", "", "Canceled"),
    ]
    assert Ticket.objects.get().priority == 5


def in_form(path: Path, form: str, *days: int) -> Path:
    """A ticket of March 2016 whose dates stand in one form, at nine o'clock of these days."""
    dates = [datetime(2016, 3, day, 9, tzinfo=UTC).strftime(form) for day in days]
    states = ("New", "Active", "Resolved")
    rows = [
        {**event("INC1", number, when, state), "opened_at": dates[0]}
        for number, (when, state) in enumerate(zip(dates, states, strict=True))
    ]
    return write_log(path, rows)


@pytest.mark.parametrize("form", ["%d-%m-%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d.%m.%Y %H:%M"])
def test_servicenows_dates_are_read_as_an_instance_writes_them(tmp_path: Path, form: str) -> None:
    # The 13th and the 14th tell the day from the month.
    path = in_form(tmp_path / "log.csv", form, 13, 13, 14)

    assert main(("import", "servicenow-incident-events", str(path))) == 0

    found = StateChange.objects.standing().in_log_order().values_list("occurred_at", flat=True)
    assert list(found) == [datetime(2016, 3, day, 9, tzinfo=UTC) for day in (13, 13, 14)]


def test_dates_that_may_be_read_in_two_ways_are_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = in_form(tmp_path / "log.csv", "%m-%d-%Y %H:%M:%S", 1, 2, 3)
    words = ("import", "servicenow-incident-events", str(path))

    assert main(words) == 1
    asked = capsys.readouterr().err
    assert main((*words, "--dates", "month-first")) == 0

    assert "Say how “sys_updated_at” writes its dates: “03-01-2016 09:00:00” can be" in asked
    first = StateChange.objects.standing().in_log_order()[0]
    assert first.occurred_at == datetime(2016, 3, 1, 9, tzinfo=UTC)


def test_the_page_asks_for_the_order_of_dates_before_anything_is_read(
    tmp_path: Path, client: Client, manager: Account
) -> None:
    client.force_login(manager)
    path = in_form(tmp_path / "log.csv", "%m-%d-%Y %H:%M:%S", 1, 2, 3)
    file = SimpleUploadedFile("log.csv", path.read_bytes())
    given = {"file": file, "profile": "servicenow-incident-events", "zone": "UTC"}

    sent = client.post(reverse("office.import"), {**given, "source": "servicenow"})
    page = client.get(sent["Location"], follow=True).content.decode()

    assert ImportBatch.objects.get().state == BatchState.MAPPING
    assert "month-day-year hour:minute:second" in page
    assert "day-month-year hour:minute:second" in page


def test_what_was_remembered_before_dates_were_asked_still_holds(
    tmp_path: Path, operator: Account
) -> None:
    columns = {name: name for name in ("priority", "impact", "urgency")}
    with acting(actor=operator, verb_name="test.remember", at=AT):
        ImportMapping.objects.create(
            profile="servicenow-incident-events",
            source="servicenow-incident-events",
            mapping={"columns": {**columns, "state": "incident_state"}},
            zone="UTC",
            mapped_by=operator,
            mapped_at=AT,
        )
    path = in_form(tmp_path / "log.csv", "%d-%m-%Y %H:%M:%S", 13, 13, 14)

    assert main(("import", "servicenow-incident-events", str(path))) == 0

    assert StateChange.objects.standing().count() == 3


def test_what_servicenow_does_not_know_is_no_word_to_explain(tmp_path: Path) -> None:
    path = servicenow_log(tmp_path / "log.csv", priority="?", impact="?", urgency="?")

    assert main(("import", "servicenow-incident-events", str(path))) == 0

    assert Ticket.objects.values_list("priority", "impact", "urgency").get() == (None, None, None)


@pytest.mark.parametrize("profile", ["servicenow-incident-events", "jira-changelog"])
def test_a_log_that_lacks_a_column_is_refused_at_its_upload(
    client: Client, manager: Account, profile: str
) -> None:
    client.force_login(manager)
    file = SimpleUploadedFile("log.csv", b"number,incident_state,state\n1,New,Open\n")

    answer = client.post(reverse("office.import"), {"file": file, "profile": profile})

    assert (answer.status_code, ImportBatch.objects.count()) == (422, 0)
    assert "Line 1: missing column" in answer.content.decode()
