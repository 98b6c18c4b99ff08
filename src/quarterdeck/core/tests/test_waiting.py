"""What waits for an account, in which order."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quarterdeck.core import waiting
from quarterdeck.core.models import Account, Unit
from quarterdeck.core.waiting import (
    Consequence,
    Source,
    Told,
    WaitingItem,
    anything_waits_for,
    register,
    waiting_for,
)

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
MONDAY, FRIDAY = datetime(2026, 6, 15, tzinfo=UTC), datetime(2026, 6, 19, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test begin with an empty registry, and leave the real one as it was."""
    monkeypatch.setattr(waiting, "_sources", [])


def item(title: str, consequence: int, due_at: datetime | None = None) -> WaitingItem:
    return WaitingItem(title, "/", due_at, consequence, "Test")


def source_of(*items: WaitingItem) -> Source:
    def source(_account: Account, _at: datetime) -> Iterator[WaitingItem]:
        yield from items

    return source


def titles() -> list[str]:
    return [each.title for each in waiting_for(Account(username="somebody"), NOON)]


def test_the_gravest_consequence_comes_first_whatever_is_due() -> None:
    register(source_of(item("slight", Consequence.SLIGHT, MONDAY)))
    register(source_of(item("severe", Consequence.SEVERE)))

    assert titles() == ["severe", "slight"]


def test_among_equals_what_is_due_first_comes_first_and_what_is_never_due_last() -> None:
    register(
        source_of(item("never", 20), item("on Friday", 20, FRIDAY), item("on Monday", 20, MONDAY))
    )

    assert titles() == ["on Monday", "on Friday", "never"]


def test_a_source_that_registers_twice_is_asked_once() -> None:
    source = source_of(item("once", 20))
    register(source)
    register(source)

    assert titles() == ["once"]


def test_nothing_waits_for_an_account_that_is_closed() -> None:
    register(source_of(item("something", 20)))
    gone = Account(username="gone", is_active=False)

    assert (waiting_for(gone, NOON), anything_waits_for(gone, NOON)) == ((), False)


def test_whether_anything_waits_is_known_after_the_first_item() -> None:
    asked = list[str]()

    def further(_account: Account, _at: datetime) -> Iterator[WaitingItem]:
        asked.append("further")
        yield item("another", 20)

    register(source_of())
    register(source_of(item("something", 20)))
    register(further)

    assert (anything_waits_for(Account(username="somebody"), NOON), asked) == (True, [])


@pytest.mark.django_db
def test_what_sources_ask_for_at_a_time_is_read_in_one_statement(operator: Account) -> None:
    def counting(_account: Account, _at: datetime) -> Told:
        units, accounts = Unit.objects.all(), Account.objects.filter(pk=operator.pk)
        yield [units, accounts]
        yield item(f"{len(units)} units, {len(accounts)} accounts", 20)

    def naming(_account: Account, _at: datetime) -> Told:
        root = Unit.objects.filter(parent=None)
        yield [root]
        below = Unit.objects.filter(parent__in=[unit.pk for unit in root])
        yield [below]
        yield item(f"{root[0]}, {len(below)} below", 10)

    register(counting)
    register(naming)

    with CaptureQueriesContext(connection) as asked:
        assert titles() == ["1 units, 1 accounts", f"{Unit.objects.get()}, 0 below"]
    assert len(asked) == 3
