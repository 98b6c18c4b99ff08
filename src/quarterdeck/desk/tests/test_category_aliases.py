"""What sources call categories is explained once, and tickets are found by what it means."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from quarterdeck.core.changes import add_record, change_record
from quarterdeck.core.errors import Refused
from quarterdeck.core.models import Account
from quarterdeck.desk.models import Category, CategoryAlias, Ticket
from quarterdeck.desk.queries.categories import unknown_texts
from quarterdeck.desk.records import categories, category_aliases
from quarterdeck.desk.tests.web_cast import NOON, Desk, add_tickets
from quarterdeck.desk.tests.work_cast import account, opened, staffed_desk
from quarterdeck.desk.verbs.categories import explain_categories

pytestmark = pytest.mark.django_db


def category(actor: Account, name: str, parent: Category | None = None) -> Category:
    values = {"name": name, "parent": parent}
    made = add_record(record=categories, values=values, actor=actor, at=NOON)
    assert isinstance(made, Category)
    return made


@pytest.fixture
def desk(client: Client) -> Desk:
    """Hardware with Printer below it, Advice, and tickets that call them otherwise."""
    found = staffed_desk()
    hardware = category(found.operator, "Hardware")
    category(found.operator, "Printer", hardware)
    category(found.operator, "Advice")
    for amount, text in ((3, "Category 55"), (1, "Category 46"), (2, "Hardware"), (1, "")):
        add_tickets(found, amount, category=text)
    add_tickets(found, 1, category="Category 55", source="elsewhere")
    client.force_login(found.ada)
    return found


def explained(desk: Desk, text: str, path: str | None) -> int:
    target = None if path is None else Category.objects.get(path=path)
    return explain_categories(meanings={("log", text): target}, actor=desk.operator, at=NOON)


def listed(client: Client, **chosen: str) -> list[int]:
    """The numbers of the tickets on the list that is narrowed so."""
    asked = {name: Category.objects.get(path=path).pk for name, path in chosen.items()}
    page = client.get(reverse("desk.ticket.list"), asked).content.decode()
    return sorted(map(int, re.findall(r">INC(\d+)</a>", page)))


@pytest.mark.usefixtures("desk")
def test_the_texts_that_nobody_has_explained_stand_by_how_many_tickets_have_them() -> None:
    assert unknown_texts() == [
        ("log", "Category 55", 3),
        ("elsewhere", "Category 55", 1),
        ("log", "Category 46", 1),
    ]


def test_tickets_are_found_by_the_category_that_their_text_means(
    desk: Desk, client: Client
) -> None:
    before = listed(client, category="Hardware")
    explained(desk, "Category 55", "Hardware / Printer")

    # The first three are the source's 55, the fifth and sixth read as the path.
    assert before == [5, 6]
    assert listed(client, category="Hardware / Printer") == [1, 2, 3]
    assert listed(client, category="Hardware") == [1, 2, 3, 5, 6]


def test_a_later_meaning_holds_for_the_same_tickets(desk: Desk, client: Client) -> None:
    explained(desk, "Category 55", "Hardware / Printer")
    alias = CategoryAlias.objects.get()

    change_record(
        record=category_aliases,
        row=alias,
        version=1,
        values={"category": Category.objects.get(name="Advice")},
        actor=desk.operator,
        at=NOON,
    )

    assert (listed(client, category="Hardware"), listed(client, category="Advice")) == (
        [5, 6],
        [1, 2, 3],
    )
    assert set(Ticket.objects.filter(number="INC1").values_list("category")) == {("Category 55",)}


def test_what_is_none_of_ours_is_asked_no_more(desk: Desk, client: Client) -> None:
    explained(desk, "Category 46", None)

    assert [each.text for each in unknown_texts()] == ["Category 55", "Category 55"]
    assert listed(client, category="Advice") == []


def test_what_somebody_has_said_meanwhile_stays(desk: Desk) -> None:
    counts = [explained(desk, "Category 55", path) for path in ("Advice", "Hardware")]

    assert (counts, CategoryAlias.objects.get().category) == (
        [1, 0],
        Category.objects.get(path="Advice"),
    )


def test_the_true_category_is_another_question(desk: Desk, client: Client) -> None:
    add_tickets(desk, 1, category="Advice", true_category="Hardware")

    assert listed(client, category="Advice") == listed(client, true_category="Hardware") == [9]
    assert listed(client, category="Hardware") == [5, 6]


@pytest.mark.usefixtures("desk")
def test_only_who_keeps_categories_explains_them(client: Client) -> None:
    client.force_login(account("nils"))

    assert client.get(reverse("desk.category.explain")).status_code == 404
    with pytest.raises(Refused, match="You may not say"):
        explain_categories(meanings={("log", "x"): None}, actor=account("nils"), at=NOON)


@pytest.mark.usefixtures("desk")
def test_the_page_takes_what_is_typed_and_keeps_it_where_something_is_wrong(
    client: Client,
) -> None:
    page, sent = reverse("desk.category.explain"), {"source-0": "log", "text-0": "Category 55"}

    wrong = client.post(page, {**sent, "category-0": "Hardwear"})
    right = client.post(page, {**sent, "category-0": "hardware / printer"})

    told = wrong.content.decode()
    assert (wrong.status_code, 'value="Hardwear"' in told, "no category" in told) == (
        422,
        True,
        True,
    )
    alias = CategoryAlias.objects.select_related("category").get()
    assert (right.status_code, str(alias.category)) == (302, "Hardware / Printer")
    assert "Category 55 is none" in client.get(page).content.decode()


def test_a_ticket_says_what_its_text_means(desk: Desk, client: Client) -> None:
    explained(desk, "Category 55", "Hardware / Printer")
    ticket = Ticket.objects.get(number="INC1")

    page = client.get(reverse("desk.ticket.detail", args=[ticket.pk])).content.decode()

    assert ("Category 55" in page, "Hardware / Printer" in page) == (True, True)


def test_many_tickets_of_a_category_are_listed_in_their_order(desk: Desk, client: Client) -> None:
    add_tickets(desk, 60, category="Advice")
    opened(desk, category="Advice")

    page = client.get(
        reverse("desk.ticket.list"), {"category": Category.objects.get(path="Advice").pk}
    ).content.decode()

    numbers = list(map(int, re.findall(r">INC(\d+)</a>", page)))
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == 49
