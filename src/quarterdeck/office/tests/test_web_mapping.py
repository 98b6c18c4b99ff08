"""The page on which a person says what the columns of an uploaded table hold."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from quarterdeck.core.directory import add_account, assign_role
from quarterdeck.core.jobs import run_worker
from quarterdeck.core.models import Account
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models import ImportBatch, ImportMapping
from quarterdeck.office.vocabulary import BatchState

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HEAD = "Case No,Date opened,Date solved,Status\n"
TABLE = HEAD + "C-1,01/02/2016 09:00,03/02/2016 10:00,Erledigt\nC-2,02/02/2016 11:00,,Open\n"
SAID = {
    "column_number": "Case No",
    "column_opened_at": "Date opened",
    "column_resolved_at": "Date solved",
    "column_state": "Status",
    "form_opened_at": "%d/%m/%Y %H:%M",
    "form_resolved_at": "%d/%m/%Y %H:%M",
    "mean_state_Erledigt": "resolved",
    "option_kind": "incident",
    "zone": "Europe/Berlin",
}

pytestmark = pytest.mark.django_db

Send = Callable[..., HttpResponse]


@pytest.fixture
def desk(client: Client, operator: Account) -> Client:
    """The browser of an IT manager."""
    manager = add_account(username="manager", actor=operator, at=AT)
    assign_role(account=manager, role=Role.IT_MANAGER, actor=operator, at=AT)
    client.force_login(manager)
    return client


@pytest.fixture
def send(desk: Client) -> Send:
    """Upload a table of tickets."""

    def send(
        content: str | bytes = TABLE, name: str = "cases.csv", encoding: str = ""
    ) -> HttpResponse:
        raw = content.encode() if isinstance(content, str) else content
        file = SimpleUploadedFile(name, raw)
        given = {"file": file, "profile": "tickets-table", "source": "cases", "encoding": encoding}
        return desk.post(reverse("office.import"), given)  # type: ignore[return-value]  # a response of ours

    return send


def batch() -> ImportBatch:
    return ImportBatch.objects.latest("pk")


def mapping_page(sheet: str = "") -> str:
    address = reverse("office.import.map", args=[batch().pk])
    return f"{address}?sheet={sheet}" if sheet else address


def test_an_unknown_table_waits_for_its_columns(send: Send) -> None:
    answer = send()

    assert (answer["Location"], batch().state) == (mapping_page(), BatchState.MAPPING)


def test_the_page_proposes_columns_by_their_heads(desk: Client, send: Send) -> None:
    send()

    page = desk.get(mapping_page()).content.decode()

    assert '<option value="Case No" selected>' in page
    assert '<option value="Date solved" selected>' in page


def test_the_page_says_which_columns_are_left_out(desk: Client, send: Send) -> None:
    send(TABLE.replace("Status", "Zustand"))

    page = desk.get(mapping_page()).content.decode()
    looked = desk.post(f"{mapping_page()}?look=1", {**SAID, "column_state": "Zustand"})

    assert "Nothing of these columns is taken in: Zustand." in page
    assert "Nothing of these columns" not in looked.content.decode()


def test_nobody_chooses_between_day_and_month_but_the_person(desk: Client, send: Send) -> None:
    send()

    said = {name: text for name, text in SAID.items() if name != "form_opened_at"}
    answer = desk.post(mapping_page(), said)

    assert (answer.status_code, batch().state) == (422, BatchState.MAPPING)
    assert "can be day/month/year hour:minute or month/day/year" in answer.content.decode()


def test_a_word_that_nobody_knows_has_to_be_explained(desk: Client, send: Send) -> None:
    send()

    said = {name: text for name, text in SAID.items() if name != "mean_state_Erledigt"}
    answer = desk.post(mapping_page(), said)

    assert answer.status_code == 422
    assert "Say what these mean: Erledigt." in answer.content.decode()


def test_looking_again_saves_nothing(desk: Client, send: Send) -> None:
    send()

    answer = desk.post(f"{mapping_page()}?look=1", SAID)

    assert (answer.status_code, batch().state) == (200, BatchState.MAPPING)


def test_what_was_said_is_examined_and_remembered(desk: Client, send: Send) -> None:
    send()

    desk.post(mapping_page(), SAID)
    run_worker(until_idle=True)

    known = ImportMapping.objects.get()
    assert (batch().state, batch().created, batch().zone) == (
        BatchState.EXAMINED,
        2,
        "Europe/Berlin",
    )
    assert (known.source, known.mapping["words"]) == ("cases", {"state": {"Erledigt": "resolved"}})


def test_the_next_file_of_the_source_needs_no_work(desk: Client, send: Send) -> None:
    send()
    desk.post(mapping_page(), SAID)
    run_worker(until_idle=True)
    desk.post(reverse("office.import.withdraw", args=[batch().pk]))

    send(TABLE + "C-3,05/02/2016 11:00,,Open\n")
    run_worker(until_idle=True)

    assert (batch().state, batch().created, batch().zone) == (
        BatchState.EXAMINED,
        3,
        "Europe/Berlin",
    )


@pytest.mark.parametrize(
    "content", [TABLE.replace("Status", "Phase"), TABLE.replace("Open", "Liegt")]
)
def test_a_next_file_that_the_mapping_does_not_fit_is_asked_about(
    desk: Client, send: Send, content: str
) -> None:
    send()
    desk.post(mapping_page(), SAID)
    run_worker(until_idle=True)
    desk.post(reverse("office.import.withdraw", args=[batch().pk]))

    send(content)

    assert batch().state == BatchState.MAPPING


def test_an_examined_table_can_be_mapped_anew(desk: Client, send: Send) -> None:
    send(TABLE + "C-3,05/02/2016 11:00,,Closed\n")
    desk.post(mapping_page(), SAID)
    run_worker(until_idle=True)
    before = (batch().created, batch().rejected, batch().findings.count())

    desk.post(mapping_page(), {**SAID, "column_state": ""})
    run_worker(until_idle=True)

    assert (before, (batch().created, batch().rejected, batch().findings.count())) == (
        (2, 1, 1),
        (3, 0, 0),
    )


def test_of_a_workbook_with_several_sheets_one_is_chosen(
    desk: Client, send: Send, tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Notes").write_row(0, 0, ["Nothing", "here"])
        sheet = book.add_worksheet("Cases")
        for line, row in enumerate(TABLE.splitlines()):
            sheet.write_row(line, 0, row.split(","))
    send(path.read_bytes(), "book.xlsx")
    page = desk.get(mapping_page()).content.decode()

    desk.post(mapping_page("Cases"), SAID)
    run_worker(until_idle=True)

    assert "choose the one with the records" in page
    assert (batch().created, batch().mapping["sheet"]) == (2, "Cases")


def test_a_file_that_is_no_table_is_told_where_it_fails(send: Send) -> None:
    answer = send(b"\xff\xfe\x00")

    assert (answer.status_code, ImportBatch.objects.count()) == (422, 0)
    assert "Byte 3 of the file means nothing in UTF-16" in answer.content.decode()


def test_a_table_in_the_letters_of_an_office_is_read_once_they_are_named(
    desk: Client, send: Send
) -> None:
    content = TABLE.replace("Status", "Größe").encode("cp1252")

    refused = send(content)
    taken = send(content, encoding="cp1252")

    assert "0xF6 is not UTF-8" in refused.content.decode()
    assert (refused.status_code, taken.status_code) == (422, 302)
    assert "Größe" in desk.get(mapping_page()).content.decode()


def test_markup_in_a_head_or_a_cell_is_shown_as_text(desk: Client, send: Send) -> None:
    send("<b>Case No</b>,Date opened\n<script>x</script>,01/02/2016\n")

    page = desk.get(mapping_page()).content.decode()

    assert "<b>Case" not in page
    assert "<script>x" not in page
    assert "&lt;b&gt;Case No&lt;/b&gt;" in page
