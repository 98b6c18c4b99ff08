"""A backup is taken while work goes on, is proven, and a restore equals it; on both databases."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings

from quarterdeck.config.commands.actors import operator
from quarterdeck.config.operation.backup import take_backup, verify_backup
from quarterdeck.config.operation.restore import restore_backup
from quarterdeck.config.tests.generated_log import PROFILE, write_log
from quarterdeck.core.acts import labelled
from quarterdeck.core.directory import add_person, rename_unit
from quarterdeck.core.errors import Refused
from quarterdeck.core.history import actual_triggers, differences
from quarterdeck.core.models import HistoryEntry, Unit
from quarterdeck.core.tests.background.house import House, copied, migrated

AT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


pytestmark = pytest.mark.usefixtures("house")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A migrated database."""
    with migrated(tmp_path_factory.mktemp("original_of_backups")) as house:
        yield house


@pytest.fixture
def house(
    original: House, tmp_path: Path, settings: Settings, django_db_blocker: DjangoDbBlocker
) -> Iterator[House]:
    """An installation with a unit that was renamed, and with an uploaded file."""
    home = tmp_path / "home"
    (home / "files" / "imports").mkdir(parents=True)
    (home / "files" / "imports" / "log").write_bytes(b"uploaded")
    (home / "secret-key").write_text("the key")
    settings.HOME = home
    with django_db_blocker.unblock(), copied(original, home) as fresh:
        with labelled("operator"):
            unit = Unit.objects.create(name="Works")
        rename_unit(unit=unit, name="Public works", actor=operator(), at=AT)
        yield fresh


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    """Where backups go."""
    return tmp_path / "backups"


def digest_of_all_tables() -> dict[str, str]:
    """Return a digest of the rows of every table."""
    digests = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 — the name of a table that is there
            rows = sorted(map(repr, cursor.fetchall()))
            digests[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return digests


def rewritten(path: Path, name: str, content: bytes) -> Path:
    """Return a copy of a backup in which one member is another."""
    changed = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for member in old.namelist():
            new.writestr(member, content if member == name else old.read(member))
    return changed


def test_a_restore_equals_its_backup_table_by_table(backups: Path) -> None:
    before, guards = digest_of_all_tables(), actual_triggers(connection)
    backup = take_backup(backups, at=AT)
    add_person(name="Somebody who came later", actor=operator(), at=AT)

    restore_backup(backup.path, force=True)

    assert (digest_of_all_tables(), actual_triggers(connection)) == (before, guards)


def test_a_restored_installation_goes_on_keeping_history(backups: Path) -> None:
    restore_backup(take_backup(backups, at=AT).path, force=True)

    rename_unit(unit=Unit.objects.get(name="Public works"), name="Works", actor=operator(), at=AT)

    names = [(entry.after or {})["name"] for entry in HistoryEntry.objects.order_by("pk")]
    assert (names, differences(connection)) == (["Public works", "Works"], [])


def test_a_restore_brings_the_uploaded_files_and_takes_later_ones_away(
    house: House, backups: Path
) -> None:
    backup = take_backup(backups, at=AT)
    files = house.home / "files"
    (files / "imports" / "log").write_bytes(b"changed since")
    (files / "later").write_bytes(b"came later")

    restore_backup(backup.path, force=True)

    found = {path.name: path.read_bytes() for path in files.rglob("*") if path.is_file()}
    assert found == {"log": b"uploaded"}


def test_a_backup_counts_the_rows_and_names_the_migrations(backups: Path) -> None:
    manifest = take_backup(backups, at=AT).manifest

    told = (manifest.rows["core_unit"], manifest.taken_at, manifest.engine)
    assert (told, ("core", "0001_initial") in manifest.migrations) == (
        (Unit.objects.count(), AT, connection.vendor),
        True,
    )


def test_the_secret_key_is_in_a_backup_only_when_it_is_asked_for(backups: Path) -> None:
    without = take_backup(backups, occasion="without", at=AT)
    with_it = take_backup(backups, occasion="with", with_secret_key=True, at=AT)

    held = ["secret-key" in zipfile.ZipFile(each.path).namelist() for each in (without, with_it)]
    flagged = [each.manifest.has_secret_key for each in (without, with_it)]
    assert (held, flagged) == ([False, True], [False, True])


def test_only_its_owner_can_read_a_backup(backups: Path) -> None:
    assert take_backup(backups, at=AT).path.stat().st_mode & 0o077 == 0


def test_nothing_but_the_backup_is_left_in_the_folder(backups: Path) -> None:
    backup = take_backup(backups, at=AT)

    assert list(backups.iterdir()) == [backup.path]


def test_an_installation_that_holds_something_is_not_overwritten(backups: Path) -> None:
    backup = take_backup(backups, at=AT)

    with pytest.raises(Refused, match="not empty"):
        restore_backup(backup.path)


def test_a_backup_of_which_one_byte_has_changed_is_refused(backups: Path) -> None:
    backup = take_backup(backups, at=AT)
    with zipfile.ZipFile(backup.path) as archive:
        largest = max(archive.infolist(), key=lambda entry: entry.compress_size)
    spoilt = bytearray(backup.path.read_bytes())
    # Within what is kept: the headers of a zip hold bytes that nobody reads.
    spoilt[largest.header_offset + largest.compress_size // 2] ^= 1
    backup.path.write_bytes(spoilt)

    with pytest.raises(Refused, match="damaged"):
        verify_backup(backup.path)


def test_a_backup_that_was_cut_off_is_refused(backups: Path) -> None:
    backup = take_backup(backups, at=AT)
    backup.path.write_bytes(backup.path.read_bytes()[:-1000])

    with pytest.raises(Refused, match="damaged"):
        restore_backup(backup.path, force=True)


def test_a_file_that_was_exchanged_in_a_backup_is_found_by_its_digest(backups: Path) -> None:
    changed = rewritten(take_backup(backups, at=AT).path, "files/imports/log", b"forged")

    with pytest.raises(Refused, match="files/imports/log is not what was written"):
        verify_backup(changed)


def test_a_backup_of_a_newer_version_is_refused(backups: Path) -> None:
    backup = take_backup(backups, at=AT)
    stated = json.loads(zipfile.ZipFile(backup.path).read("manifest.json"))
    stated["migrations"].append(["core", "9999_of_tomorrow"])
    newer = rewritten(backup.path, "manifest.json", json.dumps(stated).encode())

    with pytest.raises(Refused, match=r"newer|9999_of_tomorrow"):
        restore_backup(newer, force=True)


def test_a_name_that_leads_out_of_the_folder_is_refused(backups: Path) -> None:
    backup = take_backup(backups, at=AT)
    with zipfile.ZipFile(backup.path) as old:
        stated = json.loads(old.read("manifest.json"))
        database = next(name for name in stated["members"] if name.startswith("database"))
        stated["members"]["files/../../escaped"] = stated["members"].pop(database)
        forged = backups / "forged.zip"
        with zipfile.ZipFile(forged, "w") as new:
            new.writestr("files/../../escaped", old.read(database))
            new.writestr("files/imports/log", b"uploaded")
            new.writestr("manifest.json", json.dumps(stated))

    with pytest.raises(Refused, match="no backup of ours"):
        restore_backup(forged, force=True)


def test_a_database_that_somebody_uses_is_not_replaced(house: House, backups: Path) -> None:
    backup = take_backup(backups, at=AT)
    house.start_worker()
    house.work_off()

    with pytest.raises(Refused, match="in use"):
        restore_backup(backup.path, force=True)


def test_a_backup_is_taken_while_an_import_is_written(
    house: House, backups: Path, tmp_path: Path
) -> None:
    log = write_log(tmp_path / "log.csv", 150)
    command = [sys.executable, "-m", "quarterdeck.config.command", "import", PROFILE, str(log)]
    with subprocess.Popen(command, env=house.environment, stdout=subprocess.DEVNULL) as importing:  # noqa: S603 — our own interpreter and program
        taken = [take_backup(backups, occasion="a", at=AT)]
        while importing.poll() is None:
            taken.append(take_backup(backups, occasion="a" * (len(taken) + 1), at=AT))

    assert importing.returncode == 0
    assert [verify_backup(each.path) for each in taken] == [each.manifest for each in taken]


@pytest.mark.sqlite
def test_a_database_that_is_none_any_more_is_replaced(house: House, backups: Path) -> None:
    before = digest_of_all_tables()
    backup = take_backup(backups, at=AT)
    connection.close()
    Path(house.name).write_bytes(b"not a database at all" * 1000)

    restore_backup(backup.path, force=True)

    assert digest_of_all_tables() == before


def run(house: House, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "quarterdeck.config.command", *words]
    settings = {**house.environment, **environment}
    return subprocess.run(command, env=settings, capture_output=True, text=True, check=False)  # noqa: S603 — our own interpreter and program


def test_the_commands_lead_from_one_home_to_another(
    house: House, original: House, backups: Path, tmp_path: Path
) -> None:
    connection.close()
    written = json.loads(run(house, "backup", "--to", str(backups), "--json").stdout)
    other = tmp_path / "other"
    other.mkdir()
    with copied(original, other) as fresh:
        connection.close()
        words = ("restore", written["file"], "--home", str(other), "--json")
        restored = json.loads(run(fresh, *words).stdout)
        checked = run(fresh, "check")

        assert (restored["state"], restored["rows"]) == ("restored", written["rows"])
        assert (checked.returncode, checked.stderr) == (0, "")


def test_an_upgrade_is_a_backup_then_migrations_then_a_check(house: House, backups: Path) -> None:
    connection.close()

    done = run(house, "upgrade", "--to", str(backups))

    told = [line.partition(" ")[0] for line in done.stdout.splitlines()]
    assert (done.returncode, [path.name[:26] for path in backups.iterdir()], told) == (
        0,
        ["quarterdeck-before-upgrade"],
        [str(next(backups.iterdir())), "The", "Backup:", "0"],
    )


@pytest.mark.postgresql
def test_without_the_programs_of_postgresql_a_backup_says_what_to_install(
    backups: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "PATH", str(tmp_path))
    monkeypatch.setattr("quarterdeck.config.operation.postgresql.DEBIAN_VERSIONS", tmp_path)

    with pytest.raises(Refused, match="apt-get install postgresql-client"):
        take_backup(backups, at=AT)
