"""Imports by the command line: what it says at the door, and that no kill leaves half an import."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.apps import apps
from pytest_django import DjangoDbBlocker

from quarterdeck.config.command import main
from quarterdeck.core.tests.fixtures import Pristine
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.vocabulary import BatchState

PROFILE = "servicenow-incident-events"
HEADER = (
    "number,incident_state,reassignment_count,reopen_count,sys_mod_count,made_sla,caller_id,"
    "opened_at,sys_updated_by,sys_updated_at,contact_type,category,impact,urgency,priority,"
    "assignment_group,assigned_to,note"
)
STATES = ("New", "Active", "Awaiting User Info", "Active", "Resolved")

Told = tuple[int, Any]
Command = Callable[..., Told]


def lines(tickets: int, note: str = "") -> Iterator[str]:
    """A log of many tickets, each with one update an hour through all states on a day of March."""
    yield HEADER
    for number in range(tickets):
        for count, state in enumerate(STATES):
            changed = f"{number % 31 + 1}/3/2016 {9 + count:02}:{number % 60:02}"
            yield (
                f"INC{number:07},{state},0,0,{count},true,Caller {number % 500},29/2/2016 08:55,"
                f"Updated by {number % 300},{changed},Phone,Category {number % 60},2 - Medium,"
                f"2 - Medium,3 - Moderate,Group {number % 80},Resolver {number % 200},{note}"
            )


def write_log(path: Path, tickets: int, note: str = "") -> Path:
    """Write such a log."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines(tickets, note))
    return path


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Two tickets with five events each."""
    return write_log(tmp_path / "log.csv", 2)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], db: None) -> Command:  # noqa: ARG001 — commands need the database
    """Run a command; its status, and the last line of its output as JSON."""

    def command(*words: object) -> Told:
        status = main([*map(str, words), "--json"])
        printed = capsys.readouterr().out.splitlines()
        return status, json.loads(printed[-1]) if printed else {}

    return command


@pytest.fixture
def refusal(capsys: pytest.CaptureFixture[str], db: None) -> Callable[..., str]:  # noqa: ARG001 — commands need the database
    """Run a command that is refused, and return what it says."""

    def refusal(*words: object) -> str:
        assert main([*map(str, words)]) == 1
        return capsys.readouterr().err.removeprefix("quarterdeck: ").rstrip()

    return refusal


def row_counts() -> dict[str, int]:
    """How many rows each table of a domain has."""
    labels = ("office", "services", "desk")
    models = [model for label in labels for model in apps.get_app_config(label).get_models()]
    return {model._meta.label: model._default_manager.count() for model in models}


def test_an_import_says_what_it_did(command: Command, log: Path) -> None:
    status, result = command("import", PROFILE, log)

    assert (status, result) == (
        0,
        {
            "file": "log.csv",
            "state": "applied",
            "dry_run": False,
            "failure": "",
            "findings": [],
            "created": 2,
            "updated": 0,
            "unchanged": 0,
            "rejected": 0,
            "batch": ImportBatch.objects.get().pk,
        },
    )


def test_a_dry_run_says_the_same_and_writes_nothing(command: Command, log: Path) -> None:
    before = row_counts()

    status, result = command("import", PROFILE, log, "--dry-run")

    assert (status, result["created"], result["batch"], row_counts(), command("batches")) == (
        0,
        2,
        None,
        before,
        (0, []),
    )


def test_a_dry_run_of_a_file_that_cannot_be_read_leaves_no_batch(
    command: Command, log: Path
) -> None:
    log.write_bytes(log.read_bytes() + b"\xff")

    status, result = command("import", PROFILE, log, "--dry-run")

    assert (status, result["failure"], command("batches")) == (
        1,
        "Line 12, byte 1: 0xFF is not UTF-8; expected UTF-8 text.",
        (0, []),
    )


def test_a_dry_run_does_not_finish_what_a_killed_run_began_to_apply(
    command: Command, refusal: Callable[..., str], log: Path, given: Callable[..., Any]
) -> None:
    batch = ImportBatch.objects.get(pk=command("import", PROFILE, log)[1]["batch"])
    with given():
        ImportBatch.objects.update(state=BatchState.APPLYING, applied_at=None)

    said = refusal("import", PROFILE, log, "--dry-run")

    assert said == (
        f"Batch {batch.pk}: log.csv is being applied already: "
        "finish it without a dry run, or undo it."
    )


def test_a_broken_file_is_named_with_the_line_and_the_reason(
    capsys: pytest.CaptureFixture[str],
    db: None,  # noqa: ARG001 — commands need the database
    log: Path,
) -> None:
    log.write_text(log.read_text(encoding="utf-8").replace("category", "topic"), encoding="utf-8")

    status = main(["import", PROFILE, str(log)])

    found = HEADER.replace("category", "topic").replace(",", ", ")
    assert (status, capsys.readouterr().err.splitlines()) == (
        1,
        [f"log.csv: Line 1: missing column category; found {found}."],
    )


def test_an_error_is_told_with_ticket_line_column_and_expectation(
    command: Command, log: Path
) -> None:
    log.write_text(log.read_text(encoding="utf-8").replace(",0,0,3,", ",0,x,3,"), encoding="utf-8")

    status, result = command("import", PROFILE, log)

    finding = {
        "kind": "error",
        "column": "reopen_count",
        "found": "x",
        "expected": "a whole number",
    }
    assert (status, result["created"], result["rejected"], result["findings"]) == (
        1,
        0,
        2,
        [
            {**finding, "record": "INC0000000", "line": 5},
            {**finding, "record": "INC0000001", "line": 10},
        ],
    )


def test_the_valid_tickets_of_a_file_with_errors_may_come_in(command: Command, log: Path) -> None:
    log.write_text(log.read_text(encoding="utf-8") + "INC9,New\n", encoding="utf-8")

    status, result = command("import", PROFILE, log, "--accept", "valid")

    assert (status, result["created"], result["rejected"]) == (0, 2, 1)


def test_an_unknown_profile_is_refused_with_the_known_ones(
    refusal: Callable[..., str], log: Path
) -> None:
    assert refusal("import", "jira", log) == (
        f"There is no import profile “jira”. Known: bpic2013, {PROFILE}."
    )


def test_an_unknown_zone_is_refused(refusal: Callable[..., str], log: Path) -> None:
    assert refusal("import", PROFILE, log, "--zone", "Mars/Olympus") == (
        "There is no time zone “Mars/Olympus”; expected a name such as Europe/Berlin."
    )


def test_a_missing_file_is_refused(refusal: Callable[..., str], tmp_path: Path) -> None:
    assert refusal("import", PROFILE, tmp_path / "no.csv") == f"There is no file {tmp_path}/no.csv."


def test_a_folder_is_refused(refusal: Callable[..., str], tmp_path: Path) -> None:
    assert refusal("import", PROFILE, tmp_path) == f"{tmp_path} is a folder; expected a file."


def test_a_file_that_the_system_does_not_let_us_read_is_refused(
    refusal: Callable[..., str],
) -> None:
    # A file that nobody can read from its start, not even root.
    assert refusal("import", PROFILE, "/proc/self/mem") == (
        "/proc/self/mem cannot be read: Input/output error."
    )


def test_undo_withdraws_an_import(command: Command, log: Path) -> None:
    _, result = command("import", PROFILE, log)

    undone = command("undo", result["batch"])

    assert undone == (0, {"batch": result["batch"], "state": "withdrawn"})


def test_undo_of_a_batch_that_is_not_there_is_refused(refusal: Callable[..., str]) -> None:
    assert refusal("undo", 4711) == "There is no batch 4711."


def test_what_an_undo_leaves_out_is_said_with_its_number(command: Command, log: Path) -> None:
    _, result = command("import", PROFILE, log)
    command("undo", result["batch"])

    _, one = command("measure", "desk.cycle_time", "--period", "2016-03")

    assert (one["state"], one["n"], one["excluded"]) == (
        "not_enough_evidence",
        0,
        [{"reason": f"Withdrawn with Batch {result['batch']}: log.csv", "n": 2}],
    )


@dataclass
class Installation:
    """An installation of its own, with commands as processes of their own."""

    home: Path
    url: str

    def start(self, *words: str, code: str = "") -> "subprocess.Popen[str]":
        """Start a command, or code of ours around it."""
        surroundings = {
            **os.environ,
            "QUARTERDECK_HOME": str(self.home),
            "QUARTERDECK_DATABASE_URL": self.url,
        }
        return subprocess.Popen(  # noqa: S603 — our own command with words of our own
            [
                sys.executable,
                *(("-c", code) if code else ("-m", "quarterdeck.config.command")),
                *words,
            ],
            env=surroundings,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def run(self, *words: str) -> dict[str, Any]:
        """Run a command to its end, and return the last line of its output."""
        with self.start(*words, "--json") as process:
            printed = process.communicate()[0]
        result: dict[str, Any] = json.loads(printed.splitlines()[-1])
        return result

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Read from outside what is committed."""
        parts = urlsplit(self.url)
        if parts.scheme == "sqlite":
            path = unquote(parts.path.removeprefix("/") if parts.path[:2] == "//" else parts.path)
            with closing(sqlite3.connect(path)) as connection:
                return connection.execute(statement).fetchall()
        # Imported here, since SQLite needs no driver.
        import psycopg  # noqa: PLC0415 — as said above

        with psycopg.connect(self.url) as connection:
            return list(connection.execute(statement.encode()))


POSITION = (
    "SELECT batch.state, progress.lines_staged, progress.records_done"
    " FROM office_importbatch batch JOIN office_importprogress progress"
    " ON progress.batch_id = batch.id"
)
STAGED = "SELECT id FROM office_stagedrecord"
TICKETS = (
    "SELECT external_id, number, kind, opened_at, opened_from, requester_name, category, state,"
    " priority, assignee_name, changed_at, first_fix_at, last_fix_at, ended_at, reopen_count,"
    " recorded_sla_kept, recorded_reopen_count, recorded_reassignment_count, version"
    " FROM desk_ticket ORDER BY external_id"
)
CHANGES = (
    "SELECT ticket.external_id, log.sequence, log.occurred_at, log.external_id, log.state,"
    " log.source_state, log.pause_reason, log.priority, team.name, log.assignee_name,"
    " log.changed_by"
    " FROM desk_statechange log JOIN desk_ticket ticket ON ticket.id = log.ticket_id"
    " LEFT JOIN core_team team ON team.id = log.team_id"
    " ORDER BY ticket.external_id, log.sequence"
)


@dataclass
class Observed:
    """What was seen of an import that was killed once in each pass, and of an undisturbed one."""

    positions: dict[str, tuple[str, int, int]] = field(default_factory=dict)
    readings: dict[str, tuple[str, int]] = field(default_factory=dict)
    staged: dict[str, set[int]] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)
    tables: list[list[tuple[Any, ...]]] = field(default_factory=list)
    undisturbed: list[list[tuple[Any, ...]]] = field(default_factory=list)
    left_staged: int = 0


KILLED_TICKETS = 3_000


Install = Callable[[str], Installation]


@pytest.fixture(scope="module")
def install(
    django_db_setup: Pristine,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Install:
    """Make an installation with a migrated database of its own."""

    def install(name: str) -> Installation:
        home = tmp_path_factory.mktemp(name)
        with django_db_blocker.unblock():
            return Installation(home, django_db_setup.copy(home))

    return install


@pytest.fixture(scope="module")
def observed(install: Install) -> Observed:
    """Kill an import while lines are staged, while tickets are examined, while they are applied."""
    killed, undisturbed = install("killed"), install("undisturbed")
    words = ("import", PROFILE, str(write_log(killed.home / "log.csv", KILLED_TICKETS)))
    seen = Observed()
    for state in ("staging", "examining", "applying"):
        seen.positions[state] = kill_in(killed, state, words)
        reading = killed.run("measure", "desk.cycle_time", "--period", "2016-03")
        seen.readings[state] = reading["state"], reading["n"]
        seen.staged[state] = {key for (key,) in killed.rows(STAGED)}
    seen.result = killed.run(*words)
    undisturbed.run(*words)
    seen.tables = [killed.rows(table) for table in (TICKETS, CHANGES)]
    seen.undisturbed = [undisturbed.rows(table) for table in (TICKETS, CHANGES)]
    seen.left_staged = len(killed.rows(STAGED))
    return seen


def kill_in(installation: Installation, state: str, words: Sequence[str]) -> tuple[str, int, int]:
    """Start an import, kill it in the middle of a pass, and return where it then stands."""
    with installation.start(*words) as process:
        while process.poll() is None:
            now, lines_staged, records_done = (installation.rows(POSITION) or [("", 0, 0)])[0]
            if now == state and (lines_staged if state == "staging" else records_done):
                process.send_signal(signal.SIGKILL)
                break
            time.sleep(0.002)
    assert process.returncode == -signal.SIGKILL, f"it ended before it could be killed in {state}"
    position: tuple[str, int, int] = installation.rows(POSITION)[0]
    return position


def test_each_kill_falls_into_the_middle_of_its_pass(observed: Observed) -> None:
    assert {state: position[0] for state, position in observed.positions.items()} == {
        "staging": "staging",
        "examining": "examining",
        "applying": "applying",
    }


def test_after_each_kill_no_reader_sees_anything(observed: Observed) -> None:
    nothing = ("not_enough_evidence", 0)

    assert observed.readings == {"staging": nothing, "examining": nothing, "applying": nothing}


def test_a_rerun_keeps_what_the_killed_run_had_staged(observed: Observed) -> None:
    staged = observed.staged

    assert (
        0 < len(staged["staging"]) < KILLED_TICKETS + 1,
        staged["staging"] - staged["examining"],
        staged["examining"] ^ staged["applying"],
    ) == (True, set(), set())


def test_the_last_rerun_finishes_the_first_batch(observed: Observed) -> None:
    result = {key: observed.result[key] for key in ("state", "created", "rejected")}

    assert result == {"state": "applied", "created": KILLED_TICKETS, "rejected": 0}


def test_a_killed_import_ends_with_the_rows_of_an_undisturbed_one(observed: Observed) -> None:
    assert (observed.tables == observed.undisturbed, [len(t) for t in observed.tables]) == (
        True,
        [KILLED_TICKETS, KILLED_TICKETS * len(STATES)],
    )


def test_nothing_stays_staged_after_the_end(observed: Observed) -> None:
    assert observed.left_staged == 0


# The kernel's own mark of the highest water; getrusage would count what the parent had before exec.
MEASURED = (
    "import sys; from pathlib import Path; from quarterdeck.config.command import main; "
    "status = main(sys.argv[1:]); marks = Path('/proc/self/status').read_text().splitlines(); "
    "print(next(mark.split()[1] for mark in marks if mark.startswith('VmHWM'))); sys.exit(status)"
)


def peak_memory(installation: Installation, path: Path) -> int:
    """The most memory, in kB, that staging and examining a file took."""
    with installation.start("import", PROFILE, str(path), "--dry-run", code=MEASURED) as process:
        printed = process.communicate()[0]
    return int(printed.splitlines()[-1])


def test_a_file_four_times_as_large_takes_hardly_more_memory(install: Install) -> None:
    sizes = {"small": 3_500, "large": 14_000}
    peaks, megabytes = {}, {}
    for name, tickets in sizes.items():
        installation = install(name)
        path = write_log(installation.home / "log.csv", tickets, "x" * 400)
        peaks[name], megabytes[name] = peak_memory(installation, path), path.stat().st_size >> 20

    # SQLite fills its cache up to its limit of 64 MB; what is read does not pile up.
    assert (megabytes, peaks["large"] < 1.5 * peaks["small"]) == ({"small": 9, "large": 37}, True)
