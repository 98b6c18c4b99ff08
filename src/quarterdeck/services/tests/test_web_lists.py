"""What a list offers beyond looking: chosen columns, kept views, files, and many rows at once."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from quarterdeck.core.changes import Fate, add_record, change_record, change_records
from quarterdeck.core.directory import add_account, add_person, assign_role
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account, Act, HistoryEntry, Person
from quarterdeck.core.records import record_of
from quarterdeck.core.vocabulary import Role
from quarterdeck.office.models import SavedView
from quarterdeck.services.models import Service
from quarterdeck.ui.exports import harmless

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LIST = "/services/services/"
KEEP_COLUMNS = "/office/views/services.service/columns"
SAVE_VIEW = "/office/views/services.service/save"

pytestmark = pytest.mark.django_db


def account(operator: Account, name: str, role: Role) -> Account:
    person = add_person(name=name, actor=operator, at=AT)
    username = name.partition(" ")[0].lower()
    made = add_account(username=username, person=person, actor=operator, at=AT)
    assign_role(account=made, role=role, actor=operator, at=AT)
    return made


@pytest.fixture
def maria(operator: Account) -> Account:
    """An IT manager."""
    return account(operator, "Maria Rossi", Role.IT_MANAGER)


@pytest.fixture
def nils(operator: Account) -> Account:
    """A technician, who keeps no services."""
    return account(operator, "Nils Berg", Role.TECHNICIAN)


@pytest.fixture
def manager(client: Client, maria: Account) -> Client:
    """A browser in which the IT manager has signed in."""
    client.force_login(maria)
    return client


def services(operator: Account, *names: str, **values: Any) -> list[Service]:
    record = record_of(Service)
    for name in names:
        add_record(record=record, values={"name": name, **values}, actor=operator, at=AT)
    return list(Service.objects.order_by("name"))


def shown(client: Client, **asked: str) -> str:
    return client.get(LIST, asked).content.decode()


def file_of(client: Client, form: str, **asked: str) -> bytes:
    answer = client.get(LIST, {"format": form, **asked})
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # files are streamed


def marks(rows: list[Service]) -> list[str]:
    return [f"{row.pk}:{row.version}" for row in rows]


def test_chosen_columns_are_kept_for_the_reader_alone(
    manager: Client, operator: Account, nils: Account
) -> None:
    services(operator, "Email")
    manager.post(KEEP_COLUMNS, {"column": ["owner", "no_such_column"]})
    others = Client()
    others.force_login(nils)

    heads = [">Agreed hours</a>" in shown(each) for each in (manager, others)]

    assert heads == [False, True]


def test_the_usual_columns_come_back(manager: Client, operator: Account) -> None:
    services(operator, "Email")
    manager.post(KEEP_COLUMNS, {"column": ["owner"]})

    manager.post(KEEP_COLUMNS, {"column": ["owner"], "reset": "reset"})

    assert ">Agreed hours</a>" in shown(manager)


def test_a_view_is_kept_and_leads_back(manager: Client, operator: Account) -> None:
    services(operator, "Email")

    manager.post(SAVE_VIEW, {"name": "Z first", "parameters": "sort=reversed"})

    text = shown(manager, sort="reversed")
    assert '<a href="?sort=reversed" aria-current=page>Z first</a>' in text


def test_a_shared_view_is_there_for_everybody_and_another_only_for_its_owner(
    manager: Client, nils: Account, operator: Account
) -> None:
    services(operator, "Email")
    manager.post(SAVE_VIEW, {"name": "Ours", "parameters": "q=E", "shared": "yes"})
    manager.post(SAVE_VIEW, {"name": "Mine", "parameters": "q=M"})
    others = Client()
    others.force_login(nils)

    text = shown(others)

    assert (">Ours</a>" in text, ">Mine</a>" in text) == (True, False)


def test_who_may_not_share_is_told(client: Client, nils: Account) -> None:
    client.force_login(nils)

    answer = client.post(SAVE_VIEW, {"name": "Ours", "parameters": "q=E", "shared": "yes"})

    assert (answer.status_code, SavedView.objects.count()) == (409, 0)


def test_a_view_of_the_same_name_is_replaced(manager: Client) -> None:
    for parameters in ("q=A", "q=B"):
        manager.post(SAVE_VIEW, {"name": "Mine", "parameters": parameters})

    assert SavedView.objects.values_list("parameters", "version").get() == ("q=B", 2)


def test_another_readers_own_view_cannot_be_removed_and_ones_own_can(
    manager: Client, nils: Account
) -> None:
    manager.post(SAVE_VIEW, {"name": "Mine", "parameters": "q=A"})
    address = f"/office/views/{SavedView.objects.get().pk}/remove"
    others = Client()
    others.force_login(nils)

    answers = [others.post(address).status_code, manager.post(address).status_code]

    assert (answers, SavedView.objects.count()) == ([404, 302], 0)


def test_a_formula_in_a_name_stays_text_in_a_csv_file(manager: Client, operator: Account) -> None:
    services(operator, '=HYPERLINK("http://evil")', "Email, and more")

    rows = list(csv.reader(io.StringIO(file_of(manager, "csv").decode())))

    assert rows == [
        ["Name", "Owner", "Supported by", "Agreed hours"],
        ['\'=HYPERLINK("http://evil")', "", "", ""],
        ["Email, and more", "", "", ""],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_text_begins_like_a_formula(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("cell", ["plain", "", -5, 2.5, None, True])
def test_other_cells_stay_as_they_are(cell: str | float | bool | None) -> None:
    assert harmless(cell) == cell


def test_a_workbook_holds_texts_and_no_formula(manager: Client, operator: Account) -> None:
    services(operator, "=1+1")

    with zipfile.ZipFile(io.BytesIO(file_of(manager, "xlsx"))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()

    assert ("<f>" in sheet, '<c r="A2" t="inlineStr"><is><t>=1+1</t></is></c>' in sheet) == (
        False,
        True,
    )


def test_json_has_the_key_and_the_columns_asked_for(manager: Client, maria: Account) -> None:
    row = services(maria, "Email", owner=maria.person)[0]

    found = json.loads(file_of(manager, "json", columns="name,owner"))

    assert found == [{"id": row.pk, "name": "Email", "owner": "Maria Rossi"}]


def test_an_empty_list_is_an_empty_file(manager: Client) -> None:
    assert json.loads(file_of(manager, "json")) == []


def test_a_file_holds_what_the_search_leaves(manager: Client, operator: Account) -> None:
    services(operator, "Email", "Chat")

    found = json.loads(file_of(manager, "json", q="Ch"))

    assert [row["name"] for row in found] == ["Chat"]


def test_chosen_rows_are_changed_in_one_act(
    manager: Client, operator: Account, maria: Account
) -> None:
    rows = services(operator, "Chat", "Email", "Print")
    selection = ",".join(marks(rows[:2]))

    manager.post(LIST, {"selection": selection, "set": "owner", "owner": maria.person_id})

    owners = list(Service.objects.order_by("name").values_list("owner__name", "version"))
    assert owners == [("Maria Rossi", 2), ("Maria Rossi", 2), (None, 1)]
    assert (
        HistoryEntry.objects.filter(table="services_service").values("act").distinct().count() == 1
    )


def test_each_row_says_what_became_of_it(operator: Account, maria: Account) -> None:
    chat, email, gone, kept = services(operator, "Chat", "Email", "Gone", "Kept")
    seen = {chat.pk: 1, email.pk: 1, gone.pk + 99: 1, kept.pk: 1}
    record = record_of(Service)
    owner = Person.objects.get(name="Maria Rossi")
    for row, values in ((email, {"name": "Mail"}), (kept, {})):
        change_record(record=record, row=row, version=1, values=values, actor=operator, at=AT)

    outcomes = change_records(record=record, seen=seen, values={"owner": owner}, actor=maria, at=AT)

    assert [(each.title, each.fate) for each in outcomes] == [
        ("Chat", Fate.CHANGED),
        ("Mail", Fate.CONFLICT),
        ("Kept", Fate.CHANGED),
        (f"Service {gone.pk + 99}", Fate.REFUSED),
    ]


def test_more_than_a_thousand_are_refused(operator: Account) -> None:
    with pytest.raises(Refused, match="At most 1,000 at once; 1,001 were chosen"):
        change_records(
            record=record_of(Service),
            seen=dict.fromkeys(range(1_001), 1),
            values={},
            actor=operator,
            at=AT,
        )


def test_the_form_asks_what_to_change(manager: Client, operator: Account) -> None:
    rows = services(operator, "Chat", "Email")

    answer = manager.post(LIST, {"row": marks(rows)})

    text = answer.content.decode()
    assert (answer.status_code, "Change 2 services" in text) == (200, True)
    assert f'name="selection" value="{",".join(marks(rows))}"' in text


def test_all_that_match_are_taken_without_their_boxes(manager: Client, operator: Account) -> None:
    services(operator, "Chat", "Email", "Charts")

    text = manager.post(f"{LIST}?q=Ch", {"all": "all"}).content.decode()

    assert "Change 2 services" in text


def test_nothing_ticked_is_told(manager: Client, operator: Account) -> None:
    rows = services(operator, "Chat")

    answer = manager.post(LIST, {"selection": marks(rows)[0]})

    assert (answer.status_code, b"Tick at least one field" in answer.content) == (422, True)


def test_nothing_chosen_leads_back(manager: Client) -> None:
    assert manager.post(LIST).headers["Location"] == LIST


@pytest.mark.parametrize("selection", ["1:x", "1", "a:b:c"])
def test_a_selection_that_cannot_be_read_is_refused(manager: Client, selection: str) -> None:
    assert manager.post(LIST, {"selection": selection}).status_code == 400


def test_who_may_change_none_finds_no_boxes_and_changes_none(
    client: Client, operator: Account, nils: Account
) -> None:
    rows = services(operator, "Chat")
    client.force_login(nils)
    before = Act.objects.count()

    answer = client.post(
        LIST, {"selection": marks(rows)[0], "set": "owner", "owner": nils.person_id}
    )

    assert (answer.status_code, Act.objects.count()) == (404, before)
    assert 'name="row"' not in shown(client)


@pytest.mark.parametrize("amount", [1, 3])
def test_the_list_costs_the_same_for_one_row_and_for_three(
    manager: Client, operator: Account, maria: Account, amount: int
) -> None:
    services(operator, *("Chat", "Email", "Print")[:amount], owner=maria.person)
    manager.get(LIST)

    with CaptureQueriesContext(connection) as queries:
        text = shown(manager)

    # Session, account, roles, organisation; what is kept of the list, its rows and their number.
    assert (text.count("<th><a"), len(queries)) == (amount, 7)
