"""For whom a ticket waited in its source, in the word of its state or in a column of its own."""

import csv
from pathlib import Path

import pytest

from quarterdeck.config.command import main
from quarterdeck.core.mapping import ColumnMapping
from quarterdeck.core.models import Account
from quarterdeck.desk.models import StateChange, Ticket
from quarterdeck.desk.tests.incident_log import (
    AT,
    COLUMNS,
    event,
    examine,
    history,
    silent,
    write_log,
)
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.models.imports import StagedRecord
from quarterdeck.office.verbs.import_run import apply_batch

pytestmark = pytest.mark.django_db

LOG, TABLE = "servicenow-incident-events", "tickets-table"
# In the order of the log: the state and the reason beside it.
LIFE = (
    ("New", ""),
    ("On Hold", "Awaiting Caller"),
    ("In Progress", ""),
    ("On Hold", "4"),
    ("On Hold", "Awaiting Change"),
    # A reason that was left behind when work went on.
    ("In Progress", "Awaiting Problem"),
    ("On Hold", ""),
)
HOLDS = "number,opened_at,state,on_hold_reason\n"
MAP = "number=number,opened_at=opened_at,state=state,on_hold_reason=hold_reason"


def log(path: Path, *told: tuple[str, str]) -> str:
    """A ticket whose lines are a day apart, with a column for why it is on hold."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*COLUMNS, "hold_reason"])
        writer.writeheader()
        for number, (state, reason) in enumerate(told):
            row = event("INC1", number, f"{number + 1}/3/2016 09:00", state, hold_reason=reason)
            writer.writerow(row)
    return str(path)


def course() -> list[tuple[str, str]]:
    """What the log of the one ticket says now: the last word on each place of it."""
    rows = StateChange.objects.standing().order_by("sequence", "batch")
    last = {
        sequence: told for sequence, *told in rows.values_list("sequence", "state", "pause_reason")
    }
    return [(state, reason) for state, reason in last.values()]


def holds() -> list[tuple[str, str, str]]:
    return list(
        Ticket.objects.standing().order_by("number").values_list("number", "state", "pause_reason")
    )


def table(path: Path, *lines: str) -> str:
    path.write_text(HOLDS + "\n".join(lines), encoding="utf-8")
    return str(path)


def test_servicenows_log_tells_why_a_ticket_was_on_hold(tmp_path: Path) -> None:
    assert main(("import", LOG, log(tmp_path / "log.csv", *LIFE))) == 0

    assert course() == [
        ("new", ""),
        ("on_hold", "requester"),
        ("in_progress", ""),
        ("on_hold", "vendor"),
        ("on_hold", "change"),
        ("in_progress", ""),
        ("on_hold", "unstated"),
    ]


def test_a_reason_of_an_instances_own_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("import", LOG, log(tmp_path / "log.csv", ("New", ""), ("On Hold", "Bei SAP")))

    assert main(words) == 1
    asked = capsys.readouterr().err
    assert main((*words, "--mean", "hold_reason:Bei SAP=vendor")) == 0

    assert "Say what these mean in “hold_reason”: Bei SAP." in asked
    assert course() == [("new", ""), ("on_hold", "vendor")]


def test_a_log_that_comes_again_with_the_reasons_tells_them(tmp_path: Path) -> None:
    bare = [(state, "") for state, _ in LIFE]
    assert main(("import", LOG, log(tmp_path / "bare.csv", *bare))) == 0
    before = course()
    assert main(("import", LOG, log(tmp_path / "log.csv", *LIFE))) == 0

    assert [before[place] for place in (1, 3, 4)] == [("on_hold", "unstated")] * 3
    assert [course()[place][1] for place in (1, 3, 4)] == ["requester", "vendor", "change"]


def test_a_table_tells_it_in_a_column_or_in_the_word_of_the_state(tmp_path: Path) -> None:
    path = table(
        tmp_path / "list.csv",
        "A,2016-03-01,On Hold,Awaiting Vendor",
        "B,2016-03-01,Waiting on Customer,",
        "C,2016-03-01,Waiting on Third Party,",
        "D,2016-03-01,Pending,",
        "E,2016-03-01,In Progress,Awaiting Vendor",
    )

    assert main(("import", TABLE, path, "--map", MAP)) == 0

    assert holds() == [
        ("A", "on_hold", "vendor"),
        ("B", "on_hold", "requester"),
        ("C", "on_hold", "vendor"),
        ("D", "on_hold", "unstated"),
        ("E", "in_progress", ""),
    ]


def test_a_word_of_a_tables_state_may_mean_a_hold_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = table(tmp_path / "list.csv", "A,2016-03-01,Bei SAP,")
    words = ("import", TABLE, path, "--map", MAP)

    assert main(words) == 1
    asked = capsys.readouterr().err
    assert main((*words, "--mean", "state:Bei SAP=on_hold:vendor")) == 0

    assert "Bei SAP" in asked
    assert holds() == [("A", "on_hold", "vendor")]


def test_logs_with_and_without_the_column_come_from_one_source(tmp_path: Path) -> None:
    """What was said of a reason is remembered over a log that lacks the column."""
    own = log(tmp_path / "own.csv", ("New", ""), ("On Hold", "Bei SAP"))
    assert main(("import", LOG, own, "--mean", "hold_reason:Bei SAP=vendor")) == 0
    bare = write_log(tmp_path / "bare.csv", history("INC2"))
    assert main(("import", LOG, str(bare))) == 0
    later = log(tmp_path / "later.csv", ("New", ""), ("On Hold", "Bei SAP"), ("On Hold", "5"))
    assert main(("import", LOG, later)) == 0

    rows = StateChange.objects.standing().filter(ticket__number="INC1").order_by("sequence")
    assert list(rows.values_list("pause_reason", flat=True)) == ["", "vendor", "change"]
    assert Ticket.objects.standing().get(number="INC2").state == "resolved"


def test_a_log_without_the_column_comes_first(tmp_path: Path) -> None:
    assert main(("import", LOG, str(write_log(tmp_path / "bare.csv", history("INC2"))))) == 0
    assert main(("import", LOG, log(tmp_path / "log.csv", *LIFE))) == 0

    rows = StateChange.objects.standing().filter(ticket__number="INC1").order_by("sequence")
    reasons = list(rows.values_list("pause_reason", flat=True))
    assert reasons == ["", "requester", "", "vendor", "change", "", "unstated"]


def staged_before_it_was_read(batch: ImportBatch) -> None:
    """Let the lines of a batch have waited since before anybody read why a ticket is on hold."""
    for record in StagedRecord.objects.filter(batch=batch):
        record.rows = [[number, values[:-1], *others] for number, values, *others in record.rows]
        record.save(update_fields=["rows"])


@pytest.mark.parametrize("profile", [LOG, TABLE])
def test_a_file_that_has_waited_for_a_decision_over_an_upgrade_comes_in(
    profile: str, tmp_path: Path, operator: Account
) -> None:
    told = (("New", ""), ("On Hold", ""))
    is_log = profile == LOG
    path = Path(
        log(tmp_path / "log.csv", *told)
        if is_log
        else table(tmp_path / "list.csv", "INC1,2016-03-01,On Hold,")
    )
    columns = {"number": "number", "opened_at": "opened_at", "state": "state"}
    forms = {"opened_at": "iso-day"}
    mapping = None if is_log else ColumnMapping(columns, forms, options={"kind": "incident"})

    batch = examine(path, operator, profile=profile, mapping=mapping)
    staged_before_it_was_read(batch)
    apply_batch(batch=batch, report=silent, actor=operator, at=AT)

    assert holds() == [("INC1", "on_hold", "unstated")]
