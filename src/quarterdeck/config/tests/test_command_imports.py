"""Imports by the command line: what it says at the door."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from quarterdeck.config.command import main
from quarterdeck.config.tests.generated_log import HEADER, PROFILE, write_log
from quarterdeck.core.profiles import file_profiles
from quarterdeck.office.models import ImportBatch
from quarterdeck.office.vocabulary import BatchState

Told = tuple[int, Any]
Command = Callable[..., Told]


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


def test_a_dry_run_says_the_same_and_leaves_only_the_batch_that_it_names(
    command: Command, log: Path
) -> None:
    before = row_counts()

    status, result = command("import", PROFILE, log, "--dry-run")

    listed = [(each["batch"], each["state"]) for each in command("batches")[1]]
    assert (status, result["created"], listed, row_counts()) == (
        0,
        2,
        [(result["batch"], "tried")],
        {**before, "office.ImportBatch": 1, "office.ImportProgress": 1},
    )


def test_a_dry_run_of_a_file_that_cannot_be_read_says_why(command: Command, log: Path) -> None:
    # Past the lines that are looked at beforehand: a header and 300 tickets of five lines.
    write_log(log, 300)
    log.write_bytes(log.read_bytes() + b"\xff")

    status, result = command("import", PROFILE, log, "--dry-run")

    assert (status, result["state"], result["failure"]) == (
        1,
        "rejected",
        "Line 1502, byte 1: 0xFF is not UTF-8; expected UTF-8 text, or that its encoding is said.",
    )


def test_a_dry_run_leaves_what_a_killed_run_began_to_apply_where_it_is(
    command: Command, log: Path, given: Callable[..., Any]
) -> None:
    batch = ImportBatch.objects.get(pk=command("import", PROFILE, log)[1]["batch"])
    with given():
        ImportBatch.objects.update(state=BatchState.APPLYING, applied_at=None)

    command("import", PROFILE, log, "--dry-run")

    batch.refresh_from_db()
    assert batch.state == BatchState.APPLYING


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


def test_what_a_file_holds_cannot_speak_to_the_terminal(
    capsys: pytest.CaptureFixture[str],
    db: None,  # noqa: ARG001 — commands need the database
    log: Path,
) -> None:
    text = log.read_text(encoding="utf-8").replace(",0,0,3,", ",0,\x1b[2J,3,")
    log.write_text(text, encoding="utf-8")

    main(["import", PROFILE, str(log)])

    told = capsys.readouterr().err.splitlines()
    assert told[-3] == ("error: INC0000000, line 5, reopen_count: \\u001b[2J; a whole number")


def test_the_valid_tickets_of_a_file_with_errors_may_come_in(command: Command, log: Path) -> None:
    log.write_text(log.read_text(encoding="utf-8") + "INC9,New\n", encoding="utf-8")

    status, result = command("import", PROFILE, log, "--accept", "valid")

    assert (status, result["created"], result["rejected"]) == (0, 2, 1)


def test_a_dry_run_leaves_like_the_import_would(command: Command, log: Path) -> None:
    log.write_text(log.read_text(encoding="utf-8") + "INC9,New\n", encoding="utf-8")

    assert [
        command("import", PROFILE, log, "--dry-run", "--accept", accept)[0]
        for accept in ("all", "valid")
    ] == [1, 0]


def test_a_column_with_a_comma_in_its_name_can_be_mapped(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text('"Name, first",Mail\nAda,ada@example.org\n', encoding="utf-8")

    status, result = command(
        *("import", path, "--profile", "people-table"),
        *("--map", '"Name, first=name", Mail=email'),
    )

    assert (status, result["created"]) == (0, 1)


def test_an_option_that_is_not_there_is_refused_with_the_known_ones(
    refusal: Callable[..., str], tmp_path: Path
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("Name,Mail\nAda,ada@example.org\n", encoding="utf-8")

    said = refusal(
        *("import", path, "--profile", "people-table", "--map", "Name=name,Mail=email"),
        *("--option", "colour=red"),
    )

    assert said == (
        "Colour: There is no option “colour”; expected one of absent, left_on, most_leaving, "
        "unknown_places."
    )


def test_an_unknown_profile_is_refused_with_the_known_ones(
    refusal: Callable[..., str], log: Path
) -> None:
    known = ", ".join(profile.key for profile in file_profiles())

    assert refusal("import", "jira", log) == (f"There is no import profile “jira”. Known: {known}.")


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


def ticket_titles(path: Path, title: str, encoding: str) -> Path:
    """A table of one ticket in some encoding."""
    path.write_bytes(f"Ticket ID,Created,Title\n1,2026-03-29 08:15,{title}\n".encode(encoding))
    return path


MAPPED = "Ticket ID=number,Created=opened_at,Title=title"


@pytest.mark.parametrize(
    ("written", "said"),
    [("cp1252", ("--encoding", "windows-1252")), ("utf-16", ()), ("utf-8", ())],
)
def test_letters_are_read_as_they_are_written_and_the_file_stays_as_it_is(
    command: Command, tmp_path: Path, written: str, said: tuple[str, ...]
) -> None:
    path = ticket_titles(tmp_path / "old.csv", "Käse", written)
    before = path.read_bytes()

    status, result = command("import", "tickets-table", path, "--map", MAPPED, *said)

    titles = list(apps.get_model("desk.Ticket")._default_manager.values_list("title", flat=True))
    assert (status, result["file"], titles) == (0, "old.csv", ["Käse"])
    assert (path.read_bytes(), list(tmp_path.iterdir())) == (before, [path])


def test_a_wrong_encoding_is_named_and_nothing_is_begun(
    refusal: Callable[..., str], tmp_path: Path
) -> None:
    path = ticket_titles(tmp_path / "old.csv", "\x9d", "latin-1")
    words = ("import", "tickets-table", path, "--map", MAPPED)

    assert refusal(*words, "--encoding", "klingon") == (
        "old.csv: “klingon” is no encoding that is read; "
        "expected utf-8, cp1252, cp1250, iso8859-15, mac_roman."
    )
    assert refusal(*words, "--encoding", "cp1252") == (
        "old.csv: Byte 44 of the file means nothing in Windows-1252 (Western Europe): "
        "expected text in it."
    )
    assert refusal(*words) == (
        "old.csv: Line 2, byte 20: 0x9D is not UTF-8; "
        "expected UTF-8 text, or that its encoding is said."
    )
    assert not ImportBatch.objects.exists()


def test_what_the_product_brings_by_itself_is_no_profile_of_a_file(
    refusal: Callable[..., str], log: Path
) -> None:
    told = refusal("import", "team-aliases", log)

    assert told.startswith("There is no import profile “team-aliases”. Known: ")
    assert not ImportBatch.objects.exists()
