"""What a search finds among tickets: numbers, words, and never what the reader may not see."""

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from quarterdeck.core.acts import acting
from quarterdeck.core.history import differences, out_of_step, searched_tables
from quarterdeck.core.models import Account
from quarterdeck.core.search import Order, search
from quarterdeck.core.search_lists import matching, some_matching
from quarterdeck.desk.models import Ticket
from quarterdeck.desk.records import tickets
from quarterdeck.desk.tests.incident_log import AT, examine, history, take_in, write_log
from quarterdeck.desk.tests.web_cast import NOON, Desk, add_tickets, open_desk
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.verbs.import_end import withdraw_import
from quarterdeck.office.vocabulary import BatchState

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return open_desk()


def found(reader: Account, text: str, order: Order = Order.NEWEST) -> list[str]:
    return [ticket.number for ticket in search(tickets, text, reader, limit=20, order=order).rows]


def test_a_number_finds_its_ticket_before_those_that_begin_so(desk: Desk) -> None:
    add_tickets(desk, 12)

    assert found(desk.ada, "inc1") == ["INC1", "INC10", "INC11", "INC12"]
    assert found(desk.ada, "INC12") == ["INC12"]


def test_a_number_in_a_text_is_found_after_the_ticket_itself(desk: Desk) -> None:
    add_tickets(desk, 1)
    add_tickets(desk, 1, title="Again as in INC1")

    assert found(desk.ada, "INC1") == ["INC1", "INC2"]


@pytest.mark.parametrize("order", Order)
def test_title_and_description_are_searched(desk: Desk, order: Order) -> None:
    add_tickets(desk, 1, title="The printer is jammed")
    add_tickets(desk, 1, description="Since noon the printers do not answer.")
    add_tickets(desk, 1)

    assert set(found(desk.ada, "printer", order)) == {"INC1", "INC2"}
    assert found(desk.ada, "printer jammed", order) == ["INC1"]


def test_a_chain_of_many_words_of_another_script_is_kept_and_found_by_its_beginning(
    desk: Desk,
) -> None:
    """With its parts joined it is longer than an index of PostgreSQL holds for one row."""
    syllables = [chr(number) for number in range(0xAC00, 0xD7A4)]
    chain = "-".join(f"{first}{second}" for first in syllables[:3] for second in syllables)
    add_tickets(desk, 1, description=chain)

    assert found(desk.ada, f"{syllables[0]}{syllables[1]}") == ["INC1"]


@pytest.mark.parametrize("order", Order)
def test_a_reader_finds_what_they_may_see_and_nothing_else(desk: Desk, order: Order) -> None:
    add_tickets(desk, 1, title="Printer", team=desk.workplace)
    add_tickets(desk, 1, title="Printer", team=desk.network)
    add_tickets(desk, 1, title="Printer", team=desk.workplace, requester=desk.mona.person)

    seen = {reader.username: found(reader, "print", order) for reader in (desk.nils, desk.mona)}

    assert seen == {"nils": ["INC2"], "mona": ["INC3"]}
    assert found(desk.nils, "INC1", order) == []


def test_what_one_may_not_see_takes_no_place_among_the_hits(desk: Desk) -> None:
    add_tickets(desk, 1, title="Printer", team=desk.network)
    add_tickets(desk, 5, title="Printer", team=desk.workplace)

    nils = search(tickets, "printer", desk.nils, limit=2)

    assert ([each.number for each in nils.rows], nils.amount, nils.is_bounded) == (
        ["INC1"],
        1,
        False,
    )


@pytest.mark.parametrize("state", [BatchState.APPLYING, BatchState.WITHDRAWN])
def test_tickets_of_an_unfinished_or_withdrawn_batch_are_not_found(
    desk: Desk, state: BatchState
) -> None:
    add_tickets(desk, 1, title="Printer")
    with acting(actor=desk.operator, verb_name="test.withdraw", at=NOON):
        ImportBatch.objects.filter(pk=desk.batch.pk).update(state=state)

    assert (found(desk.ada, "printer"), found(desk.ada, "INC1")) == ([], [])


def test_an_import_and_its_undoing_keep_the_index_in_step(
    tmp_path: Path, operator: Account
) -> None:
    path = write_log(tmp_path / "log.csv", [*history("INC1"), *history("INC2")])
    with acting(actor=operator, verb_name="test.open", at=AT):
        desk = open_desk()

    batch = take_in(path, operator)
    came = found(desk.ada, "INC2")
    withdraw_import(batch=batch, actor=operator, at=AT)

    assert (came, found(desk.ada, "INC2")) == (["INC2"], [])
    assert differences(connection) == []
    assert out_of_step(connection, searched_tables(connection)) == []


def test_a_dry_run_lets_nothing_be_found(tmp_path: Path, operator: Account) -> None:
    desk = open_desk()

    examine(write_log(tmp_path / "log.csv", history("INC1")), operator)

    assert found(desk.ada, "INC1") == []


@pytest.mark.parametrize("text", ["printer", "INC", "inc", "case print"])
def test_common_and_rare_words_find_alike_in_a_list(
    desk: Desk, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_tickets(desk, 3, title="Case of a printer")
    add_tickets(desk, 2, title="Mail", description="INC1")
    rare = list(matching(Ticket.objects.order_by("pk"), tickets, text))

    monkeypatch.setattr("quarterdeck.core.search_lists.COMMON", 1)

    assert list(matching(Ticket.objects.order_by("pk"), tickets, text)) == rare
    assert len(rare) in {3, 5}


def test_some_of_the_hits_of_a_common_word_are_enough_to_say_that_there_are_many(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_tickets(desk, 3, title="Case of a printer")
    rows = Ticket.objects.order_by("pk")
    monkeypatch.setattr("quarterdeck.core.search_lists.COMMON", 2)
    monkeypatch.setattr("quarterdeck.core.search_lists.RANKED", 2)

    some = some_matching(rows, tickets, "printer")

    assert some is not None
    assert (some.count(), {row.title for row in some}) == (2, {"Case of a printer"})
    assert some_matching(rows, tickets, "window") is None


def test_a_list_is_narrowed_by_words_and_filters_together(client: Client, desk: Desk) -> None:
    add_tickets(desk, 1, title="Printer", priority=1)
    add_tickets(desk, 1, title="Printer", priority=3)
    client.force_login(desk.ada)

    text = client.get("/desk/tickets/", {"q": "printers", "priority": "1"}).content.decode()

    assert (">INC1</a>" in text, ">INC2</a>" in text) == (True, False)
