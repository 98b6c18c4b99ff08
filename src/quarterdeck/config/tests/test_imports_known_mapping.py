"""A file that the mapping of its source's last one does not fit is read by what recognises it."""

import json
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from quarterdeck.config.command import main
from quarterdeck.config.tests.tokens import bearer
from quarterdeck.core.directory import add_account, assign_role
from quarterdeck.core.jobs.worker import run_worker
from quarterdeck.core.models import Account
from quarterdeck.core.vocabulary import Role
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.tests.incident_log import AT
from quarterdeck.office.models import ImportBatch, ImportMapping
from quarterdeck.office.vocabulary import BatchState

pytestmark = pytest.mark.django_db
PROFILE = "freshservice-tickets"
OWN = "Fall,Angelegt,Zustand\n51,2016-03-01 08:00,Open\n"
SAID = '"Fall=number","Angelegt=opened_at","Zustand=state"'
HEADS = (
    "id,created_at,resolved_at,closed_at,due_by,subject,description_text,status,priority,impact,"
    "urgency,type,category,group,agent,requester"
)
USUAL = f"{HEADS}\n52,2016-03-01T08:00:00Z,,,,No paper,,2,1,1,1,Incident,,Desk,Nils,Mona\n"
FOREIGN = "Foo,Bar\n1,2\n"
LACKS = "without Angelegt, Fall, Zustand"
READ_AS_USUAL = (
    "the columns of the last file of this source; it is read as Freshservice tickets (one row per "
    "ticket) is written by itself"
)
TO_BE_SAID = (
    "the columns of the last file of this source; somebody has to say what its columns hold"
)


@pytest.fixture
def manager() -> Account:
    """Somebody who may import, where the source's last file had columns of its own."""
    operator = Account.objects.get(username="operator")
    manager = add_account(username="manager", actor=operator, at=AT)
    assign_role(account=manager, role=Role.IT_MANAGER, actor=operator, at=AT)
    return manager


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A file whose columns somebody has said."""
    path = tmp_path / "table.csv"
    path.write_text(OWN, encoding="utf-8")
    assert main(("import", PROFILE, str(path), "--map", SAID)) == 0
    return path


def remembered() -> list[str]:
    return sorted(ImportMapping.objects.get().mapping["columns"].values())


def findings(batch: ImportBatch) -> list[tuple[str, str, str]]:
    return list(batch.findings.values_list("kind", "found", "expected"))


def test_the_command_reads_a_file_as_its_source_writes_it_and_says_so(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own.write_text(USUAL, encoding="utf-8")

    assert main(("import", PROFILE, str(own))) == 0

    assert f"notice: line 1, (columns): {LACKS}; {READ_AS_USUAL}" in capsys.readouterr().err
    assert Ticket.objects.get(number="52").state == "in_progress"
    assert remembered() == ["Angelegt", "Fall", "Zustand"]
    own.write_text(OWN, encoding="utf-8")
    assert main(("import", PROFILE, str(own))) == 0


def test_the_command_proposes_what_the_columns_hold_where_nothing_recognises_them(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own.write_text("Ticket,Created,Status\n53,2016-03-01 08:00,Open\n", encoding="utf-8")

    assert main(("import", PROFILE, str(own))) == 1

    told = capsys.readouterr().err
    assert "The file has no column Angelegt, Fall, Zustand, which the last one of this" in told
    assert "--map “Ticket=number,Created=opened_at,Status=state”" in told


def upload(client: Client, text: str) -> ImportBatch:
    file = SimpleUploadedFile("table.csv", text.encode())
    client.post(reverse("office.import"), {"file": file, "profile": PROFILE})
    return ImportBatch.objects.latest("pk")


@pytest.mark.usefixtures("own")
def test_the_page_reads_a_file_as_its_source_writes_it_and_says_so(
    client: Client, manager: Account
) -> None:
    client.force_login(manager)

    batch = upload(client, USUAL)
    run_worker(until_idle=True)
    batch.refresh_from_db()

    page = client.get(reverse("office.importbatch.detail", args=[batch.pk])).content.decode()
    assert (batch.state, batch.created, LACKS in page) == (BatchState.EXAMINED, 1, True)
    assert findings(batch) == [("notice", LACKS, READ_AS_USUAL)]
    client.post(reverse("office.import.decide", args=[batch.pk]), {"accept": "all"})
    run_worker(until_idle=True)
    assert remembered() == ["Angelegt", "Fall", "Zustand"]


@pytest.mark.usefixtures("own")
def test_the_page_says_why_it_asks_where_nothing_recognises_a_file(
    client: Client, manager: Account
) -> None:
    client.force_login(manager)

    batch = upload(client, FOREIGN)

    page = client.get(reverse("office.import.map", args=[batch.pk])).content.decode()
    assert batch.state == BatchState.MAPPING
    assert f"The file comes {LACKS}; expected: {TO_BE_SAID}." in page


@pytest.mark.usefixtures("own")
def test_a_program_is_told_how_its_file_is_read(client: Client, manager: Account) -> None:
    headers = bearer(manager)

    def told(text: str) -> tuple[Any, list[tuple[str, str, str]]]:
        file = SimpleUploadedFile("table.csv", text.encode())
        given = {"file": file, "profile": PROFILE}
        batch = client.post("/api/v1/imports", given, headers=headers)
        found = client.get(f"{batch['Location']}/findings", headers=headers).json()["items"]
        state = batch.json()["state"]
        if state == "mapping":
            client.post(f"{batch['Location']}/withdraw", headers=headers)
        return state, [(each["kind"], each["found"], each["expected"]) for each in found]

    assert told(FOREIGN) == ("mapping", [("notice", LACKS, TO_BE_SAID)])
    assert told(USUAL) == ("staging", [("notice", LACKS, READ_AS_USUAL)])


def book(path: Path, **sheets: str) -> Path:
    with xlsxwriter.Workbook(str(path)) as workbook:
        for name, text in sheets.items():
            sheet = workbook.add_worksheet(name)
            for line, row in enumerate(text.splitlines()):
                sheet.write_row(line, 0, row.split(","))
    return path


@pytest.mark.usefixtures("own")
def test_the_sheet_that_is_named_is_read_by_the_mapping_of_the_last_one(tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", March=OWN, April=OWN.replace("51", "61"))

    assert main(("import", PROFILE, str(path), "--sheet", "April")) == 0

    assert sorted(Ticket.objects.values_list("number", flat=True)) == ["51", "61"]
    assert ImportBatch.objects.latest("pk").mapping["sheet"] == "April"


@pytest.mark.usefixtures("own")
def test_the_sheet_of_last_time_is_not_asked_of_a_book_that_lacks_it(tmp_path: Path) -> None:
    path = book(tmp_path / "book.xlsx", March=OWN, Notes=FOREIGN)
    assert main(("import", PROFILE, str(path), "--sheet", "March")) == 0
    path = book(tmp_path / "book.xlsx", April=OWN.replace("51", "61"))

    assert main(("import", PROFILE, str(path))) == 0

    assert Ticket.objects.filter(number="61").exists()


def test_dates_that_are_written_otherwise_than_last_time_are_asked_about(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("import", PROFILE, str(own))
    own.write_text(OWN.replace("2016-03-01", "01/03/2016"), encoding="utf-8")
    assert main((*words, "--map", SAID, "--dates", "day-first")) == 0
    own.write_text(OWN.replace("51,2016-03-01", "54,03/13/2016"), encoding="utf-8")
    capsys.readouterr()

    assert main(words) == 1
    asked = capsys.readouterr().err
    assert main((*words, "--dates", "month-first")) == 0

    assert "dates such as “03/13/2016 08:00”, which is month/day/year hour:minute" in asked
    assert Ticket.objects.get(number="54").opened_at.date().isoformat() == "2016-03-13"


def test_a_batch_of_the_command_tells_a_program_what_it_was_told(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own.write_text(USUAL, encoding="utf-8")
    capsys.readouterr()

    assert main(("import", PROFILE, str(own), "--dry-run", "--json")) == 0

    found = json.loads(capsys.readouterr().out.splitlines()[-1])["findings"]
    assert [(each["kind"], each["found"]) for each in found] == [("notice", LACKS)]
