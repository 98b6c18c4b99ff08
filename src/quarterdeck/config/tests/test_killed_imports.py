"""Imports that are killed: none leaves half of itself, and a rerun ends like an undisturbed one."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from pytest_django import DjangoDbBlocker

from quarterdeck.config.tests.generated_log import PROFILE, STATES, write_log
from quarterdeck.core.tests.fixtures import Pristine

# Only for a test that asks for the database is one made, of which installations get copies.
pytestmark = pytest.mark.django_db


@dataclass
class Installation:
    """An installation of its own, with commands as processes of their own."""

    home: Path
    url: str

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Start Python in this installation."""
        surroundings = {
            **os.environ,
            "QUARTERDECK_HOME": str(self.home),
            "QUARTERDECK_DATABASE_URL": self.url,
        }
        return subprocess.Popen(  # noqa: S603 — our own interpreter with words of our own
            [sys.executable, *words],
            env=surroundings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    @cached_property
    def nursery(self) -> "subprocess.Popen[str]":
        """The process of which those of commands are born."""
        return self.start("-m", "quarterdeck.config.tests.nursery")

    def begin(self, *words: str, dawdling: float = 0) -> int:
        """Start a command, and return the number of its process; it waits so many seconds before it
        writes how far it is."""
        assert self.nursery.stdin
        asked = json.dumps([words, str(self.home / "output"), dawdling])
        self.nursery.stdin.write(f"{asked}\n")
        self.nursery.stdin.flush()
        return self.told()

    def told(self) -> int:
        """Return the next number that the nursery tells: of a process, or its exit status."""
        assert self.nursery.stdout
        return int(self.nursery.stdout.readline())

    def run(self, *words: str) -> dict[str, Any]:
        """Run a command to its end, and return the last line of its output."""
        self.begin(*words, "--json")
        self.told()
        printed = (self.home / "output").read_text(encoding="utf-8")
        result: dict[str, Any] = json.loads(printed.splitlines()[-1])
        return result

    def position(self) -> tuple[str, int, int]:
        """Return the state of the last batch, and how many lines and records are done."""
        rows: list[Any] = self.rows(POSITION) or [("", 0, 0)]
        state, lines_staged, records_done = rows[0]
        return state, lines_staged, records_done

    def close(self) -> None:
        """End the nursery."""
        self.nursery.communicate()

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Read from outside what is committed."""
        parts = urlsplit(self.url)
        if parts.scheme == "sqlite":
            path = unquote(parts.path.removeprefix("/") if parts.path[:2] == "//" else parts.path)
            with closing(sqlite3.connect(path)) as connection:
                return connection.execute(statement).fetchall()
        # Imported here, since SQLite needs no driver.
        import psycopg  # noqa: PLC0415 — a run on SQLite needs no driver of PostgreSQL

        with psycopg.connect(self.url) as connection:
            return list(connection.execute(statement.encode()))


POSITION = (
    "SELECT batch.state, progress.lines_staged, progress.records_done"
    " FROM office_importbatch batch JOIN office_importprogress progress"
    " ON progress.batch_id = batch.id ORDER BY batch.id DESC"
)
STAGED = "SELECT id FROM office_stagedrecord"
STANDING = "SELECT count(*) FROM office_importbatch WHERE state = 'applied'"
PREPARED = "SELECT count(*) FROM office_preparedrow"
UNDO = ("undo", "2")
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
    standing: dict[str, int] = field(default_factory=dict)
    reading: tuple[str, int] = ("", 0)
    staged: dict[str, set[int]] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)
    tables: list[list[tuple[Any, ...]]] = field(default_factory=list)
    undisturbed: list[list[tuple[Any, ...]]] = field(default_factory=list)
    left_staged: int = 0
    unseen: list[bool] = field(default_factory=list)
    withdrawn: list[list[tuple[Any, ...]]] = field(default_factory=list)


# So many seconds pass between two looks at most, on a busy machine too.
LONG_ENOUGH = 0.2
KILLED_TICKETS = 480
CHANGED_TICKETS = 400


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
    """Kill an import while lines are staged, while tickets are examined, while they are applied; a
    later one, which changes tickets, before and after it counts; and its withdrawal."""
    killed, undisturbed = install("killed"), install("undisturbed")
    words = ("import", PROFILE, str(write_log(killed.home / "log.csv", KILLED_TICKETS)))
    later = ("import", PROFILE, str(_changed_log(killed.home / "later.csv")))
    seen = Observed()
    for state in ("staging", "examining", "applying"):
        seen.positions[state] = kill_in(killed, state, words)
        seen.standing[state] = killed.rows(STANDING)[0][0]
        seen.staged[state] = {key for (key,) in killed.rows(STAGED)}
    reading = killed.run("measure", "desk.cycle_time", "--period", "2016-03")
    seen.reading = reading["state"], reading["n"]
    seen.result = killed.run(*words)
    tickets = killed.rows(TICKETS)
    seen.positions["finishing"] = kill_in(killed, "finishing", later)
    seen.unseen = [killed.rows(TICKETS) == tickets, killed.rows(PREPARED) != [(0,)]]
    seen.positions["settling"] = kill_in(killed, "settling", later)
    killed.run(*later)
    undisturbed.run(*words)
    undisturbed.run(*later)
    seen.tables = [killed.rows(table) for table in (TICKETS, CHANGES)]
    seen.undisturbed = [undisturbed.rows(table) for table in (TICKETS, CHANGES)]
    seen.left_staged = len(killed.rows(STAGED)) + killed.rows(PREPARED)[0][0]
    seen.positions["withdrawing"] = kill_in(killed, "withdrawing", UNDO)
    for each in (killed, undisturbed):
        each.run(*UNDO)
    ends = (tickets, killed.rows(TICKETS), undisturbed.rows(TICKETS))
    # The last column is the version, which each change of a row moves on.
    seen.withdrawn = [[row[:-1] for row in rows] for rows in ends]
    for each in (killed, undisturbed):
        each.close()
    return seen


def _changed_log(path: Path) -> Path:
    """Write a log in which every ticket says something else."""
    text = write_log(path, CHANGED_TICKETS).read_text(encoding="utf-8")
    path.write_text(text.replace("Category", "Kind"), encoding="utf-8")
    return path


def kill_in(installation: Installation, state: str, words: Sequence[str]) -> tuple[str, int, int]:
    """Start an import, kill it in the middle of a pass, and return where it then stands."""
    process = installation.begin(*words, dawdling=LONG_ENOUGH)
    while (now := installation.position())[0] != state or not now[1 if state == "staging" else 2]:
        # There is no such process any more where it has ended unkilled.
        os.kill(process, 0)
        time.sleep(0.002)
    os.kill(process, signal.SIGKILL)
    ended = installation.told()
    assert ended == -signal.SIGKILL, f"it ended before it could be killed in {state}"
    return installation.position()


def test_each_kill_falls_into_the_middle_of_its_pass(observed: Observed) -> None:
    assert {state: position[0] for state, position in observed.positions.items()} == {
        "staging": "staging",
        "examining": "examining",
        "applying": "applying",
        "finishing": "finishing",
        "settling": "settling",
        "withdrawing": "withdrawing",
    }


def test_after_each_kill_no_reader_sees_anything(observed: Observed) -> None:
    assert (observed.standing, observed.reading) == (
        {"staging": 0, "examining": 0, "applying": 0},
        ("not_enough_evidence", 0),
    )


def test_after_a_kill_at_the_end_the_changes_that_were_worked_out_are_in_no_ticket(
    observed: Observed,
) -> None:
    assert observed.unseen == [True, True]


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


def test_a_killed_withdrawal_ends_with_the_tickets_as_they_stood_before(
    observed: Observed,
) -> None:
    before, killed, undisturbed = observed.withdrawn

    assert (killed == undisturbed, killed == before) == (True, True)


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
    words = ("-c", MEASURED, "import", PROFILE, str(path), "--dry-run")
    with installation.start(*words) as process:
        printed = process.communicate()[0]
    return int(printed.splitlines()[-1])


def test_a_file_four_times_as_large_takes_hardly_more_memory(install: Install) -> None:
    sizes = {"small": 1_250, "large": 5_000}
    peaks, megabytes = {}, {}
    for name, tickets in sizes.items():
        installation = install(name)
        path = write_log(installation.home / "log.csv", tickets, "x" * 1_300)
        peaks[name], megabytes[name] = peak_memory(installation, path), path.stat().st_size >> 20

    # SQLite fills its cache up to its limit of 64 MB; what is read does not pile up.
    assert (megabytes, peaks["large"] < 1.5 * peaks["small"]) == ({"small": 8, "large": 34}, True)
