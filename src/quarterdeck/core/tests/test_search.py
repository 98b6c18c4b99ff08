"""What a search finds, and that no text whatever breaks it; on both databases alike."""

import pytest
from hypothesis import HealthCheck, example, settings
from hypothesis import given as for_all
from hypothesis import strategies as st

from quarterdeck.core.models import Account, Person, RoleAssignment
from quarterdeck.core.records import record_of
from quarterdeck.core.search import Order, clean, search, words_of
from quarterdeck.core.search_lists import matching
from quarterdeck.core.tests.fixtures import Given
from quarterdeck.core.vocabulary import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(given: Given) -> Account:
    """Somebody who sees every person."""
    with given():
        account = Account.objects.create(username="reader")
        RoleAssignment.objects.create(account=account, role=Role.ADMINISTRATOR)
    return account


def add(given: Given, *names: str) -> None:
    with given():
        for name in names:
            Person.objects.create(name=name)


def found(reader: Account, text: str, order: Order = Order.NEWEST) -> list[str]:
    hits = search(record_of(Person), text, reader, limit=50, order=order)
    return [person.name for person in hits.rows]


def listed(text: str) -> list[str]:
    """What a list in the order of names keeps of everybody."""
    rows = matching(Person.objects.order_by("name"), record_of(Person), text)
    return [person.name for person in rows]


@pytest.mark.parametrize(
    "text",
    [
        "müller",
        "MULLER",
        "Mu\u0308ller",
        "mül",
        "anna müller",
        "Müller, Anna",
        "'Müller' \"Anna\"",
        "(müller",
        "müller*",
        "anna:müller",
        "-müller",
        "müller --",
        "Müller\x00Anna",
        "müller 😀",
    ],
)
def test_words_are_found_however_they_are_written(given: Given, reader: Account, text: str) -> None:
    add(given, "Anna Müller", "Bert Or Meier")

    assert (found(reader, text), listed(text)) == (["Anna Müller"], ["Anna Müller"])


@pytest.mark.parametrize("text", ["", " ", "%", "*", '"', "'", "()", "😀", "\x00", "&|!", "<->"])
def test_a_text_without_words_finds_nothing(given: Given, reader: Account, text: str) -> None:
    add(given, "Anna")

    assert found(reader, text) == []


@pytest.mark.parametrize("text", ["printing", "prints", "print", "Printed"])
def test_endings_do_not_matter(given: Given, reader: Account, text: str) -> None:
    add(given, "Print room", "Paint room")

    assert found(reader, text) == ["Print room"]


def test_frequent_words_are_words_too(given: Given, reader: Account) -> None:
    add(given, "Who is on call", "Nobody")

    assert found(reader, "the") == []
    assert found(reader, "on") == ["Who is on call"]


def test_punctuation_parts_words(given: Given, reader: Account) -> None:
    add(given, "VPN-Gateway a.b@example.org /var/log 10.0.0.1 snake_case")

    texts = ("gateway", "b example", "example.org", "log", "10.0.0", "case", "var/log")

    assert [len(found(reader, text)) for text in texts] == [1] * len(texts)


def test_a_single_letter_stands_for_itself(given: Given, reader: Account) -> None:
    add(given, "Anna B", "Berta")

    assert found(reader, "b") == ["Anna B"]


def test_markup_is_text(given: Given, reader: Account) -> None:
    add(given, "<script>alert(1)</script>")

    assert found(reader, "<script>") == ["<script>alert(1)</script>"]


def test_the_newest_come_first(given: Given, reader: Account) -> None:
    add(given, "Room 1", "Room 2", "Room 3")

    assert found(reader, "room") == ["Room 3", "Room 2", "Room 1"]


def test_ranking_prefers_the_more_exact(given: Given, reader: Account) -> None:
    add(given, "Printer", "Printer beside the window of the long room with many other things")

    assert found(reader, "printer", Order.BEST) == [
        "Printer",
        "Printer beside the window of the long room with many other things",
    ]


def test_a_search_says_that_there_is_more(given: Given, reader: Account) -> None:
    add(given, "Room 1", "Room 2", "Room 3")

    two = search(record_of(Person), "room", reader, limit=2)
    three = search(record_of(Person), "room", reader, limit=3)

    assert (len(two.rows), two.amount, two.is_bounded) == (2, 2, True)
    assert (len(three.rows), three.amount, three.is_bounded) == (3, 3, False)


def test_a_list_keeps_its_order(given: Given) -> None:
    add(given, "Room c", "Room a", "Room b")

    assert listed("room") == ["Room a", "Room b", "Room c"]


def test_common_words_and_rare_ones_find_alike(
    given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(given, "Room b", "Room a", "Roof")
    rare = listed("room")

    monkeypatch.setattr("quarterdeck.core.search_lists.COMMON", 1)

    assert (rare, listed("room")) == (["Room a", "Room b"], ["Room a", "Room b"])


def test_a_very_long_text_is_cut(given: Given, reader: Account) -> None:
    add(given, "Anna")

    assert found(reader, "anna " * 100_000) == ["Anna"]


def test_a_row_of_very_many_words_can_be_written(given: Given, reader: Account) -> None:
    add(given, "Anna")

    with given():
        Person.objects.update(email=" ".join(map(str, range(40))))

    assert found(reader, "anna 39") == ["Anna"]


def test_words_are_cut_at_whatever_is_neither_letter_nor_digit() -> None:
    assert words_of('A-b "c d" (e_f) NEAR/2 ü2\x00g') == (
        "A",
        "b",
        "c",
        "d",
        "e",
        "f",
        "NEAR",
        "2",
        "ü2",
        "g",
    )


def test_cleaning_leaves_what_columns_can_hold() -> None:
    assert clean(" INC\x00 1\ud800\n") == "INC 1"


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(text="İ")
@example(text="ß ﬁ ² Ⅷ ١٢٣ नमस्ते 漢字")
@example(text='" OR 1=1 --')
@example(text="NEAR(a b)")
@example(text="AND OR NOT")
@example(text="\ud800")
@example(text="a\x00b")
@for_all(text=st.text(alphabet=st.characters(), max_size=80))
def test_every_text_has_an_answer(text: str) -> None:
    reader = Account.objects.get(username="operator")

    for order in Order:
        search(record_of(Person), text, reader, limit=5, order=order)
    list(matching(Person.objects.all(), record_of(Person), text))


def test_whoever_may_see_nothing_finds_nothing(given: Given) -> None:
    add(given, "Anna")
    with given():
        stranger = Account.objects.create(username="stranger", is_active=False)

    accounts = search(record_of(Account), "operator", stranger, limit=5)

    assert (accounts.rows, accounts.amount) == ([], 0)
