"""Categories form a tree that managers keep, and tickets worked by hand choose from it."""

import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from quarterdeck.core.acts import acting
from quarterdeck.core.changes import add_record, change_record
from quarterdeck.core.errors import Invalid, Refused
from quarterdeck.core.history.entries import entries_of
from quarterdeck.core.models import Account
from quarterdeck.desk.models import Category, Ticket
from quarterdeck.desk.records import categories
from quarterdeck.desk.tests.web_cast import NOON, Desk, add_tickets
from quarterdeck.desk.tests.work_cast import MONDAY, account, opened, staffed_desk
from quarterdeck.desk.verbs.ticket_details import change_category
from quarterdeck.desk.verbs.tickets import resolve_ticket

pytestmark = pytest.mark.django_db

PRINTER = "Hardware / Printer"


@pytest.fixture
def desk() -> Desk:
    return staffed_desk()


@pytest.fixture
def tree(operator: Account) -> dict[str, Category]:
    """Hardware, Printer and Toner one below the other, and Advice beside Hardware."""
    hardware = add(operator, "Hardware")
    printer = add(operator, "Printer", hardware)
    toner = add(operator, "Toner", printer)
    return {
        "Hardware": hardware,
        "Printer": printer,
        "Toner": toner,
        "Advice": add(operator, "Advice"),
    }


def add(actor: Account, name: str, parent: Category | None = None) -> Category:
    values = {"name": name, "parent": parent}
    made = add_record(record=categories, values=values, actor=actor, at=NOON)
    assert isinstance(made, Category)
    return made


def change(actor: Account, category: Category, **values: Any) -> None:
    category.refresh_from_db()
    change_record(
        record=categories,
        row=category,
        version=category.version,
        values=values,
        actor=actor,
        at=MONDAY,
    )


def sort(ticket: Ticket, category: str) -> Ticket:
    return change_category(
        ticket=ticket,
        version=ticket.version,
        category=category,
        actor=account("nils"),
        at=MONDAY,
    )


def paths() -> list[str]:
    return list(Category.objects.order_by("path").values_list("path", flat=True))


def choices(client: Client, address: str, name: str) -> list[str]:
    """What the select of this name offers on a page, none where a text is typed."""
    page = client.get(address).content.decode()
    _, _, after = page.partition(f'<select name="{name}"')
    options = after.partition("</select>")[0].split('<option value="')[1:]
    return [option.partition('"')[0] for option in options]


def test_a_category_is_known_by_the_names_from_the_top(tree: dict[str, Category]) -> None:
    assert str(tree["Toner"]) == "Hardware / Printer / Toner"


@pytest.mark.parametrize("name", ["Printer", "printer", " Printer "])
def test_a_name_stands_once_in_one_place(
    tree: dict[str, Category], operator: Account, name: str
) -> None:
    with pytest.raises(Invalid, match="of this name in this place already"):
        add(operator, name, tree["Hardware"])


def test_a_name_stands_once_at_the_top(tree: dict[str, Category], operator: Account) -> None:  # noqa: ARG001 — the tree stands
    with pytest.raises(Invalid, match="of this name in this place already"):
        add(operator, "Advice")


def test_the_same_name_may_stand_in_another_place(
    tree: dict[str, Category], operator: Account
) -> None:
    assert add(operator, "Printer", tree["Advice"]).path == "Advice / Printer"


@pytest.mark.parametrize("name", ["Hardware / Printer", " "])
def test_a_name_that_would_blur_the_path_is_refused(operator: Account, name: str) -> None:
    with pytest.raises(Invalid):
        add(operator, name)


def test_a_path_that_no_ticket_could_hold_is_refused(operator: Account) -> None:
    top = add(operator, "A" * 99)

    with pytest.raises(Invalid, match="longer than 200 characters"):
        add(operator, "B" * 99, top)


def test_a_longer_name_is_refused_where_what_stands_below_would_not_fit(operator: Account) -> None:
    top = add(operator, "A")
    add(operator, "B" * 100, add(operator, "C" * 90, top))

    with pytest.raises(Invalid, match="longer than 200 characters"):
        change(operator, top, name="A" * 5)


@pytest.mark.parametrize("below", ["Hardware", "Printer", "Toner"])
def test_a_ring_is_refused(tree: dict[str, Category], operator: Account, below: str) -> None:
    with pytest.raises(Invalid, match="cannot stand below itself"):
        change(operator, tree["Hardware"], parent=tree[below])


def test_the_database_refuses_a_category_below_itself(
    tree: dict[str, Category], operator: Account
) -> None:
    row = Category.objects.filter(pk=tree["Advice"].pk)

    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        acting(actor=operator, verb_name="test.ring", at=NOON),
    ):
        row.update(parent=tree["Advice"])


def test_another_name_reaches_everything_below(
    tree: dict[str, Category], operator: Account
) -> None:
    change(operator, tree["Hardware"], name="Devices")

    assert paths() == ["Advice", "Devices", "Devices / Printer", "Devices / Printer / Toner"]


def test_another_place_takes_everything_below_along(
    tree: dict[str, Category], operator: Account
) -> None:
    change(operator, tree["Printer"], parent=tree["Advice"])

    assert paths() == ["Advice", "Advice / Printer", "Advice / Printer / Toner", "Hardware"]


def test_the_history_says_when_a_path_changed(tree: dict[str, Category], operator: Account) -> None:
    change(operator, tree["Hardware"], name="Devices")

    changed = entries_of(tree["Toner"]).get()
    assert changed.after is not None
    assert (changed.before["path"], changed.after["path"], changed.after["version"]) == (
        "Hardware / Printer / Toner",
        "Devices / Printer / Toner",
        2,
    )


def test_what_is_retired_is_not_offered_nor_anything_below_it(
    tree: dict[str, Category], operator: Account
) -> None:
    change(operator, tree["Printer"], retired=True)

    assert Category.objects.active_paths() == ["Advice", "Hardware"]


def test_whoever_only_works_tickets_keeps_no_categories(
    desk: Desk, tree: dict[str, Category]
) -> None:
    with pytest.raises(Refused, match="may not add categories"):
        add(desk.nils, "Software")
    with pytest.raises(Refused, match="may not change"):
        change(desk.nils, tree["Advice"], retired=True)


def test_without_categories_any_text_is_one(desk: Desk) -> None:
    assert sort(opened(desk), "Paper").category == "Paper"


def test_a_ticket_is_opened_under_a_category_in_use(desk: Desk, tree: dict[str, Category]) -> None:  # noqa: ARG001 — the tree stands
    with pytest.raises(Invalid, match="no category “Printing” in use"):
        opened(desk)

    assert [opened(desk, category=given).category for given in (PRINTER, "")] == [PRINTER, ""]


def test_a_ticket_is_sorted_under_a_category_in_use(desk: Desk, tree: dict[str, Category]) -> None:  # noqa: ARG001 — the tree stands
    ticket = opened(desk, category="Advice")

    with pytest.raises(Invalid, match="no category “Paper” in use"):
        sort(ticket, "Paper")
    assert sort(ticket, PRINTER).category == PRINTER


def test_a_ticket_turns_out_to_be_of_a_category_in_use(
    desk: Desk, tree: dict[str, Category], operator: Account
) -> None:
    ticket = opened(desk, category=PRINTER)
    words: dict[str, Any] = {"resolution": "Done.", "actor": account("nils"), "at": MONDAY}
    change(operator, tree["Printer"], retired=True)

    with pytest.raises(Invalid, match="no category “Hardware / Printer” in use"):
        resolve_ticket(ticket=ticket, version=ticket.version, true_category=PRINTER, **words)
    done = resolve_ticket(ticket=ticket, version=ticket.version, true_category="Advice", **words)

    assert (done.category, done.true_category) == (PRINTER, "Advice")


def test_tickets_keep_the_category_as_it_read_when_it_was_given(
    desk: Desk, tree: dict[str, Category], operator: Account
) -> None:
    ticket = opened(desk, category=PRINTER)

    change(operator, tree["Hardware"], name="Devices")

    ticket.refresh_from_db()
    assert ticket.category == PRINTER


def test_quick_entry_offers_the_paths_in_use(
    client: Client, desk: Desk, tree: dict[str, Category]
) -> None:
    client.force_login(desk.nils)

    offered = [choices(client, reverse("desk.new"), name) for name in ("category", "true_category")]

    assert offered == [["", "Advice", "Hardware", PRINTER, str(tree["Toner"])]] * 2


def test_quick_entry_takes_any_text_where_no_category_is_in_use(
    client: Client, desk: Desk, tree: dict[str, Category]
) -> None:
    client.force_login(desk.nils)
    for top in ("Hardware", "Advice"):
        change(desk.operator, tree[top], retired=True)

    page = client.get(reverse("desk.new")).content.decode()

    assert '<input type="text" name="category"' in page


def test_a_ticket_from_a_source_keeps_its_words_beside_the_paths_in_use(
    client: Client, desk: Desk, tree: dict[str, Category]
) -> None:
    imported = add_tickets(desk, 1, category="Category 26")[0]
    client.force_login(desk.nils)

    describe, resolve = (
        reverse("desk.ask", args=[imported.pk, act]) for act in ("describe", "resolve")
    )
    in_use = ["Advice", "Hardware", PRINTER, str(tree["Toner"])]

    assert choices(client, describe, "category") == ["", "Category 26", *in_use]
    assert choices(client, resolve, "true_category") == ["", *in_use]


def test_the_requester_of_a_ticket_from_a_source_is_set_without_sorting_it(
    client: Client,
    desk: Desk,
    tree: dict[str, Category],  # noqa: ARG001 — the tree stands
) -> None:
    imported = add_tickets(desk, 1, category="Category 26")[0]
    client.force_login(desk.nils)

    client.post(
        reverse("desk.act", args=[imported.pk, "describe"]),
        {"version": imported.version, "category": "Category 26", "requester": "Mona"},
    )

    imported.refresh_from_db()
    assert (imported.category, str(imported.requester)) == ("Category 26", "Mona")


def test_a_manager_adds_one_on_its_page_and_the_settings_lead_there(
    client: Client, operator: Account, tree: dict[str, Category]
) -> None:
    client.force_login(operator)

    client.post(
        reverse("desk.category.add"), {"name": "Scanner", "parent": str(tree["Hardware"].pk)}
    )

    page = client.get(reverse("office.organisation")).content.decode()
    assert "Hardware / Scanner" in client.get(reverse("desk.category.list")).content.decode()
    assert f'href="{reverse("desk.category.list")}"' in page


def test_the_form_offers_no_place_in_which_a_category_cannot_stand(
    client: Client, operator: Account, tree: dict[str, Category]
) -> None:
    change(operator, tree["Advice"], retired=True)
    client.force_login(operator)

    pages = [
        client.get(reverse("desk.category.change", args=[tree[name].pk])).content.decode()
        for name in ("Hardware", "Printer")
    ]

    offered = [re.findall(r'<option value="\d+"[^>]*>([^<]+)</option>', page) for page in pages]
    assert offered == [[], ["Hardware"]]


def test_what_stands_below_a_retired_category_may_stay_there_but_nothing_may_come(
    tree: dict[str, Category], operator: Account
) -> None:
    change(operator, tree["Hardware"], retired=True)

    change(operator, tree["Printer"], name="Printers")

    assert Category.objects.filter(path="Hardware / Printers").exists()
    with pytest.raises(Invalid, match="is retired"):
        change(operator, tree["Advice"], parent=tree["Hardware"])


def test_a_ring_is_told_on_the_page(
    client: Client, operator: Account, tree: dict[str, Category]
) -> None:
    client.force_login(operator)
    hardware = tree["Hardware"]

    answer = client.post(
        reverse("desk.category.change", args=[hardware.pk]),
        {"name": "Hardware", "parent": str(tree["Toner"].pk), "version": str(hardware.version)},
    )

    assert answer.status_code == 422
    assert "That choice is not one of the available choices" in answer.content.decode()
